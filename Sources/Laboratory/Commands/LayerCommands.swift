import Language
import Networks
import Tensors

/// A command for each row of the table of layers.
enum LayerCommands {
    static var all: [Command] { LayerTable.all.map(command) }

    private static func command(_ row: LayerRow) -> Command {
        Command(
            row.name, .layers, row.options.map(input), row.summary, details: row.source,
            example: row.example, makesLayer: true
        ) { call in .layer(LayerBox(try row.layer(try options(row, call)))) }
    }

    private static func input(_ rule: OptionRule) -> Input {
        let words = rule.summary + (rule.unit.isEmpty ? "" : " (\(rule.unit))")
        switch rule.kind {
        case .sizes: return Input(rule.name, .integer, words, isVariadic: true)
        case .layers: return Input(rule.name, .layer, words)
        default: return Input(rule.name, .any, words, standard: rule.standard.map(value))
        }
    }

    private static func value(_ option: Option) -> Value {
        switch option {
        case .number(let number): .number(number)
        case .bool(let truth): .boolean(truth)
        case .string(let text): .string(text)
        case .list(let items): .list(items.map(value))
        case .none: .nothing
        }
    }

    private static func options(_ row: LayerRow, _ call: Call) throws -> Options {
        var options = Options()
        for (rule, given) in zip(row.options, call.values) {
            switch rule.kind {
            case .sizes:
                options.values[rule.name] = .list(try call.rest.map { try option($0, rule, row) })
            case .layers: options.layers = try layers(given, call)
            default:
                if case .nothing = given { continue }
                options.values[rule.name] = try option(given, rule, row)
            }
        }
        return options
    }

    private static func option(_ value: Value, _ rule: OptionRule, _ row: LayerRow) throws -> Option
    {
        switch value {
        case .number(let number): return .number(number)
        case .boolean(let truth): return .bool(truth)
        case .string(let text): return .string(text)
        case .list(let items), .tuple(let items):
            return .list(try items.map { try option($0, rule, row) })
        case .command(let command): return .string(command.name)
        case .distribution(.normal(_, let deviation)):
            return .list([.string("normal"), .number(deviation)])
        case .distribution(.uniform(_, let high)):
            return .list([.string("uniform"), .number(high)])
        default:
            throw Diagnostic.mismatch(
                "\(row.name)'s \(rule.name)", expects: rule.expects, got: value)
        }
    }

    private static func layers(_ value: Value, _ call: Call) throws -> [any Layer] {
        switch value {
        case .layer(let box): return [box.layer]
        case .command(let command) where command.makesLayer:
            guard case .layer(let box) = try command.body(try command.bind(call.session, [])) else {
                return []
            }
            return [box.layer]
        case .network(let network):
            guard let chain = network.chain, chain.space == nil else {
                throw Diagnostic(
                    .type, "\(call.command.name) wraps layers, not a network with a space",
                    hint: "write \(call.command.name)(linear(64) |> relu)")
            }
            return chain.layers
        default: throw Diagnostic.mismatch(call.command.name, expects: "a layer", got: value)
        }
    }
}
