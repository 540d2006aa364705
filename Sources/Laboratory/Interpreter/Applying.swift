import Datasets
import Language
import Networks
import Tensors

extension Session {
    /// `target(arguments)`.
    func apply(_ target: Value, _ arguments: [Given], site: Site? = nil) throws -> Value {
        let result: Value
        switch target {
        case .command(let command): result = try run(command, arguments, site: site)
        case .function(let function): return try function.call(self, arguments)
        case .network(let network):
            let inputs = try inputs(arguments, network.title)
            if let probe, building == nil {
                return try probe.apply(network, inputs) { try network.apply(inputs, self) }
            }
            result = try network.apply(inputs, self)
        case .layer(let layer):
            result = .tensor(
                try layer.apply(try inputs(arguments, layer.layer.description), self))
        case .rule(let rule): return .game(try rule.construct(self, arguments))
        case .space(let space):
            guard arguments.isEmpty else {
                throw Diagnostic(
                    .type, "the space \(space) takes no input", hint: "draw from it: z ~ \(space)")
            }
            return target
        case .number:
            throw Diagnostic(
                .type, "a number cannot be called",
                hint: "is an operator missing, such as * before the bracket?")
        default:
            throw Diagnostic(
                .type, "\(target.kindName) cannot be called",
                hint: arguments.isEmpty
                    ? "it is a value already: leave the () out"
                    : "an element is picked with [ ], a product is written with *")
        }
        if checksFinite { try check(result, arguments, target) }
        return result
    }

    private func inputs(_ arguments: [Given], _ who: String) throws -> [Value] {
        try arguments.map { argument in
            guard argument.label == nil else {
                throw Diagnostic(.name, "\(who) takes its inputs without names")
            }
            return argument.value
        }
    }

    /// A command; inside a network function a layer is made once for each place and call.
    private func run(_ command: Command, _ arguments: [Given], site: Site?) throws -> Value {
        if command.makesLayer {
            if let first = arguments.first, first.label == nil, first.value.isInput(of: command) {
                return try applyLayer(command, arguments)
            }
            if let building, let site {
                return try building.layer(at: site) {
                    try command.body(try command.bind(self, arguments))
                }
            }
        }
        let call = try command.bind(self, arguments)
        return try call.command.body(call)
    }

    /// `relu(x)`, `leaky_relu(x, 0.2)`: an activation applied at once.
    private func applyLayer(_ command: Command, _ arguments: [Given]) throws -> Value {
        let input = arguments[0].value
        if command.name == "reshape", building == nil,
            let whole = try reshaped(try asTensor(input, "reshape"), arguments.dropFirst())
        {
            return .tensor(whole)
        }
        let made = try command.body(try command.bind(self, Array(arguments.dropFirst())))
        guard case .layer(let layer) = made else { return made }
        guard layer.layer.isStateless else {
            throw Diagnostic(
                .type, "\(command.name) has parameters of its own, so it is made first",
                hint: "write \(command.name)(…)(x), inside a network")
        }
        // A single number is a batch of one; so is a tensor of one number, such as a mean.
        var batch =
            if case .number(let number) = input { try Tensor([Float(number)], shape: [1]) } else {
                try asTensor(input, command.name)
            }
        let isSingle = batch.rank == 0
        if isSingle { batch = try batch.reshape([1]) }
        let isDraw = if case .perSample = input { true } else { false }
        let tensor = try layer.apply([isDraw ? input : .tensor(batch)], self)
        switch input {
        case .number: return .number(Double(try tensor.item()))
        case .tensor where isSingle && tensor.shape == [1]: return .tensor(try tensor.reshape([]))
        case .perSample where tensor.count == tensor.shape[0]:
            return .perSample(try tensor.reshape([tensor.count]))
        default: return .tensor(tensor)
        }
    }

    /// `reshape(x, 3, 2)` of a tensor: nil where the sizes fit one sample, which is then reshaped as
    /// the layer does it; else the whole tensor. A list of sizes, or a size of -1, is the whole.
    private func reshaped(
        _ tensor: Tensor, _ arguments: ArraySlice<Given>
    ) throws -> Tensor? {
        var isWhole = false
        var sizes: [Int] = []
        if arguments.count == 1, case .list? = arguments.first?.value {
            isWhole = true
            guard let listed = arguments.first?.value.integers else { return nil }
            sizes = listed
        } else {
            for argument in arguments {
                guard argument.label == nil, case .number(let number) = argument.value,
                    let size = Int(exactly: number)
                else { return nil }
                sizes.append(size)
            }
        }
        let open = sizes.count { $0 == -1 }
        let known = sizes.filter { $0 != -1 }.reduce(1.0) { $0 * Double($1) }
        let sample = tensor.shape.dropFirst().reduce(1, *)
        if !isWhole, open == 0, known == Double(sample), tensor.rank > 0 { return nil }
        let fits =
            open == 0
            ? known == Double(tensor.count)
            : open == 1 && known > 0
                && Double(tensor.count).truncatingRemainder(dividingBy: known) == 0
        guard fits, sizes.allSatisfy({ $0 >= -1 }) else {
            let written = sizes.map(String.init).joined(separator: ", ")
            throw Diagnostic(
                .shape,
                "reshape(\(written)): a tensor of shape \(tensor.shape) has "
                    + "\(counted(tensor.count, "value"))",
                hint: tensor.rank > 1
                    ? "the sizes make that many, or the \(sample) of each sample; one may be -1"
                    : "the product of the sizes is that number; one of them may be -1")
        }
        return try tensor.reshape(sizes)
    }

    /// While a round is looked through: did this operation make the first bad value?
    private func check(_ result: Value, _ arguments: [Given], _ target: Value) throws {
        guard !result.isFinite, arguments.allSatisfy(\.value.isFinite) else { return }
        let name =
            switch target {
            case .command(let command): command.name
            case .network(let network): network.firstFault(arguments.map(\.value), self)
            default: target.kindName
            }
        throw Diagnostic(.value, "the first operation that gave it is \(name)")
    }

    // MARK: Composition

    /// `a |> f`: composes from a space or a network, applies otherwise.
    func pipe(_ value: Value, into next: Value, _ frame: Frame) throws -> Value {
        switch value {
        case .space, .network, .layer: return try compose(value, with: next)
        case .command(let command) where command.makesLayer:
            return try compose(.layer(try bare(command)), with: next)
        default:
            return try apply(
                next, [Given(label: nil, value: value, span: Span(0, 0))])
        }
    }

    private func compose(_ value: Value, with next: Value) throws -> Value {
        let layers: [any Layer]
        switch next {
        case .layer(let box): layers = [box.layer]
        case .command(let command) where command.makesLayer: layers = [try bare(command).layer]
        case .network(let network):
            guard let chain = network.chain else {
                throw Diagnostic(
                    .type, "\(network.title) is written as a function, so it cannot be composed",
                    hint: "apply it inside another network: \(network.title)(x)")
            }
            layers = chain.layers
        case .command(let command) where command.group == .layers || command.group == .tensors:
            throw Diagnostic(
                .type, "\(command.name) is no layer", hint: "a network function can use it")
        default:
            throw Diagnostic.mismatch("|> after \(value.kindName)", expects: "a layer", got: next)
        }
        return try NetworkBox.composed(value, with: layers, self)
    }

    /// A layer command without arguments: `relu`.
    private func bare(_ command: Command) throws -> LayerBox {
        guard case .layer(let box) = try command.body(try command.bind(self, [])) else {
            throw Diagnostic(.type, "\(command.name) is no layer")
        }
        return box
    }

    // MARK: Draws

    /// `x ~ source`, `x, y ~ source`: a fresh batch.
    func draw(from value: Value, count: Int) throws -> [Value] {
        let batch = playing?.batch ?? 64
        switch value {
        case .data(let data):
            guard count <= 2 else {
                throw Diagnostic(.value, "data give samples and labels: two names at most")
            }
            let (samples, labels) = try random { try data.draw(batch: batch, generator: &$0) }
            if count == 1 { return [.tensor(samples)] }
            guard let labels else {
                throw Diagnostic(
                    .value, "\(data.name) has no labels", hint: "draw one name: x ~ data")
            }
            return [.tensor(samples), .tensor(labels)]
        case .distribution(let distribution):
            return try several(count) { try random { try distribution.draw(batch, &$0) } }
        case .space(let space):
            return try several(count) {
                .tensor(try random { try space.draw(batch, &$0) })
            }
        case .network(let network) where network.startsFromNoise:
            throw Diagnostic(
                .type, "a network is no distribution",
                hint: "draw its noise: z ~ noise(\(network.title)), then \(network.title)(z)")
        case .command(let command) where command.group == .data:
            throw Diagnostic(
                .type, "\(command.name) is a command", hint: "call it: \(command.name)()")
        case .tensor(let tensor) where tensor.rank >= 1 && tensor.shape[0] > 0:
            return try several(count) {
                let rows = try random { try $0.integers(batch, below: tensor.shape[0]) }
                return .tensor(try tensor.gather(rows))
            }
        default:
            throw Diagnostic.mismatch(
                "~", expects: "data or a distribution to draw from", got: value)
        }
    }

    private func several(_ count: Int, _ draw: () throws -> Value) rethrows -> [Value] {
        try (0..<count).map { _ in try draw() }
    }
}

extension Value {
    /// Something that an activation can be applied to at once.
    fileprivate func isInput(of command: Command) -> Bool {
        switch self {
        case .tensor, .perSample: true
        case .number, .list: command.parameters.isEmpty
        default: false
        }
    }

    var isFinite: Bool {
        switch self {
        case .number(let number): number.isFinite
        case .tensor(let tensor), .perSample(let tensor): tensor.isFinite
        default: true
        }
    }
}
