import Train

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#endif

/// From the start of this binary to its end after one W1 step (base), in a process of its own.
enum StartWorkload: Workload {
  static let name = "start"
  static let summary = "launch of the built binary to the end of its first W1 step"
  static let cases = ["base"]

  static func firstStep() {
    var step = LSTMStep(batch: 64, hidden: 64)
    print(step.step())
  }

  static func run(_ options: Options) throws -> Report {
    var failure: BenchError?
    let timing = Stopwatch(repeats: options.repeats).time(warm: 2, inner: 1) {
      do { try launch() } catch { failure = BenchError("\(error)") }
    }
    if let failure { throw failure }
    return Report(results: [("base", timing.json)])
  }

  private static func launch() throws {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let path = executablePath()
    var arguments = [strdup(path), strdup("--first-step"), nil]
    defer { for argument in arguments { free(argument) } }
    var process = pid_t()
    let status = posix_spawn(&process, path, &actions, nil, &arguments, environ)
    guard status == 0 else { throw BenchError("cannot launch \(path): error \(status)") }
    var result: Int32 = 0
    waitpid(process, &result, 0)
    guard result == 0 else { throw BenchError("\(path) --first-step ended with status \(result)") }
  }

  /// The running binary; its first argument may be a name found through PATH.
  private static func executablePath() -> String {
    #if os(Linux)
      "/proc/self/exe"
    #else
      CommandLine.arguments[0]
    #endif
  }
}
