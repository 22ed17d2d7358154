import Foundation
import Testing

@testable import Train

/// The commands of Docs/Tutorial.md, all of them, as they are written, one after the other in a new folder.
@Suite struct TutorialTests {
  /// The program as this build made it: beside the tests, or where a plain build puts it.
  private static let program: String = {
    let beside =
      URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path + "/train"
    return FileManager.default.isExecutableFile(atPath: beside)
      ? beside : ExperimentTests.package + "/.build/debug/train"
  }()

  @Test(.timeLimit(.minutes(5))) func everyCommandRuns() throws {
    try #require(
      FileManager.default.isExecutableFile(atPath: Self.program),
      "\(Self.program): not built; 'swift build --build-tests' builds it")
    let blocks = try Document("Docs/Tutorial.md").blocks(of: "sh")
    #expect(blocks.count >= 6)
    try withTemporaryDirectory { folder in
      let reader = try Reader(folder: folder, program: Self.program)
      for block in blocks {
        let outcome = try reader.run(block.joined(separator: "\n"))
        #expect(outcome.status == 0, "\(block.joined(separator: "\n"))\n\(outcome.output)")
      }
      // What the text promises.
      for file in ["mine.json", "runs/mine/report.html", "runs/mine/weights.csv"] {
        #expect(FileManager.default.fileExists(atPath: folder + "/" + file), "\(file)")
      }
    }
  }

  /// A command that fails is seen.
  @Test func aWrongCommandFails() throws {
    try withTemporaryDirectory { folder in
      let reader = try Reader(folder: folder, program: Self.program)
      let outcome = try reader.run("swift run train chek mine.json\ntrue")
      #expect(outcome.status == 2 && outcome.output.contains("did you mean 'check'"))
    }
  }

  /// Somebody with a shell in a folder that holds the package's experiments.
  private struct Reader {
    let folder: String

    init(folder: String, program: String) throws {
      self.folder = folder
      let manager = FileManager.default
      try manager.createSymbolicLink(
        atPath: folder + "/Experiments",
        withDestinationPath: ExperimentTests.package + "/Experiments")
      // 'swift run train' runs what is built already, and nothing else is a command of swift here.
      try manager.createDirectory(atPath: folder + "/bin", withIntermediateDirectories: false)
      let script = """
        #!/bin/sh
        [ "$1 $2" = "run train" ] || { echo "swift $*: not a command of the tutorial" >&2; exit 64; }
        shift 2
        exec '\(program)' "$@"

        """
      let path = folder + "/bin/swift"
      try script.write(toFile: path, atomically: true, encoding: .utf8)
      try manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    /// Runs lines by a shell that stops at the first one that fails.
    func run(_ lines: String) throws -> (status: Int32, output: String) {
      let log = folder + "/log"
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["-e", "-c", "exec >log 2>&1\n" + lines]
      process.currentDirectoryURL = URL(fileURLWithPath: folder)
      process.environment = ["PATH": folder + "/bin:/usr/bin:/bin"]
      try process.run()
      process.waitUntilExit()
      return (process.terminationStatus, try String(contentsOfFile: log, encoding: .utf8))
    }
  }
}
