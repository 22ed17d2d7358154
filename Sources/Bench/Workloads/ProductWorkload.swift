import Autodiff
import KernelInterface
import Kernels
import Train

#if OpenBLAS
  import COpenBLAS
#endif

/// GEMM: matrix products on one thread, in 10⁹ multiplications and additions per second, packing
/// included; beside the system's OpenBLAS under the trait of that name.
enum ProductWorkload: Workload {
  static let name = "gemm"
  static let summary = "matrix products, GF/s on one thread (m×k×n; T: transposed B)"
  static let cases = shapes.map(label)

  private typealias Size = (rows: Int, depth: Int, columns: Int, transposed: Bool)

  private static let shapes: [Size] = [
    (3200, 84, 256, false), (64, 80, 256, false), (2048, 64, 64, false), (512, 512, 512, false),
    (50, 50, 50, false), (32, 80, 256, false), (80, 192, 256, false), (64, 256, 64, true),
    (2048, 64, 64, true), (16, 16, 16, false),
  ]

  private static func label(_ size: Size) -> String {
    "\(size.rows)x\(size.depth)x\(size.columns)" + (size.transposed ? "T" : "")
  }

  static func run(_ options: Options) -> Report {
    #if OpenBLAS
      openblas_set_num_threads(1)
    #endif
    var report = Report()
    for size in shapes where options.wants(label(size)) {
      report.results.append((label(size), measure(size, options)))
    }
    return report
  }

  private static func measure(_ size: Size, _ options: Options) -> JSONValue {
    let (m, k, n) = (size.rows, size.depth, size.columns)
    var generator = SplitMix64(seed: 1)
    func numbers(_ count: Int) -> [Element] {
      (0..<count).map { _ in Element(2 * generator.uniform() - 1) }
    }
    let (a, b) = (numbers(m * k), numbers(k * n))
    var c = [Element](repeating: 0, count: m * n)
    var scratch = [Element](repeating: 0, count: kernels.scratchCount(depth: k, columns: n))
    let (bRow, bColumn) = size.transposed ? (1, k) : (n, 1)
    let watch = Stopwatch.micro
    let work = 2e-6 * Double(m) * Double(k) * Double(n)
    let timing = watch.time {
      kernels.multiply(
        rows: m, depth: k, columns: n, a, rowStride: k, columnStride: 1, b, rowStride: bRow,
        columnStride: bColumn, scratch: &scratch, into: &c, rowStride: n, accumulate: false)
    }
    var packed = [Element](repeating: 0, count: kernels.packedCount(depth: k, columns: n))
    kernels.pack(
      depth: k, columns: n, b, rowStride: bRow, columnStride: bColumn, into: &packed)
    let prepacked = watch.time {
      kernels.multiplyPacked(
        rows: m, depth: k, columns: n, a, rowStride: k, columnStride: 1, packed: packed, into: &c,
        rowStride: n, adding: nil, rowStride: 0)
    }
    var members: [(String, JSONValue)] = [
      ("gflops", JSONValue(rounded(work / timing.median, decimals: 1))),
      ("best", JSONValue(rounded(work / timing.least, decimals: 1))),
      ("packed_best", JSONValue(rounded(work / prepacked.least, decimals: 1))),
    ]
    #if OpenBLAS
      let transpose = size.transposed ? CblasTrans : CblasNoTrans
      let (mm, kk, nn) = (blasint(m), blasint(k), blasint(n))
      let peer = watch.time {
        #if SinglePrecision
          cblas_sgemm(
            CblasRowMajor, CblasNoTrans, transpose, mm, nn, kk, 1, a, kk, b,
            size.transposed ? kk : nn, 0, &c, nn)
        #else
          cblas_dgemm(
            CblasRowMajor, CblasNoTrans, transpose, mm, nn, kk, 1, a, kk, b,
            size.transposed ? kk : nn, 0, &c, nn)
        #endif
      }
      members.append(("openblas", JSONValue(rounded(work / peer.median, decimals: 1))))
      members.append(("openblas_best", JSONValue(rounded(work / peer.least, decimals: 1))))
      members.append(("ratio_best", JSONValue(rounded(peer.least / timing.least, decimals: 2))))
    #endif
    return JSONValue(object: members)
  }
}
