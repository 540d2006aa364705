import Console
import Language
import Testing

@Suite("Completion in the editor")
struct CompletionTests {
    @Test("One match goes in at once")
    func one() {
        var typist = Typist()
        typist.type("x = sam")
        typist.press(Key(.tab))
        #expect(typist.text == "x = samples")
        typist.press(Key(.tab))
        #expect(typist.shown().contains("samples(g)") && typist.shown().contains("Draws."))
    }

    @Test("A symbol's name becomes the symbol")
    func symbol() {
        var typist = Typist()
        typist.type("2 * \\lambda")
        typist.press(Key(.tab))
        #expect(typist.text == "2 * λ")
    }

    @Test("The whole name of a symbol wins over longer names")
    func wholeSymbol() {
        let services = LineEditor.Services(complete: { _, cursor in
            Completion(
                [
                    .init("ψ", kind: "symbol", summary: "\\psi"),
                    .init("ϕ", kind: "symbol", summary: "\\psix"),
                ], start: 0, end: cursor)
        })
        var typist = Typist(services: services)
        typist.type("\\psi")
        typist.press(Key(.tab))
        #expect(typist.text == "ψ")
        typist.press(.control("c"))
        typist.editor.reset()
        typist.type("\\ps")
        typist.press(Key(.tab))
        #expect(typist.text == "\\ps")
    }

    @Test("Several matches open a menu that Tab goes through and Esc takes back")
    func menu() {
        var typist = Typist()
        typist.type("t")
        typist.press(Key(.tab))
        #expect(typist.text == "t")
        #expect(typist.shown(columns: 80).contains("train   train(game)  Plays rounds."))
        typist.press(Key(.tab), Key(.tab))
        #expect(typist.text == "tanh")
        typist.press(Key(.tab, .shift))
        #expect(typist.text == "train")
        typist.press(Key(.tab, .shift))
        #expect(typist.text == "tensor")
        typist.press(Key(.escape))
        #expect(typist.text == "t" && !typist.shown().contains("tanh"))
    }

    @Test("Enter takes what is chosen without running the line; one step undoes it")
    func accept() {
        var typist = Typist()
        typist.type("t")
        typist.press(Key(.tab), Key(.tab), Key(.enter))
        #expect(typist.text == "train" && typist.last == LineEditor.Action.none)
        typist.press(.control("_"))
        #expect(typist.text == "t")
    }

    @Test("Any other key closes the menu and acts")
    func other() {
        var typist = Typist()
        typist.type("t")
        typist.press(Key(.tab), Key(.tab))
        typist.type("(")
        #expect(typist.text == "train(")
    }

    @Test("The common beginning of all matches goes in first")
    func shared() {
        let services = LineEditor.Services(complete: { _, cursor in
            Completion(
                [.init("critic_steps", kind: "argument"), .init("critic_rate", kind: "argument")],
                start: 0, end: cursor)
        })
        var typist = Typist(services: services)
        typist.type("c")
        typist.press(Key(.tab))
        #expect(typist.text == "critic_")
        typist.press(Key(.tab))
        #expect(typist.text == "critic_steps")
    }

    @Test("In the indentation of a line Tab indents")
    func indent() {
        var typist = Typist()
        typist.type("{\n")
        typist.press(Key(.tab))
        #expect(typist.text == "{\n        ")
    }

    @Test("A range outside the text is no completion")
    func nonsense() {
        let services = LineEditor.Services(complete: { _, _ in
            Completion([.init("x", kind: "function")], start: 5, end: 99)
        })
        var typist = Typist(services: services)
        typist.type("ab")
        typist.press(Key(.tab))
        #expect(typist.last == .bell && typist.text == "ab")
    }

    @Test("Shift-Tab shows what is under the cursor until the next key")
    func inspect() {
        var typist = Typist()
        typist.type("train")
        typist.press(Key(.tab, .shift))
        #expect(typist.shown().contains("Plays rounds."))
        typist.type("x")
        #expect(!typist.shown().contains("Plays rounds."))
    }

    @Test("A menu never takes more rows than the window has")
    func small() {
        var typist = Typist()
        typist.type("t")
        typist.press(Key(.tab))
        for rows in 1...6 {
            let frame = typist.editor.frame(columns: 30, rows: rows)
            #expect(frame.rows.count <= rows)
            #expect(frame.rows.allSatisfy { $0.width <= 30 })
        }
    }
}
