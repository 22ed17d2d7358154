#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// Numbers as people read them, the same on every machine and in every locale.
enum NumberText {
  /// A number with so many digits after the point, a real minus sign, and narrow spaces between
  /// groups of thousands from 10,000 on; an en dash for NaN and infinities.
  static func fixed(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return "–" }
    let power = pow(10, Double(digits))
    let scaled = (abs(value) * power).rounded(.toNearestOrAwayFromZero)
    guard scaled < 9e15 else { return value.description }
    var text = String(Int(scaled))
    if text.count <= digits { text = String(repeating: "0", count: digits + 1 - text.count) + text }
    let whole = text.dropLast(digits)
    var grouped = ""
    for (index, digit) in whole.enumerated() {
      let left = whole.count - index
      if index > 0, left % 3 == 0, whole.count > 4 { grouped += "\u{202F}" }
      grouped.append(digit)
    }
    let fraction = digits > 0 ? "." + text.suffix(digits) : ""
    return (value < 0 && scaled > 0 ? "−" : "") + grouped + fraction
  }

  /// A number with so many significant digits, trailing zeros included: `%#.17g`, with an exponent
  /// where no digit would follow the point.
  static func significant(_ value: Double, digits: Int) -> String {
    let text = formatted(value, "%#.*g", digits)
    return text.hasSuffix(".") ? formatted(value, "%.*e", digits - 1) : text
  }

  private static func formatted(_ value: Double, _ format: String, _ digits: Int) -> String {
    var text = [CChar](repeating: 0, count: digits + 32)
    let length = withVaList([Int32(digits), value]) { vsnprintf(&text, text.count, format, $0) }
    return String(decoding: text[..<Int(length)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The shortest number within half a unit of the fifth significant digit: enough for a reader,
  /// short in a file.
  static func rounded(_ value: Double) -> Double {
    guard value.isFinite, value != 0 else { return value }
    let exponent = 4 - Int(log10(abs(value)).rounded(.down))
    guard abs(exponent) < 300 else { return value }
    // Dividing a whole number by a power of ten gives the double nearest to the short decimal.
    return exponent >= 0
      ? (value * pow(10, Double(exponent))).rounded() / pow(10, Double(exponent))
      : (value / pow(10, Double(-exponent))).rounded() * pow(10, Double(-exponent))
  }
}
