internal import Kernels
internal import KernelInterface

/// The forward pass of a variable selection network.
struct VariableSelectionForward: ShardedWork {
  let plan: VariableSelectionPlan
  let weights: SelectionPointers
  let packed: SelectionPacking
  let assets: UnsafePointer<Scalar>
  let market: UnsafePointer<Scalar>?
  let context: UnsafePointer<Scalar>?
  let output: UnsafeMutablePointer<Scalar>
  let scratch: WorkerScratch

  static func scratchCount(_ plan: VariableSelectionPlan) -> Int {
    SelectionNetworks.count(plan) + plan.blockRows * plan.width
  }

  func run(shard: Int, worker: Int) {
    let memory = scratch[worker]
    let networks = SelectionNetworks(self.plan, weights, packed, memory)
    let term = memory + SelectionNetworks.count(plan)
    let (d, j) = (plan.width, plan.variables)
    for index in plan.blocks(of: shard) {
      let block = plan.block(index)
      let x = assets + block.firstRow * plan.assetVariables
      let z = market.map { $0 + block.firstDate * plan.marketVariables }
      let v = output + (plan.dates * plan.assets * d + block.firstRow * j)
      networks.select(block, x, z, context, into: v)
      let selected = output + block.firstRow * d
      selected.update(repeating: 0, count: block.rows * d)
      for k in 0..<j {
        let rows = networks.variable(k, block, x, z)
        networks.scaleAndShift(rows, k, into: term)
        kernels.addScaledRows(
          block.rows, d, v + k, stride: j, term,
          sharing: k < plan.assetVariables ? 1 : block.assets, into: selected)
      }
    }
  }
}

/// The gated residual networks of a variable selection network, for one block of rows at a time.
struct SelectionNetworks {
  let plan: VariableSelectionPlan
  let weights: SelectionPointers
  let packed: SelectionPacking
  /// The network of the variable computed last.
  let variable: GatedRows
  /// The network that selects.
  let selection: GatedRows
  /// What the market's variables add to its hidden layer and its skip connection, per date.
  private let dateHidden, dateSkip: UnsafeMutablePointer<Scalar>

  static func count(_ plan: VariableSelectionPlan) -> Int {
    GatedRows.count(rows: plan.blockRows, hidden: plan.hidden, width: plan.width)
      + GatedRows.count(
        rows: plan.blockRows, hidden: plan.selectionWidth, width: plan.variables)
      + plan.blockDates * (plan.selectionWidth + plan.variables)
  }

  init(
    _ plan: VariableSelectionPlan, _ weights: SelectionPointers, _ packed: SelectionPacking,
    _ memory: UnsafeMutablePointer<Scalar>
  ) {
    self.plan = plan
    self.weights = weights
    self.packed = packed
    let rows = plan.blockRows
    variable = GatedRows(rows: rows, hidden: plan.hidden, width: plan.width, memory)
    let second = memory + GatedRows.count(rows: rows, hidden: plan.hidden, width: plan.width)
    selection = GatedRows(
      rows: rows, hidden: plan.selectionWidth, width: plan.variables, second)
    dateHidden =
      second
      + GatedRows.count(rows: rows, hidden: plan.selectionWidth, width: plan.variables)
    dateSkip = dateHidden + plan.blockDates * plan.selectionWidth
  }

  /// Runs the network of variable k: over the block's rows, or over its dates if it is the market's;
  /// returns how many.
  func variable(
    _ k: Int, _ block: SelectionRows, _ x: UnsafePointer<Scalar>, _ z: UnsafePointer<Scalar>?
  ) -> Int {
    let source = values(k, x, z)
    let rows = k < plan.assetVariables ? block.rows : block.dates
    let (d, h) = (plan.width, plan.hidden)
    let (slope, offset) = (weights.first + k * h, weights.firstBias + k * h)
    let (embedding, shift) = (weights.embedding + k * d, weights.embeddingBias + k * d)
    kernels.lineRows(
      rows, h, source.first, stride: source.stride, slope: slope, offset: offset,
      into: variable.arguments)
    kernels.lineRows(
      rows, d, source.first, stride: source.stride, slope: embedding, offset: shift,
      into: variable.normalized)
    kernels.elu(rows * h, variable.arguments, into: variable.activated)
    variable.forward(rows: rows, packed.gates(k), epsilon: plan.epsilon)
    return rows
  }

  /// Where the values of variable k lie in a block.
  func values(_ k: Int, _ x: UnsafePointer<Scalar>, _ z: UnsafePointer<Scalar>?) -> (
    first: UnsafePointer<Scalar>, stride: Int
  ) {
    if k < plan.assetVariables { return (x + k, plan.assetVariables) }
    guard let z else { fatalError("variableSelection: no market variables") }
    return (z + (k - plan.assetVariables), plan.marketVariables)
  }

  /// `g = gain ⊙ z + bias` of the variable computed last.
  func scaleAndShift(_ rows: Int, _ k: Int, into g: UnsafeMutablePointer<Scalar>) {
    let d = plan.width
    let (gain, bias) = (weights.gain + k * d, weights.bias + k * d)
    kernels.scaleAndShiftRows(rows, d, variable.normalized, gain: gain, bias: bias, into: g)
  }

  /// The weights `[rows, J]` of the variables.
  func select(
    _ block: SelectionRows, _ x: UnsafePointer<Scalar>, _ z: UnsafePointer<Scalar>?,
    _ context: UnsafePointer<Scalar>?, into v: UnsafeMutablePointer<Scalar>
  ) {
    let (j, s) = (plan.variables, plan.selectionWidth)
    affine(
      block, x, z, columns: s, asset: packed.assetFirst, market: packed.marketFirst,
      bias: weights.selectionFirstBias, perDate: dateHidden, into: selection.arguments)
    affine(
      block, x, z, columns: j, asset: packed.assetSkip, market: packed.marketSkip,
      bias: weights.selectionSkipBias, perDate: dateSkip, into: selection.normalized)
    if let context {
      for r in 0..<block.rows {
        let source = plan.pairing.operands(block.firstRow + r).right
        kernels.addScaled(s, 1, context + source * s, into: selection.arguments + r * s)
      }
    }
    kernels.elu(block.rows * s, selection.arguments, into: selection.activated)
    selection.forward(rows: block.rows, packed.selectionGates, epsilon: plan.epsilon)
    let (gain, bias) = (weights.selectionGain, weights.selectionBias)
    for r in 0..<block.rows {
      let (z, row) = (selection.normalized + r * j, selection.arguments + r * j)
      var largest = -Scalar.infinity
      for k in 0..<j {
        row[k] = gain[k] * z[k] + bias[k]
        largest = row[k] > largest ? row[k] : largest
      }
      for k in 0..<j { row[k] -= largest }
    }
    kernels.exp(block.rows * j, selection.arguments, into: v)
    for r in 0..<block.rows {
      let row = v + r * j
      let share = 1 / kernels.sum(j, row)
      for k in 0..<j { row[k] *= share }
    }
  }

  /// `target = x U + z U' + bias`, the market's part once per date.
  private func affine(
    _ block: SelectionRows, _ x: UnsafePointer<Scalar>, _ z: UnsafePointer<Scalar>?,
    columns: Int, asset: UnsafePointer<Scalar>, market: UnsafePointer<Scalar>,
    bias: UnsafePointer<Scalar>, perDate: UnsafeMutablePointer<Scalar>,
    into target: UnsafeMutablePointer<Scalar>
  ) {
    let (f, m) = (plan.assetVariables, plan.marketVariables)
    for q in 0..<block.dates { (perDate + q * columns).update(from: bias, count: columns) }
    if let z, m > 0 {
      kernels.multiplyPacked(
        rows: block.dates, depth: m, columns: columns, z, rowStride: m, columnStride: 1,
        packed: market, into: perDate, rowStride: columns, adding: bias, rowStride: 0)
    }
    for q in 0..<block.dates {
      let rows = target + q * block.assets * columns
      if f > 0 {
        kernels.multiplyPacked(
          rows: block.assets, depth: f, columns: columns, x + q * block.assets * f, rowStride: f,
          columnStride: 1, packed: asset, into: rows, rowStride: columns,
          adding: perDate + q * columns, rowStride: 0)
      } else {
        for r in 0..<block.assets {
          (rows + r * columns).update(from: perDate + q * columns, count: columns)
        }
      }
    }
  }
}
