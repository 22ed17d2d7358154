/// Reads decimal numbers from bytes, each rounded correctly (to the nearest double, ties to even).
///
/// `Double(String)` is as exact and ten times slower, and it takes `inf`, `nan` and hexadecimal,
/// which a price file must not contain.
package enum DecimalParser {
  /// What stands at the start of some bytes.
  package struct Number {
    /// The number; infinite if its magnitude exceeds every double.
    package let value: Double
    /// How many bytes it takes.
    package let length: Int
  }

  /// The longest decimal number at the start of the bytes, or nil if they do not start with one.
  ///
  /// Grammar: `[+-]? (digits [. digits?] | . digits) ([eE] [+-]? digits)?`, digits at least one, with
  /// `decimal` in the place of the point.
  package static func number(
    _ bytes: UnsafePointer<UInt8>, count: Int, decimal: UInt8 = UInt8(ascii: ".")
  ) -> Number? {
    var i = 0
    var negative = false
    if i < count, bytes[i] == UInt8(ascii: "-") || bytes[i] == UInt8(ascii: "+") {
      negative = bytes[i] == UInt8(ascii: "-")
      i = 1
    }
    let start = i
    var mantissa: UInt64 = 0  // modulo 2⁶⁴: valid while at most 19 digits are significant
    i = readDigits(bytes, from: i, count: count, into: &mantissa)
    var digits = i - start
    var exponent = 0
    if i < count, bytes[i] == decimal {
      let end = readDigits(bytes, from: i &+ 1, count: count, into: &mantissa)
      exponent = i &+ 1 &- end
      digits = digits &- exponent
      if digits > 0 { i = end }
    }
    guard digits > 0 else { return nil }
    let fits = digits <= 19 || digits - leadingZeros(bytes, from: start, decimal) <= 19
    if i < count, bytes[i] | 0x20 == UInt8(ascii: "e") {
      var j = i + 1
      var sign = 1
      if j < count, bytes[j] == UInt8(ascii: "-") || bytes[j] == UInt8(ascii: "+") {
        sign = bytes[j] == UInt8(ascii: "-") ? -1 : 1
        j += 1
      }
      var power = 0
      let first = j
      while j < count {
        let digit = bytes[j] &- UInt8(ascii: "0")
        guard digit < 10 else { break }
        if power < 100_000 { power = power * 10 + Int(digit) }
        j += 1
      }
      if j > first {
        exponent += sign * power
        i = j
      }
    }
    let magnitude = (fits ? exact(mantissa, exponent) : nil) ?? fallback(bytes, count: i, decimal)
    return Number(value: negative ? -magnitude : magnitude, length: i)
  }

  /// Appends the digits from `start` on to an integer and returns the position after them.
  @inline(__always)
  private static func readDigits(
    _ bytes: UnsafePointer<UInt8>, from start: Int, count: Int, into mantissa: inout UInt64
  ) -> Int {
    var i = start
    while i < count {
      let digit = bytes[i] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      mantissa = mantissa &* 10 &+ UInt64(digit)
      i &+= 1
    }
    return i
  }

  /// The zeros before the first other digit of a number of at least 20 digits.
  private static func leadingZeros(
    _ bytes: UnsafePointer<UInt8>, from start: Int, _ decimal: UInt8
  ) -> Int {
    var (i, zeros) = (start, 0)
    while zeros < 20 {
      if bytes[i] == UInt8(ascii: "0") {
        zeros += 1
      } else if bytes[i] != decimal {
        break
      }
      i += 1
    }
    return zeros
  }

  /// `mantissa · 10^exponent` by one rounding, or nil outside the range where that is cheap.
  private static func exact(_ mantissa: UInt64, _ exponent: Int) -> Double? {
    if mantissa == 0 { return 0 }
    // Clinger (1990): both operands are exact doubles, so one operation rounds once.
    if mantissa <= 1 << 53, exponent >= -22, exponent <= 22 {
      return exponent < 0
        ? Double(mantissa) / powersOfTen[-exponent] : Double(mantissa) * powersOfTen[exponent]
    }
    guard exponent >= -19, exponent <= 0 else { return nil }
    // m / 10^k by integers: with both shifted to 64 bits the quotient has at least 63, and the
    // remainder, or-ed in as a sticky bit, lets the conversion to double round once and correctly.
    let divisor = integerPowersOfTen[-exponent]
    let (a, b) = (mantissa.leadingZeroBitCount, divisor.leadingZeroBitCount)
    let n = mantissa << UInt64(a)
    let (quotient, remainder) = (divisor << UInt64(b)).dividingFullWidth((n >> 1, n << 63))
    let sticky = quotient | (remainder == 0 ? 0 : 1)
    return Double(sign: .plus, exponent: b - a - 63, significand: Double(sticky))
  }

  /// The standard library's conversion, of the unsigned number in the bytes.
  private static func fallback(
    _ bytes: UnsafePointer<UInt8>, count: Int, _ decimal: UInt8
  ) -> Double {
    let signed = bytes[0] == UInt8(ascii: "-") || bytes[0] == UInt8(ascii: "+")
    let start = signed ? 1 : 0
    let text = UnsafeBufferPointer(start: bytes + start, count: count - start)
      .map { $0 == decimal ? UInt8(ascii: ".") : $0 }
    // The grammar above admits nothing that the conversion refuses.
    return Double(String(decoding: text, as: UTF8.self)) ?? .nan
  }

  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
    1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  private static let integerPowersOfTen: [UInt64] = [
    1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
    10_000_000_000, 100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000,
    1_000_000_000_000_000, 10_000_000_000_000_000, 100_000_000_000_000_000,
    1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
  ]
}
