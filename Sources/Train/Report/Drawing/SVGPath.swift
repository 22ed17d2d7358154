/// The path data of lines and areas in the coordinates of a ``PlotFrame``: whole numbers, relative to
/// the point before, which makes them short and exact.
struct SVGPath {
  private(set) var text = ""
  private var pen: (x: Int, y: Int)?

  /// Coordinates of a plot: the picture is stretched to its place.
  static let width = 2000
  static let height = 1000

  /// A line through the points, positions from 0 to 1 from the left and from the top; a point that
  /// is not finite interrupts it.
  init(line positions: [Double], _ heights: [Double]) {
    for (x, y) in zip(positions, heights) {
      if x.isFinite, y.isFinite { line(to: Self.point(x, y)) } else { lift() }
    }
    lift()
  }

  /// The area between a line and a horizontal edge at height `edge`.
  init(areaBelow positions: [Double], _ heights: [Double], edge: Double) {
    var run: [(x: Int, y: Int)] = []
    let bottom = Self.point(0, edge).y
    func close(_ run: [(x: Int, y: Int)], into path: inout SVGPath) {
      guard let first = run.first, let last = run.last else { return }
      for point in run { path.line(to: point) }
      path.line(to: (last.x, bottom))
      path.line(to: (first.x, bottom))
      path.text += "z"
      path.pen = nil
    }
    for (x, y) in zip(positions, heights) {
      if x.isFinite, y.isFinite {
        run.append(Self.point(x, y))
      } else {
        close(run, into: &self)
        run = []
      }
    }
    close(run, into: &self)
  }

  private init() {}

  private static func point(_ x: Double, _ y: Double) -> (x: Int, y: Int) {
    // Far outside of the picture is as good as anywhere outside.
    let (x, y) = (min(max(x, -1), 2), min(max(y, -1), 2))
    return (Int((x * Double(width)).rounded()), Int((y * Double(height)).rounded()))
  }

  private var startedLine = false

  private mutating func line(to point: (x: Int, y: Int)) {
    guard let pen else {
      text += "M\(point.x) \(point.y)"
      self.pen = point
      startedLine = false
      return
    }
    let (dx, dy) = (point.x - pen.x, point.y - pen.y)
    guard dx != 0 || dy != 0 || !startedLine else { return }
    if !startedLine {
      text += "l\(dx)"
    } else {
      text += dx < 0 ? "\(dx)" : " \(dx)"
    }
    text += dy < 0 ? "\(dy)" : " \(dy)"
    self.pen = point
    startedLine = true
  }

  /// Ends a line; a single point becomes a line of no length, which its round ends make a dot.
  private mutating func lift() {
    if pen != nil, !startedLine { text += "h0" }
    pen = nil
    startedLine = false
  }
}
