/// A strict little reader of markup: what a report must be to be well formed.
struct Markup {
  struct Element {
    var name: String
    var attributes: [String: String]
    var text = ""
  }

  /// All elements in the order of their opening tags.
  private(set) var elements: [Element] = []
  /// The first fault, or nil for well-formed markup.
  private(set) var fault: String?

  init(_ source: String) {
    var rest = Substring(source)
    if rest.hasPrefix("<!DOCTYPE html>") { rest = rest.dropFirst(15) }
    var open: [Int] = []
    while fault == nil, let start = rest.firstIndex(of: "<") {
      let text = rest[..<start]
      if text.contains(">") { fault = "stray '>' in \(text.suffix(40))" }
      if let parent = open.last { elements[parent].text += text }
      guard let end = rest[start...].firstIndex(of: ">") else {
        fault = "a tag is never closed"
        return
      }
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("/") {
        guard let last = open.popLast(), elements[last].name == tag.dropFirst() else {
          fault = "</\(tag.dropFirst())> closes nothing"
          return
        }
        continue
      }
      let isVoid = tag.hasSuffix("/")
      read(isVoid ? tag.dropLast() : tag)
      if fault != nil { return }
      if isVoid { continue }
      open.append(elements.count - 1)
      // Script and style are raw text up to their end tag.
      let name = elements[elements.count - 1].name
      if name == "script" || name == "style" {
        guard let close = rest.firstRange(of: "</\(name)>") else {
          fault = "<\(name)> is never closed"
          return
        }
        elements[elements.count - 1].text = String(rest[..<close.lowerBound])
        rest = rest[close.lowerBound...]
      }
    }
    if fault == nil, !open.isEmpty { fault = "<\(elements[open[0]].name)> is never closed" }
    if fault == nil, !rest.allSatisfy(\.isWhitespace) { fault = "text behind the end" }
  }

  private mutating func read(_ tag: Substring) {
    let name = tag.prefix { $0 != " " }
    var element = Element(name: String(name), attributes: [:])
    var rest = tag.dropFirst(name.count)
    while fault == nil, !rest.isEmpty {
      rest = rest.drop { $0 == " " }
      let key = rest.prefix { $0 != "=" }
      rest = rest.dropFirst(key.count)
      guard rest.hasPrefix("=\"") else {
        fault = "<\(name)>: attribute \(key) without a quoted value"
        return
      }
      rest = rest.dropFirst(2)
      let value = rest.prefix { $0 != "\"" }
      rest = rest.dropFirst(value.count + 1)
      if value.contains("<") { fault = "<\(name)>: '<' in attribute \(key)" }
      if element.attributes.updateValue(String(value), forKey: String(key)) != nil {
        fault = "<\(name)>: attribute \(key) is given twice"
      }
    }
    elements.append(element)
  }

  func all(_ name: String, class kind: String? = nil) -> [Element] {
    elements.filter { element in
      element.name == name
        && (kind == nil
          || (element.attributes["class"] ?? "").split(separator: " ").map { String($0) }
            .contains(kind ?? ""))
    }
  }
}
