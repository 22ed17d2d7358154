public import Autodiff

/// A function with trainable parameters.
///
/// Layers are plain values that hold sizes and parameter handles; the numbers live in a
/// `Parameters` value, which a `Pass` puts on the tape. Layers that cannot fail implement the
/// requirement without `throws`.
public protocol Layer: Sendable {
  /// What the layer computes from.
  associatedtype Input
  /// What the layer computes.
  associatedtype Output
  /// Applies the layer within a pass.
  func callAsFunction(_ input: Input, in pass: inout Pass) throws -> Output
}
