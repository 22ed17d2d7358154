internal import Autodiff
internal import Finance

/// Draws the trials of a search: a tree-structured Parzen estimator.
///
/// The trials so far are split by loss: the best share is good, the rest (failures among them) bad. For
/// each parameter in turn, values are drawn from the density l of the good ones, and the one where l
/// exceeds the density g of the bad ones most is taken, which maximises the expected improvement. A
/// parameter that others switch off is learned from the trials that had it. Trials of the first batch
/// are drawn without knowledge. Where a grid says what to try, nothing is drawn.
///
/// Trial t is a function of the seed, its number and the results of the batches before: no matter who
/// draws it, or when.
///
/// - Source: Bergstra, Bardenet, Bengio & Kégl (2011), *Algorithms for Hyper-Parameter Optimization*,
///   NIPS, §4.
struct SearchSampler: Sendable {
  /// What a trial tried and how it ended.
  struct Observation: Sendable {
    let values: [String: JSONValue]
    /// Its loss; nil where it failed.
    let loss: Double?
  }

  let space: [SearchParameter]
  var grid: SearchGrid?
  /// The share of trials that is good.
  let good: Double
  let candidates: Int
  let seed: Int

  /// The values of trial `number` by the results of the batches before.
  func trial(_ number: Int, after history: [Observation]) -> [(key: String, value: JSONValue)] {
    if let grid { return grid.combinations[number] }
    var generator = SplitMix64(seed: UInt64(seed)).split("search").split("trial \(number)")
    var ranked: [Observation] = []
    let sound = history.filter { $0.loss != nil }
    let order = sound.indices.sorted { a, b in
      let (x, y) = (sound[a].loss ?? 0, sound[b].loss ?? 0)
      return x == y ? a < b : x < y
    }
    for index in order { ranked.append(sound[index]) }
    let count = min(ranked.count, max(1, Int((good * Double(ranked.count)).rounded(.up))))
    let best = Array(ranked[..<count])
    let rest = Array(ranked[count...]) + history.filter { $0.loss == nil }
    var values: [String: JSONValue] = [:]
    var ordered: [(key: String, value: JSONValue)] = []
    for parameter in space where parameter.isActive(values) {
      let value =
        best.isEmpty
        ? parameter.prior(&generator) : promising(parameter, best, rest, &generator)
      values[parameter.key] = value
      ordered.append((parameter.key, value))
    }
    return ordered
  }

  private func promising(
    _ parameter: SearchParameter, _ best: [Observation], _ rest: [Observation],
    _ generator: inout SplitMix64
  ) -> JSONValue {
    let (l, g) = (
      best.compactMap { $0.values[parameter.key] }, rest.compactMap { $0.values[parameter.key] }
    )
    if case .choice(let choices) = parameter.domain {
      return promising(choices, l, g, &generator)
    }
    let (above, below) = (
      ParzenDensity(l.compactMap(parameter.place)), ParzenDensity(g.compactMap(parameter.place))
    )
    var chosen = (value: JSONValue(0), ratio: -Double.infinity)
    for _ in 0..<candidates {
      let value = parameter.value(at: above.draw(&generator))
      // An integer is judged where all draws of it are: in the middle of its share.
      guard let place = parameter.place(of: value) else { continue }
      let ratio = above(place) / below(place)
      if ratio > chosen.ratio { chosen = (value, ratio) }
    }
    return chosen.value
  }

  /// Choices by their counts, each counted once beforehand.
  private func promising(
    _ choices: [JSONValue], _ l: [JSONValue], _ g: [JSONValue], _ generator: inout SplitMix64
  ) -> JSONValue {
    func weights(_ values: [JSONValue]) -> [Double] {
      let counts = choices.map { choice in 1 + Double(values.filter { $0 == choice }.count) }
      let sum = counts.reduce(0, +)
      return counts.map { $0 / sum }
    }
    let (above, below) = (weights(l), weights(g))
    var chosen = (index: 0, ratio: -Double.infinity)
    for _ in 0..<candidates {
      var (index, left) = (0, generator.uniform())
      while index + 1 < choices.count, left >= above[index] {
        left -= above[index]
        index += 1
      }
      let ratio = above[index] / below[index]
      if ratio > chosen.ratio { chosen = (index, ratio) }
    }
    return choices[chosen.index]
  }
}
