internal import Autodiff

/// A Markov chain of states, counted: `Pᵢⱼ = nᵢⱼ / Σ_k nᵢₖ`.
///
/// Of a state that has never been left nothing is known: it is expected to stay.
public struct MarkovChain: Sendable, Hashable {
  /// n, the transitions seen, `[K, K]`.
  public private(set) var counts: Matrix
  /// The last state.
  public private(set) var state: Int?

  /// A chain of K states without observations.
  public init(states: Int) {
    check(states >= 1, "MarkovChain: \(states) states")
    counts = Matrix(rows: states, columns: states)
  }

  /// Sees the next state.
  public mutating func observe(_ next: Int) {
    check(next >= 0 && next < counts.rows, "MarkovChain: state \(next) of \(counts.rows)")
    if let state { counts[state, next] += 1 }
    state = next
  }

  /// P, `[K, K]`; its rows sum to one.
  public var transitions: Matrix {
    var result = counts
    for i in 0..<counts.rows {
      let total = counts.row(i).reduce(0, +)
      for j in 0..<counts.rows {
        result[i, j] = total > 0 ? counts[i, j] / total : (i == j ? 1 : 0)
      }
    }
    return result
  }

  /// The distribution of the state some steps after the last one; empty before the first.
  public func distribution(after steps: Int) -> [Double] {
    guard let state else { return [] }
    let n = counts.rows
    var p = [Double](repeating: 0, count: n)
    p[state] = 1
    guard steps > 0 else { return p }
    let transitions = transitions
    for _ in 0..<steps {
      var next = [Double](repeating: 0, count: n)
      for i in 0..<n where p[i] > 0 {
        for j in 0..<n { next[j] += p[i] * transitions[i, j] }
      }
      p = next
    }
    return p
  }
}
