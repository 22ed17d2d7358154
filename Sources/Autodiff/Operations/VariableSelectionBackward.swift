internal import Kernels
internal import KernelInterface

extension VariableSelectionPlan {
  /// Adds the gradients of all inputs.
  func pullBack(_ tape: Tape, _ context: VJPContext) {
    let rows = dates * assets
    let hasMarket = context.inputCount - 17 - (hasContext ? 1 : 0) > 0
    let contextPosition = hasMarket ? 18 : 17
    let parameters = (1...16).map { context.input($0) }
    let gradients = tape.allocate(shards * weightCount)
    gradients.update(repeating: 0, count: shards * weightCount)
    let marketCotangent = hasMarket ? context.cotangent(17) : nil
    let contextCotangent = hasContext ? context.cotangent(contextPosition) : nil
    // Blocks of one date share the market's row, dates may share the context's: their cotangents
    // are added when all blocks are done.
    let marketParts = marketCotangent.map { _ in tape.allocate(shards * dates * marketVariables) }
    marketParts?.update(repeating: 0, count: shards * dates * marketVariables)
    let contextRowsSeed = contextCotangent.map { _ in tape.allocate(rows * selectionWidth) }
    let work = VariableSelectionBackward(
      plan: self, weights: SelectionPointers(parameters),
      packed: SelectionPacking(self, tape, parameters, transposed: true),
      assets: context.input(0), market: hasMarket ? context.input(17) : nil,
      context: hasContext ? context.input(contextPosition) : nil,
      selection: context.output + rows * width, seed: context.seed, gradients: gradients,
      assetCotangent: context.cotangent(0), marketParts: marketParts,
      contextSeed: contextRowsSeed,
      scratch: WorkerScratch(tape, perWorker: VariableSelectionBackward.scratchCount(self)))
    tape.run(work, shards: shards)
    var start = 0
    for (position, count) in weightCounts.enumerated() {
      if let cotangent = context.cotangent(position + 1) {
        tape.addParts(
          shards, gradients + start, stride: weightCount, into: cotangent, count: count)
      }
      start += count
    }
    if let marketCotangent, let marketParts {
      let count = dates * marketVariables
      tape.addParts(shards, marketParts, stride: count, into: marketCotangent, count: count)
    }
    if let contextCotangent, let contextRowsSeed {
      for r in 0..<rows {
        kernels.addScaled(
          selectionWidth, 1, contextRowsSeed + r * selectionWidth,
          into: contextCotangent + pairing.operands(r).right * selectionWidth)
      }
    }
  }
}

/// The backward pass of a variable selection network.
struct VariableSelectionBackward: ShardedWork {
  let plan: VariableSelectionPlan
  let weights: SelectionPointers
  let packed: SelectionPacking
  let assets: UnsafePointer<Scalar>
  let market: UnsafePointer<Scalar>?
  let context: UnsafePointer<Scalar>?
  /// The weights v `[rows, J]`.
  let selection: UnsafePointer<Scalar>
  /// The cotangents of the selection, then of the weights.
  let seed: UnsafePointer<Scalar>
  /// The gradients of the weights, shard after shard.
  let gradients: UnsafeMutablePointer<Scalar>
  let assetCotangent: UnsafeMutablePointer<Scalar>?
  /// `[shards, D, M]`.
  let marketParts: UnsafeMutablePointer<Scalar>?
  /// `[rows, s]`.
  let contextSeed: UnsafeMutablePointer<Scalar>?
  let scratch: WorkerScratch

  static func scratchCount(_ plan: VariableSelectionPlan) -> Int {
    let (rows, j, s) = (plan.blockRows, plan.variables, plan.selectionWidth)
    return SelectionNetworks.count(plan) + rows * (plan.width + plan.hidden + j + s + j)
      + plan.blockDates * (s + j)
      + max(
        GatedRows.scratchCount(rows: rows, width: max(plan.width, plan.hidden)),
        GatedRows.scratchCount(rows: rows, width: max(j, s)))
  }

  func run(shard: Int, worker: Int) {
    var memory = scratch[worker]
    func take(_ count: Int) -> UnsafeMutablePointer<Scalar> {
      defer { memory += count }
      return memory
    }
    let networks = SelectionNetworks(
      plan, weights, packed, take(SelectionNetworks.count(plan)))
    let (rows, d, j, s) = (plan.blockRows, plan.width, plan.variables, plan.selectionWidth)
    let (term, hiddenSeed) = (take(rows * d), take(rows * plan.hidden))
    let (weightSeed, selectionSeed) = (take(rows * j), take(rows * s))
    let v = take(rows * j)
    let dateSeed = take(plan.blockDates * (s + j))
    let products = memory
    var places: [UnsafeMutablePointer<Scalar>] = []
    var place = gradients + shard * plan.weightCount
    for count in plan.weightCounts {
      places.append(place)
      place += count
    }
    let gradient = SelectionPlaces(places)
    for index in plan.blocks(of: shard) {
      let block = plan.block(index)
      let x = assets + block.firstRow * plan.assetVariables
      let z = market.map { $0 + block.firstDate * plan.marketVariables }
      let xSeed = assetCotangent.map { $0 + block.firstRow * plan.assetVariables }
      let zSeed = marketParts.map {
        $0 + (shard * plan.dates + block.firstDate) * plan.marketVariables
      }
      v.update(from: selection + block.firstRow * j, count: block.rows * j)
      weightSeed.update(
        from: seed + (plan.dates * plan.assets * d + block.firstRow * j), count: block.rows * j)
      for k in 0..<j {
        pullBackVariable(
          k, block, networks, x, z, v, weightSeed, gradient, term: term, hiddenSeed: hiddenSeed,
          products: products, xSeed, zSeed)
      }
      networks.select(block, x, z, context, into: v)
      pullBackSelection(
        block, networks, x, z, v, weightSeed, gradient, hiddenSeed: selectionSeed,
        dateSeed: dateSeed, products: products, xSeed, zSeed)
    }
  }

  /// Through the network of variable k; adds `⟨seed, g_k⟩` to the cotangent of its weight.
  private func pullBackVariable(
    _ k: Int, _ block: SelectionRows, _ networks: SelectionNetworks, _ x: UnsafePointer<Scalar>,
    _ z: UnsafePointer<Scalar>?, _ v: UnsafePointer<Scalar>,
    _ weightSeed: UnsafeMutablePointer<Scalar>,
    _ gradient: SelectionPlaces<UnsafeMutablePointer<Scalar>>,
    term: UnsafeMutablePointer<Scalar>, hiddenSeed: UnsafeMutablePointer<Scalar>,
    products: UnsafeMutablePointer<Scalar>, _ xSeed: UnsafeMutablePointer<Scalar>?,
    _ zSeed: UnsafeMutablePointer<Scalar>?
  ) {
    let (d, h, j) = (plan.width, plan.hidden, plan.variables)
    let isAsset = k < plan.assetVariables
    let seed = seed + block.firstRow * d
    let rows = networks.variable(k, block, x, z)
    networks.scaleAndShift(rows, k, into: term)
    kernels.addRowProducts(
      block.rows, d, seed, term, sharing: isAsset ? 1 : block.assets, into: weightSeed + k,
      stride: j)
    // From here on `term` is the cotangent of g.
    term.update(repeating: 0, count: rows * d)
    if isAsset {
      kernels.addScaledRows(rows, d, v + k, stride: j, seed, sharing: 1, into: term)
    } else {
      for r in 0..<block.rows {
        kernels.addScaled(d, v[r * j + k], seed + r * d, into: term + r / block.assets * d)
      }
    }
    kernels.addRows(rows, d, term, into: gradient.bias + k * d)
    // The cotangent of z, which becomes that of the residual.
    let residual = networks.variable.arguments
    kernels.addColumnProducts(
      rows, d, term, networks.variable.normalized, into: gradient.gain + k * d)
    kernels.multiplyRows(rows, d, term, weights.gain + k * d, into: residual)
    networks.variable.backward(
      rows: rows, packed.gates(k), seed: residual, activatedSeed: hiddenSeed,
      weightGradient: gradient.gate + k * h * 2 * d, biasGradient: gradient.gateBias + k * 2 * d,
      scratch: products)
    let values = networks.values(k, x, z)
    kernels.addRows(rows, d, residual, into: gradient.embeddingBias + k * d)
    kernels.addRows(rows, h, hiddenSeed, into: gradient.firstBias + k * h)
    /// `Σ_r x_r seed_r`.
    func addToSlope(
      _ columns: Int, _ seed: UnsafePointer<Scalar>, into slope: UnsafeMutablePointer<Scalar>
    ) {
      kernels.multiply(
        rows: 1, depth: rows, columns: columns, values.first, rowStride: 0,
        columnStride: values.stride, seed, rowStride: columns, columnStride: 1, scratch: products,
        into: slope, rowStride: columns, accumulate: true)
    }
    addToSlope(d, residual, into: gradient.embedding + k * d)
    addToSlope(h, hiddenSeed, into: gradient.first + k * h)
    if let cotangent = isAsset ? xSeed : zSeed {
      let offset = isAsset ? k : k - plan.assetVariables
      kernels.addRowProducts(
        rows, d, residual, weights.embedding + k * d, sharing: rows, into: cotangent + offset,
        stride: values.stride)
      kernels.addRowProducts(
        rows, h, hiddenSeed, weights.first + k * h, sharing: rows, into: cotangent + offset,
        stride: values.stride)
    }
  }

  /// Through the softmax and the network that selects; `weightSeed` is used up.
  private func pullBackSelection(
    _ block: SelectionRows, _ networks: SelectionNetworks, _ x: UnsafePointer<Scalar>,
    _ z: UnsafePointer<Scalar>?, _ v: UnsafePointer<Scalar>,
    _ weightSeed: UnsafeMutablePointer<Scalar>,
    _ gradient: SelectionPlaces<UnsafeMutablePointer<Scalar>>,
    hiddenSeed: UnsafeMutablePointer<Scalar>, dateSeed: UnsafeMutablePointer<Scalar>,
    products: UnsafeMutablePointer<Scalar>, _ xSeed: UnsafeMutablePointer<Scalar>?,
    _ zSeed: UnsafeMutablePointer<Scalar>?
  ) {
    let (j, s, rows) = (plan.variables, plan.selectionWidth, block.rows)
    for r in 0..<rows {
      let (u, p) = (weightSeed + r * j, v + r * j)
      let mean = kernels.dot(j, u, p)
      for k in 0..<j { u[k] = p[k] * (u[k] - mean) }
    }
    kernels.addRows(rows, j, weightSeed, into: gradient.selectionBias)
    let residual = networks.selection.arguments
    kernels.addColumnProducts(
      rows, j, weightSeed, networks.selection.normalized, into: gradient.selectionGain)
    kernels.multiplyRows(rows, j, weightSeed, weights.selectionGain, into: residual)
    networks.selection.backward(
      rows: rows, packed.selectionGates, seed: residual, activatedSeed: hiddenSeed,
      weightGradient: gradient.selectionGate, biasGradient: gradient.selectionGateBias,
      scratch: products)
    if let contextSeed {
      (contextSeed + block.firstRow * s).update(from: hiddenSeed, count: rows * s)
    }
    pullBackAffine(
      block, x, z, hiddenSeed, columns: s, bias: gradient.selectionFirstBias,
      weight: gradient.selectionFirst, assetBack: packed.assetFirstBack,
      marketBack: packed.marketFirstBack, dateSeed: dateSeed, products: products, xSeed, zSeed)
    pullBackAffine(
      block, x, z, residual, columns: j, bias: gradient.selectionSkipBias,
      weight: gradient.selectionSkip, assetBack: packed.assetSkipBack,
      marketBack: packed.marketSkipBack, dateSeed: dateSeed, products: products, xSeed, zSeed)
  }

  /// Through `x U + z U' + bias`.
  private func pullBackAffine(
    _ block: SelectionRows, _ x: UnsafePointer<Scalar>, _ z: UnsafePointer<Scalar>?,
    _ seed: UnsafePointer<Scalar>, columns: Int, bias: UnsafeMutablePointer<Scalar>,
    weight: UnsafeMutablePointer<Scalar>, assetBack: UnsafePointer<Scalar>?,
    marketBack: UnsafePointer<Scalar>?, dateSeed: UnsafeMutablePointer<Scalar>,
    products: UnsafeMutablePointer<Scalar>, _ xSeed: UnsafeMutablePointer<Scalar>?,
    _ zSeed: UnsafeMutablePointer<Scalar>?
  ) {
    let (f, m) = (plan.assetVariables, plan.marketVariables)
    dateSeed.update(repeating: 0, count: block.dates * columns)
    for q in 0..<block.dates {
      kernels.addRows(
        block.assets, columns, seed + q * block.assets * columns, into: dateSeed + q * columns)
    }
    kernels.addRows(block.dates, columns, dateSeed, into: bias)
    if f > 0 {
      kernels.multiply(
        rows: f, depth: block.rows, columns: columns, x, rowStride: 1, columnStride: f, seed,
        rowStride: columns, columnStride: 1, scratch: products, into: weight, rowStride: columns,
        accumulate: true)
      if let xSeed, let assetBack {
        kernels.multiplyPacked(
          rows: block.rows, depth: columns, columns: f, seed, rowStride: columns, columnStride: 1,
          packed: assetBack, into: xSeed, rowStride: f, accumulate: true)
      }
    }
    if let z, m > 0 {
      kernels.multiply(
        rows: m, depth: block.dates, columns: columns, z, rowStride: 1, columnStride: m, dateSeed,
        rowStride: columns, columnStride: 1, scratch: products, into: weight + f * columns,
        rowStride: columns, accumulate: true)
      if let zSeed, let marketBack {
        kernels.multiplyPacked(
          rows: block.dates, depth: columns, columns: m, dateSeed, rowStride: columns,
          columnStride: 1, packed: marketBack, into: zSeed, rowStride: m, accumulate: true)
      }
    }
  }
}
