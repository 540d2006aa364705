import Language
import Testing

@Suite struct CompletenessTests {
    @Test(arguments: [
        "", "a", "x = 3", "# note", "f(x) = { x }", "if a { b }", "train g, rounds: 5", "a;",
        "G = noise(64)\n  |> relu", "help", "?",
    ])
    func aWholeTextIsComplete(_ text: String) {
        #expect(completeness(of: text) == .complete)
    }

    @Test(arguments: [
        ("game g(G, D) {", 4), ("game g(G, D) {\n    repeat 5 {", 8),
        ("game g(G, D) {\n    x ~ data", 4), ("f(x,", 4), ("a = [1,", 4), ("a = [\n    f(1,", 8),
        ("a =", 4), ("a +", 4), ("a |>", 4), ("a and", 4), ("train g,", 4), ("x ~", 4),
        ("if a", 0), ("for i in 0..<3", 0), ("f(x) = {\n    a +", 8), ("minimize D:", 4),
        ("game g(G, D) {\n    minimize D: mean(x)\n", 4), ("x ->", 4), ("foo({", 4),
    ])
    func aTextCutShortIsIncompleteWithItsIndent(_ text: String, _ spaces: Int) {
        #expect(
            completeness(of: text) == .incomplete(indent: String(repeating: " ", count: spaces)))
    }

    @Test(arguments: [
        "a = )", "f(x]", "a b c", "\"text", "def f(x):", "game g(G, D) {\n    a b c\n", "}",
        "f(x\nb = 3", "a ** b +", "1e",
    ])
    func aWrongTextIsInvalid(_ text: String) {
        #expect(completeness(of: text) == .invalid)
    }
}
