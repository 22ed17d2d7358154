/// Kernels of this instruction set, as static functions over raw pointers.
public enum KernelSet {}

#if SinglePrecision
  /// The type kernels compute with.
  public typealias Element = Float
#else
  /// The type kernels compute with.
  public typealias Element = Double
#endif
