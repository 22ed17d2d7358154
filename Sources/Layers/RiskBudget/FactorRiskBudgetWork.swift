internal import Autodiff
internal import Finance

/// The inputs of one date in double precision, whatever `Scalar` is.
struct FactorRiskBudgetInputs: BitwiseCopyable {
  let count: Int
  let factorCount: Int
  let loadings: UnsafePointer<Scalar>
  let factors: UnsafePointer<Scalar>
  let idiosyncratic: UnsafePointer<Scalar>
  let budgets: UnsafePointer<Scalar>

  /// How dates are shared between threads; a solve costs some 10 + 0.03 N K µs.
  func shards(dates: Int) -> DateShards {
    DateShards(dates: dates, cost: 10 + 0.03 * Double(count * max(1, factorCount)))
  }
}

/// Working memory of one worker.
struct FactorRiskBudgetMemory: BitwiseCopyable {
  let loadings: UnsafeMutablePointer<Double>
  let factors: UnsafeMutablePointer<Double>
  let idiosyncratic: UnsafeMutablePointer<Double>
  let budgets: UnsafeMutablePointer<Double>
  let weights: UnsafeMutablePointer<Double>
  /// Where a worker accumulates the gradients to loadings and factors.
  let loadingsGradient: UnsafeMutablePointer<Double>
  let factorsGradient: UnsafeMutablePointer<Double>
  let scratch: UnsafeMutablePointer<Double>

  private static func whole(_ count: Int) -> Int { (count + 7) & ~7 }

  static func count(_ n: Int, _ k: Int) -> Int {
    2 * whole(n * k) + 2 * whole(k * k) + 3 * whole(n)
      + whole(FactorRiskBudgetSolver.scratchCount(n, factors: k))
  }

  /// The part of a worker.
  init(_ n: Int, _ k: Int, _ memory: UnsafeMutablePointer<Double>, worker: Int) {
    loadings = memory + worker * Self.count(n, k)
    factors = loadings + Self.whole(n * k)
    idiosyncratic = factors + Self.whole(k * k)
    budgets = idiosyncratic + Self.whole(n)
    weights = budgets + Self.whole(n)
    loadingsGradient = weights + Self.whole(n)
    factorsGradient = loadingsGradient + Self.whole(n * k)
    scratch = factorsGradient + Self.whole(k * k)
  }

  /// Copies the inputs of a date.
  func read(_ inputs: FactorRiskBudgetInputs, _ date: Int) {
    let (n, k) = (inputs.count, inputs.factorCount)
    for i in 0..<n * k { loadings[i] = Double(inputs.loadings[date * n * k + i]) }
    for i in 0..<k * k { factors[i] = Double(inputs.factors[date * k * k + i]) }
    for i in 0..<n {
      idiosyncratic[i] = Double(inputs.idiosyncratic[date * n + i])
      budgets[i] = Double(inputs.budgets[date * n + i])
    }
  }
}

/// The solves of a block of dates.
struct FactorRiskBudgetForward: ShardedWork {
  let solver: FactorRiskBudgetSolver
  let inputs: FactorRiskBudgetInputs
  let shards: DateShards
  let weights: UnsafeMutablePointer<Scalar>
  let saved: UnsafeMutablePointer<Double>
  /// How the solver fared, date by date.
  let diagnostics: DatedDiagnostics
  let memory: UnsafeMutablePointer<Double>

  func run(shard: Int, worker: Int) {
    diagnostics.note(shards[shard]) { date throws(RiskBudgetError) in try solve(date, worker) }
  }

  /// Solves one date.
  func solve(_ date: Int, _ worker: Int) throws(RiskBudgetError) -> RiskBudgetDiagnostics {
    let (n, k) = (inputs.count, inputs.factorCount)
    let own = FactorRiskBudgetMemory(n, k, memory, worker: worker)
    own.read(inputs, date)
    let result = try solver.solve(
      count: n, factorCount: k, loadings: own.loadings, factors: own.factors,
      idiosyncratic: own.idiosyncratic, budgets: own.budgets, start: nil, weights: own.weights,
      save: saved + date * FactorRiskBudgetSolver.saveCount(n, factors: k), scratch: own.scratch)
    for i in 0..<n { weights[date * n + i] = Scalar(own.weights[i]) }
    return result
  }
}

/// The gradients of a block of dates.
struct FactorRiskBudgetBackward: ShardedWork {
  let inputs: FactorRiskBudgetInputs
  let shards: DateShards
  let seed: UnsafePointer<Scalar>
  let saved: UnsafePointer<Double>
  let loadings: UnsafeMutablePointer<Scalar>?
  let factors: UnsafeMutablePointer<Scalar>?
  let idiosyncratic: UnsafeMutablePointer<Scalar>?
  let budgets: UnsafeMutablePointer<Scalar>?
  let memory: UnsafeMutablePointer<Double>

  func run(shard: Int, worker: Int) {
    let (n, k) = (inputs.count, inputs.factorCount)
    let own = FactorRiskBudgetMemory(n, k, memory, worker: worker)
    for date in shards[shard] {
      own.read(inputs, date)
      // The inputs of these are not needed again: the save area holds what is.
      for i in 0..<n {
        own.weights[i] = Double(seed[date * n + i])
        (own.idiosyncratic[i], own.budgets[i]) = (0, 0)
      }
      own.loadingsGradient.update(repeating: 0, count: n * k)
      own.factorsGradient.update(repeating: 0, count: k * k)
      FactorRiskBudgetSolver.backward(
        count: n, factorCount: k, loadings: own.loadings, factors: own.factors,
        cotangent: own.weights,
        save: saved + date * FactorRiskBudgetSolver.saveCount(n, factors: k),
        scratch: own.scratch, loadingsGradient: loadings == nil ? nil : own.loadingsGradient,
        factorsGradient: factors == nil ? nil : own.factorsGradient,
        idiosyncraticGradient: idiosyncratic == nil ? nil : own.idiosyncratic,
        budgetGradient: budgets == nil ? nil : own.budgets)
      Self.add(n * k, own.loadingsGradient, to: loadings, date)
      Self.add(k * k, own.factorsGradient, to: factors, date)
      Self.add(n, own.idiosyncratic, to: idiosyncratic, date)
      Self.add(n, own.budgets, to: budgets, date)
    }
  }

  private static func add(
    _ count: Int, _ values: UnsafePointer<Double>, to target: UnsafeMutablePointer<Scalar>?,
    _ date: Int
  ) {
    guard let target else { return }
    for i in 0..<count { target[date * count + i] += Scalar(values[i]) }
  }
}
