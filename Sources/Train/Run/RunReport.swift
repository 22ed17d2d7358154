internal import Finance

/// The report of a run: what the model earned beside every baseline, what it held, how it was
/// trained.
struct RunReport {
  let result: RunResult
  let loaded: LoadedExperiment

  private var problem: Problem { result.problem }
  private var model: StrategyResult { result.model }
  private var dates: [CalendarDate] { problem.data.dates }

  var document: ReportDocument {
    let tested = problem.tested
    let period =
      "\(dates[problem.rows[tested.lowerBound]]) to \(dates[problem.rows[tested.upperBound - 1]])"
    return ReportDocument(
      title: problem.experiment.name,
      subtitle: [problem.experiment.description, "Out of sample \(period), net of costs."]
        .filter { !$0.isEmpty }.joined(separator: " "),
      facts: facts, sections: [results, path, holdings, training, members], footer: footer)
  }

  // MARK: What to read first

  private var facts: [KeyFact] {
    let summary = model.summary
    var facts = [
      KeyFact(
        "Sharpe ratio", NumberText.fixed(summary.sharpeRatio, digits: 2),
        note: "in excess of cash, net; standard error about "
          + NumberText.fixed(sharpeStandardError, digits: 2))
    ]
    if let parity = result.baselines.first(where: { $0.key == Baseline.riskParity.rawValue }) {
      facts.append(
        KeyFact(
          "of risk parity",
          ValueFormat.multiple(digits: 2).text(
            summary.sharpeRatio / parity.summary.sharpeRatio),
          note: "its Sharpe ratio is \(NumberText.fixed(parity.summary.sharpeRatio, digits: 2))"))
    }
    facts += [
      KeyFact(
        "Largest drawdown", ValueFormat.percent(digits: 1).text(summary.maximumDrawdown),
        note: "compounded, daily; volatility "
          + ValueFormat.percent(digits: 1).text(summary.annualVolatility) + " a year"),
      KeyFact(
        "Turnover", ValueFormat.multiple(digits: 1).text(summary.turnoverPerYear),
        note: "a year, costing "
          + ValueFormat.percent(digits: 2).text(summary.costPerYear)),
    ]
    return facts
  }

  /// The annual Sharpe ratio's standard error, `√((1 + SR² / 2A) / years)` with A periods a year.
  ///
  /// - Source: Lo (2002), *The Statistics of Sharpe Ratios*, eq. 7.
  private var sharpeStandardError: Double {
    let years = Double(problem.tested.count) / problem.periodsPerYear
    let sharpe = model.summary.sharpeRatio
    return ((1 + sharpe * sharpe / 2 / problem.periodsPerYear) / years).squareRoot()
  }

  // MARK: Sections

  private var results: ReportSection {
    ReportSection(
      "Results",
      """
      Every strategy decides on the same \(problem.tested.count) dates, trades \
      \(problem.experiment.execution.lag) row later and pays \
      \(NumberText.fixed(problem.experiment.execution.costBasisPoints, digits: 0)) basis points of \
      what it trades. Nothing shown here was seen in training.
      """,
      content: [
        .measures(
          MeasureTable(
            "Model and baselines, net of costs", measures: Self.measures,
            rows: result.strategies.map { Self.row($0, isModel: $0.key == model.key) },
            notes: [
              """
              Sharpe and Sortino ratios are annual, of holding-period returns in excess of cash. \
              Drawdowns are of the compounded daily value; CDaR is the mean of the worst 5 % of \
              them. Return, volatility and turnover are per year.
              """,
              """
              One standard error of a Sharpe ratio over this period is about \
              \(NumberText.fixed(sharpeStandardError, digits: 2)): differences between strategies \
              that hold similar things are surer than that, but differences of a few hundredths \
              are not evidence of skill.
              """,
            ]))
      ])
  }

  private var path: ReportSection {
    let span = problem.span(of: problem.tested)
    let days = dates[span.rows].map(\.days)
    func series(_ values: (StrategyResult) -> [Double]) -> [DatedSeries] {
      result.strategies.map {
        DatedSeries(
          $0.title, days: days, values: values($0),
          role: $0.key == model.key ? .model : .baseline)
      }
    }
    return ReportSection(
      "The way there",
      "Net of costs, with holdings that drift between decisions; cash included.",
      content: [
        .lines(
          LineChart(
            "Growth of 1", axisTitle: "value of 1 invested", scale: .logarithmic,
            series: series { Measures.netAssetValue($0.path.returns) })),
        .drawdowns(
          DrawdownChart(
            "Drawdowns", axisTitle: "below the last peak, compounded",
            series: series {
              Measures.drawdowns($0.path.returns, .compounded).map { -$0 }
            })),
      ])
  }

  private var holdings: ReportSection {
    let days = problem.tested.map { dates[problem.rows[$0]].days }
    func chart(_ title: String, _ axis: String, _ values: Matrix, note: String) -> ReportContent {
      .areas(
        AreaChart(
          title, axisTitle: axis, days: days,
          layers: problem.data.assets.enumerated().map {
            AreaChart.Layer($0.element, values.column($0.offset))
          }, note: note))
    }
    var content = [
      chart(
        "Weights", "share of the portfolio", model.weights,
        note: "As decided; the average of the members' weights."),
      chart(
        "Risk contributions", "share of variance", model.riskContributions,
        note: "By the covariance of each decision."),
    ]
    if let budgets = model.budgets {
      let settings = problem.experiment.model
      content.append(
        chart(
          "Risk budgets", "share of risk aimed at", budgets,
          note: "Between \(percent(settings.floor)) and \(percent(settings.cap)) each; "
            + "the average of the members' budgets."))
    }
    return ReportSection(
      "What it held",
      "The network sets risk budgets; the solver finds the one portfolio whose risk is so shared.",
      content: content)
  }

  private func percent(_ multiple: Double) -> String {
    let share = min(1, multiple / Double(problem.assetCount))
    return ValueFormat.percent(digits: 1).text(share)
  }

  private var training: ReportSection {
    let panels = problem.folds.map { fold in
      let runs = result.fits.filter {
        $0.unit.fold == fold && $0.unit.member != .constants
      }
      return TrainingCurves.Panel(
        "Fold \(fold.index + 1)",
        runs: runs.map {
          TrainingCurves.Run(
            $0.unit.member.name, training: $0.state.epochs.map(\.train),
            validation: $0.state.epochs.map(\.validation), bestEpoch: $0.state.bestEpoch + 1)
        })
    }
    return ReportSection(
      "How it was trained",
      """
      Each fold trains on the past, chooses its epoch on the validation block, and is tested on \
      what follows; gaps keep holding periods from reaching into the next part. The first epoch is \
      the untrained start, which holds equal risk: where it stayed the best, the fold learned \
      nothing that validation confirmed.
      """,
      content: [
        .folds(FoldTimeline("Folds", folds: problem.folds.map(timeline))),
        .trainingCurves(
          TrainingCurves(
            "Losses by epoch", axisTitle: "loss, net of costs", panels: panels,
            sharesScale: false)),
      ])
  }

  private func timeline(_ fold: Fold) -> FoldTimeline.Fold {
    func span(_ use: FoldTimeline.Use, _ range: Range<Int>) -> FoldTimeline.Span? {
      guard !range.isEmpty else { return nil }
      return FoldTimeline.Span(
        use, firstDay: dates[problem.rows[range.lowerBound]].days,
        lastDay: dates[problem.rows[range.upperBound - 1]].days, rows: range.count)
    }
    return FoldTimeline.Fold(
      String(fold.index + 1),
      spans: [
        span(.training, fold.train),
        span(.purged, fold.train.upperBound..<fold.validation.lowerBound),
        span(.validation, fold.validation),
        span(.purged, fold.validation.upperBound..<fold.test.lowerBound),
        span(.test, fold.test),
      ].compactMap { $0 })
  }

  private var members: ReportSection {
    let sharpes = result.members.map(\.summary.sharpeRatio)
    let deviation = Measures.standardDeviation(sharpes)
    return ReportSection(
      "Members",
      """
      The model averages the weights of \(result.members.count) networks that differ only in their \
      random start. The standard deviation of their Sharpe ratios is \
      \(sharpes.count > 1 ? NumberText.fixed(deviation, digits: 3) : "not defined for one"): what \
      the luck of the start is worth.
      """,
      content: [
        .measures(
          MeasureTable(
            "Each network on its own", rowHeader: "Network", measures: Self.measures,
            rows: result.members.map { Self.row($0, isModel: false) }))
      ])
  }

  private var footer: String {
    let provenance = loaded.provenance
    let data = provenance.data.map { "\($0.path), sha256 \($0.sha256)" }.joined(separator: "; ")
    return """
      Keel \(provenance.version), \(provenance.scalar) on \(provenance.instructionSet), seed \
      \(problem.experiment.seed). Data: \(data).

      \((problem.data.notes + ["Past results of a simulation; not investment advice."])
        .joined(separator: " "))
      """
  }

  // MARK: The table

  private static let measures: [MeasureTable.Measure] = [
    .init("Return", .percent(digits: 1), better: .higher, explanation: "geometric, per year"),
    .init("Volatility", .percent(digits: 1), explanation: "of holding-period returns, per year"),
    .init("Sharpe", .number(digits: 2), better: .higher, explanation: "in excess of cash, annual"),
    .init("Sortino", .number(digits: 2), better: .higher, explanation: "in excess of cash, annual"),
    .init("Max drawdown", .percent(digits: 1), better: .lower, explanation: "compounded, daily"),
    .init(
      "CDaR 95", .percent(digits: 1), better: .lower,
      explanation: "mean of the worst 5 % of drawdowns"),
    .init("Calmar", .number(digits: 2), better: .higher, explanation: "return / max drawdown"),
    .init("Worst month", .percent(digits: 1), better: .higher, explanation: "calendar month"),
    .init("Turnover", .number(digits: 2), better: .lower, explanation: "Σ|Δw| per year"),
    .init("Cost", .percent(digits: 2), better: .lower, explanation: "per year"),
  ]

  private static func row(_ strategy: StrategyResult, isModel: Bool) -> MeasureTable.Row {
    let summary = strategy.summary
    return MeasureTable.Row(
      strategy.title, isModel: isModel,
      [
        summary.annualReturn, summary.annualVolatility, summary.sharpeRatio, summary.sortinoRatio,
        summary.maximumDrawdown, summary.conditionalDrawdown95, summary.calmarRatio,
        summary.worstMonth, summary.turnoverPerYear, summary.costPerYear,
      ].map { MeasureTable.Cell($0) })
  }
}
