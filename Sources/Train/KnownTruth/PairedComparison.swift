internal import Autodiff
internal import Finance

/// The paired t test of a difference over data seeds.
struct PairedComparison: Sendable {
  /// The mean of `a − b`.
  let difference: Double
  let t: Double
  /// Two-sided, by Student's distribution with n − 1 degrees of freedom.
  let p: Double
  /// The share of seeds where a is above b.
  let wins: Double

  /// Compares two series, pair by pair; two pairs at least.
  init(_ a: [Double], _ b: [Double]) {
    check(a.count == b.count && a.count >= 2, "PairedComparison: \(a.count) and \(b.count) values")
    let differences = zip(a, b).map { $0 - $1 }
    let n = Double(differences.count)
    difference = Measures.mean(differences)
    let error = Measures.standardDeviation(differences) / n.squareRoot()
    t = difference == 0 ? 0 : difference / error
    p = SpecialFunctions.studentTwoSided(t, degreesOfFreedom: n - 1)
    wins = Double(differences.count { $0 > 0 }) / n
  }
}
