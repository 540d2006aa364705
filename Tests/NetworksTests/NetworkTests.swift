import Tensors
import Testing

@testable import Networks

@Suite struct NetworkTests {
    private func generator(_ name: String = "") throws -> (Network, Generator) {
        var random = Generator(seed: 1)
        let network = try Network(
            space: .noise(8),
            layers: [
                layer("linear", ["features": 16]), layer("batch_norm"), layer("relu"),
                layer("linear", ["features": 12]), layer("sigmoid"),
                layer("reshape", ["sizes": [2, 3, 2]]),
            ], generator: &random)
        return (network, random)
    }

    @Test("it infers shapes while composing and keeps parameters by path")
    func composing() throws {
        let (network, _) = try generator()
        #expect(network.outputShape == [2, 3, 2])
        #expect(
            network.namedParameters.map(\.path) == [
                "0.linear.weight", "0.linear.bias", "1.batch_norm.scale", "1.batch_norm.offset",
                "3.linear.weight", "3.linear.bias",
            ])
        #expect(network.namedBuffers.map(\.path) == ["1.batch_norm.mean", "1.batch_norm.variance"])
        #expect(network.parameterCount == 8 * 16 + 16 + 32 + 16 * 12 + 12)
        var random = Generator(seed: 2)
        let x = try #require(network.space).draw(5, &random)
        #expect(try network.apply(x, context()).shape == [5, 2, 3, 2])
    }

    @Test("a layer that does not fit says what comes before it, and the way out")
    func faults() throws {
        var random = Generator(seed: 1)
        let error = #expect(throws: NetworkError.self) {
            try Network(
                space: .image(28, 28, 1), layers: [layer("linear", ["features": 128])],
                generator: &random)
        }
        #expect(
            error?.message
                == "linear(128) expects a vector, but image(28, 28, 1) gives [n, 28, 28, 1]")
        #expect(error?.hint == "insert flatten before it")
        #expect(error?.isShape == true)
        let second = #expect(throws: NetworkError.self) {
            try Network(
                space: .noise(6),
                layers: [layer("linear", ["features": 6]), layer("conv", ["filters": 2])],
                generator: &random)
        }
        #expect(second?.message == "conv(2) expects an image, but linear(6) gives [n, 6]")
        #expect(
            second?.hint
                == "insert reshape(1, 1, 6) before it, or a linear layer and a reshape")
        let third = #expect(throws: NetworkError.self) {
            try Network(
                space: .noise(6), layers: [layer("reshape", ["sizes": [2, 2]])],
                generator: &random)
        }
        #expect(
            third?.message == "reshape(2, 2) expects samples of 4 values, but noise(6) gives [n, 6]"
        )
        let (network, _) = try generator()
        let fourth = #expect(throws: NetworkError.self) {
            try network.apply(try Tensor.zeros([3, 7]), context())
        }
        #expect(
            fourth?.message == "a network from noise(8) expects [n, 8], not [n, 7]")
    }

    @Test("a layer written once keeps its weights, and does not fit other inputs")
    func sharing() throws {
        var random = Generator(seed: 1)
        let shared = try layer("linear", ["features": 4])
        let network = try Network(
            space: .noise(4), layers: [shared, layer("tanh"), shared], generator: &random)
        #expect(network.parameters.count == 2)
        #expect(network.namedParameters.map(\.path) == ["0.linear.weight", "0.linear.bias"])
        let copy = network.copy()
        #expect(copy.parameters.count == 2)
        #expect(try network.fresh(&random).parameters.count == 2)
        let error = #expect(throws: NetworkError.self) {
            try Network(space: .noise(5), layers: [shared], generator: &random)
        }
        #expect(
            error?.message == "linear(4) has weights for 4 inputs, but noise(5) gives [n, 5]")
    }

    @Test("without a space it is built at its first input")
    func late() throws {
        var random = Generator(seed: 1)
        let network = try Network(
            space: nil, layers: [layer("linear", ["features": 3]), layer("relu")],
            generator: &random)
        #expect(!network.isBuilt && network.outputShape == nil && network.parameters.isEmpty)
        #expect(try network.apply(try Tensor.ones([2, 5]), context()).shape == [2, 3])
        #expect(network.isBuilt && network.parameterCount == 18)
        #expect(throws: NetworkError.self) {
            try network.apply(try Tensor.ones([2, 6]), context())
        }
    }

    @Test("a copy is equal and goes its own way; fresh weights differ")
    func copies() throws {
        let (network, random) = try generator()
        var other = random
        let x = try #require(network.space).draw(3, &other)
        let copy = network.copy()
        let before = try network.apply(x, context(isTraining: false))
        #expect(try distance(before, copy.apply(x, context(isTraining: false))) == 0)
        _ = try copy.apply(x, context())
        for parameter in copy.parameters { try parameter.set(parameter.value + 1) }
        #expect(try distance(before, network.apply(x, context(isTraining: false))) == 0)
        let fresh = try network.fresh(&other)
        #expect(try distance(before, fresh.apply(x, context(isTraining: false))) > 0.001)
        #expect(fresh.namedParameters.map(\.path) == network.namedParameters.map(\.path))
    }

    @Test("the same seed makes the same weights")
    func seeds() throws {
        let (first, second) = (try generator().0, try generator().0)
        for (a, b) in zip(first.parameters, second.parameters) {
            #expect(a.value.values == b.value.values)
        }
    }

    @Test("parameters are recorded when the context says so")
    func recording() throws {
        let (network, _) = try generator()
        let x = try Tensor.ones([2, 8])
        #expect(try network.apply(x, context()).isTracked)
        #expect(try !network.apply(x, context(records: false)).isTracked)
        let leaf = x.tracked()
        let y = try network.apply(leaf, context(isTraining: false, records: false))
        let slopes = try gradients(of: y, at: [leaf] + network.parameters.map(\.value))
        #expect(slopes[0].values.contains { $0 != 0 })
        #expect(slopes[1].values.allSatisfy { $0 == 0 })
    }

    @Test("its summary counts parameters, memory and operations")
    func summaries() throws {
        let (network, _) = try generator()
        let summary = network.summary()
        #expect(summary.rows.map(\.parameters) == [144, 32, 0, 204, 0, 0])
        #expect(summary.rows[0].operations == 16 * (2 * 8 + 1))
        #expect(summary.rows[0].memory == 4 * (144 + 16))
        #expect(summary.rows[1].memory == 4 * (32 + 32 + 16))
        let lines = summary.text.split(separator: "\n").map(String.init)
        #expect(lines[0].hasPrefix("layer"))
        #expect(lines[2] == "noise(8)")
        #expect(lines[3].hasPrefix("linear(16)") && lines[3].contains("[n, 16]"))
        #expect(lines.last?.hasPrefix("total") == true)
        #expect(summary.html.contains("<td style=\"text-align:right\">144</td>"))
        #expect(summary.html.hasPrefix("<table>") && summary.html.hasSuffix("</table>"))
    }

    @Test("a layer alone is built at its first batch")
    func alone() throws {
        let alone = try layer("linear", ["features": 2])
        #expect(try alone(try Tensor.ones([3, 4]), context()).shape == [3, 2])
        let weights = alone.parameters.map(\.value.values)
        _ = try alone(try Tensor.ones([1, 4]), context(seed: 99))
        #expect(alone.parameters.map(\.value.values) == weights)
        let error = #expect(throws: NetworkError.self) {
            try alone(try Tensor.ones([3, 5]), context())
        }
        #expect(
            error?.message == "linear(2) has weights for 4 inputs, but its input has shape [n, 5]")
        #expect(throws: NetworkError.self) { try alone(Tensor(1), context()) }
    }

    @Test("shapes beyond any tensor are faults, not traps")
    func hugeShapes() throws {
        var random = Generator(seed: 1)
        let large = try layer("upsample", ["factor": 1024])
        let error = #expect(throws: NetworkError.self) {
            try Network(
                space: .image(64, 64, 1),
                layers: [large, large, large, large, large, large, large],
                generator: &random)
        }
        #expect(error?.hint == "no tensor is that large")
        #expect(throws: NetworkError.self) {
            try Network(
                space: .image(64, 64, 1),
                layers: [layer("residual", around: [large, large, large])],
                generator: &random)
        }
        #expect(throws: NetworkError.self) { try Space.image(1 << 28, 1 << 28, 1 << 28) }
        let flatten = try layer("flatten")
        #expect(throws: NetworkError.self) {
            try flatten.build(input: [0, 1 << 62, 1 << 62], &random)
        }
        let wide = try layer("linear", ["features": .number(0x1p24)])
        let long = try Tensor.ones([1, 1 << 20])
        #expect(throws: (any Error).self) { try wide(long, context()) }
    }

    @Test("empty batches go through every layer")
    func emptyBatches() throws {
        for row in LayerTable.all {
            for example in try row.cases {
                _ = try example.built()
                let x = try Tensor.zeros([0] + example.sample.input)
                do {
                    let y = try example.layer.apply(x, context(isTraining: false))
                    #expect(y.shape == [0] + example.sample.output, "\(example.name)")
                } catch {
                    #expect(error is NetworkError || error is TensorError, "\(example.name)")
                }
            }
        }
    }

    @Test("spaces draw what they promise")
    func spaces() throws {
        var random = Generator(seed: 4)
        let uniform = try Space.noise(1000, kind: .uniform).draw(10, &random)
        #expect(uniform.values.allSatisfy { $0 >= -1 && $0 < 1 })
        #expect(abs(try uniform.mean().item()) < 0.05)
        let normal = try Space.noise(1000).draw(10, &random)
        #expect(abs(try normal.std().item() - 1) < 0.05)
        let words = try Space.tokens(5, 3).draw(100, &random)
        #expect(words.shape == [100, 5] && Set(words.values) == [0, 1, 2])
        #expect(try Space.noise(3, kind: .uniform).description == "noise(3, uniform)")
        #expect(throws: NetworkError.self) { try Space.noise(0) }
        #expect(throws: NetworkError.self) { try Space.image(8, -1, 1) }
    }

    @Test("options are checked against the table")
    func options() throws {
        func problem(_ name: String, _ options: [String: Option]) -> String? {
            do {
                _ = try layer(name, options)
                return nil
            } catch { return (error as? NetworkError)?.message }
        }
        #expect(problem("linear", [:]) == "linear: features is missing")
        #expect(problem("linear", ["features": 0]) == "linear: features cannot be 0")
        #expect(problem("linear", ["features": 1.5]) == "linear: features cannot be 1.5")
        #expect(problem("relu", ["slope": 1]) == "relu: there is no option slope")
        #expect(
            problem("linear", ["features": 2, "init": "hee"]) == "linear: init cannot be \"hee\"")
        #expect(problem("dropout", ["rate": 1]) == "dropout: rate cannot be 1")
        #expect(problem("nothing", [:]) == "there is no layer nothing")
        #expect(problem("spectral_norm", [:]) == "spectral_norm: layer is missing")
        #expect(throws: NetworkError.self) {
            try layer("spectral_norm", around: [layer("relu")])
        }
        #expect(
            try layer("conv", ["filters": 64, "kernel": 4, "stride": 2]).description
                == "conv(64, kernel: 4, stride: 2)")
        #expect(
            try layer("spectral_norm", around: [layer("linear", ["features": 1])]).description
                == "spectral_norm(linear(1))")
        #expect(try layer("reshape", ["sizes": [28, 28, 1]]).description == "reshape(28, 28, 1)")
        #expect(try layer("leaky_relu", ["slope": 0.1]).description == "leaky_relu(0.1)")
    }
}
