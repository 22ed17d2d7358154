internal import Autodiff

/// Shortens a gradient whose Euclidean norm exceeds `limit`; returns the norm before.
///
/// A norm that is not finite is returned as it is, and the gradient left alone.
///
/// - Source: Pascanu, Mikolov & Bengio (2013), *On the difficulty of training recurrent neural
///   networks*, algorithm 1.
func clipNorm(of gradient: inout [Scalar], limit: Double) -> Double {
  var squares = 0.0
  for g in gradient { squares += Double(g) * Double(g) }
  let norm = squares.squareRoot()
  guard norm > limit, norm.isFinite else { return norm }
  let factor = Scalar(limit / norm)
  for i in gradient.indices { gradient[i] *= factor }
  return norm
}
