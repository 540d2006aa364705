import CKernels

/// What a pullback sees: the gradient that arrives, inputs and output of its operation, and a
/// place for the gradients that it makes. Inputs and output are tracked exactly when the
/// gradient shall be differentiable, so a pullback is plain tensor operations in both cases.
///
/// One object serves a whole walk, which alone writes what it holds; a pullback must not keep it.
final class Backward {
    var gradient: Tensor
    var output: Tensor
    var node: Node
    let isDifferentiable: Bool
    /// Where the gradient of each input is gathered; -1 where nobody wants it.
    var places: [Int] = []
    /// The gradients gathered so far, for each node of the walk.
    var gradients: [Tensor?]

    init(_ node: Node, _ seed: Tensor, count: Int, isDifferentiable: Bool) {
        self.node = node
        gradient = seed
        output = seed
        self.isDifferentiable = isDifferentiable
        gradients = Array(repeating: nil, count: count)
        gradients[count - 1] = seed
    }

    func input(_ index: Int) -> Tensor {
        isDifferentiable ? node.inputs[index] : node.inputs[index].detached()
    }

    var inputCount: Int { node.inputs.count }

    /// Whether somebody wants the gradient of this input; the others need not be computed.
    func needs(_ index: Int) -> Bool { places[index] >= 0 }

    /// Whether a second derivative may be asked for, so that nothing may be fused beyond what
    /// has a pullback itself.
    var mustBeDifferentiable: Bool { isDifferentiable }

    /// Adds to the gradient of an input, if anybody needs it.
    func contribute(
        _ index: Int, _ value: @autoclosure () throws(TensorError) -> Tensor
    ) throws(TensorError) {
        let at = places[index]
        guard at >= 0 else { return }
        let value = try value()
        var held: Tensor?
        swap(&held, &gradients[at])
        guard var previous = held else {
            gradients[at] = value
            return
        }
        held = nil
        if isDifferentiable || !previous.accumulate(value) { previous = try previous + value }
        gradients[at] = previous
    }

    /// Adds products of matrices to the gradients of two inputs, if anybody needs them. Without a
    /// second derivative both are one parallel section, and a product is added to what was
    /// gathered before while it is computed.
    func contribute(
        _ first: Int, _ one: MatrixPair, _ second: Int, _ other: MatrixPair
    ) throws(TensorError) {
        guard !isDifferentiable, needs(first), needs(second), places[first] != places[second]
        else {
            try contribute(first, one)
            try contribute(second, other)
            return
        }
        let one = try take(first, one)
        let other = try take(second, other)
        Product.run(one, other)
        gradients[places[first]] = try one.total()
        gradients[places[second]] = try other.total()
    }

    private func contribute(_ index: Int, _ pair: MatrixPair) throws(TensorError) {
        guard needs(index) else { return }
        guard !isDifferentiable else { return try contribute(index, try pair.product()) }
        let work = try take(index, pair)
        work.run()
        gradients[places[index]] = try work.total()
    }

    /// The product to be computed, with what was gathered before.
    private func take(_ index: Int, _ pair: MatrixPair) throws(TensorError) -> Product.Work {
        var previous: Tensor?
        swap(&previous, &gradients[places[index]])
        return try Product.Work(pair, addingTo: &previous)
    }
}

extension Tensor {
    /// Adds `other` in place; false where somebody else holds these elements or shapes differ.
    mutating func accumulate(_ other: Tensor) -> Bool {
        guard shape == other.shape, isKnownUniquelyReferenced(&storage) else { return false }
        let (sum, values) = (p, other.p)
        Loop.over(count) { kernels_accumulate(sum + $0, values + $0, 1, Int64($1)) }
        storage.renewVersion()
        return true
    }
}
