import Kernels

for (name, batch, hidden) in LSTMStep.cases {
  var step = LSTMStep(batch: batch, hidden: hidden)
  let losses = (0..<4).map { _ in step.step() }
  var times: [Double] = []
  let clock = ContinuousClock()
  for _ in 0..<15 {
    let duration = clock.measure { for _ in 0..<5 { _ = step.step() } } / 5
    times.append(Double(duration.components.attoseconds) * 1e-15)
  }
  times.sort()
  print(name, InstructionSet.active, "median", times[7], "min", times[0], "ms", losses)
}
