/// A measure of risk that is convex, smooth and homogeneous of degree one in the holdings, so that
/// `R(y) = Σ yᵢ ∂ᵢR(y)` shares it out among the assets.
public protocol RiskMeasure: Sendable {
  /// The number of assets.
  var count: Int { get }

  /// `R`, `∇R` and `∇²R` at positive holdings.
  func evaluate(_ holdings: [Double]) -> RiskMeasureValue
}

/// A risk measure's value, gradient and curvature.
public struct RiskMeasureValue: Sendable, Hashable {
  /// `R(y)`.
  public let value: Double
  /// `∇R(y)` `[N]`.
  public let gradient: [Double]
  /// `∇²R(y)` `[N, N]`, positive semidefinite.
  public let curvature: Matrix

  /// A value with its derivatives.
  public init(value: Double, gradient: [Double], curvature: Matrix) {
    self.value = value
    self.gradient = gradient
    self.curvature = curvature
  }
}
