import Autodiff
import Finance
import Testing

@Suite struct MarketSimulatorTests {
  @Test func pathsDoNotDependOnEachOther() throws {
    var history = SyntheticDCC.returns
    for index in history.elements.indices { history.elements[index] /= 100 }
    let model = CorrelationModel(.dynamic, margin: VolatilityModel(.garch, mean: .zero))
    let simulators: [any MarketSimulator] = [
      BootstrapSimulator(history: history), CorrelationSimulator(try model.fit(history)),
      KnownTruth.regimes.process, LedoitWolfCovariance(window: 250).simulator(of: history),
      EWMACovariance(halfLife: 20, window: 250).simulator(of: history),
    ]
    for simulator in simulators {
      let root = SplitMix64(seed: 3)
      let paths = (0..<3).map { simulator.path($0, rows: 40, generator: root) }
      #expect(paths[0].rows == 40 && paths[0].columns == simulator.assets)
      #expect(paths[0] != paths[1] && paths[1] != paths[2])
      #expect(sameBits(simulator.path(2, rows: 40, generator: root).elements, paths[2].elements))
      #expect(paths.allSatisfy { $0.elements.allSatisfy { $0 > -1 && $0.isFinite } })
    }
  }

  @Test func bootstrapRowsAreRowsOfTheHistory() {
    let history = SyntheticDCC.returns
    let drawn = BootstrapSimulator(history: history, meanBlock: 10)
      .path(0, rows: 500, generator: SplitMix64(seed: 4))
    let rows = Set((0..<1000).map { Array(history.row($0)) })
    #expect((0..<500).allSatisfy { rows.contains(Array(drawn.row($0))) })
  }

  @Test func simulatedCovariancesAreTheHistorys() throws {
    let history = SyntheticDCC.returns
    let model = CorrelationModel(.dynamic, margin: VolatilityModel(.garch, mean: .zero))
    let target = SampleCovariance(window: 1000).covariance(of: history)
    for (simulator, unit): (any MarketSimulator, Double) in [
      (BootstrapSimulator(history: history), 1),
      (CorrelationSimulator(try model.fit(history), unit: 100), 1e4),
    ] {
      let path = simulator.path(1, rows: 40_000, generator: SplitMix64(seed: 5))
      let c = SampleCovariance(window: 40_000).covariance(of: path)
      for i in 0..<3 { #expect(abs(c[i, i] * unit / target[i, i] - 1) < 0.2) }
      #expect(abs(c[0, 1] * unit / target[0, 1] - 1) < 0.3)
    }
  }

  @Test func nearestCorrelationMatchesHigham() {
    // Higham (2002), §4: the tridiagonal example, to the digits printed.
    let matrix = Matrix(
      rows: 4, columns: 4, elements: [2, -1, 0, 0, -1, 2, -1, 0, 0, -1, 2, -1, 0, 0, -1, 2])
    let nearest = nearestCorrelation(to: matrix)
    let expected = [
      1, -0.8084, 0.1916, 0.1068, -0.8084, 1, -0.6562, 0.1916, 0.1916, -0.6562, 1, -0.8084, 0.1068,
      0.1916, -0.8084, 1,
    ]
    #expect(distance(nearest.elements, expected) < 5e-5)
  }
}
