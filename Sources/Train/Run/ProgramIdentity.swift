internal import Autodiff

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif
#if canImport(Darwin)
  internal import Foundation
#endif

/// Which program computes, and with which arithmetic.
enum ProgramIdentity {
  /// The version of the program.
  static let version = "0.1.0"

  /// The checksum of the running executable: the code, whatever its version says.
  ///
  /// The same sources built by another compiler, with other traits or in another folder give another
  /// one; all workers of a run start the same file.
  static let executable: String = {
    #if os(Linux)
      let path = "/proc/self/exe"
    #else
      let path = Bundle.main.executablePath ?? CommandLine.arguments[0]
    #endif
    do { return try SHA256.hex(ofFile: path) } catch { return "unknown (\(error))" }
  }()

  /// A checksum of what the C library's functions return at fixed points.
  ///
  /// The library chooses between versions of `exp`, `log`, … by the processor and its own release; they
  /// differ in last bits, which no instruction set of the kernels can pin. Equal checksums say that the
  /// probed points agree: 4,096 of each function.
  static let arithmetic: String = {
    var hash = SHA256()
    let functions: [(Double) -> Double] = [
      { exp($0) }, { log(abs($0) + 1e-9) }, { sin($0) }, { cos($0) }, { tanh($0) },
      { pow(abs($0) + 0.1, 0.37) }, { erfc($0) }, { lgamma(abs($0) + 0.5) }, { log1p(abs($0)) },
    ]
    var generator = SplitMix64(seed: 0).split("arithmetic")
    let points = (0..<4096).map { _ in 20 * (generator.uniform() - 0.5) }
    for function in functions {
      let bits = points.map { function($0).bitPattern.littleEndian }
      bits.withUnsafeBytes { hash.update($0) }
    }
    return String(hash.hex().prefix(16))
  }()
}
