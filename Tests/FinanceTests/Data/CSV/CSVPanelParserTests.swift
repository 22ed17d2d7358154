import Autodiff
import Finance
import Testing

/// Thousands of seeded random damages: the parser throws ``DataError`` or parses, and never crashes.
@Suite struct CSVPanelParserTests {
  private static let seedText =
    "Date,\"A \"\"x\"\"\",B\r\n2020-01-02,1.5,\"2\"\n2020-01-03,,-3e-2\n2020-01-06,NA,.\n"

  @Test func randomMutationsParseOrThrow() throws {
    var generator = SplitMix64(seed: 99)
    let alphabet = Array(",,\"\"\n\r\n.-+eE0123456789 ;\t\u{0}ANa\u{FEFF}é".utf8) + [0xFF, 0xC3]
    var (parsed, refused) = (0, 0)
    for _ in 0..<20_000 {
      var bytes = Array(Self.seedText.utf8)
      for _ in 0..<(1 + generator.next() % 4) {
        let position = Int(generator.next() % UInt64(bytes.count))
        let byte = alphabet[Int(generator.next() % UInt64(alphabet.count))]
        switch generator.next() % 5 {
        case 0: bytes[position] = byte
        case 1: bytes.insert(byte, at: position)
        case 2: bytes.remove(at: position)
        case 3: bytes.removeSubrange(position...)
        default: bytes.insert(contentsOf: bytes[position...].prefix(12), at: position)
        }
        if bytes.isEmpty { bytes = [byte] }
      }
      do {
        let panel = try CSVPanelReader.parse(bytes, source: "fuzz")
        #expect(panel.values.elements.allSatisfy { !$0.isInfinite })
        parsed += 1
      } catch let error as DataError {
        #expect(error.description.hasPrefix("fuzz: "))
        refused += 1
      }
    }
    // Both outcomes must occur often, or the damage is not the right one.
    #expect(parsed > 1000)
    #expect(refused > 1000)
  }

  @Test func everyPrefixOfAFileParsesOrThrows() throws {
    let bytes = Array(Self.seedText.utf8)
    for length in 0...bytes.count {
      do {
        let panel = try CSVPanelReader.parse(Array(bytes.prefix(length)), source: "cut")
        #expect(panel.columns.last == "B")
      } catch let error as DataError {
        #expect(error.file == "cut")
      }
    }
  }

  @Test func whatIsWrittenIsReadBackBitForBit() throws {
    var generator = SplitMix64(seed: 5)
    let dates = CalendarDate.weekdays(from: CalendarDate(days: 10_000), count: 500)
    let values = generator.normals(500 * 3).map { $0 * 1234.5 }
    var text = "Date,A,B,C\n"
    for (row, date) in dates.enumerated() {
      text += "\(date),\(values[row * 3]),\(values[row * 3 + 1]),\(values[row * 3 + 2])\n"
    }
    let panel = try CSVPanelReader.parse(Array(text.utf8), source: "x")
    #expect(panel.dates == dates)
    #expect(sameBits(panel.values.elements, values))
  }

  @Test func manyLinesTimesManyColumnsAskForNoMoreMemoryThanTheFile() {
    let text = String(repeating: ",a", count: 50_000) + String(repeating: "\n", count: 50_000)
    #expect(throws: DataError.self) { try CSVPanelReader.parse(Array(text.utf8), source: "x") }
  }
}
