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

  @Test func digitsAreAsManyAsAskedFor() throws {
    let value: JSONValue = [0.1, 1.0, -2.5e-12, 3, 1e300, 0.0, 12345678901234567.0]
    #expect(
      value.text(.compact, digits: 17)
        == "[0.10000000000000001,1.0000000000000000,-2.4999999999999998e-12,3,"
        + "1.0000000000000001e+300,0.0000000000000000,1.2345678901234568e+16]")
    var generator = SplitMix64(seed: 6)
    for _ in 0..<2_000 {
      let number = Double(bitPattern: generator.next())
      guard number.isFinite else { continue }
      let text = JSONValue(number).text(.compact, digits: 17)
      #expect(try JSONValue(parsing: text, file: "x").double == number)
    }
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
