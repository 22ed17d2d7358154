import Autodiff
import TestSupport
import Testing

@Suite struct ThreadPoolTests {
  /// Writes which parts were done, and how often.
  private struct Marks: ShardedWork {
    let counts: UnsafeMutablePointer<Int>
    let workers: UnsafeMutablePointer<Int>
    func run(shard: Int, worker: Int) {
      counts[shard] += 1
      workers[shard] = worker
    }
  }

  @Test(arguments: [1, 2, 3, 8], [0, 1, 2, 7, 1000])
  func everyPartIsDoneOnce(_ threads: Int, _ shards: Int) {
    let pool = ThreadPool(threads: threads)
    var counts = [Int](repeating: 0, count: shards)
    var workers = [Int](repeating: -1, count: shards)
    for _ in 0..<20 {
      counts.withUnsafeMutableBufferPointer { counts in
        workers.withUnsafeMutableBufferPointer { workers in
          guard let c = counts.baseAddress, let w = workers.baseAddress else { return }
          pool.run(Marks(counts: c, workers: w), shards: shards)
        }
      }
    }
    #expect(counts.allSatisfy { $0 == 20 })
    #expect(workers.allSatisfy { (0..<threads).contains($0) })
  }

  /// Parts that ask for the pool themselves.
  private struct Nested: ShardedWork {
    let pool: ThreadPool
    let counts: UnsafeMutablePointer<Int>
    let workers: UnsafeMutablePointer<Int>
    func run(shard: Int, worker: Int) {
      let start = 4 * shard
      pool.run(Marks(counts: counts + start, workers: workers + start), shards: 4)
    }
  }

  @Test func workWithinWorkIsDoneByTheThreadThatAsks() {
    let pool = ThreadPool(threads: 3)
    let (counts, workers) = (
      UnsafeMutablePointer<Int>.allocate(capacity: 64),
      UnsafeMutablePointer<Int>.allocate(capacity: 64)
    )
    defer {
      counts.deallocate()
      workers.deallocate()
    }
    counts.initialize(repeating: 0, count: 64)
    workers.initialize(repeating: 0, count: 64)
    pool.run(Nested(pool: pool, counts: counts, workers: workers), shards: 16)
    #expect((0..<64).allSatisfy { counts[$0] == 1 && workers[$0] == 0 })
  }

  /// Long pauses let the helpers fall asleep; they must wake up again, and end with their pool.
  @Test func helpersSleepAndWake() async throws {
    let pool = ThreadPool(threads: 4)
    var (counts, workers) = ([Int](repeating: 0, count: 8), [Int](repeating: 0, count: 8))
    for _ in 0..<5 {
      try await Task.sleep(for: .milliseconds(5))
      counts.withUnsafeMutableBufferPointer { counts in
        workers.withUnsafeMutableBufferPointer { workers in
          guard let c = counts.baseAddress, let w = workers.baseAddress else { return }
          pool.run(Marks(counts: c, workers: w), shards: 8)
        }
      }
    }
    #expect(counts.allSatisfy { $0 == 5 })
  }

  /// Value and gradients of a function, computed with a number of threads.
  private func bits(
    _ tensors: [Tensor], threads: Int, _ function: ([Variable]) -> Variable
  ) -> [Tensor] {
    let tape = Tape(threads: threads > 1 ? ThreadPool(threads: threads) : nil)
    let inputs = tensors.map { tape.variable($0) }
    let output = function(inputs)
    tape.backward(from: output, cotangent: randomTensor(output.shape, seed: 99))
    return [output.tensor] + inputs.map { tape.gradient(of: $0) }
  }

  @Test(arguments: [2, 3, 8])
  func matrixProductsHaveTheSameBits(_ threads: Int) {
    for (n, k, m) in [(700, 65, 130), (33, 300, 500), (40, 2000, 35)] {
      let tensors = [
        randomTensor(Shape(n, k), seed: 1), randomTensor(Shape(k, m), seed: 2),
      ]
      let product = { (x: [Variable]) in matmul(x[0], x[1]) }
      #expect(bits(tensors, threads: 1, product) == bits(tensors, threads: threads, product))
    }
  }

  @Test(arguments: [2, 3, 8])
  func lstmsHaveTheSameBits(_ threads: Int) {
    for (positions, batch, steps) in [(12, 100, 12), (12, 40, 12), (30, 21, 9), (70, 3, 20)] {
      let (inputs, hidden) = (5, 20)
      let tensors = [
        randomTensor(Shape(positions, batch, inputs), seed: 1),
        randomTensor(Shape(inputs, 4 * hidden), seed: 2, scale: 0.3),
        randomTensor(Shape(hidden, 4 * hidden), seed: 3, scale: 0.3),
        randomTensor(Shape(4 * hidden), seed: 4),
      ]
      let network = { (x: [Variable]) in
        lstm(x[0], inputWeight: x[1], stateWeight: x[2], bias: x[3], steps: steps)
      }
      #expect(bits(tensors, threads: 1, network) == bits(tensors, threads: threads, network))
    }
  }

  /// More rows than one shard holds, in one window and in many.
  @Test(arguments: [2, 3, 8])
  func grusHaveTheSameBits(_ threads: Int) {
    for (positions, batch, steps) in [(6, 700, 6), (12, 60, 5), (120, 6, 12)] {
      let (inputs, hidden) = (5, 20)
      let tensors = [
        randomTensor(Shape(positions, batch, inputs), seed: 1),
        randomTensor(Shape(inputs, 3 * hidden), seed: 2, scale: 0.3),
        randomTensor(Shape(hidden, 3 * hidden), seed: 3, scale: 0.3),
        randomTensor(Shape(3 * hidden), seed: 4), randomTensor(Shape(hidden), seed: 5),
      ]
      let network = { (x: [Variable]) in
        gru(
          x[0], inputWeight: x[1], stateWeight: x[2], bias: x[3], stateBias: x[4], steps: steps)
      }
      #expect(bits(tensors, threads: 1, network) == bits(tensors, threads: threads, network))
    }
  }

  @Test func threadsOfOneTapeCanBeTakenAway() {
    let tape = Tape(threads: ThreadPool(threads: 3))
    #expect(tape.workerCount == 3)
    tape.threads = nil
    #expect(tape.workerCount == 1)
  }
}
