/// Numbers byte strings in the order of their first occurrence: an open-addressing hash table.
///
/// A dictionary of `String` would allocate for each of a long table's millions of rows.
struct SymbolTable {
  private var slots = [Int32](repeating: -1, count: 1024)
  private var symbols: [[UInt8]] = []

  /// The number of a byte string: the count of those before it when it first came.
  mutating func index(of bytes: UnsafeBufferPointer<UInt8>) -> Int32 {
    var slot = Self.slot(of: bytes, among: slots.count)
    while slots[slot] >= 0 {
      let symbol = symbols[Int(slots[slot])]
      if symbol.count == bytes.count, symbol.elementsEqual(bytes) { return slots[slot] }
      slot = (slot + 1) & (slots.count - 1)
    }
    symbols.append(Array(bytes))
    slots[slot] = Int32(symbols.count - 1)
    if 2 * symbols.count > slots.count { grow() }
    return Int32(symbols.count - 1)
  }

  private mutating func grow() {
    var larger = [Int32](repeating: -1, count: 2 * slots.count)
    for (index, symbol) in symbols.enumerated() {
      var slot = Self.slot(of: symbol, among: larger.count)
      while larger[slot] >= 0 { slot = (slot + 1) & (larger.count - 1) }
      larger[slot] = Int32(index)
    }
    slots = larger
  }

  /// FNV-1a (Fowler, Noll & Vo 1991), both halves folded.
  private static func slot(of bytes: some Sequence<UInt8>, among count: Int) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return Int(truncatingIfNeeded: hash ^ (hash >> 32)) & (count - 1)
  }
}
