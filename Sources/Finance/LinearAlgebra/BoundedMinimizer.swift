internal import Autodiff

/// Minimises a smooth function of a handful of variables between bounds: likelihoods.
///
/// Projected quasi-Newton: variables whose bound holds them are left out, the others step by
/// `−B⁻¹g` along the projected path with backtracking, and B takes the damped BFGS update. What ends
/// the search is not B's opinion but the true Hessian, by central differences of the exact gradient:
/// when Newton's decrement `λ² = gᵀH⁻¹g` over the free variables is below the tolerance, the point is
/// right to λ of its own standard errors.
///
/// - Source: Bertsekas (1982), *Projected Newton Methods*, SIAM J. Control and Optimization 20;
///   Nocedal & Wright (2006), procedure 18.2.
struct BoundedMinimizer {
  /// The value at a point; writes its gradient.
  ///
  /// Infinite where the function is not defined.
  typealias Objective = (_ point: [Double], _ gradient: inout [Double]) -> Double

  let lower: [Double]
  let upper: [Double]
  /// Rounding errors of a value; smaller changes mean nothing.
  let noise: Double
  var tolerance = 1e-9
  /// From here, three thousandths of a standard error away, Newton's steps finish.
  var closeTolerance = 1e-5
  /// A decrement that is still good enough where nothing more can be gained: the objective's kinks
  /// (`|z|` in EGARCH) leave the gradient jumping there.
  var looseTolerance = 1e-3
  var maximumIterations = 200

  struct Outcome {
    var point: [Double]
    var value: Double
    var gradient: [Double]
    /// `[k, k]`; rows and columns of variables held by a bound are those of the identity.
    var hessian: [Double] = []
    /// Whether the Hessian over the free variables is positive definite.
    var curved = false
    /// −1 or 1 where the lower or upper bound holds a variable.
    var held: [Int] = []
    var decrement = Double.infinity
    var iterations = 0
    var evaluations = 1
    var converged = false
  }

  private enum Trust { case none, near, here }

  private struct Step {
    var direction: [Double]
    var decrement: Double
    var held: [Int]
    /// Whether the metric was positive definite as it was.
    var curved: Bool
  }

  /// Minimises from a point within the bounds; `metric` gives a first guess of the Hessian `[k, k]` at
  /// that point, where the objective was evaluated last.
  func minimise(
    from start: [Double], metric firstGuess: (_ start: [Double]) -> [Double],
    _ objective: Objective
  ) -> Outcome {
    let k = start.count
    var gradient = [Double](repeating: 0, count: k)
    let value = objective(start, &gradient)
    var best = Outcome(point: start, value: value, gradient: gradient)
    guard value.isFinite else { return best }
    var metric = firstGuess(start)
    // How far the metric can be trusted: the true Hessian here, one Newton step away, or neither.
    var trust = Trust.none
    var assumed: [Int] = []  // what was held when the Hessian was made
    while best.iterations < maximumIterations {
      best.iterations += 1
      let step = step(at: best.point, best.gradient, metric)
      // A variable that was held when the Hessian was made has no row in it yet.
      if trust != .none, zip(assumed, step.held).contains(where: { $0 != 0 && $1 == 0 }) {
        trust = .none
      }
      if trust == .none, step.decrement <= closeTolerance {
        metric = hessian(at: best.point, metric, step.held, objective, &best.evaluations)
        (assumed, trust) = (step.held, .here)
        continue
      }
      if trust != .none {
        best.hessian = metric
        (best.held, best.decrement, best.curved) = (step.held, step.decrement, step.curved)
        if step.decrement <= tolerance { best.converged = true }
      }
      let moved = search(from: best, step, objective, &best.evaluations)
      if best.converged {
        // The last Newton step squares the error; it is kept unless rounding spoils it.
        if let moved, moved.value <= best.value + noise {
          (best.point, best.value, best.gradient) = moved
        }
        return best
      }
      guard let moved else {
        // Nothing to gain along this direction: settle the matter with the true Hessian, once.
        if trust == .here {
          best.converged = step.decrement <= looseTolerance
          return best
        }
        metric = hessian(at: best.point, metric, step.held, objective, &best.evaluations)
        (assumed, trust) = (step.held, .here)
        continue
      }
      if trust == .here, step.decrement <= closeTolerance {
        trust = .near
      } else {
        update(&metric, from: best.point, best.gradient, to: moved.point, moved.gradient)
        trust = .none
      }
      (best.point, best.value, best.gradient) = moved
    }
    return best
  }

  /// The step `−B⁻¹g` of the variables no bound holds.
  private func step(at y: [Double], _ g: [Double], _ metric: [Double]) -> Step {
    let k = y.count
    var held = (0..<k).map { i in
      lower[i] == upper[i] || (y[i] <= lower[i] && g[i] > 0)
        ? -1 : (y[i] >= upper[i] && g[i] < 0 ? 1 : 0)
    }
    while true {
      let free = (0..<k).filter { held[$0] == 0 }
      let (part, curved) = solve(free, g, metric)
      var direction = [Double](repeating: 0, count: k)
      for (a, i) in free.enumerated() { direction[i] = part[a] }
      var blocked = false
      for i in free {
        if y[i] <= lower[i], direction[i] < 0 {
          (held[i], blocked) = (-1, true)
        } else if y[i] >= upper[i], direction[i] > 0 {
          (held[i], blocked) = (1, true)
        }
      }
      if blocked { continue }
      let decrement = -free.reduce(0) { $0 + g[$1] * direction[$1] }
      return Step(direction: direction, decrement: decrement, held: held, curved: curved)
    }
  }

  /// `−B⁻¹g` over some variables; B gets a ridge, relative to its diagonal, until it is positive
  /// definite.
  private func solve(
    _ free: [Int], _ g: [Double], _ metric: [Double]
  ) -> (direction: [Double], curved: Bool) {
    let (k, m) = (g.count, free.count)
    guard m > 0 else { return ([], true) }
    let scale = free.map { i -> Double in
      let diagonal = metric[i * k + i].magnitude
      return diagonal > 0 && diagonal.isFinite ? 1 / diagonal.squareRoot() : 1
    }
    var ridge = 0.0
    while true {
      var a = [Double](repeating: 0, count: m * m)
      for (p, i) in free.enumerated() {
        for (q, j) in free.enumerated() { a[p * m + q] = metric[i * k + j] * scale[p] * scale[q] }
        a[p * m + p] += ridge
      }
      if Cholesky.factor(count: m, matrix: &a, floor: 1e-13) == nil {
        var x = (0..<m).map { -g[free[$0]] * scale[$0] }
        Cholesky.solveTransposed(count: m, factor: a, vector: &x)
        Cholesky.solve(count: m, factor: a, vector: &x)
        return ((0..<m).map { x[$0] * scale[$0] }, ridge == 0)
      }
      ridge = max(1e-8, 10 * ridge)
      if ridge > 1e8 { return (free.map { -g[$0] }, false) }
    }
  }

  /// Backtracks along the projected path; nil where not even a tiny step helps.
  private func search(
    from best: Outcome, _ step: Step, _ objective: Objective, _ evaluations: inout Int
  ) -> (point: [Double], value: Double, gradient: [Double])? {
    let k = best.point.count
    var gradient = [Double](repeating: 0, count: k)
    var length = 1.0
    for _ in 0..<40 {
      var point = best.point
      var slope = 0.0
      for i in 0..<k where step.held[i] == 0 {
        point[i] = max(lower[i], min(upper[i], point[i] + length * step.direction[i]))
        slope += best.gradient[i] * (point[i] - best.point[i])
      }
      guard point != best.point else { return nil }
      let value = objective(point, &gradient)
      evaluations += 1
      if value <= best.value + 1e-4 * slope + (length == 1 ? noise : 0) {
        return (point, value, gradient)
      }
      // The minimum of the parabola through both values and the slope, within limits.
      let excess = value - best.value - slope
      length *= excess.isFinite && excess > 0 ? max(0.1, min(0.5, -slope / (2 * excess))) : 0.1
    }
    return nil
  }

  /// The Hessian over the free variables, by central differences of a thousandth of a standard error.
  private func hessian(
    at y: [Double], _ metric: [Double], _ held: [Int], _ objective: Objective,
    _ evaluations: inout Int
  ) -> [Double] {
    let k = y.count
    var h = [Double](repeating: 0, count: k * k)
    var (up, down) = ([Double](repeating: 0, count: k), [Double](repeating: 0, count: k))
    for i in 0..<k {
      guard held[i] == 0 else {
        h[i * k + i] = 1
        continue
      }
      let width = 1e-3 / max(metric[i * k + i], 1e-300).squareRoot()
      let reach = min(width, 1e-2 * max(1, y[i].magnitude))
      var (above, below) = (y, y)
      above[i] = min(upper[i], y[i] + reach)
      below[i] = max(lower[i], y[i] - reach)
      _ = objective(above, &up)
      _ = objective(below, &down)
      evaluations += 2
      for j in 0..<k { h[i * k + j] = (up[j] - down[j]) / (above[i] - below[i]) }
    }
    for i in 0..<k {
      for j in 0..<i {
        let value = held[i] != 0 || held[j] != 0 ? 0 : 0.5 * (h[i * k + j] + h[j * k + i])
        h[i * k + j] = value
        h[j * k + i] = value
      }
    }
    return h
  }

  /// The damped BFGS update, which keeps B positive definite.
  private func update(
    _ metric: inout [Double], from y: [Double], _ g: [Double], to newY: [Double], _ newG: [Double]
  ) {
    let k = y.count
    let s = (0..<k).map { newY[$0] - y[$0] }
    var r = (0..<k).map { newG[$0] - g[$0] }
    let product = (0..<k).map { i in (0..<k).reduce(0) { $0 + metric[i * k + $1] * s[$1] } }
    let curvature = (0..<k).reduce(0) { $0 + s[$1] * product[$1] }
    guard curvature > 0 else { return }
    var gain = (0..<k).reduce(0) { $0 + s[$1] * r[$1] }
    if gain < 0.2 * curvature {
      let theta = 0.8 * curvature / (curvature - gain)
      for i in 0..<k { r[i] = theta * r[i] + (1 - theta) * product[i] }
      gain = 0.2 * curvature
    }
    for i in 0..<k {
      for j in 0..<k {
        metric[i * k + j] += r[i] * r[j] / gain - product[i] * product[j] / curvature
      }
    }
  }
}
