import Testing

@testable import Tensors

/// Convolutions against six nested loops.
@Suite struct ConvolutionTests {
    struct Case: Sendable {
        let image: [Int]
        let kernel: [Int]
        let window: Window
    }

    static let cases: [Case] = [
        Case(image: [2, 5, 6, 3], kernel: [3, 3, 3, 4], window: Window(padding: 1)),
        Case(image: [2, 8, 8, 16], kernel: [4, 4, 16, 32], window: Window(stride: 2, padding: 1)),
        Case(image: [1, 7, 5, 2], kernel: [3, 2, 2, 5], window: Window(stride: 3, dilation: 2)),
        Case(image: [3, 4, 4, 8], kernel: [4, 4, 8, 1], window: Window()),
        Case(image: [2, 3, 3, 4], kernel: [1, 1, 4, 6], window: Window()),
        Case(image: [2, 6, 6, 1], kernel: [4, 4, 1, 8], window: Window(stride: 2, padding: 1)),
        Case(
            image: [1, 4, 5, 2], kernel: [2, 3, 2, 3],
            window: Window(stride: [1, 2], before: [2, 0], after: [0, 1])),
        Case(image: [1, 2, 2, 1], kernel: [1, 1, 1, 1], window: Window(padding: 2)),
    ]

    private func naive(_ x: Tensor, _ k: Tensor, _ w: Window) throws -> Tensor {
        let (n, h, wide, ci) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        let (kh, kw, co) = (k.shape[0], k.shape[1], k.shape[3])
        let size = { (extent: Int, kernel: Int, axis: Int) in
            (extent + w.before[axis] + w.after[axis] - (kernel - 1) * w.dilation[axis] - 1)
                / w.stride[axis] + 1
        }
        let (oh, ow) = (size(h, kh, 0), size(wide, kw, 1))
        let (xv, kv) = (x.values, k.values)
        var y = [Float](repeating: 0, count: n * oh * ow * co)
        for b in 0..<n {
            for oy in 0..<oh {
                for ox in 0..<ow {
                    for c in 0..<co {
                        var total = 0.0
                        for ky in 0..<kh {
                            for kx in 0..<kw {
                                let iy = oy * w.stride[0] + ky * w.dilation[0] - w.before[0]
                                let ix = ox * w.stride[1] + kx * w.dilation[1] - w.before[1]
                                guard iy >= 0, iy < h, ix >= 0, ix < wide else { continue }
                                for i in 0..<ci {
                                    total +=
                                        Double(xv[((b * h + iy) * wide + ix) * ci + i])
                                        * Double(kv[((ky * kw + kx) * ci + i) * co + c])
                                }
                            }
                        }
                        y[((b * oh + oy) * ow + ox) * co + c] = Float(total)
                    }
                }
            }
        }
        return try Tensor(y, shape: [n, oh, ow, co])
    }

    @Test(arguments: cases.indices) func forwardIsTheSumOverTheWindow(index: Int) throws {
        let item = Self.cases[index]
        var generator = Generator(seed: 3)
        let x = try generator.uniform(item.image, -1, 1)
        let k = try generator.uniform(item.kernel, -1, 1)
        let expected = try naive(x, k, item.window)
        let result = try x.convolution(k, item.window)
        #expect(result.shape == expected.shape)
        #expect(try (result - expected).abs().max().item() < 1e-4)
    }

    /// <conv(x, k), g> = <x, dx> = <k, dk>: the three passes are one trilinear form.
    @Test(arguments: cases.indices) func theThreePassesAreAdjoint(index: Int) throws {
        let item = Self.cases[index]
        var generator = Generator(seed: 4)
        let x = try generator.uniform(item.image, -1, 1).tracked()
        let k = try generator.uniform(item.kernel, -1, 1).tracked()
        let y = try x.convolution(k, item.window)
        let g = try generator.uniform(y.shape, -1, 1)
        let exact = try gradients(of: y * g, at: [x, k])
        let form = dot(y, g)
        #expect(abs(dot(x, exact[0]) - form) < 1e-3 * max(1, abs(form)))
        #expect(abs(dot(k, exact[1]) - form) < 1e-3 * max(1, abs(form)))
    }

    @Test func aTransposedConvolutionIsTheGradientByTheInput() throws {
        var generator = Generator(seed: 5)
        let k = try generator.normal([4, 4, 3, 8])
        let g = try generator.normal([2, 5, 5, 8])
        let window = Window(stride: 2, padding: 1)
        let x = try Tensor.zeros([2, 10, 10, 3]).tracked()
        let expected = try gradients(of: x.convolution(k, window) * g, at: [x])[0]
        let result = try g.convolutionTransposed(k, window)
        #expect(result.shape == [2, 10, 10, 3])
        #expect(try (result - expected).abs().max().item() < 1e-5)
    }

    @Test func poolsAndResamplingAreWhatTheirNamesSay() throws {
        let x = try Tensor.range(0, 16).reshape([1, 4, 4, 1])
        #expect(try x.maxPool(size: [2, 2], Window(stride: 2)).values == [5, 7, 13, 15])
        #expect(
            try x.averagePool(size: [2, 2], Window(stride: 2)).values == [2.5, 4.5, 10.5, 12.5])
        #expect(try x.downsample(2).values == [2.5, 4.5, 10.5, 12.5])
        #expect(
            try x.maxPool(size: [3, 3], Window(stride: 3, padding: 1)).values == [5, 7, 13, 15])
        let small = try Tensor([0, 4], shape: [1, 1, 2, 1])
        #expect(try small.upsampleNearest(2).values == [0, 0, 4, 4, 0, 0, 4, 4])
        #expect(try small.upsampleBilinear(2).values == [0, 1, 3, 4, 0, 1, 3, 4])
    }

    /// Kernels are kept in oneDNN's layout, two for each geometry: none may be taken for another,
    /// also after an update in place.
    @Test func kernelsOfOneGeometryAreNotMistakenForEachOther() throws {
        var generator = Generator(seed: 6)
        let window = Window(stride: 2, padding: 1)
        let x = try generator.uniform([32, 8, 8, 16], -1, 1)
        var kernels = try (0..<3).map { _ in try generator.uniform([4, 4, 16, 32], -1, 1) }
        for turn in 0..<9 {
            let k = kernels[turn % 3]
            let difference = try x.convolution(k, window) - naive(x, k, window)
            #expect(try difference.abs().max().item() < 1e-3)
            if turn == 4 { try Update.scale(&kernels, by: -0.5) }
        }
    }

    @Test func paddingBeyondTheKernelIsNoTrap() throws {
        let x = try Tensor.ones([1, 1, 1, 1])
        let k = try Tensor.ones([1, 1, 1, 1])
        let y = try x.convolution(k, Window(stride: 3, padding: 4))
        #expect(y.shape == [1, 3, 3, 1])
        #expect(try y.sum().item() == 0)
    }
}
