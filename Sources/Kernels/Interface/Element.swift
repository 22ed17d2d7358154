#if SinglePrecision
  /// The type kernels compute with in this build: `Float`.
  public typealias Element = Float
#else
  /// The type kernels compute with: `Double`, or `Float` under the trait `SinglePrecision`.
  public typealias Element = Double
#endif

/// Elements that a kernel reads.
public typealias Source = UnsafePointer<Element>
/// Elements that a kernel writes.
public typealias Target = UnsafeMutablePointer<Element>
