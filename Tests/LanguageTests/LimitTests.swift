import Foundation
import Language
import Testing

/// Nesting is limited, so that no text exhausts the stack, and the time stays linear.
@Suite struct LimitTests {
    static func faults(_ text: String) -> [String] {
        parse(Source(name: "", text: text)).faults.map(\.message)
    }

    static let tooDeep = "nested more than 200 levels deep"

    static let towers: [(String, String, String)] = [
        ("(", "a", ")"), ("[", "a", "]"), ("{", "a", "}"), ("f(", "a", ")"), ("-", "a", ""),
        ("not ", "a", ""), ("x -> ", "a", ""), ("a[", "0", "]"), ("if a { ", "b", " }"),
        ("a + (", "b", ")"), ("2^", "a", ""), ("time ", "a", ""), ("f(x) = { ", "a", " }"),
        ("while a { ", "b", " }"), ("(x = ", "1", ") -> a"),
    ]

    @Test func nestingIsRefusedWithAClearFault() {
        for (opener, core, closer) in Self.towers {
            let text = Self.repeated(opener, 100_000) + core + Self.repeated(closer, 100_000)
            #expect(Self.faults(text).first == Self.tooDeep, "\(opener)")
        }
    }

    @Test func longChainsAreRefusedToo() {
        for link in [" + b", " * b", " |> f", " and b", " or b", ".b", "(b)", "[0]", " @ b"] {
            let text = "a" + Self.repeated(link, 50_000)
            #expect(Self.faults(text).first == Self.tooDeep, "\(link)")
        }
        #expect(Self.faults("a" + Self.repeated(" + b", 150)).isEmpty)
        #expect(Self.faults("a" + Self.repeated(" < b", 50_000)).isEmpty)
    }

    @Test func chainsInChainsCountTogether() {
        var text = "a"
        for _ in 0..<60 { text = "(" + text + Self.repeated(" + b", 60) + ")" }
        #expect(Self.faults(text).contains(Self.tooDeep))
    }

    @Test func whatIsNotNestedMayBeLong() {
        #expect(Self.faults(Self.repeated("a = f(x, y)\n", 20_000)).isEmpty)
        #expect(Self.faults("[" + Self.repeated("1, ", 50_000) + "]").isEmpty)
        #expect(Self.faults(Self.repeated("if a { b } else ", 1) + "{ c }").isEmpty)
        #expect(Self.faults("if a { b }" + Self.repeated(" else if c { d }", 5_000)).isEmpty)
    }

    @Test func stringsInStringsAreLimited() {
        let text = Self.repeated("\"\\(", 5_000) + "a" + Self.repeated(")\"", 5_000)
        #expect(Self.faults(text).first == "nested more than 16 levels deep")
    }

    @Test func manyFaultsTakeLinearTime() {
        for line in [
            "a b c\n", "f(x\n", "{ ) \n", "a = [1, 2\n", "\"open\n", "def f(x):\n", "🙂\n", "a &\n",
        ] {
            let text = Self.repeated(line, 20_000)
            let clock = ContinuousClock()
            let time = clock.measure { #expect(!Self.faults(text).isEmpty) }
            #expect(time < .seconds(10), "\(line) \(time)")
        }
    }

    /// Whatever looked from a fault back to the beginning of its line would take minutes here.
    @Test func faultsInOneLineOfAMegabyteTakeLinearTimeToo() {
        for piece in ["$a ", "🙂 ", "1e ", "'", "\\", "“", "\\(", "{"] {
            let text = Self.repeated(piece, 1_000_000 / piece.utf8.count)
            let faults = parse(Source(name: "", text: text)).faults
            #expect(!faults.isEmpty, "\(piece)")
            for fault in faults { #expect(render(fault, style: .plain).utf8.count < 2000) }
        }
    }

    @Test func callsMayHaveManyArguments() {
        #expect(Self.faults("f(" + Self.repeated("1, ", 200_000) + "1)").isEmpty)
        let labels = (0..<2000).map { "a\($0): 1, " }.joined()
        #expect(Self.faults("f(\(labels)b: 1)").isEmpty)
        #expect(Self.faults("f(\(labels)a7: 1)").count == 1)
        #expect(Self.faults("f(\(labels)1)").count == 1)
    }

    @Test func theDeepestTreeFitsAnOrdinaryThread() {
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            for (opener, core, closer) in Self.towers {
                for count in [40, 60, 95, 190] {
                    let text = Self.repeated(opener, count) + core + Self.repeated(closer, count)
                    let source = Source(name: "", text: text)
                    let result = parse(source)
                    _ = outline(of: result.program)
                    _ = try? format(source)
                    for case .expression(let expression) in result.program.statements.map(\.kind) {
                        _ = latex(of: expression)
                    }
                }
            }
            done.signal()
        }
        thread.stackSize = 2 << 20
        thread.start()
        #expect(done.wait(timeout: .now() + 60) == .success)
    }

    static func repeated(_ text: String, _ count: Int) -> String {
        String(repeating: text, count: count)
    }
}
