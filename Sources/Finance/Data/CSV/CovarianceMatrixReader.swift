#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Reads a covariance matrix from a CSV file whose first row and first column are asset names.
///
/// Names of rows and columns must be the same in the same order. Symmetry is required to a relative
/// 1e-6, what printing with six digits leaves, and made exact. Units are the file's own.
public enum CovarianceMatrixReader {
  /// The names and the matrix `[N, N]` of a file.
  ///
  /// Throws ``DataError`` with line, column and value.
  public static func read(_ path: String) throws -> (names: [String], matrix: Matrix) {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw DataError(file: path, problem: "no such file; expected a CSV file.")
    }
    return try parse(String(decoding: data, as: UTF8.self), source: path)
  }

  /// The same from text.
  public static func parse(
    _ text: String, source: String
  ) throws -> (names: [String], matrix: Matrix) {
    let lines = text.split(whereSeparator: \.isNewline)
      .map { line in
        line.split(separator: ",", omittingEmptySubsequences: false).map {
          String(
            $0.drop { $0 == " " || $0 == "\u{FEFF}" || $0 == "\"" }
              .reversed().drop { $0 == " " || $0 == "\"" }.reversed())
        }
      }
    guard let header = lines.first, header.count >= 2 else {
      throw DataError(
        file: source, problem: "is not a covariance matrix; expected a first row of asset names.")
    }
    let names = Array(header.dropFirst())
    for (index, name) in names.enumerated() where names[..<index].contains(name) || name.isEmpty {
      throw DataError(
        file: source, line: 1,
        problem: name.isEmpty ? "column \(index + 2) has no name." : "'\(name)' occurs twice.")
    }
    guard lines.count == names.count + 1 else {
      throw DataError(
        file: source,
        problem: "has \(names.count) columns but \(lines.count - 1) rows; expected as many.")
    }
    var matrix = Matrix(rows: names.count, columns: names.count)
    for (i, cells) in lines.dropFirst().enumerated() {
      guard cells.count == names.count + 1 else {
        throw DataError(
          file: source, line: i + 2,
          problem: "has \(cells.count) cells; expected \(names.count + 1).")
      }
      guard cells[0] == names[i] else {
        throw DataError(
          file: source, line: i + 2,
          problem: "is the row of '\(cells[0])', but column \(i + 2) is '\(names[i])'; "
            + "expected the same order.")
      }
      for (j, name) in names.enumerated() {
        guard let value = Double(cells[j + 1]), value.isFinite else {
          throw DataError(
            file: source, line: i + 2, column: name, value: cells[j + 1],
            problem: "is not a number; expected digits with a decimal point.")
        }
        matrix[i, j] = value
      }
    }
    try symmetrize(&matrix, names, source)
    return (names, matrix)
  }

  private static func symmetrize(
    _ matrix: inout Matrix, _ names: [String], _ source: String
  ) throws {
    for i in names.indices {
      for j in 0..<i {
        let (a, b) = (matrix[i, j], matrix[j, i])
        let scale = (abs(matrix[i, i]) * abs(matrix[j, j])).squareRoot()
        guard abs(a - b) <= 1e-6 * max(scale, abs(a), abs(b)) else {
          throw DataError(
            file: source,
            problem: "is not symmetric: (\(names[i]), \(names[j])) is \(a), "
              + "(\(names[j]), \(names[i])) is \(b).")
        }
        matrix[i, j] = 0.5 * (a + b)
        matrix[j, i] = matrix[i, j]
      }
    }
  }
}
