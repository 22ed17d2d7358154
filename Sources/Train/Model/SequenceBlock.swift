internal import Autodiff
internal import Layers

/// The sequence block of a policy: features of past decisions → a state at each decision.
///
/// In `window` mode every decision sees its own `steps` decisions, from a zero state. In `stream`
/// mode one pass runs over the whole block and the `steps − 1` decisions before it, which warm the
/// state up: `steps` times cheaper, and a state remembers everything since the block's start.
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

  /// Parameters of the layers `0`, `1`, …, and `norm` of the last states with normalisation.
  init?(_ settings: SequenceSettings, inputs: Int, in builder: inout ParameterBuilder) {
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
  }

  private static func stack<Cell: RecurrentLayer>(
    _ settings: SequenceSettings, inputs: Int, in builder: inout ParameterBuilder
  ) -> RecurrentStack<Cell> {
    RecurrentStack(
      inputs: inputs, hidden: settings.hidden, depth: settings.layers, steps: settings.steps,
      normalized: settings.layerNorm, dropoutRate: settings.dropout, in: &builder)
  }

  /// The states: `[steps − 1 + D, lanes, inputs]` → `[D, lanes, hidden]`.
  func callAsFunction(_ input: Variable, in pass: inout Pass) -> Variable {
    let states =
      switch stack {
      case .lstm(let stack): run(stack, input, in: &pass)
      case .gru(let stack): run(stack, input, in: &pass)
      }
    return dropout(norm.map { $0(states, in: &pass) } ?? states, in: &pass)
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
