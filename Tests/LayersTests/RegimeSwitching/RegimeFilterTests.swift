import Autodiff
import Finance
import Layers
import TestSupport
import Testing

@Suite struct RegimeFilterTests {
  /// A filter, and log-likelihoods as a parameter so that they are differentiated too.
  private struct Model {
    let filter: RegimeFilter
    let emissions: ParameterID
  }

  private static func model(_ regimes: Int, dates: Int) -> (layer: Model, parameters: Parameters) {
    build {
      Model(
        filter: RegimeFilter(regimes: regimes, persistence: 0.8, in: &$0),
        emissions: $0.parameter("emissions", randomTensor([dates, regimes], seed: 1)))
    }
  }

  private static func run(
    _ model: Model, _ dates: Range<Int>, from previous: Variable? = nil, in pass: inout Pass
  ) throws -> Variable {
    let output = try model.filter.filter(
      pass(model.emissions).slice(dates), from: previous, in: &pass)
    return concatenate(
      [output.probabilities, output.logLikelihoods.insertingAxis(at: 1)], axis: 1)
  }

  /// The filter from plain operations, with probabilities instead of their logarithms; the
  /// stationary distribution by many steps of the chain.
  private static func composed(
    _ logLikelihoods: Variable, _ logits: Variable
  ) -> Variable {
    let (a, k) = (logits.softmax(), logits.shape[0])
    var state = logits.tape.constant(Tensor(repeating: 1 / Scalar(k), shape: Shape(k)))
    for _ in 0..<200 { state = matmul(state, a) }
    var (rows, evidence): ([Variable], [Variable]) = ([], [])
    for t in 0..<logLikelihoods.shape[0] {
      let joint = logLikelihoods.slice(at: t, axis: 0).exp() * matmul(state, a)
      state = joint / joint.sum()
      rows.append(state)
      evidence.append(joint.sum().log())
    }
    return concatenate([stack(rows), stack(evidence).insertingAxis(at: 1)], axis: 1)
  }

  @Test("Value and gradients equal the composed filter", arguments: [1, 2, 3])
  func equalsTheComposedFilter(regimes: Int) throws {
    let (model, start) = Self.model(regimes, dates: 6)
    let parameters = moved(start)
    #expect(parameters.entries.map(\.name) == ["net.transitionLogits", "net.emissions"])
    let fused = try parameterGradient(parameters) { tape, pass in
      try Self.run(model, 0..<6, in: &pass)
    }
    let composed = parameterGradient(parameters) { tape, pass in
      guard let logits = model.filter.logits else { fatalError("a trainable filter has logits") }
      return Self.composed(pass(model.emissions), pass(logits))
    }
    let tolerance = 1000 * Scalar.ulpOfOne
    for (a, b) in zip(fused.value.elements, composed.value.elements) {
      #expect(abs(a - b) <= tolerance * max(1, abs(b)))
    }
    for (a, b) in zip(fused.gradient, composed.gradient) {
      #expect(abs(a - b) <= tolerance * max(1, abs(b)))
    }
    try expectParameterGradients(parameters) { tape, pass in
      try Self.run(model, 0..<6, in: &pass)
    }
  }

  @Test func handingTheProbabilitiesOnContinuesTheSequence() throws {
    let (model, parameters) = Self.model(2, dates: 9)
    let tape = Tape()
    var pass = Pass(tape: tape, parameters: parameters, mode: .evaluation)
    let whole = try Self.run(model, 0..<9, in: &pass).tensor.elements
    let first = try Self.run(model, 0..<4, in: &pass)
    let last = first.slice(at: 3, axis: 0).slice(0..<2)
    let second = try Self.run(model, 4..<9, from: last, in: &pass)
    for (a, b) in zip(whole, first.tensor.elements + second.tensor.elements) {
      #expect(abs(a - b) <= 64 * Scalar.ulpOfOne * max(1, abs(b)))
    }
  }

  /// Probabilities stay a distribution and gradients finite when an observation all but excludes a
  /// regime (by e⁻²⁰⁰⁰), and the regime comes back.
  @Test func extremeEvidenceDoesNotEndARegime() throws {
    let filter = try RegimeFilter(transition: [[0.9, 0.1], [0.2, 0.8]])
    let tape = Tape()
    var pass = Pass(tape: tape, parameters: Parameters(), mode: .evaluation)
    let x = tape.variable(
      Tensor([-2000, 0, -2000, 0, 0, -2000, 0, -3], shape: [4, 2]))
    let output = try filter(x, in: &pass)
    let α = output.probabilities.tensor.elements
    #expect(α[0] == 0 && α[2] == 0 && α[4] == 1 && α[6] > 0.99)
    tape.backward(from: output.logLikelihoods.sum())
    #expect(tape.gradient(of: x).elements.allSatisfy { $0.isFinite })
  }

  /// Ten thousand dates of two regimes seen through noise: the filter knows most of them.
  @Test func aLongSequenceIsFilteredWell() throws {
    var generator = SplitMix64(seed: 3).split("regimes")
    let dates = 10_000
    var (regime, hidden, seen): (Int, [Int], [Double]) = (0, [], [])
    for _ in 0..<dates {
      if generator.uniform() < 1 / 125.0 { regime = 1 - regime }
      hidden.append(regime)
      seen.append(Double(regime) + generator.normalPair().0)
    }
    let filter = try RegimeFilter(transition: [[124 / 125, 1 / 125], [1 / 125, 124 / 125]])
    let tape = Tape()
    var pass = Pass(tape: tape, parameters: Parameters(), mode: .evaluation)
    let logLikelihoods = seen.flatMap { x in [0.0, 1].map { -0.5 * (x - $0) * (x - $0) } }
    let x = tape.variable(Tensor(converting: logLikelihoods, shape: [dates, 2]))
    let output = try filter(x, in: &pass)
    let α = output.probabilities.tensor.elements
    let right = (0..<dates).filter { (α[2 * $0 + 1] > 0.5) == (hidden[$0] == 1) }.count
    #expect(right > 9000 && right < dates)
    tape.backward(from: output.logLikelihoods.mean())
    #expect(tape.gradient(of: x).elements.allSatisfy { $0.isFinite })
  }

  @Test func badObservationsAreRefusedWithTheirDate() throws {
    let filter = try RegimeFilter(transition: [[0.9, 0.1], [0.2, 0.8]])
    let tape = Tape()
    var pass = Pass(tape: tape, parameters: Parameters(), mode: .evaluation)
    let missing = tape.constant(Tensor([0, 0, .nan, 0], shape: [2, 2]))
    let error = #expect(throws: DatedError.self) { _ = try filter(missing, in: &pass) }
    #expect(error?.date == 1)
    #expect("\(try #require(error))".contains("the log-likelihood of regime 0 is nan"))
    let impossible = tape.constant(Tensor([-.infinity, -.infinity], shape: [1, 2]))
    #expect(throws: DatedError.self) { _ = try filter(impossible, in: &pass) }
  }

  @Test func fixedTransitionsAreChecked() {
    #expect(throws: RegimeError.notStochastic(row: 1, sum: 0.9)) {
      try RegimeFilter(transition: [[0.5, 0.5], [0.4, 0.5]])
    }
    #expect(throws: RegimeError.reducible) { try RegimeFilter(transition: [[1, 0], [0, 1]]) }
    // An absorbing regime is one closed class.
    #expect(throws: Never.self) { try RegimeFilter(transition: [[1, 0], [0.1, 0.9]]) }
  }

  @Test func gaussianEmissionsAreLogDensities() {
    let (layer, start) = build { GaussianEmissions(regimes: 2, indicators: 2, in: &$0) }
    let parameters = moved(start)
    let x = Tensor([0.3, -1, 2, 0.5], shape: [2, 2])
    let output = parameterGradient(parameters) { tape, pass in
      layer(tape.constant(x), in: &pass)
    }
    let value = output.value.elements.map { Double($0) }
    let p = parameters.values.map { Double($0) }
    for date in 0..<2 {
      for k in 0..<2 {
        var expected = 0.0
        for m in 0..<2 {
          let (μ, s) = (p[k * 2 + m], p[4 + k * 2 + m])
          let z = Double(x.elements[date * 2 + m]) - μ
          // exp(−s) by its series, to share nothing with the layer.
          var (precision, term) = (1.0, 1.0)
          for order in 1..<30 {
            term *= -s / Double(order)
            precision += term
          }
          // ½ log 2π = 0.91893853320467274178
          expected -= 0.9189385332046727 + 0.5 * s + 0.5 * z * z * precision
        }
        let error = abs(value[date * 2 + k] - expected)
        #expect(error < 640 * Double(Scalar.ulpOfOne))
      }
    }
    expectParameterGradients(parameters) { tape, pass in layer(tape.constant(x), in: &pass) }
    // Regimes differ from the start.
    let means = start.values.prefix(4)
    #expect(means[0] < 0 && means[2] > 0 && abs(means[0] + means[2]) < 8 * Scalar.ulpOfOne)
  }

  @Test func mixturesOfBudgetsAreBudgets() {
    let tape = Tape()
    let α = tape.variable(Tensor([0.25, 0.75, 1, 0], shape: [2, 2]))
    let b = tape.variable(Tensor([0.5, 0.25, 0.25, 0, 0.5, 0.5], shape: [2, 3]))
    let mixed = regimeMixture(α, b)
    #expect(mixed.tensor.elements == [0.125, 0.4375, 0.4375, 0.5, 0.25, 0.25])
    let perDate = regimeMixture(α, stack([b, b]))
    #expect(perDate.tensor == mixed.tensor)
    expectGradients(of: [α.tensor, randomTensor([2, 2, 3], seed: 1)]) {
      regimeMixture($0[0], $0[1])
    }
  }
}
