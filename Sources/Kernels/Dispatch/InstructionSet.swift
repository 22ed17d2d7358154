internal import CPUFeatures

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// The instruction set a process computes with.
///
/// It is part of a result: fused multiply-add and vector width change the last bits.
public enum InstructionSet: String, Sendable, CaseIterable {
  /// What every processor of the architecture has (SSE2 on x86-64, NEON on arm64).
  case base
  /// AVX2 and FMA.
  case v3 = "x86-64-v3"
  /// AVX-512.
  case v4 = "x86-64-v4"

  /// The best instruction set this processor has.
  public static var best: InstructionSet {
    switch keel_cpu_level() {
    case 4: .v4
    case 3: .v3
    default: .base
    }
  }

  /// The instruction sets this processor can run, the smallest first.
  public static var available: [InstructionSet] {
    switch best {
    case .v4: [.base, .v3, .v4]
    case .v3: [.base, .v3]
    case .base: [.base]
    }
  }

  /// The one in use: ``best``, unless the environment variable `KEEL_ISA` (`base`, `x86-64-v3`,
  /// `x86-64-v4`) asks for less.
  public static let active: InstructionSet = {
    guard let text = getenv("KEEL_ISA") else { return best }
    let name = String(cString: text)
    guard let wanted = InstructionSet(rawValue: name), available.contains(wanted) else {
      let choices = available.map(\.rawValue).joined(separator: ", ")
      fatalError("KEEL_ISA: '\(name)' is not available here; choose one of \(choices)")
    }
    return wanted
  }()
}
