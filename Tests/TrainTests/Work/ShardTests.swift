import Testing

@testable import Train

@Suite struct ShardTests {
  @Test(arguments: [1, 2, 3, 7, 20]) func sharesAreDisjointAndComplete(count: Int) {
    let all = Array(0..<11)
    let shares = (1...count).map { Shard(index: $0, count: count).share(of: all) }
    #expect(shares.flatMap { $0 }.sorted() == all)
    let sizes = shares.map(\.count)
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
  }

  @Test func isWrittenAsAFraction() throws {
    #expect(try Shard(parsing: "3/8") == Shard(index: 3, count: 8))
    for text in ["0/8", "9/8", "3", "3/", "/8", "a/b", "1/0", "1/2/3", "-1/2"] {
      let error = #expect(throws: UsageError.self) { try Shard(parsing: text) }
      #expect(error?.description.contains("--shard is '\(text)'; expected i/n") == true)
    }
  }

  private func slurm(_ id: Int, _ min: Int, _ max: Int, _ count: Int, step: Int = 1) -> [String:
    String]
  {
    [
      "SLURM_ARRAY_TASK_ID": "\(id)", "SLURM_ARRAY_TASK_MIN": "\(min)",
      "SLURM_ARRAY_TASK_MAX": "\(max)", "SLURM_ARRAY_TASK_COUNT": "\(count)",
      "SLURM_ARRAY_TASK_STEP": "\(step)",
    ]
  }

  @Test func isThatOfASlurmTask() throws {
    #expect(try Shard(slurm: [:]) == .whole)
    #expect(try Shard(slurm: slurm(1, 1, 8, 8)) == Shard(index: 1, count: 8))
    #expect(try Shard(slurm: slurm(7, 0, 7, 8)) == Shard(index: 8, count: 8))
    #expect(try Shard(slurm: slurm(5, 1, 7, 4, step: 2)) == Shard(index: 3, count: 4))
    // Some tasks of an array submitted again: their numbers do not say which share they had.
    let error = #expect(throws: UsageError.self) { try Shard(slurm: slurm(5, 3, 5, 2)) }
    #expect(error?.description.contains("--shard i/n") == true)
  }
}
