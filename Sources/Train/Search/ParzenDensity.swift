internal import Autodiff
internal import Finance

/// A mixture of normals cut to [0, 1]: one at each point, and one wide prior in the middle.
///
/// The width of a point's normal is the distance to its farther neighbour, the ends of the interval
/// counted as neighbours, and at least 1/min(100, n + 2).
///
/// - Source: Bergstra, Bardenet, Bengio & Kégl (2011), *Algorithms for Hyper-Parameter Optimization*,
///   NIPS, §4.2.
struct ParzenDensity: Sendable {
  private struct Normal {
    let mean: Double
    let width: Double
    /// The probability of [0, 1] before the cut.
    let mass: Double
  }

  private let normals: [Normal]

  init(_ points: [Double]) {
    let sorted = points.sorted()
    let least = 1 / Double(min(100, sorted.count + 2))
    var normals = [Self.normal(0.5, 1)]
    for (index, point) in sorted.enumerated() {
      let left = point - (index > 0 ? sorted[index - 1] : 0)
      let right = (index + 1 < sorted.count ? sorted[index + 1] : 1) - point
      normals.append(Self.normal(point, min(1, max(left, right, least))))
    }
    self.normals = normals
  }

  private static func normal(_ mean: Double, _ width: Double) -> Normal {
    Normal(
      mean: mean, width: width,
      mass: SpecialFunctions.normalDistribution((1 - mean) / width)
        - SpecialFunctions.normalDistribution(-mean / width))
  }

  /// The density at a point of [0, 1].
  func callAsFunction(_ x: Double) -> Double {
    var sum = 0.0
    for normal in normals {
      let z = (x - normal.mean) / normal.width
      sum += Elementary.exp(-0.5 * z * z) / (normal.width * normal.mass * 2.506_628_274_631_000_5)
    }
    return sum / Double(normals.count)
  }

  /// A draw.
  func draw(_ generator: inout SplitMix64) -> Double {
    let normal = normals[SearchParameter.index(normals.count, &generator)]
    // Half of each normal, and more, lies within: its mean does.
    while true {
      let x = normal.mean + normal.width * generator.normalPair().0
      if x >= 0, x <= 1 { return x }
    }
  }
}
