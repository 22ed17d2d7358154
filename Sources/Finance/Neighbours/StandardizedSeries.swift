internal import KernelInterface
internal import Kernels

/// Windows of returns with mean 0 and length 1, one after the other: their products are correlations.
struct StandardizedSeries {
  let assets: Int
  let length: Int
  private(set) var elements: [Element]
  private(set) var isValid: [Bool]

  init(returns: UnsafePointer<Double>, assets: Int, rows: Range<Int>) {
    self.assets = assets
    length = rows.count
    elements = [Element](repeating: 0, count: assets * rows.count)
    isValid = [Bool](repeating: false, count: assets)
    var window = [Double](repeating: 0, count: rows.count)
    for i in 0..<assets {
      var mean = 0.0
      for (k, row) in rows.enumerated() {
        window[k] = returns[row * assets + i]
        mean += window[k]
      }
      mean /= Double(max(length, 1))
      var (square, size) = (0.0, 0.0)
      for k in 0..<length {
        size += window[k] * window[k]
        window[k] -= mean
        square += window[k] * window[k]
      }
      // A constant series leaves rounding only.
      guard square > 1e-24 * size, square.isFinite else { continue }
      isValid[i] = true
      let scale = 1 / square.squareRoot()
      for k in 0..<length { elements[i * length + k] = Element(window[k] * scale) }
    }
  }

  /// Makes some assets nobody's neighbours.
  mutating func leaveOut(_ isLeftOut: (Int) -> Bool) {
    for i in 0..<assets where isLeftOut(i) { isValid[i] = false }
  }

  /// The product of an asset's window and a vector.
  func dot(_ asset: Int, _ vector: [Element]) -> Element {
    elements.withUnsafeBufferPointer { elements in
      guard let base = elements.baseAddress else { return 0 }
      return kernels.dot(length, base + asset * length, vector)
    }
  }

  /// The correlation of two assets.
  func correlation(_ i: Int, _ j: Int) -> Element {
    elements.withUnsafeBufferPointer { elements in
      guard let base = elements.baseAddress else { return 0 }
      return kernels.dot(length, base + i * length, base + j * length)
    }
  }
}
