public import Autodiff
public import Finance

/// Risk budgets from scores: inside their bounds, summing to one, for a block of dates at once.
///
/// `b_i = l_i + (c_i − l_i) σ(z_i − τ)` with the one τ for which `Σ b = 1`, date by date; equal
/// scores give equal budgets. The function is Finance's `BudgetHead`; this puts it on the tape.
///
/// Where only some assets are in the universe of a date, sum and bounds are those of the assets in it
/// (`SimplexBounds.restricted(to:)`); the others' budgets and gradients are exactly 0 and their scores
/// are not read.
///
/// - Shapes: scores `[D, N]` → budgets `[D, N]`.
/// - VJP: `k_i = (c_i − l_i) s_i (1 − s_i)`, `z̄_i += k_i (b̄_i − Σ k_j b̄_j / Σ k_j)`.
public struct BoundedBudgets: Layer {
  /// The smallest and largest budget of each asset.
  public let bounds: BudgetBounds

  /// A head within bounds; it has no parameters.
  public init(bounds: BudgetBounds) { self.bounds = bounds }

  /// The budgets of a block of scores.
  ///
  /// Throws a ``DatedError`` if a score is not finite.
  public func callAsFunction(_ scores: Variable, in pass: inout Pass) throws -> Variable {
    try self(scores, among: nil, in: &pass)
  }

  /// The budgets of a block of scores among the assets available at each date; nil for all.
  ///
  /// Throws a ``DatedError`` if a score is not finite, or the bounds leave the assets no budgets.
  public func callAsFunction(
    _ scores: Variable, among availability: Availability?, in pass: inout Pass
  ) throws -> Variable {
    let (shape, n) = (scores.shape, bounds.count)
    check(
      shape.rank == 2 && shape[1] == n, "BoundedBudgets: scores \(shape) for \(n) assets")
    check(
      availability.map { $0.assets == n && $0.decisions == shape[0] } ?? true,
      "BoundedBudgets: \(availability?.decisions ?? 0) × \(availability?.assets ?? 0) flags for "
        + "scores \(shape)")
    let tape = scores.tape
    let (dates, input, budgets) = (shape[0], scores.values, tape.allocate(shape.count))
    let slopes = tape.allocate(Double.self, shape.count)
    var z = [Double](repeating: 0, count: n)
    var (b, k) = (z, z)
    var (members, own) = (Array(0..<n), bounds)
    for d in 0..<dates {
      do {
        // The universe seldom changes from one date to the next.
        if let availability, d == 0 || !availability.isSame(at: d, as: d - 1) {
          members = availability.members(at: d)
          own = members.count == n ? bounds : try bounds.restricted(to: members)
        }
        for (a, i) in members.enumerated() { z[a] = Double(input[d * n + i]) }
        try BudgetHead.forward(
          count: members.count, scores: z, lower: own.lower, upper: own.upper, budgets: &b,
          slopes: &k)
      } catch let error as BudgetHeadError {
        throw DatedError(date: d, underlying: error.among(members))
      } catch { throw DatedError(date: d, underlying: error) }
      if members.count < n {
        for i in 0..<n {
          budgets[d * n + i] = 0
          slopes[d * n + i] = 0
        }
      }
      for (a, i) in members.enumerated() {
        budgets[d * n + i] = Scalar(b[a])
        slopes[d * n + i] = k[a]
      }
    }
    return tape.record(
      "BoundedBudgets", scores, output: budgets, shape: shape, saving: slopes
    ) { context in
      guard let z̄ = context.cotangent(0) else { return }
      let slopes = context.saved(as: UnsafeMutablePointer<Double>.self)
      let (dates, n, seed) = (context.outputShape[0], context.outputShape[1], context.seed)
      var b̄ = [Double](repeating: 0, count: n)
      var gradient = b̄
      for d in 0..<dates {
        for i in 0..<n {
          b̄[i] = Double(seed[d * n + i])
          gradient[i] = 0
        }
        // A budget without a slope, such as that of an asset outside the universe, has no gradient.
        BudgetHead.backward(
          count: n, cotangent: b̄, slopes: slopes + d * n, scoreGradient: &gradient)
        for i in 0..<n { z̄[d * n + i] += Scalar(gradient[i]) }
      }
    }
  }
}
