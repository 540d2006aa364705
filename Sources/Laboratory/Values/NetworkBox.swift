import Language
import Networks
import Tensors

/// A layer as the language holds it: made, perhaps not yet built.
package final class LayerBox {
    let layer: any Layer
    init(_ layer: any Layer) { self.layer = layer }

    /// Applies the layer; it builds itself at the first input.
    func apply(_ inputs: [Value], _ session: Session) throws -> Tensor {
        guard inputs.count == 1 else {
            throw Diagnostic(
                .value, "\(layer.description) takes one input, but got \(inputs.count)",
                hint: "join them first: concat([x, y], 1)")
        }
        let x = try asTensor(inputs[0], layer.description)
        let context = session.context(records: session.records(session.building))
        defer { session.finish(context) }
        let made = try layer(x, context)
        session.layerLog?.add(layer, made)
        return made
    }
}

/// What came out of each layer while a network was applied.
final class LayerLog {
    private(set) var entries: [(name: String, output: Tensor)] = []

    func add(_ layer: any Layer, _ output: Tensor) {
        entries.append((layer.description, output.detached()))
    }
}

/// A network as the language holds it: a chain of layers, or a function of its inputs.
package final class NetworkBox {
    var name: String
    let body: Body
    /// Layers of a network function by the place in its text, in the order of its calls.
    private var layers: [ObjectIdentifier: [LayerBox]] = [:]
    private var order: [LayerBox] = []
    private var calls: [ObjectIdentifier: Int] = [:]

    enum Body {
        case chain(Network)
        case function(Function)
    }

    init(_ chain: Network, name: String = "") {
        self.name = name
        body = .chain(chain)
    }

    /// A network function; when its inputs are all spaces its layers are made at once.
    init(function: Function, _ session: Session) throws {
        name = function.name
        body = .function(function)
        try rehearse(function, session)
    }

    private init(function: Function, name: String) {
        self.name = name
        body = .function(function)
    }

    /// Runs a network function once on zeros when its inputs are all spaces: makes its layers.
    func rehearse(_ function: Function, _ session: Session) throws {
        guard let spaces = try spaces(session), !spaces.isEmpty else { return }
        _ = try run(try spaces.map { .tensor(try Tensor.zeros([1] + $0.shape)) }, session)
    }

    /// The same function with its layers exchanged one by one.
    func copyFunction(_ exchange: (any Layer) -> any Layer) -> NetworkBox {
        guard case .function(let function) = body else { return self }
        let made = NetworkBox(function: function, name: name)
        for (site, boxes) in layers {
            made.layers[site] = boxes.map { LayerBox(exchange($0.layer)) }
        }
        // Keep the order in which the layers were first met.
        made.order = order.compactMap { box in
            for (site, boxes) in layers {
                if let index = boxes.firstIndex(where: { $0 === box }) {
                    return made.layers[site]?[index]
                }
            }
            return nil
        }
        return made
    }

    /// Takes over another network's layers as copies.
    func adopt(_ other: NetworkBox) {
        let copy = other.copyFunction { $0.copy() }
        layers = copy.layers
        order = copy.order
    }

    var functionLayers: [any Layer] { order.map(\.layer) }

    var title: String { name.isEmpty ? "the network" : name }

    var chain: Network? { if case .chain(let chain) = body { chain } else { nil } }

    /// The text of a network function.
    var written: String? {
        guard case .function(let function) = body else { return nil }
        return function.source.slice(function.span)
    }

    // MARK: Applying

    func apply(_ inputs: [Value], _ session: Session) throws -> Value {
        switch body {
        case .chain(let chain):
            guard inputs.count == 1 else {
                throw Diagnostic(
                    .value, "\(title) takes one input, but got \(inputs.count)",
                    hint: "join them first: concat([x, y], 1)")
            }
            let x = try input(inputs[0], chain)
            try checkShape(x, chain)
            let records = session.records(self)
            if let known = session.applications?.output(of: self, for: x, records: records) {
                return .tensor(known)
            }
            try session.safePoint()
            let context = session.context(records: records)
            let before = context.generator
            defer { session.finish(context) }
            let y = try apply(chain, x, context, session.layerLog)
            if let applications = session.applications, context.generator == before {
                applications.add(self, x, y, records: records)
            }
            return .tensor(y)
        case .function: return try run(inputs, session)
        }
    }

    private func apply(
        _ chain: Network, _ x: Tensor, _ context: Context, _ log: LayerLog?
    ) throws -> Tensor {
        guard let log else { return try chain.apply(x, context) }
        var here = x
        for layer in chain.layers {
            here = try layer(here, context)
            log.add(layer, here)
        }
        return here
    }

    /// The commonest mistake of all: the output of one network, or the data, is not what the
    /// next one looks at.
    private func checkShape(_ x: Tensor, _ chain: Network) throws {
        guard let space = chain.space, Array(x.shape.dropFirst()) != space.shape || x.rank == 0
        else { return }
        let own = x.shape.dropFirst().map(String.init).joined(separator: ", ")
        let wanted = space.shape.map(String.init).joined(separator: ", ")
        let end = space.shape.count == 1 ? "linear(\(wanted))" : "reshape(\(wanted))"
        let start: String? =
            switch x.rank {
            case 2: "points(\(own))"
            case 4: "image(\(own))"
            default: nil
            }
        let hint =
            space.isNoise
            ? "draw its noise: z ~ noise(\(title))"
            : "let what makes its input end in \(end)"
                + (start.map { ", or begin \(title) with \($0)" } ?? "")
        throw Diagnostic(
            .shape,
            "\(title) begins with \(space), so it expects [n, \(wanted)], not "
                + (x.rank == 0 ? "a single number" : "[n\(own.isEmpty ? "" : ", " + own)]"),
            hint: hint)
    }

    private func input(_ value: Value, _ chain: Network) throws -> Tensor {
        switch value {
        case .data:
            throw Diagnostic(
                .type, "\(title) takes a batch, not data", hint: "draw one: x ~ data")
        case .distribution, .space:
            throw Diagnostic(
                .type, "\(title) takes a batch, not a distribution",
                hint: "draw one: z ~ noise(\(title))")
        default: return try asTensor(value, title)
        }
    }

    private func run(_ inputs: [Value], _ session: Session) throws -> Value {
        guard case .function(let function) = body else { return .nothing }
        let before = session.building
        session.building = self
        calls.removeAll(keepingCapacity: true)
        defer { session.building = before }
        let given = inputs.map { Given(label: nil, value: $0, span: Span(0, 0)) }
        let made = try function.call(session, given)
        switch made {
        case .tensor, .tuple, .list: return made
        case .perSample(let tensor): return .tensor(try tensor.reshape([tensor.count, 1]))
        default:
            throw Diagnostic.mismatch(
                "network \(title)", expects: "a tensor as its last value", got: made)
        }
    }

    /// The layer of a place in the text: made at the first call, the same ever after.
    func layer(at site: Site, make: () throws -> Value) throws -> Value {
        let id = ObjectIdentifier(site)
        let index = calls[id, default: 0]
        calls[id] = index + 1
        if let known = layers[id], index < known.count { return .layer(known[index]) }
        guard case .layer(let made) = try make() else { return .nothing }
        layers[id, default: []].append(made)
        order.append(made)
        return .layer(made)
    }

    // MARK: Parts

    var parameters: [Networks.Parameter] {
        switch body {
        case .chain(let chain): chain.parameters
        case .function: order.flatMap(\.layer.parameters)
        }
    }

    var buffers: [Buffer] {
        switch body {
        case .chain(let chain): chain.buffers
        case .function: order.flatMap(\.layer.buffers)
        }
    }

    /// Spaces of the inputs; nil when one is not known.
    func spaces(_ session: Session) throws -> [Space]? {
        switch body {
        case .chain(let chain): return chain.space.map { [$0] }
        case .function(let function):
            let frame = function.frame(session)
            var found: [Space] = []
            for bound in function.parameters {
                guard let standard = bound.standard, case .space(let space) = try standard(frame)
                else { return nil }
                found.append(space)
            }
            return found
        }
    }

    /// How many inputs it takes.
    var inputCount: Int {
        guard case .function(let function) = body else { return 1 }
        return function.parameters.count
    }

    /// The space of one input, where the network says it.
    func space(ofInput index: Int, _ session: Session) throws -> Space? {
        guard case .function(let function) = body else { return index == 0 ? chain?.space : nil }
        guard function.parameters.indices.contains(index),
            let standard = function.parameters[index].standard,
            case .space(let space) = try standard(function.frame(session))
        else { return nil }
        return space
    }

    /// Labels as the second input wants them: one-hot for `points(classes)`, else as they are.
    func encoded(_ labels: [Int], classes: Int, _ session: Session) throws -> Tensor {
        let plain = try Tensor(labels.map { Float($0) }, shape: [labels.count])
        guard let wanted = try space(ofInput: 1, session) else { return plain }
        if wanted.shape == [classes] {
            let values = labels.flatMap { label in
                (0..<classes).map { $0 == label ? Float(1) : 0 }
            }
            return try Tensor(values, shape: [labels.count, classes])
        }
        return wanted.shape.reduce(1, *) == 1
            ? try plain.reshape([labels.count] + wanted.shape) : plain
    }

    /// The noise that it starts from; a generator may take other inputs beside it.
    func noiseSpace(_ session: Session) throws -> Space? {
        for index in 0..<inputCount {
            if let space = try space(ofInput: index, session), space.isNoise { return space }
        }
        return nil
    }

    var startsFromNoise: Bool {
        guard case .chain(let chain) = body else { return isNoiseFunction }
        return chain.space?.isNoise ?? false
    }

    private var isNoiseFunction: Bool {
        guard case .function(let function) = body, let outer = function.outer else { return false }
        return ((try? space(ofInput: 0, outer.session)) ?? nil)?.isNoise ?? false
    }

    /// The name of the layer that gives the first value that is not finite.
    func firstFault(_ inputs: [Value], _ session: Session) -> String {
        guard let chain, let first = inputs.first, let x = try? asTensor(first, title) else {
            return title
        }
        var here = x.detached()
        let context = session.context(records: false)
        for (index, layer) in chain.layers.enumerated() {
            guard let next = try? layer(here, context) else { return title }
            if !next.isFinite { return "layer \(index) of \(title), \(layer.description)" }
            here = next
        }
        return title
    }
}

extension Session {
    /// Whether the parameters of a network are recorded now.
    func records(_ network: NetworkBox?) -> Bool {
        switch tracking {
        case .off: return false
        case .all: return true
        case .only(let players):
            guard let network else { return true }
            return players.contains { $0 === network }
        }
    }
}
