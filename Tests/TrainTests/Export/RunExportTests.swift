import Autodiff
import Foundation
import Testing

@testable import Train

@Suite struct RunExportTests {
  @Test func everyPartHoldsTheTrainedNetworks() throws {
    try withTemporaryDirectory { folder in
      let problem = try SmallExperiment.problem()
      let directory = RunDirectory(path: folder)
      let run = try SmallExperiment.run(problem, in: directory)
      let export = try RunExport(run: directory)
      #expect(export.units.map(\.name) == run.fits.map(\.unit.path).sorted())
      let output = folder + "/export"
      _ = try export.write(RunExport.Part.allCases, to: output, time: 1_700_000_000)

      let csv = try String(contentsOfFile: output + "/metrics.csv", encoding: .utf8)
        .split(separator: "\n")
      let epochs = run.fits.reduce(0) { $0 + $1.state.epochs.count }
      #expect(csv.count == epochs + 1)
      #expect(
        csv[0] == "unit,epoch,best,train,objective,validation,gradientNorm,solverIterations,"
          + "solverDecrement,solverResidual,solverCondition,solverWeaklyActiveBounds")
      #expect(csv.filter { $0.contains(",true,") }.count == run.fits.count)
      let json = try String(contentsOfFile: output + "/metrics.jsonl", encoding: .utf8)
        .split(separator: "\n")
      #expect(json.count == epochs)

      for fit in run.fits {
        let path = output + "/parameters/\(fit.unit.path).safetensors"
        let file = try Safetensors(contentsOf: path)
        for entry in fit.state.best.entries {
          #expect(
            file[entry.name]?.elements
              == FitCheckpoint.encode(Array(fit.state.best.values[entry.range])))
        }
        let events = output + "/tensorboard/\(fit.unit.path)/events.out.tfevents.1700000000.keel"
        #expect(FileManager.default.fileExists(atPath: events))
      }
    }
  }

  @Test func aRunWithoutCheckpointsIsRefused() throws {
    try withTemporaryDirectory { folder in
      let error = #expect(throws: ExperimentError.self) {
        try RunExport(run: RunDirectory(path: folder))
      }
      #expect(error?.description.contains("holds no checkpoint yet") == true)
    }
  }
}
