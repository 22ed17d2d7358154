#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// `exp` and `log` of the C library, for types whose own members hide them.
enum Elementary {
  static func exp(_ x: Double) -> Double { hidden(x) }
  static func log(_ x: Double) -> Double { hiddenLog(x) }
}

private func hidden(_ x: Double) -> Double { exp(x) }
private func hiddenLog(_ x: Double) -> Double { log(x) }
