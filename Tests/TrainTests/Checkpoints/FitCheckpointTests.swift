import Autodiff
import Finance
import Testing

@testable import Train

@Suite struct FitCheckpointTests {
  private let problem: Problem
  private let unit: WorkUnit
  private let fitter: Fitter

  init() throws {
    problem = try SmallExperiment.problem(["training.checkpointEvery=1"])
    unit = WorkUnit(fold: problem.folds[0], member: .network(seed: 0))
    fitter = try Fitter(problem, unit)
  }

  private func read(_ path: String, origin: CheckpointOrigin = .test) throws -> FitState {
    try FitCheckpoint.read(path, unit: unit, origin: origin, initial: fitter.initialState)
  }

  @Test("A state survives to the bit", arguments: ["adamw", "lbfgs"], [nil, 10])
  func aStateSurvivesToTheBit(_ optimizer: String, _ block: Int?) throws {
    guard optimizer != "lbfgs" || block == nil else { return }
    let problem = try SmallExperiment.problem([
      "training.optimizer=\(optimizer)", "training.block=\(block.map(String.init) ?? "null")",
    ])
    let fitter = try Fitter(problem, unit)
    try withTemporaryDirectory { folder in
      var steps = 0
      // Within an epoch where there are several steps, else between two.
      let state = try fitter.fit(
        from: fitter.initialState,
        pause: {
          steps += 1
          return steps == 3
        })
      #expect(!state.isFinished && (block == nil || state.pending != nil))
      #expect(optimizer != "lbfgs" || !state.optimizer.curvature.isEmpty)
      let path = folder + "/state.safetensors"
      try FitCheckpoint.write(state, unit: unit, origin: .test, to: path)
      let again = try FitCheckpoint.read(
        path, unit: unit, origin: .test, initial: fitter.initialState)
      #expect(again == state)
      #expect(
        try fitter.fit(from: again) == fitter.fit(from: fitter.initialState),
        "continued, to the same bits")
    }
  }

  /// A process may be killed between any two writes: whatever checkpoint it left, going on from it
  /// gives the same bits.
  @Test func everyCheckpointContinuesToTheSameBits() throws {
    let whole = try fitter.fit(from: fitter.initialState)
    try withTemporaryDirectory { folder in
      let files = CheckpointFiles(path: folder + "/state.safetensors", kept: 2)
      var count = 0
      _ = try fitter.fit(
        from: fitter.initialState,
        checkpoint: { state in
          count += 1
          try files.write(state, unit: unit, origin: .test)
          let saved = try files.newest(
            unit: unit, origin: .test, initial: fitter.initialState, note: { _ in })
          #expect(try saved.map { try fitter.fit(from: $0) } == whole)
        })
      #expect(count >= 4)
    }
  }

  /// Every single flipped bit is noticed, wherever it is.
  @Test func everyDamageIsDetected() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/state.safetensors"
      try FitCheckpoint.write(fitter.initialState, unit: unit, origin: .test, to: path)
      let sound = try FileBytes.read(path)
      var generator = SplitMix64(seed: 5)
      for trial in 0..<200 {
        var bytes = sound
        if trial < 20 {
          bytes.removeLast(1 + trial * sound.count / 21)
        } else {
          let bit = Int(generator.next() % UInt64(8 * sound.count))
          bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        }
        try AtomicFile.write(bytes, to: path)
        let error = #expect(throws: CheckpointError.self, "trial \(trial)") { try read(path) }
        #expect(error?.description.hasPrefix(path) == true)
      }
      try AtomicFile.write(sound, to: path)
      #expect(try read(path) == fitter.initialState)
    }
  }

  @Test func theOneBeforeADamagedOneIsUsedAndSaid() throws {
    try withTemporaryDirectory { folder in
      let files = CheckpointFiles(path: folder + "/seed-0.safetensors", kept: 3)
      var states: [FitState] = []
      _ = try fitter.fit(
        from: fitter.initialState,
        checkpoint: { state in
          states.append(state)
          try files.write(state, unit: unit, origin: .test)
        })
      func newest() throws -> (state: FitState?, notes: [String]) {
        var notes: [String] = []
        let state = try files.newest(
          unit: unit, origin: .test, initial: fitter.initialState, note: { notes.append($0) })
        return (state, notes)
      }
      let count = states.count
      #expect(try newest() == (states[count - 1], []))
      for age in 0..<3 {
        let path = files.path(age: age)
        #expect(try read(path) == states[count - 1 - age])
        var bytes = try FileBytes.read(path)
        bytes[bytes.count - 3] ^= 4
        try AtomicFile.write(bytes, to: path)
        let (state, notes) = try newest()
        #expect(state == (age < 2 ? states[count - 2 - age] : nil))
        #expect(notes.count == age + 2)
        #expect(notes[0].contains("seed-0.safetensors: damaged: its CRC-32C is"), "\(notes)")
        #expect(notes[age + 1].contains(age < 2 ? "going on from here" : "from the start"))
      }
    }
  }

  @Test func checkpointsOfSomethingElseAreRefusedWithTheDifference() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/state.safetensors"
      try FitCheckpoint.write(fitter.initialState, unit: unit, origin: .test, to: path)
      func problem(_ read: () throws -> FitState) -> String {
        let error = #expect(throws: CheckpointError.self) { try read() }
        #expect(error?.kind == .foreign)
        return error?.problem ?? ""
      }
      let other = CheckpointOrigin(
        json: ["scalar": JSONValue("\(Scalar.self)"), "config": ["epochs": 2], "data": "abc"])
      let config = problem { try read(path, origin: other) }
      #expect(
        config
          == "was written by another run: config was 1 and is absent; config.epochs was absent "
          + "and is 2; data was absent and is \"abc\"")
      let elsewhere = WorkUnit(fold: self.problem.folds[1], member: .constants(number: 0))
      #expect(
        problem {
          try FitCheckpoint.read(
            path, unit: elsewhere, origin: .test, initial: fitter.initialState)
        } == "belongs to folds/00/seed-0, not to folds/01/constants")
      let wider = try SmallExperiment.problem(["model.sequence.hidden=4"])
      let larger = try Fitter(wider, unit)
      let model = problem {
        try FitCheckpoint.read(path, unit: unit, origin: .test, initial: larger.initialState)
      }
      #expect(model.hasPrefix("is of another model: it has policy."), "\(model)")
    }
  }

  /// Arrays of the other precision are refused, and converted on request.
  @Test func precisionConvertsOnRequest() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/state.safetensors"
      let state = try fitter.fit(from: fitter.initialState)
      let own = FitCheckpoint.file(state, unit: unit.path, origin: .test)
      let foreign = CheckpointOrigin(json: ["scalar": "Other", "config": 1])
      var file = Safetensors()
      for entry in own.entries {
        file.append(entry.name, shape: entry.shape, SmallRun.inOtherPrecision(entry))
      }
      let text = FitCheckpoint.file(state, unit: unit.path, origin: foreign).metadata["state"] ?? ""
      file.metadata = ["format": FitCheckpoint.format, "state": text]
      file.metadata["crc32c"] = FitCheckpoint.checksum(file, state: text)
      try file.write(to: path)
      let error = #expect(throws: CheckpointError.self) { try read(path) }
      #expect(error?.problem.contains("scalar was \"Other\" and is") == true)
      #expect(throws: CheckpointError.self, "it must be of the run it is said to be") {
        try FitCheckpoint.converted(path, unit: unit, from: .test, to: .test)
      }
      // Rewritten in this precision it is an ordinary checkpoint.
      try FitCheckpoint.converted(path, unit: unit, from: foreign, to: .test).write(to: path)
      let converted = try read(path)
      #expect(
        converted.parameters.values.map { Float($0) } == state.parameters.values.map { Float($0) })
      #expect(converted.epochs == state.epochs && converted.scaler == state.scaler)
    }
  }
}
