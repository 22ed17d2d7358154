import Autodiff
import Finance
import Foundation
import Testing

/// Files of every dialect, whole and damaged: the reader returns what the oracle reads, or refuses.
///
/// `Scripts/fuzz-csv` runs a million of them; `KEEL_FUZZ_INPUTS` and `KEEL_FUZZ_SEED` set the number and
/// the seed.
@Suite struct CSVFuzzTests {
  private static func environment(_ name: String, _ standard: Int) -> Int {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? standard
  }

  private struct Tally {
    var (read, refused, ambiguous) = (0, 0, 0)
  }

  @Test func wholeAndDamagedFilesAreReadAsTheOracleReadsThem() throws {
    let count = Self.environment("KEEL_FUZZ_INPUTS", 3_000)
    let seed = Self.environment("KEEL_FUZZ_SEED", 1)
    var (whole, damaged) = (Tally(), Tally())
    var faults = 0
    for index in 0..<count {
      var fuzzer = CSVFuzzer(
        generator: SplitMix64(seed: UInt64(seed)).split("csv").split("\(index)"))
      let file = fuzzer.file()
      let isWhole = fuzzer.chance(30)
      let bytes = isWhole ? file.bytes : fuzzer.damage(file.bytes)
      let problem =
        isWhole ? check(bytes, truth: file, &whole) : check(bytes, truth: nil, &damaged)
      if let problem {
        faults += 1
        Issue.record(
          "seed \(seed), input \(index): \(problem)\n\(String(decoding: bytes, as: UTF8.self))")
        if faults >= 10 { break }
      }
      if count > 100_000, index % 100_000 == 99_999 {
        print("csv fuzz: \(index + 1) inputs, \(faults) faults")
      }
    }
    // Both outcomes must occur often, or the damage is not the right one.
    #expect(whole.read > count / 6)
    #expect(damaged.read > count / 12 && damaged.refused > count / 6)
    if count > 100_000 { print("csv fuzz: whole \(whole), damaged \(damaged)") }
  }

  /// What is wrong with the reader's answer, or nil.
  private func check(_ bytes: [UInt8], truth: CSVFuzzer.File?, _ tally: inout Tally) -> String? {
    let oracle = SlowCSVReader(bytes)
    let panel: Panel
    do {
      panel = try CSVPanelReader.parse(bytes, source: "fuzz")
    } catch let error as DataError {
      guard truth != nil else {
        tally.refused += 1
        return nil
      }
      // A whole file may be refused only where it is ambiguous, or where points group thousands in a
      // file of commas without quotes, which has decimal points by convention.
      let groupsByPoints =
        error.description.contains("expected digits with a decimal point")
        && !bytes.contains(UInt8(ascii: "\""))
      guard
        error.description.contains("may be") || error.description.contains("every other date")
          || groupsByPoints
      else { return "a whole file is refused: \(error)" }
      tally.ambiguous += 1
      return nil
    } catch { return "not a DataError: \(error)" }
    tally.read += 1
    let table = SlowCSVReader.Table(
      columns: panel.columns, dates: panel.dates,
      values: panel.dates.indices.map { row in
        panel.columns.indices.map { column in
          let value = panel.values[row, column]
          return value.isNaN ? Double.nan.bitPattern : value.bitPattern
        }
      })
    // Two stated conventions: 1,234 between semicolons has a fraction, and so has 1.234 between
    // commas where nothing is quoted.
    let isConventional =
      panel.notes.contains { $0.contains("as is usual with semicolons") }
      || (!bytes.contains(UInt8(ascii: "\"")) && bytes.contains(UInt8(ascii: ",")))
    if let truth, table != truth.table, !isConventional || table.columns != truth.table.columns {
      return "a whole file is misread: \(table)"
    }
    guard let place = oracle.place() else { return "the oracle finds no table" }
    let isLong = panel.notes.contains { $0.hasPrefix("The table is long") }
    var readings: [(CSVFormat.DecimalMark, CSVFormat.DateOrder, SlowCSVReader.Table)] = []
    for decimal in CSVFormat.DecimalMark.allCases {
      for order in CSVFormat.DateOrder.allCases {
        let reading =
          isLong
          ? oracle.long(place, decimal, order) : oracle.wide(place, decimal, order)
        if let reading { readings.append((decimal, order, reading)) }
      }
    }
    guard readings.contains(where: { $0.2 == table }) else {
      return "misread as \(table); the oracle has \(readings.map(\.2))"
    }
    // Another reading is a silent guess, unless a stated convention excludes it.
    let isComma = place.separator == UInt8(ascii: ",")
    let dots = oracle.lines[place.row].contains(UInt8(ascii: "."))
    for (decimal, order, reading) in readings where reading != table {
      if isComma, decimal == .comma, !bytes.contains(UInt8(ascii: "\"")) { continue }
      if place.separator == UInt8(ascii: ";"), decimal == .point,
        panel.notes.contains(where: { $0.contains("as is usual with semicolons") })
      {
        continue
      }
      if dots, order == .monthDayYear,
        panel.notes.contains(where: { $0.contains("settled by the points") })
      {
        continue
      }
      return "silent guess: \(table), or by decimal \(decimal) and \(order.rawValue) \(reading)"
    }
    return nil
  }
}
