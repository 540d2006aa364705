import Tensors

/// One step of a network: options before it meets an input, weights after.
///
/// A layer is written and read before the shape of its input is known. `build` makes its
/// parameters for the first shape it meets, once; `outputShape` infers and checks. Shapes are
/// without the batch axis. A layer is a value, its `parts` are shared by its copies: the same
/// layer used twice has the same weights. `copy` makes weights of their own.
///
/// To add one: a struct with this protocol, and its `row` in `LayerTable`.
package protocol Layer: CustomStringConvertible {
    /// Its word in the language.
    var name: String { get }
    /// Its parameters and buffers, once built.
    var parts: Parts { get set }
    /// Whether it never has parameters or buffers, so that it can be applied at once.
    var isStateless: Bool { get }
    /// The shape of the result; throws `NetworkError` when it cannot take `input`.
    func outputShape(of input: [Int]) throws -> [Int]
    /// Makes parameters and buffers for an input that `outputShape` accepts.
    func make(input: [Int], _ generator: inout Generator) throws -> Made
    /// The result for a batch; the layer must be built, for this shape of samples.
    func apply(_ x: Tensor, _ context: Context) throws -> Tensor
    /// Floating point operations of one sample's forward pass; a multiply-add counts as two.
    func operations(input: [Int], output: [Int]) -> Double
    /// The layers inside this one, by name.
    var inner: [(name: String, layer: any Layer)] { get }
    /// The same layer around other inner layers.
    func around(_ inner: [any Layer]) -> any Layer
    /// What a fused operation before it may do in its place.
    var activation: Activation? { get }
    /// Whether it measures each batch against the network's first one.
    var needsReference: Bool { get }
}

/// A layer that can apply an activation while it stores its result.
protocol Fusible: Layer {
    func apply(_ x: Tensor, activation: Activation, _ context: Context) throws -> Tensor
}

extension Fusible {
    package func apply(_ x: Tensor, _ context: Context) throws -> Tensor {
        try apply(x, activation: .none, context)
    }
}

/// What a layer makes when it is built.
package struct Made {
    var parameters: [Parameter] = []
    var buffers: [Buffer] = []
}

/// The parameters and buffers of a layer: empty until it is built.
package final class Parts {
    fileprivate(set) var isBuilt = false
    fileprivate(set) var parameters: [Parameter] = []
    fileprivate(set) var buffers: [Buffer] = []

    init() {}

    func parameter(_ name: String) -> Parameter? { parameters.first { $0.name == name } }

    func buffer(_ name: String) -> Buffer? { buffers.first { $0.name == name } }

    fileprivate func copy() -> Parts {
        let copy = Parts()
        copy.isBuilt = isBuilt
        copy.parameters = parameters.map { Parameter($0.name, $0.value.detached()) }
        copy.buffers = buffers.map { Buffer($0.name, $0.value) }
        return copy
    }
}

extension Layer {
    package var isStateless: Bool { true }
    package var inner: [(name: String, layer: any Layer)] { [] }
    package var activation: Activation? { nil }
    package var needsReference: Bool { inner.contains { $0.layer.needsReference } }

    package func around(_ inner: [any Layer]) -> any Layer { self }

    package func make(input: [Int], _ generator: inout Generator) throws -> Made { Made() }

    package func operations(input: [Int], output: [Int]) -> Double { output.elements }

    /// Its own parameters and those of the layers inside, in order.
    package var parameters: [Parameter] { parts.parameters + inner.flatMap(\.layer.parameters) }

    /// Its own buffers and those of the layers inside, in order.
    package var buffers: [Buffer] { parts.buffers + inner.flatMap(\.layer.buffers) }

    /// Parameters by path, `weight` or `0.linear.weight` for one of a layer inside.
    package var namedParameters: [(path: String, parameter: Parameter)] {
        parts.parameters.map { ($0.name, $0) }
            + inner.flatMap { name, layer in
                layer.namedParameters.map { ("\(name).\($0.path)", $0.parameter) }
            }
    }

    /// Buffers by path.
    package var namedBuffers: [(path: String, buffer: Buffer)] {
        parts.buffers.map { ($0.name, $0) }
            + inner.flatMap { name, layer in
                layer.namedBuffers.map { ("\(name).\($0.path)", $0.buffer) }
            }
    }

    package var isBuilt: Bool { parts.isBuilt }

    /// Makes the parameters for samples of shape `input`, unless they exist; then it checks that
    /// they fit. Returns the shape of the result.
    @discardableResult
    package func build(input: [Int], _ generator: inout Generator) throws -> [Int] {
        let output = try checkedOutput(of: input)
        guard !parts.isBuilt else { return output }
        let made = try make(input: input, &generator)
        parts.parameters = made.parameters
        parts.buffers = made.buffers
        parts.isBuilt = true
        return output
    }

    /// `outputShape`, and that neither side is larger than any tensor: later arithmetic on shapes
    /// that passed cannot overflow.
    func checkedOutput(of input: [Int]) throws -> [Int] {
        guard input.canBeSample else { throw mismatch("samples that fit into memory", input) }
        let output = try outputShape(of: input)
        guard output.canBeSample else {
            throw NetworkError.option(
                layer: description, problem: "its result would have shape \(batched(output))",
                hint: "no tensor is that large")
        }
        return output
    }

    /// The result for a batch, checked and built on the way: for a layer that stands alone.
    package func callAsFunction(_ x: Tensor, _ context: Context) throws -> Tensor {
        guard x.rank > 0 else {
            throw NetworkError.shape(
                layer: description, expects: "a batch", source: "a single number", input: [],
                hint: "give it a tensor whose first axis counts samples")
        }
        try build(input: Array(x.shape.dropFirst()), &context.generator)
        return try apply(x, context)
    }

    /// The same layer with weights of its own that start equal.
    package func copy() -> any Layer {
        var copies: [ObjectIdentifier: any Layer] = [:]
        return copy(&copies)
    }

    /// The same, keeping layers shared that are shared.
    package func copy(_ copies: inout [ObjectIdentifier: any Layer]) -> any Layer {
        let key = ObjectIdentifier(parts)
        if let known = copies[key] { return known }
        var copy = around(inner.map { $0.layer.copy(&copies) })
        copy.parts = parts.copy()
        copies[key] = copy
        return copy
    }

    /// The same options without weights.
    package func fresh() -> any Layer {
        var fresh = around(inner.map { $0.layer.fresh() })
        fresh.parts = Parts()
        return fresh
    }

    /// The elements of a parameter, in the graph when the context says so.
    func value(_ name: String, _ context: Context) throws -> Tensor {
        guard let parameter = parts.parameter(name) else {
            throw NetworkError.notBuilt(layer: description)
        }
        return context.value(parameter)
    }

    func buffer(_ name: String) throws -> Buffer {
        guard let buffer = parts.buffer(name) else {
            throw NetworkError.notBuilt(layer: description)
        }
        return buffer
    }

    /// The fault of an input with another form than expected.
    func mismatch(_ expects: String, _ input: [Int], hint: String? = nil) -> NetworkError {
        .shape(layer: description, expects: expects, source: nil, input: input, hint: hint)
    }

    /// Throws when the layer is built for another number of inputs.
    func checkBuilt(_ parameter: String, axis: Int, _ size: Int, _ what: String, _ input: [Int])
        throws
    {
        guard let known = parts.parameter(parameter), known.shape[axis] != size else { return }
        throw NetworkError.built(
            layer: description, takes: "\(known.shape[axis]) \(what)", source: nil, input: input)
    }

    /// Height, width and channels; throws when samples are no images.
    func imageSizes(_ input: [Int]) throws -> (height: Int, width: Int, channels: Int) {
        guard input.count == 3 else {
            let hint =
                input.count == 1
                ? "insert reshape(1, 1, \(input[0])) before it, or a linear layer and a reshape"
                : "insert a reshape(height, width, channels) before it"
            throw mismatch("an image", input, hint: hint)
        }
        return (input[0], input[1], input[2])
    }
}

extension [Int] {
    /// The number of elements of this shape.
    var elements: Double { reduce(1) { $0 * Double($1) } }

    /// Whether a sample can have this shape; axes of size 0 do not excuse the others.
    var canBeSample: Bool {
        allSatisfy { $0 >= 0 } && reduce(1) { $0 * Double(Swift.max($1, 1)) } <= 0x1p40
    }
}
