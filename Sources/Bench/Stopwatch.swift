import Train

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#endif

/// Timing as the other programs of a comparison do it: warm-up calls, the last of which sizes a
/// repeat to some 30 ms, then the median, least and largest of the repeats.
struct Stopwatch {
  /// For loops of microseconds: repeats shorter than a time slice, and many of them, so that the
  /// least is one that no other process interrupted.
  static let micro = Stopwatch(repeats: 61, span: 1e-3)

  /// Repeats wanted; long ones are made fewer, but never below five.
  var repeats = 15
  /// Seconds of one repeat.
  var span = 0.03
  /// The time to spend on one case, in seconds.
  var budget = 20.0

  /// What was measured, in milliseconds per call.
  struct Timing {
    var median: Double
    var least: Double
    var largest: Double
    var repeats: Int
    /// Processor time of all threads, the median of the repeats: what remains comparable while other
    /// programs share the machine.
    var processor: Double

    /// In the form shared with the other programs.
    var json: JSONValue {
      [
        "ms": JSONValue(rounded(median)), "min_ms": JSONValue(rounded(least)),
        "max_ms": JSONValue(rounded(largest)), "reps": JSONValue(repeats),
        "cpu_ms": JSONValue(rounded(processor)),
      ]
    }
  }

  /// Times a call; `inner` calls make one repeat if given.
  func time(warm: Int = 3, inner: Int? = nil, _ body: () -> Void) -> Timing {
    var one = 0.0
    for _ in 0..<warm { one = seconds(body) }
    let calls = inner ?? max(1, min(100_000, Int(span / max(one, 1e-7))))
    let count = max(5, min(repeats, Int(budget / max(one * Double(calls), 1e-9))))
    let scale = 1e3 / Double(calls)
    var (times, processor): ([Double], [Double]) = ([], [])
    for _ in 0..<count {
      let before = processorSeconds()
      times.append(seconds { for _ in 0..<calls { body() } } * scale)
      processor.append((processorSeconds() - before) * scale)
    }
    times.sort()
    processor.sort()
    return Timing(
      median: times[count / 2], least: times[0], largest: times[count - 1], repeats: count,
      processor: processor[count / 2])
  }

  private func seconds(_ body: () -> Void) -> Double {
    let duration = ContinuousClock().measure(body)
    return Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }
}

/// The time that processors have spent on this process.
private func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// Four decimals, as the other programs print.
func rounded(_ value: Double, decimals: Int = 4) -> Double {
  var factor = 1.0
  for _ in 0..<decimals { factor *= 10 }
  return (value * factor).rounded() / factor
}
