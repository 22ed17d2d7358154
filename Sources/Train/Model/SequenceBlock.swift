internal import Autodiff
internal import Layers

/// The sequence block of a policy: features of past decisions → a state at each decision.
///
/// In `window` mode every decision sees its own `steps` decisions, from a zero state. In `stream`
/// mode one pass runs over the whole block and the `steps − 1` decisions before it, which warm the
/// state up: `steps` times cheaper, and a state remembers everything since the block's start.
/// Attention over past states, where asked for, comes last.
struct SequenceBlock: Sendable {
  private enum Stack: Sendable {
    case lstm(LSTMStack)
    case gru(GRUStack)
  }

  private let stack: Stack
  private let mode: SequenceSettings.Mode
  private let steps: Int
  private let norm: LayerNorm?
  private let dropout: Dropout
  private let attention: TemporalAttention?

  /// Parameters of the layers `0`, `1`, …, `norm` of the last states with normalisation, and
  /// `attention` over past states.
  ///
  /// Throws an ``ExperimentError`` for heads that do not divide the hidden units.
  init?(_ settings: SequenceSettings, inputs: Int, in builder: inout ParameterBuilder) throws {
    switch settings.kind {
    case .none: return nil
    case .lstm: stack = .lstm(Self.stack(settings, inputs: inputs, in: &builder))
    case .gru: stack = .gru(Self.stack(settings, inputs: inputs, in: &builder))
    }
    mode = settings.mode
    steps = settings.steps
    norm =
      settings.layerNorm
      ? builder.scope("norm") { LayerNorm(size: settings.hidden, in: &$0) } : nil
    dropout = Dropout(rate: settings.dropout)
    if let own = settings.attention, settings.hidden % own.heads != 0 {
      throw ExperimentError(
        "model.sequence.attention.heads is \(own.heads), which does not divide the hidden units, "
          + "\(settings.hidden); choose one of \(AttentionBlock.divisors(settings.hidden))")
    }
    attention = settings.attention.map { own in
      builder.scope("attention") {
        TemporalAttention(
          width: settings.hidden, heads: own.heads, steps: own.steps, dropout: settings.dropout,
          in: &$0)
      }
    }
  }

  private static func stack<Cell: RecurrentLayer>(
    _ settings: SequenceSettings, inputs: Int, in builder: inout ParameterBuilder
  ) -> RecurrentStack<Cell> {
    RecurrentStack(
      inputs: inputs, hidden: settings.hidden, depth: settings.layers, steps: settings.steps,
      normalized: settings.layerNorm, dropoutRate: settings.dropout, in: &builder)
  }

  /// The states: `[history + D, lanes, inputs]` → `[D, lanes, hidden]`.
  func callAsFunction(_ input: Variable, in pass: inout Pass) -> Variable {
    let states =
      switch stack {
      case .lstm(let stack): run(stack, input, in: &pass)
      case .gru(let stack): run(stack, input, in: &pass)
      }
    let own = dropout(norm.map { $0(states, in: &pass) } ?? states, in: &pass)
    return attention.map { $0(own, in: &pass) } ?? own
  }

  private func run<Cell>(
    _ stack: RecurrentStack<Cell>, _ input: Variable, in pass: inout Pass
  ) -> Variable {
    switch mode {
    case .window: stack(input, in: &pass)
    case .stream:
      stack(input, from: nil, returning: .all, in: &pass).output
        .slice(steps - 1..<input.shape[0])
    }
  }
}
