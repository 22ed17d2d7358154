import Testing

@testable import Train

@Suite("What is printed of an error")
struct ErrorLineTests {
  @Test("names the program once")
  func namesTheProgramOnce() throws {
    let unknown = #expect(throws: UsageError.self) {
      _ = try TrainProgram.program.parse(["chekc"])
    }
    let option = #expect(throws: UsageError.self) {
      _ = try TrainProgram.program.parse(["run", "x.json", "--sett", "a=b"])
    }
    #expect(
      try TrainProgram.line(for: #require(unknown))
        == "train: unknown command 'chekc'; did you mean 'check'?\nSee 'train --help'.")
    #expect(
      try TrainProgram.line(for: #require(option))
        == "train run: unknown option '--sett'; did you mean '--set'?\nSee 'train run --help'.")
    #expect(TrainProgram.line(for: UsageError("no command")) == "train: no command")
    #expect(TrainProgram.line(for: ExperimentError("no data")) == "train: no data")
  }
}
