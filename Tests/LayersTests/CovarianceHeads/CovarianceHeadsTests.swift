import Autodiff
import Finance
import Layers
import TestSupport
import Testing

@Suite struct CovarianceHeadsTests {
  private static let (dates, assets, width) = (2, 3, 4)
  private static let states = randomTensor([dates, assets, width], seed: 1)

  /// Positive definite matrices `[D, N, N]`.
  private static func covariances(_ seed: UInt64) -> Tensor {
    let n = assets
    let x = randomTensor([dates, n, n + 2], seed: seed).elements.map { Double($0) }
    var elements: [Double] = []
    for d in 0..<dates {
      for i in 0..<n {
        for j in 0..<n {
          let sum = (0..<n + 2).reduce(0.0) {
            $0 + x[(d * n + i) * (n + 2) + $1] * x[(d * n + j) * (n + 2) + $1]
          }
          elements.append(sum + (i == j ? 0.5 : 0))
        }
      }
    }
    return Tensor(converting: elements, shape: [dates, n, n])
  }

  private static func correlations(_ seed: UInt64) -> Tensor {
    var tensor = covariances(seed)
    let n = assets
    for d in 0..<dates {
      let deviations = (0..<n).map { tensor.elements[(d * n + $0) * n + $0].squareRoot() }
      for i in 0..<n {
        for j in 0..<n { tensor.elements[(d * n + i) * n + j] /= deviations[i] * deviations[j] }
      }
    }
    return tensor
  }

  private func expectClose(
    _ a: Tensor, _ b: Tensor, _ tolerance: Double = 1000 * Double(Scalar.ulpOfOne),
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(a.shape == b.shape, sourceLocation: sourceLocation)
    for (x, y) in zip(a.elements, b.elements) {
      #expect(
        Double(abs(x - y)) <= tolerance * max(1, Double(abs(y))), sourceLocation: sourceLocation)
    }
  }

  private func expectPositiveDefinite(
    _ matrices: Tensor, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let tape = Tape()
    #expect(throws: Never.self, sourceLocation: sourceLocation) {
      _ = try choleskyFactor(tape.constant(matrices))
    }
  }

  @Test func volatilitiesStartAtTheTrailingOnes() {
    let (head, parameters) = build { VolatilityHead(width: Self.width, in: &$0) }
    let trailing = Tensor([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], shape: [2, 3])
    func run(_ parameters: Parameters) -> Tensor {
      parameterGradient(parameters) { tape, pass in
        head(
          .init(states: tape.constant(Self.states), trailing: tape.constant(trailing)), in: &pass)
      }.value
    }
    #expect(run(parameters) == trailing)
    #expect(run(moved(parameters)).elements.allSatisfy { $0 > 0 })
    expectParameterGradients(moved(parameters)) { tape, pass in
      head(.init(states: tape.constant(Self.states), trailing: tape.constant(trailing)), in: &pass)
    }
  }

  @Test func returnsStartAtNothing() {
    let (head, parameters) = build { ReturnHead(width: Self.width, assets: 3, in: &$0) }
    #expect(parameters.entries.map(\.name) == ["net.weight", "net.constants"])
    let trailing = Tensor([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], shape: [2, 3])
    func run(_ parameters: Parameters) -> Tensor {
      parameterGradient(parameters) { tape, pass in
        head(
          .init(states: tape.constant(Self.states), trailing: tape.constant(trailing)), in: &pass)
      }.value
    }
    #expect(run(parameters).elements.allSatisfy { $0 == 0 })
    // With constants alone every asset has one Sharpe ratio at all dates.
    var own = parameters
    own.values.replaceSubrange(Self.width..<Self.width + 3, with: [0.5, 1, -2])
    let constant = run(own)
    expectClose(constant, Tensor([0.05, 0.2, -0.6, 0.2, 0.5, -1.2], shape: [2, 3]))
    expectParameterGradients(moved(parameters)) { tape, pass in
      head(.init(states: tape.constant(Self.states), trailing: tape.constant(trailing)), in: &pass)
    }
  }

  @Test func covariancesScaleCorrelations() {
    let inputs = [
      Tensor(randomTensor([2, 3], seed: 4).elements.map { abs($0) + 0.1 }, shape: [2, 3]),
      Self.correlations(5),
    ]
    expectEqual(inputs) {
      covariance(volatilities: $0[0], correlations: $0[1])
    } _: {
      $0[1] * $0[0].insertingAxis(at: 2) * $0[0].insertingAxis(at: 1)
    }
    expectGradients(of: inputs) { covariance(volatilities: $0[0], correlations: $0[1]) }
  }

  @Test func correlationsAreCorrelationsWhateverTheStates() {
    let (head, parameters) = build { CorrelationHead(width: Self.width, rank: 2, in: &$0) }
    let trailing = Self.correlations(6)
    let strong = moved(parameters, scale: 2)
    func run(_ parameters: Parameters, _ scale: Scalar) -> Tensor {
      parameterGradient(parameters) { tape, pass in
        let states = tape.constant(Self.states).scaled(by: scale)
        return head(.init(states: states, trailing: tape.constant(trailing)), in: &pass)
      }.value
    }
    let r = run(strong, 5)
    for d in 0..<2 {
      for i in 0..<3 { #expect(abs(r.elements[(d * 3 + i) * 3 + i] - 1) < 64 * .ulpOfOne) }
    }
    expectPositiveDefinite(r)
    expectClose(
      run(parameters, 0),
      {
        // Without states: .9 trailing, .1 identity.
        var expected = trailing
        for k in expected.elements.indices where k % 9 % 4 != 0 { expected.elements[k] *= 0.9 }
        return expected
      }())
    expectParameterGradients(moved(parameters)) { tape, pass in
      head(.init(states: tape.constant(Self.states), trailing: tape.constant(trailing)), in: &pass)
    }
  }

  @Test func theCholeskyHeadStartsAtTheTrailingCovariance() throws {
    let (head, parameters) = build { CholeskyHead(width: Self.width, rank: 2, in: &$0) }
    let trailing = Self.covariances(7)
    func run(_ parameters: Parameters) throws -> Tensor {
      try parameterGradient(parameters) { tape, pass in
        try head(
          .init(states: tape.constant(Self.states), trailing: tape.constant(trailing)), in: &pass)
      }.value
    }
    expectClose(try run(parameters), trailing)
    expectPositiveDefinite(try run(moved(parameters, scale: 1)))
    try expectParameterGradients(moved(parameters)) { tape, pass in
      try head(
        .init(states: tape.constant(Self.states), trailing: tape.constant(trailing)), in: &pass)
    }
  }

  @Test func theFactorHeadStartsAtTheTrailingModel() {
    let (head, parameters) = build { FactorHead(width: Self.width, factors: 2, in: &$0) }
    let b = randomTensor([2, 3, 2], seed: 8)
    let φ = Tensor([1, 0.3, 0.3, 2, 1.5, -0.2, -0.2, 0.7], shape: [2, 2, 2])
    let d = Tensor([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], shape: [2, 3])
    func run(_ tape: Tape, _ pass: inout Pass) -> Variable {
      let model = head(
        .init(
          states: tape.constant(Self.states),
          trailing: .init(
            loadings: tape.constant(b), factors: tape.constant(φ),
            idiosyncratic: tape.constant(d))), in: &pass)
      return concatenate(
        [model.loadings, model.factors, model.idiosyncratic].map {
          $0.reshaped(to: Shape($0.shape.count))
        })
    }
    expectClose(
      parameterGradient(parameters) { run($0, &$1) }.value,
      Tensor(b.elements + φ.elements + d.elements, shape: [26]), 4 * Double(Scalar.ulpOfOne))
    expectParameterGradients(moved(parameters)) { run($0, &$1) }
  }

  /// The recursion from plain operations.
  @Test("GARCH equals the composed recursion", arguments: [nil, 2])
  func garchEqualsTheComposedRecursion(perAsset: Int?) {
    let returns = randomTensor([6, 2], seed: 9)
    let variances = Tensor([1.2, 0.7], shape: [2])
    let (head, start) = build { GARCHHead(assets: perAsset, in: &$0) }
    let parameters = moved(start)
    let fused = parameterGradient(parameters) { tape, pass in
      let output = head(
        .init(returns: tape.constant(returns), variances: tape.constant(variances)), in: &pass)
      return concatenate([output.volatilities, output.shocks])
    }
    let shape: Shape = perAsset.map { [$0, 3] } ?? [3]
    expectGradients(of: [
      Tensor(parameters.values, shape: shape), returns, variances,
    ]) { x in
      Self.composedGARCH(x[0], x[1], x[2])
    }
    let tape = Tape()
    let logits = tape.variable(Tensor(parameters.values, shape: shape))
    let composed = Self.composedGARCH(logits, tape.constant(returns), tape.constant(variances))
    expectClose(fused.value, composed.tensor)
    tape.backward(from: composed, cotangent: randomTensor(composed.shape, seed: 77))
    expectClose(Tensor(fused.gradient), Tensor(tape.gradient(of: logits).elements))
    // With a gradient to the returns as well, as when a network makes them.
    expectGradients(of: [returns, variances]) { x in
      var pass = Pass(tape: x[0].tape, parameters: parameters, mode: .evaluation)
      let output = head(.init(returns: x[0], variances: x[1]), in: &pass)
      return concatenate([output.volatilities, output.shocks])
    }
  }

  private static func composedGARCH(
    _ logits: Variable, _ returns: Variable, _ variances: Variable
  ) -> Variable {
    let shares = logits.softmax()
    func share(_ k: Int) -> Variable { shares.slice(at: k, axis: -1) }
    var h = variances
    var (volatilities, shocks): ([Variable], [Variable]) = ([], [])
    for t in 0..<returns.shape[0] {
      let ε = returns.slice(at: t, axis: 0)
      shocks.append(ε / h.sqrt())
      h = share(2) * variances + share(0) * ε.squared() + share(1) * h
      volatilities.append(h.sqrt())
    }
    return stack(volatilities + shocks)
  }

  @Test func dccEqualsTheComposedRecursion() {
    let shocks = randomTensor([5, 3], seed: 10)
    let target = Tensor(Array(Self.correlations(11).elements.prefix(9)), shape: [3, 3])
    let (head, start) = build { DCCHead(in: &$0) }
    let parameters = moved(start)
    func composed(_ logits: Variable, _ z: Variable, _ target: Variable) -> Variable {
      let weights = logits.softmax()
      func weight(_ k: Int) -> Variable { weights.slice(at: k, axis: 0) }
      let ones = identityMatrix(3, on: z.tape)
      var q = target
      var rows: [Variable] = []
      for t in 0..<z.shape[0] {
        let row = z.slice(t..<t + 1, axis: 0)
        q = weight(2) * target + weight(0) * matmul(row.transposed(), row) + weight(1) * q
        let deviations = (q * ones).sum(axis: 1, keepingAxis: true).sqrt()
        rows.append(q / matmul(deviations, deviations.transposed()))
      }
      return stack(rows)
    }
    func fused(_ x: [Variable]) -> Variable {
      var changed = parameters
      changed.values = x[0].tensor.elements
      var pass = Pass(tape: x[0].tape, parameters: changed, mode: .evaluation)
      return head(.init(shocks: x[1], target: x[2]), in: &pass)
    }
    let inputs = [Tensor(parameters.values, shape: [3]), shocks, target]
    let (fast, slow) = (Tape(), Tape())
    let (x, y) = (inputs.map { fast.variable($0) }, inputs.map { slow.variable($0) })
    let (value, reference) = (fused(x), composed(y[0], y[1], y[2]))
    expectClose(value.tensor, reference.tensor)
    let cotangent = randomTensor(value.shape, seed: 77)
    fast.backward(from: value, cotangent: cotangent)
    slow.backward(from: reference, cotangent: cotangent)
    for k in 1..<3 { expectClose(fast.gradient(of: x[k]), slow.gradient(of: y[k])) }
    let gradient = parameterGradient(parameters) { tape, pass in
      head(.init(shocks: tape.constant(shocks), target: tape.constant(target)), in: &pass)
    }.gradient
    expectClose(Tensor(gradient), slow.gradient(of: y[0]))
  }

  private func identityMatrix(_ n: Int, on tape: Tape) -> Variable {
    var matrix = Tensor(repeating: 0, shape: Shape(n, n))
    for i in 0..<n { matrix.elements[i * n + i] = 1 }
    return tape.constant(matrix)
  }

  @Test func drawdownLogitsStartAtTheBaseRate() {
    let (head, parameters) = build { DrawdownHead(width: Self.width, baseRate: 0.2, in: &$0) }
    let value = parameterGradient(parameters) { tape, pass in
      head(tape.constant(Self.states), in: &pass).sigmoid()
    }.value
    #expect(value.shape == [2, 3])
    #expect(value.elements.allSatisfy { abs($0 - 0.2) < 8 * .ulpOfOne })
    expectParameterGradients(moved(parameters)) { tape, pass in
      head(tape.constant(Self.states), in: &pass)
    }
  }
}
