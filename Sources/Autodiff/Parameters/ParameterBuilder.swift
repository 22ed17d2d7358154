/// Creates and names parameters while layers are built.
///
/// Scopes compose names: inside `builder.scope("policy") { … $0.scope("lstm") { … } }` a parameter
/// `weight` is called `policy.lstm.weight`. Each parameter draws from its own random stream, split
/// from the builder's by that name, so that adding a layer does not change the others' start.
public struct ParameterBuilder {
  /// What has been built so far.
  public private(set) var parameters = Parameters()
  private let generator: SplitMix64
  private var path: [String] = []
  private var shares = false

  /// An empty builder whose random initial values are determined by `generator`.
  public init(generator: SplitMix64) { self.generator = generator }

  /// Builds inside a named scope.
  public mutating func scope<Result>(
    _ name: String, _ body: (inout ParameterBuilder) throws -> Result
  ) rethrows -> Result {
    path.append(name)
    defer { path.removeLast() }
    return try body(&self)
  }

  /// Builds inside a named scope, or where it is where there is none.
  public mutating func scope<Result>(
    _ name: String?, _ body: (inout ParameterBuilder) throws -> Result
  ) rethrows -> Result {
    guard let name else { return try body(&self) }
    return try scope(name, body)
  }

  /// Builds a layer on the parameters that are there already: one of the same name is taken as it is, and
  /// only what has no namesake is added.
  ///
  /// A namesake of another shape stops the program.
  public mutating func sharing<Result>(
    _ body: (inout ParameterBuilder) throws -> Result
  ) rethrows -> Result {
    let before = shares
    shares = true
    defer { shares = before }
    return try body(&self)
  }

  /// A parameter that starts at given values.
  public mutating func parameter(_ name: String, _ initial: Tensor) -> ParameterID {
    let name = fullName(name)
    guard shares, let (id, shape) = parameters.find(name) else {
      return parameters.append(name, initial)
    }
    check(
      shape == initial.shape,
      "the shared parameter '\(name)' has shape \(shape), not \(initial.shape)")
    return id
  }

  /// A parameter that starts at zero.
  public mutating func zeros(_ name: String, _ shape: Shape) -> ParameterID {
    parameter(name, Tensor(repeating: 0, shape: shape))
  }

  /// A parameter that starts uniform in ±`bound`.
  public mutating func uniform(_ name: String, _ shape: Shape, bound: Double) -> ParameterID {
    var stream = generator.split(fullName(name))
    let elements = (0..<shape.count).map { _ in Scalar(bound * (2 * stream.uniform() - 1)) }
    return parameter(name, Tensor(elements, shape: shape))
  }

  /// A matrix `[inputs, outputs]` that starts uniform in ±√(6 / (inputs + outputs)).
  ///
  /// - Source: Glorot & Bengio (2010), *Understanding the difficulty of training deep feedforward
  ///   neural networks*, eq. 16.
  public mutating func glorot(_ name: String, _ inputs: Int, _ outputs: Int) -> ParameterID {
    uniform(name, Shape(inputs, outputs), bound: (6 / Double(inputs + outputs)).squareRoot())
  }

  private func fullName(_ name: String) -> String {
    (path + [name]).joined(separator: ".")
  }
}
