#if SinglePrecision
  /// The type kernels compute with in this build: `Float`.
  package typealias Element = Float
#else
  /// The type kernels compute with: `Double`, or `Float` under the trait `SinglePrecision`.
  package typealias Element = Double
#endif

/// Elements that a kernel reads.
package typealias Source = UnsafePointer<Element>
/// Elements that a kernel writes.
package typealias Target = UnsafeMutablePointer<Element>
