import Language

/// A diagnostic as Jupyter shows errors: a name, a sentence, lines.
enum Faults {
    static func name(of kind: Diagnostic.Kind) -> String {
        switch kind {
        case .lexical: "LexicalError"
        case .syntax: "SyntaxError"
        case .name: "NameError"
        case .type: "TypeError"
        case .shape: "ShapeError"
        case .value: "ValueError"
        case .file: "FileError"
        case .interrupted: "Interrupted"
        case .memory: "MemoryError"
        case .usage: "UsageError"
        case .fault: "InternalError"
        }
    }

    /// The fields of an `error` message; the first fault names it, the traceback shows all.
    static func fields(of faults: [Diagnostic]) -> [String: JSON] {
        let first = faults.first ?? Diagnostic(.fault, "the cell failed without saying why")
        let lines = faults.isEmpty ? [shortened(first.message)] : faults.flatMap(traceback)
        return [
            "ename": .string(name(of: first.kind)),
            "evalue": .string(shortened(first.message)),
            "traceback": .array(lines.map { .string($0) }),
        ]
    }

    private static func traceback(of fault: Diagnostic) -> [String] {
        render(fault, style: .ansi).split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
    }
}
