package import Autodiff

/// Limited-memory BFGS with a backtracking line search, for small models on the full training part.
///
/// One call sees one evaluation. Where the objective fell enough along the direction,
/// `f(x + α d) ≤ f(x) + c α dᵀg` with c = 1e-4, the point is accepted and the next direction
/// `d = −H g` follows from the last pairs of steps and gradient changes; otherwise α shrinks to the
/// minimum of the parabola through what is known, within [0.1 α, 0.5 α]. Pairs without positive
/// curvature are skipped. A search that shrinks to nothing forgets all pairs and starts along the
/// gradient; where that fails too, the point is a minimum to rounding and the parameters stay.
///
/// Weight decay is the gradient of `½ Σ λ θ²`, which the objective then contains: a line search
/// needs one function. A learning rate of 0 keeps its group where it is; other rates are ignored.
///
/// - Source: Nocedal & Wright (2006), *Numerical Optimization*, algorithms 7.4, 7.5 and 3.1, §3.5;
///   Li & Fukushima (2001) for skipping pairs.
package struct LBFGS: Optimizer {
  /// η of every element; only whether it is 0 counts.
  package let learningRates: [Scalar]
  /// λ of every element.
  package let weightDecays: [Scalar]
  /// How many pairs are kept.
  package let memory: Int

  package init(learningRates: [Scalar], weightDecays: [Scalar], memory: Int = 10) {
    self.learningRates = learningRates
    self.weightDecays = weightDecays
    self.memory = memory
  }

  /// Takes an evaluation in and moves the parameters to the next point to evaluate.
  package func update(
    _ parameters: inout Parameters, gradient: [Scalar], objective: Double,
    state: inout OptimizerState, factor: Scalar
  ) {
    checkCounts(parameters, gradient, state, learningRates.count)
    state.step += 1
    var (g, f) = (gradient, objective)
    for (i, value) in parameters.values.enumerated() {
      f += 0.5 * Double(weightDecays[i]) * Double(value) * Double(value)
      g[i] = learningRates[i] == 0 ? 0 : g[i] + weightDecays[i] * value
    }
    var search = state.curvature
    if search.isEmpty {
      accept(parameters.values, g, f, &search)
    } else {
      let slope = dot(search.direction, search.gradient)
      if f.isFinite, f <= search.objective + 1e-4 * search.length * slope {
        remember(parameters.values, g, &search)
        accept(parameters.values, g, f, &search)
      } else {
        shrink(&search, objective: f, slope: slope)
      }
    }
    parameters.values = zip(search.point, search.direction).map {
      $0 + Scalar(search.length) * $1
    }
    state.curvature = search
  }

  private func accept(
    _ point: [Scalar], _ gradient: [Scalar], _ objective: Double, _ search: inout CurvatureMemory
  ) {
    (search.point, search.gradient, search.objective) = (point, gradient, objective)
    aim(&search)
  }

  /// The two-loop recursion; along the gradient, one unit at most, while there are no pairs.
  private func aim(_ search: inout CurvatureMemory) {
    var d = search.gradient.map { -Double($0) }
    var shares: [Double] = []
    for (s, y) in zip(search.steps, search.changes).reversed() {
      let share = dot(s, d) / dot(s, y)
      shares.append(share)
      for i in d.indices { d[i] -= share * Double(y[i]) }
    }
    if let s = search.steps.last, let y = search.changes.last {
      let scale = dot(s, y) / dot(y, y)
      for i in d.indices { d[i] *= scale }
    }
    for (pair, share) in zip(zip(search.steps, search.changes), shares.reversed()) {
      let back = share - dot(pair.1, d) / dot(pair.0, pair.1)
      for i in d.indices { d[i] += back * Double(pair.0[i]) }
    }
    search.direction = d.map { Scalar($0) }
    let slope = dot(search.direction, search.gradient)
    if !search.steps.isEmpty, slope.isFinite, slope < 0 {
      search.length = 1
    } else {
      search.steps = []
      search.changes = []
      search.direction = search.gradient.map { -$0 }
      search.length = min(1, 1 / max(1e-300, dot(search.gradient, search.gradient).squareRoot()))
    }
  }

  private func remember(_ point: [Scalar], _ gradient: [Scalar], _ search: inout CurvatureMemory) {
    let s = zip(point, search.point).map { $0 - $1 }
    let y = zip(gradient, search.gradient).map { $0 - $1 }
    let curvature = dot(s, y)
    guard curvature > 1e-10 * dot(s, s) else { return }
    search.steps.append(s)
    search.changes.append(y)
    if search.steps.count > memory {
      search.steps.removeFirst()
      search.changes.removeFirst()
    }
  }

  private func shrink(_ search: inout CurvatureMemory, objective: Double, slope: Double) {
    let length = search.length
    let bend = objective - search.objective - length * slope
    let best = -0.5 * slope * length * length / bend
    search.length =
      objective.isFinite && best.isFinite
      ? min(max(best, 0.1 * length), 0.5 * length) : 0.1 * length
    guard search.length < 1e-12 else { return }
    if search.steps.isEmpty {
      search.length = 0
    } else {
      search.steps = []
      search.changes = []
      aim(&search)
    }
  }

  private func dot(_ a: [Scalar], _ b: [Scalar]) -> Double {
    var sum = 0.0
    for i in a.indices { sum += Double(a[i]) * Double(b[i]) }
    return sum
  }

  #if SinglePrecision
    private func dot(_ a: [Scalar], _ b: [Double]) -> Double {
      var sum = 0.0
      for i in a.indices { sum += Double(a[i]) * b[i] }
      return sum
    }
  #endif
}
