#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif
internal import Synchronization

/// A request to save and stop: whoever works looks at it between two steps.
///
/// ``ofProcess`` is the one that signals make: SIGINT (Ctrl-C), SIGTERM, and SIGUSR1, which batch
/// systems send some time before they kill a job.
package final class StopRequest: Sendable {
  private let number = Atomic<Int32>(0)

  package init() {}

  /// The signal that asked for it, or nil as long as nobody has.
  package var signal: Int32? {
    let value = number.load(ordering: .relaxed)
    return value == 0 ? nil : value
  }

  /// Asks to stop, on behalf of a signal.
  package func request(_ signal: Int32 = SIGINT) { number.store(signal, ordering: .relaxed) }

  /// The request that signals to this process make.
  package static let ofProcess = StopRequest()

  /// From now on SIGINT, SIGTERM and SIGUSR1 do not end the process but ask it to stop; a second
  /// SIGINT ends it at once.
  package static func listen() {
    // The handler must find everything made: it may allocate nothing.
    _ = ofProcess
    for number in [SIGINT, SIGTERM, SIGUSR1] { installHandler(number, receive) }
  }

  /// The handler.
  ///
  /// It stores a number and writes a text, which is all that a handler may do.
  private static let receive: @convention(c) (Int32) -> Void = { signal in
    let isRepeated = ofProcess.number.exchange(signal, ordering: .relaxed) == SIGINT
    if isRepeated && signal == SIGINT { _exit(128 + SIGINT) }
    let text: StaticString =
      "\nstopping: finishing the step and saving (Ctrl-C again to stop at once)\n"
    _ = systemWrite(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
  }
}

/// Work that was stopped on request; what was done is saved.
struct Interruption: Error, Sendable, CustomStringConvertible {
  /// The signal that asked.
  let signal: Int32
  /// What to do next.
  var remedy = ""

  /// The exit code that shells expect of a program ended by the signal.
  var exitCode: Int32 { 128 + signal }

  var description: String {
    let name =
      switch signal {
      case SIGINT: "SIGINT"
      case SIGTERM: "SIGTERM"
      case SIGUSR1: "SIGUSR1"
      default: "signal \(signal)"
      }
    return "stopped by \(name), everything is saved" + (remedy.isEmpty ? "" : "; \(remedy)")
  }
}

/// `signal(2)` and `write(2)`, outside the types whose own members hide them.
private func installHandler(_ number: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
  _ = signal(number, handler)
}
private func systemWrite(_ descriptor: Int32, _ base: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, base, count)
}
