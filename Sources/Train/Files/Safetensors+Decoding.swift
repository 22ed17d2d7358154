extension Safetensors {
  /// Reads a file.
  ///
  /// - Throws: ``FileError`` or ``SafetensorsError``.
  public init(contentsOf path: String) throws {
    try self.init(decoding: FileBytes.read(path), file: path)
  }

  /// Reads the bytes of a file, which messages call `file`.
  ///
  /// Everything is checked before it is used: the header, every type, shape and offset; the arrays
  /// must cover the data exactly, without gap and overlap.
  ///
  /// - Throws: ``SafetensorsError``.
  public init(decoding bytes: [UInt8], file: String) throws(SafetensorsError) {
    func fault(_ problem: String) -> SafetensorsError {
      SafetensorsError(file: file, problem: problem)
    }
    guard bytes.count >= 8 else {
      throw fault("\(bytes.count) bytes; expected at least 8 for the length of the header")
    }
    let announced = bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
    guard let length = Int(exactly: UInt64(littleEndian: announced)), length <= bytes.count - 8
    else {
      throw fault(
        "the header should have \(announced) bytes, but only \(bytes.count - 8) follow; the file is "
          + "truncated or of another kind")
    }
    let header: JSONValue
    do {
      header = try JSONValue(strictly: Array(bytes[8..<8 + length]), file: "header")
    } catch {
      throw fault("\(error)")
    }
    guard let members = header.members else {
      throw fault("the header is \(header.summary); expected an object")
    }
    self.init()
    let data = bytes[(8 + length)...]
    var ranges: [(range: Range<Int>, name: String)] = []
    for member in members {
      if member.key == Self.metadataKey {
        metadata = try Self.metadata(member.value, fault)
        continue
      }
      let (entry, range) = try Self.entry(member, data, fault)
      entries.append(entry)
      ranges.append((range, entry.name))
    }
    try Self.checkCoverage(ranges, of: data.count, fault)
  }

  private typealias Fault = (String) -> SafetensorsError

  private static func metadata(
    _ value: JSONValue, _ fault: Fault
  ) throws(SafetensorsError) -> [String: String] {
    guard let members = value.members else {
      throw fault("\(metadataKey) is \(value.summary); expected an object of strings")
    }
    var metadata: [String: String] = [:]
    for member in members {
      guard let text = member.value.string else {
        throw fault(
          "\(metadataKey): '\(member.key)' is \(member.value.summary); expected a string")
      }
      metadata[member.key] = text
    }
    return metadata
  }

  private static func entry(
    _ member: JSONValue.Member, _ data: ArraySlice<UInt8>, _ fault: Fault
  ) throws(SafetensorsError) -> (Entry, Range<Int>) {
    let place = "array '\(member.key)'"
    guard let dtype = member.value["dtype"]?.string else {
      throw fault("\(place) has no dtype")
    }
    guard let size = ["F64": 8, "I64": 8, "U64": 8, "F32": 4][dtype] else {
      throw fault("\(place) has dtype \(dtype); expected F64, F32, I64 or U64")
    }
    let extents = member.value["shape"]?.elements?.map(\.int) ?? [nil]
    let shape = extents.compactMap { $0 }
    guard shape.count == extents.count, shape.allSatisfy({ $0 >= 0 }) else {
      throw fault("\(place) has no shape of non-negative integers")
    }
    let offsets = member.value["data_offsets"]?.elements?.map(\.int) ?? []
    guard offsets.count == 2, let start = offsets[0], let end = offsets[1] else {
      throw fault("\(place) has no data_offsets of two integers")
    }
    guard 0 <= start, start <= end, end <= data.count else {
      throw fault(
        "\(place) has data_offsets \(start)..\(end) outside of the \(data.count) bytes of data; the "
          + "file is truncated or damaged")
    }
    var byteCount = size
    for extent in shape {
      let (product, overflow) = byteCount.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw fault("\(place) has the impossible shape \(shape)") }
      byteCount = product
    }
    guard end - start == byteCount else {
      throw fault(
        "\(place) of dtype \(dtype) and shape \(shape) takes \(byteCount) bytes, but its "
          + "data_offsets span \(end - start)")
    }
    let slice = data[data.startIndex + start..<data.startIndex + end]
    let elements: Elements =
      switch dtype {
      case "F64": .float64(copy(slice, count: byteCount / 8, zero: 0))
      case "F32": .float32(copy(slice, count: byteCount / 4, zero: 0))
      case "I64": .int64(copy(slice, count: byteCount / 8, zero: 0))
      default: .uint64(copy(slice, count: byteCount / 8, zero: 0))
      }
    return (Entry(name: member.key, shape: shape, elements: elements), start..<end)
  }

  /// The bytes as elements, moved and not converted, so that NaN payloads survive.
  private static func copy<Element: BitwiseCopyable>(
    _ bytes: ArraySlice<UInt8>, count: Int, zero: Element
  ) -> [Element] {
    var elements = [Element](repeating: zero, count: count)
    elements.withUnsafeMutableBytes { target in
      bytes.withUnsafeBytes { target.copyMemory(from: $0) }
    }
    return elements
  }

  private static func checkCoverage(
    _ ranges: [(range: Range<Int>, name: String)], of count: Int, _ fault: Fault
  ) throws(SafetensorsError) {
    var covered = 0
    var last = ""
    let sorted = ranges.sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    for (range, name) in sorted {
      guard range.lowerBound >= covered else {
        throw fault("the data of the arrays '\(last)' and '\(name)' overlap")
      }
      guard range.lowerBound == covered else {
        throw fault("bytes \(covered)..\(range.lowerBound) of the data belong to no array")
      }
      (covered, last) = (range.upperBound, name)
    }
    guard covered == count else {
      throw fault("the last \(count - covered) bytes of the data belong to no array")
    }
  }
}
