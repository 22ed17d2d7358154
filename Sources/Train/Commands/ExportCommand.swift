internal import Finance
internal import Foundation

/// `train export`: a run's training in the formats of other tools.
enum ExportCommand {
  static let declaration = CommandLineCommand(
    "export", "write a run's metrics and parameters for other tools",
    discussion: """
      Metrics by epoch as CSV, as JSON lines and as TensorBoard event files; the parameters of the \
      chosen epochs as safetensors, which Python's safetensors reads as they are. A run in progress \
      can be exported too.
      """,
    operands: [.required("RUN", "the run directory")],
    options: [
      .repeatable(
        "only", "PART",
        "\(RunExport.Part.allCases.map(\.rawValue).joined(separator: "|")); several times for several (default: all)"
      ),
      .value("output", "DIR", "where to write (default: RUN/export)"),
    ],
    examples: [
      ("train export runs/quickstart", ""),
      ("train export runs/quickstart --only tensorboard --output logs", ""),
    ])

  static func run(_ arguments: CommandLineArguments) throws {
    let directory = try RunDirectory.existing(arguments.operand("RUN") ?? ".")
    let parts = try arguments.strings("only").map { word in
      guard let part = RunExport.Part(rawValue: word) else {
        let words = RunExport.Part.allCases.map(\.rawValue)
        throw UsageError(
          "--only is '\(word)'; expected one of \(words.joined(separator: ", "))"
            + Spelling.hint(for: word, among: words), command: arguments.title)
      }
      return part
    }
    let export = try RunExport(run: directory)
    let written = try export.write(
      parts.isEmpty ? RunExport.Part.allCases : parts,
      to: arguments.string("output") ?? directory.file("export"),
      time: Date().timeIntervalSince1970)
    print("\(export.units.count) networks exported")
    for line in written { print(line) }
  }
}
