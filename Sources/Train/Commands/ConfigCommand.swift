/// `train config`: the reference of the experiment config.
enum ConfigCommand {
  static let declaration = CommandLineCommand(
    "config", "print the reference of the experiment config, as Markdown",
    examples: [("train config", "what Docs/Configuration.md holds")])

  static func run(_ arguments: CommandLineArguments) {
    print(ConfigurationGuide.markdown, terminator: "")
  }
}
