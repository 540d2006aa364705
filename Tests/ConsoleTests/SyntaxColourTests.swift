import Console
import Language
import Testing

@Suite("Colours of what is typed")
struct SyntaxColourTests {
    /// The kind of each piece of a text, by the piece.
    func kinds(_ text: String) -> [String: Highlight.Kind] {
        let scalars = Array(text.unicodeScalars)
        var found: [String: Highlight.Kind] = [:]
        for piece in highlights(text) {
            found[String(String.UnicodeScalarView(scalars[piece.range]))] = piece.kind
        }
        return found
    }

    @Test("Every kind of piece has its colour, also behind letters of several bytes")
    func pieces() {
        let found = kinds("λ = \"漢\"; train g, rounds: 500 # ñ")
        #expect(found["λ"] == .name && found["\"漢\""] == .string)
        #expect(found["train"] == .command && found["500"] == .number)
        #expect(found["# ñ"] == .comment && found["rounds"] == nil)
        #expect(kinds("for i in f(2) {}")["for"] == .keyword)
        #expect(kinds("for i in f(2) {}")["f"] == .function)
    }

    @Test(
        "Broken text is coloured as far as it goes", arguments: ["\"open", "f(", "{ [ }", "§", ""])
    func broken(text: String) {
        for piece in highlights(text) {
            #expect(piece.range.upperBound <= text.unicodeScalars.count)
        }
    }

    /// The names of a text that nothing knows, in an evaluator that knows `known`.
    func unknown(_ text: String, known: Set<String> = []) -> [String] {
        let check = NameCheck(evaluator: NamesEvaluator(known: known))
        let scalars = Array(text.unicodeScalars)
        return check.mark(highlights(text), in: text).filter { $0.kind == .unknown }.map {
            String(String.UnicodeScalarView(scalars[$0.range]))
        }
    }

    @Test("A name that neither session nor text knows is unknown")
    func names() {
        #expect(unknown("trian g", known: ["train", "g"]) == ["trian"])
        #expect(unknown("a = 1\nb = a + c") == ["c"])
        #expect(unknown("x, y ~ data", known: ["data"]) == [])
        #expect(unknown("x == y") == ["x", "y"])
        #expect(unknown("f(x, y = 2) = x + y + z") == ["z"])
        #expect(unknown("(x, y) -> x * w") == ["w"])
        #expect(unknown("for i in values { i }") == ["values"])
        #expect(unknown("g.losses + m", known: ["g"]) == ["m"])
        let game = "game mine(G, D, data) {\n  x ~ data\n  minimize D: mean(D(x))\n}"
        #expect(unknown(game, known: ["mean"]) == [])
    }

    @Test("A name is not shown as unknown while it is typed")
    func typing() {
        let services = LineEditor.Services(highlight: { text in
            [Highlight(0..<text.unicodeScalars.count, .unknown)]
        })
        var typist = Typist(services: services)
        typist.type("abc")
        let style = { (typist: Typist) in
            typist.editor.frame(columns: 40, rows: 4).rows[0].cells[8].style
        }
        #expect(style(typist) == .plain)
        typist.press(Key(.left))
        #expect(style(typist) == Highlight.Kind.unknown.style)
    }
}

/// Knows some names and nothing else.
final class NamesEvaluator: Evaluator {
    let interrupt = Interrupt()
    var atSafePoint: (() -> Void)?
    let known: Set<String>
    init(known: Set<String>) { self.known = known }
    func run(_ source: Source, output: any Output) -> Outcome { Outcome() }
    func evaluate(_ expression: Source, output: any Output) -> Outcome { Outcome() }
    func complete(_ text: String, at cursor: Int) -> Completion {
        Completion([], start: cursor, end: cursor)
    }
    func inspect(_ text: String, at cursor: Int, detail: Int) -> MIMEBundle? {
        known.contains(text) ? MIMEBundle(text: text) : nil
    }
    func looksOn(_ text: String) -> Bool { false }
    var completeness: @Sendable (String) -> Completeness { { _ in .complete } }
}
