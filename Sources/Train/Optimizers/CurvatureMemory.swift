package import Autodiff

/// What ``LBFGS`` remembers between two evaluations; empty for every other optimiser.
package struct CurvatureMemory: Sendable, Hashable {
  /// Steps `s` and the gradient's changes `y` over them, oldest first.
  package var steps: [[Scalar]] = []
  package var changes: [[Scalar]] = []
  /// The point that the line search starts from, with its gradient and objective.
  package var point: [Scalar] = []
  package var gradient: [Scalar] = []
  /// The direction of the search.
  package var direction: [Scalar] = []
  package var objective = 0.0
  /// How far along the direction the parameters are.
  package var length = 0.0

  /// Whether nothing was evaluated yet.
  package var isEmpty: Bool { point.isEmpty }
}
