/// One command of a program, declared: what it takes and how its help explains it.
package struct CommandLineCommand: Sendable {
  /// The word that calls it.
  package let name: String
  /// What it does, in one sentence.
  package let summary: String
  /// What a person must know to use it; paragraphs are separated by empty lines.
  package let discussion: String
  /// The positional arguments in their order.
  package let operands: [CommandLineOperand]
  /// The options.
  package let options: [CommandLineOption]
  /// Command lines to copy, each with a remark.
  package let examples: [(line: String, remark: String)]

  /// A command.
  package init(
    _ name: String, _ summary: String, discussion: String = "",
    operands: [CommandLineOperand] = [], options: [CommandLineOption] = [],
    examples: [(line: String, remark: String)] = []
  ) {
    self.name = name
    self.summary = summary
    self.discussion = discussion
    self.operands = operands
    self.options = options
    self.examples = examples
  }
}
