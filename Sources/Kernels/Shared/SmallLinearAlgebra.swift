internal import KernelInterface

#if FMA && canImport(Glibc)
  internal import Glibc  // `addProduct` may call fma()
#endif

// Symmetric matrices small enough for the first two cache levels, one problem per date. Rows are
// padded to eight elements, a whole number of vectors on every instruction set.
//
// One long file, because its parts need the vector helpers inlined, and files are compiled one by one
// (decision 1).

#if AVX512
  private typealias Doubles = SIMD8<Double>
#elseif AVX2
  private typealias Doubles = SIMD4<Double>
#else
  private typealias Doubles = SIMD2<Double>
#endif

private typealias Numbers = UnsafePointer<Double>
private typealias Place = UnsafeMutablePointer<Double>

@inline(__always)
private func load(_ pointer: Numbers) -> Doubles {
  UnsafeRawPointer(pointer).loadUnaligned(as: Doubles.self)
}

@inline(__always)
private func load(_ pointer: Place) -> Doubles {
  UnsafeRawPointer(pointer).loadUnaligned(as: Doubles.self)
}

@inline(__always)
private func store(_ vector: Doubles, _ pointer: Place) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: vector, as: Doubles.self)
}

/// `c += a·b`, fused where the instruction set has it.
@inline(__always)
private func plus(_ a: Doubles, _ b: Doubles, _ c: inout Doubles) {
  #if FMA
    c.addProduct(a, b)
  #else
    c += a * b
  #endif
}

/// `c -= a·b`.
@inline(__always)
private func minus(_ a: Doubles, _ b: Doubles, _ c: inout Doubles) {
  #if FMA
    c.addProduct(-a, b)
  #else
    c -= a * b
  #endif
}

@inline(__always)
private func all(_ value: Double) -> Doubles { Doubles(repeating: value) }

@inline(__always)
private var lanes: Int { Doubles.scalarCount }

/// `target[j] += Σ_p x[p] · rows[p][j]` for eight rows and `j` in `from..<to`, both multiples of
/// eight.
@inline(__always)
private func addEight(
  _ rows: Numbers, stride: Int, _ x: Numbers, _ target: Place, from: Int, to: Int
) {
  let (r0, r1, r2, r3) = (rows, rows + stride, rows + 2 &* stride, rows + 3 &* stride)
  let (r4, r5) = (rows + 4 &* stride, rows + 5 &* stride)
  let (r6, r7) = (rows + 6 &* stride, rows + 7 &* stride)
  let (x0, x1, x2, x3) = (all(x[0]), all(x[1]), all(x[2]), all(x[3]))
  let (x4, x5, x6, x7) = (all(x[4]), all(x[5]), all(x[6]), all(x[7]))
  var j = from
  while j < to {
    // Two chains, so that four rows' latency hides behind the other four's.
    var even = load(target + j)
    var odd = load(r1 + j) * x1
    plus(x0, load(r0 + j), &even)
    plus(x3, load(r3 + j), &odd)
    plus(x2, load(r2 + j), &even)
    plus(x5, load(r5 + j), &odd)
    plus(x4, load(r4 + j), &even)
    plus(x7, load(r7 + j), &odd)
    plus(x6, load(r6 + j), &even)
    store(even + odd, target + j)
    j &+= lanes
  }
}

/// `y[j] += Σ_p x[p] · a[p][j]` and `y[p] += Σ_j a[p][j] · x[j]` for the four rows p from `first` on
/// and `j` in `from..<stride`: both triangles from one reading of the upper one.
@inline(__always)
private func addFourTwice(
  _ rows: Numbers, stride: Int, first: Int, _ x: Numbers, _ y: Place, from: Int
) {
  let (r0, r1) = (rows, rows + stride)
  let (r2, r3) = (rows + 2 &* stride, rows + 3 &* stride)
  let own = x + first
  let (x0, x1, x2, x3) = (all(own[0]), all(own[1]), all(own[2]), all(own[3]))
  var (s0, s1, s2, s3) = (Doubles.zero, Doubles.zero, Doubles.zero, Doubles.zero)
  var j = from
  while j < stride {
    let xj = load(x + j)
    let (a0, a1, a2, a3) = (load(r0 + j), load(r1 + j), load(r2 + j), load(r3 + j))
    var even = load(y + j)
    var odd = a1 * x1
    plus(x0, a0, &even)
    plus(x3, a3, &odd)
    plus(x2, a2, &even)
    store(even + odd, y + j)
    plus(xj, a0, &s0)
    plus(xj, a1, &s1)
    plus(xj, a2, &s2)
    plus(xj, a3, &s3)
    j &+= lanes
  }
  let place = y + first
  place[0] += s0.sum()
  place[1] += s1.sum()
  place[2] += s2.sum()
  place[3] += s3.sum()
}

/// From this size on a matrix (2 MB) is read from beyond the second-level cache, and a product is
/// bound by that: half the matrix is read then.
private let halfProductStride = 512

@inline(__always)
private func symmetricProduct(stride: Int, _ a: Numbers, _ x: Numbers, _ y: Place) {
  var j = 0
  while j < stride {
    store(Doubles.zero, y + j)
    j &+= lanes
  }
  var i = 0
  if stride >= halfProductStride {
    while i < stride {
      let (rows, next) = (a + i &* stride, i &+ 8)
      addEight(rows, stride: stride, x + i, y, from: i, to: next)
      addFourTwice(rows, stride: stride, first: i, x, y, from: next)
      addFourTwice(
        rows + 4 &* stride, stride: stride, first: i &+ 4, x, y, from: next)
      i = next
    }
    return
  }
  while i < stride {
    addEight(a + i &* stride, stride: stride, x + i, y, from: 0, to: stride)
    i &+= 8
  }
}

@inline(__always)
private func innerProduct(stride: Int, _ x: Numbers, _ y: Numbers) -> Double {
  var sums = Doubles.zero
  var j = 0
  while j < stride {
    plus(load(x + j), load(y + j), &sums)
    j &+= lanes
  }
  return sums.sum()
}

extension KernelSet: LinearAlgebraKernels {
  package static func multiplyPadded(
    stride: Int, _ a: UnsafePointer<Double>, _ x: UnsafePointer<Double>,
    into y: UnsafeMutablePointer<Double>
  ) { symmetricProduct(stride: stride, a, x, y) }

  package static func dotPadded(
    stride: Int, _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>
  ) -> Double { innerProduct(stride: stride, x, y) }

  package static func addSymmetricOuter(
    count: Int, _ t: UnsafePointer<Double>, _ w: UnsafePointer<Double>,
    into g: UnsafeMutablePointer<Double>
  ) {
    for i in 0..<count {
      let (row, wi, ti) = (g + i &* count, w[i], t[i])
      let (wAll, tAll) = (all(wi), all(ti))
      var j = 0
      while j &+ lanes <= count {
        store(load(row + j) + (tAll * load(w + j) + wAll * load(t + j)), row + j)
        j &+= lanes
      }
      while j < count {
        row[j] += ti * w[j] + wi * t[j]
        j &+= 1
      }
    }
  }

  package static func scaleSymmetric(
    count: Int, _ a: UnsafePointer<Double>, scale d: UnsafePointer<Double>, tolerance: Double,
    stride: Int, into c: UnsafeMutablePointer<Double>
  ) -> Bool {
    for i in 0..<count {
      let (from, to, di) = (a + i &* count, c + i &* stride, d[i])
      let diAll = all(di)
      var j = 0
      while j &+ lanes <= count {
        store(load(from + j) * diAll * load(d + j), to + j)
        j &+= lanes
      }
      while j < count {
        to[j] = from[j] * di * d[j]
        j &+= 1
      }
      while j < stride {
        to[j] = 0
        j &+= 1
      }
    }
    for k in count &* stride..<stride &* stride { c[k] = 0 }
    // Mirrored pairs in tiles of 4 × 4, which one transposition in registers brings side by side.
    let limit = SIMD4<Double>(repeating: tolerance * tolerance)
    var sound = SIMDMask<SIMD4<Int64>>(repeating: true)
    var i = 0
    while i < count {
      var j = i
      while j < count {
        let (upper, lower) = (c + (i &* stride &+ j), c + (j &* stride &+ i))
        let x = Tile(upper, stride)
        let y = Tile(lower, stride).transposed
        // Not `> limit`: a NaN is a fault as well.
        let gap = x.subtracting(y)
        sound = sound .& (gap.r0 * gap.r0 .<= limit) .& (gap.r1 * gap.r1 .<= limit)
        sound = sound .& (gap.r2 * gap.r2 .<= limit) .& (gap.r3 * gap.r3 .<= limit)
        let mean = x.averaged(with: y)
        mean.store(upper, stride)
        if i != j { mean.transposed.store(lower, stride) }
        j &+= 4
      }
      i &+= 4
    }
    for k in 0..<count { c[k &* stride &+ k] = 1 }
    return sound[0] && sound[1] && sound[2] && sound[3]
  }

  package static func scaleAndShift(
    count: Int, stride: Int, _ c: UnsafePointer<Double>, scale s: UnsafePointer<Double>,
    shift: Double, into a: UnsafeMutablePointer<Double>
  ) {
    for i in 0..<count {
      let (from, to, si) = (c + i &* stride, a + i &* stride, all(s[i]))
      var j = i & ~7
      while j < stride {
        store(load(from + j) * si * load(s + j), to + j)
        j &+= lanes
      }
      to[i] += shift
    }
  }

  // MARK: Factor models

  package static func multiplyRows(
    rows: Int, stride: Int, _ f: UnsafePointer<Double>, _ x: UnsafePointer<Double>,
    into y: UnsafeMutablePointer<Double>
  ) {
    for i in 0..<rows { y[i] = innerProduct(stride: stride, f + i &* stride, x) }
  }

  package static func multiplyRowsTransposed(
    rows: Int, stride: Int, _ f: UnsafePointer<Double>, _ x: UnsafePointer<Double>,
    into y: UnsafeMutablePointer<Double>
  ) {
    for k in 0..<stride { y[k] = 0 }
    var i = 0
    while i < rows {
      addEight(f + i &* stride, stride: stride, x + i, y, from: 0, to: stride)
      i &+= 8
    }
  }

  package static func weightedGram(
    rows: Int, stride: Int, _ f: UnsafePointer<Double>, weights c: UnsafePointer<Double>,
    into m: UnsafeMutablePointer<Double>
  ) {
    for k in 0..<stride &* stride { m[k] = 0 }
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 8) { buffer in
      guard let scaled = buffer.baseAddress else { return }
      var i = 0
      while i < rows {
        let block = f + i &* stride
        for p in 0..<stride {
          for q in 0..<8 { scaled[q] = c[i &+ q] * block[q &* stride &+ p] }
          addEight(block, stride: stride, scaled, m + p &* stride, from: 0, to: stride)
        }
        i &+= 8
      }
    }
  }

  package static func descendFactors(
    count: Int, stride: Int, _ f: UnsafePointer<Double>, own delta: UnsafePointer<Double>,
    beta: UnsafePointer<Double>, _ u: UnsafeMutablePointer<Double>,
    moment: UnsafeMutablePointer<Double>
  ) -> Double {
    var change = 0.0
    for i in 0..<count {
      let row = f + i &* stride
      let product = innerProduct(stride: stride, row, moment)
      let a = 0.5 * (product + (delta[i] - 1) * u[i])
      let b = beta[i]
      let radius = (a * a + b).squareRoot()
      let value = a > 0 ? b / (radius + a) : radius - a
      let step = value - u[i]
      let relative = (step < 0 ? -step : step) / value
      change = relative > change ? relative : change
      u[i] = value
      let stepAll = all(step)
      var j = 0
      while j < stride {
        var rest = load(moment + j)
        plus(stepAll, load(row + j), &rest)
        store(rest, moment + j)
        j &+= lanes
      }
    }
    return change
  }

  // MARK: Cholesky

  package static func factorPadded(
    count: Int, stride: Int, _ a: UnsafeMutablePointer<Double>, floor: Double
  ) -> Int {
    var k = 0
    while k < count {
      let width = count &- k < 4 ? count &- k : 4
      for p in k..<k &+ width {
        let row = a + p &* stride
        let pivot = row[p]
        guard pivot > floor, pivot < .infinity else { return p }
        let inverse = 1 / pivot.squareRoot()
        let scale = all(inverse)
        var j = p & ~7
        while j < stride {
          store(load(row + j) * scale, row + j)
          j &+= lanes
        }
        for i in p &+ 1..<max(p &+ 1, k &+ width) {
          let (target, factor) = (a + i &* stride, all(row[i]))
          var j = i & ~7
          while j < stride {
            var value = load(target + j)
            minus(factor, load(row + j), &value)
            store(value, target + j)
            j &+= lanes
          }
        }
      }
      if width == 4 {
        var i = k &+ 4
        while i &+ 4 <= count {
          subtractFourFromFour(a + i &* stride, rows: a + k &* stride, stride: stride, column: i)
          i &+= 4
        }
        while i < count {
          subtractFourFromOne(a + i &* stride, rows: a + k &* stride, stride: stride, column: i)
          i &+= 1
        }
      }
      k &+= width
    }
    return -1
  }

  package static func solveTransposedPadded(
    count: Int, stride: Int, _ r: UnsafePointer<Double>, _ x: UnsafeMutablePointer<Double>
  ) {
    var k = 0
    while k < count {
      let end = count &- k < 8 ? count : k &+ 8
      for p in k..<end {
        let row = r + p &* stride
        let value = x[p] / row[p]
        x[p] = value
        for j in p &+ 1..<max(p &+ 1, end) { x[j] -= value * row[j] }
      }
      for p in k..<end {
        let (row, value) = (r + p &* stride, all(x[p]))
        var j = k &+ 8
        while j < stride {
          var rest = load(x + j)
          minus(value, load(row + j), &rest)
          store(rest, x + j)
          j &+= lanes
        }
      }
      k &+= 8
    }
  }

  package static func solvePadded(
    count: Int, stride: Int, _ r: UnsafePointer<Double>, _ x: UnsafeMutablePointer<Double>
  ) {
    var k = stride &- 8
    while k >= 0 {
      let end = count &- k < 8 ? count : k &+ 8
      var p = end &- 1
      while p >= k {
        let row = r + p &* stride
        var sums = Doubles.zero
        var j = k &+ 8
        while j < stride {
          plus(load(row + j), load(x + j), &sums)
          j &+= lanes
        }
        var sum = sums.sum()
        for j in p &+ 1..<max(p &+ 1, end) { sum += row[j] * x[j] }
        x[p] = (x[p] - sum) / row[p]
        p &-= 1
      }
      k &-= 8
    }
  }

  // MARK: Risk budgeting

  package static func factorStart(
    count: Int, stride: Int, rowSums: UnsafePointer<Double>, beta: UnsafePointer<Double>,
    root: UnsafePointer<Double>, into u: UnsafeMutablePointer<Double>,
    work: UnsafeMutablePointer<Double>
  ) {
    var total = 0.0
    for k in 0..<count { total += root[k] }
    let others = count > 1 ? 1 / Double(count &- 1) : 0
    for k in 0..<count {
      let mean = (rowSums[k] - 1) * others
      let rho = mean > 0.99 ? 0.99 : (mean > 0 ? mean : 0)
      let inverse = 1 / (1 - rho)
      (work[k], work[stride &+ k]) = (0.5 * rho * inverse, beta[k] * inverse)
    }
    for _ in 0..<2 {
      var sum = 0.0
      for k in 0..<count {
        let a = work[k] * total
        let b = work[stride &+ k]
        let value = b / ((a * a + b).squareRoot() + a)
        u[k] = value
        sum += value
      }
      total = sum
    }
  }

  package static func descend(
    count: Int, stride: Int, _ c: UnsafePointer<Double>, beta: UnsafePointer<Double>,
    _ u: UnsafeMutablePointer<Double>, _ v: UnsafeMutablePointer<Double>,
    work steps: UnsafeMutablePointer<Double>
  ) -> Double {
    var change = 0.0
    var i = 0
    while i < count {
      let end = count &- i < 8 ? count : i &+ 8
      for p in 0..<8 { steps[p] = 0 }
      // Within the block only its own eight elements of v are kept up to date, …
      for p in i..<end {
        let a = 0.5 * (v[p] - u[p])
        let b = beta[p]
        let radius = (a * a + b).squareRoot()
        let value = a > 0 ? b / (radius + a) : radius - a  // no cancellation in either case
        let step = value - u[p]
        let relative = (step < 0 ? -step : step) / value
        change = relative > change ? relative : change
        u[p] = value
        steps[p &- i] = step
        let (row, stepAll) = (c + p &* stride, all(step))
        var j = i
        while j < i &+ 8 {
          var block = load(v + j)
          plus(stepAll, load(row + j), &block)
          store(block, v + j)
          j &+= lanes
        }
      }
      // … then all others at once.
      let rows = c + i &* stride
      addEight(rows, stride: stride, steps, v, from: 0, to: i)
      addEight(rows, stride: stride, steps, v, from: i &+ 8, to: stride)
      i &+= 8
    }
    return change
  }

  package static func budgetResidual(
    stride: Int, _ u: UnsafePointer<Double>, _ v: UnsafePointer<Double>,
    root: UnsafePointer<Double>, inverseRoot: UnsafePointer<Double>,
    scale: UnsafeMutablePointer<Double>, residual: UnsafeMutablePointer<Double>
  ) -> (norm: Double, error: Double) {
    var (squares, worst) = (Doubles.zero, Doubles.zero)
    var j = 0
    while j < stride {
      let (rootJ, inverse) = (load(root + j), load(inverseRoot + j))
      let s = load(u + j) * inverse
      let r = s * load(v + j) - rootJ
      let relative = r * inverse
      let square = relative * relative
      worst.replace(with: square, where: square .> worst)
      plus(r, r, &squares)
      store(s, scale + j)
      store(r, residual + j)
      j &+= lanes
    }
    return (squares.sum().squareRoot(), worst.max().squareRoot())
  }

  package static func relativeStep(
    stride: Int, _ e: UnsafeMutablePointer<Double>, inverseRoot: UnsafePointer<Double>
  ) -> Double {
    var worst = Doubles.zero
    var j = 0
    while j < stride {
      let step = load(e + j) * load(inverseRoot + j)
      let square = step * step
      worst.replace(with: square, where: square .> worst)
      store(step, e + j)
      j &+= lanes
    }
    return worst.max().squareRoot()
  }

  package static func conjugateGradients(
    stride: Int, _ c: UnsafePointer<Double>, scale s: UnsafePointer<Double>,
    residual r: UnsafeMutablePointer<Double>, solution e: UnsafeMutablePointer<Double>,
    tolerance: Double, limit: Int, work: UnsafeMutablePointer<Double>
  ) -> (iterations: Int, residual: Double, largestEigenvalue: Double) {
    let (p, scaled, product) = (work, work + stride, work + 2 &* stride)
    var j = 0
    while j < stride {
      let value = load(r + j)
      store(value, p + j)
      store(value * load(s + j), scaled + j)
      store(Doubles.zero, e + j)
      j &+= lanes
    }
    var square = innerProduct(stride: stride, r, r)
    let goal = tolerance * tolerance
    var (largest, previousLength, previousRatio) = (1.0, 1.0, 0.0)
    var iteration = 0
    while square > goal, iteration < limit {
      iteration &+= 1
      symmetricProduct(stride: stride, c, scaled, product)
      var curvatures = Doubles.zero
      j = 0
      while j < stride {
        var value = load(p + j)
        plus(load(s + j), load(product + j), &value)
        plus(load(p + j), value, &curvatures)
        store(value, product + j)
        j &+= lanes
      }
      let curvature = curvatures.sum()
      // False for a matrix that is not positive definite, and for a NaN.
      guard curvature > 0 else { return (iteration, square.squareRoot(), .infinity) }
      let length = square / curvature
      let lengthAll = all(length)
      var squares = Doubles.zero
      j = 0
      while j < stride {
        var (solution, residual) = (load(e + j), load(r + j))
        plus(lengthAll, load(p + j), &solution)
        minus(lengthAll, load(product + j), &residual)
        plus(residual, residual, &squares)
        store(solution, e + j)
        store(residual, r + j)
        j &+= lanes
      }
      let next = squares.sum()
      let ratio = next / square
      // A row of the Lanczos matrix and what stands beside its diagonal bound an eigenvalue.
      let bound =
        1 / length + previousRatio / previousLength + ratio.squareRoot() / length
        + previousRatio.squareRoot() / previousLength
      largest = bound > largest ? bound : largest
      (previousLength, previousRatio) = (length, ratio)
      square = next
      let ratioAll = all(ratio)
      j = 0
      while j < stride {
        var value = load(r + j)
        plus(ratioAll, load(p + j), &value)
        store(value, p + j)
        store(value * load(s + j), scaled + j)
        j &+= lanes
      }
    }
    return (iteration, square.squareRoot(), largest)
  }
}

/// Four rows of four elements.
private struct Tile {
  var (r0, r1, r2, r3): (SIMD4<Double>, SIMD4<Double>, SIMD4<Double>, SIMD4<Double>)

  @inline(__always)
  init(r0: SIMD4<Double>, r1: SIMD4<Double>, r2: SIMD4<Double>, r3: SIMD4<Double>) {
    (self.r0, self.r1, self.r2, self.r3) = (r0, r1, r2, r3)
  }

  @inline(__always)
  init(_ pointer: Place, _ stride: Int) {
    let raw = UnsafeRawPointer(pointer)
    let step = stride &* 8
    r0 = raw.loadUnaligned(as: SIMD4<Double>.self)
    r1 = raw.loadUnaligned(fromByteOffset: step, as: SIMD4<Double>.self)
    r2 = raw.loadUnaligned(fromByteOffset: 2 &* step, as: SIMD4<Double>.self)
    r3 = raw.loadUnaligned(fromByteOffset: 3 &* step, as: SIMD4<Double>.self)
  }

  @inline(__always)
  var transposed: Tile {
    Tile(
      r0: SIMD4(r0[0], r1[0], r2[0], r3[0]), r1: SIMD4(r0[1], r1[1], r2[1], r3[1]),
      r2: SIMD4(r0[2], r1[2], r2[2], r3[2]), r3: SIMD4(r0[3], r1[3], r2[3], r3[3]))
  }

  @inline(__always)
  func subtracting(_ y: Tile) -> Tile {
    Tile(r0: r0 - y.r0, r1: r1 - y.r1, r2: r2 - y.r2, r3: r3 - y.r3)
  }

  @inline(__always)
  func averaged(with y: Tile) -> Tile {
    let half = SIMD4<Double>(repeating: 0.5)
    return Tile(
      r0: half * (r0 + y.r0), r1: half * (r1 + y.r1), r2: half * (r2 + y.r2),
      r3: half * (r3 + y.r3))
  }

  @inline(__always)
  func store(_ pointer: Place, _ stride: Int) {
    let raw = UnsafeMutableRawPointer(pointer)
    let step = stride &* 8
    raw.storeBytes(of: r0, as: SIMD4<Double>.self)
    raw.storeBytes(of: r1, toByteOffset: step, as: SIMD4<Double>.self)
    raw.storeBytes(of: r2, toByteOffset: 2 &* step, as: SIMD4<Double>.self)
    raw.storeBytes(of: r3, toByteOffset: 3 &* step, as: SIMD4<Double>.self)
  }
}

/// `targets[i][j] -= Σ_p rows[p][column + i] · rows[p][j]` for four rows `p`, four targets `i` and
/// `j` from the vector that holds `column`.
@inline(__always)
private func subtractFourFromFour(_ targets: Place, rows: Place, stride: Int, column: Int) {
  let (r0, r1, r2, r3) = (rows, rows + stride, rows + 2 &* stride, rows + 3 &* stride)
  let (t0, t1) = (targets, targets + stride)
  let (t2, t3) = (targets + 2 &* stride, targets + 3 &* stride)
  let (f00, f01) = (all(-r0[column]), all(-r0[column &+ 1]))
  let (f02, f03) = (all(-r0[column &+ 2]), all(-r0[column &+ 3]))
  let (f10, f11) = (all(-r1[column]), all(-r1[column &+ 1]))
  let (f12, f13) = (all(-r1[column &+ 2]), all(-r1[column &+ 3]))
  let (f20, f21) = (all(-r2[column]), all(-r2[column &+ 1]))
  let (f22, f23) = (all(-r2[column &+ 2]), all(-r2[column &+ 3]))
  let (f30, f31) = (all(-r3[column]), all(-r3[column &+ 1]))
  let (f32, f33) = (all(-r3[column &+ 2]), all(-r3[column &+ 3]))
  var j = column & ~7
  while j < stride {
    let (x0, x1, x2, x3) = (load(r0 + j), load(r1 + j), load(r2 + j), load(r3 + j))
    var (y0, y1, y2, y3) = (load(t0 + j), load(t1 + j), load(t2 + j), load(t3 + j))
    plus(f00, x0, &y0)
    plus(f01, x0, &y1)
    plus(f02, x0, &y2)
    plus(f03, x0, &y3)
    plus(f10, x1, &y0)
    plus(f11, x1, &y1)
    plus(f12, x1, &y2)
    plus(f13, x1, &y3)
    plus(f20, x2, &y0)
    plus(f21, x2, &y1)
    plus(f22, x2, &y2)
    plus(f23, x2, &y3)
    plus(f30, x3, &y0)
    plus(f31, x3, &y1)
    plus(f32, x3, &y2)
    plus(f33, x3, &y3)
    store(y0, t0 + j)
    store(y1, t1 + j)
    store(y2, t2 + j)
    store(y3, t3 + j)
    j &+= lanes
  }
}

/// The same for one target.
@inline(__always)
private func subtractFourFromOne(_ target: Place, rows: Place, stride: Int, column: Int) {
  let (r0, r1, r2, r3) = (rows, rows + stride, rows + 2 &* stride, rows + 3 &* stride)
  let (f0, f1) = (all(-r0[column]), all(-r1[column]))
  let (f2, f3) = (all(-r2[column]), all(-r3[column]))
  var j = column & ~7
  while j < stride {
    var value = load(target + j)
    plus(f0, load(r0 + j), &value)
    plus(f1, load(r1 + j), &value)
    plus(f2, load(r2 + j), &value)
    plus(f3, load(r3 + j), &value)
    store(value, target + j)
    j &+= lanes
  }
}
