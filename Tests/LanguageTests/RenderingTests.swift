import Language
import Testing

@Suite struct RenderingTests {
    static func rendered(_ text: String) -> String {
        let faults = parse(Source(name: "cell", text: text)).faults
        return faults.map { render($0, style: .plain) }.joined(separator: "\n")
    }

    @Test func aFaultShowsItsLineItsPlaceAndTheHint() {
        let source = Source(
            name: "cell 1", text: "G = noise(64)\nD = image(28, 28, 1) |> linear(128)")
        var fault = Diagnostic(
            .shape, "linear(128) expects a vector, but image(28, 28, 1) gives [n, 28, 28, 1]",
            hint: "insert flatten before it", source: source, span: Span(38, 49))
        let expected = """
            error: linear(128) expects a vector, but image(28, 28, 1) gives [n, 28, 28, 1]
             2 | D = image(28, 28, 1) |> linear(128)
               |                         ^^^^^^^^^^^
               insert flatten before it
            """
        #expect(render(fault, style: .plain) == expected)
        fault.steps = [
            Diagnostic.Step(caller: "build", place: "cell 2:4"),
            Diagnostic.Step(caller: "lsgan", place: "lsgan.saddle:9"),
        ]
        let steps = """

               in build, at cell 2:4
               in lsgan, at lsgan.saddle:9
            """
        #expect(render(fault, style: .plain) == expected + steps)
    }

    @Test func aFaultInAFileNamesTheFile() {
        let source = Source(name: "games/my.saddle", text: "a = )")
        let fault = Diagnostic(.syntax, "no", source: source, span: Span(4, 5))
        #expect(
            render(fault, style: .plain) == """
                error: no
                   games/my.saddle:1:5
                 1 | a = )
                   |     ^
                """)
    }

    @Test func tabsWideCharactersAndAccentsAreCountedInColumns() {
        #expect(
            Self.rendered("\tλ\t= 日本 & x̂") == """
                error: & is written and
                 1 |     λ   = 日本 & x̂
                   |                ^
                   write a and b
                """)
    }

    @Test(arguments: [60, 30_000])
    func aLongLineIsCutAroundTheCaret(_ count: Int) throws {
        let long =
            String(repeating: "[é], ", count: count) + "b ** c"
            + String(repeating: ", [日]", count: count)
        let lines = Self.rendered(long).split(separator: "\n", omittingEmptySubsequences: false)
        let code = Array(String(lines[1]))
        let carets = Array(String(lines[2]))
        #expect(code.count < 120)
        let caret = try #require(carets.firstIndex(of: "^"))
        #expect(String(code[caret...(caret + 1)]) == "**")
        #expect(code.contains("…"))
    }

    @Test func aSentenceAboutANameOfMegabytesIsShort() {
        let name = String(repeating: "é", count: 1_000_000)
        let fault = Diagnostic(.name, "there is no \(name)", hint: "did you mean \(name)?")
        #expect(render(fault, style: .plain).unicodeScalars.count < 1100)
        #expect(shortened("there is no x") == "there is no x")
    }

    @Test func aFaultAcrossLinesIsMarkedOnTheFirst() {
        let source = Source(name: "cell", text: "f(a,\n  b)")
        let fault = Diagnostic(.type, "no", source: source, span: Span(0, source.bytes.count))
        #expect(render(fault, style: .plain).hasSuffix(" 1 | f(a,\n   | ^^^^"))
    }

    @Test func noTextCanSteerTheTerminal() {
        let source = Source(name: "cell", text: "a = \"\u{1B}[2J\" + b")
        let fault = Diagnostic(.name, "x\u{1B}[2J", source: source, span: Span(13, 14))
        for style in [RenderingStyle.plain, .ansi] {
            #expect(!render(fault, style: style).contains("\u{1B}[2J"))
        }
    }

    @Test func coloursAreEscapesAroundTheSameText() {
        let source = Source(name: "cell", text: "a = )")
        let fault = Diagnostic(.syntax, "no", hint: "remove )", source: source, span: Span(4, 5))
        let coloured = render(fault, style: .ansi)
        #expect(coloured.contains("\u{1B}[1;31merror: \u{1B}[0m"))
        let bare = coloured.replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
        #expect(bare == render(fault, style: .plain))
    }

    @Test func theNearestNameIsFoundOrNone() {
        let names = ["linear", "relu", "leaky_relu", "lsgan", "minimize", "D", "G"]
        #expect(nearest("liner", in: names) == "linear")
        #expect(nearest("Linear", in: names) == "linear")
        #expect(nearest("rleu", in: names) == "relu")
        #expect(nearest("lsagn", in: names) == "lsgan")
        #expect(nearest("leakyrelu", in: names) == "leaky_relu")
        #expect(nearest("g", in: names) == "G")
        #expect(nearest("x", in: names) == nil)
        #expect(nearest("entirely", in: names) == nil)
        #expect(nearest("", in: names) == nil)
    }

    @Test func columnsOfATerminalAreCounted() {
        #expect(CellWidth.cells(of: "abc") == 3)
        #expect(CellWidth.cells(of: "x̂") == 1)
        #expect(CellWidth.cells(of: "日本") == 4)
        #expect(CellWidth.cells(of: "🙂") == 2)
        #expect(CellWidth.cells(of: "𝔼λ") == 2)
    }
}
