import Autodiff
import TestSupport
import Testing

@Suite struct SparseAttentionTests {
  struct Sizes: CustomStringConvertible, Sendable {
    var dates: Int
    var queries: Int
    var assets: Int
    var width: Int
    var heads: Int
    var neighbours: Int
    var tokens = 0
    var sharesTokens = false
    var perHead = false
    var weighting = AttentionWeighting.softmax
    var description: String {
      "\(dates) × \(queries) of \(assets), \(heads) × \(width / heads), \(neighbours) neighbours, "
        + "\(tokens) \(sharesTokens ? "shared " : "")tokens, α = \(weighting.rawValue)"
    }

    /// Two lists for all dates in turn, of different neighbours; one entry is nobody.
    var lists: AttentionNeighbours? {
      guard neighbours > 0 else { return nil }
      var generator = SplitMix64(seed: 5)
      var indices: [Int32] = []
      let heads = perHead ? heads : 1
      for _ in 0..<2 * heads * queries {
        indices += (0..<assets).shuffled(using: &generator).prefix(neighbours).map { Int32($0) }
      }
      if assets > 1 && neighbours > 1 { indices[neighbours - 1] = -1 }
      return AttentionNeighbours(
        queries: queries, assets: assets, count: neighbours, heads: heads, indices: indices,
        listOfDate: (0..<dates).map { $0 % 2 })
    }

    var tensors: [Tensor] {
      var shapes: [Shape] = [
        [dates, queries, width], [dates, assets, width], [dates, assets, width],
      ]
      if tokens > 0 {
        let shape: Shape = sharesTokens ? [tokens, width] : [dates, tokens, width]
        shapes += [shape, shape]
      }
      return shapes.enumerated().map { normal($1, UInt64($0 + 1)) }
    }
  }

  static let sizes = [
    Sizes(dates: 1, queries: 1, assets: 1, width: 1, heads: 1, neighbours: 1),
    Sizes(dates: 3, queries: 4, assets: 4, width: 4, heads: 2, neighbours: 2),
    Sizes(dates: 2, queries: 5, assets: 5, width: 6, heads: 3, neighbours: 3, tokens: 2),
    Sizes(
      dates: 3, queries: 3, assets: 3, width: 4, heads: 2, neighbours: 2, tokens: 2,
      sharesTokens: true, perHead: true),
    Sizes(dates: 2, queries: 2, assets: 3, width: 2, heads: 1, neighbours: 0, tokens: 3),
    Sizes(
      dates: 2, queries: 4, assets: 4, width: 4, heads: 2, neighbours: 3, tokens: 1,
      weighting: .entmax),
    Sizes(
      dates: 2, queries: 4, assets: 4, width: 4, heads: 2, neighbours: 3, tokens: 1,
      weighting: .sparsemax),
    Sizes(dates: 0, queries: 2, assets: 2, width: 2, heads: 1, neighbours: 1),
  ]

  private static func fused(_ s: Sizes, _ x: [Variable]) -> Variable {
    sparseAttention(
      queries: x[0], keys: x[1], values: x[2], neighbours: s.lists,
      tokens: s.tokens > 0 ? AttentionTokens(keys: x[3], values: x[4]) : nil, heads: s.heads,
      weighting: s.weighting
    ).output
  }

  /// All scores, those of others than the listed masked out; tokens as further assets.
  private static func dense(_ s: Sizes, _ x: [Variable]) -> Variable {
    let (tape, d) = (x[0].tape, s.width / s.heads)
    func perDate(_ tokens: Variable) -> Variable {
      tokens.broadcast(to: [s.dates, s.tokens, s.width])
    }
    let keys = s.tokens > 0 ? concatenate([x[1], perDate(x[3])], axis: 1) : x[1]
    let values = s.tokens > 0 ? concatenate([x[2], perDate(x[4])], axis: 1) : x[2]
    let heads = (0..<s.heads).map { head -> Variable in
      func columns(_ x: Variable) -> Variable { x.slice(head * d..<(head + 1) * d, axis: 2) }
      let scores = matmul(columns(x[0]), columns(keys).transposed())
        .scaled(by: 1 / Scalar(d).squareRoot())
      var mask = Tensor(repeating: -.infinity, shape: scores.shape)
      for date in 0..<s.dates {
        for query in 0..<s.queries {
          let row = (date * s.queries + query) * (s.assets + s.tokens)
          for token in 0..<s.tokens { mask.elements[row + s.assets + token] = 0 }
          guard let lists = s.lists else { continue }
          let list = lists.listOfDate[date] * lists.heads + (lists.heads > 1 ? head : 0)
          for n in 0..<s.neighbours {
            let j = lists.indices[(list * s.queries + query) * s.neighbours + n]
            if j >= 0 { mask.elements[row + Int(j)] = 0 }
          }
        }
      }
      let masked = scores + tape.constant(mask)
      let weights =
        switch s.weighting {
        case .softmax: masked.softmax()
        case .entmax: masked.entmax15()
        case .sparsemax: masked.sparsemax()
        }
      return matmul(weights, columns(values))
    }
    return concatenate(heads, axis: 2)
  }

  @Test("VJP matches central differences", arguments: sizes)
  func vjpMatchesCentralDifferences(_ s: Sizes) {
    expectGradients(of: s.tensors) { Self.fused(s, $0) }
  }

  @Test("Value and gradients equal the dense masked form", arguments: sizes)
  func equalsTheDenseForm(_ s: Sizes) {
    expectEqual(s.tensors, { Self.fused(s, $0) }) { Self.dense(s, $0) }
  }

  @Test("Many dates and assets equal the dense form", arguments: AttentionWeighting.allCases)
  func shardsAddUp(_ weighting: AttentionWeighting) {
    let s = Sizes(
      dates: 9, queries: 60, assets: 60, width: 8, heads: 2, neighbours: 7, tokens: 3,
      sharesTokens: true, weighting: weighting)
    expectEqual(s.tensors, { Self.fused(s, $0) }) { Self.dense(s, $0) }
  }

  @Test func queriesKeysAndValuesMayBeTheSame() {
    let s = Sizes(dates: 2, queries: 3, assets: 3, width: 2, heads: 1, neighbours: 2)
    expectGradients(of: [s.tensors[0]]) { Self.fused(s, [$0[0], $0[0], $0[0]]) }
  }

  @Test func anyNumberOfThreadsGivesTheSameBits() {
    let s = Sizes(
      dates: 12, queries: 50, assets: 50, width: 8, heads: 4, neighbours: 6, tokens: 2,
      sharesTokens: true, weighting: .entmax)
    func run(_ threads: ThreadPool?) -> [Tensor] {
      let tape = Tape(threads: threads)
      let x = s.tensors.map { tape.variable($0) }
      let loss = Self.fused(s, x).squared().sum()
      tape.backward(from: loss)
      return [loss.tensor] + x.map { tape.gradient(of: $0) }
    }
    let alone = run(nil)
    for threads in [2, 3] { #expect(run(ThreadPool(threads: threads)) == alone) }
  }

  @Test func weightsAreADistributionOverNeighboursAndTokens() {
    let s = Self.sizes[6]
    let tape = Tape()
    let x = s.tensors.map { tape.constant($0) }
    let weights = sparseAttention(
      queries: x[0], keys: x[1], values: x[2], neighbours: s.lists,
      tokens: AttentionTokens(keys: x[3], values: x[4]), heads: 2, weighting: .sparsemax
    ).weights
    #expect(weights.shape == [2, 2, 4, 4])
    for sum in weights.sum(axis: 3).tensor.elements { #expect(abs(sum - 1) < 1e-6) }
    // Sparse: some weights of listed neighbours are exactly zero, not only nobody's.
    #expect(weights.tensor.elements.filter { $0 == 0 }.count > 2)
  }

  @Test func anAssetThatMayAttendToNobodyGetsNothing() {
    let tape = Tape()
    let x = tape.variable(normal([1, 2, 2], 1))
    let alone = AttentionNeighbours(assets: 2, count: 1, indices: [-1, 0], dates: 1)
    let y = sparseAttention(queries: x, keys: x, values: x, neighbours: alone, heads: 1).output
    #expect(y.tensor.elements.prefix(2).allSatisfy { $0 == 0 })
    #expect(Array(y.tensor.elements.suffix(2)) == Array(x.tensor.elements.prefix(2)))
    tape.backward(from: y.sum())
    #expect(tape.gradient(of: x).elements.allSatisfy { $0.isFinite })
  }

  @Test func neighboursOutOfRangeStop() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = AttentionNeighbours(assets: 2, count: 1, indices: [1, 2], dates: 1)
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("AttentionNeighbours: neighbour 2 of 2 assets"))
  }
}
