internal import CPUFeatures
internal import Synchronization

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

  /// The one in use.
  ///
  /// The pinned one (``pin(_:)``), else that of the environment variable `KEEL_ISA` (`base`,
  /// `x86-64-v3`, `x86-64-v4`), else ``best``. It never changes once something was computed.
  public static let active: InstructionSet = {
    let pinned = choice.withLock { choice in
      choice.isFixed = true
      return choice.pinned
    }
    if let pinned { return pinned }
    do { return try requested() ?? best } catch { fatalError("\(error)") }
  }()

  /// Chooses the instruction set of this process, before anything is computed.
  ///
  /// Throws where this processor lacks it, `KEEL_ISA` asks for another one, or another one is in use.
  public static func pin(_ wanted: InstructionSet) throws(InstructionSetError) {
    guard available.contains(wanted) else {
      throw .unavailable(wanted.rawValue, available: available)
    }
    if let asked = try requested(), asked != wanted {
      throw .contradiction(asked: asked, wanted: wanted)
    }
    let isFixed = choice.withLock { choice in
      if !choice.isFixed { choice.pinned = wanted }
      return choice.isFixed
    }
    if isFixed, active != wanted { throw .inUse(active, wanted: wanted) }
  }

  /// What `KEEL_ISA` asks for; nil where it is not set.
  ///
  /// Throws where it cannot be had.
  @discardableResult
  public static func requested() throws(InstructionSetError) -> InstructionSet? {
    guard let text = getenv("KEEL_ISA") else { return nil }
    let name = String(cString: text)
    guard let wanted = InstructionSet(rawValue: name), available.contains(wanted) else {
      throw .unavailable(name, available: available)
    }
    return wanted
  }

  private struct Choice {
    var pinned: InstructionSet?
    var isFixed = false
  }

  private static let choice = Mutex(Choice())
}

/// An instruction set that a process cannot compute with.
public enum InstructionSetError: Error, Sendable, Equatable, CustomStringConvertible {
  case unavailable(String, available: [InstructionSet])
  case contradiction(asked: InstructionSet, wanted: InstructionSet)
  case inUse(InstructionSet, wanted: InstructionSet)

  /// What is wrong, and the way out.
  public var description: String {
    switch self {
    case .unavailable(let name, let available):
      """
      the instruction set '\(name)' is not available on this processor; it has \
      \(available.map(\.rawValue).joined(separator: ", ")) (set by KEEL_ISA or \
      execution.instructionSet)
      """
    case .contradiction(let asked, let wanted):
      """
      the environment's KEEL_ISA asks for the instruction set \(asked.rawValue), but \
      \(wanted.rawValue) is pinned; unset KEEL_ISA
      """
    case .inUse(let active, let wanted):
      "the instruction set \(active.rawValue) is in use already; \(wanted.rawValue) comes too late"
    }
  }
}
