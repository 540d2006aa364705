import Tensors

@testable import Networks

/// A layer by name, as the language makes it.
func layer(_ name: String, _ options: [String: Option] = [:], around: [any Layer] = []) throws
    -> any Layer
{
    try LayerTable.make(name, Options(options, layers: around))
}

/// A context of training whose random numbers are the same each time.
func context(isTraining: Bool = true, records: Bool = true, seed: UInt64 = 7) -> Context {
    Context(isTraining: isTraining, records: records, generator: Generator(seed: seed))
}

/// A tensor of given values.
func tensor(_ values: [Float], _ shape: [Int]) throws -> Tensor {
    try Tensor(values, shape: shape)
}

/// The sum of products, in double precision.
func dot(_ a: Tensor, _ b: Tensor) -> Double {
    zip(a.values, b.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}

/// The largest distance between the elements of two tensors of one shape.
func distance(_ a: Tensor, _ b: Tensor) -> Float {
    guard a.shape == b.shape else { return .infinity }
    return zip(a.values, b.values).map { abs($0 - $1) }.max() ?? 0
}

extension LayerRow {
    /// The row's layers on their samples.
    var cases: [LayerCase] {
        get throws {
            try samples.enumerated().map { index, sample in
                let inner = try sample.inner.map {
                    try LayerTable.make($0.name, Options($0.options))
                }
                let layer = try layer(Options(sample.options, layers: inner))
                return LayerCase(name: "\(name) \(index)", layer: layer, sample: sample)
            }
        }
    }
}

/// A layer, what to try it on, and an input.
struct LayerCase {
    let name: String
    let layer: any Layer
    let sample: LayerSample

    /// A batch, and the layer built for it, with every parameter moved off its start so that no
    /// gradient is 0 by symmetry.
    func built(batch: Int = 4, seed: UInt64 = 3) throws -> Tensor {
        var generator = Generator(seed: seed)
        try layer.build(input: sample.input, &generator)
        for parameter in layer.parameters {
            let move = try generator.uniform(parameter.shape, -0.3, 0.3)
            try parameter.set(parameter.value + move)
        }
        let shape = [batch] + sample.input
        if let vocabulary = sample.vocabulary {
            let count = shape.reduce(1, *)
            let words = try generator.integers(count, below: vocabulary)
            return try Tensor(words.map { Float($0) }, shape: shape)
        }
        let raw = try generator.uniform(shape, -1.5, 1.5)
        let gap = sample.gap
        return try Tensor(raw.values.map { $0 < 0 ? $0 - gap : $0 + gap }, shape: shape)
    }
}
