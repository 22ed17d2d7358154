import Finance
import Train

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#endif

/// Reading 100 MB of CSV from disk, in three dialects.
enum CSVWorkload: Workload {
  static let name = "csv"
  static let summary = "100 MB of CSV, from the file to the table"
  static let cases = ["wide", "european", "long"]

  private static let size = 100_000_000

  static func run(_ options: Options) throws -> Report {
    var report = Report()
    for name in cases where options.wants(name) {
      let text = try bytes(name)
      let path = temporaryFile(name)
      try write(text, to: path)
      defer { unlink(path) }
      var found: Panel?
      var failure: (any Error)?
      let timing = Stopwatch(repeats: options.repeats).time(warm: 1, inner: 1) {
        do { found = try CSVPanelReader.read(path) } catch { failure = error }
      }
      if let failure { throw failure }
      report.results.append((name, timing.json))
      report.reference.append(
        (
          name,
          JSONValue([Double(text.count), Double(found?.dates.count ?? 0), found?.values[1, 2] ?? 0])
        ))
    }
    return report
  }

  /// Weekdays with prices of four decimals: 20 columns, or 20 rows a day in the long case.
  private static func bytes(_ name: String) throws -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(size + 1000)
    let columns = 20
    let separator: String = name == "european" ? ";" : ","
    if name == "long" {
      text += Array("Date,Ticker,Close\n".utf8)
    } else {
      text += Array(("Date" + (0..<columns).map { separator + "S\($0)" }.joined() + "\n").utf8)
    }
    var date = CalendarDate(days: -200_000)
    var state: UInt64 = 88_172_645_463_325_252
    while text.count < size {
      date = date.advanced(by: 1)
      if name == "wide" { text += Array("\(date)".utf8) }
      if name == "european" {
        let (year, month, day) = date.components
        text += Array("\(day < 10 ? "0" : "")\(day).\(month < 10 ? "0" : "")\(month).\(year)".utf8)
      }
      for column in 0..<columns {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        let (whole, fraction) = (state % 10_000, 1000 + (state >> 32) % 9000)
        if name == "long" { text += Array("\(date),S\(column)".utf8) }
        let mark = name == "european" ? "," : "."
        text += Array("\(separator)\(whole)\(mark)\(fraction)".utf8)
        if name == "long" { text.append(0x0A) }
      }
      if name != "long" { text.append(0x0A) }
    }
    return text
  }

  private static func temporaryFile(_ name: String) -> String {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    return "\(folder)/keel-bench-\(getpid())-\(name).csv"
  }

  private static func write(_ bytes: [UInt8], to path: String) throws {
    guard let file = fopen(path, "w") else { throw BenchError("cannot write \(path)") }
    defer { fclose(file) }
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
      throw BenchError("cannot write \(path): is the disk full?")
    }
  }
}
