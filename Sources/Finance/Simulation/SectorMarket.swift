#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif
public import Autodiff

/// A market of sectors whose drifts persist: what one asset's history hides, its peers' together show.
///
/// `r_it = β_i m_t + f_{g(i),t} + e_it`, all terms normal and independent: the market m with the mean
/// and deviation below, a factor `f_g` of each sector around a drift `δ_g` that the sector's assets
/// share, and noise of each asset. The drifts are autoregressive, `δ_t = ρ δ_{t−1} + √(1 − ρ²) σ_δ η_t`
/// with a half-life of 60 rows.
///
/// The past return of an asset says little of its drift, since its own noise is two and a half times
/// its sector's; the mean over ten peers has half the deviation around it. Assets of one sector are
/// the most correlated, so that neighbours by trailing correlation are peers: the problem that
/// attention across assets is made for.
public struct SectorMarket: MarketSimulator {
  /// N.
  public let assets: Int
  /// The number of sectors; asset i belongs to sector `i mod sectors`.
  public let sectors: Int
  /// ρ, from the half-life of the drifts.
  public let persistence: Double
  /// The mean and the deviation of the market per row.
  public let market = (mean: 0.0003, deviation: 0.008)
  /// The deviation of a sector's factor and of an asset's noise, per row.
  public let deviations = (sector: 0.006, asset: 0.015)
  /// σ_δ, the deviation of a sector's drift per row.
  public let driftDeviation: Double

  /// A market of `assets` in `sectors`.
  public init(
    assets: Int = 50, sectors: Int = 5, halfLife: Double = 60, driftDeviation: Double = 0.0008
  ) {
    check(
      sectors >= 1 && assets >= sectors && halfLife > 0 && driftDeviation >= 0,
      "SectorMarket: \(assets) assets in \(sectors) sectors, half-life \(halfLife)")
    self.assets = assets
    self.sectors = sectors
    self.driftDeviation = driftDeviation
    persistence = pow(0.5, 1 / halfLife)
  }

  /// The names of the assets, `S1A1 …`: sector and number.
  public var names: [String] {
    (0..<assets).map { "S\($0 % sectors + 1)A\($0 / sectors + 1)" }
  }

  /// β of each asset: from .8 to 1.2 in steps over the assets.
  public var betas: [Double] {
    (0..<assets).map { assets == 1 ? 1 : 0.8 + 0.4 * Double($0) / Double(assets - 1) }
  }

  /// Draws simple returns `[rows, assets]`.
  public func returns(rows: Int, generator: inout SplitMix64) -> Matrix {
    draw(rows: rows, generator: &generator).returns
  }

  /// Draws simple returns `[rows, assets]` and the moments behind them.
  public func draw(rows: Int, generator: inout SplitMix64) -> (returns: Matrix, truth: MarketTruth)
  {
    let betas = betas
    let innovation = driftDeviation * (1 - persistence * persistence).squareRoot()
    var drifts = generator.normals(sectors).map { $0 * driftDeviation }
    var (returns, means) = (
      Matrix(rows: rows, columns: assets), Matrix(rows: rows, columns: assets)
    )
    for t in 0..<rows {
      let z = generator.normals(1 + 2 * sectors + assets)
      for g in 0..<sectors { drifts[g] = persistence * drifts[g] + innovation * z[1 + g] }
      for i in 0..<assets {
        let g = i % sectors
        means[t, i] = betas[i] * market.mean + drifts[g]
        // The least a day can do is −99 %: prices stay positive.
        returns[t, i] = max(
          -0.99,
          means[t, i] + betas[i] * market.deviation * z[0]
            + deviations.sector * z[1 + sectors + g]
            + deviations.asset * z[1 + 2 * sectors + i])
      }
    }
    let truth = MarketTruth(
      means: means, covariances: [covariance], states: [Int](repeating: 0, count: rows))
    return (returns, truth)
  }

  /// The covariance of a row's returns around their means.
  public var covariance: Matrix {
    let betas = betas
    var matrix = Matrix(rows: assets, columns: assets)
    for i in 0..<assets {
      for j in 0..<assets {
        var value = betas[i] * betas[j] * market.deviation * market.deviation
        if i % sectors == j % sectors { value += deviations.sector * deviations.sector }
        if i == j { value += deviations.asset * deviations.asset }
        matrix[i, j] = value
      }
    }
    return matrix
  }
}
