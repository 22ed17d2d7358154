import Testing

@testable import Train

@Suite struct TextTableTests {
  @Test func columnsAlign() {
    var table = TextTable([.left("strategy"), .right("Sharpe"), .left("note")])
    table.append(["model", "1.12", "é"])
    table.append(["equal weight", "−0.7", ""])
    table.appendRule()
    table.append(["", "10.25", "all"])
    #expect(
      table.text == """
        strategy       Sharpe   note
        ────────────────────────────
        model            1.12   é
        equal weight     −0.7
        ────────────────────────────
                        10.25   all

        """)
  }

  @Test func headerIsLeftOutWithoutTitles() {
    var table = TextTable([.left(""), .right("")])
    table.append(["a", "1"])
    #expect(table.text == "a   1\n")
  }
}
