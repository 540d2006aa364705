import Tensors

/// A layer with one weight tensor that a wrapper (spectral norm, equalised learning rate) may
/// replace by a function of it.
protocol WeightedLayer: Fusible {
    func apply(
        _ x: Tensor, weight: Tensor, activation: Activation, _ context: Context
    ) throws -> Tensor
    /// The weight as a matrix [inputs, outputs], one column for each output.
    func matrix(_ weight: Tensor) throws -> Tensor
    /// How many inputs an output sums, given the weight's shape.
    func fanIn(_ weight: [Int]) -> Double
}

extension WeightedLayer {
    package var isStateless: Bool { false }

    func apply(_ x: Tensor, activation: Activation, _ context: Context) throws -> Tensor {
        try apply(
            x, weight: try value("weight", context), activation: activation, context)
    }
}
