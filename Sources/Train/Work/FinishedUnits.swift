internal import Finance

/// A trained unit and what it decides or forecasts in its test.
struct FittedUnit: Sendable {
  let unit: WorkUnit
  let state: FitState
  /// None of a forecaster.
  var decisions: PolicyDecisions
  /// Nil for a unit that decides.
  var forecasts: Forecasts?
}

extension Problem {
  /// The fits of all units, one after the other and without any file: for studies of many small runs.
  func fitsInMemory() throws -> [FittedUnit] {
    var last: [Member: FitState] = [:]
    return try units.map { unit in
      let before = experiment.training.warmStart ? last[unit.member] : nil
      let fitter = try Fitter(self, unit, warmStart: before?.best)
      let state = try fitter.fit(from: fitter.initialState)
      last[unit.member] = state
      return try fitter.fitted(state)
    }
  }
}

/// Collects the finished units of a run, after checking each: there, intact, and computed with the same
/// program, arithmetic, config and data.
struct FinishedUnits {
  let directory: RunDirectory
  let origin: CheckpointOrigin

  /// The fits of `units`, in their order.
  ///
  /// Throws ``MergeError`` with every unit that is missing, damaged or of another kind.
  func fits(_ units: [WorkUnit], of problem: Problem) throws -> [FittedUnit] {
    var problems: [MergeError.Fault] = []
    var fits: [FittedUnit] = []
    for unit in units {
      do { fits.append(try fit(unit, of: problem)) } catch let fault as MergeError.Fault {
        problems.append(fault)
      }
    }
    guard problems.isEmpty else {
      throw MergeError(run: directory.path, units: units.count, faults: problems)
    }
    return fits
  }

  private func fit(_ unit: WorkUnit, of problem: Problem) throws -> FittedUnit {
    let (path, file) = (directory.record(unit, .whole), directory.result(unit, .whole))
    guard directory.exists(path) else { throw MergeError.Fault(unit: unit.path, kind: .missing) }
    func damaged(_ what: String) -> MergeError.Fault {
      MergeError.Fault(unit: unit.path, kind: .damaged(what))
    }
    let record: UnitRecord
    do { record = try UnitRecord(contentsOf: path) } catch { throw damaged("\(error)") }
    guard record.unit == unit.path else {
      throw damaged("its record is that of \(record.unit)")
    }
    let found: String
    do { found = try SHA256.hex(ofFile: file) } catch { throw damaged("\(error)") }
    guard found == record.sha256 else {
      throw damaged(
        "\(file) has the checksum \(found.prefix(12))…, its record says "
          + "\(record.sha256.prefix(12))…")
    }
    let fitter = try Fitter(problem, unit)
    let state: FitState
    do {
      state = try FitCheckpoint.read(
        file, unit: unit, origin: origin, initial: fitter.initialState)
    } catch let error as CheckpointError where error.kind == .foreign {
      throw MergeError.Fault(unit: unit.path, kind: .foreign(error.problem))
    } catch { throw damaged("\(error)") }
    guard record.origin == origin.fingerprint else {
      throw MergeError.Fault(
        unit: unit.path, kind: .foreign("its record was written by another run"))
    }
    return try fitter.fitted(state)
  }
}
