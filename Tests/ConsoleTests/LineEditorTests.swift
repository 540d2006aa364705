import Console
import Language
import Testing

@Suite("The line editor")
struct LineEditorTests {
    @Test("Typing, moving and deleting act at the cursor")
    func typing() {
        var typist = Typist()
        typist.type("helo")
        typist.press(Key(.left))
        typist.type("l")
        #expect(typist.marked == "hell|o")
        typist.press(.control("a"), Key(.delete))
        #expect(typist.marked == "|ello")
        typist.press(.control("e"), Key(.backspace))
        #expect(typist.marked == "ell|")
    }

    @Test("Words are crossed and cut by Alt keys, in either direction")
    func words() {
        var typist = Typist()
        typist.type("alpha beta_2 + gamma")
        typist.press(.alt("b"), .alt("b"))
        #expect(typist.marked == "alpha |beta_2 + gamma")
        typist.press(.alt("f"))
        #expect(typist.marked == "alpha beta_2| + gamma")
        typist.press(Key(.backspace, .alt))
        #expect(typist.marked == "alpha | + gamma")
        typist.press(.alt("d"))
        #expect(typist.marked == "alpha |")
        typist.press(.control("y"))
        #expect(typist.marked == "alpha beta_2 + gamma|")
    }

    @Test("Cuts in a row are one entry, and Alt-Y goes back through the ring")
    func killRing() {
        var typist = Typist()
        typist.type("one two three")
        typist.press(.control("w"), .control("w"))
        #expect(typist.text == "one ")
        typist.press(.control("u"))
        // The third cut followed the second, so all three are one entry.
        typist.press(.control("y"))
        #expect(typist.text == "one two three")
        typist.press(.control("a"), .control("k"))
        typist.type("x")
        typist.press(.control("u"), .control("y"))
        #expect(typist.text == "x")
        typist.press(.alt("y"))
        #expect(typist.text == "one two three")
        typist.press(Key(.left), .alt("y"))
        #expect(typist.last == .bell)
    }

    @Test("Undo goes back word by word and redo forth")
    func undo() {
        var typist = Typist()
        typist.type("ab cd")
        typist.press(.control("_"))
        #expect(typist.text == "ab")
        typist.press(.control("_"))
        #expect(typist.text == "")
        typist.press(.control("_"))
        #expect(typist.last == .bell)
        typist.press(.alt("_"), .alt("_"))
        #expect(typist.text == "ab cd")
    }

    @Test("Enter submits what is complete and indents what is not")
    func enter() {
        var typist = Typist()
        typist.type("f(a,\nb)")
        #expect(typist.text == "f(a,\n    b)")
        typist.type("\n")
        #expect(typist.last == .submit("f(a,\n    b)"))
    }

    @Test("Enter above the last line breaks the line and keeps its indentation")
    func enterInside() {
        var typist = Typist()
        typist.type("{\na\n}")
        typist.press(Key(.up))
        typist.type("\n")
        #expect(typist.last == LineEditor.Action.none)
        #expect(typist.text.split(separator: "\n", omittingEmptySubsequences: false).count == 4)
    }

    @Test("A closing brace alone on its line goes back one step")
    func outdent() {
        var typist = Typist()
        typist.type("repeat 3 {\nx\n}")
        #expect(typist.text == "repeat 3 {\n    x\n}")
    }

    @Test("A text that the language refuses is submitted, so that the fault is shown")
    func invalid() {
        var typist = Typist()
        typist.type("f)\n")
        #expect(typist.last == .submit("f)"))
    }

    @Test("Lines that begin with ; or ? are submitted whatever they hold")
    func modes() {
        var typist = Typist()
        typist.type(";echo (\n")
        #expect(typist.last == .submit(";echo ("))
        typist.press(.control("c"))
        #expect(typist.shown().contains("shell>"))
    }

    @Test("A paste goes in as it is, its last newline and copied prompts taken off")
    func paste() {
        var typist = Typist()
        typist.press(Key(.paste("a = {\r\n\tb\r\n}\r\n")))
        #expect(typist.text == "a = {\n    b\n}")
        typist.press(Key(.enter))
        #expect(typist.last == .submit("a = {\n    b\n}"))
        typist.editor.reset()
        typist.press(Key(.paste("saddle> f(\n      >     x)\n")))
        #expect(typist.text == "f(\n    x)")
        typist.editor.reset()
        typist.press(Key(.paste("a\u{1B}[2Jb\u{7}c")))
        #expect(typist.text == "a[2Jbc")
    }

    @Test("Ctrl-D deletes in a line and leaves on an empty one; Ctrl-C cancels; Ctrl-Z suspends")
    func leaving() {
        var typist = Typist()
        typist.type("a")
        typist.press(Key(.left), .control("d"))
        #expect(typist.text == "" && typist.last == LineEditor.Action.none)
        typist.press(.control("d"))
        #expect(typist.last == .leave)
        typist.press(.control("c"))
        #expect(typist.last == .cancel)
        typist.press(.control("z"), .control("l"))
        #expect(typist.actions.suffix(2) == [.suspend, .clearScreen])
        typist.type("x")
        typist.press(.control("x"), .control("e"))
        #expect(typist.last == .edit("x"))
    }

    @Test("Up and down keep the column through lines of any width")
    func vertical() {
        var typist = Typist()
        typist.press(Key(.paste("long line\nb\n漢字 wide")))
        typist.press(Key(.left), Key(.left))
        typist.press(Key(.up))
        #expect(typist.marked == "long line\nb|\n漢字 wide")
        typist.press(Key(.up))
        #expect(typist.marked == "long li|ne\nb\n漢字 wide")
        typist.press(Key(.down), Key(.down))
        #expect(typist.marked == "long line\nb\n漢字 wi|de")
    }

    @Test("A cluster is stepped over and deleted as one")
    func clusters() {
        var typist = Typist()
        typist.press(Key(.paste("x\u{302}👩‍🔬🇫🇷漢")))
        typist.press(Key(.left), Key(.left), Key(.left))
        #expect(typist.marked == "x\u{302}|👩‍🔬🇫🇷漢")
        typist.press(Key(.backspace))
        #expect(typist.marked == "|👩‍🔬🇫🇷漢")
        typist.press(Key(.delete), Key(.delete))
        #expect(typist.marked == "|漢")
    }

    @Test("Letters are swapped and words change case")
    func letters() {
        var typist = Typist()
        typist.type("teh game")
        typist.press(Key(.home), .control("f"), .control("f"), .control("t"))
        #expect(typist.text == "the game")
        typist.press(.control("a"), .alt("u"), .alt("c"))
        #expect(typist.text == "THE Game")
    }

    @Test("Ctrl-] goes to the bracket's partner, past brackets in strings")
    func partner() {
        var typist = Typist()
        typist.type("f(\")\", [1])")
        typist.press(.control("]"))
        #expect(typist.marked == "f|(\")\", [1])")
    }

    @Test("Every key of the table does something and has a summary")
    func table() {
        for group in LineEditor.groups {
            for binding in group.bindings {
                #expect(!binding.summary.isEmpty)
                var typist = Typist(history: ["older (entry)"])
                typist.press(Key(.paste("one two\n(three) four\nfive")), Key(.left), Key(.up))
                typist.press(.control("w"), .control("y"))
                for key in binding.keys {
                    if group.title == "after Ctrl-X" { typist.press(.control("x")) }
                    typist.press(key)
                    #expect(typist.editor.isSound)
                }
            }
        }
        let count = LineEditor.groups.flatMap(\.bindings).flatMap(\.keys).count
        #expect(
            LineEditor.bindings.count + LineEditor.chords.count == count, "a key is bound twice")
    }
}
