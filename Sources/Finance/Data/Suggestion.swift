/// Finding the name that was probably meant.
package enum Suggestion {
  /// The candidate closest to a misspelt name, or nil if none is close.
  ///
  /// Close is a case-insensitive edit distance (optimal string alignment: insertions, deletions,
  /// substitutions, swaps of neighbours) of at most a third of the longer name, at least 1.
  /// Of equally close candidates the first wins.
  package static func closest(to name: String, among candidates: [String]) -> String? {
    let wanted = Array(name.lowercased().utf8)
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
      let other = Array(candidate.lowercased().utf8)
      let distance = editDistance(wanted, other)
      guard distance <= max(1, max(wanted.count, other.count) / 3) else { continue }
      if distance < best?.distance ?? Int.max { best = (candidate, distance) }
    }
    return best?.candidate
  }

  /// `; did you mean 'X'?` if a candidate is close, and a full stop if not: the end of a sentence.
  package static func sentenceEnd(for name: String, among candidates: [String]) -> String {
    closest(to: name, among: candidates).map { "; did you mean '\($0)'?" } ?? "."
  }

  private static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    var current = last
    for i in a.indices {
      current[0] = i + 1
      for j in b.indices {
        let substitution = last[j] + (a[i] == b[j] ? 0 : 1)
        current[j + 1] = min(last[j + 1] + 1, current[j] + 1, substitution)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          current[j + 1] = min(current[j + 1], beforeLast[j - 1] + 1)
        }
      }
      (beforeLast, last, current) = (last, current, beforeLast)
    }
    return last[b.count]
  }
}
