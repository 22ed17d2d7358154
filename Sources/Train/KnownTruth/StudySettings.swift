/// A known-truth study: variants of one experiment on simulated data, repeated over data seeds.
struct StudySettings: Sendable {
  /// A variant of the experiment.
  struct Variant: Sendable {
    var name: String
    /// Changes of the config, written as `--set` takes them.
    var changes: [ConfigOverride]
  }

  /// The first data seed, and how many follow on from it.
  var firstSeed: Int
  var seeds: Int
  var variants: [Variant]

  init(_ reader: ConfigReader) {
    firstSeed = reader.about("the first data seed").int("firstSeed", default: 1, in: 0...)
    seeds = reader.about("data seeds, one after the other")
      .int("seeds", default: 20, in: 2...10_000)
    variants = reader.about("the rows of the table").objects("variants", count: 1...) { reader in
      let name = reader.about("the row's name in the table").string("name")
      let texts = reader.about("changes of this config, as --set takes them: KEY.PATH=VALUE")
        .strings("set", default: [])
      var changes: [ConfigOverride] = []
      for text in texts {
        do { changes.append(try ConfigOverride(parsing: text)) } catch {
          reader.report("set", "\(error)")
        }
      }
      return Variant(name: name, changes: changes)
    }
  }
}
