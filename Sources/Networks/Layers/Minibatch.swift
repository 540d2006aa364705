import Tensors

/// One more channel that says how much a group of samples varies (Karras et al. 2017,
/// arXiv:1710.10196, section 3).
struct MinibatchDeviation: Layer {
    var parts = Parts()
    let name = "minibatch_std"
    let description: String
    let group: Int

    static let row = LayerRow(
        "minibatch_std", .minibatch,
        [
            OptionRule(
                "group", .integer(1...1 << 16), "how many samples are compared", unit: "samples",
                standard: 4)
        ],
        "Adds a channel with the mean standard deviation over a group of samples.",
        source: "Karras et al. 2017, arXiv:1710.10196, section 3, as in the authors' program:"
            + " groups of 4, 1e-8 under the root. Where the batch is no multiple of the group,"
            + " the next smaller divisor is taken.",
        example: "D = points(2) |> linear(8) |> relu |> minibatch_std |> linear(1)",
        samples: [
            LayerSample(["group": 2], input: [3], output: [4]),
            LayerSample(input: [2, 1, 2], output: [2, 1, 3]),
        ]
    ) { MinibatchDeviation(description: $0.description, group: try $0.integer("group")) }

    private init(description: String, group: Int) {
        self.description = description
        self.group = group
    }

    func outputShape(of input: [Int]) throws -> [Int] {
        guard let channels = input.last else { throw mismatch("a vector or an image", input) }
        return input.dropLast() + [channels + 1]
    }

    func apply(_ x: Tensor, _ context: Context) throws -> Tensor {
        let count = x.shape[0]
        let size = (1...max(1, min(group, count))).last { count % $0 == 0 } ?? 1
        let sample = Array(x.shape.dropFirst())
        // Sample i belongs to group i mod (count / size).
        let groups = count / size
        let parts = try x.reshape([size, groups] + sample)
        let deviation = try (parts.variance(axes: [0]) + 1e-8).sqrt()
        let mean = try deviation.reshape([groups, sample.reduce(1, *)]).mean(axes: [1])
        let ones = [Int](repeating: 1, count: sample.count)
        let channel = try mean.reshape([1, groups] + ones)
            .broadcast(to: [size, groups] + sample.dropLast() + [1])
            .reshape([count] + sample.dropLast() + [1])
        return try Tensor.concatenate([x, channel], axis: -1)
    }

    func operations(input: [Int], output: [Int]) -> Double { 5 * input.elements }
}

/// How near other samples of the batch are, in learnt measures (Salimans et al. 2016,
/// arXiv:1606.03498, section 3.2).
struct MinibatchDiscrimination: Layer {
    var parts = Parts()
    let name = "minibatch_discrimination"
    let description: String
    let isStateless = false
    let kernels: Int
    let dimensions: Int
    let initializer: Initializer

    static let row = LayerRow(
        "minibatch_discrimination", .minibatch,
        [
            OptionRule("kernels", .integer(1...4096), "how many values are added", standard: 100),
            OptionRule(
                "dimensions", .integer(1...4096), "the size of the vectors that are compared",
                standard: 5),
            .initializer(["normal", 0.05]),
        ],
        "Adds to each sample how near the other samples of its batch are.",
        source: "Salimans et al. 2016, arXiv:1606.03498, section 3.2: sum over the others of"
            + " exp(-|M_i - M_j|_1); without the offset and data-dependent scale of the authors'"
            + " program.",
        example: "D = points(2) |> linear(8) |> relu |> minibatch_discrimination(16) |> linear(1)",
        samples: [
            LayerSample(
                ["kernels": 2, "dimensions": 3, "init": ["normal", 0.5]], input: [4], output: [6])
        ]
    ) { try MinibatchDiscrimination($0) }

    private init(_ options: Options) throws {
        description = options.description
        kernels = try options.integer("kernels")
        dimensions = try options.integer("dimensions")
        initializer = try options.initializer()
    }

    func outputShape(of input: [Int]) throws -> [Int] {
        guard input.count == 1 else {
            throw mismatch("a vector", input, hint: "insert flatten before it")
        }
        try checkBuilt("weight", axis: 0, input[0], "inputs", input)
        return [input[0] + kernels]
    }

    func make(input: [Int], _ generator: inout Generator) throws -> Made {
        let size = kernels * dimensions
        let weight = try initializer.draw(
            [input[0], size], inputs: Double(input[0]), outputs: Double(size), &generator)
        return Made(parameters: [Parameter("weight", weight)])
    }

    func apply(_ x: Tensor, _ context: Context) throws -> Tensor {
        let count = x.shape[0]
        let measures = try x.linear(value("weight", context))
        let left = try measures.reshape([count, 1, kernels, dimensions])
        let right = try measures.reshape([1, count, kernels, dimensions])
        let distance = try (left - right).abs().sum(axes: [-1])
        // Each sample is at distance 0 from itself; exp(0) = 1 is taken off again.
        let nearness = try (-distance).exp().sum(axes: [1]) - 1
        return try Tensor.concatenate([x, nearness], axis: 1)
    }

    func operations(input: [Int], output: [Int]) -> Double {
        2 * Double(input[0]) * Double(kernels * dimensions)
    }
}
