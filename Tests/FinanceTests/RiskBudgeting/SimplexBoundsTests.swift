import Autodiff
import Finance
import Testing

@Suite struct SimplexBoundsTests {
  private func message(_ make: () throws(SimplexBoundsError) -> SimplexBounds) -> String {
    do throws(SimplexBoundsError) { return "no error: \(try make())" } catch {
      return error.description
    }
  }

  @Test func multiplesOfTheEqualShare() throws {
    let bounds = try BudgetBounds(count: 50, floor: 0.2, cap: 5)
    #expect(bounds.lower == [Double](repeating: 0.2 / 50, count: 50))
    #expect(bounds.upper == [Double](repeating: 0.1, count: 50))
    #expect(try BudgetBounds(count: 4, floor: 0, cap: .infinity).upper == [1, 1, 1, 1])
    #expect(try BudgetBounds(count: 1, floor: 1, cap: 1).lower == [1])
  }

  @Test func infeasibleMultiplesAreRefused() {
    #expect(
      message { () throws(SimplexBoundsError) in try BudgetBounds(count: 50, floor: 1.2, cap: 5) }
        == "bounds: the floors of 50 assets sum to 1.2, more than 1; a floor common to all may be at "
        + "most 1 time the equal share 1/50.")
    #expect(
      message { () throws(SimplexBoundsError) in try BudgetBounds(count: 4, floor: 0.1, cap: 0.9) }
        == "bounds: the caps of 4 assets sum to 0.9, less than 1; a cap common to all must be at "
        + "least 1 time the equal share 1/4.")
    #expect(
      message { () throws(SimplexBoundsError) in try BudgetBounds(count: 4, floor: -0.1, cap: 2) }
        == "bounds: the floor is -0.1; it must be a number of at least 0.")
    #expect(
      message { () throws(SimplexBoundsError) in try BudgetBounds(count: 4, floor: .nan, cap: 2) }
        == "bounds: the floor is nan; it must be a number of at least 0.")
    #expect(
      message { () throws(SimplexBoundsError) in try BudgetBounds(count: 4, floor: 0, cap: .nan) }
        .hasPrefix("bounds: the caps of 4 assets sum to nan"))
  }

  @Test func infeasibleListsAreRefused() {
    func make(_ lower: [Double], _ upper: [Double]) -> String {
      message { () throws(SimplexBoundsError) in try SimplexBounds(lower: lower, upper: upper) }
    }
    #expect(
      make([0.3, 0.2], [0.5, 0.1])
        == "bounds: asset 1 has the floor 0.2 and the cap 0.1; the floor must not exceed the cap.")
    #expect(make([0.6, 0.5], [1, 1]).hasPrefix("bounds: the floors of 2 assets sum to 1.1, more"))
    #expect(make([0, 0], [0.5, 0.25]).hasPrefix("bounds: the caps of 2 assets sum to 0.75, less"))
    #expect(
      make([0, -1], [1, 1])
        == "bounds: the floor of asset 1 is -1.0; it must be a number of at least 0.")
  }
}
