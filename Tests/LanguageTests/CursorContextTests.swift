import Language
import Testing

@Suite struct CursorContextTests {
    /// The context at the mark `¦`.
    static func context(_ marked: String) -> CursorContext {
        let scalars = Array(marked.unicodeScalars)
        let cursor = scalars.firstIndex(of: "¦") ?? scalars.count
        return cursorContext(of: marked.filter { $0 != "¦" }, at: cursor)
    }

    @Test func aNameIsReplacedFromItsStartToItsEnd() {
        let context = Self.context("a = 1\nba¦r + 2")
        #expect(context.place == .name)
        #expect(context.prefix == "ba")
        #expect((context.start, context.end) == (6, 9))
        #expect(context.word == "bar")
        #expect(context.isAtStatementStart)
    }

    @Test(arguments: [
        ("g.his¦", "g", "his"), ("g.history.¦", "g.history", ""), ("x = f(a)[0].¦", "f(a)[0]", ""),
        ("1 + g(2).lo¦", "g(2)", "lo"), ("f(a, b.¦", "b", ""),
        ("g = f(a, [1])\ng.his¦", "g", "his"), ("x = [1]; g.¦", "g", ""),
        ("f(a)\n(b).¦", "(b)", ""), ("{ a } g.¦", "g", ""), ("f(x,\n  g.h[1].¦", "g.h[1]", ""),
    ])
    func aMemberKnowsItsBase(_ text: String, _ base: String, _ prefix: String) {
        let context = Self.context(text)
        #expect(context.place == .member(of: base))
        #expect(context.prefix == prefix)
    }

    @Test func aCallKnowsItsNameAndUsedLabels() {
        let inner = Self.context("train(g, rounds: 5, ba¦").call
        #expect(inner?.callee == "train")
        #expect(inner?.labels == ["rounds"])
        #expect(inner?.argument == 2)
        #expect(inner?.isCommand == false)
        #expect(Self.context("f(g(x, y: 3), ¦").call?.callee == "f")
        #expect(Self.context("f(g(x, ¦").call?.callee == "g")
        #expect(Self.context("g.train(¦").call?.callee == "g.train")
        #expect(Self.context("a = (b + ¦").call == nil)
    }

    @Test func aCommandIsACallToo() {
        let call = Self.context("train g, rounds: ¦").call
        #expect(call?.callee == "train")
        #expect(call?.label == "rounds")
        #expect(call?.isCommand == true)
        #expect(Self.context("train ¦").call?.callee == "train")
        #expect(Self.context("time train g, ¦").call?.callee == "train")
        #expect(Self.context("a = ¦").call == nil)
        #expect(Self.context("a\n¦").call == nil)
    }

    @Test func symbolsAndStringsAndCommentsAreTold() {
        let symbol = Self.context("x\\ha¦")
        #expect(symbol.place == .symbol)
        #expect(symbol.prefix == "\\ha")
        #expect(symbol.start == 1)
        let string = Self.context("save g, \"fi¦le\"")
        #expect(string.place == .string)
        #expect(string.prefix == "fi")
        #expect(string.call?.callee == "save")
        #expect(Self.context("load \"fi¦").place == .string)
        #expect(Self.context("a # no ¦").place == .comment)
    }

    @Test func insideAStringsValueItIsCodeAgain() {
        for text in ["print \"a \\(x + lo¦) b\"", "print \"a \\(x + lo¦"] {
            let context = Self.context(text)
            #expect(context.place == .name)
            #expect(context.prefix == "lo")
            #expect(!context.isAtStatementStart)
        }
    }

    @Test func cursorsCountScalars() {
        let context = Self.context("x̂ = 🙂; λ̂a¦")
        #expect(context.prefix == "λ̂a")
        #expect(context.end - context.start == 3)
    }

    /// What stands far away changes nothing, and costs next to nothing.
    @Test func inALongTextTheNeighbourhoodCounts() {
        let far = String(repeating: "é = [1, 2]\n", count: 50_000)
        let count = far.unicodeScalars.count
        for text in ["train(g, rou", "x = \"file", "λ̂a", "g.hist", "a # no ", "f(1, ", "print "] {
            let cursor = text.unicodeScalars.count
            var near = cursorContext(of: text, at: cursor)
            near.start += count
            near.end += count
            for behind in ["", "\n" + far] {
                #expect(cursorContext(of: far + text + behind, at: count + cursor) == near)
            }
        }
        let line = String(repeating: "🙂", count: 50_000)
        let context = cursorContext(of: line + " lsg" + line, at: 50_004)
        #expect(context.prefix == "lsg")
        #expect(context.start == 50_001)
    }

    /// Each open bracket is looked at once.
    @Test func bracketsThatNobodyClosesCostNoMoreThanOthers() {
        let open = String(repeating: "([", count: 8_000)
        let context = Self.context("f(" + open + "x¦")
        #expect(context.prefix == "x")
        #expect(context.call?.callee == "f")
    }

    @Test func anyPlaceInAnyTextIsAnswered() {
        for seed in 0..<UInt64(300) {
            var generator = RandomProgram(seed: seed)
            var mutator = Mutator(random: SplitMix(state: seed))
            let text = mutator.mutate(generator.program())
            let count = text.unicodeScalars.count
            for cursor in stride(from: -1, through: count + 1, by: 3) {
                let context = cursorContext(of: text, at: cursor)
                #expect(context.start >= 0 && context.start <= context.end && context.end <= count)
            }
        }
    }

    @Test func symbolsHaveTheirNames() {
        #expect(SymbolNames.symbol(for: "lambda") == "λ")
        #expect(SymbolNames.symbol(for: "hat") == "\u{302}")
        #expect(SymbolNames.symbol(for: "nope") == nil)
        #expect(SymbolNames.names.count > 200)
        for name in SymbolNames.names {
            let faults = parse(Source(name: "", text: "\\" + name)).faults
            #expect(!faults.contains { $0.message.hasPrefix("no symbol") }, "\(name)")
        }
    }
}
