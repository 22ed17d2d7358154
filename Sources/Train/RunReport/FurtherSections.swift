/// Sections that other commands left in a run's directory for its report.
enum FurtherSections {
  /// Those that exist, in the order of the report.
  static func read(_ directory: RunDirectory, _ problem: Problem) throws -> [ReportSection] {
    let explanation = try Explanation(in: directory)
    return [
      explanation?.section
    ].compactMap { $0 }
  }
}
