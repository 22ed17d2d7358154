internal import Finance

/// Numbers given to assets on the command line: `GOLD=0.2,WTI=0.1`, or a CSV file of two columns, or
/// one number for all.
enum NamedValues {
  /// The values in the order of `assets`.
  ///
  /// Those not named get `standard`, or are refused without one. One number for all is understood
  /// where `allowsCommon`.
  static func parse(
    _ text: String, option: String, assets: [String], standard: Double?,
    allowsCommon: Bool = false
  ) throws -> [Double] {
    if allowsCommon, let common = Double(text), common.isFinite {
      return [Double](repeating: common, count: assets.count)
    }
    let pairs: [(place: String, text: Substring)]
    if text.contains("=") {
      pairs = text.split(separator: ",").map { ("--\(option)", $0) }
    } else {
      let content = String(decoding: try FileBytes.read(text), as: UTF8.self)
      pairs = content.split(whereSeparator: \.isNewline).enumerated()
        .filter { !$0.element.allSatisfy { $0 == " " } }
        .map { ("\(text): line \($0.offset + 1)", $0.element) }
    }
    var values = [Double?](repeating: standard, count: assets.count)
    var seen: Set<String> = []
    for (index, pair) in pairs.enumerated() {
      let parts = pair.text.split(maxSplits: 1) { $0 == "=" || $0 == "," }
        .map { $0.trimmed }
      guard parts.count == 2, let value = Double(parts[1]), value.isFinite else {
        // The first line of a file may be a header.
        if index == 0, !text.contains("=") { continue }
        throw UsageError("\(pair.place): '\(pair.text)' is not NAME=VALUE, such as GOLD=0.2")
      }
      guard let position = assets.firstIndex(of: parts[0]) else {
        throw UsageError(
          "\(pair.place): no asset '\(parts[0])'\(Spelling.hint(for: parts[0], among: assets))")
      }
      guard seen.insert(parts[0]).inserted else {
        throw UsageError("\(pair.place): '\(parts[0])' is given twice")
      }
      values[position] = value
    }
    return try zip(assets, values).map { asset, value in
      guard let value else {
        throw UsageError(
          "--\(option): no value for '\(asset)'; name every asset, or choose columns by --assets")
      }
      return value
    }
  }
}

extension Substring {
  fileprivate var trimmed: String {
    String(drop { $0 == " " || $0 == "\"" }.reversed().drop { $0 == " " || $0 == "\"" }.reversed())
  }
}
