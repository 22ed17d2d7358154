package import Autodiff
package import Finance

/// Many paths of one strategy, on some threads; the same for any number of them.
package struct Simulation: Sendable {
  /// The levels of the bands.
  static let levels = [0.05, 0.25, 0.5, 0.75, 0.95]
  /// Paths that a thread takes at once.
  private static let batch = 25

  /// What the paths came to, in their order.
  package let outcomes: [MonteCarloOutcome]

  /// Runs paths 0..<count.
  ///
  /// Throws the failure of the first path that has one.
  package init(_ experiment: MonteCarlo, paths count: Int, generator: SplitMix64, threads: Int)
    throws
  {
    let starts = Array(stride(from: 0, to: count, by: Self.batch))
    outcomes = try ParallelMap.run(starts, threads: threads) { start in
      try (start..<min(count, start + Self.batch)).map { path in
        do { return try experiment.outcome(path, generator: generator) } catch {
          throw ExperimentError("simulate, path \(path): \(error)")
        }
      }
    }.flatMap(\.self)
  }

  /// The wealth after every 21 rows: mean and bands over the paths.
  var bands: [(mean: Double, quantiles: [Double])] {
    guard let first = outcomes.first else { return [] }
    return first.wealth.indices.map { step in
      let wealth = outcomes.map { $0.wealth[step] }
      return (Measures.mean(wealth), Self.levels.map { Measures.quantile(wealth, $0) })
    }
  }

  /// The bands as a table: one row per 21 rows.
  var csv: CSVWriter {
    var table = CSVWriter(
      columns: ["row", "mean"] + Self.levels.map { "q\(NumberText.fixed($0, digits: 2))" })
    for (step, band) in bands.enumerated() {
      table.append(
        [.integer(step * MonteCarlo.step), .number(band.mean)]
          + band.quantiles.map { CSVWriter.Field.number($0) })
    }
    return table
  }

  /// The measures of all paths, by name: percentages but for the Sharpe ratio and turnover.
  var measures: [(name: String, values: [Double])] {
    [
      ("return %/y", outcomes.map { 100 * $0.annualReturn }),
      ("volatility %/y", outcomes.map { 100 * $0.annualVolatility }),
      ("Sharpe", outcomes.map(\.sharpeRatio)),
      ("max drawdown %", outcomes.map { 100 * $0.maximumDrawdown }),
      ("turnover/y", outcomes.map(\.turnoverPerYear)),
      ("cost %/y", outcomes.map { 100 * $0.costPerYear }),
      ("final wealth", outcomes.map { $0.wealth[$0.wealth.count - 1] }),
    ]
  }

  /// Mean and bands of every measure.
  var table: String {
    var table = TextTable(
      [.left("over \(outcomes.count) paths"), .right("mean")]
        + Self.levels.map { .right("\(Int(($0 * 100).rounded())) %") })
    for (name, values) in measures {
      let numbers = [Measures.mean(values)] + Self.levels.map { Measures.quantile(values, $0) }
      table.append([name] + numbers.map { NumberText.fixed($0, digits: 2) })
    }
    let losses = outcomes.filter { $0.wealth[$0.wealth.count - 1] < 1 }.count
    let share = NumberText.fixed(
      100 * Double(losses) / Double(max(1, outcomes.count)), digits: 1)
    return table.text + "\nprobability of a loss: \(share) %"
  }
}
