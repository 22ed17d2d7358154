/// Sections that other commands left in a run's directory for its report.
enum FurtherSections {
  /// Those that exist, in the order of the report.
  static func read(_ directory: RunDirectory, _ problem: Problem) throws -> [ReportSection] {
    let explanation = try Explanation(in: directory)
    let stress = try StressResult(in: directory)
    return [
      explanation?.section,
      stress?.section(
        every: problem.experiment.decisions.every, model: problem.experiment.name),
    ].compactMap { $0 }
  }
}
