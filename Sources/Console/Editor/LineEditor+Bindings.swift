extension LineEditor {
    /// Keys and what they do; the same table gives the help of `keys`.
    package struct Binding: Sendable {
        package let keys: [Key]
        package let summary: String
        let run: @Sendable (inout LineEditor) -> Action

        init(
            _ keys: [Key], _ summary: String,
            _ run: @escaping @Sendable (inout LineEditor) -> Action
        ) {
            self.keys = keys
            self.summary = summary
            self.run = run
        }
    }

    /// By group, in the order in which help shows them.
    package static let groups: [(title: String, bindings: [Binding])] = [
        ("move", moves), ("delete and bring back", cuts), ("lines and history", lines),
        ("after Ctrl-X", afterChord),
    ]

    package static let bindings: [Key: Binding] = index(moves + cuts + lines)
    package static let chords: [Key: Binding] = index(afterChord)

    private static func index(_ bindings: [Binding]) -> [Key: Binding] {
        var table: [Key: Binding] = [:]
        for binding in bindings {
            for key in binding.keys { table[key] = binding }
        }
        return table
    }

    private static let moves = [
        Binding([Key(.left), .control("b")], "one character back") {
            $0.move(to: $0.buffer.previous)
        },
        Binding([Key(.right), .control("f")], "one character on; accepts a suggestion at the end") {
            $0.isAtSuggestion ? $0.acceptSuggestion() : $0.move(to: $0.buffer.next)
        },
        Binding([.alt("b"), Key(.left, .control), Key(.left, .alt)], "one word back") {
            $0.move(to: $0.buffer.wordStart)
        },
        Binding(
            [.alt("f"), Key(.right, .control), Key(.right, .alt)],
            "one word on; accepts a word of a suggestion"
        ) { $0.isAtSuggestion ? $0.acceptSuggestedWord() : $0.move(to: $0.buffer.wordEnd) },
        Binding([.control("a"), Key(.home)], "start of the line") {
            $0.move(to: $0.buffer.lineStart)
        },
        Binding([.control("e"), Key(.end)], "end of the line; accepts a suggestion") {
            $0.isAtSuggestion ? $0.acceptSuggestion() : $0.move(to: $0.buffer.lineEnd)
        },
        Binding([.alt("<"), Key(.home, .control)], "start of the text") { $0.move(to: 0) },
        Binding([.alt(">"), Key(.end, .control)], "end of the text") {
            $0.move(to: $0.buffer.scalars.count)
        },
        Binding([.control("]")], "the bracket that belongs to this one") { $0.moveToPartner() },
    ]

    private static let cuts = [
        Binding([Key(.backspace)], "delete the character before the cursor") {
            $0.delete($0.buffer.previous..<$0.buffer.cursor)
        },
        Binding([Key(.delete)], "delete the character after the cursor") {
            $0.delete($0.buffer.cursor..<$0.buffer.next)
        },
        Binding([.control("d")], "delete the character after the cursor; leave on an empty line") {
            $0.buffer.isEmpty ? .leave : $0.delete($0.buffer.cursor..<$0.buffer.next)
        },
        Binding([.control("w")], "cut back to white space") {
            $0.cut($0.buffer.stretchStart..<$0.buffer.cursor, .before)
        },
        Binding(
            [Key(.backspace, .alt), Key(.backspace, .control)], "cut back to the start of the word"
        ) { $0.cut($0.buffer.wordStart..<$0.buffer.cursor, .before) },
        Binding([.alt("d"), Key(.delete, .control), Key(.delete, .alt)], "cut to the word's end") {
            $0.cut($0.buffer.cursor..<$0.buffer.wordEnd, .after)
        },
        Binding([.control("k")], "cut to the end of the line") { $0.cutToLineEnd() },
        Binding([.control("u")], "cut back to the start of the line") {
            $0.cut($0.buffer.lineStart..<$0.buffer.cursor, .before)
        },
        Binding([.control("y")], "bring back what was cut") { $0.yank() },
        Binding([.alt("y")], "after Ctrl-Y: what was cut before that") { $0.yankPrevious() },
        Binding([.control("_"), .control("/")], "undo") { $0.stepBack() },
        Binding([.alt("_"), .alt("/")], "redo") { $0.stepForward() },
        Binding([.control("t")], "swap the characters around the cursor") { $0.transpose() },
        Binding([.alt("u")], "word in capitals") { $0.recase { $0.uppercased() } },
        Binding([.alt("l")], "word in small letters") { $0.recase { $0.lowercased() } },
        Binding([.alt("c")], "word with a capital") {
            $0.recase { $0.prefix(1).uppercased() + $0.dropFirst().lowercased() }
        },
    ]

    private static let lines = [
        Binding(
            [Key(.enter), .control("j"), .control("m")], "run; a new line where more must come"
        ) {
            $0.enter()
        },
        Binding([Key(.enter, .alt), Key(.enter, .shift), .control("o")], "a new line") {
            $0.newLine()
        },
        Binding([Key(.up), .control("p")], "line above; older entry that begins like this") {
            $0.up()
        },
        Binding([Key(.down), .control("n")], "line below; newer entry that begins like this") {
            $0.down()
        },
        Binding(
            [.alt("p"), Key(.pageUp), Key(.up, .alt)],
            "older entry, whichever line the cursor is on"
        ) { $0.older() },
        Binding(
            [.alt("n"), Key(.pageDown), Key(.down, .alt)],
            "newer entry, whichever line the cursor is on"
        ) { $0.newer() },
        Binding([.control("r")], "search the history") { $0.beginSearch() },
        Binding([Key(.tab), .control("i")], "complete; again: next in the menu") { $0.complete() },
        Binding([Key(.tab, .shift), .alt("h")], "what is under the cursor") { $0.inspect() },
        Binding([.control("l")], "clear the screen") { _ in .clearScreen },
        Binding([.control("c")], "throw the line away; stop a running program") { _ in .cancel },
        Binding([.control("z")], "suspend") { _ in .suspend },
        Binding([.control("g"), Key(.escape)], "close what is open below the line") { _ in .none },
        Binding([.control("x")], "begin a chord") {
            $0.isInChord = true
            return .none
        },
    ]

    private static let afterChord = [
        Binding([.control("e")], "edit the text with $EDITOR") { .edit($0.buffer.text) },
        Binding([.control("u")], "undo") { $0.stepBack() },
        Binding([.control("x")], "start or end of the text") {
            $0.move(to: $0.buffer.cursor == 0 ? $0.buffer.scalars.count : 0)
        },
    ]
}
