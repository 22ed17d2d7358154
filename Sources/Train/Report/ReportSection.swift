/// A part of a report under one heading.
public struct ReportSection: Sendable {
  /// The heading.
  public var heading: String
  /// What the section shows and how to read it; empty lines separate paragraphs.
  public var text: String
  /// Tables and charts in their order.
  public var content: [ReportContent]

  /// A section.
  public init(_ heading: String, _ text: String = "", content: [ReportContent] = []) {
    self.heading = heading
    self.text = text
    self.content = content
  }

  func write(into html: inout HTMLWriter, number: Int, colours: inout SeriesColours) {
    html.element("section", ["id": "s\(number)"]) { html in
      html.element("h2", text: heading)
      html.element("div", ["class": "prose"]) { $0.paragraphs(text) }
      for part in content { part.write(into: &html, colours: &colours) }
    }
    html.line()
  }
}
