internal import Finance

/// The bounds of every risk budget, as multiples of 1/N, and of groups of them.
struct BudgetSettings: Sendable {
  var floor: Double
  var cap: Double
  /// Groups whose sums are bounded; empty: none.
  var groups: [BudgetGroupSettings]

  init(_ reader: ConfigReader, assets: [String]) {
    floor = reader.about("the smallest risk budget, in multiples of 1/N")
      .double("floor", default: 0.08, in: 0...1)
    cap = reader.about("the largest risk budget, in multiples of 1/N")
      .double("cap", default: 3.2, in: 1...)
    groups = reader.about(
      "bounds of the sums of budgets; budgets beyond them are moved to the nearest within, before rules"
    )
    .objects("groups") { BudgetGroupSettings($0, known: assets) }
    if floor == cap, assets.count > 1 {
      reader.report(
        "cap", "value is \(cap); expected more than the floor, or nothing can be learned")
    }
    if !groups.isEmpty, let conflict = conflict(assets) { reader.report("groups", conflict) }
  }

  /// The bounds that groups are projected within.
  func constraints(assets: [String]) -> WeightConstraints {
    let share = 1 / Double(assets.count)
    return WeightConstraints(
      count: assets.count, lower: [Double](repeating: floor * share, count: assets.count),
      upper: [Double](repeating: min(1, cap * share), count: assets.count),
      groups: groups.map { $0.value(assets: assets) })
  }

  /// Why no budgets are within all bounds; nil where some are.
  private func conflict(_ assets: [String]) -> String? {
    guard groups.allSatisfy({ $0.minimum <= $0.maximum }),
      groups.allSatisfy({ Set($0.assets).count == $0.assets.count })
    else { return nil }
    let equal = [Double](repeating: 1 / Double(assets.count), count: assets.count)
    do throws(BudgetProjectionError) {
      _ = try BudgetProjection(constraints: constraints(assets: assets)).project(equal)
      return nil
    } catch { return AssetNames(names: assets).named("\(error)") }
  }
}
