package import KernelInterface
internal import KernelsBase

#if arch(x86_64)
  internal import KernelsV3
  internal import KernelsV4
#endif

/// The linear algebra of one instruction set.
package func linearAlgebra(for instructionSet: InstructionSet) -> any LinearAlgebraKernels.Type {
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

/// The linear algebra of ``InstructionSet/active``.
package let linearAlgebra: any LinearAlgebraKernels.Type = linearAlgebra(for: .active)
