#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

extension VolatilityModel {
  /// The fewest returns that a model is estimated from.
  public static let minimumReturns = 50

  /// Estimates the parameters by maximum likelihood.
  ///
  /// The returns are brought to unit variance first, so units do not matter. From the best of a few
  /// usual parameters a bounded quasi-Newton search follows the exact score; its first metric is the
  /// sum of the scores' outer products (Berndt, Hall, Hall & Hausman 1974), and the true Hessian
  /// confirms the maximum. Fails loudly where there is none.
  public func fit(_ returns: [Double]) throws(VolatilityError) -> VolatilityFit {
    let (scaled, scale) = try standardised(returns)
    let kernel = VolatilityKernel(self, returns: scaled)
    let coordinates = VolatilityCoordinates(self)
    let k = coordinates.count

    func negative(_ y: [Double], _ gradient: inout [Double]) -> Double {
      var score = VolatilityKernel.Lanes()
      let value = kernel.evaluate(coordinates.lanes(y), gradient: &score)
      for (i, slope) in coordinates.jacobian(y).enumerated() {
        gradient[i] = -Self.dot(score, slope)
      }
      return -value
    }

    var mean = 0.0
    if self.mean == .constant { mean = scaled.reduce(0, +) / Double(scaled.count) }
    var scratch = [Double](repeating: 0, count: k)
    let starts = coordinates.starts(mean: mean).map { ($0, negative($0, &scratch)) }
      .filter { $0.1.isFinite }
      .sorted { $0.1 < $1.1 }
    let (lower, upper) = coordinates.bounds
    let minimizer = BoundedMinimizer(
      lower: lower, upper: upper, noise: 4e-15 * Double(scaled.count + 1))
    var last: BoundedMinimizer.Outcome?
    for (start, _) in starts {
      let outcome = minimizer.minimise(
        from: start, metric: { outerProducts(kernel, coordinates, $0) }, negative)
      last = outcome
      guard outcome.converged else { continue }
      return summarise(
        outcome, starts: starts.count, kernel, coordinates, scale: scale, count: returns.count)
    }
    throw .notConverged(
      model: rawDescription, iterations: last?.iterations ?? 0,
      logLikelihood: -(last?.value ?? .infinity) - Double(returns.count) * log(scale),
      decrement: last?.decrement ?? .infinity)
  }

  private var rawDescription: String { "\(dynamics) \(distribution)" }

  /// The returns in units of their standard deviation, and that; about 0 if the mean is 0.
  private func standardised(
    _ returns: [Double]
  ) throws(VolatilityError) -> (scaled: [Double], scale: Double) {
    guard returns.count >= Self.minimumReturns else {
      throw .tooFewReturns(count: returns.count, minimum: Self.minimumReturns)
    }
    if let row = returns.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(row: row, value: returns[row])
    }
    guard returns.contains(where: { $0 != returns[0] }) else {
      throw .constantReturns(value: returns[0])
    }
    let centre = mean == .constant ? returns.reduce(0, +) / Double(returns.count) : 0
    let squares = returns.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
    let scale = (squares / Double(returns.count)).squareRoot()
    return (returns.map { $0 / scale }, scale)
  }

  /// `Σ s sᵀ` of the scores in the search's coordinates.
  private func outerProducts(
    _ kernel: VolatilityKernel, _ coordinates: VolatilityCoordinates, _ y: [Double]
  ) -> [Double] {
    var outer = [VolatilityKernel.Lanes](repeating: VolatilityKernel.Lanes(), count: 6)
    var score = VolatilityKernel.Lanes()
    _ = kernel.evaluate(coordinates.lanes(y), gradient: &score, outer: &outer)
    let jacobian = coordinates.jacobian(y)
    let k = coordinates.count
    var result = [Double](repeating: 0, count: k * k)
    for a in 0..<k {
      for b in 0..<k {
        for i in 0..<6 where jacobian[a][i] != 0 {
          result[a * k + b] += jacobian[a][i] * Self.dot(outer[i], jacobian[b])
        }
      }
    }
    return result
  }

  /// The sum over the lanes in use; ν is infinite where there is none.
  private static func dot(_ a: VolatilityKernel.Lanes, _ b: VolatilityKernel.Lanes) -> Double {
    var sum = 0.0
    for i in 0..<6 where b[i] != 0 { sum += a[i] * b[i] }
    return sum
  }

  /// Back to natural parameters and the units of the returns.
  private func summarise(
    _ outcome: BoundedMinimizer.Outcome, starts: Int, _ kernel: VolatilityKernel,
    _ coordinates: VolatilityCoordinates, scale: Double, count: Int
  ) -> VolatilityFit {
    let k = coordinates.count
    let held = (0..<k).filter { outcome.held[$0] != 0 }
    let free = (0..<k).filter { outcome.held[$0] == 0 }
    var parameters = VolatilityParameters(lanes: coordinates.lanes(outcome.point))
    let logScale = 2 * log(scale)
    parameters.mu *= scale
    if dynamics == .egarch {
      parameters.omega += (1 - parameters.beta) * logScale
    } else {
      parameters.omega *= scale * scale
    }

    // The derivatives of the estimates, in order and units, with respect to the free coordinates.
    let jacobian = coordinates.jacobian(outcome.point)
    let slopes = free.map { i -> [Double] in
      var slope = jacobian[i]
      slope[0] *= scale
      slope[1] = dynamics == .egarch ? slope[1] - logScale * slope[4] : scale * scale * slope[1]
      return freeLanes.map { slope[$0] }
    }
    let outer = outerProducts(kernel, coordinates, outcome.point)
    let inverse = outcome.curved ? Self.inverse(outcome.hessian, k, free) : nil
    func covariance(_ middle: [Double]?) -> Matrix {
      let names = freeLanes.count
      guard let middle else { return Matrix(rows: names, columns: names, repeating: .nan) }
      var result = Matrix(rows: names, columns: names)
      for a in 0..<names {
        for b in 0..<names {
          var sum = 0.0
          for p in 0..<free.count {
            for q in 0..<free.count {
              sum += slopes[p][a] * middle[p * free.count + q] * slopes[q][b]
            }
          }
          result[a, b] = sum
        }
      }
      let fixed = (0..<names).filter { result[$0, $0] <= 0 }
      for a in fixed {
        for b in 0..<names {
          result[a, b] = .nan
          result[b, a] = .nan
        }
      }
      return result
    }
    let sandwich = inverse.map { inverse in
      let m = free.count
      var middle = [Double](repeating: 0, count: m * m)
      for (a, i) in free.enumerated() {
        for (b, j) in free.enumerated() { middle[a * m + b] = outer[i * k + j] }
      }
      return Self.product(Self.product(inverse, middle, m), inverse, m)
    }
    return VolatilityFit(
      model: self, parameters: parameters,
      logLikelihood: -outcome.value - Double(count) * log(scale), count: count,
      covariance: covariance(inverse), robustCovariance: covariance(sandwich),
      onBounds: held.map {
        coordinates.meaning(of: coordinates.names[$0], upper: outcome.held[$0] > 0)
      },
      iterations: outcome.iterations, evaluations: outcome.evaluations + starts + 2)
  }

  /// The inverse of a positive definite matrix over some of its rows and columns.
  private static func inverse(_ matrix: [Double], _ k: Int, _ free: [Int]) -> [Double]? {
    let m = free.count
    var factor = [Double](repeating: 0, count: m * m)
    for (a, i) in free.enumerated() {
      for (b, j) in free.enumerated() { factor[a * m + b] = matrix[i * k + j] }
    }
    guard m == 0 || Cholesky.factor(count: m, matrix: &factor) == nil else { return nil }
    var result = [Double](repeating: 0, count: m * m)
    for a in 0..<m {
      var column = [Double](repeating: 0, count: m)
      column[a] = 1
      Cholesky.solveTransposed(count: m, factor: factor, vector: &column)
      Cholesky.solve(count: m, factor: factor, vector: &column)
      for b in 0..<m { result[b * m + a] = column[b] }
    }
    return result
  }

  private static func product(_ a: [Double], _ b: [Double], _ m: Int) -> [Double] {
    var result = [Double](repeating: 0, count: m * m)
    for i in 0..<m {
      for p in 0..<m {
        for j in 0..<m { result[i * m + j] += a[i * m + p] * b[p * m + j] }
      }
    }
    return result
  }
}
