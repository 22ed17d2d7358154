import Autodiff
import Finance
import Testing

@Suite struct MarketDataCorruptionTests {
  @Test func thePastKeepsEveryBitAndTheFutureNone() throws {
    let data = try EmbeddedData.fourAssets()
    var generator = SplitMix64(seed: 3)
    let row = 3000
    let corrupted = data.corrupted(after: row, generator: &generator)
    func past(_ matrix: Matrix) -> ArraySlice<Double> {
      matrix.elements.prefix((row + 1) * matrix.columns)
    }
    #expect(sameBits(past(data.prices), past(corrupted.prices)))
    #expect(sameBits(past(data.returns), past(corrupted.returns)))
    #expect(sameBits(past(data.indicators), past(corrupted.indicators)))
    #expect(sameBits(data.cashReturns.prefix(row + 1), corrupted.cashReturns.prefix(row + 1)))
    for later in row + 1..<data.dates.count {
      #expect(zip(data.prices.row(later), corrupted.prices.row(later)).allSatisfy { $0 != $1 })
      #expect(
        zip(data.indicators.row(later), corrupted.indicators.row(later)).allSatisfy { $0 != $1 })
      #expect(corrupted.indicators.row(later).allSatisfy { $0.isFinite })
    }
    #expect(corrupted.prices.elements.allSatisfy { $0 > 0 && $0.isFinite })
    // Strong: the noise dwarfs daily returns of about 1 %.
    let noise = corrupted.returns.elements.dropFirst((row + 2) * 4).map(abs)
    #expect(noise.reduce(0, +) / Double(noise.count) > 0.3)
  }

  @Test func corruptionIsReproducibleAndStopsAtTheEnd() throws {
    let data = try EmbeddedData.fourAssets()
    var (first, second) = (SplitMix64(seed: 3), SplitMix64(seed: 3))
    let (a, b) = (
      data.corrupted(after: 10, generator: &first), data.corrupted(after: 10, generator: &second)
    )
    #expect(sameBits(a.prices.elements, b.prices.elements))
    let last = data.corrupted(after: data.dates.count - 1, generator: &first)
    #expect(sameBits(last.prices.elements, data.prices.elements))
  }
}
