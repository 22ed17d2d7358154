public import Autodiff

/// Several recurrent layers on top of each other: each reads the states of the one below.
///
/// Between two layers, and only there, the states pass through layer normalisation and dropout, if
/// wanted. Every window runs through all layers from zero states, as in a single layer.
///
/// - Shapes: those of ``RecurrentLayer``; `hidden` is the same in all layers.
/// - Parameters: layer k names its own in the scope `k` (from 0), and the normalisation of its
///   output, if it has one, in `k.norm`.
/// - Source: Graves, Mohamed & Hinton (2013), *Speech recognition with deep recurrent neural
///   networks*, §2; dropout between layers after Zaremba, Sutskever & Vinyals (2014).
public struct RecurrentStack<Cell: RecurrentLayer>: Layer {
  /// The layers, the lowest first.
  public let layers: [Cell]
  /// The normalisations of all layers' outputs but the last's; empty without.
  public let norms: [LayerNorm]
  /// What happens to all layers' outputs but the last's.
  public let dropout: Dropout

  /// A stack of `depth` layers over windows of `steps` positions.
  public init(
    inputs: Int, hidden: Int, depth: Int, steps: Int, normalized: Bool = false,
    dropoutRate: Double = 0, in builder: inout ParameterBuilder
  ) {
    check(depth > 0, "RecurrentStack: \(depth) layers")
    var layers: [Cell] = []
    var norms: [LayerNorm] = []
    for index in 0..<depth {
      builder.scope("\(index)") { builder in
        let width = index == 0 ? inputs : hidden
        layers.append(Cell(inputs: width, hidden: hidden, steps: steps, in: &builder))
        guard normalized, index < depth - 1 else { return }
        norms.append(builder.scope("norm") { LayerNorm(size: hidden, in: &$0) })
      }
    }
    self.layers = layers
    self.norms = norms
    dropout = Dropout(rate: dropoutRate)
  }

  /// The last layer's state at the end of every window.
  ///
  /// - Shapes: input `[G, B, inputs]`, output `[G − steps + 1, B, hidden]`.
  public func callAsFunction(_ input: Variable, in pass: inout Pass) -> Variable {
    self(input, returning: .last, in: &pass)
  }

  /// The last layer's states in every window.
  ///
  /// - Shapes: as ``RecurrentLayer/callAsFunction(_:returning:in:)``.
  public func callAsFunction(
    _ input: Variable, returning output: LSTMOutput, in pass: inout Pass
  ) -> Variable {
    guard layers.count > 1 else { return layers[0](input, returning: output, in: &pass) }
    // From the second layer on, the windows are the sequences.
    var states = input
    for index in layers.indices.dropLast() {
      states = between(index, layers[index](states, returning: .all, in: &pass), &pass)
    }
    let top = layers[layers.count - 1](states, returning: output, in: &pass)
    return output == .all
      ? top
      : top.reshaped(
        to: Shape(input.shape[0] - layers[0].steps + 1, input.shape[1], top.shape[2]))
  }

  /// Runs once over the whole input from given states, one for each layer, and gives the states at
  /// its end.
  ///
  /// - Shapes: as ``RecurrentLayer/callAsFunction(_:from:returning:in:)``.
  public func callAsFunction(
    _ input: Variable, from states: [Cell.State]?, returning output: LSTMOutput,
    in pass: inout Pass
  ) -> (output: Variable, states: [Cell.State]) {
    if let states {
      check(
        states.count == layers.count,
        "RecurrentStack: \(states.count) initial states for \(layers.count) layers")
    }
    var values = input
    var final: [Cell.State] = []
    for (index, layer) in layers.enumerated() {
      let isLast = index == layers.count - 1
      let (next, state) = layer(
        values, from: states?[index], returning: isLast ? output : .all, in: &pass)
      final.append(state)
      values = isLast ? next : between(index, next, &pass)
    }
    return (values, final)
  }

  /// From the states of layer `index` to the input of the next.
  private func between(_ index: Int, _ states: Variable, _ pass: inout Pass) -> Variable {
    let normalized = norms.isEmpty ? states : norms[index](states, in: &pass)
    return dropout(normalized, in: &pass)
  }
}

/// Several LSTMs on top of each other.
public typealias LSTMStack = RecurrentStack<LSTM>

/// Several gated recurrent units on top of each other.
public typealias GRUStack = RecurrentStack<GRU>
