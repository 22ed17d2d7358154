import Testing

@testable import Finance

@Suite struct DualLayerCovarianceTests {
  /// A date's covariance is the same wherever the range that it is asked for in begins.
  @Test func whereARangeBeginsDoesNotMatter() throws {
    let data = try EmbeddedData.fourAssets()
    let covariance = DualLayerCovariance.conditional(history: 600, refit: 50, window: 252)
    func elements(_ rows: Range<Int>) throws -> [Int: [Double]] {
      var found: [Int: [Double]] = [:]
      try covariance.forEach(in: rows, of: data) { found[$0] = $1.elements }
      return found
    }
    let (wide, narrow) = (try elements(690..<780), try elements(733..<780))
    #expect(wide.count == 90 && narrow.count == 47)
    for (row, own) in narrow { #expect(sameBits(own, wide[row] ?? [])) }
  }
}
