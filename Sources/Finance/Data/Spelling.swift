/// Guesses what a mistyped name was meant to be.
package enum Spelling {
  /// A guess is offered only when at most one character in this many has to change (and always when
  /// a single one has): further away, a guess misleads more often than it helps.
  package static let charactersPerMistake = 3

  /// The candidate nearest to `word`, the first of several equally near, or nil when none is near.
  ///
  /// Letter case and the separators `_`, `-` and space do not count as mistakes.
  package static func nearest(to word: String, among candidates: [String]) -> String? {
    let typed = letters(word)
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
      let meant = letters(candidate)
      let limit = max(1, max(typed.count, meant.count) / charactersPerMistake)
      let distance = distance(typed, meant)
      if distance <= limit, distance < typed.count, distance < best?.distance ?? .max {
        best = (candidate, distance)
      }
    }
    return best?.candidate
  }

  /// The tail of a message, `; did you mean 'x'?`, or nothing.
  package static func hint(for word: String, among candidates: [String]) -> String {
    nearest(to: word, among: candidates).map { "; did you mean '\($0)'?" } ?? ""
  }

  /// The end of a sentence: `; did you mean 'x'?`, or a full stop.
  package static func sentenceEnd(for word: String, among candidates: [String]) -> String {
    let hint = hint(for: word, among: candidates)
    return hint.isEmpty ? "." : hint
  }

  /// The least number of insertions, deletions, replacements and swaps of neighbours that turn `a`
  /// into `b` (optimal string alignment).
  ///
  /// - Source: Damerau (1964), *A technique for computer detection and correction of spelling
  ///   errors*, Communications of the ACM 7(3).
  package static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 0..<a.count {
      var row = [i + 1]
      row.reserveCapacity(b.count + 1)
      for j in 0..<b.count {
        var cost = min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          cost = min(cost, beforeLast[j - 1] + 1)
        }
        row.append(cost)
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }

  private static func letters(_ word: String) -> [Character] {
    word.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " }.map { $0 }
  }
}
