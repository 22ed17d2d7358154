/// The reference of the experiment config, generated from the schema that reads it.
enum ConfigurationGuide {
  /// The page as Markdown.
  static var markdown: String {
    var text = """
      # Configuration

      An experiment is a JSON file; comments (`//`, `/* */`) are allowed. It states only what differs
      from the defaults below; the run directory keeps the config with every default resolved. On the
      command line `--set key.path=value` replaces any of these. Unknown keys, wrong types and values
      out of range are refused, all at once, with their place.

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
    return text
  }
}
