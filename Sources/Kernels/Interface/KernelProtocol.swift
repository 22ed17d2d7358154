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

  /// `C = D + A·B` for `A` `[rows, depth]` with strides and packed `B`.
  ///
  /// `D` may be `C` itself (accumulation), a row of its own for every row of `C`, or, with a row
  /// stride of 0, one row for all of them (a bias); nil stands for zero. Each element of the
  /// product is one chain of multiply-adds in the order of `depth`, cut where the depth is cut,
  /// whatever rows and columns are computed together: a product computed in parts of rows or
  /// columns has the same bits as the whole. The memory `ahead` is asked for meanwhile, a line at a
  /// time.
  static func multiplyPacked(
    rows: Int, depth: Int, columns: Int, _ a: Source, rowStride: Int, columnStride: Int,
    packed: Source, into c: Target, rowStride cRowStride: Int, adding addend: Source?,
    rowStride addendRowStride: Int, ahead: MemoryAhead?)

  /// The number of scratch elements that `multiply` needs at this depth or a smaller one.
  static func scratchCount(depth: Int, columns: Int) -> Int

  /// `C = A·B` or `C += A·B`; `scratch` has room for `scratchCount(depth:columns:)` elements.
  ///
  /// Small products read `B` in place.
  static func multiply(
    rows: Int, depth: Int, columns: Int, _ a: Source, rowStride: Int, columnStride: Int,
    _ b: Source, rowStride bRowStride: Int, columnStride bColumnStride: Int, scratch: Target,
    into c: Target, rowStride cRowStride: Int, accumulate: Bool)

  // MARK: Elementwise functions

  /// `y = exp x`, within 2 ulp; overflow gives infinity, underflow is gradual.
  static func exp(_ count: Int, _ x: Source, into y: Target)
  /// `y = log x`, within 2 ulp for positive normal `x`; 0 gives −∞, negative numbers NaN.
  static func log(_ count: Int, _ x: Source, into y: Target)
  /// `y = tanh x`, within 2 ulp (3 where multiplications and additions are not fused).
  static func tanh(_ count: Int, _ x: Source, into y: Target)
  /// `y = 1 / (1 + exp(−x))`, within 2 ulp where the result is a normal number.
  static func sigmoid(_ count: Int, _ x: Source, into y: Target)

  /// `y = x` where `x > 0`, else `exp(x) − 1`, within 2 ulp.
  static func elu(_ count: Int, _ x: Source, into y: Target)
  /// `y = log(1 + exp x)`, within 2 ulp where the result is a normal number.
  static func softplus(_ count: Int, _ x: Source, into y: Target)

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

  /// The cotangents of x and v in `σ(x) ⊙ v` for that of the product, s: on entry `gate` is σ(x), and
  /// `value` v; on exit they are the cotangents.
  static func pullBackGate(_ count: Int, _ s: Source, gate: Target, value: Target)
  /// `x = x ⊙ f′` for an exponential linear unit f, by its output.
  static func scaleByEluSlope(_ count: Int, output: Source, _ x: Target)

  /// One step of Adam with decoupled weight decay, in place: `m = β₁m + (1 − β₁)g`,
  /// `v = β₂v + (1 − β₂)g²`, `θ −= η (m̂ / (√v̂ + ε) + λθ)` with every element's own rate η and decay λ.
  ///
  /// An element's result does not depend on where it stands.
  static func adam(
    _ count: Int, _ step: AdamStep, gradient: Source, rates: Source, decays: Source,
    mean: Target, square: Target, into parameters: Target)

  // MARK: Reductions

  /// `Σ x`, by eight interleaved partial sums added pairwise at the end.
  static func sum(_ count: Int, _ x: Source) -> Element
  /// `Σ x y`, by eight interleaved partial sums added pairwise at the end.
  static func dot(_ count: Int, _ x: Source, _ y: Source) -> Element

  /// `y_j += Σ_r x_{rj}` over the rows of `x` `[rows, columns]`, in their order.
  static func addRows(_ rows: Int, _ columns: Int, _ x: Source, into y: Target)

  // MARK: Short rows

  /// `z = (x − m) / √(v + ε)` for every row of `x` `[rows, columns]`, with the mean m and the mean square
  /// deviation v of the row; `scales` `[rows]` gets `1 / √(v + ε)`. `z` may be `x`.
  static func normalizeRows(
    _ rows: Int, _ columns: Int, _ x: Source, epsilon: Element, scales: Target, into z: Target)

  /// The cotangent of `normalizeRows`, in place: `u = s (u − mean u − z mean(u ⊙ z))` for every row with its
  /// scale s.
  static func pullBackNormalizedRows(
    _ rows: Int, _ columns: Int, output z: Source, scales: Source, _ u: Target)

  /// `y = gain ⊙ x + bias` for every row.
  static func scaleAndShiftRows(
    _ rows: Int, _ columns: Int, _ x: Source, gain: Source, bias: Source, into y: Target)

  /// `y_r = x_r slope + offset` for a number x_r at `r·stride` for every row.
  static func lineRows(
    _ rows: Int, _ columns: Int, _ x: Source, stride: Int, slope: Source, offset: Source,
    into y: Target)

  /// `y_r = x_r ⊙ w` for every row.
  static func multiplyRows(_ rows: Int, _ columns: Int, _ x: Source, _ w: Source, into y: Target)

  /// `z_j += Σ_r x_{rj} y_{rj}`, row after row.
  static func addColumnProducts(
    _ rows: Int, _ columns: Int, _ x: Source, _ y: Source, into z: Target)

  /// `y_r += α_r x_{⌊r / sharing⌋}`, with α_r at `r·stride`: so many rows of `y` share one of `x`.
  static func addScaledRows(
    _ rows: Int, _ columns: Int, _ alpha: Source, stride: Int, _ x: Source, sharing: Int,
    into y: Target)

  /// `y_r += ⟨x_r, w_{⌊r / sharing⌋}⟩`, with y_r at `r·stride`.
  static func addRowProducts(
    _ rows: Int, _ columns: Int, _ x: Source, _ w: Source, sharing: Int, into y: Target,
    stride: Int)

  // MARK: LSTM cell

  /// One step of the cell for `rows` sequences of `hidden` units.
  ///
  /// `gates` `[rows, 4·hidden]` holds the pre-activations of i, f, o, g and is overwritten by the
  /// activations; `c' = f ⊙ c + i ⊙ g`, `h' = o ⊙ tanh c'`. `output` has its own row stride.
  /// Activations are within 4 ulp; logistic functions below 10⁻³⁰⁰ (10⁻³⁴ in single precision)
  /// stay there.
  static func lstmForward(
    rows: Int, hidden: Int, gates: Target, cell: Source, intoCell: Target, tanhCell: Target,
    output: Target, outputRowStride: Int)

  /// The cotangent of one step.
  ///
  /// On entry `outputCotangent` is h̄' and `cellCotangent` c̄' from the step after; on exit
  /// `cotangents` `[rows, 4·hidden]` holds those of the pre-activations and `cellCotangent` c̄.
  static func lstmBackward(
    rows: Int, hidden: Int, activations: Source, cell: Source, tanhCell: Source,
    outputCotangent: Source, cellCotangent: Target, into cotangents: Target)
}

extension KernelProtocol {
  /// `C = D + A·B` for packed `B`, asking for nothing ahead.
  package static func multiplyPacked(
    rows: Int, depth: Int, columns: Int, _ a: Source, rowStride: Int, columnStride: Int,
    packed: Source, into c: Target, rowStride cRowStride: Int, adding addend: Source?,
    rowStride addendRowStride: Int
  ) {
    multiplyPacked(
      rows: rows, depth: depth, columns: columns, a, rowStride: rowStride,
      columnStride: columnStride, packed: packed, into: c, rowStride: cRowStride, adding: addend,
      rowStride: addendRowStride, ahead: nil)
  }

  /// `C = A·B` or `C += A·B` for packed `B`.
  package static func multiplyPacked(
    rows: Int, depth: Int, columns: Int, _ a: Source, rowStride: Int, columnStride: Int,
    packed: Source, into c: Target, rowStride cRowStride: Int, accumulate: Bool
  ) {
    multiplyPacked(
      rows: rows, depth: depth, columns: columns, a, rowStride: rowStride,
      columnStride: columnStride, packed: packed, into: c, rowStride: cRowStride,
      adding: accumulate ? Source(c) : nil, rowStride: cRowStride)
  }
}
