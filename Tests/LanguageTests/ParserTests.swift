import Testing

import Language

@Suite struct ParserTests {
    @Test func aGameHasItsStatementsInOrder() throws {
        let text = """
            ## Least squares.
            game lsgan(G, D, data, a = 0) {
                x ~ data
                minimize D: mean((D(x) - a)^2)
            }
            """
        let result = parse(Source(name: "cell", text: text))
        #expect(result.faults.isEmpty)
        guard case .game(let game)? = result.program.statements.first?.kind,
            case .block(let body) = game.body.kind
        else {
            Issue.record("not a game")
            return
        }
        #expect(game.documentation == "Least squares.")
        #expect(game.parameters.map(\.name.text) == ["G", "D", "data", "a"])
        #expect(body.statements.count == 2)
    }
}
