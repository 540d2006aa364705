import Datasets
import Language
import Measures
import Networks
import Pictures
import Tensors

/// Throws away the difference between the errors of the rooms below: each becomes a diagnostic.
func diagnostic(from error: any Error) -> Diagnostic {
    switch error {
    case let known as Diagnostic: return known
    case let tensor as TensorError:
        let kind: Diagnostic.Kind =
            switch tensor {
            case .memory: .memory
            case .index, .argument, .count: .value
            case .oneDNN: .fault
            default: .shape
            }
        return Diagnostic(kind, tensor.message, hint: tensor.hint)
    case let network as NetworkError:
        return Diagnostic(network.isShape ? .shape : .value, network.message, hint: network.hint)
    case let data as DatasetError:
        return Diagnostic(.file, data.message, hint: data.hint)
    case let measure as MeasureError:
        return Diagnostic(.value, measure.message, hint: measure.hint)
    case let picture as PictureError:
        return Diagnostic(.value, "\(picture)")
    default:
        return Diagnostic(.fault, "\(error)", hint: "this is a fault of Saddle; please report it")
    }
}

/// Gives an error the place where it happened, unless it has one. What is no fault passes.
func located(_ error: any Error, _ span: Span, _ source: Source) -> any Error {
    if error is Exit || error is Escape { return error }
    return located(diagnostic(from: error), span, source)
}

func located(_ fault: Diagnostic, _ span: Span, _ source: Source) -> Diagnostic {
    var known = fault
    if known.span == nil {
        known.span = span
        known.source = source
    }
    return known
}

extension Diagnostic {
    /// "relu expects a tensor, but got a string".
    static func mismatch(_ who: String, expects: String, got: Value) -> Diagnostic {
        var found = got.kindName
        // A number where another one is wanted: say which.
        if case .number(let number) = got,
            ["whole number", "from 0 up"].contains(where: expects.contains)
        {
            found = number.inWords
        }
        return Diagnostic(
            .type, "\(who) expects \(expects), but got \(found)", hint: wayOut(expects, got))
    }

    /// What a beginner probably meant.
    private static func wayOut(_ expects: String, _ got: Value) -> String? {
        switch got {
        case .string(let text) where Double(text) != nil:
            "a number has no quotes: write \(text)"
        case .string where expects == "a game": "the game comes first: load g, \"file\""
        case .string where expects.contains("optimiser"): "write adam(1e-3), without quotes"
        case .network(let network) where expects == "a game":
            "make a game of two networks and data first: g = lsgan(G, D, data); "
                + "\(network.title) is one of its players"
        case .rule(let rule) where expects == "a game":
            "give it its players first: g = \(rule.name)(\(rule.players.joined(separator: ", ")))"
        case .function where expects == "a size or a network":
            "a network that is a function has no noise of its own: write noise(16)"
        case .command(let command) where command.group == .data: "call it: \(command.name)()"
        case .data where expects.contains("tensor"): "draw a batch first: x ~ data"
        default: nil
        }
    }
}
