#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif
internal import Synchronization

/// Writing of files that are either the old ones or the new ones, never a part.
///
/// The bytes go to a temporary file in the same directory, are flushed to the disk and take the
/// place of the old file by `rename(2)`, which is atomic; then the directory is flushed. Whatever
/// fails on the way, also the power, leaves the old file as it was; a failure that the program
/// survives leaves no temporary file either.
package enum AtomicFile {
  /// Replaces the file at `path` by `bytes`.
  ///
  /// - Throws: ``FileError``.
  package static func write(_ bytes: [UInt8], to path: String) throws {
    try write(to: path) { try $0.write(bytes) }
  }

  /// Replaces the file at `path` by `text` in UTF-8.
  ///
  /// - Throws: ``FileError``.
  package static func write(_ text: String, to path: String) throws {
    try write(Array(text.utf8), to: path)
  }

  /// Replaces the file at `path` by what `body` writes, piece by piece.
  ///
  /// An error thrown by `body` leaves the old file in place. Permissions of an old file are kept.
  ///
  /// - Throws: ``FileError``, or what `body` throws.
  package static func write(to path: String, _ body: (borrowing Output) throws -> Void) throws {
    let (directory, name) = split(path)
    var (temporary, descriptor) = ("", Int32(-1))
    repeat {
      let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
      temporary = "\(directory)/.\(name).\(getpid())-\(number).tmp"
      descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    } while descriptor < 0 && (errno == EEXIST || errno == EINTR)
    guard descriptor >= 0 else { throw FileError.last("create a file beside", path) }
    do {
      defer { close(descriptor) }
      var old = stat()
      if stat(path, &old) == 0 { _ = fchmod(descriptor, old.st_mode & 0o7777) }
      try body(Output(descriptor: descriptor, path: path))
      guard fsync(descriptor) == 0 else { throw FileError.last("flush", path) }
    } catch {
      unlink(temporary)
      throw error
    }
    guard rename(temporary, path) == 0 else {
      let error = FileError.last("replace", path)
      unlink(temporary)
      throw error
    }
    try flushDirectory(directory, of: path)
  }

  /// The open temporary file behind ``write(to:_:)``.
  package struct Output: ~Copyable {
    fileprivate let descriptor: Int32
    fileprivate let path: String

    /// Appends bytes.
    ///
    /// - Throws: ``FileError``.
    package func write(_ bytes: [UInt8]) throws(FileError) {
      var failure: FileError?
      bytes.withUnsafeBytes { buffer in
        var done = 0
        while done < buffer.count, let base = buffer.baseAddress {
          let count = systemWrite(descriptor, base + done, buffer.count - done)
          if count >= 0 {
            done += count
          } else if errno != EINTR {
            failure = FileError.last("write", path)
            return
          }
        }
      }
      if let failure { throw failure }
    }
  }

  /// Distinguishes the temporary files of one process.
  private static let counter = Atomic<Int>(0)

  private static func split(_ path: String) -> (directory: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let directory = slash == path.startIndex ? "/" : String(path[..<slash])
    return (directory, String(path[path.index(after: slash)...]))
  }

  private static func flushDirectory(_ directory: String, of path: String) throws(FileError) {
    let descriptor = open(directory, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError.last("flush the directory of", path) }
    defer { close(descriptor) }
    // Some file systems cannot flush a directory and say EINVAL; the rename stands all the same.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw FileError.last("flush the directory of", path)
    }
  }
}

/// `write(2)`, outside the types whose own `write` hides it.
private func systemWrite(_ descriptor: Int32, _ base: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, base, count)
}
