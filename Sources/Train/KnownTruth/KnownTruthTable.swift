internal import Finance

/// The tables of a known-truth study: every variant against equal risk and learned constants on the
/// same data.
struct KnownTruthTable {
  let variants: [String]
  let cells: [KnownTruthStudy.Cell]

  /// The Sharpe ratios under the truth.
  var sharpe: [[String]] {
    [
      [
        "variant", "seeds", "Sharpe", "equal risk", "t", "p", "wins", "constants", "t", "p", "wins",
      ]
    ]
      + rows { own in
        let model = own.map { $0.model.sharpe }
        var row = [String(own.count), Self.spread(model)]
        row += Self.compare(model, own.compactMap { $0.riskParity?.sharpe })
        row += Self.compare(model, own.compactMap { $0.constants?.sharpe })
        return row
      }
  }

  /// Drawdowns on the simulated returns, in percent, and how fast risk is cut after a change.
  var drawdowns: [[String]] {
    [
      [
        "variant", "MDD %", "constants", "t", "p", "CDaR95 %", "constants", "t", "p",
        "true risk after 60 days", "constants", "days to half of the cut",
      ]
    ]
      + rows { own in
        var row: [String] = []
        for measure in [\TruthMeasurement.maximumDrawdown, \.conditionalDrawdown] {
          let model = own.map { 100 * $0.model[keyPath: measure] }
          let constants = own.compactMap { $0.constants.map { 100 * $0[keyPath: measure] } }
          row.append(Self.spread(model))
          row += Self.compare(model, constants).dropLast()
        }
        let model = Self.riskAfterBreak(own.map(\.model))
        let constants = Self.riskAfterBreak(own.compactMap(\.constants))
        row.append(model.last.map { NumberText.fixed($0, digits: 2) } ?? "–")
        row.append(constants.last.map { NumberText.fixed($0, digits: 2) } ?? "–")
        row.append(Self.daysToHalf(model).map(String.init) ?? "–")
        return row
      }
  }

  /// Rows of cells as a Markdown table.
  static func markdown(_ table: [[String]]) -> String {
    guard let header = table.first else { return "" }
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
    return line(header) + line(header.map { _ in "---" }) + table.dropFirst().map(line).joined()
  }

  // MARK: The rows

  private struct Comparison {
    let model: TruthMeasurement
    let constants: TruthMeasurement?
    let riskParity: TruthMeasurement?
  }

  private func rows(_ body: ([Comparison]) -> [String]) -> [[String]] {
    variants.indices.compactMap { variant in
      let own = cells.filter { $0.variant == variant }.compactMap { cell in
        cell.measurements["model"].map {
          Comparison(
            model: $0, constants: cell.measurements[BaselineRule.constantBudgets.rawValue],
            riskParity: cell.measurements[BaselineRule.riskParity.rawValue])
        }
      }
      return own.isEmpty ? nil : [variants[variant]] + body(own)
    }
  }

  /// Mean ± standard deviation over the seeds.
  private static func spread(_ values: [Double]) -> String {
    let mean = NumberText.fixed(Measures.mean(values), digits: 3)
    guard values.count > 1 else { return mean }
    return "\(mean) ± \(NumberText.fixed(Measures.standardDeviation(values), digits: 3))"
  }

  /// The other's mean, t, p and the share of seeds won.
  private static func compare(_ model: [Double], _ other: [Double]) -> [String] {
    guard other.count == model.count, model.count > 1 else { return ["–", "–", "–", "–"] }
    let test = PairedComparison(model, other)
    let p = test.p < 0.001 ? "< .001" : NumberText.fixed(test.p, digits: 3)
    return [
      NumberText.fixed(Measures.mean(other), digits: 3), NumberText.fixed(test.t, digits: 1), p,
      NumberText.fixed(test.wins, digits: 2),
    ]
  }

  /// The mean of the relative risk after changes, over all changes of all seeds.
  private static func riskAfterBreak(_ all: [TruthMeasurement]) -> [Double] {
    let seen = all.filter { $0.breaks > 0 }
    let total = seen.reduce(0) { $0 + $1.breaks }
    guard total > 0 else { return [] }
    return (0...TruthMeasurement.horizon).map { k in
      seen.reduce(0) { $0 + $1.riskAfterBreak[k] * Double($1.breaks) } / Double(total)
    }
  }

  /// The first day on which half of what is cut in the end is cut; nil where risk is not cut.
  ///
  /// The end is the mean of the last fifteen days.
  static func daysToHalf(_ risk: [Double]) -> Int? {
    guard let last = risk.indices.last, last >= 15 else { return nil }
    let end = Measures.mean(Array(risk[(last - 14)...]))
    guard end < 0.98 else { return nil }
    return risk.firstIndex { $0 <= 1 - (1 - end) / 2 + 1e-12 }
  }
}
