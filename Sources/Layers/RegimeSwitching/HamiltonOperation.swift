internal import Autodiff
internal import Finance

/// The stationary distribution `[K]` of a transition matrix `[K, K]`, see `StationaryDistribution`.
func stationaryDistribution(_ transition: Variable) throws -> Variable {
  let (tape, k) = (transition.tape, transition.shape[0])
  let matrix = (0..<k * k).map { Double(transition.values[$0]) }
  let π = try StationaryDistribution.solve(transition: matrix, count: k)
  let output = tape.allocate(k)
  for j in 0..<k { output[j] = Scalar(π[j]) }
  return tape.record(
    "stationaryDistribution", transition, output: output, shape: Shape(k)
  ) { context in
    guard let Ā = context.cotangent(0) else { return }
    let k = context.outputCount
    let gradient = StationaryDistribution.gradient(
      transition: (0..<k * k).map { Double(context.input(0)[$0]) }, count: k,
      distribution: (0..<k).map { Double(context.output[$0]) },
      cotangent: (0..<k).map { Double(context.seed[$0]) })
    for i in 0..<k * k { Ā[i] += Scalar(gradient[i]) }
  }
}

/// The Hamilton filter on the tape: log-likelihoods `[D, K]`, log A `[K, K]`, log α₀ `[K]`.
func hamiltonFilter(
  _ logLikelihoods: Variable, logTransition: Variable, logStart: Variable
) throws -> RegimeFilter.Output {
  let tape = logLikelihoods.tape
  let (dates, k) = (logLikelihoods.shape[0], logLikelihoods.shape[1])
  let inputs = [logLikelihoods, logTransition, logStart]
  let numbers = inputs.map { input in
    let (memory, values) = (tape.allocate(Double.self, input.shape.count), input.values)
    for i in 0..<input.shape.count { memory[i] = Double(values[i]) }
    return memory
  }
  // One variable holds both results, the probabilities first.
  let count = dates * (k + 1)
  let results = tape.allocate(Double.self, count)
  let shares = tape.allocate(Double.self, dates * k * k)
  do {
    try HamiltonFilter.forward(
      count: k, dates: dates, logLikelihoods: numbers[0], logTransition: numbers[1],
      logStart: numbers[2], probabilities: results, logEvidence: results + dates * k,
      shares: shares)
  } catch { throw DatedError(date: error.date, underlying: error.cause) }
  let output = tape.allocate(count)
  for i in 0..<count { output[i] = Scalar(results[i]) }
  let all = tape.record(
    "hamiltonFilter", inputs, output: output, shape: Shape(count), saving: (results, shares)
  ) { context in
    let (results, shares) = context.saved(
      as: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>).self)
    let (dates, k) = (context.inputShape(0)[0], context.inputShape(0)[1])
    let seed = context.allocate(Double.self, context.outputCount)
    for i in 0..<context.outputCount { seed[i] = Double(context.seed[i]) }
    let gradients = (0..<3).map { input in
      let count = context.inputCount(input)
      let memory = context.allocate(Double.self, count)
      memory.update(repeating: 0, count: count)
      return memory
    }
    HamiltonFilter.backward(
      count: k, dates: dates, probabilities: results, shares: shares, probabilityCotangent: seed,
      evidenceCotangent: seed + dates * k, logLikelihoodGradient: gradients[0],
      logTransitionGradient: gradients[1], logStartGradient: gradients[2])
    for input in 0..<3 {
      guard let cotangent = context.cotangent(input) else { continue }
      for i in 0..<context.inputCount(input) { cotangent[i] += Scalar(gradients[input][i]) }
    }
  }
  return RegimeFilter.Output(
    probabilities: all.slice(0..<dates * k).reshaped(to: Shape(dates, k)),
    logLikelihoods: all.slice(dates * k..<count))
}
