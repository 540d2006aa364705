import Console
import Language
import Testing

@Suite("The history in the editor")
struct EditorHistoryTests {
    let entries = ["train g", "plot(g)", "train h", "samples(g)", "train g, rounds: 5"]

    @Test("Up finds older entries that begin like the line, Down comes back to the line")
    func prefix() {
        var typist = Typist(history: entries)
        typist.type("tr")
        typist.press(Key(.up))
        #expect(typist.text == "train g, rounds: 5")
        typist.press(Key(.up), Key(.up))
        #expect(typist.text == "train g")
        typist.press(Key(.up))
        #expect(typist.last == .bell && typist.text == "train g")
        typist.press(Key(.down), Key(.down), Key(.down))
        #expect(typist.text == "tr")
    }

    @Test("Up on an empty line walks through everything")
    func all() {
        var typist = Typist(history: entries)
        typist.press(Key(.up), Key(.up))
        #expect(typist.text == "samples(g)")
    }

    @Test("In an entry of several lines Up goes on through the history, an edit ends the walk")
    func several() {
        var typist = Typist(history: ["first", "a {\n    b\n}"])
        typist.press(Key(.up), Key(.up))
        #expect(typist.text == "first")
        typist.press(Key(.down), Key(.left), Key(.up))
        #expect(typist.text == "a {\n    b\n}" && !typist.editor.buffer.isOnLastLine)
    }

    @Test("Ctrl-R searches as one types, again for older, Ctrl-G gives up")
    func search() {
        var typist = Typist(history: entries)
        typist.type("keep")
        typist.press(.control("r"))
        typist.type("(g")
        #expect(typist.text == "samples(g)")
        #expect(typist.shown().contains("(search) (g: samples(g)"))
        typist.press(.control("r"))
        #expect(typist.text == "plot(g)")
        typist.press(.control("s"))
        #expect(typist.text == "samples(g)")
        typist.type("zz")
        #expect(typist.last == .bell && typist.shown().contains("(no match)"))
        typist.press(.control("g"))
        #expect(typist.text == "keep")
    }

    @Test("A key that means something else ends the search on what was found")
    func acceptSearch() {
        var typist = Typist(history: entries)
        typist.press(.control("r"))
        typist.type("plot")
        typist.press(.control("a"))
        #expect(typist.marked == "|plot(g)")
        typist.press(.control("r"))
        typist.type("samp\n")
        #expect(typist.last == .submit("samples(g)"))
    }

    @Test("The newest fitting entry is suggested, and accepted whole or by words")
    func suggestion() {
        var typist = Typist(history: entries)
        typist.type("train g")
        #expect(typist.shown().contains("saddle> train g, rounds: 5"))
        typist.press(.alt("f"))
        #expect(typist.text == "train g, rounds")
        typist.press(Key(.right))
        #expect(typist.text == "train g, rounds: 5")
        typist.press(Key(.left))
        #expect(typist.marked == "train g, rounds: |5")
        typist.press(.control("c"))
        var quiet = Typist(history: entries)
        quiet.editor.showsSuggestions = false
        quiet.type("tr")
        #expect(quiet.shown() == "saddle> tr")
    }

    @Test("Repeats and lines that begin with a space are not remembered")
    func remembering() {
        var typist = Typist()
        let answers = ["a", "a", " secret", "  \n"].map { typist.editor.remember($0) }
        #expect(answers == [true, false, false, false])
        #expect(typist.editor.history.entries == ["a"])
    }

    @Test("A keystroke with 10,000 entries takes well under 5 ms")
    func speed() {
        let many = (0..<10_000).map { "train game_\($0), rounds: \($0 * 7)  # attempt \($0)" }
        var typist = Typist(history: many)
        var times: [Duration] = []
        let press = { (key: Key) in
            times.append(
                ContinuousClock().measure {
                    typist.press(key)
                    _ = typist.editor.frame(columns: 200, rows: 50)
                })
        }
        for scalar in "train game_123, rounds: 99999 and something new".unicodeScalars {
            press(Key(.character(scalar)))
        }
        press(.control("r"))
        for scalar in "attempt 17".unicodeScalars { press(Key(.character(scalar))) }
        // Not the slowest: this machine may do other things as well.
        let usual = times.sorted()[times.count * 9 / 10]
        #expect(usual < .milliseconds(5), "nine of ten keystrokes take at most \(usual)")
    }
}
