internal import Finance

/// Chooses how much to regularise: the strongest of the candidates that is not worse than the best by
/// more than one standard error of the difference.
///
/// Sharpe ratios of a validation block are noisy, and those of neighbouring candidates nearly the same:
/// picking the highest picks noise. Candidates are compared in pairs on the same periods, so that what
/// they have in common cancels.
///
/// - Source: Breiman, Friedman, Olshen & Stone (1984), *Classification and Regression Trees*, §3.4.3;
///   Ledoit & Wolf (2008) for the standard error.
enum OneStandardErrorRule {
  /// The number of the chosen candidate; each has its validation returns in excess of cash, and they are
  /// ordered from the weakest regularisation to the strongest.
  static func choice(among candidates: [[Double]]) -> Int {
    let sharpes = candidates.map { Measures.mean($0) / Measures.standardDeviation($0) }
    guard let best = sharpes.indices.max(by: { sharpes[$0] < sharpes[$1] }) else { return 0 }
    let stronger = sharpes.indices.last { index in
      guard index > best else { return false }
      let comparison = SharpeDifference(candidates[best], candidates[index])
      // Equal series differ by nothing, with no error to measure it by.
      return comparison.difference <= max(0, comparison.standardError)
        || candidates[index] == candidates[best]
    }
    return stronger ?? best
  }
}
