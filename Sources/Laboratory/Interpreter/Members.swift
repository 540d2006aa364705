import Language
import Tensors

extension Session {
    /// `value.name`.
    func member(_ name: String, of value: Value) throws -> Value {
        if let found = try find(name, in: value) { return found }
        let known = members(of: value)
        let near = nearest(name, in: known)
        if let way = Topics.foreignMembers[name] ?? functionInFront(name) {
            throw Diagnostic(.name, "\(value.kindName) has no member \(name)", hint: way)
        }
        throw Diagnostic(
            .name, "\(value.kindName) has no member \(name)",
            hint: name == "save"
                ? "save is a command: save what, \"file\""
                : near.map { "did you mean \($0)?" }
                    ?? (known.isEmpty ? nil : "it has \(known.joined(separator: ", "))"))
    }

    /// `x.sum()` of other languages.
    private func functionInFront(_ name: String) -> String? {
        guard case .command? = builtin(name) else { return nil }
        return "\(name) stands in front: \(name)(x)"
    }

    /// The names that may follow a point.
    func members(of value: Value) -> [String] {
        switch value {
        case .tensor: ["shape", "count", "min", "max", "mean"]
        case .perSample: ["shape", "count"]
        case .list, .tuple, .string: ["count"]
        case .interval: ["lower", "upper", "count"]
        case .record(let record): record.fields.map(\.name)
        case .game(let game):
            game.rule.parameters.map(\.name)
                + ["history", "losses", "round", "seconds", "batch", "seed", "optimizer", "name"]
        case .network: ["name", "parameters", "layers", "input", "output"]
        case .data: ["name", "shape", "count", "classes", "labels", "images", "range", "licence"]
        case .rule, .function, .command: ["name"]
        case .space: ["shape"]
        case .picture: Picture.members
        default: []
        }
    }

    private func find(_ name: String, in value: Value) throws -> Value? {
        switch value {
        case .tensor(let tensor), .perSample(let tensor): return try find(name, tensor)
        case .list(let items), .tuple(let items):
            return name == "count" ? .number(Double(items.count)) : nil
        case .string(let text):
            return name == "count" ? .number(Double(text.unicodeScalars.count)) : nil
        case .interval(let interval):
            return switch name {
            case "lower": .number(interval.lower)
            case "upper": .number(interval.upper)
            case "count": .number(Double(interval.count))
            default: nil
            }
        case .record(let record): return record[name]
        case .game(let game): return game.member(name)
        case .network(let network): return try network.member(name)
        case .data(let data): return try data.member(name)
        case .rule(let rule): return name == "name" ? .string(rule.name) : nil
        case .function(let function): return name == "name" ? .string(function.name) : nil
        case .command(let command): return name == "name" ? .string(command.name) : nil
        case .space(let space): return name == "shape" ? sizes(space.shape) : nil
        case .picture(let picture): return try picture.member(name)
        default: return nil
        }
    }

    private func find(_ name: String, _ tensor: Tensor) throws -> Value? {
        switch name {
        case "shape": sizes(tensor.shape)
        case "count": .number(Double(tensor.count))
        case "min": .tensor(try tensor.min(axes: nil))
        case "max": .tensor(try tensor.max(axes: nil))
        case "mean": .tensor(try tensor.mean(axes: nil))
        default: nil
        }
    }

    /// `object.name = value`: a hyperparameter of a game.
    func setMember(_ name: String, of object: Value, to value: Value) throws {
        guard case .game(let game) = object else {
            throw Diagnostic(
                .type, "\(object.kindName) has no member that can be set",
                hint: "hyperparameters of a game can: g.batch = 128")
        }
        try game.setMember(name, to: value)
    }
}

func sizes(_ shape: [Int]) -> Value { .list(shape.map { .number(Double($0)) }) }

extension Game {
    func member(_ name: String) -> Value? {
        if rule.parameters.contains(where: { $0.name == name }) { return value(of: name) }
        if let state = rule.states.first(where: { $0.name == name }) { return frame[state.slot] }
        switch name {
        case "round": return .number(Double(round))
        case "seconds": return .number(seconds)
        case "batch": return waiting("batch") ?? .number(Double(batch))
        case "seed": return .number(Double(seed))
        case "optimizer": return waiting("optimizer") ?? .optimizer(optimizer)
        case "name": return .string(rule.name)
        case "history", "losses":
            let fields = curves.map { curve in
                (name: curve.name, value: Value.list(curve.values.map { .number($0) }))
            }
            return .record(Record(title: "history of \(rule.name)", fields: fields))
        default: return nil
        }
    }

    func setMember(_ name: String, to value: Value) throws {
        if let parameter = rule.parameters.first(where: { $0.name == name }) {
            if parameter.standard == nil { try checkExchange(name, parameter.slot, value) }
            set(name, to: value) { [self] in
                frame[parameter.slot] = value
                if name == "optimizer", case .optimizer(let box) = value { optimizer = box }
            }
            return
        }
        var options = CommonOptions()
        switch name {
        case "batch":
            try options.set(name, value, rule.name)
            set(name, to: value) { [self] in batch = options.batch }
        case "optimizer":
            try options.set(name, value, rule.name)
            if let box = options.optimizer { set(name, to: value) { [self] in optimizer = box } }
        default:
            var known = rule.parameters.map(\.name)
            known += ["batch", "optimizer"].filter { !known.contains($0) }
            let isRate = ["lr", "learning_rate", "rate"].contains(name)
            throw Diagnostic(
                .name, "a game of \(rule.name) has no \(name) that can be set",
                hint: isRate
                    ? "it is the optimizer's: g.optimizer = adam(1e-3)"
                    : nearest(name, in: known).map { "did you mean \($0)?" }
                        ?? "it has \(known.joined(separator: ", "))")
        }
    }

    private func checkExchange(_ name: String, _ slot: Int, _ value: Value) throws {
        switch (frame[slot], value) {
        case (.network?, .network), (.data?, .data): return
        case (let old?, _):
            throw Diagnostic(
                .type, "\(name) is \(old.kindName) and cannot become \(value.kindName)")
        default: return
        }
    }
}
