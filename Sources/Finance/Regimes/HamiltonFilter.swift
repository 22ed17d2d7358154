#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// The Hamilton filter: the probability of each regime given the observations so far.
///
/// With log-likelihoods `ℓ_tk = log p(x_t | k)`, transition probabilities A and the probabilities
/// before the first observation α₀: `α_tk ∝ exp(ℓ_tk) Σ_j A_jk α_{t−1,j}`, and the likelihood of an
/// observation given those before it is the sum that normalises, `c_t`. All in logarithms, so that
/// a regime that was all but excluded comes back when the observations say so.
///
/// - Shapes: ℓ and α `[T, K]`, c `[T]`, A `[K, K]` (from, to), row-major.
/// - VJP, backwards in time: with `λ = log α` and its cotangent from later dates
///   `λ̄_k += ᾱ_k α_k`; `ū_k = λ̄_k + α_k (c̄ − Σ λ̄)`; `ℓ̄_k += ū_k`; and with the share
///   `W_jk = A_jk α_{t−1,j} / Σ_i A_ik α_{t−1,i}`: `(log A)‾_jk += ū_k W_jk`, `λ̄_{t−1,j} = Σ_k W_jk ū_k`.
/// - Source: Hamilton (1989), *A New Approach to the Economic Analysis of Nonstationary Time Series
///   and the Business Cycle*, §3.
public enum HamiltonFilter {
  /// Filters T observations; `shares` `[T, K, K]` is what the backward pass needs.
  ///
  /// `logStart` is log α₀. Throws a ``RegimeError`` with the date for the first observation that
  /// cannot be filtered.
  public static func forward(
    count: Int, dates: Int, logLikelihoods: UnsafePointer<Double>,
    logTransition: UnsafePointer<Double>, logStart: UnsafePointer<Double>,
    probabilities: UnsafeMutablePointer<Double>, logEvidence: UnsafeMutablePointer<Double>,
    shares: UnsafeMutablePointer<Double>
  ) throws(Failure) {
    let n = count
    return try withScratch(n) { λ, u throws(Failure) in
      for k in 0..<n { λ[k] = logStart[k] }
      for t in 0..<dates {
        let (ℓ, share) = (logLikelihoods + t * n, shares + t * n * n)
        for k in 0..<n {
          guard ℓ[k] < .infinity else {
            throw Failure(date: t, cause: .badEmission(regime: k, value: ℓ[k]))
          }
          var largest = -Double.infinity
          for j in 0..<n { largest = max(largest, λ[j] + logTransition[j * n + k]) }
          guard largest > -.infinity else {
            for j in 0..<n { share[j * n + k] = 0 }
            u[k] = -.infinity
            continue
          }
          var sum = 0.0
          for j in 0..<n {
            let term = exp(λ[j] + logTransition[j * n + k] - largest)
            share[j * n + k] = term
            sum += term
          }
          for j in 0..<n { share[j * n + k] /= sum }
          u[k] = ℓ[k] + largest + log(sum)
        }
        var largest = -Double.infinity
        for k in 0..<n { largest = max(largest, u[k]) }
        guard largest > -.infinity else { throw Failure(date: t, cause: .impossibleObservation) }
        var sum = 0.0
        for k in 0..<n { sum += exp(u[k] - largest) }
        let evidence = largest + log(sum)
        logEvidence[t] = evidence
        for k in 0..<n {
          λ[k] = u[k] - evidence
          probabilities[t * n + k] = exp(λ[k])
        }
      }
    }
  }

  /// Adds the gradients with respect to the log-likelihoods, log A and log α₀.
  public static func backward(
    count: Int, dates: Int, probabilities: UnsafePointer<Double>, shares: UnsafePointer<Double>,
    probabilityCotangent: UnsafePointer<Double>, evidenceCotangent: UnsafePointer<Double>,
    logLikelihoodGradient: UnsafeMutablePointer<Double>,
    logTransitionGradient: UnsafeMutablePointer<Double>,
    logStartGradient: UnsafeMutablePointer<Double>
  ) {
    let n = count
    withScratch(n) { carried, u in
      for k in 0..<n { carried[k] = 0 }
      for t in (0..<dates).reversed() {
        let (α, share) = (probabilities + t * n, shares + t * n * n)
        var total = 0.0
        for k in 0..<n {
          carried[k] += probabilityCotangent[t * n + k] * α[k]
          total += carried[k]
        }
        for k in 0..<n {
          u[k] = carried[k] + α[k] * (evidenceCotangent[t] - total)
          logLikelihoodGradient[t * n + k] += u[k]
        }
        for j in 0..<n {
          var sum = 0.0
          for k in 0..<n {
            let term = share[j * n + k] * u[k]
            logTransitionGradient[j * n + k] += term
            sum += term
          }
          carried[j] = sum
        }
      }
      for k in 0..<n { logStartGradient[k] += carried[k] }
    }
  }

  /// An observation that cannot be filtered.
  public struct Failure: Error, CustomStringConvertible {
    /// Its position.
    public let date: Int
    /// Why.
    public let cause: RegimeError
    /// The cause, with the position.
    public var description: String { "\(cause) (observation \(date))" }
  }

  private static func withScratch<E: Error>(
    _ count: Int,
    _ body: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>) throws(E) -> Void
  ) throws(E) {
    let memory = UnsafeMutablePointer<Double>.allocate(capacity: 2 * count)
    defer { memory.deallocate() }
    try body(memory, memory + count)
  }
}
