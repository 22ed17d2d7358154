import Finance
import Foundation
import Testing

@Suite struct ConstantMaturityBondTests {
  /// The embedded indices were built by the same formula, in Python, and rounded to three decimals.
  ///
  /// On bond holidays they keep the last curve, where this index waits for the next one.
  @Test(arguments: [
    ("UST2Y", "Y2Y", 2.0, "Y1Y", 1.0), ("UST5Y", "Y5Y", 5, "Y3Y", 3),
    ("UST10Y", "Y10Y", 10, "Y7Y", 7),
  ])
  func theEmbeddedIndicesAreReproduced(
    name: String, yield: String, maturity: Double, shorter: String, shorterMaturity: Double
  ) throws {
    let yields = try CSVPanelReader.read(EmbeddedData.folder + "treasury_yields.csv")
    let prices = try EmbeddedData.prices()
    let panel = try yields.addingBond(
      "INDEX", ConstantMaturityBond(maturity: maturity, shorterMaturity: shorterMaturity),
      yield: yield, shorter: shorter)
    let index = panel.values.column(try panel.index(of: "INDEX"))
    let golden = prices.values.column(try prices.index(of: name))
    var compared = 0
    for (row, date) in panel.dates.enumerated() where !index[row].isNaN {
      guard let other = prices.dates.lastRow(onOrBefore: date), prices.dates[other] == date else {
        continue
      }
      compared += 1
      #expect(abs(index[row] / golden[other] - 1) < 2e-4, "\(date)")
    }
    #expect(compared > 6700)
  }

  /// A yield that stands still, flat curve: the bond earns its yield.
  @Test func aConstantYieldIsEarned() {
    let bond = ConstantMaturityBond(maturity: 10, shorterMaturity: 7)
    let dates = (0...4).map { CalendarDate(days: $0 * 365) }
    let yields = [Double](repeating: 4, count: 5)
    let index = bond.index(dates: dates, yields: yields, shorterYields: yields)
    let expected = 100 * pow(1.02, 2 * 4 * 365 / 365.25)
    #expect(abs(index[4] - expected) < 1e-9)
  }

  /// Roughly minus duration times the change; more exactly the price of a par bond at another yield.
  @Test func aRisingYieldLoses() {
    let bond = ConstantMaturityBond(maturity: 10)
    let dates = [CalendarDate(days: 0), CalendarDate(days: 0).advanced(by: 1)]
    let index = bond.index(dates: dates, yields: [5, 6])
    // Twenty half-yearly coupons of 2.5 at 3 %, and a day at 6 %.
    var price = 0.0
    for k in 1...20 { price += 2.5 / pow(1.03, Double(k)) }
    price += 100 / pow(1.03, 20)
    #expect(abs(index[1] - price * pow(1.03, 2 / 365.25)) < 1e-9)
  }

  @Test func missingYieldsWaitForTheNextOne() {
    let bond = ConstantMaturityBond(maturity: 5)
    let dates = (0...2).map { CalendarDate(days: $0) }
    let gap = bond.index(dates: dates, yields: [3, .nan, 3.1])
    let direct = bond.index(dates: [dates[0], dates[2]], yields: [3, 3.1])
    #expect(gap[1].isNaN && gap[2] == direct[1])
    // A yield of zero has a price too.
    #expect(bond.index(dates: dates, yields: [0, 0, 0]).allSatisfy { abs($0 - 100) < 1e-12 })
  }

  @Test func whatCannotBeYieldsIsRefused() throws {
    let panel = makePanel([("Y", [4, 5, 400]), ("F", [0.04, 0.05, 0.04])])
    func fault(_ yield: String, _ name: String = "X", shorter: String? = nil) -> String? {
      #expect(throws: DataError.self) {
        try panel.addingBond(
          name,
          ConstantMaturityBond(maturity: 5, shorterMaturity: shorter == nil ? nil : 3),
          yield: yield, shorter: shorter)
      }?.description
    }
    #expect(
      fault("Y") == "memory: column 'Y': '400.0' is not a yield; expected percent per year.")
    #expect(
      fault("F")
        == "memory: column 'F': never exceeds 0.05; expected yields in percent per year, such as 4.5."
    )
    #expect(
      fault("F", "Y")
        == "memory: column 'Y': is a column already; give the bond another name.")
    #expect(fault("Q")?.hasPrefix("memory: no column 'Q'") == true)
  }
}
