public import Autodiff

/// Attention of a sequence's last state to all its states, window by window.
///
/// `y_d = LayerNorm(h_d + W_o Σ_s p_s (W_v h_{d−s} + b_v) + b_o)` with weights p over the `steps` states
/// `s = 0 … steps − 1` of window d: an LSTM's memory is what it was trained to keep, this looks back
/// at what it had.
///
/// - Shapes: states `[G, B, width]` of consecutive positions; output `[G − steps + 1, B, width]`, weights
///   `[B, heads, G − steps + 1, steps]`, the oldest state's first.
/// - Parameters `query`, `key`, `value`, `output` (each `weight` `[width, width]` and `bias`), `norm`.
/// - Source: Vaswani et al. (2017), eq. 1; Lim et al. (2021), §4.4 for the use on recurrent states.
public struct TemporalAttention: Layer {
  /// The number of states looked at.
  public let steps: Int
  /// The number of heads.
  public let heads: Int
  /// How scores become weights.
  public let weighting: AttentionWeighting
  private let query, key, value, output: Linear
  private let norm: LayerNorm
  private let dropout: Dropout

  /// Attention to the last `steps` states; `heads` divides the width.
  public init(
    width: Int, heads: Int, steps: Int, weighting: AttentionWeighting = .softmax,
    dropout: Double = 0, in builder: inout ParameterBuilder
  ) {
    check(
      width > 0 && heads > 0 && width % heads == 0 && steps > 0,
      "TemporalAttention: width \(width), \(heads) heads, \(steps) steps")
    self.steps = steps
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
  }

  /// What each window's last state knows after looking back.
  public func callAsFunction(_ states: Variable, in pass: inout Pass) -> Variable {
    attend(states, in: &pass).output
  }

  /// The same, with the weights.
  public func attend(
    _ states: Variable, in pass: inout Pass
  ) -> (output: Variable, weights: Variable) {
    let shape = states.shape
    check(
      shape.rank == 3 && shape[0] >= steps,
      "TemporalAttention: states \(shape) for windows of \(steps)")
    let (positions, windows) = (shape[0], shape[0] - steps + 1)
    let last = states.slice(steps - 1..<positions)
    // The sequences take the place of dates, the windows that of queries, the positions that of
    // assets: window d attends to positions d … d + steps − 1.
    func bySequence(_ x: Variable) -> Variable { x.permuted([1, 0, 2]) }
    let lists = (0..<windows).flatMap { d in (d..<d + steps).map { Int32($0) } }
    let attended = sparseAttention(
      queries: bySequence(query(last, in: &pass)), keys: bySequence(key(states, in: &pass)),
      values: bySequence(value(states, in: &pass)),
      neighbours: AttentionNeighbours(
        queries: windows, assets: positions, count: steps, indices: lists,
        listOfDate: [Int](repeating: 0, count: shape[1])),
      heads: heads, weighting: weighting)
    let update = dropout(output(bySequence(attended.output), in: &pass), in: &pass)
    return (norm(last + update, in: &pass), attended.weights)
  }
}
