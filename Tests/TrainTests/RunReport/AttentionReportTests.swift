import Finance
import Testing

@testable import Train

@Suite struct AttentionReportTests {
  private func content(_ assets: Int, tokens: Int, decisions: Int) -> [ReportContent] {
    let names = (0..<assets).map { "A\($0)" }
    let sources = names + (0..<tokens).map { "token \($0 + 1)" }
    let columns = names.flatMap { own in sources.map { "\(own) <- \($0)" } }
    var values = Matrix(rows: decisions, columns: columns.count)
    for d in 0..<decisions {
      for i in 0..<assets {
        // All from oneself on even decisions, all from the last source on odd ones.
        values[d, i * sources.count + (d % 2 == 0 ? i : sources.count - 1)] = 1
      }
    }
    return RunReport.attention(
      DetailTable(columns: columns, values: values), days: Array(10_000..<10_000 + decisions),
      assets: names)
  }

  @Test func theMapIsTheMeanOverDecisions() throws {
    let content = content(3, tokens: 1, decisions: 4)
    guard case .map(let map) = content[0], case .areas(let received) = content[1] else {
      Issue.record("not a map and areas")
      return
    }
    #expect(map.rows == ["A0", "A1", "A2"] && map.columns == ["A0", "A1", "A2", "token 1"])
    #expect(map.values == [[0.5, 0, 0, 0.5], [0, 0.5, 0, 0.5], [0, 0, 0.5, 0.5]])
    #expect(received.layers.map(\.name) == map.columns)
    #expect(received.layers[3].values == [0, 1, 0, 1])
    for d in 0..<4 {
      #expect(abs(received.layers.reduce(0) { $0 + $1.values[d] } - 1) < 1e-12)
    }
  }

  @Test func manyAssetsAreShadedByDate() throws {
    let content = content(30, tokens: 2, decisions: 200)
    guard case .map(let map) = content[1] else {
      Issue.record("not a map")
      return
    }
    #expect(map.rows.count == 32 && map.columns.count == 60)
    #expect(map.columns.first == "1997-05-19" && map.headers.filter { !$0.isEmpty } == ["1997"])
    #expect(map.values[31].contains { abs($0 - 1) < 1e-12 } && map.values[31].contains(0))
    #expect(
      Markup(ReportDocument(title: "t", sections: [.init("s", content: content)]).html()).fault
        == nil)
  }
}
