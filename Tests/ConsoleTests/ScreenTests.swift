import Console
import Foundation
import Testing

/// What a terminal of so many columns would show: the few sequences that `Screen` writes.
struct Paper {
    private(set) var rows: [[String]] = [[]]
    private(set) var row = 0
    private(set) var column = 0
    private(set) var written = ""

    mutating func write(_ text: String) {
        written += text
        var rest = Array(text.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\r": column = 0
            case "\n":
                row += 1
                if row == rows.count { rows.append([]) }
            case "\u{8}": column = max(column - 1, 0)
            case "\u{1B}": escape(&rest)
            default:
                while rows[row].count <= column { rows[row].append(" ") }
                rows[row][column] = String(scalar)
                column += 1
            }
        }
    }

    private mutating func escape(_ rest: inout ArraySlice<Unicode.Scalar>) {
        _ = rest.popFirst()
        var parameter = ""
        while let next = rest.popFirst() {
            if !(0x30...0x3F).contains(next.value) {
                control(next, Int(parameter) ?? 1)
                return
            }
            parameter.unicodeScalars.append(next)
        }
    }

    private mutating func control(_ final: Unicode.Scalar, _ count: Int) {
        switch final {
        case "A": row -= count
        case "B": row += count
        case "G": column = count - 1
        case "K": rows[row] = Array(rows[row].prefix(column))
        case "J":
            rows[row] = Array(rows[row].prefix(column))
            rows.removeLast(rows.count - row - 1)
        default: break
        }
    }

    /// A row as the eye sees it.
    static func trimmed(_ row: some StringProtocol) -> String {
        var text = String(row)
        while text.last == " " { text.removeLast() }
        return text
    }

    var text: String { rows.map { $0.joined() }.joined(separator: "\n") }
}

@Suite("Redrawing in place")
struct ScreenTests {
    /// A screen that draws on paper.
    final class Desk {
        var paper = Paper()
        lazy var screen = Screen { [unowned self] in paper.write($0) }
    }

    func frame(_ lines: [String], row: Int = 0, column: Int = 0) -> Frame {
        var frame = Frame()
        frame.rows = lines.map { line in
            Frame.Row(
                line.map { Frame.Cell(text: String($0), width: 1, style: .plain) })
        }
        frame.cursorRow = row
        frame.cursorColumn = column
        return frame
    }

    @Test("Whatever comes after whatever, the paper shows the frame and the cursor its place")
    func random() {
        var random = XorShift(state: 77)
        let desk = Desk()
        for _ in 0..<2000 {
            let lines = (0..<Int.random(in: 1...6, using: &random)).map { _ in
                String(
                    (0..<Int.random(in: 0...20, using: &random)).map { _ in
                        "abc ".randomElement(using: &random) ?? "a"
                    })
            }
            let row = Int.random(in: 0..<lines.count, using: &random)
            let column = Int.random(in: 0...min(lines[row].count, 19), using: &random)
            desk.screen.draw(frame(lines, row: row, column: column), columns: 20)
            // Empty rows at the end are there on any paper.
            let shown = Paper.trimmed(desk.paper.text).split(separator: "\n").map(Paper.trimmed)
            let wanted = lines.map { Paper.trimmed($0) }.filter { !$0.isEmpty }
            guard shown.filter({ !$0.isEmpty }) == wanted, desk.paper.row == row,
                desk.paper.column == column
            else {
                Issue.record("\(shown) at \(desk.paper.row), \(desk.paper.column) for \(lines)")
                return
            }
        }
    }

    @Test("A character typed at the end costs one character")
    func minimal() {
        let desk = Desk()
        desk.screen.draw(frame(["saddle> ab"], column: 10), columns: 80)
        let before = desk.paper.written.utf8.count
        desk.screen.draw(frame(["saddle> abc"], column: 11), columns: 80)
        #expect(desk.paper.written.utf8.count - before == 1)
        desk.screen.draw(frame(["saddle> abc"], column: 11), columns: 80)
        #expect(desk.paper.written.utf8.count - before == 1)
    }

    @Test("Erasing leaves nothing, finishing leaves everything and a new line")
    func ends() {
        let desk = Desk()
        desk.screen.draw(frame(["one", "two"], row: 1, column: 3), columns: 20)
        desk.screen.erase(columns: 20)
        #expect(desk.paper.text == "" && desk.screen.isEmpty)
        desk.screen.draw(frame(["one", "two"], row: 0, column: 1), columns: 20)
        desk.screen.finish()
        #expect(desk.paper.text == "one\ntwo\n" && desk.paper.row == 2 && desk.paper.column == 0)
    }

    @Test("After the window became narrower, the rows that the terminal wrapped are taken too")
    func narrower() {
        for (reflow, up) in [(Screen.Reflow.wraps, 5), (.cuts, 2)] {
            var written = ""
            var screen = Screen { written += $0 }
            screen.reflow = reflow
            let wide = String(repeating: "x", count: 40)
            screen.draw(frame([wide, wide, "ab"], row: 2, column: 2), columns: 40)
            written = ""
            screen.erase(columns: 18)
            // Two rows of 40 wrap into three of 18 each; the cursor was in the row after them.
            #expect(written.hasPrefix("\r\u{1B}[\(up == 5 ? 6 : 2)A"))
        }
    }

    @Test("Without colour no colour is written, but what is chosen is still reversed")
    func colourless() {
        var written = ""
        var screen = Screen { written += $0 }
        screen.usesColour = false
        var coloured = frame(["ab"])
        coloured.rows[0].cells[0].style = Style(.red)
        coloured.rows[0].cells[1].style = Style(.green, reversed: true)
        screen.draw(coloured, columns: 20)
        #expect(!written.contains("31") && !written.contains("32") && written.contains("7m"))
    }
}

@Suite("Text on its way to a terminal")
struct TranscriptTests {
    @Test(
        "Colours and newlines pass, everything that could move the cursor does not",
        arguments: [
            ("plain", "plain"), ("a\tb", "a    b"),
            ("\u{1B}[31mred\u{1B}[0m", "\u{1B}[31mred\u{1B}[0m"),
            ("\u{1B}[2Jx", "x"), ("\u{1B}]0;title\u{7}x", "0;titlex"), ("\u{1B}cx", "x"),
            ("a\u{7}b\u{8}", "ab"), ("é\u{9B}31m", "é31m"), ("a\r\nb", "a\nb"), ("\u{1B}", ""),
        ])
    func cleaning(text: String, expected: String) {
        #expect(Transcript.clean(text, keepsColour: true) == expected)
    }

    @Test("Colours go where there are none")
    func colourless() {
        #expect(Transcript.clean("\u{1B}[31mred\u{1B}[0m", keepsColour: false) == "red")
    }

    @Test("A return starts the line again")
    func returns() {
        #expect(Transcript.afterReturn("10 %\r20 %") == "20 %")
        #expect(Transcript.afterReturn("10 %\r20 %\r") == "20 %\r")
    }
}

@Suite("Output around the live rows")
struct StageTests {
    /// A stage that writes to a file, and the file.
    func stage(_ body: (Stage) -> Void) throws -> Paper {
        let path = NSTemporaryDirectory() + "saddle-\(UUID().uuidString)"
        try Data().write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try #require(FileHandle(forWritingAtPath: path))
        withExtendedLifetime(file) {
            body(Stage(descriptor: file.fileDescriptor, usesColour: false))
        }
        var paper = Paper()
        paper.write(try String(contentsOfFile: path, encoding: .utf8))
        return paper
    }

    /// The rows without the empty ones at the end.
    func rows(_ paper: Paper) -> [String] {
        var rows = paper.text.split(separator: "\n", omittingEmptySubsequences: false)
            .map(Paper.trimmed)
        while rows.last?.isEmpty == true { rows.removeLast() }
        return rows
    }

    func typed(_ text: String) -> (Int, Int) -> Frame {
        { columns, rows in
            var editor = LineEditor()
            for scalar in text.unicodeScalars { _ = editor.handle(Key(.character(scalar))) }
            return editor.frame(columns: columns, rows: rows)
        }
    }

    @Test("What is printed stands above the progress line and what is being typed")
    func above() throws {
        let paper = try stage { stage in
            stage.print("one\n")
            stage.show(progress: ["round 1"])
            stage.editor = typed("next")
            stage.refresh()
            stage.print("two\nthr")
            stage.show(progress: ["round 2"])
            stage.print("ee\n")
            stage.show(progress: ["round 3"])
        }
        #expect(rows(paper) == ["one", "two", "three", "round 3", "saddle> next"])
        #expect(paper.row == 4 && paper.column == 12)
    }

    @Test("An unfinished line is seen at once and goes on where it was")
    func partial() throws {
        let dots = try stage { stage in
            for _ in 0..<5 { stage.print(".") }
            stage.print(" done\nnext")
        }
        #expect(rows(dots) == ["..... done", "next"])
        let percent = try stage { stage in
            for share in 0...3 { stage.print("\r\(share) %") }
            stage.endLine()
        }
        #expect(rows(percent) == ["3 %"])
    }

    @Test("Lines typed ahead are seen above the prompt")
    func ahead() throws {
        let paper = try stage { stage in
            stage.show(progress: ["round 1"])
            stage.waiting = ["plot(g)"]
            stage.editor = typed("x")
            stage.refresh()
        }
        #expect(rows(paper) == ["round 1", "  next> plot(g)", "saddle> x"])
    }

    @Test("Curves stand below the progress line and yield to the prompt in a low window")
    func curves() throws {
        let lines = ["round 1"] + (1...12).map { "c\($0) ▁▂▃" }
        let paper = try stage { stage in
            stage.show(progress: lines)
            stage.editor = typed("x")
            stage.refresh()
        }
        let shown = rows(paper)
        #expect(shown == Array(lines.prefix(shown.count - 1)) + ["saddle> x"])
        #expect(shown.count > 2 && shown.count < 12)
    }

    @Test("When nothing is live nothing is left")
    func nothing() throws {
        let paper = try stage { stage in
            stage.show(progress: ["round 1"])
            stage.show(progress: [])
            stage.print("end\n")
        }
        #expect(rows(paper) == ["end"] && paper.row == 1 && paper.column == 0)
    }
}
