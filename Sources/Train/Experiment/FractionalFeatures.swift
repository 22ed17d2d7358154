internal import Finance

extension Experiment {
  /// The experiment with the order of every `fractionalDifference(adf,K)` found in training data, and a
  /// sentence for each.
  ///
  /// Training data are the rows before the first validation. Before the first test a search holds out
  /// several blocks of `folds.validation` decisions, `heldOutBlocks`, a run one; the folds' own first
  /// validation never begins earlier, whatever rows decide.
  /// Combinatorial folds and rotating validation have no such rows: an ``ExperimentError``.
  func resolvingFractionalOrders(
    _ data: MarketData, heldOutBlocks: Int = 1
  ) throws -> (experiment: Experiment, notes: [String]) {
    var result = self
    var notes: [String] = []
    for (index, feature) in features.asset.enumerated() {
      guard case .fractionalDifference(.smallestStationary, let width) = feature else { continue }
      guard folds.scheme != .combinatorial else {
        throw ExperimentError(
          "features.asset: \(feature) looks for its order in the rows before the first validation, and "
            + "combinatorial folds have none that no fold tests; give the order, as in "
            + "fractionalDifference(0.4,\(width))")
      }
      guard folds.plan.validationBlocks == nil else {
        throw ExperimentError(
          "features.asset: \(feature) looks for its order in the rows before the first validation, and "
            + "folds.validationBlocks validates from the first row on; give the order, as in "
            + "fractionalDifference(0.4,\(width))")
      }
      let end = trainingEnd(data.dates, heldOutBlocks)
      guard end >= width + 30 else {
        throw ExperimentError(
          "features.asset: \(feature) needs \(width + 30) rows of training data to find its order; "
            + "there are \(max(0, end)). Shorten its width, or give the order")
      }
      let order = FractionalOrder.smallest(of: data, rows: 0..<end, width: width)
      result.features.asset[index] = .fractionalDifference(.fixed(order), width)
      notes.append(
        "\(feature): the order is \(order), the smallest that makes every asset stationary by the "
          + "augmented Dickey–Fuller test at 5 %, on rows up to \(data.dates[end - 1]).")
    }
    return (result, notes)
  }

  /// A config of this experiment that gives the orders that were found, in place of `adf`.
  func givingFractionalOrders(_ config: JSONValue) -> JSONValue {
    var config = config
    config["features"]?["asset"] = JSONValue(features.asset.map(\.description))
    return config
  }

  /// The number of rows before the first row that a validation may decide on.
  private func trainingEnd(_ dates: [CalendarDate], _ blocks: Int) -> Int {
    let test = folds.firstTest.flatMap { first in dates.firstIndex { $0 >= first } } ?? dates.count
    // The first test decision is within a step after that date; validation and two gaps before it.
    let decisionsBefore = blocks * folds.plan.validation + 2 * folds.plan.gap + 1
    return test - decisionsBefore * decisions.every
  }
}
