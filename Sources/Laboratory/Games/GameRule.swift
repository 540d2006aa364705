import Language

/// A game as written: its parameters, its round, its objectives.
package final class GameRule {
    package let name: String
    package let documentation: String
    package let definition: Definition
    package let source: Source
    let parameters: [Function.Bound]
    let round: Action
    let scope: Scope
    let states: [StateSlot]
    let outer: Frame?

    /// A value that survives from round to round: `state k = 0`.
    struct StateSlot {
        let name: String
        let slot: Int
    }

    init(
        name: String, definition: Definition, source: Source, parameters: [Function.Bound],
        round: @escaping Action, scope: Scope, states: [StateSlot], outer: Frame?
    ) {
        self.name = name
        self.documentation = definition.documentation
        self.definition = definition
        self.source = source
        self.parameters = parameters
        self.round = round
        self.scope = scope
        self.states = states
        self.outer = outer
    }

    /// The names of the curves that objectives leave: `D`, or `G, E` for several players.
    private(set) lazy var objectiveNames: Set<String> = Set(
        writtenObjectives.map { $0.players.map(\.text).joined(separator: ", ") })

    /// Where the round's last statement begins, if that is an objective: after its step nothing is
    /// left that could undo the round.
    private(set) lazy var lastObjective: Int? = {
        guard case .block(let body) = definition.body.kind, let last = body.statements.last,
            case .objective = last.kind
        else { return nil }
        return last.span.lower
    }()

    /// The players of each objective in the text, and where it begins.
    var writtenObjectives: [(players: [Name], place: Int)] {
        guard case .block(let body) = definition.body.kind else { return [] }
        return Self.objectives(in: body)
    }

    private static func objectives(in block: Block) -> [(players: [Name], place: Int)] {
        block.statements.flatMap { statement -> [(players: [Name], place: Int)] in
            var found: [(players: [Name], place: Int)] = []
            if case .objective(let objective) = statement.kind {
                found.append((objective.players, statement.span.lower))
            }
            found += statement.kind.blocks.flatMap(objectives)
            for child in statement.kind.children {
                found += child.kind.blocks.flatMap(objectives)
            }
            return found
        }
    }

    /// Parameters without a default: networks and data, in order.
    var players: [String] { parameters.filter { $0.standard == nil }.map(\.name) }
    /// Parameters with a default.
    var hyperparameters: [String] { parameters.filter { $0.standard != nil }.map(\.name) }

    /// `lsgan(G, D, data, a: 0, b: 1, c: 1)` with the defaults as they are written.
    var signature: String {
        let listed = definition.parameters.map { parameter in
            guard let standard = parameter.standard else { return parameter.name.text }
            return "\(parameter.name.text): \(source.slice(standard.span))"
        }
        return "\(name)(\(listed.joined(separator: ", ")))"
    }
}

extension Value {
    var isNone: Bool { if case .nothing = self { true } else { false } }
}

/// Options that every game takes beside its own parameters.
struct CommonOptions {
    static let names = ["batch", "optimizer", "ema", "seed"]
    var batch = 64
    var optimizer: OptimizerBox?
    var ema: Double?
    var seed: UInt64?
}

extension GameRule {
    /// `lsgan(G, D, digits(), batch: 64)`: networks and data take their places.
    func construct(_ session: Session, _ arguments: [Given]) throws -> Game {
        var own: [Given] = []
        var options = CommonOptions()
        for argument in arguments {
            let isOwn = parameters.contains { $0.name == argument.label }
            guard let label = argument.label, !isOwn, CommonOptions.names.contains(label) else {
                try check(argument)
                own.append(argument)
                continue
            }
            try options.set(label, argument.value, name)
        }
        let frame = Frame(session: session, outer: outer, count: scope.count)
        try fill(frame, parameters, with: own, name)
        let game = try Game(rule: self, session: session, frame: frame, options: options)
        noteProbabilities(game, session)
        return game
    }

    /// The Library's games want unbounded scores; a D that ends in probabilities still trains, only
    /// badly, so this is a note and no fault.
    private func noteProbabilities(_ game: Game, _ session: Session) {
        guard source.name.hasPrefix("Library/"),
            let player = game.networks.first(where: { $0.name == "D" })?.network,
            let last = player.chain?.layers.last?.description,
            ["sigmoid", "softmax"].contains(where: { last.hasPrefix($0) })
        else { return }
        session.output.write(
            "note: \(player.title) ends in \(last), but \(name) wants a score without bounds; "
                + "leave \(last) out\n", to: .error)
    }

    private func check(_ argument: Given) throws {
        guard let label = argument.label, !parameters.contains(where: { $0.name == label }) else {
            return
        }
        throw unknownLabel(
            label, name,
            hyperparameters + CommonOptions.names.filter { !hyperparameters.contains($0) },
            argument.span)
    }
}

extension CommonOptions {
    mutating func set(_ label: String, _ value: Value, _ who: String) throws {
        switch (label, value) {
        case ("batch", .number(let number)):
            guard let whole = Int(exactly: number), (1...1_000_000).contains(whole) else {
                throw Diagnostic(
                    .value, "\(who): batch is a whole number from 1 up, not \(number.inWords)",
                    hint: "usual values lie between 16 and 256")
            }
            batch = whole
        case ("optimizer", .optimizer(let box)): optimizer = box
        case ("ema", .nothing): ema = nil
        case ("ema", .number(let number)):
            guard number >= 0, number < 1 else {
                throw Diagnostic(
                    .value, "\(who): ema is a decay from 0 up to but not 1, not \(number)",
                    hint: "usual values lie between 0.99 and 0.9999")
            }
            ema = number
        case ("seed", .number(let number)):
            guard let whole = UInt64(exactly: number) else {
                throw Diagnostic(.value, "\(who): seed is a whole number from 0 up, not \(number)")
            }
            seed = whole
        default:
            let expected =
                [
                    "batch": "a whole number", "optimizer": "an optimiser such as adam(1e-3)",
                    "ema": "a decay such as 0.999", "seed": "a whole number",
                ][label] ?? "a value"
            throw Diagnostic.mismatch("\(who)'s \(label)", expects: expected, got: value)
        }
    }
}

extension Frame {
    func value(of name: String, _ rule: GameRule) -> Value? {
        guard let slot = rule.scope.slot(of: name) else { return nil }
        return self[slot]
    }
}
