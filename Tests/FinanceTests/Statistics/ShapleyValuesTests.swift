import Autodiff
import Finance
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct ShapleyValuesTests {
  /// The glove game: players 0 and 1 hold a left glove, 2 a right one; a pair is worth 1.
  @Test func theGloveGameIsShared() {
    let values = (0..<8).map { mask in [mask & 4 != 0 && mask & 3 != 0 ? 1.0 : 0] }
    let shares = ShapleyValues.exact(players: 3, values: values)
    let expected: [Double] = [1.0 / 6, 1.0 / 6, 2.0 / 3]
    for (share, expected) in zip(shares, expected) {
      #expect(abs(share[0] - expected) < 1e-15)
    }
  }

  private static func randomGame(_ players: Int, width: Int = 2) -> [[Double]] {
    var generator = SplitMix64(seed: 5).split("game \(players)")
    return (0..<1 << players).map { _ in generator.normals(width) }
  }

  @Test(arguments: 1...10) func sharesSumToTheDifference(_ players: Int) {
    let values = Self.randomGame(players)
    let shares = ShapleyValues.exact(players: players, values: values)
    for k in 0..<2 {
      let sum = shares.reduce(0) { $0 + $1[k] }
      #expect(abs(sum - (values[(1 << players) - 1][k] - values[0][k])) < 1e-12)
    }
  }

  /// A player that adds nothing gets nothing; two that add the same get the same.
  @Test func dummiesAndTwinsAreTreatedAsSuch() {
    let game = Self.randomGame(3, width: 1)
    // Player 3 changes nothing; 4 is a twin of 2.
    let values = (0..<32).map { mask -> [Double] in
      let twins = (mask >> 2 & 1) + (mask >> 4 & 1)
      return [game[mask & 3][0] + Double(twins) * game[4 | mask & 3][0]]
    }
    let shares = ShapleyValues.exact(players: 5, values: values)
    #expect(abs(shares[3][0]) < 1e-15)
    #expect(abs(shares[2][0] - shares[4][0]) < 1e-13)
    #expect(abs(shares[2][0]) > 1e-3)
  }

  /// All orders in turn are an exact sample.
  @Test func sampledOverAllOrdersIsExact() {
    let game = Self.randomGame(3)
    let orders = [[0, 1, 2], [2, 1, 0], [0, 2, 1], [1, 2, 0], [1, 0, 2], [2, 0, 1]]
    let chains = orders.map { order in
      (0...3).map { k in game[order.prefix(k).reduce(0) { $0 | 1 << $1 }] }
    }
    let sampled = ShapleyValues.sampled(orders: orders, chains: chains).values
    let exact = ShapleyValues.exact(players: 3, values: game)
    for (a, b) in zip(sampled.joined(), exact.joined()) { #expect(abs(a - b) < 1e-14) }
  }

  /// Sampled shares are within their errors of the exact ones, and sum to the difference exactly.
  @Test func samplesKnowTheirErrors() {
    let game = Self.randomGame(8)
    let orders = ShapleyValues.orders(players: 8, count: 400, generator: SplitMix64(seed: 3))
    #expect(orders[1] == orders[0].reversed())
    #expect(orders.allSatisfy { $0.sorted() == Array(0..<8) })
    let chains = orders.map { order in
      (0...8).map { k in game[order.prefix(k).reduce(0) { $0 | 1 << $1 }] }
    }
    let (values, errors) = ShapleyValues.sampled(orders: orders, chains: chains)
    let exact = ShapleyValues.exact(players: 8, values: game)
    var within = 0
    for i in 0..<8 {
      for k in 0..<2 where abs(values[i][k] - exact[i][k]) < 2 * errors[i][k] { within += 1 }
    }
    #expect(within >= 13 && errors[0][0] > 0 && errors[0][0] < 0.2)
    #expect(abs(values.reduce(0) { $0 + $1[0] } - (game[255][0] - game[0][0])) < 1e-12)
  }

  /// A small network with an interventional background, as `shap` 0.51.0 (`explainers.Exact`) explains it:
  /// Scripts/shap-oracle.py.
  @Test func agreesWithThePackage() {
    let w = (0..<4).map { i in (0..<3).map { sin(1.0 + 3 * Double(i) + Double($0)) } }
    let a = [0.1, -0.2, 0.3]
    let v = (0..<3).map { j in (0..<2).map { cos(2.0 + 2 * Double(j) + Double($0)) } }
    let background = (0..<5).map { r in (0..<4).map { sin(0.7 * Double(4 * r + $0)) } }
    let x = [0.9, -1.1, 0.4, 1.7]
    func network(_ x: [Double]) -> [Double] {
      let hidden = (0..<3).map { j in tanh(a[j] + (0..<4).reduce(0) { $0 + x[$1] * w[$1][j] }) }
      return (0..<2).map { k in (0..<3).reduce(0) { $0 + hidden[$1] * v[$1][k] } }
    }
    let values = (0..<16).map { mask -> [Double] in
      var mean = [0.0, 0]
      for row in background {
        let y = network((0..<4).map { mask & 1 << $0 != 0 ? x[$0] : row[$0] })
        for k in 0..<2 { mean[k] += y[k] / 5 }
      }
      return mean
    }
    let expected = [
      [-0.5154705417383719, -0.33443978531176966], [-0.3769793745001274, -0.15441572885436244],
      [-0.055729505841947316, -0.006300066900763977], [0.027053350513689137, -0.29329003507340756],
    ]
    let shares = ShapleyValues.exact(players: 4, values: values)
    for (a, b) in zip(shares.joined(), expected.joined()) { #expect(abs(a - b) < 1e-12) }
  }
}
