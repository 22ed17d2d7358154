/// One table, chart or passage of a report.
public enum ReportContent: Sendable {
  /// Text; empty lines separate paragraphs.
  case text(String)
  /// Strategies against measures.
  case measures(MeasureTable)
  /// Lines over time.
  case lines(LineChart)
  /// Parts of a whole over time.
  case areas(AreaChart)
  /// Losses from the last peak over time.
  case drawdowns(DrawdownChart)
  /// Loss by epoch, one small picture per fold.
  case trainingCurves(TrainingCurves)
  /// Which dates each fold trains, validates and tests on.
  case folds(FoldTimeline)
  /// Named quantities, such as the importance of features.
  case bars(BarChart)
  /// Numbers in a shaded grid.
  case map(HeatMap)
  /// Lines and bands over a number.
  case curves(CurveChart)
  /// How often values occur.
  case histogram(Histogram)
  /// A table of texts.
  case table(ReportTable)

  func write(into html: inout HTMLWriter, colours: inout SeriesColours) {
    switch self {
    case .text(let text): html.element("div", ["class": "prose"]) { $0.paragraphs(text) }
    case .measures(let table): table.write(into: &html)
    case .lines(let chart): chart.write(into: &html, colours: &colours)
    case .areas(let chart): chart.write(into: &html, colours: &colours)
    case .drawdowns(let chart): chart.write(into: &html, colours: &colours)
    case .trainingCurves(let curves): curves.write(into: &html)
    case .folds(let timeline): timeline.write(into: &html)
    case .bars(let chart): chart.write(into: &html)
    case .map(let map): map.write(into: &html)
    case .curves(let chart): chart.write(into: &html, colours: &colours)
    case .histogram(let chart): chart.write(into: &html, colours: &colours)
    case .table(let table): table.write(into: &html)
    }
    html.line()
  }
}
