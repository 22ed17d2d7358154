public import Autodiff

/// How a cooperative game's value is shared among its players: the Shapley values.
///
/// `φᵢ = Σ_{S ∌ i} |S|! (G − |S| − 1)! / G! · (v(S ∪ i) − v(S))`, the mean over all orders of what
/// player i adds when it comes in. They are the only shares that sum to `v(all) − v(none)` (efficiency),
/// treat equal players equally, give nothing to a player that never matters, and add up over games.
///
/// A game has a vector of values (weights of several assets, say); the shares are computed element by
/// element. Coalitions are bit masks: bit i is player i.
///
/// - Source: Shapley (1953), *A Value for n-Person Games*; sampled: Castro, Gómez & Tejada (2009),
///   Computers & Operations Research 36; interventional background: Janzing, Minorics & Blöbaum (2020).
public enum ShapleyValues {
  /// Up to so many players every coalition is evaluated.
  public static let maximumExactPlayers = 12

  /// Exact values `[players][values]` from the game's values at all `2^players` coalitions, in the order
  /// of their masks.
  public static func exact(players: Int, values: [[Double]]) -> [[Double]] {
    check(
      players >= 1 && players <= 20 && values.count == 1 << players,
      "ShapleyValues: \(values.count) coalitions of \(players) players; expected \(1 << players)")
    let width = values[0].count
    // |S|! (G − |S| − 1)! / G! = 1 / (G · C(G − 1, |S|)).
    var weights = [Double](repeating: 1 / Double(players), count: players)
    for size in 1..<max(players, 1) {
      weights[size] = weights[size - 1] * Double(size) / Double(players - size)
    }
    return (0..<players).map { player in
      var shares = [Double](repeating: 0, count: width)
      for mask in 0..<values.count where mask & 1 << player == 0 {
        let weight = weights[mask.nonzeroBitCount]
        let (with, without) = (values[mask | 1 << player], values[mask])
        for k in 0..<width { shares[k] += weight * (with[k] - without[k]) }
      }
      return shares
    }
  }

  /// The coalitions that `orders` random orders of the players pass through, in pairs of an order and its
  /// reverse: what a sampled estimate needs.
  ///
  /// The generator's stream is split by name and not advanced.
  public static func orders(players: Int, count: Int, generator: SplitMix64) -> [[Int]] {
    var stream = generator.split("ShapleyValues")
    var orders: [[Int]] = []
    while orders.count < count {
      var order = Array(0..<players)
      for last in stride(from: players - 1, to: 0, by: -1) {
        order.swapAt(last, min(last, Int(stream.uniform() * Double(last + 1))))
      }
      orders.append(order)
      if orders.count < count { orders.append(order.reversed()) }
    }
    return orders
  }

  /// Sampled values from a game evaluated along some orders, with their standard errors.
  ///
  /// `chains[o][k]` is the game's values after the first k players of `orders[o]` have come in, k from 0
  /// to `players`; orders come in pairs of an order and its reverse, and a pair is one observation. The
  /// shares sum to `v(all) − v(none)` exactly, whatever was sampled. Errors are NaN for a single pair.
  public static func sampled(
    orders: [[Int]], chains: [[[Double]]]
  ) -> (values: [[Double]], standardErrors: [[Double]]) {
    let players = orders.first?.count ?? 0
    check(
      players >= 1 && chains.count == orders.count
        && chains.allSatisfy { $0.count == players + 1 },
      "ShapleyValues: \(chains.count) chains for \(orders.count) orders of \(players) players")
    let width = chains[0][0].count
    let pairs = (orders.count + 1) / 2
    var sums = [[Double]](repeating: [Double](repeating: 0, count: width), count: players)
    var squares = sums
    for pair in 0..<pairs {
      let members = [2 * pair, 2 * pair + 1].filter { $0 < orders.count }
      for player in 0..<players {
        var added = [Double](repeating: 0, count: width)
        for o in members {
          guard let place = orders[o].firstIndex(of: player) else {
            fatalError("ShapleyValues: order \(orders[o]) leaves out player \(player)")
          }
          for k in 0..<width {
            added[k] +=
              (chains[o][place + 1][k] - chains[o][place][k]) / Double(members.count)
          }
        }
        for k in 0..<width {
          sums[player][k] += added[k]
          squares[player][k] += added[k] * added[k]
        }
      }
    }
    let n = Double(pairs)
    let values = sums.map { $0.map { $0 / n } }
    let errors = (0..<players).map { player in
      (0..<width).map { k in
        guard pairs > 1 else { return Double.nan }
        let variance =
          (squares[player][k] - n * values[player][k] * values[player][k]) / (n - 1)
        return (max(0, variance) / n).squareRoot()
      }
    }
    return (values, errors)
  }
}
