/// A primal active-set search for `min ½ wᵀΣw` over `Σw = 1`, `l ≤ w ≤ c`, with `Σ` semidefinite.
///
/// The weights are feasible throughout and the variance never rises. Among the *free* assets, those
/// not held at a bound, one (the least volatile) balances the sum: moving asset `i` by `x` moves it
/// by `−x`. In these coordinates the Hessian is `Mᵢⱼ = Σᵢⱼ − Σᵢq − Σqⱼ + Σqq` and the gradient
/// `ρᵢ = (Σw)ᵢ − (Σw)q`. Each iteration goes to the minimum, or as far as the first bound, which then
/// holds its asset; at the minimum the bound whose multiplier has the wrong sign is let go. Where `M`
/// is singular the step follows a direction without curvature downhill to a bound.
struct ActiveSet {
  private enum Place { case free, lower, upper }
  private enum Move {
    /// To the minimum over the free assets.
    case newton([Double])
    /// Along a direction without curvature.
    case flat([Double])
  }

  private let n: Int
  /// `Σ`, row-major.
  private let sigma: [Double]
  private let volatilities: [Double]
  private let lower: [Double]
  private let upper: [Double]
  private var weights: [Double]
  private var place: [Place]

  init(covariance: Matrix, volatilities: [Double], lower: [Double], upper: [Double]) {
    n = covariance.rows
    sigma = covariance.elements
    self.volatilities = volatilities
    self.lower = lower
    self.upper = upper
    let room = 1 - lower.reduce(0, +)
    let range = zip(lower, upper).reduce(0) { $0 + ($1.1 - $1.0) }
    let part = range > 0 ? max(0, min(1, room / range)) : 0
    weights = zip(lower, upper).map { $0 + part * ($1 - $0) }
    place = zip(lower, upper).map { $0 < $1 ? .free : .lower }
    let rounding = 4 * Double(n) * Double.ulpOfOne
    // Floors or caps that sum to one leave a single portfolio, and no asset free to move.
    if room <= rounding { place = [Place](repeating: .lower, count: n) }
    if room >= range - rounding { place = [Place](repeating: .upper, count: n) }
  }

  /// The weights of least variance.
  mutating func run() throws(MinimumVarianceError) -> [Double] {
    let limit = 100 + 20 * n
    var stalled = false
    for _ in 0..<limit {
      let gradient = product()
      var settled = true
      if let balancing = balancingAsset {
        let free = (0..<n).filter { place[$0] == .free && $0 != balancing }
        if !free.isEmpty {
          let part: Double
          switch move(free, balancing, gradient) {
          case .newton(let step): (part, settled) = take(step, free, balancing, limit: 1)
          case .flat(let step): (part, settled) = take(step, free, balancing, limit: .infinity)
          }
          stalled = part == 0
        }
      }
      guard settled else { continue }
      if !release(smallestIndexFirst: stalled) {
        normalise()
        return weights
      }
    }
    throw .notConverged(iterations: limit, violation: violation())
  }

  /// `Σw`.
  private func product() -> [Double] {
    (0..<n).map { i in
      var sum = 0.0
      for j in 0..<n { sum += sigma[i * n + j] * weights[j] }
      return sum
    }
  }

  /// The size of the rounding errors in `(Σw)ᵢ`.
  private func rounding(_ i: Int) -> Double {
    var sum = 0.0
    for j in 0..<n { sum += sigma[i * n + j].magnitude * weights[j].magnitude }
    return 8 * Double(n) * Double.ulpOfOne * sum
  }

  private var balancingAsset: Int? {
    (0..<n).filter { place[$0] == .free }.min { volatilities[$0] < volatilities[$1] }
  }

  /// The step of the free assets other than the balancing one.
  private func move(_ free: [Int], _ q: Int, _ gradient: [Double]) -> Move {
    let m = free.count
    var hessian = [Double](repeating: 0, count: m * m)
    var scale = [Double](repeating: 0, count: m)
    for (a, i) in free.enumerated() {
      let curvature = (sigma[i * n + i] - sigma[i * n + q]) - (sigma[i * n + q] - sigma[q * n + q])
      // An asset that moves exactly with the balancing one: swapping them changes nothing.
      guard curvature > 8 * Double.ulpOfOne * sigma[i * n + i] else {
        var step = [Double](repeating: 0, count: m)
        step[a] = gradient[i] > gradient[q] ? -1 : 1
        return .flat(step)
      }
      scale[a] = 1 / curvature.squareRoot()
    }
    for a in 0..<m {
      let i = free[a]
      for b in a..<m {
        let j = free[b]
        let value = (sigma[i * n + j] - sigma[i * n + q]) - (sigma[q * n + j] - sigma[q * n + q])
        hessian[a * m + b] = value * scale[a] * scale[b]
      }
    }
    var step = (0..<m).map { -(gradient[free[$0]] - gradient[q]) * scale[$0] }
    if let failure = Cholesky.factor(
      count: m, matrix: &hessian, floor: 16 * Double(m) * Double.ulpOfOne)
    {
      let k = failure.index
      var direction = [Double](repeating: 0, count: m)
      direction[k] = 1
      for a in (0..<k).reversed() {
        var sum = 0.0
        for b in a + 1...k { sum += hessian[a * m + b] * direction[b] }
        direction[a] = -sum / hessian[a * m + a]
      }
      let descent = zip(step, direction).reduce(0) { $0 + $1.0 * $1.1 }
      return .flat((0..<m).map { (descent < 0 ? -direction[$0] : direction[$0]) * scale[$0] })
    }
    Cholesky.solveTransposed(count: m, factor: hessian, vector: &step)
    Cholesky.solve(count: m, factor: hessian, vector: &step)
    return .newton((0..<m).map { step[$0] * scale[$0] })
  }

  /// Moves along a step as far as the bounds allow, at most `limit` times it.
  ///
  /// An asset that meets its bound is held there. Returns the part of the step taken and whether no bound was met.
  private mutating func take(
    _ step: [Double], _ free: [Int], _ q: Int, limit: Double
  ) -> (part: Double, unhindered: Bool) {
    let balance = -step.reduce(0, +)
    var (length, blocking) = (limit, -1)
    for (i, change) in zip(free + [q], step + [balance]) where change != 0 {
      let room = change > 0 ? upper[i] - weights[i] : lower[i] - weights[i]
      let part = max(0, room / change)
      if part < length { (length, blocking) = (part, i) }
    }
    guard length.isFinite else { return (1, true) }
    for (i, change) in zip(free + [q], step + [balance]) {
      weights[i] = max(lower[i], min(upper[i], weights[i] + length * change))
      if i == blocking {
        place[i] = change > 0 ? .upper : .lower
        weights[i] = change > 0 ? upper[i] : lower[i]
      }
    }
    return (length, blocking < 0)
  }

  /// Frees a held asset whose multiplier has the wrong sign; false if there is none.
  private mutating func release(smallestIndexFirst: Bool) -> Bool {
    let gradient = product()
    let movable = (0..<n).filter { lower[$0] < upper[$0] }
    guard let q = balancingAsset else {
      // All are held: a pair that would swap with profit is let go together.
      let least = movable.filter { place[$0] == .lower }.min { gradient[$0] < gradient[$1] }
      let most = movable.filter { place[$0] == .upper }.max { gradient[$0] < gradient[$1] }
      guard let least, let most,
        gradient[most] - gradient[least] > rounding(most) + rounding(least)
      else { return false }
      place[least] = .free
      place[most] = .free
      return true
    }
    var (worst, candidate) = (0.0, -1)
    for i in movable where place[i] != .free {
      let gain = place[i] == .lower ? gradient[q] - gradient[i] : gradient[i] - gradient[q]
      guard gain > rounding(i) + rounding(q), gain > worst else { continue }
      (worst, candidate) = (gain, i)
      if smallestIndexFirst { break }
    }
    guard candidate >= 0 else { return false }
    place[candidate] = .free
    return true
  }

  /// Gives the rounding error of the sum to the free asset with most room for it.
  private mutating func normalise() {
    let margins = (0..<n).map { min(weights[$0] - lower[$0], upper[$0] - weights[$0]) }
    guard let widest = (0..<n).max(by: { margins[$0] < margins[$1] }) else { return }
    var others = 0.0
    for i in 0..<n where i != widest { others += weights[i] }
    weights[widest] = max(lower[widest], min(upper[widest], 1 - others))
  }

  private func violation() -> Double {
    let gradient = product()
    let level = balancingAsset.map { gradient[$0] } ?? 0
    var worst = 0.0
    for i in 0..<n where lower[i] < upper[i] {
      let gap =
        switch place[i] {
        case .free: (gradient[i] - level).magnitude
        case .lower: level - gradient[i]
        case .upper: gradient[i] - level
        }
      worst = max(worst, gap)
    }
    return worst / max(level.magnitude, Double.leastNormalMagnitude)
  }
}
