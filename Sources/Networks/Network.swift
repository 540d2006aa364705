import Tensors

/// A chain of layers after a space, or after nothing yet: something with identity, whose
/// parameters an optimiser moves.
///
/// After a space every layer is built and checked as it is appended, so that a layer that does
/// not fit is a fault at its own place. Without a space the layers are built at the first input.
package final class Network {
    package let space: Space?
    package let layers: [any Layer]
    /// The shape of a result without the batch axis; nil before the first input.
    package private(set) var outputShape: [Int]?
    /// The sample shape that the layers were checked with.
    private var checked: [Int]?
    /// What is done one after the other: layers, some joined with the activation after them.
    private let steps: Steps
    /// The parameters, once every layer has made its own.
    private var known: [Parameter]?
    /// The first batch, kept when a layer measures batches against it.
    let reference: Reference?

    private init(
        space: Space?, layers: [any Layer], checked: [Int]?, outputShape: [Int]?,
        reference: Reference? = nil
    ) {
        self.space = space
        self.layers = layers
        self.checked = checked
        self.outputShape = outputShape
        steps = Steps(layers)
        self.reference =
            layers.contains { $0.needsReference } ? reference ?? Reference() : nil
    }

    /// A space alone, or nothing at all.
    package convenience init(space: Space?) {
        self.init(
            space: space, layers: [], checked: space?.shape, outputShape: space?.shape)
    }

    package convenience init(
        space: Space?, layers: [any Layer], generator: inout Generator
    ) throws {
        let start = Network(space: space)
        let whole = try start.appending(layers, &generator)
        self.init(
            space: space, layers: whole.layers, checked: whole.checked,
            outputShape: whole.outputShape)
    }

    /// This network with further layers. The layers so far are shared, with their weights.
    package func appending(_ more: [any Layer], _ generator: inout Generator) throws -> Network {
        var shape = outputShape
        if checked != nil {
            for (index, layer) in more.enumerated() {
                guard let input = shape else { break }
                let source = index > 0 ? more[index - 1].description : lastName
                shape = try Self.build(layer, input, after: source, &generator)
            }
        }
        return Network(
            space: space, layers: layers + more, checked: checked, outputShape: shape,
            reference: reference)
    }

    /// What the next layer comes after, in words.
    private var lastName: String? { layers.last?.description ?? space?.description }

    private static func build(
        _ layer: any Layer, _ input: [Int], after source: String?, _ generator: inout Generator
    ) throws -> [Int] {
        do {
            return try layer.build(input: input, &generator)
        } catch let error as NetworkError {
            throw source.map { error.after($0) } ?? error
        }
    }

    // MARK: Forward

    /// The result for a batch `[n] + space.shape`.
    package func apply(_ x: Tensor, _ context: Context) throws -> Tensor {
        let shape = Array(x.shape.dropFirst())
        if x.rank == 0 || shape != checked { try check(x, shape, &context.generator) }
        guard let reference else { return try steps.run(x, context) }
        return try reference.beside(x, context) { try steps.run($0, context) }
    }

    /// Throws when the input is not what the network takes; builds layers that have not met one.
    private func check(_ x: Tensor, _ shape: [Int], _ generator: inout Generator) throws {
        if let space {
            throw NetworkError.input(
                expected: space.shape, got: shape, space: space.description)
        }
        guard x.rank > 0 else {
            throw NetworkError.input(expected: checked ?? [1], got: [], space: "its layers")
        }
        var here = shape
        for (index, layer) in layers.enumerated() {
            let source = index > 0 ? layers[index - 1].description : nil
            here = try Self.build(layer, here, after: source, &generator)
        }
        checked = shape
        outputShape = here
    }

    // MARK: Parts

    /// All parameters, each once, in the order of the layers.
    package var parameters: [Parameter] {
        if let known { return known }
        var seen = Set<ObjectIdentifier>()
        let found = layers.flatMap(\.parameters)
            .filter { seen.insert(ObjectIdentifier($0)).inserted }
        if isBuilt { known = found }
        return found
    }

    package var buffers: [Buffer] {
        var seen = Set<ObjectIdentifier>()
        let own = layers.flatMap(\.buffers) + (reference.map { [$0.buffer] } ?? [])
        return own.filter { seen.insert(ObjectIdentifier($0)).inserted }
    }

    /// Parameters by path, such as `0.linear.weight`; a shared layer's by its first place.
    package var namedParameters: [(path: String, parameter: Parameter)] {
        var seen = Set<ObjectIdentifier>()
        return layers.enumerated().flatMap { index, layer in
            layer.namedParameters.map { ("\(index).\(layer.name).\($0.path)", $0.parameter) }
        }.filter { seen.insert(ObjectIdentifier($0.1)).inserted }
    }

    /// Buffers by path, such as `1.batch_norm.mean`.
    package var namedBuffers: [(path: String, buffer: Buffer)] {
        var seen = Set<ObjectIdentifier>()
        let own = layers.enumerated().flatMap { index, layer in
            layer.namedBuffers.map { ("\(index).\(layer.name).\($0.path)", $0.buffer) }
        }
        return (own + (reference.map { [("reference", $0.buffer)] } ?? []))
            .filter { seen.insert(ObjectIdentifier($0.1)).inserted }
    }

    /// The shape of a sample, once known.
    package var inputShape: [Int]? { checked }

    package var isBuilt: Bool { layers.allSatisfy(\.isBuilt) }

    /// The number of trained values.
    package var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

    /// The same network with weights of its own that start equal.
    package func copy() -> Network {
        var copies: [ObjectIdentifier: any Layer] = [:]
        return copy(&copies)
    }

    /// The same; layers that were copied for another network already are that network's too.
    package func copy(_ copies: inout [ObjectIdentifier: any Layer]) -> Network {
        Network(
            space: space, layers: layers.map { $0.copy(&copies) }, checked: checked,
            outputShape: outputShape, reference: reference?.copy())
    }

    /// The same layers with new weights.
    package func fresh(_ generator: inout Generator) throws -> Network {
        var made: [ObjectIdentifier: any Layer] = [:]
        let layers = layers.map { layer in
            let key = ObjectIdentifier(layer.parts)
            let fresh = made[key] ?? layer.fresh()
            made[key] = fresh
            return fresh
        }
        return try Network(space: space, layers: layers, generator: &generator)
    }
}
