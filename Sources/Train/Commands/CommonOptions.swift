internal import Foundation

/// Options that several commands share.
enum CommonOptions {
  static let set = CommandLineOption.repeatable(
    "set", "KEY.PATH=VALUE",
    "replace a value of the config, as --set training.epochs=50; may be given several times")
  static let seed = CommandLineOption.value("seed", "N", "the same as --set seed=N")
  static let threads = CommandLineOption.value(
    "threads", "N", "train N networks at once (default: one per core); results do not depend on it")
  static let output = CommandLineOption.value(
    "output", "DIR", "put the run there, into a new directory (default: runs/NAME)")

  /// The config's overrides, `--seed` included.
  static func overrides(_ arguments: CommandLineArguments) throws -> [ConfigOverride] {
    var overrides = try arguments.strings("set").map { try ConfigOverride(parsing: $0) }
    if let seed = try arguments.int("seed", in: 0...) {
      overrides.append(try ConfigOverride(parsing: "seed=\(seed)"))
    }
    return overrides
  }

  /// The number of threads to use.
  static func threads(_ arguments: CommandLineArguments) throws -> Int {
    if let threads = try arguments.int("threads", in: 1...1024) { return threads }
    // What Slurm gave the task, where it confines nothing.
    let granted = ProcessInfo.processInfo.environment["SLURM_CPUS_PER_TASK"].flatMap { Int($0) }
    return max(1, granted ?? ProcessInfo.processInfo.activeProcessorCount)
  }
}
