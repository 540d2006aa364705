/// A fault that the user can mend: what was wrong, where, and the way out.
///
/// Every stage reports in this one form; kernel, console and scripts only choose how to show it.
package struct Diagnostic: Error, Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case lexical, syntax, name, type, shape, value, file, interrupted, memory, usage, fault
    }

    /// One step of the way to the fault: a user's function, a game of the Library, an included file.
    package struct Step: Sendable, Equatable {
        package var caller: String
        package var place: String
        package init(caller: String, place: String) {
            self.caller = caller
            self.place = place
        }
    }

    package var kind: Kind
    /// One sentence without a full stop that names the thing and the expectation.
    package var message: String
    /// One line: what to do.
    package var hint: String?
    package var source: Source?
    package var span: Span?
    /// From the outermost call to the innermost.
    package var steps: [Step] = []

    package init(
        _ kind: Kind, _ message: String, hint: String? = nil, source: Source? = nil,
        span: Span? = nil
    ) {
        self.kind = kind
        self.message = message
        self.hint = hint
        self.source = source
        self.span = span
    }

    package static func == (left: Diagnostic, right: Diagnostic) -> Bool {
        left.kind == right.kind && left.message == right.message && left.hint == right.hint
            && left.span == right.span && left.steps == right.steps
    }
}
