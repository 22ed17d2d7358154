import Testing

@testable import Train

@Suite struct MeasureTableTests {
  private func markup(_ preference: MeasureTable.Preference, _ values: [Double]) -> Markup {
    let table = MeasureTable(
      "t", measures: [.init("m", .percent(digits: 1), better: preference)],
      rows: values.enumerated().map { .init("\($0)", isModel: $0 == 1, [.init($1)]) })
    var html = HTMLWriter()
    table.write(into: &html)
    return Markup(html.text)
  }

  private func best(_ preference: MeasureTable.Preference, _ values: [Double]) -> [String] {
    markup(preference, values).all("strong").map(\.text)
  }

  @Test func bestIsEmphasised() {
    #expect(best(.higher, [0.1, 0.3, .nan]) == ["30.0"])
    #expect(best(.lower, [0.1, 0.3, .nan]) == ["10.0"])
    #expect(best(.none, [0.1, 0.3]).isEmpty)
    #expect(best(.higher, [0.1, .nan]).isEmpty)
  }

  @Test func whatLooksEqualIsEquallyGood() {
    #expect(best(.higher, [0.30001, 0.30002, 0.1]) == ["30.0", "30.0"])
    // Where all look the same there is no best.
    #expect(best(.higher, [0.30001, 0.30002]).isEmpty)
  }

  @Test func modelComesFirstAndUnitsStandInTheHeader() {
    let markup = markup(.higher, [0.1, 0.2, 0.3])
    #expect(markup.all("th").map(\.text).filter { !$0.isEmpty } == ["Strategy", "1", "0", "2"])
    #expect(markup.all("span").first?.text == "m, %")
  }

  @Test func intervalsAreShown() {
    let table = MeasureTable(
      "t", measures: [.init("m", .number(digits: 1))],
      rows: [.init("a", [.init(1, interval: -0.5...2)])])
    var html = HTMLWriter()
    table.write(into: &html)
    #expect(Markup(html.text).all("small").map(\.text) == ["−0.5 to 2.0"])
  }
}
