internal import Kernels
internal import KernelInterface

/// The gate's and the value's weights of a gated residual network, packed for products.
struct GateMatrices: BitwiseCopyable {
  let gate, value: UnsafePointer<Scalar>
  let gateBias, valueBias: UnsafePointer<Scalar>
  let gateBack, valueBack: UnsafePointer<Scalar>?

  /// From a matrix `[hidden, 2·width]` with the gate's columns first.
  init(
    _ tape: Tape, hidden: Int, width: Int, _ weight: UnsafePointer<Scalar>,
    bias: UnsafePointer<Scalar>, transposed: Bool
  ) {
    let stride = 2 * width
    gate = tape.pack(hidden, width, weight, (stride, 1))
    value = tape.pack(hidden, width, weight + width, (stride, 1))
    gateBias = bias
    valueBias = bias + width
    gateBack = transposed ? tape.pack(width, hidden, weight, (1, stride)) : nil
    valueBack = transposed ? tape.pack(width, hidden, weight + width, (1, stride)) : nil
  }
}

/// The second half of a gated residual network over a block of rows in working memory:
/// `z = (r − mean r) / √(var r + ε)` with `r = skip + σ(η G + b) ⊙ (η V + c)`.
struct GatedRows: BitwiseCopyable {
  let hidden: Int
  let width: Int
  /// η `[rows, hidden]`.
  let activated: UnsafeMutablePointer<Scalar>
  /// σ(η G + b) and η V + c `[rows, width]`; after the backward pass, their arguments' cotangents.
  let gate, value: UnsafeMutablePointer<Scalar>
  /// The skip connection `[rows, width]`, overwritten by z.
  let normalized: UnsafeMutablePointer<Scalar>
  /// `1 / √(var r + ε)` `[rows]`.
  let scales: UnsafeMutablePointer<Scalar>
  /// Room for the arguments of a function, `[rows, max(hidden, width)]`: the vector loops need their
  /// results elsewhere.
  let arguments: UnsafeMutablePointer<Scalar>

  static func count(rows: Int, hidden: Int, width: Int) -> Int {
    rows * (hidden + 3 * width + 1 + max(hidden, width))
  }

  init(rows: Int, hidden: Int, width: Int, _ memory: UnsafeMutablePointer<Scalar>) {
    self.hidden = hidden
    self.width = width
    activated = memory
    gate = activated + rows * hidden
    value = gate + rows * width
    normalized = value + rows * width
    scales = normalized + rows * width
    arguments = scales + rows
  }

  func forward(rows: Int, _ matrices: GateMatrices, epsilon: Scalar) {
    kernels.multiplyPacked(
      rows: rows, depth: hidden, columns: width, activated, rowStride: hidden, columnStride: 1,
      packed: matrices.gate, into: arguments, rowStride: width, adding: matrices.gateBias,
      rowStride: 0)
    kernels.multiplyPacked(
      rows: rows, depth: hidden, columns: width, activated, rowStride: hidden, columnStride: 1,
      packed: matrices.value, into: value, rowStride: width, adding: matrices.valueBias,
      rowStride: 0)
    kernels.sigmoid(rows * width, arguments, into: gate)
    kernels.addProduct(rows * width, gate, value, into: normalized)
    kernels.normalizeRows(
      rows, width, normalized, epsilon: epsilon, scales: scales, into: normalized)
  }

  /// On entry `seed` `[rows, width]` is the cotangent of z, on exit that of r; `activatedSeed`
  /// `[rows, hidden]` becomes the cotangent of the argument of the exponential linear unit.
  ///
  /// Adds the gradients of the weights `[hidden, 2·width]` and biases.
  func backward(
    rows: Int, _ matrices: GateMatrices, seed: UnsafeMutablePointer<Scalar>,
    activatedSeed: UnsafeMutablePointer<Scalar>, weightGradient: UnsafeMutablePointer<Scalar>,
    biasGradient: UnsafeMutablePointer<Scalar>, scratch: UnsafeMutablePointer<Scalar>
  ) {
    guard let gateBack = matrices.gateBack, let valueBack = matrices.valueBack else {
      fatalError("GatedRows: packed for the forward pass only")
    }
    kernels.pullBackNormalizedRows(rows, width, output: normalized, scales: scales, seed)
    kernels.pullBackGate(rows * width, seed, gate: gate, value: value)
    for half in 0..<2 {
      let source = half == 0 ? gate : value
      kernels.addRows(rows, width, source, into: biasGradient + half * width)
      kernels.multiply(
        rows: hidden, depth: rows, columns: width, activated, rowStride: 1, columnStride: hidden,
        source, rowStride: width, columnStride: 1, scratch: scratch,
        into: weightGradient + half * width, rowStride: 2 * width, accumulate: true)
      kernels.multiplyPacked(
        rows: rows, depth: width, columns: hidden, source, rowStride: width, columnStride: 1,
        packed: half == 0 ? gateBack : valueBack, into: activatedSeed, rowStride: hidden,
        accumulate: half == 1)
    }
    kernels.scaleByEluSlope(rows * hidden, output: activated, activatedSeed)
  }

  /// The scratch elements of ``backward(rows:_:seed:activatedSeed:weightGradient:biasGradient:scratch:)``.
  static func scratchCount(rows: Int, width: Int) -> Int {
    kernels.scratchCount(depth: rows, columns: width)
  }
}

/// Working memory of the threads that do sharded work, a piece for each.
struct WorkerScratch: BitwiseCopyable {
  private let memory: UnsafeMutablePointer<Scalar>
  private let count: Int

  init(_ tape: Tape, perWorker count: Int) {
    // Whole cache lines, so that workers do not disturb each other.
    self.count = (count + 15) / 16 * 16
    memory = tape.allocate(tape.workerCount * self.count)
  }

  subscript(worker: Int) -> UnsafeMutablePointer<Scalar> { memory + worker * count }
}
