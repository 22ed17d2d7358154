import Testing

/// The reader that the report tests rely on finds what it must find.
@Suite struct MarkupTests {
  @Test(arguments: [
    "<a><b></a></b>", "<a>", "</a>", "<a x=1></a>", "<a x=\"<\"></a>", "<a x=\"1\" x=\"2\"></a>",
    "<a></a>tail", "<a", "<script>x", "<a>1 > 2</a>",
  ])
  func faultsAreFound(source: String) { #expect(Markup(source).fault != nil) }

  @Test func wellFormedMarkupIsRead() {
    let markup = Markup("<!DOCTYPE html><a x=\"1\">t<br/><script>if (a < b) c</script></a>\n")
    #expect(markup.fault == nil)
    #expect(markup.elements.map(\.name) == ["a", "br", "script"])
    #expect(markup.elements[0].attributes == ["x": "1"])
    #expect(markup.elements[2].text == "if (a < b) c")
  }
}
