import Finance
import Testing

@testable import Train

/// What the config says of a pool, and what is refused.
@Suite struct PoolSettingsTests {
  private func problems(_ overrides: [String]) -> [String] {
    do {
      _ = try SmallExperiment.experiment([PooledExperiment.other] + overrides)
      return []
    } catch let error as ConfigError {
      return error.problems.map { "\($0.path): \($0.message)" }
    } catch { return ["\(error)"] }
  }

  @Test func theResolvedConfigDecodesToItself() throws {
    var document = try ConfigDocument(parsing: SmallExperiment.config, file: "small.json")
    try document.apply(ConfigOverride(parsing: PooledExperiment.other))
    let first = try document.decode { Experiment($0) }
    let again = try ConfigDocument(parsing: first.resolved.text(), file: "resolved.json")
      .decode { Experiment($0) }
    #expect(again.resolved == first.resolved)
    let pool = try #require(first.resolved["training"]?["pool"]?.elements?.first)
    #expect(pool["weight"] == 1.0 && pool["name"] == "other")
    #expect(pool["data"]?["rowsPerYear"] == 252.0, "defaults are resolved within")
    #expect(first.value.pool.map(\.data.assets) == [["P", "Q", "R", "S"]])
  }

  /// Everything but the data is the experiment's, and nothing after its end is read.
  @Test func aPooledUniverseHasTheExperimentsSettings() throws {
    func end(_ own: String, _ pooled: String) throws -> CalendarDate? {
      let experiment = try SmallExperiment.experiment([
        "data.end=\(own)",
        PooledExperiment.other.replacing("\"prices\"", with: "\"end\": \(pooled), \"prices\""),
      ])
      let universe = experiment.pooled(experiment.pool[0])
      #expect(universe.data.assets.count == 4 && universe.pool.isEmpty)
      #expect(universe.baselines.isEmpty && universe.covariance.window == 30)
      return universe.data.end
    }
    let (early, late) = (CalendarDate("2001-01-01"), CalendarDate("2002-01-01"))
    #expect(try end("null", "null") == nil)
    #expect(try end("null", "\"2002-01-01\"") == late)
    #expect(try end("\"2001-01-01\"", "null") == early)
    #expect(try end("\"2001-01-01\"", "\"2002-01-01\"") == early)
    #expect(try end("\"2002-01-01\"", "\"2001-01-01\"") == early)
  }

  /// A change of the config and what is said of it: place, what was found, what is expected, the way out.
  struct Refusal: Sendable {
    let change: String
    let message: String

    init(_ change: String, _ message: String) {
      self.change = change
      self.message = message
    }
  }

  static let refusals: [Refusal] = [
    Refusal(
      "model.scorer=joint",
      "$.model: scorer is \"joint\", a network of the experiment's own assets together; expected "
        + "\"shared\", which is the same for each asset, or training.pool []"
    ),
    Refusal(
      "model.head.kind=none",
      "$.model: head.kind is \"none\": there is no network to share; expected \"linear\" or \"mlp\", or "
        + "training.pool []"
    ),
    Refusal(
      "model.regimes={}", "$.model: regimes are of one market; expected null, or training.pool []"
    ),
    Refusal(
      "model.budgets.groups=[{\"name\":\"g\",\"assets\":[\"A\"],\"maximum\":0.6}]",
      "$.model: budgets.groups is of the experiment's own assets; expected none, or training.pool []"
    ),
    Refusal(
      "model.floorRule={\"indicator\":\"X\",\"above\":0.5,\"assets\":[\"B\"],\"floor\":0.6}",
      "$.model: floorRule is of the experiment's own assets; expected none, or training.pool []"
    ),
    Refusal(
      "model.tilt.limit=0.8",
      "$.model: tilt (learned) is of the experiment's own assets; expected none, or training.pool []"
    ),
    Refusal(
      "objective.prior={\"A\":1,\"B\":1,\"C\":2}",
      "$.objective: prior names assets, which a pooled universe does not have; expected {}, or "
        + "training.pool []"
    ),
    Refusal(
      "training.block=10",
      "$.training: block cuts the training part, and a step with a pool takes the whole of every "
        + "universe; expected null, or training.pool []"
    ),
    Refusal(
      "strategy=risk-parity",
      "$.training: pool would train a network, which a strategy stands for; expected no strategy, or "
        + "training.pool []"
    ),
    Refusal(
      "features.asset=[\"correlation(A,20)\"]",
      "$.features: asset has correlation(A,20), and A is no asset of pool 'other'; expected features of "
        + "what every universe has, or training.pool []"
    ),
    Refusal(
      PooledExperiment.other.replacing("\"indicators\": \"signals.csv\", ", with: ""),
      "$.features: market reads X, and pool 'other' has no data.indicators; expected their file there, or "
        + "features without indicators, or training.pool []"
    ),
    Refusal(
      PooledExperiment.override(PooledExperiment.pool(), PooledExperiment.pool()),
      "$.training: pool has two universes named 'other'; expected different names"
    ),
    Refusal(
      PooledExperiment.override(PooledExperiment.pool("a.b")),
      "$.training.pool[0].name: value is \"a.b\"; expected letters, digits, '-' and '_': it names "
        + "parameters"
    ),
    Refusal(
      "training.pool=[{\"name\":\"x\"}]", "$.training.pool[0].data: missing key 'prices'"
    ),
    Refusal(
      PooledExperiment.other.replacing("\"prices\"", with: "\"price\""),
      "$.training.pool[0].data: missing key 'prices'; is 'price' a typo?"
    ),
  ]

  @Test(arguments: refusals) func whatCannotBePooledIsRefused(_ refusal: Refusal) {
    let found = problems([refusal.change])
    #expect(found.contains(refusal.message), "\(found)")
  }

  @Test func theSizeOfTheUniverseCounts() {
    let pair = PooledExperiment.other.replacing(", \"R\", \"S\"", with: "")
    #expect(
      problems([pair, "model.risk.kind=factor", "model.risk.rank=3"]) == [
        "$.model: risk.rank is 3, pool 'other' has 2 assets and the experiment 3; expected at most 2 "
          + "factors, or training.pool []"
      ])
    #expect(problems(["model.risk.kind=factor", "model.risk.rank=3"]) == [])
    #expect(
      problems(["model.risk.kind=factor", "model.risk.rank=5"]) == [
        "$.model: risk.rank is 5, pool 'other' has 4 assets and the experiment 3; expected at most 3 "
          + "factors, or training.pool []"
      ])
    #expect(
      problems([pair, "model.attention.neighbours=2", "model.sequence.hidden=4"]) == [
        "$.model: attention.neighbours is 2, and pool 'other' has 2 assets; expected fewer neighbours, or "
          + "training.pool []"
      ])
  }

  @Test func indicatorsAreDelayedThereToo() {
    let undelayed = ["execution.lag=0", "data.indicatorLag=1"]
    #expect(
      problems(undelayed) == [
        "$.features: market reads X, which nothing delays in pool 'other'; expected execution.lag, or its "
          + "data.indicatorLag or data.indicatorLagDays, above 0, or training.pool []"
      ])
    let delayed = PooledExperiment.other.replacing(
      "\"prices\"", with: "\"indicatorLagDays\": {\"X\": 1}, \"prices\"")
    #expect(problems(undelayed + [delayed]) == [])
  }

  @Test func lateListingsOfAUniverseHaveTheirLimits() {
    let join = PooledExperiment.other.replacing(
      "\"prices\"", with: "\"lateListings\": \"join\", \"prices\"")
    #expect(problems([join]) == [])
    #expect(
      problems([join, "model.risk.kind=garch"]) == [
        "$.model: risk.kind \"garch\" needs every asset at every decision; expected one of \"trailing\", "
          + "\"volatility\", \"shrinkage\", or training.pool 'other' data.lateListings \"trim\""
      ])
  }

  /// What has no weight is not read, and so nothing is refused for it.
  @Test func aUniverseWithoutAWeightRefusesNothing() {
    let none = PooledExperiment.override(PooledExperiment.pool("other", "\"weight\": 0"))
    #expect(problems([none, "model.scorer=joint", "training.block=10"]) == [])
  }

  @Test func aSearchLeavesThePoolAsItIs() {
    let found = problems(["search.space={\"training.pool\": {\"choice\": [[], []]}}"])
    #expect(
      found.contains {
        $0.hasSuffix(
          "'training.pool' cannot be searched: its universes are read once, for all trials")
      }, "\(found)")
  }
}
