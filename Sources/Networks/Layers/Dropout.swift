import Tensors

/// Values set to 0 at random while training, the others scaled so that the mean stays.
struct Dropout: Layer {
    var parts = Parts()
    let name = "dropout"
    let description: String
    let rate: Float
    let isAlwaysOn: Bool

    static let row = LayerRow(
        "dropout", .regularisation,
        [
            OptionRule(
                "rate", .number(0...0.999_999), "the share of values that is dropped",
                standard: 0.5),
            OptionRule(
                "always", .bool, "whether it also drops when samples are made", standard: false),
        ],
        "Sets values to 0 at random while training, and scales the others so that the mean stays.",
        source: "Srivastava et al. 2014. always: true is noise for a generator, as in Isola et al."
            + " 2016, arXiv:1611.07004.",
        example: "D = points(2) |> linear(8) |> relu |> dropout(0.3) |> linear(1)",
        samples: [LayerSample(["rate": 0.3], input: [4], output: [4])]
    ) { options in
        Dropout(
            description: options.description, rate: try options.float("rate"),
            isAlwaysOn: try options.bool("always"))
    }

    private init(description: String, rate: Float, isAlwaysOn: Bool) {
        self.description = description
        self.rate = rate
        self.isAlwaysOn = isAlwaysOn
    }

    func outputShape(of input: [Int]) throws -> [Int] { input }

    func apply(_ x: Tensor, _ context: Context) throws -> Tensor {
        guard context.isTraining || isAlwaysOn, rate > 0 else { return x }
        let keeps = try context.generator.uniform(x.shape).greaterOrEqual(Tensor(rate))
        return try x * keeps.affine(1 / (1 - rate), 0)
    }
}

/// Normal noise added to every value while training.
struct GaussianNoise: Layer {
    var parts = Parts()
    let name = "gaussian_noise"
    let description: String
    let deviation: Float

    static let row = LayerRow(
        "gaussian_noise", .regularisation,
        [
            OptionRule(
                "deviation", .number(0...1e6), "the standard deviation of the noise",
                standard: 0.1)
        ],
        "Adds normal noise to every value while training.",
        source: "As in the discriminators of Salimans et al. 2016, arXiv:1606.03498.",
        example: "D = points(2) |> gaussian_noise(0.1) |> linear(8) |> relu |> linear(1)",
        samples: [LayerSample(input: [4], output: [4])]
    ) { options in
        GaussianNoise(
            description: options.description, deviation: try options.float("deviation"))
    }

    private init(description: String, deviation: Float) {
        self.description = description
        self.deviation = deviation
    }

    func outputShape(of input: [Int]) throws -> [Int] { input }

    func apply(_ x: Tensor, _ context: Context) throws -> Tensor {
        guard context.isTraining, deviation > 0 else { return x }
        return try x + context.generator.normal(x.shape, deviation: deviation)
    }
}
