/// Memory that is taken piece by piece and given back all at once.
///
/// Addresses never move while they are in use: when a chunk is full, another is added. Rewinding
/// joins the chunks added since the mark into one, so that after the first training step the
/// arena neither grows nor fragments.
struct Arena: ~Copyable {
  /// A point to rewind to.
  struct Mark {
    var chunk: Int
    var offset: Int
  }

  private struct Chunk {
    var base: UnsafeMutableRawPointer
    var size: Int
  }

  private static let alignment = 64
  private static let firstChunk = 1 << 16

  private var chunks: [Chunk] = []
  private var current = 0
  private var offset = 0

  init() { addChunk(Self.firstChunk) }

  /// Gives all memory back to the system; the arena must not be used any more.
  func free() { for chunk in chunks { chunk.base.deallocate() } }

  /// The number of bytes held.
  var capacity: Int { chunks.reduce(0) { $0 + $1.size } }

  /// The present position.
  var mark: Mark { Mark(chunk: current, offset: offset) }

  /// `byteCount` bytes at a 64-byte boundary, uninitialised.
  mutating func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
    let size = (byteCount + Self.alignment - 1) & ~(Self.alignment - 1)
    if offset + size > chunks[current].size {
      if current + 1 < chunks.count, size <= chunks[current + 1].size {
        current += 1
      } else {
        addChunk(max(size, 2 * capacity))
        current = chunks.count - 1
      }
      offset = 0
    }
    let pointer = chunks[current].base + offset
    offset += size
    return pointer
  }

  /// `count` elements, uninitialised.
  mutating func allocate(_ count: Int) -> UnsafeMutablePointer<Scalar> {
    allocate(byteCount: count * MemoryLayout<Scalar>.stride)
      .bindMemory(to: Scalar.self, capacity: count)
  }

  /// Gives back everything allocated since `mark`.
  mutating func rewind(to mark: Mark) {
    if chunks.count > mark.chunk + 2 {
      var total = 0
      while chunks.count > mark.chunk + 1 {
        let chunk = chunks.removeLast()
        total += chunk.size
        chunk.base.deallocate()
      }
      addChunk(total)
    }
    current = mark.chunk
    offset = mark.offset
  }

  private mutating func addChunk(_ size: Int) {
    chunks.append(
      Chunk(base: .allocate(byteCount: size, alignment: Self.alignment), size: size))
  }
}
