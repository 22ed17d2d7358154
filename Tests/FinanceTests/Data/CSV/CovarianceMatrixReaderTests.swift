import Finance
import Testing

@Suite struct CovarianceMatrixReaderTests {
  private func fault(_ text: String) -> String? {
    do {
      _ = try CovarianceMatrixReader.parse(text, source: "c.csv")
      return nil
    } catch { return "\(error)" }
  }

  @Test func readsNamesAndMakesSymmetryExact() throws {
    let (names, matrix) = try CovarianceMatrixReader.parse(
      "\u{FEFF},\"A\", B\r\nA,0.04,0.0100000001\r\nB,0.0099999999,0.09\r\n", source: "c.csv")
    #expect(names == ["A", "B"])
    #expect(matrix[0, 0] == 0.04 && matrix[1, 1] == 0.09)
    #expect(matrix[0, 1] == matrix[1, 0] && abs(matrix[0, 1] - 0.01) < 1e-15)
  }

  @Test func faultsNameTheirPlace() {
    #expect(
      fault("") == "c.csv: is not a covariance matrix; expected a first row of asset names.")
    #expect(fault(",A,A\nA,1,0\nA,0,1") == "c.csv: line 1: 'A' occurs twice.")
    #expect(fault(",A,B\nA,1,0") == "c.csv: has 2 columns but 1 rows; expected as many.")
    #expect(fault(",A,B\nA,1,0\nB,0") == "c.csv: line 3: has 2 cells; expected 3.")
    #expect(
      fault(",A,B\nB,1,0\nA,0,1")
        == "c.csv: line 2: is the row of 'B', but column 2 is 'A'; expected the same order.")
    #expect(
      fault(",A,B\nA,1,x\nB,0,1")
        == "c.csv: line 2, column 'B': 'x' is not a number; expected digits with a decimal point.")
    #expect(
      fault(",A,B\nA,1,0.5\nB,0.4,1")
        == "c.csv: is not symmetric: (B, A) is 0.4, (A, B) is 0.5.")
  }
}
