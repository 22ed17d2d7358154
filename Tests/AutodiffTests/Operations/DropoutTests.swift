import Autodiff
import TestSupport
import Testing

extension OperationCase {
  @CaseTable static var dropout: [OperationCase] {
    OperationCase("dropout", [normal([4, 5], 1)]) {
      var generator = SplitMix64(seed: 3)
      return $0[0].dropout(rate: 0.4, using: &generator)
    }
    OperationCase("dropout of one element", [normal([1], 2)]) {
      var generator = SplitMix64(seed: 3)
      return $0[0].dropout(rate: 0.4, using: &generator)
    }
    OperationCase("dropout of nothing", [empty([0, 2])], expected: { _ in [] }) {
      var generator = SplitMix64(seed: 3)
      return $0[0].dropout(rate: 0.4, using: &generator)
    }
    OperationCase("no dropout", [normal([3], 4)], expected: { $0[0] }) {
      var generator = SplitMix64(seed: 3)
      return $0[0].dropout(rate: 0, using: &generator)
    }
  }
}

@Suite struct DropoutTests {
  @Test func elementsAreZeroOrScaledAndTheMeanStays() {
    let tape = Tape()
    let x = tape.constant(Tensor(repeating: 1, shape: [20_000]))
    var generator = SplitMix64(seed: 1)
    let y = x.dropout(rate: 0.2, using: &generator)
    let kept = y.tensor.elements.filter { $0 != 0 }
    #expect(kept.allSatisfy { $0 == 1.25 })
    let share = Double(kept.count) / 20_000
    #expect(abs(share - 0.8) < 0.01)
  }

  @Test func theGeneratorDeterminesTheResultAndAdvances() {
    let tape = Tape()
    let x = tape.constant(normal([50], 1))
    var (first, again) = (SplitMix64(seed: 5), SplitMix64(seed: 5))
    let y = x.dropout(rate: 0.5, using: &first).tensor
    #expect(x.dropout(rate: 0.5, using: &again).tensor == y)
    #expect(first == again && first != SplitMix64(seed: 5))
    #expect(x.dropout(rate: 0.5, using: &first).tensor != y)
    let before = first
    _ = x.dropout(rate: 0, using: &first)
    #expect(first == before)
  }
}
