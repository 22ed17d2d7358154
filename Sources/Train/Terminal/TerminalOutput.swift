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
  /// Whether colours are welcome: on a terminal, unless NO_COLOR says otherwise.
  package let isColoured: Bool
  /// Writes text as it is.
  package let write: @Sendable (String) -> Void

  /// An output of given abilities, for tests and logs.
  package init(
    isInteractive: Bool, width: Int = 80, isUnicode: Bool = true, isColoured: Bool = false,
    write: @escaping @Sendable (String) -> Void
  ) {
    self.isInteractive = isInteractive
    self.width = width
    self.isUnicode = isUnicode
    self.isColoured = isColoured
    self.write = write
  }

  /// Standard error with the abilities of the terminal behind it.
  package static func standardError() -> TerminalOutput { on(STDERR_FILENO) }

  /// Standard output with the abilities of the terminal behind it.
  package static func standardOutput() -> TerminalOutput { on(STDOUT_FILENO) }

  private static func on(_ descriptor: Int32) -> TerminalOutput {
    var size = winsize()
    let hasSize = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    let isDumb = variable("TERM") == "dumb"
    let locale = variable("LC_ALL") ?? variable("LC_CTYPE") ?? variable("LANG") ?? ""
    let encoding = locale.lowercased()
    let isInteractive = isatty(descriptor) == 1 && !isDumb
    return TerminalOutput(
      isInteractive: isInteractive, width: hasSize ? Int(size.ws_col) : 80,
      isUnicode: encoding.contains("utf-8") || encoding.contains("utf8"),
      isColoured: isInteractive && variable("NO_COLOR") == nil
    ) { text in
      var bytes = Array(text.utf8)[...]
      while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { systemWrite(descriptor, $0) }
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
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(descriptor, bytes.baseAddress, bytes.count)
}
