import Console
import Language

/// An editor and what it answered, driven by keys.
struct Typist {
    var editor: LineEditor
    var actions: [LineEditor.Action] = []

    init(history: [String] = [], services: LineEditor.Services = .testing) {
        editor = LineEditor(services: services, history: History(history))
    }

    /// Types a text as keys; a newline is the Enter key.
    mutating func type(_ text: String) {
        for scalar in text.unicodeScalars {
            press(scalar == "\n" ? Key(.enter) : Key(.character(scalar)))
        }
    }

    mutating func press(_ keys: Key...) {
        for key in keys { actions.append(editor.handle(key)) }
    }

    var text: String { editor.buffer.text }
    /// The text with a bar where the cursor is.
    var marked: String {
        let scalars = editor.buffer.scalars
        let cursor = editor.buffer.cursor
        return String(String.UnicodeScalarView(scalars[..<cursor])) + "|"
            + String(String.UnicodeScalarView(scalars[cursor...]))
    }
    var last: LineEditor.Action? { actions.last }
    func shown(columns: Int = 40, rows: Int = 24) -> String {
        editor.frame(columns: columns, rows: rows).text
    }
}

extension LineEditor.Services {
    static let matches: [Completion.Match] = [
        .init("train", kind: "command", signature: "train(game)", summary: "Plays rounds."),
        .init("tanh", kind: "function"), .init("tensor", kind: "function"),
        .init("samples", kind: "command", signature: "samples(g)", summary: "Draws."),
    ]

    /// Open brackets make a text incomplete; four names complete; `\lambda` gives its letter.
    static var testing: LineEditor.Services {
        LineEditor.Services(
            completeness: { text in
                let brackets = Brackets(Array(text.unicodeScalars))
                let depth = brackets.open.count
                if !brackets.stray.isEmpty { return .invalid }
                return depth == 0
                    ? .complete : .incomplete(indent: String(repeating: "    ", count: depth))
            },
            complete: { text, cursor in
                let scalars = Array(text.unicodeScalars)
                var start = cursor
                while start > 0, TextBuffer.isWord(scalars[start - 1]) || scalars[start - 1] == "\\"
                {
                    start -= 1
                }
                let word = String(String.UnicodeScalarView(scalars[start..<cursor]))
                if word == "\\lambda" {
                    return Completion([.init("λ", kind: "symbol")], start: start, end: cursor)
                }
                return Completion(
                    matches.filter { $0.text.hasPrefix(word) }, start: start, end: cursor)
            },
            inspect: { _, _ in "train(game)\nPlays rounds." })
    }
}
