internal import Autodiff
internal import Finance

/// How a solver fared on the dates of a block; parts that run at the same time write different dates.
struct DatedDiagnostics: BitwiseCopyable {
  private let found: UnsafeMutablePointer<RiskBudgetDiagnostics>
  private let hasFailed: UnsafeMutablePointer<Bool>
  private let dates: Int

  init(dates: Int, on tape: Tape) {
    self.dates = dates
    found = tape.allocate(RiskBudgetDiagnostics.self, dates)
    hasFailed = tape.allocate(Bool.self, dates)
  }

  /// Solves some dates and notes how it went.
  func note(
    _ part: Range<Int>, _ solve: (Int) throws(RiskBudgetError) -> RiskBudgetDiagnostics
  ) {
    for date in part {
      do throws(RiskBudgetError) {
        (found + date).initialize(to: try solve(date))
        hasFailed[date] = false
      } catch { hasFailed[date] = true }
    }
  }

  /// The diagnostics of all dates; a date that failed is solved once more, for its error.
  func collected(
    _ solve: (Int) throws(RiskBudgetError) -> RiskBudgetDiagnostics
  ) throws(DatedError) -> [RiskBudgetDiagnostics] {
    var all: [RiskBudgetDiagnostics] = []
    all.reserveCapacity(dates)
    for date in 0..<dates {
      guard hasFailed[date] else {
        all.append(found[date])
        continue
      }
      do throws(RiskBudgetError) { all.append(try solve(date)) } catch {
        throw DatedError(date: date, underlying: error)
      }
    }
    return all
  }
}
