public import Autodiff
public import Finance

/// Sparse multi-head attention across assets, in time linear in their number.
///
/// Asset i attends to the neighbours in its list and to g global tokens. A token is a learned query
/// that first gathers from all assets in the universe of the date (softmax over them), so that what
/// concerns the whole market reaches every asset at a cost of O(N g). The result is
/// `LayerNorm(h + dropout(W_o attention + b_o))`.
///
/// - Shapes: states `[D, N, width]`, neighbours of N assets at D dates; output `[D, N, width]`, weights
///   `[D, heads, N, k + g]` with the neighbours' first.
/// - Parameters `query`, `key`, `value`, `output` (each `weight` `[width, width]` and `bias`), `norm`
///   (`gain`, `bias`), and with tokens `tokens` `[g, width]`, `tokenKey`, `tokenValue`.
/// - Source: Vaswani et al. (2017); sparse weights of Peters, Niculae & Martins (2019); tokens as the
///   inducing points of Lee, Lee, Kim, Kosiorek, Choi & Teh (2019), *Set Transformer*, eq. 9.
public struct SparseAttention: Layer {
  /// What the layer reads.
  public struct Input {
    /// `[D, N, width]`.
    public var states: Variable
    /// Whom each asset attends to.
    public var neighbours: AttentionNeighbours
    /// The assets `[D, N]` that tokens gather from; nil for all.
    public var availability: Availability?

    /// States of assets and their neighbours.
    public init(
      states: Variable, neighbours: AttentionNeighbours, availability: Availability? = nil
    ) {
      self.states = states
      self.neighbours = neighbours
      self.availability = availability
    }
  }

  /// The number of heads.
  public let heads: Int
  /// How scores become weights.
  public let weighting: AttentionWeighting
  private let query, key, value, output: Linear
  private let norm: LayerNorm
  private let dropout: Dropout
  private let tokens: Tokens?

  private struct Tokens {
    let queries: ParameterID
    let key, value: Linear
  }

  /// Attention of some heads, whose number divides the width, to neighbours and `tokens` tokens.
  public init(
    width: Int, heads: Int, tokens: Int = 0, weighting: AttentionWeighting = .softmax,
    dropout: Double = 0, in builder: inout ParameterBuilder
  ) {
    check(
      width > 0 && heads > 0 && width % heads == 0 && tokens >= 0,
      "SparseAttention: width \(width), \(heads) heads, \(tokens) tokens")
    self.heads = heads
    self.weighting = weighting
    func square(_ name: String) -> Linear {
      builder.scope(name) { Linear(inputs: width, outputs: width, in: &$0) }
    }
    query = square("query")
    key = square("key")
    value = square("value")
    output = square("output")
    norm = builder.scope("norm") { LayerNorm(size: width, in: &$0) }
    self.dropout = Dropout(rate: dropout)
    self.tokens =
      tokens == 0
      ? nil
      : Tokens(
        queries: builder.glorot("tokens", tokens, width), key: square("tokenKey"),
        value: square("tokenValue"))
  }

  /// What the assets know after attending.
  public func callAsFunction(_ input: Input, in pass: inout Pass) -> Variable {
    attend(input, in: &pass).output
  }

  /// What the assets know after attending, and to whom they did.
  public func attend(
    _ input: Input, in pass: inout Pass
  ) -> (output: Variable, weights: Variable) {
    let h = input.states
    if let availability = input.availability {
      check(
        h.shape.rank == 3 && availability.decisions == h.shape[0]
          && availability.assets == h.shape[1],
        "SparseAttention: states \(h.shape), availability [\(availability.decisions), "
          + "\(availability.assets)]")
    }
    let (keys, values) = (key(h, in: &pass), value(h, in: &pass))
    let attended = sparseAttention(
      queries: query(h, in: &pass), keys: keys, values: values, neighbours: input.neighbours,
      tokens: gatherTokens(
        keys: keys, values: values, among: input.availability, in: &pass), heads: heads,
      weighting: weighting)
    let update = dropout(output(attended.output, in: &pass), in: &pass)
    return (norm(h + update, in: &pass), attended.weights)
  }

  /// What the tokens gather from the assets of each date.
  private func gatherTokens(
    keys: Variable, values: Variable, among availability: Availability?, in pass: inout Pass
  ) -> AttentionTokens? {
    guard let tokens else { return nil }
    let learned = pass(tokens.queries)
    let (dates, count, width) = (keys.shape[0], learned.shape[0], learned.shape[1])
    let gathered = sparseAttention(
      queries: learned.broadcast(to: Shape(dates, count, width)), keys: keys, values: values,
      neighbours: availability.map { Self.lists($0, queries: count) },
      tokens: availability == nil ? AttentionTokens(keys: keys, values: values) : nil, heads: heads
    ).output
    return AttentionTokens(
      keys: tokens.key(gathered, in: &pass), values: tokens.value(gathered, in: &pass))
  }

  /// The assets in the universe of each date, for every query, and nobody in the others' places.
  private static func lists(_ availability: Availability, queries: Int) -> AttentionNeighbours {
    let n = availability.assets
    var (indices, lists): ([Int32], [[Bool]: Int]) = ([], [:])
    let listOfDate = (0..<availability.decisions).map { date in
      let flags = Array(availability.flags[date * n..<(date + 1) * n])
      if let list = lists[flags] { return list }
      lists[flags] = lists.count
      for _ in 0..<queries { indices += flags.indices.map { flags[$0] ? Int32($0) : -1 } }
      return lists.count - 1
    }
    return AttentionNeighbours(
      queries: queries, assets: n, count: n, indices: indices, listOfDate: listOfDate)
  }
}
