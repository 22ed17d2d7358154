internal import Autodiff
internal import Finance
internal import Layers

/// Budgets and weights of some decisions, `[D, N]` each, and what blocks say beside.
struct PolicyDecisions: Sendable, Hashable {
  var budgets: Matrix
  var weights: Matrix
  var details: [DecisionDetail: DetailTable] = [:]

  /// No decision.
  static let none = PolicyDecisions(
    budgets: Matrix(rows: 0, columns: 0), weights: Matrix(rows: 0, columns: 0))

  /// Decisions one after the other.
  static func joined(_ parts: [PolicyDecisions]) -> PolicyDecisions {
    func join(_ matrices: [Matrix]) -> Matrix {
      Matrix(
        rows: matrices.reduce(0) { $0 + $1.rows }, columns: matrices.first?.columns ?? 0,
        elements: matrices.flatMap(\.elements))
    }
    var details: [DecisionDetail: DetailTable] = [:]
    for (detail, table) in parts.first?.details ?? [:] {
      details[detail] = DetailTable(
        columns: table.columns, values: join(parts.compactMap { $0.details[detail]?.values }))
    }
    return PolicyDecisions(
      budgets: join(parts.map(\.budgets)), weights: join(parts.map(\.weights)), details: details)
  }
}

extension Policy {
  /// What the policy decides with given parameters; `features` are standardised.
  ///
  /// Throws an ``ExperimentError`` naming the date of a decision without a solution.
  func decide(
    _ decisions: Range<Int>, of problem: Problem, features: FeatureTensors, parameters: Parameters
  ) throws -> PolicyDecisions {
    let tape = Tape()
    let inputs = DecisionInputs(
      decisions, of: problem, features: features, for: needs, on: tape)
    var pass = Pass(tape: tape, parameters: parameters, mode: .evaluation, needsGradient: false)
    do {
      let decision = try self(inputs, in: &pass)
      var details: [DecisionDetail: DetailTable] = [:]
      for (detail, values) in decision.details {
        if detail == .attention {
          details[detail] = attentionTable(values, inputs)
          continue
        }
        var table = DetailTable(columns: columns(of: detail), values: values.matrix)
        // Of an asset outside the universe a block says nothing.
        if detail.isByAsset, let flags = inputs.availability?.flags {
          for (index, isAvailable) in flags.enumerated() where !isAvailable {
            table.values.elements[index] = 0
          }
        }
        if detail == .volatilities || detail == .tilts {
          let scale = problem.experiment.data.rowsPerYear.squareRoot()
          for index in table.values.elements.indices { table.values.elements[index] *= scale }
        }
        details[detail] = table
      }
      return PolicyDecisions(
        budgets: decision.budgets.matrix, weights: decision.weights.matrix, details: details)
    } catch let error as DatedError {
      let date = problem.data.dates[problem.rows[decisions.lowerBound + error.date]]
      throw ExperimentError("decision of \(date): \(error.underlying)")
    }
  }
}

extension Policy {
  /// Whom each asset attends to, nobody where it is not in the universe; nil where that is too large for
  /// maps.
  private func attentionTable(_ weights: Variable, _ inputs: DecisionInputs) -> DetailTable? {
    guard let neighbours = inputs.neighbours, assets <= DecisionDetail.largestAttentionMap else {
      return nil
    }
    let columns = columns(of: .attention)
    var values = Matrix(
      rows: weights.shape[0], columns: columns.count,
      elements: AttentionMap.rows(weights: weights.tensor, neighbours: neighbours))
    let width = columns.count / assets
    for (lane, isAvailable) in (inputs.availability?.flags ?? []).enumerated() where !isAvailable {
      for index in lane * width..<(lane + 1) * width { values.elements[index] = 0 }
    }
    return DetailTable(columns: columns, values: values)
  }
}

extension Variable {
  /// The value of a variable of two axes, in double precision.
  fileprivate var matrix: Matrix {
    Matrix(rows: shape[0], columns: shape[1], elements: tensor.elements.map { Double($0) })
  }
}
