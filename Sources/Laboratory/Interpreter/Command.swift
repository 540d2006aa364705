import Datasets
import Language
import Networks
import Tensors

/// A command of the language. The one value feeds checking, help, completion and documentation.
///
/// A class, so that a `Value` that holds one copies as quickly as a number.
package final class Command {
    package enum Group: String, CaseIterable, Sendable {
        case tensors, layers, networks, optimisers, data, games, training, pictures, measures
        case language
    }

    package let name: String
    package let group: Group
    package let parameters: [Input]
    /// One sentence.
    package let summary: String
    /// More words: source, deviations, cost. May be empty.
    package let details: String
    /// A program that runs and shows the command at work.
    package let example: String
    /// True for a command that makes a layer, of which a network keeps one for each place.
    let makesLayer: Bool
    /// The command of the same name that is meant when a string comes first.
    let alternative: Command?
    /// What it makes of one number, or of two, where that is quickly said.
    var ofNumber: ((Double) -> Double)?
    var ofNumbers: ((Double, Double) -> Double)?
    let body: (Call) throws -> Value

    init(
        _ name: String, _ group: Group, _ parameters: [Input], _ summary: String,
        details: String = "", example: String, makesLayer: Bool = false,
        alternative: Command? = nil, body: @escaping (Call) throws -> Value
    ) {
        self.name = name
        self.group = group
        self.parameters = parameters
        self.summary = summary
        self.details = details
        self.example = example
        self.makesLayer = makesLayer
        self.alternative = alternative
        self.body = body
    }

    /// `train(game, rounds: 1000)`
    package var signature: String {
        let listed = parameters.map { parameter -> String in
            if parameter.isVariadic { return "\(parameter.name)…" }
            guard let standard = parameter.standard else { return parameter.name }
            return "\(parameter.name): \(standard.inSource)"
        }
        return "\(name)(\(listed.joined(separator: ", ")))"
    }
}

/// A parameter of a command.
package struct Input {
    package let name: String
    package let type: Kind
    package let summary: String
    /// Nil: an argument must be given.
    package let standard: Value?
    package let isVariadic: Bool

    init(
        _ name: String, _ type: Kind, _ summary: String = "", standard: Value? = nil,
        isVariadic: Bool = false
    ) {
        self.name = name
        self.type = type
        self.summary = summary
        self.standard = standard
        self.isVariadic = isVariadic
    }

    /// What an argument may be.
    package enum Kind: Sendable, Equatable {
        case any, number, integer, boolean, string, tensor, list, axes, shape
        case network, layer, function, data, game, optimizer, interval, picture, topic, place

        var words: String {
            switch self {
            case .any: "a value"
            case .number: "a number"
            case .integer: "a whole number"
            case .boolean: "true or false"
            case .string: "a string"
            case .tensor: "a tensor"
            case .list: "a list"
            case .axes: "an axis or a list of axes"
            case .shape: "a list of whole numbers"
            case .network: "a network"
            case .layer: "a layer"
            case .function: "a function"
            case .data: "data"
            case .game: "a game"
            case .optimizer: "an optimiser"
            case .interval: "a range a...b"
            case .picture: "a picture"
            case .topic: "a name"
            case .place: "a hyperparameter such as g.λ"
            }
        }

        func accepts(_ value: Value) -> Bool {
            switch (self, value) {
            case (.any, _), (.topic, _): true
            case (.number, .number), (.boolean, .boolean), (.string, .string): true
            case (.integer, .number(let number)): Int(exactly: number) != nil
            case (.tensor, .tensor), (.tensor, .perSample), (.tensor, .number): true
            case (.tensor, .interval): true
            case (.tensor, .list(let items)): items.allSatisfy { Kind.tensor.accepts($0) }
            case (.list, .list), (.list, .tuple), (.list, .interval): true
            case (.axes, .number(let number)): Int(exactly: number) != nil
            case (.axes, .list(let items)), (.shape, .list(let items)):
                items.allSatisfy { Kind.integer.accepts($0) }
            case (.shape, .number(let number)): Int(exactly: number) != nil
            case (.network, .network), (.network, .space), (.data, .data), (.game, .game): true
            case (.layer, .layer), (.layer, .network), (.layer, .command): true
            case (.function, .function), (.function, .command), (.function, .network): true
            case (.function, .layer): true
            case (.place, .tuple(let parts)): parts.count == 2 && parts[0].isGame
            case (.optimizer, .optimizer), (.interval, .interval), (.picture, .picture): true
            default: false
            }
        }
    }
}

/// The arguments of a command, checked and in the order of its parameters.
struct Call {
    let session: Session
    let command: Command
    let values: [Value]
    /// What went to the variadic parameter.
    let rest: [Value]

    subscript(index: Int) -> Value { values[index] }

    func isGiven(_ index: Int) -> Bool {
        if case .nothing = values[index] { false } else { true }
    }

    func number(_ index: Int) -> Double {
        if case .number(let number) = values[index] { number } else { 0 }
    }

    func integer(_ index: Int) -> Int { Int(exactly: number(index)) ?? 0 }

    /// A whole number within limits, or a fault that names them.
    func integer(_ index: Int, in limits: ClosedRange<Int>) throws -> Int {
        let value = integer(index)
        guard limits.contains(value) else {
            let name = command.parameters[index].name
            throw Diagnostic(
                .value,
                limits.upperBound == Int.max
                    ? "\(command.name) expects \(name) to be at least \(limits.lowerBound), "
                        + "but got \(value)"
                    : "\(command.name) expects \(name) between \(limits.lowerBound) and "
                        + "\(limits.upperBound), but got \(value)")
        }
        return value
    }

    func boolean(_ index: Int) -> Bool {
        if case .boolean(let truth) = values[index] { truth } else { false }
    }

    func string(_ index: Int) -> String {
        if case .string(let text) = values[index] { text } else { "" }
    }

    func tensor(_ index: Int) throws -> Tensor { try asTensor(values[index], command.name) }

    func integers(_ index: Int) -> [Int]? { values[index].integers }

    func network(_ index: Int) throws -> NetworkBox {
        guard case .network(let network) = values[index] else {
            throw Diagnostic.mismatch(command.name, expects: "a network", got: values[index])
        }
        return network
    }

    func data(_ index: Int) throws -> Dataset {
        guard case .data(let data) = values[index] else {
            throw Diagnostic.mismatch(command.name, expects: "data", got: values[index])
        }
        return data
    }

    func game(_ index: Int) throws -> Game {
        guard case .game(let game) = values[index] else {
            throw Diagnostic.mismatch(command.name, expects: "a game", got: values[index])
        }
        return game
    }
}

extension Command {
    /// Checks arguments and brings them into the order of the parameters of the command that is
    /// meant.
    func bind(_ session: Session, _ arguments: [Given]) throws -> Call {
        if let alternative, case .string? = arguments.first?.value {
            return try alternative.bind(session, arguments)
        }
        if let values = inOrder(arguments) {
            return Call(session: session, command: self, values: values, rest: [])
        }
        var values = [Value?](repeating: nil, count: parameters.count)
        var rest: [Value] = []
        var next = 0
        for argument in arguments {
            var position = next
            if let label = argument.label {
                guard let found = parameters.firstIndex(where: { $0.name == label }) else {
                    throw unknownLabel(label, name, parameters.map(\.name), argument.span)
                }
                guard values[found] == nil else {
                    throw Diagnostic(.value, "\(name) gets \(label) twice")
                }
                position = found
            } else {
                while position < parameters.count, values[position] != nil { position += 1 }
                guard position < parameters.count else {
                    throw Diagnostic(
                        .value,
                        "\(name) takes \(counted(parameters.count, "argument")), "
                            + "but got \(arguments.count)",
                        hint: "write \(listed(arguments) ?? signature)")
                }
            }
            let parameter = parameters[position]
            guard parameter.type.accepts(argument.value) || parameter.allowsNone(argument.value)
            else {
                throw Diagnostic.mismatch(
                    parameters.count == 1 || position == 0 ? name : "\(name)'s \(parameter.name)",
                    expects: parameter.type.words, got: argument.value)
            }
            if parameter.isVariadic {
                rest.append(argument.value)
            } else {
                values[position] = argument.value
                if argument.label == nil { next = position + 1 }
            }
        }
        let filled = try zip(parameters, values).map { parameter, value -> Value in
            if let value { return value }
            if parameter.isVariadic { return .nothing }
            guard let standard = parameter.standard else {
                throw Diagnostic(
                    .value, "\(name) needs \(parameter.type.words) \(parameter.name)",
                    hint: "write \(signature)")
            }
            return standard
        }
        return Call(session: session, command: self, values: filled, rest: rest)
    }
}

extension Command {
    /// `zeros(2, 3)` with its sizes in a list.
    private func listed(_ arguments: [Given]) -> String? {
        guard parameters.count == 1, parameters[0].type == .shape else { return nil }
        let sizes = arguments.map(\.value)
        guard sizes.allSatisfy({ Input.Kind.integer.accepts($0) }) else { return nil }
        return "\(name)(\(Value.list(sizes).inSource))"
    }

    /// Suitable arguments in the order of the parameters, without labels or with the right ones,
    /// which is what the rounds of a game give: nothing to search for. Nil when anything is to be
    /// looked at more closely.
    private func inOrder(_ arguments: [Given]) -> [Value]? {
        guard arguments.count <= parameters.count else { return nil }
        var values: [Value] = []
        values.reserveCapacity(parameters.count)
        for index in parameters.indices {
            guard !parameters[index].isVariadic else { return nil }
            if index < arguments.count {
                let label = arguments[index].label
                guard label == nil || label == parameters[index].name,
                    parameters[index].type.accepts(arguments[index].value)
                else { return nil }
                values.append(arguments[index].value)
            } else {
                guard let standard = parameters[index].standard else { return nil }
                values.append(standard)
            }
        }
        return values
    }
}

extension Input {
    fileprivate func allowsNone(_ value: Value) -> Bool {
        if case .nothing = value, case .nothing? = standard { true } else { false }
    }
}
