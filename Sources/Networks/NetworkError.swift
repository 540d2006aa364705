/// What can be wrong with a layer, a network, an optimiser or a checkpoint, and the way out.
///
/// The message names the thing and what was expected; whoever has the text of the program adds
/// the place.
package enum NetworkError: Error, Equatable {
    /// A layer cannot take what comes before it; `source` is what that is, nil when unknown.
    case shape(layer: String, expects: String, source: String?, input: [Int], hint: String?)
    /// A layer has weights for another input.
    case built(layer: String, takes: String, source: String?, input: [Int])
    /// A layer that was never given an input shape is used or listed.
    case notBuilt(layer: String)
    /// A network is given another input than its space.
    case input(expected: [Int], got: [Int], space: String)
    case option(layer: String, problem: String, hint: String?)
    case unknownLayer(String)
    /// An optimiser's state belongs to other parameters.
    case optimizer(problem: String, hint: String?)
    /// A gradient holds infinity or NaN; nothing was changed.
    case nonFinite(parameter: String)
    case file(path: String, problem: String, hint: String?)

    /// What is wrong, in one line.
    package var message: String {
        switch self {
        case .shape(let layer, let expects, let source, let input, _):
            "\(layer) expects \(expects), but \(source ?? "its input") \(Self.gives(source, input))"
        case .built(let layer, let takes, let source, let input):
            "\(layer) has weights for \(takes), but \(source ?? "its input")"
                + " \(Self.gives(source, input))"
        case .notBuilt(let layer):
            "\(layer) has not met an input yet, so it has no weights"
        case .input(let expected, let got, let space):
            "a network from \(space) expects \(batched(expected)), not \(batched(got))"
        case .option(let layer, let problem, _):
            "\(layer): \(problem)"
        case .unknownLayer(let name):
            "there is no layer \(name)"
        case .optimizer(let problem, _):
            problem
        case .nonFinite(let parameter):
            "the gradient of \(parameter) is not finite"
        case .file(let path, let problem, _):
            "\(path): \(problem)"
        }
    }

    /// The way out, where one is known.
    package var hint: String? {
        switch self {
        case .shape(_, _, _, _, let hint), .option(_, _, let hint), .optimizer(_, let hint),
            .file(_, _, let hint):
            hint
        case .built:
            "a layer written anew has weights of its own"
        case .notBuilt:
            "apply it once, or compose it after a space such as noise(64)"
        case .input:
            "is this the right network, and are the samples of the right size?"
        case .nonFinite:
            "lower the learning rate, or clip the gradients"
        case .unknownLayer:
            nil
        }
    }

    /// Whether shapes are the matter.
    package var isShape: Bool {
        switch self {
        case .shape, .built, .input: true
        case .notBuilt, .option, .unknownLayer, .optimizer, .nonFinite, .file: false
        }
    }

    /// Whether a file is the matter.
    package var isFile: Bool { if case .file = self { true } else { false } }

    /// The same error about a layer that stands after `source`.
    func after(_ source: String) -> NetworkError {
        switch self {
        case .shape(let layer, let expects, nil, let input, let hint):
            .shape(layer: layer, expects: expects, source: source, input: input, hint: hint)
        case .built(let layer, let takes, nil, let input):
            .built(layer: layer, takes: takes, source: source, input: input)
        default: self
        }
    }

    private static func gives(_ source: String?, _ input: [Int]) -> String {
        (source == nil ? "has shape " : "gives ") + batched(input)
    }
}

/// A shape without its batch axis as the user sees it: `[n, 28, 28, 1]`.
func batched(_ shape: [Int]) -> String {
    "[" + (["n"] + shape.map { "\($0)" }).joined(separator: ", ") + "]"
}

extension NetworkError: CustomStringConvertible {
    package var description: String { hint.map { "\(message)\n  \($0)" } ?? message }
}
