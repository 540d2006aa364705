import Foundation
import Language

extension LineEditor.Services {
    /// What the editor asks, answered by an evaluator; in a `;` line by the file system.
    init(
        evaluator: any Evaluator, environment: [String: String],
        highlighter: @escaping (String) -> [Highlight]
    ) {
        self.init(
            completeness: evaluator.completeness,
            complete: { text, cursor in
                text.hasPrefix(";")
                    ? Self.completeFile(text, cursor, environment)
                    : evaluator.complete(text, at: cursor)
            },
            inspect: { text, cursor in
                text.hasPrefix(";") ? nil : evaluator.inspect(text, at: cursor, detail: 0)?.plain
            },
            highlight: highlighter)
    }

    private static func completeFile(
        _ text: String, _ cursor: Int, _ environment: [String: String]
    ) -> Completion {
        let scalars = Array(text.unicodeScalars)
        let end = min(max(cursor, 0), scalars.count)
        var start = end
        while start > 1, scalars[start - 1] != " " { start -= 1 }
        guard start <= end else { return Completion([], start: cursor, end: cursor) }
        let word = String(String.UnicodeScalarView(scalars[start..<end]))
        let matches = Shell.files(beginning: word, environment: environment)
        return Completion(
            matches.map { Completion.Match($0, kind: "file") }, start: start, end: end)
    }
}
