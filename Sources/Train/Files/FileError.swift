#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// A file that could not be read or written.
public struct FileError: Error, Equatable, CustomStringConvertible {
  /// What was attempted, such as `read` or `rename`.
  public let operation: String
  /// The file.
  public let path: String
  /// Why it failed, in the words of the operating system.
  public let reason: String

  /// `path: cannot operation: reason`.
  public var description: String { "\(path): cannot \(operation): \(reason)" }

  /// The error that the operating system last reported to this thread.
  static func last(_ operation: String, _ path: String) -> FileError {
    FileError(operation: operation, path: path, reason: String(cString: strerror(errno)))
  }
}
