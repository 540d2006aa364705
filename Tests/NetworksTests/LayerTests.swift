import Foundation
import Tensors
import Testing

@testable import Networks

/// What single layers do, against what their papers say.
@Suite struct LayerTests {
    private func built(_ layer: any Layer, _ input: [Int], seed: UInt64 = 2) throws -> any Layer {
        var random = Generator(seed: seed)
        try layer.build(input: input, &random)
        return layer
    }

    private func normal(_ shape: [Int], seed: UInt64 = 5) throws -> Tensor {
        var random = Generator(seed: seed)
        return try random.normal(shape)
    }

    // MARK: Batch norm

    @Test("batch norm takes the batch's statistics and keeps a running average of them")
    func batchNorm() throws {
        let norm = try built(try layer("batch_norm", ["epsilon": 0]), [3])
        let x = try normal([50, 3]).affine(3, 7)
        let y = try norm.apply(x, context())
        for (mean, variance) in zip(
            try y.mean(axes: [0]).values, try y.variance(axes: [0]).values)
        {
            #expect(abs(mean) < 1e-5 && abs(variance - 1) < 1e-4)
        }
        let mean = try x.mean(axes: [0]).affine(0.1, 0)
        let variance = try x.variance(axes: [0], correction: 1).affine(0.1, 0.9)
        #expect(distance(norm.buffers[0].value, mean) < 1e-5)
        #expect(distance(norm.buffers[1].value, variance) < 1e-4)
        let learnt = try norm.apply(x, context(isTraining: false))
        let expected = try (x - mean) / variance.sqrt()
        #expect(distance(learnt, expected) < 1e-4)
        // Not while training, the statistics stay.
        #expect(distance(norm.buffers[0].value, mean) < 1e-5)
    }

    @Test("after many equal batches inference agrees with training")
    func batchNormConverges() throws {
        let norm = try built(try layer("batch_norm"), [4, 4, 2])
        let x = try normal([64, 4, 4, 2]).affine(2, -1)
        var y = x
        for _ in 0..<200 { y = try norm.apply(x, context()) }
        #expect(distance(y, try norm.apply(x, context(isTraining: false))) < 1e-2)
    }

    @Test("batch norm says that one value has no variance")
    func batchNormOfOne() throws {
        let norm = try built(try layer("batch_norm"), [3])
        let error = #expect(throws: NetworkError.self) {
            try norm.apply(try Tensor.ones([1, 3]), context())
        }
        #expect(error?.hint == "use a batch of at least 2")
        #expect(try norm.apply(try Tensor.ones([1, 3]), context(isTraining: false)).isFinite)
    }

    // MARK: Virtual batch norm

    @Test("with virtual batch norm a sample does not depend on its batch")
    func virtualBatchNorm() throws {
        var random = Generator(seed: 1)
        let network = try Network(
            space: .points(2),
            layers: [
                layer("linear", ["features": 4]), layer("virtual_batch_norm"), layer("relu"),
                layer("linear", ["features": 1]),
            ], generator: &random)
        let reference = try normal([16, 2])
        _ = try network.apply(reference, context())
        let x = try normal([6, 2], seed: 8)
        let together = try network.apply(x, context())
        #expect(together.shape == [6, 1])
        for row in 0..<6 {
            let alone = try network.apply(x.slice([row..<row + 1]), context())
            #expect(distance(alone, try together.slice([row..<row + 1])) < 1e-5)
        }
        #expect(network.namedBuffers.last?.path == "reference")
        #expect(network.copy().buffers.last?.value.shape == [16, 2])
        // The reference goes through the weights of today: they have gradients by it, too.
        let slopes = try gradients(of: together, at: network.parameters.map(\.value))
        #expect(slopes.allSatisfy { $0.isFinite })
    }

    @Test("virtual batch norm mixes sample and reference by 1 / (n + 1)")
    func virtualMixture() throws {
        let norm = try built(try layer("virtual_batch_norm", ["epsilon": 0]), [1])
        let reference: [Float] = [1, 2, 6]
        _ = try norm.apply(try tensor(reference, [3, 1]), context())
        let y = try norm.apply(try tensor([5], [1, 1]), context()).item()
        let mean = Float(9 + 5) / 4
        let square = Float(1 + 4 + 36 + 25) / 4
        #expect(abs(y - (5 - mean) / (square - mean * mean).squareRoot()) < 1e-5)
    }

    // MARK: Spectral norm

    @Test(
        "spectral norm divides by the largest singular value, as an SVD finds it",
        arguments: ["linear", "conv", "conv_transpose"])
    func spectralNorm(name: String) throws {
        let options: [String: Option] = name == "linear" ? ["features": 5] : ["filters": 5]
        let inside = try layer(name, options)
        let norm = try built(
            try layer("spectral_norm", ["iterations": 300], around: [inside]),
            name == "linear" ? [7] : [4, 4, 3])
        let input = try normal(name == "linear" ? [2, 7] : [2, 4, 4, 3])
        let y = try norm.apply(input, context())
        let weighted = try #require(inside as? any WeightedLayer)
        let weight = try #require(inside.parameters.first)
        let largest = try singularValues(weighted.matrix(weight.value.detached())).max() ?? 0
        try weight.set(weight.value / Float(largest))
        #expect(distance(y, try inside.apply(input, context())) < 1e-4)
    }

    @Test("the power iteration goes on from where it ended")
    func persistence() throws {
        let norm = try built(
            try layer("spectral_norm", around: [layer("linear", ["features": 20])]), [20])
        let input = try normal([1, 20])
        let before = norm.buffers[0].value.values
        _ = try norm.apply(input, context(isTraining: false))
        #expect(norm.buffers[0].value.values == before)
        _ = try norm.apply(input, context())
        #expect(norm.buffers[0].value.values != before)
    }

    /// Singular values by Jacobi's rotations of the columns (Hestenes 1958), in double precision.
    private func singularValues(_ matrix: Tensor) throws -> [Double] {
        let (rows, columns) = (matrix.shape[0], matrix.shape[1])
        let flat = matrix.values
        var a = (0..<columns).map { j in (0..<rows).map { Double(flat[$0 * columns + j]) } }
        for _ in 0..<60 {
            for p in 0..<columns {
                for q in p + 1..<columns {
                    let pp = zip(a[p], a[p]).reduce(0) { $0 + $1.0 * $1.1 }
                    let qq = zip(a[q], a[q]).reduce(0) { $0 + $1.0 * $1.1 }
                    let pq = zip(a[p], a[q]).reduce(0) { $0 + $1.0 * $1.1 }
                    guard abs(pq) > 1e-14 * (pp * qq).squareRoot() else { continue }
                    let angle = 0.5 * atan2(2 * pq, pp - qq)
                    for row in 0..<rows {
                        let (x, y) = (a[p][row], a[q][row])
                        a[p][row] = cos(angle) * x + sin(angle) * y
                        a[q][row] = -sin(angle) * x + cos(angle) * y
                    }
                }
            }
        }
        return a.map { column in column.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    }

    @Test("equalised weights start by N(0, 1) and are scaled by gain / sqrt(inputs)")
    func equalized() throws {
        let inside = try layer("linear", ["features": 200])
        let scaled = try built(try layer("equalized", ["gain": 1], around: [inside]), [100])
        let deviation = try inside.parameters[0].value.std().item()
        #expect(abs(deviation - 1) < 0.02)
        let x = try normal([50, 100])
        let plain = try inside.apply(x, context())
        #expect(distance(try scaled.apply(x, context()), try plain * 0.1) < 1e-4)
    }

    // MARK: Per sample

    @Test("layer, instance and pixel norm measure each sample by itself")
    func sampleNorms() throws {
        let x = try normal([3, 4, 4, 2]).affine(5, 3)
        let layerNorm = try built(try layer("layer_norm"), [4, 4, 2])
        let whole = try layerNorm.apply(x, context())
        #expect(try whole.mean(axes: [1, 2, 3]).abs().max().item() < 1e-4)
        #expect(try (whole.variance(axes: [1, 2, 3]) - 1).abs().max().item() < 1e-3)
        let instance = try built(try layer("instance_norm"), [4, 4, 2]).apply(x, context())
        #expect(try instance.mean(axes: [1, 2]).abs().max().item() < 1e-4)
        #expect(try (instance.variance(axes: [1, 2]) - 1).abs().max().item() < 1e-3)
        let pixel = try built(try layer("pixel_norm"), [4, 4, 2]).apply(x, context())
        #expect(try (pixel.square().mean(axes: [3]) - 1).abs().max().item() < 1e-4)
    }

    @Test("minibatch_std adds the mean deviation of a group")
    func minibatchDeviation() throws {
        let measure = try built(try layer("minibatch_std", ["group": 2]), [2])
        // Samples 0 and 2 form a group, 1 and 3 the other.
        let x = try tensor([0, 0, 5, 5, 2, 4, 5, 7], [4, 2])
        let y = try measure.apply(x, context())
        #expect(
            distance(try y.slice([0..<4, 2..<3]), try tensor([1.5, 0.5, 1.5, 0.5], [4, 1])) < 1e-3)
        #expect(try measure.apply(x.slice([0..<3]), context()).shape == [3, 3])
    }

    @Test("minibatch discrimination sums e^-distance over the other samples")
    func minibatchDiscrimination() throws {
        let measure = try built(
            try layer("minibatch_discrimination", ["kernels": 1, "dimensions": 2]), [2])
        try measure.parameters[0].set(tensor([1, 0, 0, 1], [2, 2]))
        let x = try tensor([0, 0, 1, 0, 0, 2], [3, 2])
        let y = try measure.apply(x, context()).slice([0..<3, 2..<3])
        let distances: [(Double, Double)] = [(1, 2), (1, 3), (2, 3)]
        let expected = distances.map { near, far in Float(exp(-near) + exp(-far)) }
        #expect(distance(y, try tensor(expected, [3, 1])) < 1e-5)
    }

    @Test("dropout keeps the mean while training and is absent after")
    func dropout() throws {
        let drop = try built(try layer("dropout", ["rate": 0.25]), [1000])
        let ones = try Tensor.ones([20, 1000])
        let first = try drop.apply(ones, context())
        #expect(Set(first.values).count == 2)
        #expect(abs(try first.mean().item() - 1) < 0.02)
        #expect(try drop.apply(ones, context(isTraining: false)).values == ones.values)
        let running = context()
        let second = try drop.apply(ones, running)
        #expect(second.values == first.values)
        #expect(try drop.apply(ones, running).values != first.values)
    }

    // MARK: Sequences

    @Test("an LSTM is its equations")
    func lstm() throws {
        let cell = try built(try layer("lstm", ["units": 2]), [3, 2])
        let x = try normal([1, 3, 2])
        let y = try cell.apply(x, context()).values.map { Double($0) }
        let (wx, wh, b) = (
            cell.parameters[0].value.values, cell.parameters[1].value.values,
            cell.parameters[2].value.values
        )
        #expect(b == [0, 0, 1, 1, 0, 0, 0, 0])
        var (h, c) = ([0.0, 0.0], [0.0, 0.0])
        for time in 0..<3 {
            let gates = (0..<8).map { gate in
                var sum = Double(b[gate])
                for index in 0..<2 {
                    sum += Double(x.values[time * 2 + index]) * Double(wx[index * 8 + gate])
                    sum += h[index] * Double(wh[index * 8 + gate])
                }
                return sum
            }
            func sigmoid(_ value: Double) -> Double { 1 / (1 + exp(-value)) }
            for unit in 0..<2 {
                c[unit] *= sigmoid(gates[2 + unit])
                c[unit] += sigmoid(gates[unit]) * tanh(gates[4 + unit])
                h[unit] = sigmoid(gates[6 + unit]) * tanh(c[unit])
                #expect(abs(h[unit] - y[time * 2 + unit]) < 1e-5)
            }
        }
    }

    @Test("a GRU is its equations")
    func gru() throws {
        let cell = try built(try layer("gru", ["units": 1, "last": true]), [2, 1])
        let values: [[Float]] = [
            [0.5, -0.3, 0.8], [0.2, 0.4, -0.6], [0.1, 0, 0.2], [0, 0.3, 0.5],
        ]
        for (parameter, value) in zip(cell.parameters, values) {
            try parameter.set(tensor(value, parameter.shape))
        }
        let x: [Double] = [0.7, -1.1]
        var h = 0.0
        func sigmoid(_ value: Double) -> Double { 1 / (1 + exp(-value)) }
        for value in x {
            let r = sigmoid(0.5 * value + 0.1 + 0.2 * h)
            let u = sigmoid(-0.3 * value + 0.4 * h + 0.3)
            let n = tanh(0.8 * value + 0.2 + r * (-0.6 * h + 0.5))
            h = (1 - u) * n + u * h
        }
        let y = try cell.apply(try tensor(x.map { Float($0) }, [1, 2, 1]), context())
        #expect(abs(Double(try y.item()) - h) < 1e-6)
    }

    // MARK: Images

    @Test("padding same keeps the size up to the stride; transposed multiplies it")
    func sizes() throws {
        for size in 1...9 {
            for kernel in 1...5 {
                for stride in 1...3 {
                    let options: [String: Option] = [
                        "filters": 2, "kernel": .number(Double(kernel)),
                        "stride": .number(Double(stride)),
                    ]
                    let down = try built(try layer("conv", options), [size, size, 1])
                    let x = try Tensor.ones([1, size, size, 1])
                    let wanted = (size + stride - 1) / stride
                    #expect(try down.apply(x, context()).shape == [1, wanted, wanted, 2])
                    let up = try built(try layer("conv_transpose", options), [size, size, 1])
                    #expect(
                        try up.apply(x, context()).shape == [1, size * stride, size * stride, 2])
                }
            }
        }
    }

    @Test("padding as a number is what PyTorch computes")
    func padding() throws {
        let down = try layer(
            "conv", ["filters": 1, "kernel": 4, "stride": 2, "padding": 1, "bias": false])
        #expect(try down.outputShape(of: [32, 32, 1]) == [16, 16, 1])
        let up = try layer(
            "conv_transpose", ["filters": 1, "kernel": 4, "stride": 1, "padding": 0])
        #expect(try up.outputShape(of: [1, 1, 8]) == [4, 4, 1])
        let wide = try layer("conv", ["filters": 1, "kernel": 3, "dilation": 2, "padding": "none"])
        #expect(try wide.outputShape(of: [7, 5, 1]) == [3, 1, 1])
        let error = #expect(throws: NetworkError.self) { try wide.outputShape(of: [4, 4, 1]) }
        #expect(error?.hint == "use a smaller kernel, or padding: \"same\"")
    }

    @Test("a residual block with nothing in it gives its input twice")
    func residual() throws {
        let block = try built(
            try layer("residual", ["scale": 0.5], around: [layer("leaky_relu", ["slope": 1])]),
            [3])
        let x = try normal([2, 3])
        #expect(distance(try block.apply(x, context()), try x * 1.5) < 1e-6)
        let odd = try layer("residual", around: [layer("reshape", ["sizes": [3, 2]])])
        #expect(throws: NetworkError.self) { try odd.outputShape(of: [6]) }
    }

    // MARK: Starts

    @Test("first weights have the deviation of their rule")
    func initialisers() throws {
        var random = Generator(seed: 6)
        func deviation(_ option: Option) throws -> Float {
            try Initializer(option, layer: "linear")
                .draw([300, 200], inputs: 300, outputs: 200, &random).std().item()
        }
        #expect(abs(try deviation("he") - Float(2.0 / 300).squareRoot()) < 1e-3)
        #expect(abs(try deviation("he_uniform") - Float(2.0 / 300).squareRoot()) < 1e-3)
        #expect(abs(try deviation("xavier") - Float(2.0 / 500).squareRoot()) < 1e-3)
        #expect(abs(try deviation("xavier_normal") - Float(2.0 / 500).squareRoot()) < 1e-3)
        #expect(abs(try deviation("fan_in") - Float(1.0 / 900).squareRoot()) < 1e-3)
        #expect(abs(try deviation("normal") - 0.02) < 1e-3)
        #expect(abs(try deviation(["normal", 0.5]) - 0.5) < 1e-2)
        #expect(abs(try deviation(["uniform", 3]) - 3 / Float(3).squareRoot()) < 1e-2)
        #expect(try deviation("zeros") == 0)
        #expect(throws: NetworkError.self) { try Initializer(["normal", "x"], layer: "linear") }
        #expect(throws: NetworkError.self) { try Initializer(["uniform", -1], layer: "linear") }
    }

    @Test(
        "orthogonal weights have orthonormal columns, or rows when there are fewer",
        arguments: [[64, 64], [120, 16], [16, 120], [3, 3, 4, 8], [1, 5], [5, 1]])
    func orthogonal(shape: [Int]) throws {
        var random = Generator(seed: 3)
        let weight = try Initializer.orthogonal(gain: 2).draw(shape, inputs: 1, outputs: 1, &random)
        #expect(weight.shape == shape)
        let matrix = try weight.reshape([-1, shape[shape.count - 1]]) / 2
        let isTall = matrix.shape[0] >= matrix.shape[1]
        let square = try matmul(matrix, matrix, transposeLeft: isTall, transposeRight: !isTall)
        let identity = try Tensor.range(0, Double(square.shape[0])).oneHot(square.shape[0])
        #expect(distance(square, identity) < 1e-4)
    }
}
