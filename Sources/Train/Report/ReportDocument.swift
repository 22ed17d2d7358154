/// A report: title, key facts and sections of tables and charts, written as one HTML file.
///
/// The file needs nothing else: style, pictures (SVG) and a small script for hover values are inside,
/// and a content-security policy forbids it to load anything. It reads on a wide screen, on a phone
/// and on paper, in light and dark, and without the script. Equal documents give equal bytes.
///
/// Colours are consistent: a strategy or an asset has the same colour in every chart of a document.
public struct ReportDocument: Sendable {
  /// The headline.
  public var title: String
  /// One line below the headline: what was trained on what, and when.
  public var subtitle: String
  /// The few numbers to read first.
  public var facts: [KeyFact]
  /// The sections in their order.
  public var sections: [ReportSection]
  /// The small print at the end: versions, checksums, how to reproduce.
  public var footer: String

  /// A document.
  public init(
    title: String, subtitle: String = "", facts: [KeyFact] = [], sections: [ReportSection] = [],
    footer: String = ""
  ) {
    self.title = title
    self.subtitle = subtitle
    self.facts = facts
    self.sections = sections
    self.footer = footer
  }

  /// Writes the document to a file, atomically.
  ///
  /// - Throws: ``FileError``.
  public func write(to path: String) throws { try AtomicFile.write(html(), to: path) }

  /// The document as HTML.
  public func html() -> String {
    var html = HTMLWriter()
    var colours = SeriesColours()
    html.raw("<!DOCTYPE html>\n")
    html.element("html", ["lang": "en"]) { html in
      html.element("head") { head(into: &$0) }
      html.line()
      html.element("body") { html in
        html.element("main") { html in
          header(into: &html)
          for (index, section) in sections.enumerated() {
            section.write(into: &html, number: index + 1, colours: &colours)
          }
          if !footer.isEmpty { html.element("footer") { $0.paragraphs(footer) } }
        }
        html.element("script") { $0.raw(ReportScript.text) }
      }
    }
    html.line()
    return html.text
  }

  private func head(into html: inout HTMLWriter) {
    html.void("meta", ["charset": "utf-8"])
    html.void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
    html.void("meta", ["name": "color-scheme", "content": "light dark"])
    html.void(
      "meta",
      [
        "http-equiv": "Content-Security-Policy",
        "content": "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'",
      ])
    html.element("title", text: title)
    html.element("style") { $0.raw(ReportStyleSheet.text) }
  }

  private func header(into html: inout HTMLWriter) {
    html.element("header") { html in
      html.element("h1", text: title)
      if !subtitle.isEmpty { html.element("p", ["class": "subtitle"], text: subtitle) }
      if !facts.isEmpty {
        // Up to five in a row, otherwise rows of equal length.
        let columns = facts.count > 5 ? (facts.count + 1) / 2 : facts.count
        html.element("dl", ["class": "facts", "style": "--n:\(min(columns, 5))"]) { html in
          for fact in facts {
            html.element("div") { html in
              html.element("dt", text: fact.label)
              html.element("dd") { html in
                html.element("strong", text: fact.value)
                if !fact.note.isEmpty { html.element("small", text: fact.note) }
              }
            }
          }
        }
      }
      // A short report needs no table of contents.
      if sections.count > 3 {
        html.element("nav", ["aria-label": "Sections"]) { html in
          for (index, section) in sections.enumerated() {
            html.element("a", ["href": "#s\(index + 1)"], text: section.heading)
          }
        }
      }
    }
    html.line()
  }
}
