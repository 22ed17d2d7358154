import Synchronization
import Testing

@testable import Train

/// A clock that stands until told, and everything written.
private final class Stage: Sendable {
  private let state = Mutex<(time: Double, written: [String])>((100, []))

  var now: @Sendable () -> Double { { self.state.withLock { $0.time } } }

  func pass(_ seconds: Double) { state.withLock { $0.time += seconds } }

  func output(
    isInteractive: Bool, width: Int = 80, isUnicode: Bool = true
  ) -> TerminalOutput {
    TerminalOutput(isInteractive: isInteractive, width: width, isUnicode: isUnicode) { text in
      self.state.withLock { $0.written.append(text) }
    }
  }

  func write(_ text: String) { state.withLock { $0.written.append(text) } }

  var written: [String] { state.withLock { $0.written } }
}

@Suite struct ProgressBarTests {
  @Test func plainLinesComeAtMostEveryFewSeconds() {
    let stage = Stage()
    let bar = ProgressBar(
      "fold 1/3", total: 40, output: stage.output(isInteractive: false), now: stage.now)
    for step in 0..<20 {
      stage.pass(1)
      bar.advance(status: "loss \(step)")
    }
    bar.finish(status: "best 7")
    bar.advance()
    #expect(
      stage.written == [
        "fold 1/3: 1/40 (2 %), 0:01 elapsed, 0:39 left; loss 0\n",
        "fold 1/3: 6/40 (15 %), 0:06 elapsed, 0:34 left; loss 5\n",
        "fold 1/3: 11/40 (27 %), 0:11 elapsed, 0:29 left; loss 10\n",
        "fold 1/3: 16/40 (40 %), 0:16 elapsed, 0:24 left; loss 15\n",
        "fold 1/3: 20/40 (50 %), 0:20; best 7\n",
      ])
  }

  @Test func terminalLineIsRedrawnInPlace() {
    let stage = Stage()
    let bar = ProgressBar(
      "data", total: 4, output: stage.output(isInteractive: true, width: 64), now: stage.now)
    stage.pass(2)
    bar.advance(status: "reading")
    stage.pass(0.05)
    bar.advance()  // too early to redraw
    stage.pass(2)
    bar.note("a note")
    bar.update(done: 4)
    bar.finish(status: "done")
    #expect(
      stage.written == [
        "\rdata  ━━━━┄┄┄┄┄┄┄┄┄┄┄┄  1/4  0:02 elapsed, 0:06 left\u{1B}[K\n  reading\u{1B}[K\r\u{1B}[1A",
        "\r\u{1B}[Ja note\n",
        "\rdata  ━━━━━━━━┄┄┄┄┄┄┄┄  2/4  0:04 elapsed, 0:04 left\u{1B}[K\n  reading\u{1B}[K\r\u{1B}[1A",
        "\rdata  ━━━━━━━━━━━━━━━━  4/4  0:04\u{1B}[K\n  done\u{1B}[K\n",
      ])
  }

  @Test func lineNeverReachesTheLastColumn() {
    let stage = Stage()
    let bar = ProgressBar(
      "a long label", total: 9, output: stage.output(isInteractive: true, width: 40), now: stage.now
    )
    stage.pass(1)
    bar.advance(by: 3, status: "a status that is far too long for its line")
    let lines = stage.written[0].split(separator: "\n").map { line in
      line.drop { $0 == "\r" }.prefix { $0 != "\u{1B}" }
    }
    #expect(lines.count == 2)
    for line in lines {
      #expect(line.count == 39)
      #expect(line.hasSuffix("…"))
    }
  }

  @Test func asciiTerminalsGetASCII() {
    let stage = Stage()
    let bar = ProgressBar(
      "x", total: 0, output: stage.output(isInteractive: true, width: 40, isUnicode: false),
      now: stage.now)
    bar.finish()
    #expect(stage.written == ["\rx  ##########  0/0  0:00\u{1B}[K\n\u{1B}[K"])
  }

  @Test func onlyTheBarIsColoured() {
    let stage = Stage()
    let output = TerminalOutput(isInteractive: true, width: 64, isColoured: true) {
      stage.write($0)
    }
    let bar = ProgressBar("x", total: 4, output: output, now: stage.now)
    stage.pass(1)
    bar.advance(by: 2)
    #expect(
      stage.written == [
        "\rx  \u{1B}[36m━━━━━━━━\u{1B}[0m┄┄┄┄┄┄┄┄  2/4  0:01 elapsed, 0:01 left\u{1B}[K"
      ])
  }

  @Test func manyThreadsLoseNoStep() async {
    let stage = Stage()
    let bar = ProgressBar(
      "x", total: 4000, output: stage.output(isInteractive: false), now: stage.now)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 { group.addTask { for _ in 0..<1000 { bar.advance() } } }
    }
    bar.finish()
    #expect(stage.written.last == "x: 4000/4000 (100 %), 0:00\n")
  }

  @Test(arguments: [
    (0.0, "0:00"), (59.6, "1:00"), (754, "12:34"), (3723, "1:02:03"), (-1, "0:00"),
  ])
  func durationsAreReadable(seconds: Double, text: String) {
    #expect(ProgressBar.duration(seconds) == text)
  }
}
