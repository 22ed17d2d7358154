/// A handle to one parameter of a ``Parameters`` value; layers hold these, never numbers.
public struct ParameterID: Sendable, Hashable {
  let index: Int
}
