/// Compares an operation's vector–Jacobian product with central differences.
///
/// For a random cotangent c the function `⟨c, f(x)⟩` is differentiated by the tape and by
/// `(f(x + h) − f(x − h)) / 2h` with `h = ∛ε · max(1, |x|)`, the step that balances truncation
/// (∝ h²) against rounding (∝ ε/h). Keep inputs 10 h away from kinks.
public struct GradientCheck: Sendable {
  /// How far the two derivatives may differ: `|a − n| ≤ absolute + relative · max(|a|, |n|)`.
  public struct Tolerance: Sendable {
    /// Relative to the larger of the two derivatives.
    public var relative: Double
    /// In the unit of the derivative.
    public var absolute: Double

    /// A tolerance.
    public init(relative: Double, absolute: Double) {
      self.relative = relative
      self.absolute = absolute
    }

    /// The tolerance of ``Scalar``: 1e-7 and 1e-9 in double precision.
    public static let standard =
      MemoryLayout<Scalar>.size == 8
      ? Tolerance(relative: 1e-7, absolute: 1e-9) : Tolerance(relative: 2e-2, absolute: 2e-3)
  }

  /// One derivative where the two disagree.
  public struct Mismatch: Sendable, CustomStringConvertible {
    /// Which input.
    public let input: Int
    /// Which element of it.
    public let element: Int
    /// By the tape.
    public let analytic: Double
    /// By central differences.
    public let numeric: Double

    /// A sentence with all numbers.
    public var description: String {
      "input \(input), element \(element): by the tape \(analytic), by differences \(numeric)"
    }
  }

  /// The derivatives beyond the tolerance, the worst first.
  public let mismatches: [Mismatch]
  /// The number of derivatives compared.
  public let count: Int

  /// Checks `function` at `inputs`; every element of every input is varied.
  public init(
    of inputs: [Tensor], seed: UInt64 = 1, tolerance: Tolerance = .standard,
    function: ([Variable]) throws -> Variable
  ) rethrows {
    let tape = Tape()
    let variables = inputs.map { tape.variable($0) }
    let output = try function(variables)
    var generator = SplitMix64(seed: seed).split("gradient check")
    let shape = output.shape
    let cotangent = Tensor(
      converting: (0..<shape.count).map { _ in 2 * generator.uniform() - 1 }, shape: shape)
    tape.backward(from: output, cotangent: cotangent)
    let gradients = variables.map { tape.gradient(of: $0) }

    let probe = Tape()
    let start = probe.mark
    func value(_ inputs: [Tensor]) throws -> Double {
      defer { probe.rewind(to: start) }
      let output = try function(inputs.map { probe.constant($0) })
      return zip(cotangent.elements, output.tensor.elements)
        .reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    var found: [(excess: Double, Mismatch)] = []
    var compared = 0
    let cubeRoot = MemoryLayout<Scalar>.size == 8 ? 6.0554544523933395e-06 : 4.921566e-3
    for (position, input) in inputs.enumerated() {
      for element in input.elements.indices {
        let x = input.elements[element]
        let step = Scalar(cubeRoot) * max(1, abs(x))
        let (above, below) = (x + step, x - step)
        var moved = inputs
        moved[position].elements[element] = above
        let upper = try value(moved)
        moved[position].elements[element] = below
        let numeric = (upper - (try value(moved))) / Double(above - below)
        let analytic = Double(gradients[position].elements[element])
        let allowed =
          tolerance.absolute + tolerance.relative * max(abs(analytic), abs(numeric))
        compared += 1
        let difference = abs(analytic - numeric)
        if !(difference <= allowed) {
          found.append(
            (
              difference.isNaN ? .infinity : difference / allowed,
              Mismatch(input: position, element: element, analytic: analytic, numeric: numeric)
            ))
        }
      }
    }
    count = compared
    mismatches = found.sorted { $0.excess > $1.excess }.map(\.1)
  }
}
