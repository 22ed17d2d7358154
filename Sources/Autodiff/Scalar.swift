#if SinglePrecision
  /// The floating-point type of tensors, tapes and parameters in this build: `Float`.
  ///
  /// Solvers and statistics work in `Double` whatever this is.
  public typealias Scalar = Float
#else
  /// The floating-point type of tensors, tapes and parameters: `Double`, or `Float` when the
  /// package is built with the trait `SinglePrecision`.
  ///
  /// Solvers and statistics work in `Double` whatever this is.
  public typealias Scalar = Double
#endif
