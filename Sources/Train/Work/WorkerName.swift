internal import Dispatch
internal import Foundation

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// A process that works on a run, named so that others can tell it and, on its host, whether it lives.
struct WorkerName: Sendable, Equatable {
  let host: String
  let pid: Int
  /// The Slurm job or array task, like `1234_7`, and how often Slurm restarted it.
  let job: String?
  let restarts: Int
  /// Tells apart processes of the same number, and the claims of one process.
  var moment: UInt64

  /// This process, now.
  static func current() -> WorkerName {
    let environment = ProcessInfo.processInfo.environment
    var job = environment["SLURM_JOB_ID"]
    if let array = environment["SLURM_ARRAY_JOB_ID"], let task = environment["SLURM_ARRAY_TASK_ID"]
    {
      job = "\(array)_\(task)"
    }
    return WorkerName(
      host: ProcessInfo.processInfo.hostName, pid: Int(getpid()), job: job,
      restarts: environment["SLURM_RESTART_COUNT"].flatMap { Int($0) } ?? 0,
      moment: DispatchTime.now().uptimeNanoseconds)
  }

  /// Whether this process can no longer be running, as far as `other` can tell at once: its process is
  /// gone from the same host, or Slurm has started its job again.
  func isCertainlyGone(seenBy other: WorkerName) -> Bool {
    if let job, job == other.job, restarts < other.restarts { return true }
    guard host == other.host, pid != other.pid else { return false }
    return kill(pid_t(pid), 0) != 0 && errno == ESRCH
  }

  /// Like `node7:4711 (job 1234_7)`.
  var description: String { "\(host):\(pid)" + (job.map { " (job \($0))" } ?? "") }

  var json: JSONValue {
    JSONValue(object: [
      ("host", JSONValue(host)), ("pid", JSONValue(pid)),
      ("job", job.map { JSONValue($0) } ?? nil), ("restarts", JSONValue(restarts)),
      ("moment", JSONValue(String(moment))),
    ])
  }

  init(host: String, pid: Int, job: String?, restarts: Int, moment: UInt64) {
    self.host = host
    self.pid = pid
    self.job = job
    self.restarts = restarts
    self.moment = moment
  }

  /// Reads what `json` wrote; nil for anything else.
  init?(_ json: JSONValue) {
    guard let host = json["host"]?.string, let pid = json["pid"]?.int,
      let restarts = json["restarts"]?.int,
      let moment = json["moment"]?.string.flatMap({ UInt64($0) })
    else { return nil }
    self.init(
      host: host, pid: pid, job: json["job"]?.string, restarts: restarts, moment: moment)
  }
}
