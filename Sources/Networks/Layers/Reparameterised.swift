import Tensors

/// The one weighted layer inside a wrapper.
private func weighted(_ options: Options, _ name: String) throws -> any WeightedLayer {
    guard options.layers.count == 1, let layer = options.layers[0] as? any WeightedLayer else {
        let given = options.layers.map(\.description).joined(separator: " |> ")
        throw NetworkError.option(
            layer: name, problem: "it wraps one layer that has weights, not \(given)",
            hint: "write \(name)(linear(128)) or \(name)(conv(64))")
    }
    return layer
}

/// The weight divided by its largest singular value, so that the layer is 1-Lipschitz (Miyato et
/// al. 2018, arXiv:1802.05957).
struct SpectralNorm: Fusible {
    var parts = Parts()
    let name = "spectral_norm"
    let description: String
    let isStateless = false
    let layer: any WeightedLayer
    let iterations: Int

    static let row = LayerRow(
        "spectral_norm", .normalisation,
        [
            OptionRule("layer", .layers, "the layer whose weight is divided"),
            OptionRule(
                "iterations", .integer(1...1000), "steps of power iteration in each pass",
                standard: 1),
        ],
        "Divides a layer's weight by its largest singular value.",
        source: "Miyato et al. 2018, arXiv:1802.05957, algorithm 1: one step of power iteration"
            + " in each training pass, from where the last one ended; after 15 steps when the"
            + " layer is made.",
        example: "D = points(2) |> spectral_norm(linear(16)) |> leaky_relu(0.1)"
            + " |> spectral_norm(linear(1))",
        samples: [
            LayerSample(
                inner: [.init("linear", ["features": 3])], input: [4], output: [3]),
            LayerSample(
                inner: [.init("conv", ["filters": 2, "kernel": 2])], input: [2, 2, 1],
                output: [2, 2, 2]),
            LayerSample(
                inner: [.init("conv_transpose", ["filters": 2])], input: [1, 1, 3],
                output: [2, 2, 2]),
        ]
    ) { options in
        SpectralNorm(
            description: options.description, layer: try weighted(options, "spectral_norm"),
            iterations: try options.integer("iterations"))
    }

    private init(description: String, layer: any WeightedLayer, iterations: Int) {
        self.description = description
        self.layer = layer
        self.iterations = iterations
    }

    var inner: [(name: String, layer: any Layer)] { [(layer.name, layer)] }

    func around(_ inner: [any Layer]) -> any Layer {
        SpectralNorm(
            description: description, layer: inner[0] as? any WeightedLayer ?? layer,
            iterations: iterations)
    }

    func outputShape(of input: [Int]) throws -> [Int] { try layer.outputShape(of: input) }

    func make(input: [Int], _ generator: inout Generator) throws -> Made {
        try layer.build(input: input, &generator)
        guard let weight = layer.parts.parameter("weight") else {
            throw NetworkError.notBuilt(layer: layer.description)
        }
        let matrix = try layer.matrix(weight.value.detached())
        let start = try unit(generator.normal([matrix.shape[1]]))
        return Made(buffers: [Buffer("direction", try power(matrix, start, steps: 15).right)])
    }

    func apply(_ x: Tensor, activation: Activation, _ context: Context) throws -> Tensor {
        let weight = try layer.value("weight", context)
        let direction = try buffer("direction")
        let matrix = try layer.matrix(weight)
        let (left, right) = try power(
            matrix.detached(), direction.value, steps: context.isTraining ? iterations : 0)
        if context.isTraining { direction.set(right) }
        // Both directions count as constants; at the largest singular value the gradient by them
        // is 0.
        let largest = try (matmul(left, matrix) * right).sum()
        return try layer.apply(
            x, weight: weight * largest.reciprocal(), activation: activation, context)
    }

    /// Left and right directions of the largest singular value of `[m, n]`, after some steps of
    /// power iteration from `right`.
    private func power(
        _ matrix: Tensor, _ start: Tensor, steps: Int
    ) throws -> (left: Tensor, right: Tensor) {
        var right = start
        var left = try unit(matmul(matrix, right))
        for step in 0..<steps {
            right = try unit(matmul(matrix, left, transposeLeft: true))
            if step + 1 < steps { left = try unit(matmul(matrix, right)) }
        }
        return (left, right)
    }

    private func unit(_ vector: Tensor) throws -> Tensor {
        try vector * (vector.square().sum().sqrt() + 1e-12).reciprocal()
    }

    func operations(input: [Int], output: [Int]) -> Double {
        layer.operations(input: input, output: output)
    }
}

/// Weights kept at variance 1 and scaled by gain / sqrt(inputs) in each pass, so that one
/// learning rate fits all layers (Karras et al. 2017, arXiv:1710.10196, section 4.1).
struct Equalized: Fusible {
    var parts = Parts()
    let name = "equalized"
    let description: String
    let isStateless = false
    let layer: any WeightedLayer
    let gain: Float

    static let row = LayerRow(
        "equalized", .normalisation,
        [
            OptionRule("layer", .layers, "the layer whose weight is scaled"),
            OptionRule(
                "gain", .number(0...1000), "the scale before the division by sqrt(inputs)",
                standard: 1.414_213_562_373_095_1),
        ],
        "Equalised learning rate: weights start by N(0, 1) and are scaled in each pass.",
        source: "Karras et al. 2017, arXiv:1710.10196, section 4.1; use gain: 1 for a last layer.",
        example: "D = points(2) |> equalized(linear(16)) |> leaky_relu"
            + " |> equalized(linear(1), gain: 1)",
        samples: [
            LayerSample(inner: [.init("linear", ["features": 3])], input: [4], output: [3]),
            LayerSample(
                ["gain": 1], inner: [.init("conv", ["filters": 2, "kernel": 2])],
                input: [2, 2, 1], output: [2, 2, 2]),
        ]
    ) { options in
        Equalized(
            description: options.description, layer: try weighted(options, "equalized"),
            gain: try options.float("gain"))
    }

    private init(description: String, layer: any WeightedLayer, gain: Float) {
        self.description = description
        self.layer = layer
        self.gain = gain
    }

    var inner: [(name: String, layer: any Layer)] { [(layer.name, layer)] }

    func around(_ inner: [any Layer]) -> any Layer {
        Equalized(
            description: description, layer: inner[0] as? any WeightedLayer ?? layer, gain: gain)
    }

    func outputShape(of input: [Int]) throws -> [Int] { try layer.outputShape(of: input) }

    func make(input: [Int], _ generator: inout Generator) throws -> Made {
        guard !layer.isBuilt else { return Made() }
        try layer.build(input: input, &generator)
        if let weight = layer.parts.parameter("weight") {
            try weight.set(generator.normal(weight.shape))
        }
        return Made()
    }

    func apply(_ x: Tensor, activation: Activation, _ context: Context) throws -> Tensor {
        let weight = try layer.value("weight", context)
        let factor = Double(gain) / layer.fanIn(weight.shape).squareRoot()
        return try layer.apply(
            x, weight: weight.affine(Float(factor), 0), activation: activation, context)
    }

    func operations(input: [Int], output: [Int]) -> Double {
        layer.operations(input: input, output: output)
    }
}
