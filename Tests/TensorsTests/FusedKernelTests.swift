import CKernels
import Foundation
import Testing

/// The fused loops, the layout loops and the updates of each level against plain Swift.
@Suite struct FusedKernelTests {
    private func onEachLevel(_ body: (kernels_level) -> Void) {
        defer { kernels_use_level(KERNELS_BEST) }
        for level in KernelTests.levels where level.rawValue <= kernels_best_level().rawValue {
            kernels_use_level(level)
            body(level)
        }
    }

    private func samples(_ count: Int, _ seed: UInt64 = 1) -> [Float] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        return (0..<count).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Float(state >> 40) * 0x1p-23 - 1
        }
    }

    private func close(_ a: [Float], _ b: [Float], _ allowed: Float = 2e-6) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= allowed * max(1, abs($1)) }
    }

    typealias Activation = (
        code: kernels_unary_op, value: (Float) -> Float, slope: (Float) -> Float
    )

    /// With leak 0.25; `slope` is a function of the output.
    private let activations: [Activation] = [
        (UNARY_AFFINE, { $0 }, { _ in 1 }),
        (UNARY_RELU, { max($0, 0) }, { $0 > 0 ? 1 : 0 }),
        (UNARY_LEAKY, { $0 > 0 ? $0 : 0.25 * $0 }, { $0 > 0 ? 1 : 0.25 }),
        (UNARY_SIGMOID, { 1 / (1 + exponential(-$0)) }, { $0 * (1 - $0) }),
        (UNARY_TANH, { 1 - 2 / (exponential(2 * $0) + 1) }, { 1 - $0 * $0 }),
    ]

    static let shapes = [(1, 1), (3, 5), (7, 16), (40, 33), (65, 600)]

    @Test func biasAndActivationAreAppliedToAStretchOfRows() {
        onEachLevel { _ in
            for (rows, columns) in Self.shapes {
                let stride = columns + 3
                let start = samples(rows * stride)
                let bias = samples(columns, 2)
                for activation in activations {
                    for hasBias in [true, false] {
                        var y = start
                        kernels_bias_activation(
                            &y, Int64(stride), bias, hasBias ? 1 : 0, Int64(rows), Int64(columns),
                            activation.code, 0.25)
                        var expected = start
                        for r in 0..<rows {
                            for c in 0..<columns {
                                let value = start[r * stride + c] + (hasBias ? bias[c] : 0)
                                expected[r * stride + c] = activation.value(value)
                            }
                        }
                        #expect(close(y, expected))
                    }
                }
            }
        }
    }

    @Test func gradientsOfActivationsAreSummedOverRows() {
        onEachLevel { _ in
            for (rows, columns) in Self.shapes {
                let g = samples(rows * columns)
                let y = samples(rows * columns, 3)
                for activation in activations {
                    var d = [Float](repeating: .nan, count: g.count)
                    var sums = [Float](repeating: .nan, count: columns)
                    kernels_activation_gradient(
                        g, y, &d, &sums, Int64(rows), Int64(columns), activation.code, 0.25)
                    let expected = zip(g, y).map { $0 * activation.slope($1) }
                    #expect(close(d, expected))
                    #expect(close(sums, columnSums(expected, columns), 2e-5))
                }
            }
        }
    }

    @Test func normalisationScalesAndItsGradientFollows() {
        onEachLevel { _ in
            for (rows, columns) in Self.shapes {
                let (x, g, y) = (
                    samples(rows * columns), samples(rows * columns, 4), samples(rows * columns, 5)
                )
                let (a, b, c) = (samples(columns, 6), samples(columns, 7), samples(columns, 8))
                for activation in activations {
                    var scaled = [Float](repeating: .nan, count: x.count)
                    var dx = scaled
                    var sums = [Float](repeating: .nan, count: columns)
                    var products = sums
                    let (r, n) = (Int64(rows), Int64(columns))
                    kernels_scale_activation(x, &scaled, r, n, a, b, activation.code, 0.25)
                    kernels_normalisation_sums(
                        x, g, y, r, n, c, &sums, &products, activation.code, 0.25)
                    kernels_normalisation_gradient(
                        x, g, y, &dx, r, n, a, b, c, activation.code, 0.25)
                    let column = x.indices.map { $0 % columns }
                    let d = zip(g, y).map { $0 * activation.slope($1) }
                    #expect(
                        close(
                            scaled,
                            x.indices.map {
                                activation.value(x[$0] * a[column[$0]] + b[column[$0]])
                            }))
                    #expect(close(sums, columnSums(d, columns), 2e-5))
                    let distances = x.indices.map { d[$0] * (x[$0] - c[column[$0]]) }
                    #expect(close(products, columnSums(distances, columns), 2e-5))
                    #expect(
                        close(
                            dx,
                            x.indices.map {
                                d[$0] * a[column[$0]] + x[$0] * b[column[$0]] + c[column[$0]]
                            }))
                }
            }
        }
    }

    @Test func softmaxRowsSumToOne() {
        onEachLevel { _ in
            for (rows, columns) in Self.shapes {
                let x = samples(rows * columns).map { 5 * $0 }
                var y = [Float](repeating: .nan, count: x.count)
                var logarithm = y
                kernels_softmax(x, &y, Int64(rows), Int64(columns), 0)
                kernels_softmax(x, &logarithm, Int64(rows), Int64(columns), 1)
                for r in 0..<rows {
                    let line = x[r * columns..<(r + 1) * columns].map(exponential)
                    let total = line.reduce(0, +)
                    #expect(
                        close(Array(y[r * columns..<(r + 1) * columns]), line.map { $0 / total }))
                }
                #expect(close(logarithm.map(exponential), y, 5e-6))
            }
        }
    }

    @Test func stridedCopiesReadAndAddWhereTheStridesSay() {
        onEachLevel { _ in
            let x = samples(200)
            let (shape, strides): ([Int64], [Int64]) = ([3, 4, 5], [40, 1, 7])
            var y = [Float](repeating: .nan, count: 60)
            kernels_gather_strided(x, &y, 3, shape, strides)
            var sums = [Float](repeating: 1, count: 200)
            kernels_scatter_strided(y, &sums, 3, shape, strides)
            var expected = [Float](repeating: 1, count: 200)
            for i in 0..<60 {
                let place = i / 20 * 40 + i / 5 % 4 + i % 5 * 7
                #expect(y[i] == x[place])
                expected[place] += x[place]
            }
            #expect(sums == expected)
        }
    }

    @Test func patchesComeFromTheImageAndGoBackThere() {
        onEachLevel { _ in
            for (kernel, stride, dilation, padding) in [(3, 1, 1, 1), (2, 2, 1, 0), (2, 1, 2, 2)] {
                let (h, w, c) = (5, 6, 3)
                let reach = (kernel - 1) * dilation + 1
                let (oh, ow) = (
                    (h + 2 * padding - reach) / stride + 1, (w + 2 * padding - reach) / stride + 1
                )
                var geometry = kernels_patch_geometry(
                    height: 5, width: 6, channels: 3, out_height: Int64(oh), out_width: Int64(ow),
                    kernel_height: Int64(kernel), kernel_width: Int64(kernel),
                    stride_height: Int64(stride), stride_width: Int64(stride),
                    dilation_height: Int64(dilation), dilation_width: Int64(dilation),
                    top: Int64(padding), left: Int64(padding))
                let image = samples(h * w * c)
                let width = kernel * kernel * c
                var columns = [Float](repeating: .nan, count: oh * ow * width)
                kernels_patches(image, &columns, &geometry, 0, Int64(oh * ow))
                var back = [Float](repeating: 0, count: image.count)
                kernels_unpatch(columns, &back, &geometry)
                var expected = back.map { _ in Float(0) }
                for i in columns.indices {
                    let (row, place) = (i / width, i % width)
                    let y = row / ow * stride - padding + place / c / kernel * dilation
                    let x = row % ow * stride - padding + place / c % kernel * dilation
                    let isInside = y >= 0 && y < h && x >= 0 && x < w
                    let at = (y * w + x) * c + place % c
                    #expect(columns[i] == (isInside ? image[at] : 0))
                    if isInside { expected[at] += image[at] }
                }
                #expect(close(back, expected))
            }
        }
    }

    @Test func updatesFollowTheirFormulas() {
        onEachLevel { _ in
            for count in KernelTests.lengths {
                let (w, g, m) = (samples(count), samples(count, 2), samples(count, 3))
                let v = samples(count, 4).map { $0 * $0 }
                let n = Int64(count)
                var (a, b, c) = (w, m, v)
                kernels_adam(w, g, m, v, &a, &b, &c, n, 0.1, 2, 0.5, 0.75, 1e-3, 0.01)
                var (here, first0, second0) = (w, m, v)
                inPlace(&here, &first0, &second0) {
                    kernels_adam($0, g, $1, $2, $0, $1, $2, n, 0.1, 2, 0.5, 0.75, 1e-3, 0.01)
                }
                #expect(here == a && first0 == b && second0 == c)
                let first = zip(m, g).map { 0.5 * $0 + 0.5 * $1 }
                let second = zip(v, g).map { 0.75 * $0 + 0.25 * $1 * $1 }
                #expect(close(b, first))
                #expect(close(c, second))
                #expect(
                    close(
                        a,
                        w.indices.map {
                            w[$0] * 0.99 - 0.1 * first[$0] / ((2 * second[$0]).squareRoot() + 1e-3)
                        }, 1e-5))
                kernels_momentum(w, g, m, &a, &b, n, 0.1, 0.9, 1, 0.01)
                let decayed = zip(g, w).map { $0 + 0.01 * $1 }
                let velocity = zip(m, decayed).map { 0.9 * $0 + $1 }
                #expect(close(b, velocity))
                #expect(
                    close(a, w.indices.map { w[$0] - 0.1 * (decayed[$0] + 0.9 * velocity[$0]) }))
                kernels_rmsprop(w, g, v, &a, &c, n, 0.1, 0.75, 1e-3)
                #expect(close(c, second))
                #expect(
                    close(
                        a,
                        w.indices.map {
                            w[$0] - 0.1 * g[$0] / (second[$0].squareRoot() + 1e-3)
                        }, 1e-5))
                kernels_blend(w, g, &a, 0.75, n)
                #expect(close(a, zip(w, g).map { 0.75 * $0 + 0.25 * $1 }))
                a = w
                kernels_accumulate(&a, g, -2, n)
                #expect(close(a, zip(w, g).map { $0 - 2 * $1 }))
                kernels_select(m, w, g, &a, n)
                #expect(a == w.indices.map { m[$0] != 0 ? w[$0] : g[$0] })
                kernels_fill(&a, 3, n)
                #expect(a.allSatisfy { $0 == 3 })
            }
        }
    }

    /// Calls `body` with the places of three arrays, each to be read and written.
    private func inPlace(
        _ a: inout [Float], _ b: inout [Float], _ c: inout [Float],
        _ body: (
            UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>
        ) -> Void
    ) {
        a.withUnsafeMutableBufferPointer { a in
            b.withUnsafeMutableBufferPointer { b in
                c.withUnsafeMutableBufferPointer { c in
                    guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress
                    else { return }
                    body(a, b, c)
                }
            }
        }
    }

    private func columnSums(_ x: [Float], _ columns: Int) -> [Float] {
        (0..<columns).map { c in
            Float(stride(from: c, to: x.count, by: columns).reduce(0.0) { $0 + Double(x[$1]) })
        }
    }
}

private func exponential(_ x: Float) -> Float { Float(Foundation.exp(Double(x))) }
