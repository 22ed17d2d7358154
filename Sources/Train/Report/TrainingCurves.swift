/// Loss by epoch, one small picture per fold: training and validation, the best epoch marked, further
/// seeds faint.
public struct TrainingCurves: Sendable {
  /// One training run.
  public struct Run: Sendable, Equatable {
    /// The name: `seed 1`.
    public var name: String
    /// The training loss after each epoch; NaN interrupts the line.
    public var training: [Double]
    /// The validation loss after each epoch.
    public var validation: [Double]
    /// The epoch that was kept, counted from 1, if any was.
    public var bestEpoch: Int?

    /// A run.
    public init(_ name: String, training: [Double], validation: [Double], bestEpoch: Int? = nil) {
      self.name = name
      self.training = training
      self.validation = validation
      self.bestEpoch = bestEpoch
    }
  }

  /// One picture.
  public struct Panel: Sendable, Equatable {
    /// The title: `Fold 3`.
    public var title: String
    /// The runs; the first one is drawn strongly.
    public var runs: [Run]

    /// A picture.
    public init(_ title: String, runs: [Run]) {
      self.title = title
      self.runs = runs
    }
  }

  /// The title.
  public var title: String
  /// What the vertical axes show: `loss (negative annual Sharpe ratio)`.
  public var axisTitle: String
  /// The pictures in their order.
  public var panels: [Panel]
  /// Whether all pictures have the same vertical scale, so that folds compare.
  public var sharesScale: Bool
  /// A remark beneath.
  public var note: String

  /// Small multiples, by default of one vertical scale.
  public init(
    _ title: String, axisTitle: String, panels: [Panel], sharesScale: Bool = true,
    note: String = ""
  ) {
    self.title = title
    self.axisTitle = axisTitle
    self.panels = panels
    self.sharesScale = sharesScale
    self.note = note
  }
}
