#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// What the program can show on standard error, where everything but results goes.
package struct TerminalOutput: Sendable {
  /// Whether a person looks at a terminal that can redraw a line.
  package let isInteractive: Bool
  /// Columns of the terminal.
  package let width: Int
  /// Whether characters beyond ASCII arrive intact.
  package let isUnicode: Bool
  /// Writes text as it is.
  package let write: @Sendable (String) -> Void

  /// An output of given abilities, for tests and logs.
  package init(
    isInteractive: Bool, width: Int = 80, isUnicode: Bool = true,
    write: @escaping @Sendable (String) -> Void
  ) {
    self.isInteractive = isInteractive
    self.width = width
    self.isUnicode = isUnicode
    self.write = write
  }

  /// Standard error with the abilities of the terminal behind it.
  package static func standardError() -> TerminalOutput {
    var size = winsize()
    let hasSize = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    let isDumb = variable("TERM") == "dumb"
    let locale = variable("LC_ALL") ?? variable("LC_CTYPE") ?? variable("LANG") ?? ""
    let encoding = locale.lowercased()
    return TerminalOutput(
      isInteractive: isatty(STDERR_FILENO) == 1 && !isDumb,
      width: hasSize ? Int(size.ws_col) : 80,
      isUnicode: encoding.contains("utf-8") || encoding.contains("utf8")
    ) { text in
      var bytes = Array(text.utf8)[...]
      while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { writeToStandardError($0) }
        // Nobody reads any longer: progress is not worth stopping for.
        if count < 0 && errno != EINTR { return }
        bytes = bytes.dropFirst(max(count, 0))
      }
    }
  }

  private static func variable(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    let text = String(cString: value)
    return text.isEmpty ? nil : text
  }
}

/// `write(2)`, outside the type whose own `write` hides it.
private func writeToStandardError(_ bytes: UnsafeRawBufferPointer) -> Int {
  write(STDERR_FILENO, bytes.baseAddress, bytes.count)
}
