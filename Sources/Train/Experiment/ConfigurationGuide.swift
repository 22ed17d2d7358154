/// The reference of the experiment config, generated from the schema that reads it.
enum ConfigurationGuide {
  /// The page as Markdown.
  static var markdown: String {
    var text = """
      # Configuration

      An experiment is a JSON file; comments (`//`, `/* */`) are allowed. It states only what differs
      from the defaults below; the run directory keeps the config with every default resolved. On the
      command line `--set key.path=value` replaces any of these. Unknown keys, wrong types and values
      out of range are refused, all at once, with their place. Only a fault of the JSON itself (a missing
      comma or quote) is reported alone, with line and column: what follows it cannot be read.

      `"extends": "base.json"` starts from another config: objects are joined key by key, everything
      else, `null` included, replaces what the base says. Relative data paths start at the folder of the
      file that states them.

      This page is generated from the code (`train config`).

      """
    let entries = ConfigDocument.entries { Experiment($0) }
    var sections: [(name: String, entries: [ConfigEntry])] = [("", [])]
    for entry in entries {
      let name = entry.path.contains(".") ? String(entry.path.prefix { $0 != "." }) : ""
      if let index = sections.firstIndex(where: { $0.name == name }) {
        sections[index].entries.append(entry)
      } else {
        sections.append((name, [entry]))
      }
    }
    for section in sections {
      text += section.name.isEmpty ? "\n## The experiment\n\n" : "\n## `\(section.name)`\n\n"
      text += "| key | default | accepted | meaning |\n|---|---|---|---|\n"
      for entry in section.entries {
        let key =
          section.name.isEmpty ? entry.path : String(entry.path.dropFirst(section.name.count + 1))
        let standard = entry.standard.map { "`\($0)`" } ?? "required"
        text += "| `\(key)` | \(standard) | \(entry.expected) | \(entry.about) |\n"
      }
    }
    return text + strategies
  }

  /// What `baselines` and `strategy` accept.
  private static var strategies: String {
    var text = """

      ## Baselines

      `strategy` and the elements of `baselines` are names of rules, or objects with the name as `rule`
      and what differs from the defaults: `"risk-parity"`, `{"rule": "minimum-variance", "cap": 2,
      "rebalance": "monthly"}`. All run through the backtest of the model, on its period and costs. An
      element with `"like": "strategy"` is the experiment's strategy but for the keys it gives itself.

      | rule | what it does |
      |---|---|

      """
    for rule in BaselineRule.allCases { text += "| `\(rule.rawValue)` | \(rule.about) |\n" }
    text += "\n| key | of | default | accepted | meaning |\n|---|---|---|---|---|\n"
    var keys: [(entry: ConfigEntry, rules: [BaselineRule])] = []
    for rule in BaselineRule.allCases {
      let given = JSONValue(object: [("rule", JSONValue(rule.rawValue))])
      for entry in ConfigDocument.entries(
        for: given, of: { Baseline($0, assets: ["ASSET"], rowsPerYear: 252) })
      where entry.path != "rule" {
        if let index = keys.firstIndex(where: { $0.entry == entry }) {
          keys[index].rules.append(rule)
        } else {
          keys.append((entry, [rule]))
        }
      }
    }
    for (entry, rules) in keys {
      func names(_ rules: [BaselineRule]) -> String {
        rules.map { "`\($0.rawValue)`" }.joined(separator: ", ")
      }
      let others = BaselineRule.allCases.filter { !rules.contains($0) }
      let owners =
        others.isEmpty
        ? "all" : others.count < rules.count ? "all but \(names(others))" : names(rules)
      let standard = entry.standard.map { "`\($0)`" } ?? "required"
      text += "| `\(entry.path)` | \(owners) | \(standard) | \(entry.expected) | \(entry.about) |\n"
    }
    return text
  }
}
