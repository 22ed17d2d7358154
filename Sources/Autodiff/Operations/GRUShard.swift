/// The state of one shard of rows over all steps.
struct GRUShard {
  /// The pieces of one step.
  struct Step {
    /// r and z, row by row `[rows, 2H]`.
    let gates: UnsafeMutablePointer<Scalar>
    /// n.
    let candidate: UnsafeMutablePointer<Scalar>
    /// n', the candidate's recurrent part.
    let inner: UnsafeMutablePointer<Scalar>
    /// h_{t−1}.
    let before: UnsafeMutablePointer<Scalar>
    /// h_t.
    let after: UnsafeMutablePointer<Scalar>
  }

  /// `[steps + 1, rows, H]`.
  let states: UnsafeMutablePointer<Scalar>
  private let activations: UnsafeMutablePointer<Scalar>
  private let size: Int

  init(_ plan: GRUPlan, _ rows: Int, _ memory: UnsafeMutablePointer<Scalar>) {
    size = rows * plan.hidden
    states = memory
    activations = memory + (plan.steps + 1) * size
  }

  func step(_ t: Int) -> Step {
    let own = activations + 4 * t * size
    return Step(
      gates: own, candidate: own + 2 * size, inner: own + 3 * size, before: states + t * size,
      after: states + (t + 1) * size)
  }
}
