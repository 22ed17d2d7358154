import Autodiff
import Finance
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#endif

@Suite struct ReliabilityTests {
  @Test func theTableCountsAndAverages() {
    let table = ReliabilityTable(
      probabilities: [0.1, 0.2, 0.9, 1, 0.4], events: [0, 1, 1, 1, .nan], bins: 2)
    #expect(table.bins.map(\.count) == [2, 2])
    #expect(abs(table.bins[0].meanForecast - 0.15) < 1e-15 && table.bins[0].frequency == 0.5)
    #expect(abs(table.bins[1].meanForecast - 0.95) < 1e-15 && table.bins[1].frequency == 1)
    #expect(abs(table.brierScore - (0.01 + 0.64 + 0.01) / 4) < 1e-15)
    #expect(abs(table.brierScoreOfBaseRate - 0.1875) < 1e-15)
    #expect(abs(table.expectedCalibrationError - (0.35 + 0.05) / 2) < 1e-15)
    let empty = ReliabilityTable(probabilities: [0.9], events: [1], bins: 2)
    #expect(empty.bins[0].count == 0 && empty.bins[0].frequency.isNaN)
  }

  /// Events of logits that were stretched by two and shifted: the calibration finds a = ½ and b.
  @Test func calibrationUndoesAKnownDistortion() {
    var generator = SplitMix64(seed: 5).split("calibration")
    var (logits, events): ([Double], [Double]) = ([], [])
    for _ in 0..<20_000 {
      let truth = generator.normalPair().0 - 1
      events.append(generator.uniform() < 1 / (1 + exp(-truth)) ? 1 : 0)
      logits.append(2 * (truth + 0.5))
    }
    let calibration = LogisticCalibration(logits: logits, events: events)
    #expect(abs(calibration.slope - 0.5) < 0.03 && abs(calibration.offset + 0.5) < 0.06)
    let before = ReliabilityTable(
      probabilities: logits.map { 1 / (1 + exp(-$0)) }, events: events)
    let after = ReliabilityTable(probabilities: logits.map { calibration($0) }, events: events)
    #expect(after.expectedCalibrationError < 0.02)
    #expect(before.expectedCalibrationError > 5 * after.expectedCalibrationError)
    #expect(after.brierScore < before.brierScore)
  }

  @Test func separableDataHaveAFiniteAnswer() {
    let calibration = LogisticCalibration(logits: [-2, -1, 1, 2], events: [0, 0, 1, 1])
    #expect(calibration.slope > 0 && calibration.slope < 5 && abs(calibration.offset) < 1e-8)
    // Nothing to learn from one kind of event.
    #expect(LogisticCalibration(logits: [1, 2], events: [1, 1]) == LogisticCalibration())
  }

  @Test func labelsLookAtTheRowsTheDecisionEarns() {
    let r = Matrix(rows: 6, columns: 1, elements: [-0.5, -0.5, 0.1, -0.2, 0.1, -0.5])
    // Decision 0 trades at the close of row 1 and earns rows 2 and 3: 1.1, then .88, 20 % down.
    #expect(
      DrawdownEvents.labels(returns: r, decisions: [0], horizon: 2, threshold: 0.2 - 1e-12) == [1])
    #expect(DrawdownEvents.labels(returns: r, decisions: [0], horizon: 2, threshold: 0.21) == [0])
    #expect(
      DrawdownEvents.labels(returns: r, decisions: [3], horizon: 2, threshold: 0.1)[0].isNaN)
    let v = RealizedVariance.targets(returns: r, decisions: [0, 3], horizon: 2)
    #expect(abs(v[0] - (0.01 + 0.04) / 2) < 1e-15 && v[1].isNaN)
  }

  @Test func theRuleComparesWithCash() {
    let r = Matrix(
      rows: 4, columns: 3, elements: [0, 0.1, 0, 0.01, -0.1, .nan, 0.02, 0.1, 0, 0, 0, 0])
    let rule = ExcessReturnRule(rows: 2)
    #expect(rule.gates(returns: r, decisions: [0, 2]) == [1, 1, 1, 1, 0, 1])
    #expect(
      rule.gates(returns: r, cash: [0, 0.02, 0.02, 0], decisions: [2]) == [0, 0, 1])
  }
}
