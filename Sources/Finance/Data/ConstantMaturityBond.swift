#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif
internal import Autodiff

/// The total-return index of a par bond that is held at constant maturity, from its yields.
///
/// With y₀ the yield at maturity T (years) on the row before, d the calendar days since over 365.25, and
/// p a shorter maturity on the curve,
///
///     y₁     = y_T(t) − d · (y_T(t) − y_p(t)) / (T − p)        one step of roll-down
///     z      = 1 + y₁ / 2
///     return = z^(2d) · (y₀/y₁ · (1 − z^(−2T)) + z^(−2T)) − 1
///
/// The bond bought at par on the row before is priced at its new yield, interest accrued; compounding
/// is half-yearly. Without a shorter maturity there is no roll-down. No costs, no defaults: for
/// corporate yields the index ignores losses by default and downgrade.
///
/// - Units: yields in percent per year; the index is 100 on the first row with yields.
public struct ConstantMaturityBond: Sendable, Hashable {
  /// T, in years.
  public let maturity: Double
  /// p, in years, below T; nil without roll-down.
  public let shorterMaturity: Double?

  /// A bond; maturities that do not ascend stop the program.
  public init(maturity: Double, shorterMaturity: Double? = nil) {
    check(maturity > 0, "ConstantMaturityBond: maturity \(maturity); expected > 0 years")
    check(
      shorterMaturity ?? 0 < maturity && shorterMaturity ?? 0 >= 0,
      "ConstantMaturityBond: shorter maturity \(shorterMaturity ?? 0); expected 0..<\(maturity)")
    self.maturity = maturity
    self.shorterMaturity = shorterMaturity
  }

  /// The return of a row; yields as fractions, `days` since the row before.
  func singleReturn(before y0: Double, yield: Double, shorter: Double?, days: Int) -> Double {
    let d = Double(days) / 365.25
    var y1 = yield
    if let shorter, let shorterMaturity {
      y1 -= d * (yield - shorter) / (maturity - shorterMaturity)
    }
    let z = 1 + y1 / 2
    let discount = pow(z, -2 * maturity)
    // (1 − z^(−2T)) / y₁ tends to T as the yield tends to zero.
    let annuity = abs(y1) < 1e-9 ? maturity : (1 - discount) / y1
    return pow(z, 2 * d) * (y0 * annuity + discount) - 1
  }

  /// The index by row; NaN where a yield is missing, which the next row with one makes up for.
  public func index(
    dates: [CalendarDate], yields: [Double], shorterYields: [Double]? = nil
  ) -> [Double] {
    check(
      yields.count == dates.count && shorterYields?.count ?? dates.count == dates.count,
      "ConstantMaturityBond: \(yields.count) yields for \(dates.count) dates")
    check(
      (shorterYields == nil) == (shorterMaturity == nil),
      "ConstantMaturityBond: a shorter maturity needs its yields, and only then")
    var levels = [Double](repeating: .nan, count: dates.count)
    var last: Int?
    for row in dates.indices {
      let shorter = shorterYields.map { $0[row] / 100 }
      guard yields[row].isFinite, shorter ?? 0 == shorter ?? 0 else { continue }
      if let last {
        let growth = singleReturn(
          before: yields[last] / 100, yield: yields[row] / 100, shorter: shorter,
          days: dates[row].days - dates[last].days)
        levels[row] = levels[last] * (1 + growth)
      } else {
        levels[row] = 100
      }
      last = row
    }
    return levels
  }
}

extension Panel {
  /// The panel with the total-return index of a bond as a further column.
  ///
  /// Yields are columns of the panel, in percent. Throws ``DataError`` for unknown columns, a name that
  /// is taken, and yields that cannot be percent.
  public func addingBond(
    _ name: String, _ bond: ConstantMaturityBond, yield: String, shorter: String?
  ) throws -> Panel {
    guard !columns.contains(name) else {
      throw DataError(
        file: source, column: name, problem: "is a column already; give the bond another name.")
    }
    let column = try index(of: yield)
    let shorterColumn = try shorter.map(index(of:))
    let yields = values.column(column)
    for row in dates.indices where !yields[row].isNaN {
      guard yields[row] > -5, yields[row] < 100 else {
        throw DataError(
          file: source, line: line(ofRow: row), column: yield, value: "\(yields[row])",
          problem: "is not a yield; expected percent per year.")
      }
    }
    let largest = yields.filter { !$0.isNaN }.map(abs).max() ?? 0
    guard largest >= 0.3 else {
      throw DataError(
        file: source, column: yield,
        problem: "never exceeds \(largest); expected yields in percent per year, such as 4.5.")
    }
    let levels = bond.index(
      dates: dates, yields: yields, shorterYields: shorterColumn.map { values.column($0) })
    return adding(
      [(name, levels)],
      notes: [
        "\(name) is the total-return index of a par bond held at \(bond.maturity) years, from "
          + "\(yield)\(shorter.map { " with roll-down towards \($0)" } ?? " without roll-down")."
      ])
  }
}
