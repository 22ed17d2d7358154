internal import Finance

/// The names of assets, in messages of solvers that know them by number.
struct AssetNames {
  let names: [String]

  /// Replaces `asset 3` by `asset 'GOLD'`.
  func named(_ message: String) -> String {
    let parts = message.split(separator: " ", omittingEmptySubsequences: false)
    var result: [String] = []
    for part in parts {
      let digits = part.prefix { $0.isNumber }
      guard result.last == "asset" || result.last == "assets", let number = Int(digits),
        names.indices.contains(number)
      else {
        result.append(String(part))
        continue
      }
      result.append("'\(names[number])'\(part.dropFirst(digits.count))")
    }
    return result.joined(separator: " ")
  }

  /// Does something whose errors are about assets, the user's.
  func explaining<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as UsageError { throw error } catch {
      throw ExperimentError(named("\(error)"))
    }
  }
}
