import Laboratory
import Language
import Testing

/// The generated reference page, completion of paths, and small commands of the language.
@Suite struct ReferenceTests {
    @Test func theReferenceHoldsEveryCommandAndEveryGame() throws {
        let session = Session()
        let page = try session.reference()
        let names = session.complete("", at: 0).matches.filter {
            ["command", "game", "keyword"].contains($0.kind)
        }
        #expect(names.count > 100)
        for name in names { #expect(page.contains("### `\(name.text)`"), "\(name.text)") }
        #expect(page.contains("| `rounds` | a whole number | `1000` | how many rounds to play |"))
        #expect(page.contains("\\mathbb{E}"))
    }

    @Test func theCommandShowsThePage() throws {
        let session = Session()
        let said = Transcript()
        let outcome = session.run(Source(name: "cell", text: "reference()"), output: said)
        #expect(outcome.faults.isEmpty)
        #expect(said.text == (try session.reference()) + "\n")
    }

    @Test(arguments: [
        "/", "//", "///a", "~", "~/", ".", "..", "a\u{301}/", "/\u{301}x", "\u{0}", "a\u{0}b/",
        "\u{FFFD}/\u{200D}", "../../..", "x/../y", "λ/🦆/", "\u{301}",
    ])
    func completionInsideAStringTakesAnyText(_ path: String) {
        let text = "include \"\(path)"
        _ = Session(folder: "/").complete(text, at: text.utf8.count)
    }

    @Test func completionInsideAStringKnowsFiles() {
        let folder = ProgramTests.folder.path
        let text = "include \"included/to"
        let matches = Session(folder: folder).complete(text, at: text.utf8.count).matches
        #expect(matches.map(\.text) == ["included/tools.saddle"])
        let above = "include \"inclu"
        let folders = Session(folder: folder).complete(above, at: above.utf8.count).matches
        #expect(folders.map(\.text) == ["included/"])
    }
}
