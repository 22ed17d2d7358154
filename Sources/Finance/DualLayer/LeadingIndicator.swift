internal import Autodiff

/// A composite leading indicator: the first principal component of standardised series.
///
/// At row t the moments and the component are those of the `window` rows up to t (fewer at the start),
/// estimated anew every `refit` rows. `level = (mean of the last smoothing rows of vᵀz) / √λ₁`, so that
/// it has unit variance, and `change` is its difference to `horizon` rows before, under the same
/// component. A component's sign means nothing: it is turned so that the series, each with its sign,
/// load positively on the whole.
///
/// - Source: Stock & Watson (1989), *New Indexes of Coincident and Leading Economic Indicators*, NBER
///   Macroeconomics Annual 4.
public struct LeadingIndicator: Sendable, Hashable {
  /// One series: an indicator of the data and whether it rises (+1) or falls (−1) with the economy.
  public struct Series: Sendable, Hashable {
    /// The indicator's name.
    public let name: String
    /// +1 or −1.
    public let sign: Double

    /// A series that rises with the economy, or falls.
    public init(_ name: String, falling: Bool = false) {
      self.name = name
      sign = falling ? -1 : 1
    }
  }

  /// The series.
  public let series: [Series]
  /// The rows that moments and components are estimated from.
  public let window: Int
  /// The rows from one estimation to the next.
  public let refit: Int
  /// The rows that the level is a mean of.
  public let smoothing: Int
  /// The rows over which the change is taken.
  public let horizon: Int

  /// The fewest rows that moments are estimated from.
  public static let minimumRows = 252

  /// An indicator of one or more series.
  public init(
    _ series: [Series], window: Int = 1260, refit: Int = 21, smoothing: Int = 21, horizon: Int = 63
  ) {
    check(
      !series.isEmpty && window >= Self.minimumRows && refit >= 1 && smoothing >= 1
        && horizon >= 1,
      "LeadingIndicator: \(series.count) series, window \(window), refit \(refit), smoothing "
        + "\(smoothing), horizon \(horizon)")
    self.series = series
    self.window = window
    self.refit = refit
    self.smoothing = smoothing
    self.horizon = horizon
  }

  /// The level and the change of every row of some data, NaN where there is too little history.
  ///
  /// Throws a ``DualLayerError`` for an indicator that the data do not have.
  public func path(
    of data: MarketData
  ) throws(DualLayerError) -> (levels: [Double], changes: [Double]) {
    let rows = data.dates.count
    var levels = [Double](repeating: .nan, count: rows)
    var changes = levels
    var columns: [[Double]] = []
    for one in series {
      guard let index = data.indicatorNames.firstIndex(of: one.name) else {
        throw .unknownIndicator(one.name, known: data.indicatorNames)
      }
      columns.append(data.indicators.column(index).map { one.sign * $0 })
    }
    let first = (0..<rows).first { t in columns.allSatisfy { !$0[t].isNaN } } ?? rows
    let start = first + max(Self.minimumRows, smoothing + horizon)
    guard start < rows else { return (levels, changes) }
    var component = Component(columns, rows: max(first, start - window + 1)...start)
    for t in start..<rows {
      if t > start, (t - start) % refit == 0 {
        component = Component(columns, rows: max(first, t - window + 1)...t)
      }
      levels[t] = component.mean(columns, rows: t - smoothing + 1...t)
      changes[t] =
        levels[t]
        - component.mean(columns, rows: t - horizon - smoothing + 1...t - horizon)
    }
    return (levels, changes)
  }

  /// The first component of some rows: `vₖ / (σₖ √λ₁)` and the means.
  private struct Component {
    private let weights: [Double]
    private let means: [Double]

    init(_ columns: [[Double]], rows: ClosedRange<Int>) {
      let (m, count) = (columns.count, Double(rows.count))
      let means = columns.map { column in rows.reduce(0) { $0 + column[$1] } / count }
      var covariance = Matrix(rows: m, columns: m)
      for a in 0..<m {
        for b in a..<m {
          var sum = 0.0
          for t in rows { sum += (columns[a][t] - means[a]) * (columns[b][t] - means[b]) }
          covariance[a, b] = sum / count
          covariance[b, a] = covariance[a, b]
        }
      }
      // A series that did not move in these rows says nothing.
      let deviations = (0..<m).map { covariance[$0, $0].squareRoot() }
      let moves = (0..<m).map { deviations[$0] > 1e-12 * (1 + means[$0].magnitude) }
      var correlations = Matrix(rows: m, columns: m)
      for a in 0..<m where moves[a] {
        for b in 0..<m where moves[b] {
          correlations[a, b] = a == b ? 1 : covariance[a, b] / (deviations[a] * deviations[b])
        }
      }
      let eigen = SymmetricEigen(correlations)
      let vector = (0..<m).map { eigen.vectors[$0, m - 1] }
      let sign = vector.reduce(0, +) < 0 ? -1.0 : 1
      let scale = max(eigen.values[m - 1], Double.leastNormalMagnitude).squareRoot()
      weights = (0..<m).map { moves[$0] ? sign * vector[$0] / (deviations[$0] * scale) : 0 }
      self.means = means
    }

    /// The mean of the component over some rows.
    func mean(_ columns: [[Double]], rows: ClosedRange<Int>) -> Double {
      var total = 0.0
      for k in columns.indices where weights[k] != 0 {
        var sum = 0.0
        for t in rows { sum += columns[k][t] - means[k] }
        total += weights[k] * sum
      }
      return total / Double(rows.count)
    }
  }
}
