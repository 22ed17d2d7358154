internal import Autodiff
internal import Finance
internal import Layers

/// The attention block of a policy: every asset reads its nearest neighbours and the tokens.
struct AttentionBlock: Sendable {
  private let attention: SparseAttention

  /// Throws an ``ExperimentError`` for heads that do not divide the width.
  init(_ settings: AttentionSettings, width: Int, in builder: inout ParameterBuilder) throws {
    guard width % settings.heads == 0 else {
      throw ExperimentError(
        "model.attention.heads is \(settings.heads), which does not divide the width of the states, "
          + "\(width); choose one of \(Self.divisors(width))")
    }
    attention = SparseAttention(
      width: width, heads: settings.heads, tokens: settings.tokens, weighting: settings.value,
      dropout: settings.dropout, in: &builder)
  }

  /// Shapes: states `[D, N, width]` → the same, and the weights `[D, heads, N, k + 1 + tokens]`.
  func callAsFunction(
    _ states: Variable, _ neighbours: AttentionNeighbours, among availability: Availability?,
    in pass: inout Pass
  ) -> (output: Variable, weights: Variable) {
    attention.attend(
      SparseAttention.Input(states: states, neighbours: neighbours, availability: availability),
      in: &pass)
  }

  static func divisors(_ width: Int) -> String {
    (1...width).filter { width % $0 == 0 }.map(String.init).joined(separator: ", ")
  }
}
