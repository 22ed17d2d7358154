import Finance
import Kernels
import Testing

@testable import Train

@Suite struct ProvenanceTests {
  private func provenance() throws -> Provenance {
    Provenance(
      config: JSONValue("config"), folder: ".",
      data: [Provenance.DataFile(key: "data.prices", path: "p.csv", sha256: "ab")],
      character: DataCharacter(daysPerRow: 1.4, volatilities: [0.1]))
  }

  @Test func aRunIsRefusedToWhateverWouldComputeSomethingElse() throws {
    let then = try provenance()
    try then.requireSame(as: then, run: "runs/x")
    func message(_ change: (inout Provenance) -> Void) -> String {
      var now = then
      change(&now)
      do {
        try then.requireSame(as: now, run: "runs/x")
        return ""
      } catch { return "\(error)" }
    }
    #expect(message { $0.executable = "other" }.contains("the executable was"))
    #expect(
      message { $0.version = "9" }.contains("the program was 0.1.0 when the run began and is 9"))
    #expect(message { $0.scalar = "Half" }.contains("built with the same traits"))
    #expect(message { $0.instructionSet = "base2" }.contains("execution.instructionSet"))
    #expect(message { $0.arithmetic = "0" }.contains("the C library or the processor"))
    #expect(message { $0.config = "0" }.contains("restore runs/x/config.json"))
    #expect(message { $0.data[0].sha256 = "0" }.contains("the checksum of p.csv was ab"))
    // Where the files lie is not part of the identity.
    #expect(message { $0.folder = "/elsewhere" } == "")
  }

  @Test func provenanceSurvivesTheFile() throws {
    let folder = try TemporaryDirectory()
    let then = try provenance()
    #expect(then.executable.count == 64 && then.arithmetic.count == 16)
    try AtomicFile.write(then.json.text(), to: folder.path + "/run.json")
    #expect(try Provenance(contentsOf: folder.path + "/run.json") == then)
  }

  @Test func anotherInstructionSetThanTheOneInUseIsRefused() throws {
    var run = try provenance()
    try run.pinInstructionSet(run: "runs/x")
    if let other = InstructionSet.available.first(where: { $0 != .active }) {
      run.instructionSet = other.rawValue
      let error = #expect(throws: ExperimentError.self) {
        try run.pinInstructionSet(run: "runs/x")
      }
      #expect(error?.description.contains("may not be mixed in") == true)
    }
    run.instructionSet = "z80"
    let unknown = #expect(throws: ExperimentError.self) {
      try run.pinInstructionSet(run: "runs/x")
    }
    #expect(unknown?.description.contains("unknown instruction set 'z80'") == true)
  }
}
