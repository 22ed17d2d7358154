public import Autodiff

/// A tensor of independent normal numbers times `scale` plus `shift`, the same for the same seed.
public func randomTensor(
  _ shape: Shape, seed: UInt64, scale: Double = 1, shift: Double = 0
) -> Tensor {
  var generator = SplitMix64(seed: seed).split("test")
  return Tensor(
    converting: generator.normals(shape.count).map { shift + scale * $0 }, shape: shape)
}
