package import KernelInterface
internal import KernelsBase

#if arch(x86_64)
  internal import KernelsV3
  internal import KernelsV4
#endif

/// The kernels of one instruction set.
package func kernels(for instructionSet: InstructionSet) -> any KernelProtocol.Type {
  #if arch(x86_64)
    switch instructionSet {
    case .base: KernelsBase.KernelSet.self
    case .v3: KernelsV3.KernelSet.self
    case .v4: KernelsV4.KernelSet.self
    }
  #else
    KernelsBase.KernelSet.self
  #endif
}

/// The kernels of ``InstructionSet/active``.
package let kernels: any KernelProtocol.Type = kernels(for: .active)
