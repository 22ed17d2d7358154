/// Which dates each fold trains, validates and tests on.
public struct FoldTimeline: Sendable {
  /// What a span of dates is used for.
  public enum Use: String, Sendable, CaseIterable {
    /// Gradients are taken here.
    case training
    /// Nothing is used here: purge and embargo.
    case purged
    /// The epoch is chosen here.
    case validation
    /// Results are measured here.
    case test
  }

  /// A span of dates.
  public struct Span: Sendable, Equatable {
    /// What it is used for.
    public var use: Use
    /// The first day, since 1970-01-01.
    public var firstDay: Int
    /// The last day, included.
    public var lastDay: Int
    /// How many rows of data it holds, if known.
    public var rows: Int?

    /// A span.
    public init(_ use: Use, firstDay: Int, lastDay: Int, rows: Int? = nil) {
      self.use = use
      self.firstDay = firstDay
      self.lastDay = lastDay
      self.rows = rows
    }
  }

  /// One fold.
  public struct Fold: Sendable, Equatable {
    /// The name: `1`.
    public var name: String
    /// Its spans.
    public var spans: [Span]

    /// A fold.
    public init(_ name: String, spans: [Span]) {
      self.name = name
      self.spans = spans
    }
  }

  /// The title.
  public var title: String
  /// The folds from the top down.
  public var folds: [Fold]
  /// A remark beneath.
  public var note: String

  /// A timeline.
  public init(_ title: String, folds: [Fold], note: String = "") {
    self.title = title
    self.folds = folds
    self.note = note
  }
}
