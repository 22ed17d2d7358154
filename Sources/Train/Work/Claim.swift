internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// A worker's claim on a unit: a small file in the unit's folder, touched while the work goes on.
///
/// Claims save double work, nothing more: units are deterministic and their files are put in place by
/// renaming, so that two workers on one unit are a waste, not a fault. The file appears by `link(2)`,
/// which fails where another one exists, on network file systems too. A claim that nobody touched for
/// a while, or whose process is known to be gone, is replaced by `rename(2)`; when two replace it, the
/// later one has it, and the earlier one finds out at its next beat and lets go.
final class Claim: Sendable {
  let path: String
  private let content: String
  private let held = Atomic<Bool>(true)

  private init(path: String, content: String) {
    self.path = path
    self.content = content
  }

  /// Claims, or returns nil while another worker holds a claim that is not stale.
  ///
  /// `staleAfter` is in seconds of the file server's clock: the times of the claim and of a file just
  /// written beside it are compared.
  static func acquire(
    _ path: String, by worker: WorkerName, staleAfter: Double
  ) throws(FileError) -> Claim? {
    var worker = worker
    worker.moment &+= counter.wrappingAdd(1, ordering: .relaxed).newValue
    let content = worker.json.text(.compact) + "\n"
    let claim = Claim(path: path, content: content)
    let temporary = "\(path).\(worker.host)-\(worker.pid)-\(worker.moment)"
    try write(content, to: temporary)
    defer { unlink(temporary) }
    if link(temporary, path) == 0 { return claim }
    let failure = FileError.last("claim", path)
    let exists = errno == EEXIST
    // Over a network the answer can get lost after the link was made: the count of links knows.
    if links(temporary) == 2 { return claim }
    guard exists else { throw failure }
    if holder(of: path)?.isCertainlyGone(seenBy: worker) != true {
      guard let then = modified(path), let now = modified(temporary) else { return nil }
      if now - then < staleAfter { return nil }
    }
    guard rename(temporary, path) == 0 else { throw FileError.last("take over", path) }
    return claim.isOwn ? claim : nil
  }

  /// Who holds the claim in a file; nil without a legible one.
  static func holder(of path: String) -> WorkerName? {
    guard let bytes = try? FileBytes.read(path),
      let json = try? JSONValue(parsing: bytes, file: path)
    else { return nil }
    return WorkerName(json)
  }

  /// When a file was last written or touched, in seconds of the file server's clock.
  static func modified(_ path: String) -> Double? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Whether the claim is still this worker's, as of the last beat.
  var isHeld: Bool { held.load(ordering: .relaxed) }

  /// Shows that the work goes on, or notices that another worker has taken over.
  func beat() {
    guard isOwn else { return held.store(false, ordering: .relaxed) }
    utimes(path, nil)
  }

  /// Gives the claim back.
  func release() {
    if isOwn { unlink(path) }
    held.store(false, ordering: .relaxed)
  }

  private var isOwn: Bool {
    (try? FileBytes.read(path)).map { $0 == Array(content.utf8) } ?? false
  }

  /// Tells apart the claims of one process.
  private static let counter = Atomic<UInt64>(0)

  private static func links(_ path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_nlink) : 0
  }

  private static func write(_ text: String, to path: String) throws(FileError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError.last("create", path) }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    guard systemWrite(descriptor, bytes) == bytes.count else {
      throw FileError.last("write", path)
    }
  }
}

/// `write(2)`, outside the type whose own `write` hides it.
private func systemWrite(_ descriptor: Int32, _ bytes: [UInt8]) -> Int {
  write(descriptor, bytes, bytes.count)
}
