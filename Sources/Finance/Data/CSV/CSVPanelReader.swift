#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Reads CSV files as people and data vendors write them.
///
/// - Format: UTF-8 with or without byte order mark, LF or CRLF; commas, semicolons or tabs between
///   cells, which may stand in double quotes; lines before the header and after the rows may hold
///   anything without a date; a wide table (a date and a number per series) or a long one (a date, a
///   name and a number per row); dates in any of the usual forms, one form per file,
///   ascending or descending; decimal points or commas, grouped thousands, percent signs
///   (`1,234.5`, `1.234,5`, `1 234,5`, `12.5%`).
/// - Missing values: an empty cell, `.`, `NA` and their like; they become NaN. Infinite numbers are
///   refused.
/// - Inference: what ``CSVFormat`` leaves open follows from the file, and ``Panel/notes`` says what was
///   inferred by which line. A file that can be read in two ways is refused.
/// - Exactness: each number is the double closest to its decimal digits.
public enum CSVPanelReader {
  /// Reads a file; throws ``DataError`` with file, line, column and value of the first fault.
  public static func read(_ path: String, format: CSVFormat = CSVFormat()) throws -> Panel {
    let data = try contents(ofFile: path)
    return try data.withUnsafeBytes { raw in
      try raw.withMemoryRebound(to: UInt8.self) { try parse($0, source: path, format: format) }
    }
  }

  /// Reads the bytes of a file that is already in memory; `source` names it in errors.
  public static func parse(
    _ bytes: [UInt8], source: String, format: CSVFormat = CSVFormat()
  ) throws -> Panel {
    try bytes.withUnsafeBufferPointer { try parse($0, source: source, format: format) }
  }

  private static func parse(
    _ bytes: UnsafeBufferPointer<UInt8>, source: String, format: CSVFormat
  ) throws -> Panel {
    if let problem = whyNotText(bytes) { throw DataError(file: source, problem: problem) }
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = bytes.starts(with: mark) ? UnsafeBufferPointer(rebasing: bytes[3...]) : bytes
    let dialect = try CSVDialect(text, source: source, format: format)
    if let long = dialect.long { return try CSVLongParser(dialect, columns: long).panel() }
    return try CSVPanelParser(dialect, ignored: format.ignored).panel()
  }

  private static func contents(ofFile path: String) throws -> Data {
    let files = FileManager.default
    guard files.fileExists(atPath: path) else {
      let place =
        path.hasPrefix("/") ? "" : " in the working directory \(files.currentDirectoryPath)"
      throw DataError(file: path, problem: "no such file\(place); expected a CSV file.")
    }
    if files.fileExists(atPath: path + "/.") {
      throw DataError(file: path, problem: "is a directory; expected a CSV file.")
    }
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw DataError(file: path, problem: "cannot be read; check its permissions.")
    }
  }

  /// Why some bytes cannot be a CSV file at all, or nil if they may be one.
  private static func whyNotText(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    let (newline, carriageReturn) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))
    if bytes.allSatisfy({ $0 == 0x20 || $0 == newline || $0 == carriageReturn }) {
      return "is empty; expected a header line and rows of dates and numbers."
    }
    if bytes.starts(with: [0xFF, 0xFE] as [UInt8]) || bytes.starts(with: [0xFE, 0xFF] as [UInt8]) {
      return "is UTF-16 text; save it as UTF-8."
    }
    if bytes.starts(with: [0x1F, 0x8B] as [UInt8])
      || bytes.starts(with: [0x50, 0x4B, 3, 4] as [UInt8])
    {
      return "is a compressed file; unpack it first."
    }
    if let start = bytes.baseAddress, memchr(start, 0, bytes.count) != nil {
      return "is not a CSV file: it holds binary data."
    }
    if !bytes.contains(newline), bytes.contains(carriageReturn) {
      return "ends its lines with CR alone; save it with LF or CRLF."
    }
    return nil
  }
}
