import Testing

@testable import Train

@Suite struct CommandLineProgramTests {
  enum Colour: String, CaseIterable { case never, always }

  static let program = CommandLineProgram(
    "train", "Trains portfolios end to end.", discussion: "Without arguments the quick start runs.",
    commands: [
      CommandLineCommand(
        "run", "Train, test and report an experiment.",
        discussion: """
          Reads a configuration, trains every fold and writes a run directory with the weights, the
          returns and a report.

          A killed run goes on with 'train resume'.
          """,
        operands: [.optional("CONFIG.json", "The experiment.")],
        options: [
          .repeatable("set", "KEY=VALUE", "Replace a value of the configuration."),
          .value("output", "DIR", "Where the run directory is made."),
          .value("seed", "N", "The seed of all random numbers."),
          .value("rate", "X", "A rate."), .value("colour", "WHEN", "Colours."),
          .flag(
            "force",
            "Replace an existing run directory, whatever it holds and however long it "
              + "took to make."),
        ],
        examples: [
          ("train run Experiments/quick.json", "Trains for seconds."),
          ("train run x.json --set training.epochs=3 --seed 7", "Fewer epochs, another seed."),
        ]),
      CommandLineCommand(
        "resume", "Go on with a killed run.",
        operands: [.required("RUN", "The directory.")]),
      CommandLineCommand(
        "merge", "Merge runs.",
        operands: [.required("TARGET", "x"), .several("RUN", "y")]),
    ], defaultCommand: "run")

  private func run(_ line: String) throws -> CommandLineArguments {
    let request = try Self.program.parse(line.split(separator: " ").map { String($0) })
    guard case .run(let arguments) = request else {
      throw UsageError("help instead of a command")
    }
    return arguments
  }

  @Test func optionsAndOperandsMix() throws {
    let arguments = try run("run --seed 7 x.json --set a=1 --set=b=2 --force --output=runs/a=b")
    #expect(arguments.commandName == "run")
    #expect(arguments.operand("CONFIG.json") == "x.json")
    #expect(try arguments.int("seed", in: 0...) == 7)
    #expect(arguments.strings("set") == ["a=1", "b=2"])
    #expect(arguments.string("output") == "runs/a=b")
    #expect(arguments.has("force"))
    #expect(try arguments.double("rate") == nil)
  }

  @Test func defaultCommandTakesPathsOptionsAndNothing() throws {
    #expect(try run("x.json").operand("CONFIG.json") == "x.json")
    #expect(try run("dir/x").operand("CONFIG.json") == "dir/x")
    #expect(try run("--seed 3").commandName == "run")
    #expect(try run("").operand("CONFIG.json") == nil)
  }

  @Test func negativeNumbersAreValuesAndTwoHyphensEndTheOptions() throws {
    #expect(try run("run --rate -0.5").double("rate") == -0.5)
    #expect(try run("run --output -").string("output") == "-")
    #expect(try run("merge a -- --b -c").operands == ["a", "--b", "-c"])
  }

  @Test(arguments: [
    ("resme runs/a", "train: unknown command 'resme'; did you mean 'resume'?\nSee 'train --help'."),
    (
      "quick", "train: unknown command 'quick' (a file is written ./quick)\nSee 'train --help'."
    ),
    (
      "run --sede 3",
      "train run: unknown option '--sede'; did you mean '--seed'?\nSee 'train run --help'."
    ),
    ("run -x", "train run: unknown option '-x'\nSee 'train run --help'."),
    (
      "run -seed 3",
      "train run: unknown option '-seed'; did you mean '--seed'?\nSee 'train run --help'."
    ),
    ("run --seed", "train run: --seed needs a value: --seed N\nSee 'train run --help'."),
    ("run --seed --force", "train run: --seed needs a value: --seed N\nSee 'train run --help'."),
    ("run --seed 1 --seed 2", "train run: --seed is given twice\nSee 'train run --help'."),
    ("run --force=1", "train run: --force takes no value, found '1'\nSee 'train run --help'."),
    ("run a.json b.json", "train run: unexpected argument 'b.json'\nSee 'train run --help'."),
    ("resume", "train resume: missing RUN: The directory.\nSee 'train resume --help'."),
    ("merge a", "train merge: missing RUN: y\nSee 'train merge --help'."),
    ("help rum", "train: unknown command 'rum'; did you mean 'run'?\nSee 'train --help'."),
  ])
  func faultsSayWhatWasMeant(line: String, message: String) {
    let error = #expect(throws: UsageError.self) { try run(line) }
    #expect(error?.description == message)
  }

  @Test func valuesAreChecked() throws {
    let arguments = try run("run --seed 1.5 --rate inf --colour nver")
    let seed = #expect(throws: UsageError.self) { try arguments.int("seed", in: 0...) }
    #expect(seed?.message == "--seed is '1.5'; expected an integer, at least 0")
    let rate = #expect(throws: UsageError.self) { try arguments.double("rate", in: 0...1) }
    #expect(rate?.message == "--rate is 'inf'; expected a number in 0…1")
    let colour = #expect(throws: UsageError.self) {
      try arguments.choice("colour", of: Colour.self)
    }
    #expect(
      colour?.message
        == "--colour is 'nver'; expected one of never, always; did you mean 'never'?")
    #expect(try run("run --colour always").choice("colour", of: Colour.self) == .always)
  }

  private func help(_ line: String) throws -> String {
    let request = try Self.program.parse(line.split(separator: " ").map { String($0) })
    guard case .help(let text) = request else { throw UsageError("no help") }
    return text
  }

  @Test(arguments: ["--help", "-h", "help"]) func programExplainsItself(line: String) throws {
    #expect(
      try help(line) == """
        train: Trains portfolios end to end.

        Usage: train [COMMAND] …

        Commands:
          run     Train, test and report an experiment. (default)
          resume  Go on with a killed run.
          merge   Merge runs.

        Without arguments the quick start runs.

        'train COMMAND --help' explains a command.

        """)
  }

  @Test(arguments: ["run --help", "help run", "run x.json --seed 3 -h"])
  func commandsExplainThemselves(line: String) throws {
    #expect(
      try help(line) == """
        Train, test and report an experiment.

        Usage: train run [CONFIG.json] [--set KEY=VALUE]… [--output DIR] [--seed N]
               [--rate X] [--colour WHEN] [--force]

        Reads a configuration, trains every fold and writes a run directory with the
        weights, the returns and a report.

        A killed run goes on with 'train resume'.

        Arguments:
          CONFIG.json  The experiment.

        Options:
          --set KEY=VALUE  Replace a value of the configuration. (repeatable)
          --output DIR     Where the run directory is made.
          --seed N         The seed of all random numbers.
          --rate X         A rate.
          --colour WHEN    Colours.
          --force          Replace an existing run directory, whatever it holds and
                           however long it took to make.
          --help           Print this help.

        Examples:
          train run Experiments/quick.json
              Trains for seconds.
          train run x.json --set training.epochs=3 --seed 7
              Fewer epochs, another seed.

        """)
  }
}
