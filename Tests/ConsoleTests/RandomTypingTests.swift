import Console
import Language
import Testing

/// A small generator with a seed, so that a failure can be seen again (Marsaglia 2003, xorshift64).
struct XorShift: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}

@Suite("Random bytes")
struct RandomTypingTests {
    /// Types bytes in pieces, with everything the loop does, and looks at the state after each key.
    func type(_ count: Int, seed: UInt64, _ byte: (inout XorShift) -> UInt8) {
        var random = XorShift(state: seed)
        var decoder = KeyDecoder()
        var editor = LineEditor(
            services: .testing, history: History(["train g", "a {\n  b\n}", "λ漢👩‍🔬"]))
        var screen = Screen { _ in }
        var typed = 0
        while typed < count {
            let size = Int.random(in: 1...40, using: &random)
            typed += size
            var keys = decoder.feed((0..<size).map { _ in byte(&random) })
            if Int.random(in: 0..<4, using: &random) == 0 { keys += decoder.flush() }
            for key in keys {
                switch editor.handle(key) {
                case .submit(let text):
                    if editor.history.count < 100 { _ = editor.remember(text) }
                    editor.reset()
                case .cancel, .leave: editor.reset()
                case .edit(let text): editor.replaceAll(with: text)
                default: break
                }
                if !editor.isSound {
                    Issue.record("unsound after \(key), seed \(seed), byte \(typed)")
                    return
                }
            }
            let columns = Int.random(in: 1...200, using: &random)
            let rows = Int.random(in: 1...50, using: &random)
            let frame = editor.frame(columns: columns, rows: rows)
            let isInside =
                frame.cursorRow < frame.rows.count && frame.rows.count <= rows
                && frame.cursorColumn < max(columns, 2)
                && frame.rows.allSatisfy { $0.width <= max(columns, 2) }
            if !isInside {
                Issue.record("frame outside \(columns)x\(rows), seed \(seed), byte \(typed)")
                return
            }
            screen.draw(frame, columns: max(columns, 2))
            // A long line makes each step slow without making it another.
            if editor.buffer.scalars.count > 400 { editor.reset() }
        }
    }

    @Test("A million random bytes leave a sound editor")
    func bytes() {
        type(1_000_000, seed: 0x5EED) { UInt8.random(in: 0...255, using: &$0) }
    }

    @Test("So do 300,000 bytes that are mostly escape sequences and controls")
    func sequences() {
        let common = Array(
            "\u{1B}\u{1B}[[O;:0123456789~uABCDHFZ\t\r\u{1}\u{5}\u{B}\u{19}\u{12}ty(){ ".utf8)
        type(300_000, seed: 0xACE) { random in
            common[Int.random(in: 0..<common.count, using: &random)]
        }
    }

    @Test("So do 200,000 bytes with pastes and every kind of Unicode")
    func unicode() {
        let pieces = [
            "\u{1B}[200~", "\u{1B}[201~", "漢", "\u{301}", "👩‍🔬", "🇫🇷", "\u{200D}", "x", "\n", "\u{12}",
            "\u{1B}[A", "\t", "\u{FE0F}", "\u{7F}", "\u{17}", "\u{1B}y", "\u{19}", "\u{1F}",
        ].map { Array($0.utf8) }
        var queue: [UInt8] = []
        type(200_000, seed: 0xF00D) { random in
            if queue.isEmpty {
                queue = pieces[Int.random(in: 0..<pieces.count, using: &random)].reversed()
            }
            return queue.popLast() ?? 0
        }
    }
}
