public import Autodiff

extension CorrelationFit {
  /// The number of series.
  public var series: Int { margins.count }

  /// The covariance of every row given the rows before it, and of the row after the last: flat
  /// `[T + 1, N, N]`.
  ///
  /// The parameters are those of the fit; only the margins' first variances are taken from these
  /// returns (``VolatilityModel/path(_:returns:start:)``).
  public func covariances(of returns: Matrix) -> [Double] {
    let n = series
    let size = n * n
    var result = [Double](repeating: 0, count: (returns.rows + 1) * size)
    result.withUnsafeMutableBufferPointer { result in
      filter(returns) { t, q, volatilities in
        let row = UnsafeMutableBufferPointer(rebasing: result[t * size..<(t + 1) * size])
        Self.write(q, volatilities, into: row)
      }
    }
    return result
  }

  /// The covariances of the rows after the last, 1 to `horizon` steps ahead.
  ///
  /// Variances as ``VolatilityModel/forecast(_:returns:horizon:)``. Correlations return to their
  /// target at the rate a + b: `E R₁₊ₖ ≈ R̄ + (a+b)ᵏ (R₁ − R̄)`, a mixture of two correlation matrices
  /// and so one itself.
  ///
  /// - Source: Engle & Sheppard (2001), *Theoretical and Empirical Properties of DCC*, §3.3.
  public func forecast(after returns: Matrix, horizon: Int) -> [Matrix] {
    check(horizon >= 1, "CorrelationFit: horizon \(horizon); expected at least 1")
    let n = series
    let ones = [Double](repeating: 1, count: n)
    var next = Matrix(rows: n, columns: n)
    var longRun = next
    filter(returns) { t, q, _ in
      guard t == returns.rows else { return }
      next.elements.withUnsafeMutableBufferPointer { Self.write(q, ones, into: $0) }
    }
    longRun.elements.withUnsafeMutableBufferPointer {
      Self.write(target.elements, ones, into: $0)
    }
    let variances = (0..<n).map {
      margins[$0].model.forecast(
        margins[$0].parameters, returns: returns.column($0), horizon: horizon)
    }
    var rest = 1.0
    return (0..<horizon).map { k in
      var covariance = Matrix(rows: n, columns: n)
      for i in 0..<n {
        for j in 0..<n {
          let correlation = longRun[i, j] + rest * (next[i, j] - longRun[i, j])
          covariance[i, j] = correlation * (variances[i][k] * variances[j][k]).squareRoot()
        }
      }
      rest *= a + b
      return covariance
    }
  }

  /// Draws returns `[rows, N]` with normal shocks, from the long-run state after a burn-in.
  public func simulate(
    rows: Int, burnIn: Int = 500, generator: inout SplitMix64
  ) -> Matrix {
    check(rows >= 0 && burnIn >= 0, "CorrelationFit: \(rows) rows after \(burnIn)")
    let n = series
    let parameters = margins.map(\.parameters)
    var states = margins.map { margin in
      let longRun = margin.model.longRunVariance(margin.parameters)
      let first = longRun.isFinite ? longRun : margin.parameters.omega
      return margin.model.state(ofVariance: first)
    }
    var q = target.elements
    var factor = [Double](repeating: 0, count: n * n)
    var z = [Double](repeating: 0, count: n)
    var result = Matrix(rows: rows, columns: n)
    for t in 0..<rows + burnIn {
      // R = LLᵀ by rows; the recursion keeps it positive definite.
      for i in 0..<n {
        for j in i..<n {
          factor[i * n + j] = q[i * n + j] / (q[i * n + i] * q[j * n + j]).squareRoot()
        }
      }
      let failure = Cholesky.factor(count: n, matrix: &factor)
      check(failure == nil, "CorrelationFit: Q is singular at row \(t - burnIn)")
      let normals = generator.normals(n)
      for i in 0..<n {
        var sum = 0.0
        for k in 0...i { sum += factor[k * n + i] * normals[k] }
        z[i] = sum
        let margin = margins[i].model
        if t >= burnIn {
          let h = margin.variance(ofState: states[i])
          result[t - burnIn, i] = parameters[i].mu + h.squareRoot() * sum
        }
        states[i] = margin.next(parameters[i], states[i], shock: sum)
      }
      step(&q, z)
    }
    return result
  }

  /// Calls `body` with the number of each row and of the one after the last, Q and the volatilities.
  private func filter(
    _ returns: Matrix, _ body: (_ row: Int, _ q: [Double], _ volatilities: [Double]) -> Void
  ) {
    let n = series
    check(returns.columns == n, "CorrelationFit: \(returns.columns) columns for \(n) series")
    let paths = (0..<n).map {
      margins[$0].model.path(margins[$0].parameters, returns: returns.column($0))
    }
    var q = target.elements
    var z = [Double](repeating: 0, count: n)
    for t in 0...returns.rows {
      let ended = t == returns.rows
      let volatilities = paths.map {
        (ended ? $0.nextVariance : $0.variances[t]).squareRoot()
      }
      body(t, q, volatilities)
      guard !ended else { return }
      for i in 0..<n { z[i] = paths[i].shocks[t] }
      step(&q, z)
    }
  }

  /// `Q ← (1−a−b) Q̄ + a zzᵀ + b Q`.
  private func step(_ q: inout [Double], _ z: [Double]) {
    let n = series
    guard model.dynamics == .dynamic else { return }
    let rest = 1 - a - b
    for i in 0..<n {
      for j in 0..<n {
        q[i * n + j] = rest * target[i, j] + a * z[i] * z[j] + b * q[i * n + j]
      }
    }
  }

  /// `D R D` of a Q and volatilities.
  private static func write(
    _ q: [Double], _ volatilities: [Double], into result: UnsafeMutableBufferPointer<Double>
  ) {
    let n = volatilities.count
    for i in 0..<n {
      result[i * n + i] = volatilities[i] * volatilities[i]
      for j in i + 1..<max(n, i + 1) {
        let correlation = q[i * n + j] / (q[i * n + i] * q[j * n + j]).squareRoot()
        result[i * n + j] = correlation * volatilities[i] * volatilities[j]
        result[j * n + i] = result[i * n + j]
      }
    }
  }
}
