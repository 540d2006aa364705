/// A small generator of numbers (SplitMix64, Steele et al. 2014), so that a failure can be repeated
/// from its seed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
    mutating func pick<T>(_ items: [T]) -> T { items[below(items.count)] }
}

/// Writes random programs by the grammar, with random white space, comments and line breaks.
struct RandomProgram {
    var random: SplitMix
    var budget = 0

    init(seed: UInt64) { random = SplitMix(state: seed) }

    static let names = [
        "x", "y", "z", "G", "D", "data", "λ", "x̂", "x̃", "ε", "∇", "mean", "norm", "relu", "linear",
        "game", "state", "report", "time", "by", "x_1", "θ₁", "\\lambda", "x\\hat", "日本",
    ]

    mutating func program() -> String {
        budget = 4 + random.below(30)
        var text = ""
        for _ in 0...random.below(4) { text += statement(0) + separator() }
        return text
    }

    private mutating func space() -> String {
        random.pick(["", " ", " ", " ", "  ", "\t", "\u{A0}"])
    }

    private mutating func separator() -> String {
        random.pick(["\n", "\n", "\n\n", "\n\n\n", "; ", ";", "  # note\n", "\n## words\n", "\r\n"])
    }

    private mutating func name() -> String { random.pick(Self.names) }

    private mutating func spend() -> Bool {
        budget -= 1
        return budget > 0
    }

    mutating func statement(_ level: Int) -> String {
        let e = expression(0)
        switch random.below(level > 3 ? 9 : 24) {
        case 0, 1: return e
        case 2, 3: return "\(name())\(space())=\(space())\(e)"
        case 4: return "\(name()), \(name()) = \(e)"
        case 5: return "\(name())\(space())~\(space())\(e)"
        case 6: return "\(name()) \(random.pick(["+=", "-=", "*=", "/=", "^=", "@=", "%="])) \(e)"
        case 7: return "\(name()) \(name())\(arguments(", "))"
        case 8:
            return random.pick([
                "return \(e)", "?\(name())", "help", "help \(name())", "?", "return",
            ])
        case 9: return "for \(name()) in \(e) \(block(level))"
        case 10: return "while \(e) \(block(level))"
        case 11: return "repeat \(e) \(block(level))"
        case 12: return "game f(\(parameters())) \(block(level))"
        case 13: return "network N(\(parameters()))\(space())\(block(level))"
        case 14: return "f(\(parameters()))\(space())=\(space())\(e)"
        case 15: return "minimize D\(random.chance(30) ? ", E" : ""): \(e)"
        case 16: return "maximize D by \(expression(2)): \(e)"
        case 17: return "\(random.pick(["state", "report", "param"])) k = \(e)"
        case 18: return "interact t in \(e) \(block(level))"
        case 19: return "\(random.pick(["time", "animate"])) \(name()) = \(e)"
        case 20: return "include \"file.saddle\""
        case 21:
            return
                "if \(e) \(block(level)) else if \(expression(1)) \(block(level))\nelse \(block(level))"
        case 22: return "\(name())[\(subscripts())] = \(e)"
        default: return "f(\(parameters())) = \(block(level))"
        }
    }

    private mutating func block(_ level: Int) -> String {
        guard spend() else { return "{}" }
        switch random.below(4) {
        case 0: return "{ \(statement(level + 1)) }"
        case 1: return "{ \(statement(level + 1)); \(statement(level + 1)) }"
        case 2: return "{  # why\n\(statement(level + 1))\n}"
        default:
            return "{\n\(statement(level + 1))\(separator())\n  # last\n\(statement(level + 1))\n}"
        }
    }

    private mutating func parameters() -> String {
        let first = random.pick(["x", "G, D", "G, D, data", ""])
        guard !first.isEmpty, random.chance(40) else { return first }
        return "\(first), a = \(expression(2))"
    }

    private mutating func arguments(_ before: String) -> String {
        var text = ""
        for _ in 0..<random.below(3) { text += before + expression(2) }
        if random.chance(30) { text += "\(before)rounds: \(expression(2))" }
        return text
    }

    private mutating func subscripts() -> String {
        random.pick(["..", "0", "..<3", "2...", ".., 0", "x + 1, 2", "1..<3, .."])
    }

    mutating func expression(_ level: Int) -> String {
        guard level < 6, spend() else { return atom() }
        let next = level + 1
        let gap = space()
        switch random.below(18) {
        case 0, 1:
            let sign = random.pick(["+", "-", "*", "/", "@", "%", "^", "−", "×", "·"])
            return
                "\(expression(next))\(gap)\(sign)\(random.chance(8) ? "\n" : gap)\(expression(next))"
        case 2:
            let sign = random.pick(["==", "!=", "<", "<=", ">", ">=", "≤", "≠", "\\leq"])
            return "\(expression(next)) \(sign) \(expression(next))"
        case 3: return "\(expression(next)) \(random.pick(["and", "or"])) \(expression(next))"
        case 4: return "\(expression(next))\(random.chance(20) ? "\n" : " ")|> \(expression(next))"
        case 5: return "(\(expression(0)))"
        case 6: return "(\(expression(0)), \(expression(0)))"
        case 7: return "[\(expression(0)),\(random.chance(20) ? " # in\n" : "")\(expression(0))]"
        case 8, 9: return "\(name())(\(expression(0))\(arguments(",")))"
        case 10: return "\(name())[\(subscripts())]"
        case 11: return "\(atom()).\(random.pick(["G", "history", "in"]))"
        case 12: return "-\(expression(next))"
        case 13: return "not \(expression(next))"
        case 14:
            return
                "(\(random.pick(["x -> ", "(x, y) -> ", "(x = 2) -> ", "() -> "]))\(expression(0)))"
        case 15: return "if \(expression(next)) { \(expression(0)) } else { \(expression(0)) }"
        case 16: return "(0..<\(expression(next)))"
        default: return "\"a \\(\(expression(4))) b\\n\""
        }
    }

    private mutating func atom() -> String {
        switch random.below(8) {
        case 0...3: name()
        case 4, 5: random.pick(["0", "1", "2.5", ".5", "1.", "1e-4", "1_000", "4 GB", "500MB"])
        case 6: "\"text\""
        default: random.pick(["true", "false", "none", "[]", "1", "π"])
        }
    }
}

/// Damages texts: removes, doubles, swaps and inserts pieces.
struct Mutator {
    var random: SplitMix
    static let fragments = [
        "(", ")", "[", "]", "{", "}", "\"", "\\(", "\\", "#", "\n", ";", ",", ":", "=", "==", "->",
        "|>", "..<", "...", "..", "~", "?", "if ", "else ", "for ", " in ", "return ", "game ",
        "minimize ", "not ", "-", "+", "^", ".", "1", "1e", "0x", "\u{301}", "\u{202E}", "“", "'",
        "/*", "//", "**", "&&", "def ", "import ", "lambda x: ", "\u{0}", "🙂", "GB", " time ", "%",
    ]

    mutating func mutate(_ text: String) -> String {
        var scalars = Array(text.unicodeScalars)
        for _ in 0...random.below(4) {
            let place = random.below(scalars.count + 1)
            let end = min(scalars.count, place + random.below(8))
            switch random.below(5) {
            case 0: scalars.removeSubrange(place..<end)
            case 1:
                scalars.insert(
                    contentsOf: scalars[place..<end], at: random.below(scalars.count + 1))
            case 2 where place < scalars.count:
                scalars.swapAt(place, random.below(scalars.count))
            default:
                scalars.insert(contentsOf: random.pick(Self.fragments).unicodeScalars, at: place)
            }
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
