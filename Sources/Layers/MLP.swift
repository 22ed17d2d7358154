public import Autodiff

/// A multi-layer perceptron over the last axis: affine maps with a nonlinearity and dropout between
/// them.
///
/// `y = … φ(φ(x W₁ + b₁) W₂ + b₂) … W_n + b_n`; nothing follows the last map. Without hidden layers it
/// is one affine map.
///
/// - Shapes: input `[…, inputs]`, output `[…, outputs]`.
/// - Parameters `layer1.weight`, `layer1.bias`, `layer2.weight`, …
public struct MLP: Layer {
  /// The function between two maps.
  public enum Activation: String, Sendable, CaseIterable {
    /// The exponential linear unit.
    case elu
    /// The rectifier.
    case relu
    /// The hyperbolic tangent.
    case tanh
    /// The smooth rectifier `log(1 + exp x)`.
    case softplus

    func callAsFunction(_ x: Variable) -> Variable {
      switch self {
      case .elu: x.elu()
      case .relu: x.relu()
      case .tanh: x.tanh()
      case .softplus: x.softplus()
      }
    }
  }

  private let maps: [Linear]
  private let activation: Activation
  private let dropout: Dropout

  /// Hidden layers of the given widths; with `zeroStart` the last map starts at zero, so that the
  /// output does.
  public init(
    inputs: Int, hidden: [Int], outputs: Int, activation: Activation = .elu, dropout: Double = 0,
    zeroStart: Bool = false, in builder: inout ParameterBuilder
  ) {
    let widths = [inputs] + hidden + [outputs]
    var maps: [Linear] = []
    for position in 1..<widths.count {
      maps.append(
        builder.scope("layer\(position)") {
          Linear(
            inputs: widths[position - 1], outputs: widths[position],
            zeroStart: zeroStart && position == widths.count - 1, in: &$0)
        })
    }
    self.maps = maps
    self.activation = activation
    self.dropout = Dropout(rate: dropout)
  }

  /// Applies the perceptron to every row.
  public func callAsFunction(_ input: Variable, in pass: inout Pass) -> Variable {
    var x = input
    for (position, map) in maps.enumerated() {
      if position > 0 { x = dropout(activation(x), in: &pass) }
      x = map(x, in: &pass)
    }
    return x
  }
}
