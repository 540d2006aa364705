import Console
import Language
import Testing

@Suite("What the editor shows")
struct FrameTests {
    @Test("The prompt stands before the first line, its continuation before the others")
    func prompts() {
        var typist = Typist()
        typist.press(Key(.paste("{\n    a\n}")))
        #expect(typist.shown() == "saddle> {\n      >     a\n      > }")
        let frame = typist.editor.frame(columns: 40, rows: 24)
        #expect(frame.cursorRow == 2 && frame.cursorColumn == 9)
    }

    @Test("A line that fills the row goes on in the next, the cursor with it")
    func wrapping() {
        var typist = Typist()
        typist.type(String(repeating: "x", count: 12))
        let frame = typist.editor.frame(columns: 20, rows: 24)
        #expect(frame.rows.map(\.width) == [20, 0])
        #expect(frame.cursorRow == 1 && frame.cursorColumn == 0)
    }

    @Test("A wide character is never cut by the edge")
    func wide() {
        var typist = Typist()
        typist.press(Key(.paste("abc漢字")))
        let frame = typist.editor.frame(columns: 12, rows: 24)
        #expect(frame.rows.map(\.text) == ["saddle> abc", "漢字"])
        #expect(frame.cursorColumn == 4)
    }

    @Test("A text higher than the window shows the rows around the cursor")
    func tall() {
        var typist = Typist()
        let text = (0..<100).map { "line \($0)" }.joined(separator: "\n")
        typist.press(Key(.paste(text)), .alt("<"))
        var frame = typist.editor.frame(columns: 40, rows: 10)
        #expect(frame.rows.count == 10 && frame.rows[0].text == "saddle> line 0")
        typist.press(.alt(">"))
        frame = typist.editor.frame(columns: 40, rows: 10)
        #expect(frame.rows.last?.text == "      > line 99" && frame.cursorRow == 9)
    }

    @Test("Unclosed, stray and matching brackets look different from others")
    func brackets() {
        var typist = Typist()
        typist.type("(a]")
        let styles = typist.editor.frame(columns: 40, rows: 5).rows[0].cells.map(\.style)
        #expect(styles[8] == Style(.yellow, bold: true))
        #expect(styles[10] == Style(.red, underlined: true))
        typist.press(Key(.backspace))
        typist.type(")")
        let matched = typist.editor.frame(columns: 40, rows: 5).rows[0].cells.map(\.style)
        #expect(matched[8] == Highlight.Kind.bracket.style && matched[10] == matched[8])
    }

    @Test("Colours follow the highlighter")
    func colours() {
        let services = LineEditor.Services(highlight: { text in
            [Highlight(0..<min(3, text.count), .keyword), Highlight(90..<99, .fault)]
        })
        var typist = Typist(services: services)
        typist.type("for x")
        let styles = typist.editor.frame(columns: 40, rows: 5).rows[0].cells.map(\.style)
        #expect(styles[8...10].allSatisfy { $0 == Highlight.Kind.keyword.style })
        #expect(styles[12] == .plain)
    }

    @Test("What stays in the transcript has no suggestion, no menu, and the whole text")
    func final() {
        var typist = Typist(history: ["train g"])
        typist.type("t")
        #expect(typist.shown() == "saddle> train g")
        typist.press(Key(.tab), Key(.tab))
        #expect(typist.editor.finalFrame(columns: 40).text == "saddle> train")
        #expect(typist.editor.finalFrame(columns: 40, mark: "^C").text == "saddle> train^C")
    }

    @Test("A secret is shown as dots")
    func secret() {
        var editor = LineEditor()
        editor.isPlain = true
        editor.isSecret = true
        editor.prompt = "key: "
        for scalar in "hush".unicodeScalars { _ = editor.handle(Key(.character(scalar))) }
        #expect(editor.frame(columns: 40, rows: 4).text == "key: ••••")
        #expect(editor.handle(Key(.enter)) == .submit("hush"))
    }
}

@Suite("Cell widths")
struct CellWidthTests {
    @Test(
        "Scalars and clusters take the cells that terminals give them",
        arguments: [
            ("a", 1), ("é", 1), ("x\u{302}", 1), ("漢", 2), ("ｆ", 2), ("한", 2),
            ("\u{1112}\u{1161}\u{11AB}", 2), ("😀", 2), ("👩‍🔬", 2), ("🇫🇷", 2), ("❤\u{FE0F}", 2),
            ("❤", 1), ("λ", 1), ("∇", 1), ("½", 1), ("あ", 2), ("。", 2), ("⌚", 2), ("✔", 1),
            ("\u{200B}", 1), ("𠀋", 2), ("─", 1), ("…", 1), ("❶", 1), ("〜", 2), ("1️⃣", 2),
        ])
    func widths(text: String, cells: Int) {
        #expect(CellWidth.cells(of: text) == cells)
    }

    @Test("Clusters end where a cursor may stand")
    func boundaries() {
        let scalars = Array("ax\u{302}👩‍🔬🇫🇷🇩🇪\n\u{301}".unicodeScalars)
        let places = (0...scalars.count).filter { CellWidth.isBoundary(in: scalars, at: $0) }
        var ends = [0]
        while let last = ends.last, last < scalars.count {
            ends.append(CellWidth.clusterEnd(in: scalars, from: last))
        }
        #expect(places == [0, 1, 3, 6, 8, 10, 11, 12])
        #expect(ends == places)
    }
}
