internal import Finance

extension RunResult {
  /// The backtest paths of combinatorial folds: path j takes the test of each decision from the j-th
  /// fold that tests it, the members' weights averaged.
  ///
  /// Empty for folds in order of time.
  ///
  /// - Source: López de Prado (2018), *Advances in Financial Machine Learning*, §12.4.
  func paths() throws -> [StrategyResult] {
    guard problem.experiment.folds.scheme == .combinatorial, !members.isEmpty else { return [] }
    let tested = problem.tested
    var testing = [[Int]](repeating: [], count: tested.count)
    for fold in problem.folds {
      for decision in fold.testParts.joined() {
        testing[decision - tested.lowerBound].append(fold.index)
      }
    }
    let ensembles = ensemblesByFold()
    let count = testing.map(\.count).min() ?? 0
    return try (0..<count).map { path in
      var weights = Matrix(rows: tested.count, columns: problem.assetCount)
      for (row, folds) in testing.enumerated() {
        guard let own = ensembles[folds[path]]?[row + tested.lowerBound] else { continue }
        for (i, weight) in own.enumerated() { weights[row, i] = weight }
      }
      return try StrategyResult(
        "Path \(path + 1)", key: "path-\(path + 1)", weights: weights, of: problem)
    }
  }

  /// The average weights of the members, by fold and then by tested decision.
  private func ensemblesByFold() -> [Int: [Int: [Double]]] {
    var result: [Int: [Int: [Double]]] = [:]
    for fold in problem.folds {
      let own = fits.filter { $0.unit.fold == fold && $0.unit.member.isOfModel }
      for (row, decision) in fold.testParts.joined().enumerated() {
        var mean = [Double](repeating: 0, count: problem.assetCount)
        for fit in own {
          for i in mean.indices {
            mean[i] += fit.decisions.weights[row, i] / Double(own.count)
          }
        }
        result[fold.index, default: [:]][decision] = mean
      }
    }
    return result
  }
}
