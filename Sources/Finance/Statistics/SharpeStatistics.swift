internal import Autodiff

/// What an observed Sharpe ratio is worth: its sampling error, and the best of many trials.
///
/// - Units: Sharpe ratios per period (not annual), as the returns; kurtosis is 3 for a normal.
/// - Source: Bailey & López de Prado (2012), *The Sharpe Ratio Efficient Frontier*, J. of Risk 15(2);
///   (2014), *The Deflated Sharpe Ratio*, J. Portfolio Management 40(5).
public struct SharpeStatistics: Sendable, Hashable {
  /// The Sharpe ratio per period.
  public let sharpe: Double
  /// T, the number of returns.
  public let count: Int
  /// γ₃ of the returns.
  public let skewness: Double
  /// γ₄ of the returns, 3 for a normal.
  public let kurtosis: Double

  /// From moments.
  public init(sharpe: Double, count: Int, skewness: Double = 0, kurtosis: Double = 3) {
    check(count >= 2, "SharpeStatistics: \(count) returns; expected at least 2")
    self.sharpe = sharpe
    self.count = count
    self.skewness = skewness
    self.kurtosis = kurtosis
  }

  /// From returns in excess of cash: `mean / sd`, sd with divisor T − 1; skewness and kurtosis by
  /// moments with divisor T.
  public init(returns: [Double]) {
    let mean = Measures.mean(returns)
    let n = Double(returns.count)
    var (second, third, fourth) = (0.0, 0.0, 0.0)
    for r in returns {
      let square = (r - mean) * (r - mean)
      second += square
      third += square * (r - mean)
      fourth += square * square
    }
    second /= n
    self.init(
      sharpe: Measures.ratio(mean, to: Measures.standardDeviation(returns)),
      count: returns.count, skewness: third / n / (second * second.squareRoot()),
      kurtosis: fourth / n / (second * second))
  }

  /// `1 − γ₃ SR + (γ₄ − 1)/4 · SR²`, the variance of √(T−1) times the estimate (Mertens 2002).
  private var varianceFactor: Double {
    1 - skewness * sharpe + (kurtosis - 1) / 4 * sharpe * sharpe
  }

  /// The standard error of the Sharpe ratio, `√(factor / (T − 1))`.
  public var standardError: Double { (varianceFactor / Double(count - 1)).squareRoot() }

  /// The probability that the true Sharpe ratio exceeds `benchmark`:
  /// `Φ((SR − SR*) √(T−1) / √(1 − γ₃ SR + (γ₄−1)/4 SR²))`.
  public func probabilistic(benchmark: Double = 0) -> Double {
    SpecialFunctions.normalDistribution((sharpe - benchmark) / standardError)
  }

  /// The probability that the Sharpe ratio is more than the best of `trials` worthless ones.
  ///
  /// The benchmark is ``expectedMaximum(trials:variance:)`` with the variance of the trials' Sharpe
  /// ratios, per period.
  public func deflated(trials: Int, variance: Double) -> Double {
    probabilistic(benchmark: Self.expectedMaximum(trials: trials, variance: variance))
  }

  /// The expected largest of N independent Sharpe ratios around 0:
  /// `√V ((1 − γ) Φ⁻¹(1 − 1/N) + γ Φ⁻¹(1 − 1/(N e)))`, γ Euler's constant; 0 for one trial.
  public static func expectedMaximum(trials: Int, variance: Double) -> Double {
    check(trials >= 1 && variance >= 0, "expectedMaximum: \(trials) trials, variance \(variance)")
    guard trials > 1 else { return 0 }
    let euler = 0.577_215_664_901_532_9
    let n = Double(trials)
    let e = 2.718_281_828_459_045
    return variance.squareRoot()
      * ((1 - euler) * SpecialFunctions.normalQuantile(1 - 1 / n)
        + euler * SpecialFunctions.normalQuantile(1 - 1 / (n * e)))
  }

  /// The shortest track record, in periods, whose Sharpe ratio like this one exceeds `benchmark` with
  /// the given confidence: `1 + factor · (Φ⁻¹(confidence) / (SR − SR*))²`.
  ///
  /// Infinite where the ratio does not exceed the benchmark at all.
  public func minimumTrackRecord(benchmark: Double = 0, confidence: Double = 0.95) -> Double {
    check(
      confidence > 0.5 && confidence < 1,
      "minimumTrackRecord: confidence \(confidence); expected between 0.5 and 1")
    guard sharpe > benchmark else { return .infinity }
    let ratio = SpecialFunctions.normalQuantile(confidence) / (sharpe - benchmark)
    return 1 + varianceFactor * ratio * ratio
  }

  /// The smallest true Sharpe ratio, per period, that a one-sided test of size `size` on T returns
  /// finds with the given power: what an experiment of this length can show at all.
  ///
  /// `δ = (Φ⁻¹(1 − size) + Φ⁻¹(power)) / √(T − 1)` for returns that are nearly normal.
  public static func minimumDetectable(
    count: Int, size: Double = 0.05, power: Double = 0.8
  ) -> Double {
    check(count >= 2, "minimumDetectable: \(count) returns; expected at least 2")
    check(
      size > 0 && size < 1 && power > 0 && power < 1,
      "minimumDetectable: size \(size), power \(power); expected between 0 and 1")
    return (SpecialFunctions.normalQuantile(1 - size) + SpecialFunctions.normalQuantile(power))
      / Double(count - 1).squareRoot()
  }
}
