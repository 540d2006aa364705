import Language
import Testing

@Suite struct HighlighterTests {
    static func colours(_ text: String) -> String {
        let source = Source(name: "", text: text)
        return highlight(text).map { "\(source.slice($0.0)):\($0.1.rawValue)" }
            .joined(separator: " ")
    }

    @Test func aCommandIsTold() {
        #expect(
            Self.colours("train g, rounds: 500  # go")
                == "train:command g:name ,:operator rounds:label ::operator 500:number # go:comment"
        )
    }

    @Test func aDefinitionIsTold() {
        #expect(
            Self.colours("game g(G, λ = 1) {")
                == "game:keyword g:function (:bracket G:name ,:operator λ:name =:operator 1:number "
                + "):bracket {:bracket")
    }

    @Test func stringsShowTheirValues() {
        #expect(
            Self.colours("print \"a \\(x) b\"")
                == "print:command \"a :string \\(:escape x:name ):escape  b\":string")
    }

    @Test func brokenTextIsColouredAsFarAsItGoes() {
        #expect(Self.colours("a = \"open") == "a:name =:operator \"open:string")
        #expect(Self.colours("g.x $ true") == "g:name .:operator x:member $:unknown true:constant")
    }

    @Test func wordsAreKeywordsOnlyInTheirPlaces() {
        #expect(Self.colours("state k = 0") == "state:keyword k:name =:operator 0:number")
        #expect(Self.colours("state = 0") == "state:name =:operator 0:number")
        #expect(
            Self.colours("minimize D by f: x")
                == "minimize:keyword D:name by:keyword f:name ::operator x:name")
    }
}
