/// Stops the program with a message when a caller broke a rule that only a programmer can mend
/// (shapes that do not fit, a variable of another tape).
///
/// `precondition` drops its message under `-O`; this does not. Faults of the *world* (files,
/// configurations, data) are thrown instead.
@inline(__always)
public func check(
  _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String,
  file: StaticString = #fileID, line: UInt = #line
) {
  if !condition() { fatalError(message(), file: file, line: line) }
}
