internal import Finance

extension RunReport {
  /// Folds on a timeline, losses by epoch.
  var training: ReportSection {
    let panels = problem.folds.map { fold in
      let runs = result.fits.filter {
        $0.unit.fold == fold && $0.unit.member.isOfModel
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
      Each fold trains on the past, chooses its epoch on \
      \(rotates ? "a validation block that the networks take turns at" : "the validation block"), and \
      is tested on what follows; gaps keep holding periods from reaching into the next part. The first epoch is \
      the untrained start, which holds equal risk: where it stayed the best, the fold learned \
      nothing that validation confirmed.
      """,
      content: [.folds(FoldTimeline("Folds", folds: problem.folds.flatMap(timeline)))] + pool + [
        .trainingCurves(
          TrainingCurves(
            "Losses by epoch", axisTitle: "loss, net of costs", panels: panels,
            sharesScale: false))
      ])
  }

  /// The universes that the networks were also trained on.
  private var pool: [ReportContent] {
    guard !problem.pool.isEmpty else { return [] }
    return [
      .table(
        ReportTable(
          "Training decisions of the pooled universes",
          columns: [.text("fold"), .number(problem.experiment.name)]
            + problem.pool.map {
              .number(
                "\($0.settings.name) (\($0.settings.weight))",
                explanation: $0.problem.data.assets.joined(separator: ", "))
            },
          rows: problem.folds.flatMap(\.namedSplits).map { name, split in
            [name, String(split.trainParts.reduce(0) { $0 + $1.count })]
              + problem.pool.map { String($0.trainCount(beside: split, in: problem)) }
          },
          notes: [
            """
            The networks' shared parameters also learn from these universes, each by its own decisions and \
            with the weight in brackets; the constants of assets are each universe's own. Of no universe \
            anything is read after the end of the fold's training. The curves show the loss on the \
            experiment's own decisions.
            """
          ]))
    ]
  }

  /// Whether the networks of a fold validate on different blocks.
  private var rotates: Bool { problem.folds.contains { $0.splits.count > 1 } }

  /// A line for each split.
  private func timeline(_ fold: Fold) -> [FoldTimeline.Fold] {
    fold.namedSplits.map { timeline($0.name, fold.stretches(of: $0.split)) }
  }

  private func timeline(
    _ name: String, _ stretches: [(use: Fold.Use?, decisions: Range<Int>)]
  ) -> FoldTimeline.Fold {
    let spans = stretches.map { stretch in
      let use: FoldTimeline.Use =
        switch stretch.use {
        case .training: .training
        case .validation: .validation
        case .test: .test
        case nil: .purged
        }
      let range = stretch.decisions
      return FoldTimeline.Span(
        use, firstDay: dates[problem.rows[range.lowerBound]].days,
        lastDay: dates[problem.rows[range.upperBound - 1]].days, rows: range.count)
    }
    return FoldTimeline.Fold(name, spans: spans)
  }

  /// The networks of the ensemble on their own.
  var members: ReportSection {
    let sharpes = result.members.map(\.summary.sharpeRatio)
    let deviation = Measures.standardDeviation(sharpes)
    return ReportSection(
      "Members",
      """
      The model averages the weights of \(result.members.count) networks that differ only in their \
      random start\(rotates ? " and their block of validation" : ""). The standard deviation of their Sharpe ratios is \
      \(sharpes.count > 1 ? NumberText.fixed(deviation, digits: 3) : "not defined for one"): what \
      the luck of the start\(rotates ? " and of the block" : "") is worth.
      """,
      content: [
        .measures(
          MeasureTable(
            "Each network on its own", rowHeader: "Network", measures: Self.performanceMeasures,
            rows: result.members.map { performanceRow($0, isModel: false) }))
      ])
  }
}
