internal import Kernels
internal import KernelInterface

/// Layer normalisation along the last axis: `y = g ⊙ (x − m) / √(v + ε) + b`, with the mean m and the
/// mean square deviation v of each row.
///
/// - Shapes: `input` `[…, n]`, `gain` and `bias` `[n]`; result as `input`.
///
/// VJP: with `z = (x − m) / √(v + ε)` and `u = ȳ ⊙ g`,
/// `x̄ += (u − mean u − z mean(u ⊙ z)) / √(v + ε)`, `ḡ += Σ ȳ ⊙ z`, `b̄ += Σ ȳ` over the rows.
///
/// A constant row gives b; ε > 0 keeps its derivative finite.
///
/// - Source: Ba, Kiros & Hinton (2016), *Layer Normalization*, eq. 4.
public func layerNorm(
  _ input: Variable, gain: Variable, bias: Variable, epsilon: Scalar = 1e-5
) -> Variable {
  let rows = Rows("layerNorm", input.shape)
  check(
    gain.shape == Shape(rows.length) && bias.shape == gain.shape && rows.length > 0,
    "layerNorm: input \(input.shape), gain \(gain.shape), bias \(bias.shape)")
  let tape = input.tape
  let y = tape.allocate(rows.count * rows.length)
  let norm = RowNormalization(rows, tape)
  norm.forward(
    input.values, gain: gain.values, bias: bias.values, epsilon: epsilon, into: y)
  return tape.record("layerNorm", input, gain, bias, output: y, shape: input.shape, saving: norm) {
    context in
    let norm = context.saved(as: RowNormalization.self)
    context.tape.withScratch { tape in
      norm.backward(
        context.seed, gain: context.input(1), scratch: tape.allocate(norm.rows.length),
        addingTo: context.cotangent(0), gainCotangent: context.cotangent(1),
        biasCotangent: context.cotangent(2))
    }
  }
}

/// The rows that layer normalisation keeps for its VJP, on the tape.
struct RowNormalization: BitwiseCopyable {
  let rows: Rows
  /// `z = (x − m) / √(v + ε)`.
  private let normalized: UnsafeMutablePointer<Scalar>
  /// `1 / √(v + ε)`.
  private let scales: UnsafeMutablePointer<Scalar>

  init(_ rows: Rows, _ tape: Tape) {
    self.rows = rows
    normalized = tape.allocate(rows.count * rows.length)
    scales = tape.allocate(rows.count)
  }

  func forward(
    _ x: UnsafePointer<Scalar>, gain: UnsafePointer<Scalar>, bias: UnsafePointer<Scalar>,
    epsilon: Scalar, into y: UnsafeMutablePointer<Scalar>
  ) {
    kernels.normalizeRows(
      rows.count, rows.length, x, epsilon: epsilon, scales: scales, into: normalized)
    kernels.scaleAndShiftRows(
      rows.count, rows.length, normalized, gain: gain, bias: bias, into: y)
  }

  /// `scratch` has room for one row.
  func backward(
    _ seed: UnsafePointer<Scalar>, gain: UnsafePointer<Scalar>,
    scratch u: UnsafeMutablePointer<Scalar>, addingTo cotangent: UnsafeMutablePointer<Scalar>?,
    gainCotangent: UnsafeMutablePointer<Scalar>?, biasCotangent: UnsafeMutablePointer<Scalar>?
  ) {
    let n = rows.length
    for r in 0..<rows.count {
      let (ȳ, z) = (seed + r * n, normalized + r * n)
      if let gainCotangent { kernels.addProduct(n, ȳ, z, into: gainCotangent) }
      if let biasCotangent { kernels.addScaled(n, 1, ȳ, into: biasCotangent) }
      guard let x̄ = cotangent.map({ $0 + r * n }) else { continue }
      kernels.multiply(n, ȳ, gain, into: u)
      kernels.pullBackNormalizedRows(1, n, output: z, scales: scales + r, u)
      kernels.addScaled(n, 1, u, into: x̄)
    }
  }
}
