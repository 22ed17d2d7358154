import Testing

@testable import Train

@Suite struct HTMLWriterTests {
  @Test func textAndAttributesAreEscaped() {
    var html = HTMLWriter()
    html.element("p", ["title": "a\"b<c>"], text: "1 < 2 & '3'\u{0}")
    html.void("br")
    #expect(
      html.text
        == "<p title=\"a&quot;b&lt;c&gt;\">1 &lt; 2 &amp; &#39;3&#39; </p><br/>")
  }

  @Test func emptyLinesSeparateParagraphs() {
    var html = HTMLWriter()
    html.paragraphs("one\ntwo\n\n \nthree\n")
    #expect(html.text == "<p>one two</p><p>three</p>")
  }
}
