import Autodiff
import Finance
import Testing

@Suite struct CorrelationModelTests {
  static let model = CorrelationModel(.dynamic, margin: VolatilityModel(.garch, mean: .zero))

  /// A reference computed elsewhere in extended precision; see ``SyntheticDCC``.
  @Test func syntheticReferenceIsReproduced() throws {
    let fit = try Self.model.fit(SyntheticDCC.returns)
    #expect(abs(fit.a - 0.0277016) < 1e-7)
    #expect(abs(fit.b - 0.9542039) < 1e-7)
    #expect(abs(fit.logLikelihood + 3226.285343) < 1e-6)
    #expect(fit.onBounds.isEmpty)
    let errors = fit.standardErrors + fit.robustStandardErrors
    #expect(errors.allSatisfy { $0 > 0.003 && $0 < 0.02 })
  }

  /// The likelihood from the filtered covariances by the normal density itself.
  @Test(arguments: CorrelationModel.Dynamics.allCases) func likelihoodIsThatOfTheCovariances(
    _ dynamics: CorrelationModel.Dynamics
  ) throws {
    let x = SyntheticDCC.returns
    let fit = try CorrelationModel(dynamics, margin: VolatilityModel(.gjr)).fit(x)
    let covariances = fit.covariances(of: x)
    #expect(covariances.count == 1001 * 9)
    let mu = fit.margins.map(\.parameters.mu)
    var total = 0.0
    for t in 0..<1000 {
      var factor = Array(covariances[t * 9..<(t + 1) * 9])
      #expect(Cholesky.factor(count: 3, matrix: &factor) == nil)
      var e = (0..<3).map { x[t, $0] - mu[$0] }
      Cholesky.solveTransposed(count: 3, factor: factor, vector: &e)
      total -= 0.5 * e.reduce(0) { $0 + $1 * $1 }
      for i in 0..<3 { total -= logarithm(factor[i * 4]) + 0.5 * logarithm(2 * Double.pi) }
    }
    #expect(abs(total - fit.logLikelihood) < 1e-8)
  }

  /// The gradient that the search followed vanishes: neighbours are worse.
  @Test func theEstimateIsAMaximum() throws {
    let fit = try Self.model.fit(SyntheticDCC.returns)
    let shocks = fit.margins.enumerated().map { i, margin in
      margin.model.path(margin.parameters, returns: SyntheticDCC.returns.column(i)).shocks
    }
    func value(_ a: Double, _ b: Double) -> Double {
      // Straight from the definition, one date after the other.
      var q = fit.target.elements
      var total = 0.0
      for t in 0..<1000 {
        let z = shocks.map { $0[t] }
        var r = (0..<9).map { (k: Int) -> Double in
          q[k] / (q[k / 3 * 4] * q[k % 3 * 4]).squareRoot()
        }
        _ = Cholesky.factor(count: 3, matrix: &r)
        var e = z
        Cholesky.solveTransposed(count: 3, factor: r, vector: &e)
        for i in 0..<3 { total -= logarithm(r[i * 4]) + 0.5 * (e[i] * e[i] - z[i] * z[i]) }
        for k in 0..<9 {
          let outer = z[k / 3] * z[k % 3]
          q[k] = (1 - a - b) * fit.target.elements[k] + a * outer + b * q[k]
        }
      }
      return total
    }
    let best = value(fit.a, fit.b)
    let margins = fit.margins.reduce(0) { $0 + $1.logLikelihood }
    #expect(abs(best + margins - fit.logLikelihood) < 1e-8)
    for (da, db) in [(1e-3, 0.0), (-1e-3, 0), (0, 1e-3), (0, -1e-3), (1e-3, -1e-3)] {
      #expect(value(fit.a + da, fit.b + db) < best - 1e-4)
    }
  }

  @Test func theOrderOfTheSeriesDoesNotMatter() throws {
    let x = SyntheticDCC.returns
    let order = [2, 0, 1]
    var y = x
    for t in 0..<1000 { for i in 0..<3 { y[t, i] = 100 * x[t, order[i]] } }
    let (a, b) = (try Self.model.fit(x), try Self.model.fit(y))
    #expect(abs(a.a - b.a) < 1e-6 && abs(a.b - b.b) < 1e-6)
    let (p, q) = (a.forecast(after: x, horizon: 5), b.forecast(after: y, horizon: 5))
    for k in 0..<5 {
      for i in 0..<3 {
        for j in 0..<3 {
          let expected = 1e4 * p[k][order[i], order[j]]
          #expect(abs(q[k][i, j] - expected) < 1e-5 * 1e4)
          #expect(p[k][i, j] == p[k][j, i])
        }
      }
    }
  }

  @Test func forecastsReturnToTheLongRun() throws {
    let x = SyntheticDCC.returns
    let fit = try Self.model.fit(x)
    let path = fit.forecast(after: x, horizon: 2000)
    let last = try #require(path.last)
    for i in 0..<3 {
      let margin = fit.margins[i]
      #expect(abs(last[i, i] / margin.model.longRunVariance(margin.parameters) - 1) < 1e-9)
      for j in 0..<3 {
        let correlation = last[i, j] / (last[i, i] * last[j, j]).squareRoot()
        let target = fit.target[i, j] / (fit.target[i, i] * fit.target[j, j]).squareRoot()
        #expect(abs(correlation - target) < 1e-9)
      }
    }
    #expect(relativeError(path[0].elements, Array(fit.covariances(of: x).suffix(9))) < 1e-14)
  }

  @Test func simulatedParametersAreRecovered() throws {
    let fit = try Self.model.fit(SyntheticDCC.returns)
    var generator = SplitMix64(seed: 21)
    let x = fit.simulate(rows: 4000, generator: &generator)
    let again = try Self.model.fit(x)
    #expect(abs(again.a - fit.a) < 4 * again.standardErrors[0])
    #expect(abs(again.b - fit.b) < 4 * again.standardErrors[1])
    #expect(abs(again.target[0, 1] - fit.target[0, 1]) < 0.1)
  }

  /// Many series, so that blocks of dates and of pivots are all in use; a + b is told from its bounds.
  @Test func tenSeriesOfIndependentNoiseHaveNoDynamics() throws {
    var generator = SplitMix64(seed: 22)
    let x = Matrix(rows: 1203, columns: 10, elements: generator.normals(12_030))
    let fit = try CorrelationModel(.dynamic).fit(x)
    let constant = try CorrelationModel(.constant).fit(x)
    #expect(fit.a < 0.02)
    #expect(fit.logLikelihood >= constant.logLikelihood - 0.5)
    #expect(constant.a == 0 && constant.standardErrors.allSatisfy { $0.isNaN })
  }

  @Test func theEstimatorForecastsTheRowAfterItsWindow() throws {
    let x = SyntheticDCC.returns
    let fit = try Self.model.fit(x)
    let estimator = ConditionalCovariance(fit, window: 400)
    let last = Matrix(rows: 400, columns: 3, elements: Array(x.elements.suffix(1200)))
    #expect(
      sameBits(
        estimator.covariance(of: x).elements, fit.forecast(after: last, horizon: 1)[0].elements))
    // What is forgotten is small.
    let whole = fit.forecast(after: x, horizon: 1)[0]
    #expect(relativeError(estimator.covariance(of: x).elements, whole.elements) < 1e-3)
  }

  @Test func whatCannotBeEstimatedIsSaid() throws {
    let x = SyntheticDCC.returns
    func message(_ returns: Matrix) -> String {
      do throws(VolatilityError) {
        return "no error: \(try Self.model.fit(returns).a)"
      } catch { return error.description }
    }
    var duplicate = Matrix(rows: 1000, columns: 2)
    for t in 0..<1000 { for i in 0..<2 { duplicate[t, i] = x[t, 1] } }
    #expect(
      message(duplicate).hasPrefix("correlations: series 1 follows from the series before it"))
    var constant = x
    for t in 0..<1000 { constant[t, 2] = 0.5 }
    #expect(message(constant).hasPrefix("series 2: volatility: every return is 0.5"))
  }
}
