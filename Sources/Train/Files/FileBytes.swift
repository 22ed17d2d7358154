#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// Reading of whole files.
package enum FileBytes {
  /// The bytes of a file.
  ///
  /// - Throws: ``FileError``.
  package static func read(_ path: String) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    try forEachChunk(of: path) { bytes += $0 }
    return bytes
  }

  /// Hands the bytes of a file over in order, in pieces of bounded size.
  ///
  /// - Throws: ``FileError``.
  package static func forEachChunk(
    of path: String, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError.last("open", path) }
    defer { close(descriptor) }
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
    defer { chunk.deallocate() }
    while true {
      let count = systemRead(descriptor, chunk)
      if count == 0 { return }
      guard count > 0 else {
        if errno == EINTR { continue }
        throw FileError.last("read", path)
      }
      body(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
    }
  }
}

/// `read(2)`, outside the type whose own `read` hides it.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
  read(descriptor, buffer.baseAddress, buffer.count)
}
