import Laboratory
import Language
import Testing

/// Results in rows and columns, and games that are played without a word.
@Suite struct TableTests {
    private func transcript(_ program: String) -> (text: String, faults: [String]) {
        let output = Transcript()
        let outcome = Session().run(Source(name: "test", text: program), output: output)
        return (output.text, outcome.faults.map(\.message))
    }

    @Test func aTableHasColumnsOfOneWidth() {
        let found = transcript(
            "table [[\"least squares\", 1 / 3], [\"θ\", mean([1, 2])]], columns: [\"loss\", \"x\"]")
        #expect(found.faults.isEmpty)
        #expect(
            found.text == """
                loss           x
                ─────────────────────
                least squares  0.3333
                θ              1.500

                """)
    }

    @Test func aTableIsHTMLToo() throws {
        final class Kept: Output {
            var html = ""
            var liveness: Liveness { .none }
            func write(_ text: String, to stream: TextStream) {}
            func display(_ bundle: MIMEBundle, id: String?) {
                if case .text(let text)? = bundle.contents["text/html"] { html += text }
            }
            func update(_ bundle: MIMEBundle, id: String) {}
            func progress(_ progress: Language.Progress) {}
            func clear(wait: Bool) {}
            func ask(_ prompt: String, secret: Bool) throws -> String { "" }
        }
        let output = Kept()
        _ = Session().run(
            Source(name: "test", text: "table [[\"<b>\", 2]], title: \"a & b\""), output: output)
        #expect(output.html.contains("<caption>a &amp; b</caption>"))
        #expect(output.html.contains("&lt;b&gt;</td>"))
    }

    @Test(arguments: [
        ("table []", "table needs rows"),
        ("table [1, 2]", "table expects rows, but got a number"),
        ("table [[1, 2], [3]]", "table got a row of 1 value beside one of 2"),
        ("table [[1, 2]], columns: [\"a\"]", "table got a row of 1 value beside one of 2"),
    ])
    func aWrongTableIsAFault(_ program: String, _ sentence: String) {
        #expect(transcript(program).faults == [sentence])
    }

    @Test func aQuietTrainingSaysNothingAndTrains() {
        let game = """
            G = noise(2) |> linear(2)
            D = points(2) |> linear(1)
            g = lsgan(G, D, ring(8))

            """
        #expect(transcript(game + "train g, rounds: 3, quiet: true\nprint g.round").text == "3\n")
        #expect(transcript(game + "train g, rounds: 3\nprint g.round").text != "3\n")
    }
}
