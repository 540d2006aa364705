import Foundation
import Laboratory
import Language
import Testing

/// Random well-formed programs through a session: nothing traps or hangs, and the machine's short
/// way gives what the general operators give. `SADDLE_FUZZ_SESSION=100000` sets their number.
@Suite struct SessionFuzzTests {
    static var count: Int {
        ProcessInfo.processInfo.environment["SADDLE_FUZZ_SESSION"].flatMap { Int($0) } ?? 2000
    }

    /// The same expression as a function's body, which is instructions, and inside a list, which is
    /// closures: equal values, or the same fault.
    @Test func instructionsAndClosuresAgree() {
        var faults = 0
        for seed in 0..<UInt64(Self.count) {
            var writer = RandomValues(state: seed &+ 1)
            let expression = writer.expression(0)
            let (quick, general) = (
                answer("f() = \(expression)", "f()", writer),
                answer("", "[\(expression)][0]", writer)
            )
            if quick != general {
                Issue.record("seed \(seed): \(quick) against \(general) from \(expression)")
                return
            }
            if quick.hasPrefix("fault") { faults += 1 }
        }
        #expect(faults > Self.count / 100 && faults < Self.count * 9 / 10, "\(faults) faults")
    }

    private func answer(_ before: String, _ text: String, _ writer: RandomValues) -> String {
        let session = Session()
        let program = writer.setting + before + "\nanswer = \(text)\n[answer, k, l]"
        let outcome = session.run(Source(name: "fuzz", text: program), output: Silence())
        guard let fault = outcome.faults.first else { return outcome.result?.plain ?? "nothing" }
        return "fault: \(fault.message) | \(fault.hint ?? "")"
    }

    @Test func wholeProgramsEnd() {
        for seed in 0..<UInt64(Self.count) {
            var writer = RandomValues(state: seed &* 7 &+ 3)
            let text =
                writer.setting
                + (0..<6).map { _ in writer.statement(0) }
                .joined(separator: "\n")
            let session = Session()
            let outcome = session.run(Source(name: "fuzz", text: text), output: Silence())
            for fault in outcome.faults where fault.kind == .fault || fault.kind == .syntax {
                Issue.record("seed \(seed): \(fault.message)\nfrom:\n\(text)")
                return
            }
        }
    }
}

/// Writes programs that parse, over names that have values of every common sort.
struct RandomValues {
    private var state: UInt64
    private var budget = 24
    private var names = 0

    init(state: UInt64) { self.state = state }

    let setting = """
        a = 3; b = -0.5; k = 0; t = true; s = "ab"; l = [1, 2, 3, 4]; m = [[1], "x", none]
        x = linspace(-1, 1, 4); y = ones([2, 4]); n = none; r = 1...3
        half(v) = v / 2
        pick(v, i = 0) = { if i > 2 { return v }; k += 1; v[i] }
        later = v -> v + k

        """

    private mutating func next(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }

    private mutating func one(of items: [String]) -> String { items[next(items.count)] }

    private mutating func atom() -> String {
        next(40) == 0
            ? one(of: ["t", "s", "m", "x", "y", "n", "r", "l", "nothing_here", "true", "none"])
            : one(of: ["a", "b", "k", "0", "1", "2", "-1", "0.25", "a", "l[1]", "1e300", "inf"])
    }

    /// Mostly of numbers; now and then something does not fit.
    mutating func expression(_ level: Int) -> String {
        budget -= 1
        guard level < 5, budget > 0 else { return atom() }
        func inner() -> String { expression(level + 1) }
        switch next(17) {
        case 0...6:
            return "(\(inner()) \(one(of: ["+", "-", "*", "/", "%", "^"])) \(inner()))"
        case 7: return "(-(\(inner())))"
        case 8, 9: return "(if \(truth(level + 1)) { \(inner()) } else { \(inner()) })"
        case 10: return "\(one(of: ["half", "later", "sqrt", "abs", "floor"]))(\(inner()))"
        case 11: return "\(one(of: ["max", "min"]))(\(inner()), \(inner()))"
        case 12: return "l[\(inner()) % 4]"
        case 13: return "pick(l, \(one(of: ["0", "1", "a", "k"])))"
        case 14: return "{ k += \(atom()); \(inner()) }"
        case 15: return next(5) == 0 ? truth(level + 1) : "sum(x * \(inner()))"
        default: return "[\(inner()), \(inner())][\(one(of: ["0", "1"]))]"
        }
    }

    private mutating func truth(_ level: Int) -> String {
        func inner() -> String { expression(level + 1) }
        switch next(8) {
        case 0...3:
            return "(\(inner()) \(one(of: ["<", "<=", "==", "!=", ">", ">="])) \(inner()))"
        case 4: return "(\(inner()) < \(inner()) <= \(inner()))"
        case 5 where level < 6:
            return "(\(truth(level + 1)) \(one(of: ["and", "or"])) \(truth(level + 1)))"
        case 6 where level < 6: return "(not (\(truth(level + 1))))"
        default: return one(of: ["t", "true", "false", "(a == none)"])
        }
    }

    mutating func statement(_ level: Int) -> String {
        budget = 10
        let value = expression(2)
        func body() -> String { level > 2 ? "k += 1" : statement(level + 1) }
        names += 1
        switch next(14) {
        case 0, 1: return "\(one(of: ["a", "b", "k", "q"])) = \(value)"
        case 2:
            return
                "\(one(of: ["a", "b", "k", "l", "s", "x"])) \(one(of: ["+=", "-=", "*="])) \(value)"
        case 3: return "l[\(expression(3))] = \(value)"
        case 4: return "l[\(one(of: ["0", "-1", "k", "9"]))] += \(value)"
        case 5: return "for i\(names) in 0..<4 { \(body()); if i\(names) == a { break } }"
        case 6: return "for e\(names) in \(one(of: ["l", "m", "x", "r", "s", value])) { \(body()) }"
        case 7:
            return
                "w\(names) = 0; while w\(names) < 3 { w\(names) += 1; if \(value) { continue }; \(body()) }"
        case 8: return "repeat \(one(of: ["2", "a", "0"])) { \(body()) }"
        case 9: return "if \(value) { \(body()) } else { \(body()) }"
        case 10: return "f\(names)(v) = { \(body()); v }; f\(names)(\(value))"
        case 11: return "a, b = \(value), \(expression(3))"
        case 12:
            return
                "g\(names)() = { for j in 0..<3 { if j == 1 { return \(value) }; \(body()) } }; g\(names)()"
        default: return value
        }
    }
}
