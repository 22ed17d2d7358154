import Synchronization
import Testing

@testable import Train

@Suite struct ConsoleTests {
  /// What went to either output.
  private final class Written: Sendable {
    private let texts = Mutex((results: "", remarks: ""))

    var results: String { texts.withLock { $0.results } }
    var remarks: String { texts.withLock { $0.remarks } }

    func console(_ verbosity: Verbosity) -> Console {
      Console(
        verbosity,
        results: TerminalOutput(isInteractive: false) { text in
          self.texts.withLock { $0.results += text }
        },
        remarks: TerminalOutput(isInteractive: false) { text in
          self.texts.withLock { $0.remarks += text }
        })
    }

    func events() throws -> [JSONValue] {
      try results.split(separator: "\n").map { try JSONValue(parsing: String($0), file: "events") }
    }
  }

  private func speak(_ console: Console) {
    console.begin("training", "two networks", [("networks", 2)])
    console.note("a note")
    console.warn(["look here"])
    let progress = console.progress("training", total: 2)
    progress.advance(status: "first", details: [("fold", 0), ("validation", -0.5)])
    progress.note("better")
    progress.warn("damaged")
    progress.advance(status: "second", details: [("fold", 1)])
    progress.finish(status: "")
    console.finish("report: r.html", table: "a table", [("report", "r.html")])
  }

  @Test func aPersonSeesEverything() {
    let written = Written()
    speak(written.console(.normal))
    #expect(written.results == "two networks\na note\na table\nreport: r.html\n")
    let lines = written.remarks.split(separator: "\n")
    #expect(lines.first == "warning: look here")
    #expect(lines.contains("better") && lines.contains("warning: damaged"))
    #expect(lines.last?.hasPrefix("training: 2/2 (100 %), 0:00") == true)
  }

  @Test func quietLeavesWarningsAndTheResult() {
    let written = Written()
    speak(written.console(.quiet))
    #expect(written.results == "report: r.html\n")
    #expect(written.remarks == "warning: look here\nwarning: damaged\n")
  }

  @Test func scriptsGetOneObjectPerLine() throws {
    let written = Written()
    speak(written.console(.json))
    #expect(written.remarks.isEmpty)
    let events = try written.events()
    #expect(
      events.compactMap { $0["event"]?.string } == [
        "started", "note", "warning", "progress", "note", "warning", "progress", "finished",
      ])
    let first = events[3]
    #expect(first["task"] == "training" && first["done"] == 1 && first["total"] == 2)
    #expect(first["fold"] == 0 && first["validation"]?.double == -0.5)
    #expect(first["secondsElapsed"]?.double ?? -1 >= 0 && first["secondsLeft"]?.double ?? -1 >= 0)
    #expect(events[6]["secondsLeft"] == JSONValue(nilLiteral: ()), "nothing is left")
    #expect(events[7]["report"] == "r.html")
  }

  /// A whole run for a script: every epoch of every network, then where the results are.
  @Test func everyEpochOfARunIsAnEvent() throws {
    let run = try SmallRun(planning: [])
    let planned = try PlannedRun(opening: run.directory.path)
    let written = Written()
    try RunCommand.finish(planned, threads: 2, written.console(.json))
    #expect(written.remarks.isEmpty)
    let events = try written.events()
    #expect(
      events.first?["event"] == "started" && events.first?["networks"]?.int == planned.works.count)
    #expect(events.last?["event"] == "finished")
    #expect(events.last?["report"]?.string == run.directory.report)
    #expect(events.last?["sharpeRatio"]?.double != nil)
    let epochs = events.filter { $0["epoch"] != nil }
    let lines = String(
      decoding: try FileBytes.read(run.directory.file("metrics.jsonl")), as: UTF8.self
    )
    .split(separator: "\n")
    #expect(epochs.count == lines.count)
    let metrics = try lines.map { try JSONValue(parsing: String($0), file: "metrics.jsonl") }
    for line in metrics {
      let own = epochs.filter { event in
        ["fold", "member", "epoch", "train", "objective", "validation", "gradientNorm"]
          .allSatisfy { event[$0] == line[$0] }
      }
      #expect(own.count == 1, "\(line)")
    }
    let last = events.last { $0["event"] == "progress" }
    #expect(last?["done"] == last?["total"])
    let done = events.compactMap { $0["event"] == "progress" ? $0["done"]?.int : nil }
    #expect(done == done.sorted())
  }

  @Test func quietAndJSONExcludeEachOther() throws {
    let request = try TrainProgram.program.parse(["run", "--quiet", "--json"])
    guard case .run(let arguments) = request else {
      Issue.record("not parsed as a run: \(request)")
      return
    }
    let error = #expect(throws: UsageError.self) { try Console(arguments) }
    #expect(error?.message == "--quiet and --json exclude each other")
  }
}
