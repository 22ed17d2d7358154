import Autodiff
import Testing

@testable import Train

@Suite struct JSONValueTests {
  @Test func prettyTextIsCanonical() {
    let value: JSONValue = [
      "b": 1, "a": [0.5, 1.0, 1e-8, "x\"\u{1}"], "empty": [:], "none": [], "deep": [["c": nil]],
      "long": JSONValue((0..<30).map { JSONValue(1000 + $0).text(.compact) }),
    ]
    let expected = #"""
      {
        "b": 1,
        "a": [0.5, 1.0, 1e-08, "x\"\u0001"],
        "empty": {},
        "none": [],
        "deep": [
          {
            "c": null
          }
        ],
        "long": [
      """#
    #expect(value.text().hasPrefix(expected))
    #expect(value.text().hasSuffix("    \"1029\"\n  ]\n}\n"))
  }

  @Test func compactTextIsOneLine() {
    let value: JSONValue = ["epoch": 3, "loss": -0.25, "tags": ["a", true, nil], "x": ["y": [:]]]
    #expect(
      value.text(.compact) == #"{"epoch":3,"loss":-0.25,"tags":["a",true,null],"x":{"y":{}}}"#)
  }

  @Test func doublesSurviveToTheBit() throws {
    var generator = SplitMix64(seed: 5)
    for _ in 0..<5_000 {
      let number = Double(bitPattern: generator.next())
      guard number.isFinite else { continue }
      let back = try JSONValue(parsing: JSONValue(number).text(), file: "x").double
      #expect(back?.bitPattern == number.bitPattern)
    }
    let zero = try JSONValue(parsing: JSONValue(-0.0).text(), file: "x").double
    #expect(zero?.sign == .minus)
  }

  @Test func numbersThatJSONCannotExpressBecomeNull() {
    #expect(JSONValue(Double.nan) == nil as JSONValue)
    #expect(JSONValue([1, .infinity]).text(.compact) == "[1.0,null]")
  }

  @Test func membersAreSetInPlaceAppendedAndRemoved() {
    var value: JSONValue = ["a": 1, "b": 2]
    value["a"] = 3
    value["c"] = 4
    value["b"] = nil
    #expect(value == ["a": 3, "c": 4])
  }

  @Test func integersAndDoublesStayApart() {
    #expect(JSONValue(1) != JSONValue(1.0))
    #expect(JSONValue(1.0).int == nil)
    #expect(JSONValue(1).double == 1)
    #expect(JSONValue(Int.max).double == nil)
  }
}
