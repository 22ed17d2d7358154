import Finance
import Testing

@Suite struct DataErrorTests {
  @Test func describesWhatIsKnown() {
    #expect(DataError(file: "f", problem: "is odd.").description == "f: is odd.")
    #expect(
      DataError(file: "f", line: 3, problem: "is odd.").description == "f: line 3: is odd.")
    #expect(
      DataError(file: "f", line: 3, column: "C", value: "v", problem: "is odd.").description
        == "f: line 3, column 'C': 'v' is odd.")
  }
}
