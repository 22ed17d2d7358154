/// The numeric loops of the engine, implemented once and compiled once per instruction set.
///
/// All matrices are row-major; `count` is a number of elements. Results of one instruction set are
/// always the same bits; between instruction sets they differ by rounding.
package protocol KernelProtocol: SendableMetatype {
  // MARK: Matrix product

  /// The number of elements that `pack` writes for a `[depth, columns]` matrix.
  static func packedCount(depth: Int, columns: Int) -> Int

  /// Rearranges `b` (`[depth, columns]`, element (p, j) at `p·rowStride + j·columnStride`) into
  /// panels that `multiplyPacked` reads in order.
  static func pack(
    depth: Int, columns: Int, _ b: Source, rowStride: Int, columnStride: Int, into packed: Target)

  /// `C = A·B` or `C += A·B` for `A` `[rows, depth]` with strides and packed `B`.
  ///
  /// Each element of `C` is one chain of multiply-adds in the order of `depth`.
  static func multiplyPacked(
    rows: Int, depth: Int, columns: Int, _ a: Source, rowStride: Int, columnStride: Int,
    packed: Source, into c: Target, rowStride cRowStride: Int, accumulate: Bool)

  // MARK: Elementwise functions

  /// `y = exp x`, within 2 ulp; overflow gives infinity, underflow is gradual.
  static func exp(_ count: Int, _ x: Source, into y: Target)
  /// `y = log x`, within 2 ulp for positive normal `x`; 0 gives −∞, negative numbers NaN.
  static func log(_ count: Int, _ x: Source, into y: Target)
  /// `y = tanh x`, within 3 ulp.
  static func tanh(_ count: Int, _ x: Source, into y: Target)
  /// `y = 1 / (1 + exp(−x))`, within 3 ulp where the result is a normal number.
  static func sigmoid(_ count: Int, _ x: Source, into y: Target)

  // MARK: Linear combinations

  /// `y += α x`.
  static func addScaled(_ count: Int, _ alpha: Element, _ x: Source, into y: Target)
  /// `y = α x`.
  static func scale(_ count: Int, _ alpha: Element, _ x: Source, into y: Target)
  /// `z = x + y`.
  static func add(_ count: Int, _ x: Source, _ y: Source, into z: Target)
  /// `z = x − y`.
  static func subtract(_ count: Int, _ x: Source, _ y: Source, into z: Target)
  /// `z = x ⊙ y`.
  static func multiply(_ count: Int, _ x: Source, _ y: Source, into z: Target)
  /// `z += x ⊙ y`.
  static func addProduct(_ count: Int, _ x: Source, _ y: Source, into z: Target)
  /// `z += x ⊙ (1 − y²)`, the cotangent of `tanh`.
  static func addTanhCotangent(_ count: Int, _ x: Source, output y: Source, into z: Target)
  /// `z += x ⊙ y ⊙ (1 − y)`, the cotangent of `sigmoid`.
  static func addSigmoidCotangent(_ count: Int, _ x: Source, output y: Source, into z: Target)

  // MARK: Reductions

  /// `Σ x`, by eight interleaved partial sums added pairwise at the end.
  static func sum(_ count: Int, _ x: Source) -> Element
  /// `Σ x y`, by eight interleaved partial sums added pairwise at the end.
  static func dot(_ count: Int, _ x: Source, _ y: Source) -> Element

  // MARK: LSTM cell

  /// One step of the cell for `rows` sequences of `hidden` units.
  ///
  /// `gates` `[rows, 4·hidden]` holds the pre-activations of i, f, o, g and is overwritten by the
  /// activations; `c' = f ⊙ c + i ⊙ g`, `h' = o ⊙ tanh c'`.
  static func lstmForward(
    rows: Int, hidden: Int, gates: Target, cell: Source, intoCell: Target, tanhCell: Target,
    output: Target)

  /// The cotangent of one step.
  ///
  /// On entry `outputCotangent` is h̄' and `cellCotangent` c̄' from the step after; on exit `gates`
  /// (activations) holds the cotangents of the pre-activations and `cellCotangent` c̄.
  static func lstmBackward(
    rows: Int, hidden: Int, gates: Target, cell: Source, tanhCell: Source,
    outputCotangent: Source, cellCotangent: Target)
}
