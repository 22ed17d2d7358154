/// Dense symmetric linear algebra for small problems, one per date: always in double precision,
/// whatever ``Element`` is, because risk budgeting and statistics are.
///
/// A *padded* matrix of `count` rows is stored row-major as `[stride, stride]` with `stride` the
/// next multiple of eight and zeros beyond `count`; padded vectors have `stride` elements, zero
/// beyond `count`. No loop then has a tail. Results of one instruction set are always the same
/// bits.
package protocol LinearAlgebraKernels: SendableMetatype {
  // MARK: Products

  /// `y = A x` for a padded matrix, each element one chain in the order of the columns of `Aᵀ`.
  static func multiplyPadded(
    stride: Int, _ a: UnsafePointer<Double>, _ x: UnsafePointer<Double>,
    into y: UnsafeMutablePointer<Double>)

  /// `Σ x y` over padded vectors.
  static func dotPadded(
    stride: Int, _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>
  ) -> Double

  /// `G += t wᵀ + w tᵀ` for a dense `[count, count]` matrix.
  static func addSymmetricOuter(
    count: Int, _ t: UnsafePointer<Double>, _ w: UnsafePointer<Double>,
    into g: UnsafeMutablePointer<Double>)

  /// `C = diag(d) A diag(d)` from a dense `[count, count]` matrix into a padded one, made exactly
  /// symmetric by averaging mirrored elements; the diagonal is set to one.
  ///
  /// Returns false if mirrored elements of `C` differ by more than `tolerance` or one is not finite.
  static func scaleSymmetric(
    count: Int, _ a: UnsafePointer<Double>, scale d: UnsafePointer<Double>, tolerance: Double,
    stride: Int, into c: UnsafeMutablePointer<Double>
  ) -> Bool

  /// The upper triangle (and what lies beside it in its vectors) of `diag(s) C diag(s) + shift·I`,
  /// all padded, for ``factorPadded(count:stride:_:floor:)``.
  static func scaleAndShift(
    count: Int, stride: Int, _ c: UnsafePointer<Double>, scale s: UnsafePointer<Double>,
    shift: Double, into a: UnsafeMutablePointer<Double>)

  // MARK: Factor models

  // `F` has `rows` rows (a multiple of eight, zeros at the end) of `stride` elements.

  /// `y = F x`.
  static func multiplyRows(
    rows: Int, stride: Int, _ f: UnsafePointer<Double>, _ x: UnsafePointer<Double>,
    into y: UnsafeMutablePointer<Double>)

  /// `y = Fᵀ x`.
  static func multiplyRowsTransposed(
    rows: Int, stride: Int, _ f: UnsafePointer<Double>, _ x: UnsafePointer<Double>,
    into y: UnsafeMutablePointer<Double>)

  /// `M = Fᵀ diag(c) F`, padded `[stride, stride]`.
  static func weightedGram(
    rows: Int, stride: Int, _ f: UnsafePointer<Double>, weights c: UnsafePointer<Double>,
    into m: UnsafeMutablePointer<Double>)

  /// One sweep of ``descend(count:stride:_:beta:_:_:work:)`` for `C = F Fᵀ + diag(δ)` with unit
  /// diagonal; `moment = Fᵀu` is kept up to date. Returns the largest relative change.
  static func descendFactors(
    count: Int, stride: Int, _ f: UnsafePointer<Double>, own delta: UnsafePointer<Double>,
    beta: UnsafePointer<Double>, _ u: UnsafeMutablePointer<Double>,
    moment: UnsafeMutablePointer<Double>
  ) -> Double

  // MARK: Cholesky

  /// Overwrites the upper triangle of a padded matrix by `R`, `A = RᵀR`; what is below the diagonal
  /// is arbitrary afterwards.
  ///
  /// Returns −1, or the index of the first pivot that is not above `floor` (or not a number), where
  /// it stopped: the rows before it are finished then, and that pivot stands on the diagonal.
  static func factorPadded(
    count: Int, stride: Int, _ a: UnsafeMutablePointer<Double>, floor: Double
  ) -> Int

  /// Solves `Rᵀz = x` in place for a padded factor.
  static func solveTransposedPadded(
    count: Int, stride: Int, _ r: UnsafePointer<Double>, _ x: UnsafeMutablePointer<Double>)

  /// Solves `Rx = z` in place for a padded factor.
  static func solvePadded(
    count: Int, stride: Int, _ r: UnsafePointer<Double>, _ x: UnsafeMutablePointer<Double>)

  // MARK: Risk budgeting

  /// A start for the descent: the solution of `½ uᵀMu − Σ β ln u` for the one-factor matrix `M` whose
  /// off-diagonal elements in row i are `ρᵢ`, the mean of the given row sums of `C` without the
  /// diagonal, kept within [0, 0.99]; `Σ u` on the right-hand side is found by two iterations.
  ///
  /// All padded, `root` = `√β`; `work` has `2·stride` elements.
  static func factorStart(
    count: Int, stride: Int, rowSums: UnsafePointer<Double>, beta: UnsafePointer<Double>,
    root: UnsafePointer<Double>, into u: UnsafeMutablePointer<Double>,
    work: UnsafeMutablePointer<Double>)

  /// One sweep of cyclical coordinate descent on `½ uᵀCu − Σ β ln u` for a padded `C` with unit
  /// diagonal, each coordinate to its own minimum: `uᵢ = √(aᵢ² + βᵢ) − aᵢ`,
  /// `aᵢ = ½ ((Cu)ᵢ − uᵢ)`. `v = Cu` is kept up to date; `work` has eight elements.
  ///
  /// Returns the largest relative change of a coordinate.
  static func descend(
    count: Int, stride: Int, _ c: UnsafePointer<Double>, beta: UnsafePointer<Double>,
    _ u: UnsafeMutablePointer<Double>, _ v: UnsafeMutablePointer<Double>,
    work: UnsafeMutablePointer<Double>
  ) -> Double

  /// `s = u ⊘ √β` and `r = s ⊙ v − √β`; returns `‖r‖` and the largest relative error of a risk
  /// contribution, `max |uᵢvᵢ / βᵢ − 1|`.
  ///
  /// `inverseRoot` is `1 ⊘ √β`, zero beyond the number of assets.
  static func budgetResidual(
    stride: Int, _ u: UnsafePointer<Double>, _ v: UnsafePointer<Double>,
    root: UnsafePointer<Double>, inverseRoot: UnsafePointer<Double>,
    scale: UnsafeMutablePointer<Double>, residual: UnsafeMutablePointer<Double>
  ) -> (norm: Double, error: Double)

  /// `e ← e ⊘ √β`, the relative step; returns its largest magnitude.
  static func relativeStep(
    stride: Int, _ e: UnsafeMutablePointer<Double>, inverseRoot: UnsafePointer<Double>
  ) -> Double

  /// Solves `(I + diag(s) C diag(s)) e = r` by conjugate gradients until the residual's norm is at
  /// most `tolerance` or `limit` iterations are done.
  ///
  /// Returns the number of iterations, the norm reached, and an upper estimate of the largest
  /// eigenvalue of the matrix (from the Lanczos coefficients). `r` is overwritten by the residual;
  /// `work` has `3·stride` elements.
  static func conjugateGradients(
    stride: Int, _ c: UnsafePointer<Double>, scale s: UnsafePointer<Double>,
    residual r: UnsafeMutablePointer<Double>, solution e: UnsafeMutablePointer<Double>,
    tolerance: Double, limit: Int, work: UnsafeMutablePointer<Double>
  ) -> (iterations: Int, residual: Double, largestEigenvalue: Double)
}
