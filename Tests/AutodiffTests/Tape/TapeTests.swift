import Autodiff
import TestSupport
import Testing

@Suite struct TapeTests {
  @Test func aLongChainIsSweptAndReleasedWithoutRecursion() {
    let tape = Tape()
    let x = tape.variable(Tensor(1))
    var y = x
    for _ in 0..<100_000 { y = y + x }
    tape.backward(from: y)
    #expect(tape.gradient(of: x).elements == [100_001])
  }

  @Test func rewindingReusesMemoryAndKeepsConstants() {
    let tape = Tape()
    let constant = tape.constant(randomTensor([50, 50], seed: 1))
    let mark = tape.mark
    var sizes: Set<Int> = []
    var gradients: Set<Tensor> = []
    for step in 0..<6 {
      let x = tape.variable(randomTensor([50, 50], seed: 2))
      tape.backward(from: matmul(x, constant).tanh().sum())
      gradients.insert(tape.gradient(of: x))
      if step >= 2 { sizes.insert(tape.byteCount) }
      tape.rewind(to: mark)
    }
    #expect(sizes.count == 1)
    #expect(gradients.count == 1)
    #expect(constant.shape == [50, 50])
  }

  @Test func unreachedVariablesHaveZeroGradients() {
    let tape = Tape()
    let (x, y) = (tape.variable(Tensor([1, 2])), tape.variable(Tensor([3])))
    tape.backward(from: x.sum())
    #expect(tape.gradient(of: y).elements == [0])
  }

  private func standardError(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }

  @Test func mismatchedShapesStopWithBothShapes() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let tape = Tape()
      let a = tape.constant(Tensor(repeating: 0, shape: [2, 3]))
      _ = matmul(a, a)
    }
    #expect(standardError(result).contains("matmul: [2, 3] · [2, 3]"))
    let sum = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let tape = Tape()
      _ =
        tape.constant(Tensor(repeating: 0, shape: [2, 3]))
        + tape.constant(Tensor(repeating: 0, shape: [2]))
    }
    #expect(standardError(sum).contains("+: shapes [2, 3] and [2] do not broadcast"))
  }

  @Test func sweepingTwiceStops() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let tape = Tape()
      let y = tape.variable(Tensor([1])).exp()
      tape.backward(from: y)
      tape.backward(from: y)
    }
    #expect(standardError(result).contains("backward: this tape was swept already"))
  }

  @Test func foreignAndStaleVariablesStop() async {
    let foreign = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let (a, b) = (Tape(), Tape())
      _ = a.constant(1) + b.constant(1)
    }
    #expect(standardError(foreign).contains("+: an input belongs to another tape"))
    let stale = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let tape = Tape()
      let mark = tape.mark
      let x = tape.constant(1)
      tape.rewind(to: mark)
      _ = tape.constant(2)
      _ = x.exp()
    }
    #expect(standardError(stale).contains("used after its tape was rewound"))
  }
}
