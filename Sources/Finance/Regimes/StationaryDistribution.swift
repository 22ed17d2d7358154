/// The stationary distribution of a finite Markov chain, and its derivative.
///
/// `πᵀA = πᵀ`, `Σπ = 1` for a transition matrix A with rows of sum 1, as the solution of
/// `(I − Aᵀ + 𝟏𝟏ᵀ) π = 𝟏`.
///
/// - VJP: with `(I − Aᵀ + 𝟏𝟏ᵀ)ᵀ λ = π̄`, `Ā_jk = π_j λ_k`.
/// - Source: Paige, Styan & Wachter (1975), *Computation of the stationary distribution of a Markov
///   chain*.
public enum StationaryDistribution {
  /// The distribution of a chain with transition matrix `[K, K]`, row-major.
  ///
  /// Throws a ``RegimeError`` if a row is no distribution or the chain has several closed classes.
  public static func solve(transition: [Double], count: Int) throws(RegimeError) -> [Double] {
    for j in 0..<count {
      let row = transition[j * count..<(j + 1) * count]
      let sum = row.reduce(0, +)
      guard row.allSatisfy({ $0 >= 0 && $0 <= 1 + 1e-6 }), abs(sum - 1) <= 1e-5 else {
        throw .notStochastic(row: j, sum: sum)
      }
    }
    guard hasOneClosedClass(transition, count),
      let factors = LUFactorization(system(transition, count, transposed: false))
    else { throw .reducible }
    return factors.solve([Double](repeating: 1, count: count)).map { max($0, 0) }
  }

  /// The gradient with respect to the transition matrix.
  public static func gradient(
    transition: [Double], count: Int, distribution π: [Double], cotangent: [Double]
  ) -> [Double] {
    guard let factors = LUFactorization(system(transition, count, transposed: true)) else {
      fatalError("StationaryDistribution: the gradient of a chain that was not solved")
    }
    let λ = factors.solve(cotangent)
    return (0..<count * count).map { π[$0 / count] * λ[$0 % count] }
  }

  /// `I − Aᵀ + 𝟏𝟏ᵀ`, or its transpose.
  private static func system(_ transition: [Double], _ count: Int, transposed: Bool) -> Matrix {
    var matrix = Matrix(rows: count, columns: count)
    for j in 0..<count {
      for k in 0..<count {
        let element = (j == k ? 2 : 1) - transition[j * count + k]
        if transposed { matrix[j, k] = element } else { matrix[k, j] = element }
      }
    }
    return matrix
  }

  /// Whether the states that are returned to with certainty all reach each other.
  private static func hasOneClosedClass(_ transition: [Double], _ count: Int) -> Bool {
    var reaches = transition.map { $0 > 0 }
    for i in 0..<count {
      for j in 0..<count where reaches[j * count + i] {
        for k in 0..<count where reaches[i * count + k] { reaches[j * count + k] = true }
      }
    }
    let recurrent = (0..<count).filter { i in
      (0..<count).allSatisfy { !reaches[i * count + $0] || reaches[$0 * count + i] }
    }
    return recurrent.allSatisfy { i in recurrent.allSatisfy { i == $0 || reaches[i * count + $0] } }
  }
}
