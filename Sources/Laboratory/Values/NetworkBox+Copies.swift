import Language
import Networks
import Tensors

extension NetworkBox {
    /// Weights and statistics at one moment. Tensors are immutable, so this holds references.
    struct Weights {
        let parameters: [(Networks.Parameter, Tensor)]
        let buffers: [(Buffer, Tensor)]
    }

    var weights: Weights {
        get {
            Weights(
                parameters: parameters.map { ($0, $0.value) },
                buffers: buffers.map { ($0, $0.value) })
        }
        set {
            for (parameter, value) in newValue.parameters { try? parameter.set(value) }
            for (buffer, value) in newValue.buffers { buffer.set(value) }
        }
    }

    /// The same network with weights of its own that start equal.
    func copy() throws -> NetworkBox {
        var copies: [ObjectIdentifier: any Layer] = [:]
        return copy(&copies)
    }

    /// The same; layers that this network shares with one that was copied before are shared again.
    func copy(_ copies: inout [ObjectIdentifier: any Layer]) -> NetworkBox {
        switch body {
        case .chain(let chain): NetworkBox(chain.copy(&copies), name: name)
        case .function: copyFunction { $0.copy(&copies) }
        }
    }

    /// The same network with new random weights.
    func fresh(_ session: Session) throws -> NetworkBox {
        switch body {
        case .chain(let chain):
            return NetworkBox(try session.random { try chain.fresh(&$0) }, name: name)
        case .function(let function):
            let made = copyFunction { $0.fresh() }
            try made.rehearse(function, session)
            return made
        }
    }

    /// Moves these weights a little towards another network's: keep · own + (1 - keep) · other.
    ///
    /// Statistics of batch norm move likewise. The latest ones come from some twenty batches: in a
    /// DCGAN of batches of 64 that noise alone made up a fifth to a third of the Fréchet distance of
    /// 5,000 samples (1.5 with the latest, 1.1 with those of 5,000 samples).
    func average(towards other: NetworkBox, decay: Double) throws {
        let (own, new) = (parameters, other.parameters)
        guard own.count == new.count else { return adopt(other) }
        try Networks.average(own, toward: new, keep: decay)
        for (buffer, latest) in zip(buffers, other.buffers) {
            let isStatistic = ["mean", "variance"].contains(buffer.name)
            guard isStatistic, buffer.value.shape == latest.value.shape else {
                buffer.set(latest.value)
                continue
            }
            buffer.set(try buffer.value * Float(decay) + latest.value * Float(1 - decay))
        }
    }

    // MARK: Words

    /// One line: what goes in, what comes out, how many parameters.
    var line: String {
        let count = parameters.reduce(0) { $0 + $1.count }
        let words = "\(count.grouped) parameters"
        guard let chain else { return "network function, \(words)" }
        let steps = ([chain.space?.description].compactMap { $0 } + chain.layers.map(\.description))
        return "\(steps.joined(separator: " |> "))  (\(words))"
    }

    /// Layers, output shapes, parameters, memory, operations.
    var outline: String {
        guard let chain else {
            let rows = functionLayers.map { layer in
                [layer.description, layer.parameters.reduce(0) { $0 + $1.count }.grouped]
            }
            return "network \(title), \(line)\n" + Document.columns(rows)
        }
        return chain.summary().text
    }

    var outlineHTML: String {
        chain.map { $0.summary().html } ?? "<pre>\(Document.escaped(outline))</pre>"
    }

    func member(_ name: String) throws -> Value? {
        switch name {
        case "name": return .string(self.name)
        case "parameters":
            guard let chain else {
                return .list(parameters.map { .tensor($0.value.detached()) })
            }
            return .record(
                Record(
                    title: "parameters of \(title)",
                    fields: chain.namedParameters.map {
                        (name: $0.path, value: .tensor($0.parameter.value.detached()))
                    }))
        case "layers":
            let layers = chain?.layers ?? functionLayers
            return .list(layers.map { .string($0.description) })
        case "input": return chain?.space.map { .space($0) } ?? .nothing
        case "output": return chain?.outputShape.map { sizes($0) } ?? .nothing
        default: return nil
        }
    }

    /// Composes layers after a space, a network or another layer.
    static func composed(
        _ value: Value, with layers: [any Layer], _ session: Session
    ) throws -> Value {
        let start: Network
        switch value {
        case .space(let space): start = Network(space: space)
        case .layer(let box):
            start = try session.random {
                try Network(space: nil, layers: [box.layer], generator: &$0)
            }
        case .network(let network):
            guard let chain = network.chain else {
                throw Diagnostic(
                    .type, "\(network.title) is written as a function, so |> cannot add to it",
                    hint: "apply it inside another network: \(network.title)(x)")
            }
            start = chain
        default: throw Diagnostic.mismatch("|>", expects: "a space or a network", got: value)
        }
        return .network(
            NetworkBox(try session.random { try start.appending(layers, &$0) }))
    }
}

extension Session {
    /// What a forward pass needs: training statistics inside a round only, random numbers of the
    /// game or session.
    func context(records: Bool) -> Context {
        let generator = random { $0 }
        return Context(isTraining: playing != nil, records: records, generator: generator)
    }

    func finish(_ context: Context) { random { $0 = context.generator } }
}

extension Int {
    /// 12,345,678
    var grouped: String {
        var digits = Array(String(magnitude))
        var index = digits.count - 3
        while index > 0 {
            digits.insert(",", at: index)
            index -= 3
        }
        return (self < 0 ? "-" : "") + String(digits)
    }
}
