/// A differentiable operation with inputs to try it on: what the gradient test walks.
///
/// Each family file lists its own; `all` joins them. A new operation is tested, in first and
/// second order, as soon as it stands in its family's list.
package struct Primitive: Sendable {
    /// A tensor of uniform values in `low...high`, none nearer to 0 than `gap`.
    package struct Sample: Sendable {
        let shape: [Int]
        let low: Float
        let high: Float
        let gap: Float

        init(_ shape: [Int], _ low: Float = -2, _ high: Float = 2, gap: Float = 0) {
            self.shape = shape
            self.low = low
            self.high = high
            self.gap = gap
        }

        /// The values, drawn from `generator`.
        package func draw(_ generator: inout Generator) throws(TensorError) -> Tensor {
            let raw = try generator.uniform(shape, low, high)
            guard gap > 0 else { return raw }
            return try Tensor(raw.values.map { $0 < 0 ? $0 - gap : $0 + gap }, shape: shape)
        }
    }

    package typealias Function =
        @Sendable ([Tensor]) throws(TensorError) -> Tensor

    package let name: String
    package let inputs: [Sample]
    package let function: Function

    init(_ name: String, _ inputs: [Sample], _ function: @escaping Function) {
        self.name = name
        self.inputs = inputs
        self.function = function
    }

    package static let all: [Primitive] =
        elementwise + activations + arithmetic + reductions + layout + joining + indexing
        + softmaxes
        + products + linears + normalisations + convolutions + images
}
