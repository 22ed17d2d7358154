internal import Autodiff

/// Named arrays of numbers in the safetensors format, which Python's `safetensors` reads and writes.
///
/// Layout: 8 bytes, little-endian: the length of the header; the header, a JSON object of
/// `"name": {"dtype", "shape", "data_offsets"}` and optionally `"__metadata__"` (strings), padded by
/// spaces to a multiple of 8; the data without gaps. Values survive to the bit, NaN payloads too.
/// Names keep their order. Arrays of 8-byte elements are stored before those of 4-byte elements, so
/// that every array is aligned.
///
/// - Source: Hugging Face, *Safetensors format*, version 0.3.
public struct Safetensors: Sendable, Equatable {
  /// The elements of one array, in row-major order.
  public enum Elements: Sendable {
    /// dtype `F64`.
    case float64([Double])
    /// dtype `F32`.
    case float32([Float])
    /// dtype `I64`.
    case int64([Int64])
    /// dtype `U64`.
    case uint64([UInt64])

    /// How many elements there are.
    public var count: Int {
      switch self {
      case .float64(let elements): elements.count
      case .float32(let elements): elements.count
      case .int64(let elements): elements.count
      case .uint64(let elements): elements.count
      }
    }
  }

  /// One named array.
  public struct Entry: Sendable, Equatable {
    /// The name, unique in the file.
    public let name: String
    /// The extents; empty for a single number.
    public let shape: [Int]
    /// As many elements as the product of the extents.
    public let elements: Elements
  }

  /// The arrays in their order.
  public internal(set) var entries: [Entry] = []
  /// Free strings; written in the order of their keys.
  public var metadata: [String: String]

  /// A file without arrays.
  public init(metadata: [String: String] = [:]) { self.metadata = metadata }

  /// The array of that name, or nil; linear in the number of arrays.
  public subscript(name: String) -> Entry? { entries.first { $0.name == name } }

  /// Appends an array; the name must be new and the shape must fit.
  public mutating func append(_ name: String, shape: [Int], _ elements: Elements) {
    check(name != Self.metadataKey, "Safetensors: the name \(name) is reserved")
    check(self[name] == nil, "Safetensors: array '\(name)' is appended twice")
    check(
      shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == elements.count,
      "Safetensors: array '\(name)' of shape \(shape) with \(elements.count) elements")
    entries.append(Entry(name: name, shape: shape, elements: elements))
  }

  static let metadataKey = "__metadata__"
}

extension Safetensors.Elements: Equatable {
  /// Whether type and bits are equal: NaN equals a NaN of the same payload, and 0 differs from −0.
  public static func == (lhs: Self, rhs: Self) -> Bool {
    switch (lhs, rhs) {
    case (.float64(let a), .float64(let b)):
      a.count == b.count && zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern }
    case (.float32(let a), .float32(let b)):
      a.count == b.count && zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern }
    case (.int64(let a), .int64(let b)): a == b
    case (.uint64(let a), .uint64(let b)): a == b
    default: false
    }
  }
}
