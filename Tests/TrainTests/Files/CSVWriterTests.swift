import Autodiff
import Testing

@testable import Train

@Suite struct CSVWriterTests {
  @Test func writesDatesAndNumbers() {
    var table = CSVWriter(columns: ["date", "SPY", "S&P, 500", "say \"x\"", " pad", ""])
    table.append(day: 19_782, [0.1, 1, -0.0, .nan, 1e-300])
    table.append([.text("a\nb"), .integer(-3), .missing, .number(.infinity), .day(0), .text("é")])
    #expect(
      table.text == """
        date,SPY,"S&P, 500","say ""x""\"," pad",""
        2024-02-29,0.1,1,-0,,1e-300
        "a
        b",-3,,inf,1970-01-01,é

        """)
  }

  @Test func numbersReadBackToTheSameBits() {
    var generator = SplitMix64(seed: 9)
    var table = CSVWriter(columns: ["x"])
    var numbers: [Double] = []
    while numbers.count < 2000 {
      let number = Double(bitPattern: generator.next())
      if number.isNaN { continue }
      numbers.append(number)
      table.append([.number(number)])
    }
    let read = table.text.split(separator: "\n").dropFirst().map { Double($0)?.bitPattern }
    #expect(read == numbers.map(\.bitPattern))
  }

  @Test func rowsMustFitTheHeader() async {
    await #expect(processExitsWith: .failure) {
      var table = CSVWriter(columns: ["date", "x"])
      table.append(day: 0, [1, 2])
    }
  }
}
