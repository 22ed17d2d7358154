/// The bounds of every risk budget, as multiples of 1/N.
struct BudgetSettings: Sendable {
  var floor: Double
  var cap: Double

  init(_ reader: ConfigReader, assets: Int) {
    floor = reader.about("the smallest risk budget, in multiples of 1/N")
      .double("floor", default: 0.08, in: 0...1)
    cap = reader.about("the largest risk budget, in multiples of 1/N")
      .double("cap", default: 3.2, in: 1...)
    if floor == cap, assets > 1 {
      reader.report(
        "cap", "value is \(cap); expected more than the floor, or nothing can be learned")
    }
  }
}
