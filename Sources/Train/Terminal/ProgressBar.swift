internal import Autodiff
internal import Synchronization

/// The progress of a long task on standard error: a redrawn block of two lines on a terminal, the bar
/// and below it what is going on; otherwise a plain line every few seconds.
///
/// ```swift
/// let progress = ProgressBar("fold 3/11", total: 150)
/// for epoch in 0..<150 { …; progress.advance(status: "train −0.92, validation −0.61") }
/// progress.finish(status: "best epoch 87")
/// ```
/// With ``Verbosity/quiet`` it shows warnings only, with ``Verbosity/json`` a line for every step. Safe to
/// call from several threads at once.
package final class ProgressBar: Sendable {
  /// Time between two plain lines, in seconds.
  package static let plainInterval = 5.0
  /// Time between two redraws of the line on a terminal, in seconds.
  package static let redrawInterval = 0.1

  private struct State {
    var done = 0
    var status = ""
    var lastDrawn = -Double.infinity
    var isFinished = false
  }

  private let label: String
  private let total: Int
  private let verbosity: Verbosity
  private let output: TerminalOutput
  private let now: @Sendable () -> Double
  private let start: Double
  private let state = Mutex(State())

  /// A bar of `total` steps; `now` is a clock in seconds that never goes back.
  package init(
    _ label: String, total: Int, verbosity: Verbosity = .normal,
    output: TerminalOutput = .standardError(),
    now: @escaping @Sendable () -> Double = ProgressBar.monotonicSeconds
  ) {
    check(total >= 0, "ProgressBar '\(label)': total \(total)")
    self.label = label
    self.total = total
    self.verbosity = verbosity
    self.output = output
    self.now = now
    start = now()
  }

  /// Counts `count` further steps as done and shows `status` from now on, unless it is nil; `details` are
  /// for scripts.
  package func advance(
    by count: Int = 1, status: String? = nil, details: [(String, JSONValue)] = []
  ) {
    change(details: details) { state in
      state.done += count
      if let status { state.status = status }
    }
  }

  /// Sets how many steps are done, for a task that resumes or that counts itself.
  package func update(done: Int, status: String? = nil) {
    change { state in
      state.done = done
      if let status { state.status = status }
    }
  }

  /// Prints a line that stays, above the bar.
  package func note(_ line: String) {
    if verbosity != .quiet { print(line, event: "note") }
  }

  /// Prints a line that stays and that is shown where it is quiet, too.
  package func warn(_ line: String) { print(line, event: "warning") }

  private func print(_ line: String, event: String) {
    state.withLock { state in
      if verbosity == .json {
        return output.write(Console.line(event, [("text", JSONValue(line))]))
      }
      let text = event == "warning" ? "warning: \(line)\n" : line + "\n"
      guard output.isInteractive, verbosity == .normal, !state.isFinished else {
        return output.write(text)
      }
      output.write("\r\u{1B}[J" + text)
      draw(&state, at: now())
    }
  }

  /// Shows the final state and ends the line; later calls show nothing.
  package func finish(status: String? = nil) {
    change(isLast: true) { state in
      if let status { state.status = status }
      state.isFinished = true
    }
  }

  /// Seconds since an arbitrary moment, unaffected by changes of the wall clock.
  @Sendable package static func monotonicSeconds() -> Double {
    let duration = ContinuousClock.now - origin
    return Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }

  private static let origin = ContinuousClock.now

  // MARK: Drawing

  private func change(
    isLast: Bool = false, details: [(String, JSONValue)] = [], _ body: (inout State) -> Void
  ) {
    state.withLock { state in
      guard !state.isFinished else { return }
      body(&state)
      let time = now()
      switch verbosity {
      case .quiet: break
      case .json: if !isLast { output.write(event(state, at: time, details)) }
      case .normal:
        let interval = output.isInteractive ? Self.redrawInterval : Self.plainInterval
        guard isLast || time - state.lastDrawn >= interval else { return }
        draw(&state, at: time)
      }
    }
  }

  private func event(
    _ state: State, at time: Double, _ details: [(String, JSONValue)]
  ) -> String {
    Console.line(
      "progress",
      [
        ("task", JSONValue(label)), ("done", JSONValue(state.done)), ("total", JSONValue(total)),
        ("secondsElapsed", JSONValue(time - start)),
        ("secondsLeft", secondsLeft(state, at: time).map { JSONValue($0) } ?? nil),
      ] + details)
  }

  /// The time left at the pace so far, or nil before the first step and after the last.
  private func secondsLeft(_ state: State, at time: Double) -> Double? {
    guard !state.isFinished, state.done > 0, state.done < total else { return nil }
    return (time - start) / Double(state.done) * Double(total - state.done)
  }

  private func draw(_ state: inout State, at time: Double) {
    state.lastDrawn = time
    guard output.isInteractive else { return output.write(plainLine(state, at: time) + "\n") }
    // The cursor goes back to the start of the bar, so that whatever else is printed replaces it.
    var block = "\r" + barLine(state, at: time) + "\u{1B}[K"
    if !state.status.isEmpty {
      block +=
        "\n" + fitted("  " + state.status) + "\u{1B}[K" + (state.isFinished ? "" : "\r\u{1B}[1A")
    } else if state.isFinished {
      block += "\n\u{1B}[K"
    }
    output.write(block + (state.isFinished && !state.status.isEmpty ? "\n" : ""))
  }

  private func plainLine(_ state: State, at time: Double) -> String {
    var line = "\(label): \(state.done)/\(total) (\(percent(state)) %), \(times(state, at: time))"
    if !state.status.isEmpty { line += "; " + state.status }
    return line
  }

  private func barLine(_ state: State, at time: Double) -> String {
    let cells = max(8, min(30, output.width / 4))
    let filled = total > 0 ? min(cells, max(0, state.done) * cells / total) : cells
    let (full, empty) = output.isUnicode ? ("━", "┄") : ("#", ".")
    let bar =
      String(repeating: full, count: filled) + String(repeating: empty, count: cells - filled)
    let line = fitted("\(label)  \(bar)  \(state.done)/\(total)  \(times(state, at: time))")
    guard output.isColoured, line.hasPrefix("\(label)  \(bar)") else { return line }
    let rest = line.dropFirst(label.count + 2 + filled)
    let done = line.dropFirst(label.count + 2).prefix(filled)
    return "\(label)  \u{1B}[36m\(done)\u{1B}[0m\(rest)"
  }

  /// A line cut so that the last column stays free: some terminals wrap when it is written.
  private func fitted(_ line: String) -> String {
    guard line.count >= output.width else { return line }
    return String(line.prefix(max(0, output.width - 2))) + (output.isUnicode ? "…" : "~")
  }

  private func percent(_ state: State) -> Int {
    total > 0 ? min(100, max(0, state.done) * 100 / total) : 100
  }

  private func times(_ state: State, at time: Double) -> String {
    let elapsed = time - start
    let text = Self.duration(elapsed) + (state.isFinished ? "" : " elapsed")
    guard let left = secondsLeft(state, at: time) else { return text }
    return text + ", \(Self.duration(left)) left"
  }

  /// A duration as `0:07`, `12:34` or `1:02:03`.
  package static func duration(_ seconds: Double) -> String {
    let whole = Int(max(0, min(seconds, 1e9)).rounded())
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
  }
}
