struct RunReport {
  let result: RunResult
  let loaded: LoadedExperiment
  var html: String { "" }
}
