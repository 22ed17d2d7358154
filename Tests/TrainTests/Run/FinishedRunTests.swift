import Finance
import Testing

@testable import Train

@Suite struct FinishedRunTests {
  private let run: SmallRun

  init() throws { run = try SmallRun() }

  private func refusal(_ body: () throws -> Void) -> String {
    let error = #expect(throws: ExperimentError.self, performing: body)
    return error?.description ?? ""
  }

  @Test func itsOwnProgramReadsItWithoutARemark() throws {
    let read = try FinishedRun(run.directory.path)
    #expect(read.remarks.isEmpty && read.warnings.isEmpty)
    #expect(read.result.fits.count == read.problem.units.count)
  }

  /// A rebuilt program reads a finished run and says so; it may not go on with one.
  @Test func anotherProgramReadsItWithARemark() throws {
    let own = try FinishedRun(run.directory.path)
    let executable = String(repeating: "0123456789", count: 6)
    try run.relabel {
      $0.executable = executable
      $0.version = "0.0.9"
      $0.arithmetic = "abc"
    }
    #expect(refusal { _ = try PlannedRun(opening: run.directory.path) }.contains("the program was"))
    let read = try FinishedRun(run.directory.path)
    #expect(read.result.model.weights == own.result.model.weights)
    #expect(read.provenance.executable == executable)
    #expect(read.remarks.count == 4, "\(read.remarks)")
    #expect(read.remarks[0] == "the program was 0.0.9 and is \(ProgramIdentity.version)")
    #expect(read.remarks[1].hasPrefix("the executable was 012345678901… and is "))
    #expect(read.remarks[2].hasPrefix("the arithmetic was abc and is "))
    #expect(read.remarks[3] == "it decides the weights of the run again, to the bit")
    let page = try read.report().document.html()
    #expect(page.contains("is read by another program") && page.contains("Keel 0.0.9"))
  }

  @Test func weightsThatAreNotReproducedAreMeasured() throws {
    let path = run.directory.file("weights.csv")
    let table = try CSVPanelReader.read(path)
    var changed = CSVWriter(columns: ["Date"] + table.columns)
    for (row, date) in table.dates.enumerated() {
      var weights = Array(table.values.row(row))
      if row == 3 { weights[1] += 0.25 }
      changed.append(day: date.days, weights)
    }
    try changed.write(to: path)
    try run.relabel { $0.executable = "another" }
    let remark = try #require(try FinishedRun(run.directory.path).remarks.last)
    let prefix = "the weights it decides differ from the run's by at most "
    #expect(remark.hasPrefix(prefix))
    let difference = try #require(Double(remark.dropFirst(prefix.count)))
    #expect(abs(difference - 0.25) < 1e-9)
  }

  @Test func anotherConfigPrecisionOrDataAreRefused() throws {
    let config = String(decoding: try FileBytes.read(run.directory.config), as: UTF8.self)
    try AtomicFile.write(config + "\n", to: run.directory.config)
    #expect(
      refusal { _ = try FinishedRun(run.directory.path) }
        == "\(run.directory.config): was changed after the run began; restore it, or start a new run"
    )
    try AtomicFile.write(config, to: run.directory.config)
    try run.relabel({ $0.scalar = SmallRun.otherPrecision }, arrays: SmallRun.inOtherPrecision)
    #expect(
      refusal { _ = try FinishedRun(run.directory.path) }.contains(
        "or convert the run by 'train convert \(run.directory.path)'"))
    let other = try SmallRun()
    let path = other.folder.path + "/prices.csv"
    try AtomicFile.write(try FileBytes.read(path) + [0x0A], to: path)
    #expect(
      refusal { _ = try FinishedRun(other.directory.path) }.contains("the checksum of \(path) was"))
  }
}
