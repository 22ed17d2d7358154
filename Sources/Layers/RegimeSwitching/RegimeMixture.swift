public import Autodiff

/// Mixes what each regime would do by the regimes' probabilities: `b_t = Σ_k α_tk b^(k)_t`.
///
/// A mixture of budgets inside their bounds and of sum 1 is again one.
///
/// - Shapes: probabilities `[D, K]`; per regime `[K, N]`, or `[D, K, N]` where it changes with the
///   date; result `[D, N]`.
public func regimeMixture(_ probabilities: Variable, _ perRegime: Variable) -> Variable {
  let (α, b) = (probabilities.shape, perRegime.shape)
  check(
    α.rank == 2 && (b.rank == 2 || b.rank == 3 && b[0] == α[0]) && b[b.rank - 2] == α[1],
    "regimeMixture: probabilities \(α), per regime \(b)")
  if b.rank == 2 { return matmul(probabilities, perRegime) }
  return matmul(probabilities.insertingAxis(at: 1), perRegime).removingAxis(1)
}
