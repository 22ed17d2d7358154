internal import Dispatch
internal import Synchronization

/// A map over independent elements on several threads, with the results in the elements' order.
enum ParallelMap {
  /// The results of `body` for every element; after a failure no other element begins, and the failure of
  /// the first failed element is thrown.
  static func run<Element: Sendable, Result: Sendable>(
    _ elements: [Element], threads: Int, _ body: @Sendable (Element) throws -> Result
  ) throws -> [Result] {
    let results = Mutex([Int: Swift.Result<Result, any Error>]())
    let next = Atomic<Int>(0)
    let failed = Atomic<Bool>(false)
    DispatchQueue.concurrentPerform(iterations: max(1, min(threads, elements.count))) { _ in
      while !failed.load(ordering: .relaxed) {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < elements.count else { return }
        let result = Swift.Result { try body(elements[index]) }
        if case .failure = result { failed.store(true, ordering: .relaxed) }
        results.withLock { $0[index] = result }
      }
    }
    let all = results.withLock { $0 }
    for index in elements.indices { if case .failure(let error) = all[index] { throw error } }
    return try elements.indices.compactMap { try all[$0]?.get() }
  }
}
