import Finance

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#endif

/// W6: the classical estimators, on the inputs that all programs of the comparison share.
///
/// - `garch`: a constant mean and GARCH(1,1), normal, on 5,000 returns in percent;
/// - `dcc`: the same margins and DCC on ten such series with a common factor;
/// - `ledoit-wolf`, `ewma`: covariances of 1,000 × 50 returns;
/// - `hrp`: hierarchical risk parity of the 50 assets, their sample covariance included.
struct Estimators {
  static let cases = ["garch", "dcc", "ledoit-wolf", "ewma", "hrp"]

  let name: String
  private let returns: Matrix

  init(name: String) {
    self.name = name
    switch name {
    case "garch":
      var generator = PeerGenerator(seed: 61)
      returns = Self.clustered(generator.normals(5500), series: 1)
    case "dcc":
      var generator = PeerGenerator(seed: 62)
      var normals = generator.normals(55_000)
      let common = generator.normals(5500)
      for t in 0..<5500 {
        let share = 0.45 + 0.35 * sin(2 * Double.pi * Double(t) / 500)
        for i in 0..<10 {
          normals[t * 10 + i] =
            share.squareRoot() * common[t] + (1 - share).squareRoot() * normals[t * 10 + i]
        }
      }
      returns = Self.clustered(normals, series: 10)
    default:
      var generator = PeerGenerator(seed: 63)
      let factor = generator.normals(1000)
      let noise = generator.normals(50_000)
      var x = Matrix(rows: 1000, columns: 50)
      for i in 0..<50 {
        let volatility = (0.05 + 0.55 * generator.uniform()) / 252.0.squareRoot()
        for t in 0..<1000 { x[t, i] = volatility * (0.6 * factor[t] + 0.8 * noise[t * 50 + i]) }
      }
      returns = x
    }
  }

  /// `r = .05 + √h z`, `h ← .02 + .08 (r − .05)² + .90 h`, the first 500 rows dropped.
  private static func clustered(_ z: [Double], series n: Int) -> Matrix {
    var h = [Double](repeating: 0.02 / (1 - 0.08 - 0.90), count: n)
    var x = Matrix(rows: 5000, columns: n)
    for t in 0..<5500 {
      for i in 0..<n {
        let e = h[i].squareRoot() * z[t * n + i]
        if t >= 500 { x[t - 500, i] = 0.05 + e }
        h[i] = 0.02 + 0.08 * e * e + 0.90 * h[i]
      }
    }
    return x
  }

  /// One estimate; the numbers that the programs of the comparison must agree on.
  func step() throws -> [Double] {
    let margin = VolatilityModel(.garch, firstVariance: .backcast)
    switch name {
    case "garch":
      let fit = try margin.fit(returns.elements)
      return fit.estimates + [fit.logLikelihood]
    case "dcc":
      let fit = try CorrelationModel(.dynamic, margin: margin).fit(returns)
      return [fit.a, fit.b, fit.logLikelihood]
    case "ledoit-wolf":
      let covariance = LedoitWolfCovariance(window: 1000).covariance(of: returns)
      return [covariance[0, 0], covariance[0, 1]]
    case "ewma":
      let covariance = EWMACovariance(decay: 0.94, window: 1000).covariance(of: returns)
      return [covariance[0, 0], covariance[0, 1]]
    default:
      let covariance = SampleCovariance(window: 1000).covariance(of: returns)
      return Array(try HierarchicalRiskParity().weights(covariance: covariance).prefix(5))
    }
  }
}
