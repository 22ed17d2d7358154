#if _endian(big)
  #error("safetensors are little-endian; this machine would need byte swaps")
#endif

extension Safetensors {
  /// Writes the file, atomically.
  ///
  /// - Throws: ``FileError``.
  public func write(to path: String) throws { try AtomicFile.write(encoded(), to: path) }

  /// The bytes of the file.
  public func encoded() -> [UInt8] {
    // Wide elements first: then every array is aligned although the format allows no gaps.
    let storage =
      entries.indices.filter { entries[$0].elements.size == 8 }
      + entries.indices.filter { entries[$0].elements.size == 4 }
    var offsets = [Int](repeating: 0, count: entries.count)
    var end = 0
    for index in storage {
      offsets[index] = end
      end += entries[index].elements.count * entries[index].elements.size
    }
    var members: [(String, JSONValue)] = []
    if !metadata.isEmpty {
      let strings = metadata.sorted { $0.key < $1.key }.map { ($0.key, JSONValue($0.value)) }
      members.append((Self.metadataKey, JSONValue(object: strings)))
    }
    for (entry, start) in zip(entries, offsets) {
      let stop = start + entry.elements.count * entry.elements.size
      let description: JSONValue = [
        "dtype": JSONValue(entry.elements.dtype),
        "shape": JSONValue(.array(entry.shape.map { JSONValue($0) })),
        "data_offsets": [JSONValue(start), JSONValue(stop)],
      ]
      members.append((entry.name, description))
    }
    var header = Array(JSONValue(object: members).text(.compact).utf8)
    header += [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8)

    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.count + end)
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { bytes += $0 }
    bytes += header
    for index in storage { entries[index].elements.withUnsafeBytes { bytes += $0 } }
    return bytes
  }
}

extension Safetensors.Elements {
  /// The name of the type in the header.
  var dtype: String {
    switch self {
    case .float64: "F64"
    case .float32: "F32"
    case .int64: "I64"
    case .uint64: "U64"
    }
  }

  /// Bytes per element.
  var size: Int {
    guard case .float32 = self else { return 8 }
    return 4
  }

  func withUnsafeBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
    switch self {
    case .float64(let elements): elements.withUnsafeBytes(body)
    case .float32(let elements): elements.withUnsafeBytes(body)
    case .int64(let elements): elements.withUnsafeBytes(body)
    case .uint64(let elements): elements.withUnsafeBytes(body)
    }
  }
}
