/// What becomes of assets whose prices begin later than others'.
public enum LateListings: String, Sendable, CaseIterable {
  /// The calendar waits for them: it begins with the first row on which every asset has a price.
  case trim
  /// They join later: the calendar begins with the first row on which two assets have a price, and
  /// each other asset is in the universe from the decision on at which it has enough history.
  case join
}
