import Tensors

/// Everything about a kind of layer that others ask for: the one place where it is described.
package struct LayerRow: Sendable {
    package enum Group: String, Sendable, CaseIterable {
        case products, convolutions, sampling, normalisation, regularisation, sequences, minibatch
        case structure, activations
    }

    package let name: String
    package let group: Group
    /// Its options, in the order in which they may be given without their names.
    package let options: [OptionRule]
    /// What it does, in one sentence.
    package let summary: String
    /// Where it comes from, and what is done differently; empty where there is nothing to say.
    package let source: String
    /// A line of the language that uses it.
    package let example: String
    /// One or more to try it on: what the tests walk.
    package let samples: [LayerSample]
    let make: @Sendable (Options) throws -> any Layer

    init(
        _ name: String, _ group: Group, _ options: [OptionRule] = [], _ summary: String,
        source: String = "", example: String, samples: [LayerSample],
        make: @escaping @Sendable (Options) throws -> any Layer
    ) {
        self.name = name
        self.group = group
        self.options = options
        self.summary = summary
        self.source = source
        self.example = example
        self.samples = samples
        self.make = make
    }

    /// The layer with these options; throws `NetworkError.option` for unknown, missing or
    /// impossible ones.
    package func layer(_ options: Options = Options()) throws -> any Layer {
        try make(try options.completed(for: name, self.options))
    }
}

/// Options and an input shape to try a layer on.
package struct LayerSample: Sendable {
    package let options: [String: Option]
    /// The layers inside, for a layer that wraps others.
    package let inner: [Inner]
    /// The shape of a sample, without the batch axis.
    package let input: [Int]
    /// When set, inputs are whole numbers below it, not real numbers.
    package let vocabulary: Int?
    /// No input is nearer to 0 than this: a kink would spoil a difference quotient.
    package let gap: Float
    /// The shape of the result.
    package let output: [Int]

    package struct Inner: Sendable {
        package let name: String
        package let options: [String: Option]

        init(_ name: String, _ options: [String: Option] = [:]) {
            self.name = name
            self.options = options
        }
    }

    init(
        _ options: [String: Option] = [:], inner: [Inner] = [], input: [Int], output: [Int],
        vocabulary: Int? = nil, gap: Float = 0
    ) {
        self.options = options
        self.inner = inner
        self.input = input
        self.output = output
        self.vocabulary = vocabulary
        self.gap = gap
    }
}

/// All layers: what the language's commands, help, completion and the tests walk.
package enum LayerTable {
    package static let all: [LayerRow] =
        products + convolutions + sampling + normalisation + regularisation + sequences
        + minibatch + structure + activations

    package static func row(_ name: String) throws -> LayerRow {
        guard let row = byName[name] else { throw NetworkError.unknownLayer(name) }
        return row
    }

    /// A layer by name.
    package static func make(_ name: String, _ options: Options = Options()) throws -> any Layer {
        try row(name).layer(options)
    }

    private static let byName = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { $1 })

    private static let products = [Linear.row, Embedding.row]
    private static let convolutions = [Convolution.row, ConvolutionTransposed.row]
    private static let sampling = [
        Upsample.row, Downsample.row, Pool.average, Pool.largest,
    ]
    private static let normalisation = [
        BatchNorm.row, VirtualBatchNorm.row, LayerNorm.row, InstanceNorm.row, PixelNorm.row,
        SpectralNorm.row, Equalized.row,
    ]
    private static let regularisation = [Dropout.row, GaussianNoise.row]
    private static let sequences = [LSTM.row, GRU.row]
    private static let minibatch = [MinibatchDeviation.row, MinibatchDiscrimination.row]
    private static let structure = [Residual.row, Flatten.row, Reshape.row]
    private static let activations = Elementwise.rows + [ParametricRelu.row, Maxout.row]
}
