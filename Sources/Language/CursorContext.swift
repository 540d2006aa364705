/// What stands around the cursor, as far as the text alone can tell: what completion, hints and
/// inspection begin with. All places are Unicode scalars from the start of the text.
package struct CursorContext: Sendable, Equatable {
    package enum Place: Sendable, Equatable {
        /// A name or the beginning of one, possibly empty, where an expression or statement stands.
        case name
        /// Behind `base.`, for example `g.hist`.
        case member(of: String)
        /// Behind a backslash, which belongs to the prefix: the beginning of a symbol's name.
        case symbol
        /// Inside a string, outside its `\( )`.
        case string
        /// In a comment: nothing to complete.
        case comment
    }

    /// An unfinished call around the cursor.
    package struct Call: Sendable, Equatable {
        /// `train`, `g.train`, `linear`.
        package var callee: String
        package var labels: [String]
        /// How many arguments stand before the one with the cursor.
        package var argument: Int
        /// The label of the argument with the cursor, when it has one.
        package var label: String?
        /// Without parentheses: `train g, rounds: 5`.
        package var isCommand: Bool
    }

    package var place: Place
    /// What is typed of the word at the cursor, up to the cursor; for a string the text before it.
    package var prefix: String
    /// Where the word begins and ends: what a completion replaces.
    package var start: Int
    package var end: Int
    /// The innermost call around the cursor.
    package var call: Call?
    /// The word begins a statement: commands and keywords fit.
    package var isAtStatementStart: Bool
    /// The word under the cursor, whole: what inspection explains. Empty between words.
    package var word: String
}

/// What the cursor is in. `offset` counts Unicode scalars and may be anything.
///
/// Of a long text only the neighbourhood of the cursor is read, so that an answer takes
/// milliseconds whatever the text.
package func cursorContext(of text: String, at offset: Int) -> CursorContext {
    let near = Neighbourhood(of: text, at: max(offset, 0))
    var reader = CursorReader(near.text, near.cursor)
    var context = reader.context()
    context.start += near.start
    context.end += near.start
    return context
}

private struct CursorReader {
    let scalars: [Unicode.Scalar]
    let cursor: Int
    let tokens: [Token]
    let comments: [Comment]
    /// The byte offset of every scalar, and one behind the last.
    let bytes: [Int]

    init(_ text: String, _ offset: Int) {
        scalars = Array(text.unicodeScalars)
        cursor = min(max(offset, 0), scalars.count)
        var bytes = [0]
        for scalar in scalars { bytes.append((bytes.last ?? 0) + UTF8.width(scalar)) }
        self.bytes = bytes
        var lexer = Lexer(Source(name: "", text: text))
        lexer.run()
        tokens = lexer.tokens
        comments = lexer.comments
    }

    mutating func context() -> CursorContext {
        let byte = bytes[cursor]
        var tokens = self.tokens[...]
        var place = CursorContext.Place.name
        if isInComment(byte) {
            return CursorContext(
                place: .comment, prefix: "", start: cursor, end: cursor, call: nil,
                isAtStatementStart: false, word: "")
        }
        var textStart: Int?
        var isInString = false
        if let string = string(at: byte, in: self.tokens) {
            isInString = true
            if let inner = string.inner {
                tokens = inner[...]
            } else {
                textStart = string.textStart
            }
        }
        var (start, end) = word()
        if let textStart {
            place = .string
            start = scalar(of: textStart)
            end = cursor
        } else if start > 0, scalars[start - 1] == "\\" {
            place = .symbol
            start -= 1
        }
        let startByte = bytes[start]
        let before = tokens.prefix { $0.span.lower < startByte && !$0.isEnd }
        if place == .name, let base = base(before) { place = .member(of: base) }
        return CursorContext(
            place: place, prefix: string(start, cursor), start: start, end: end,
            call: call(Array(before), upTo: startByte),
            isAtStatementStart: place == .name && !isInString && isStart(before),
            word: place == .string ? "" : string(start, end))
    }

    /// A comment begins before the place, on its line.
    private func isInComment(_ byte: Int) -> Bool {
        guard let comment = comments.last(where: { $0.span.lower < byte }) else { return false }
        let between = string(scalar(of: comment.span.lower), cursor)
        return !between.unicodeScalars.contains(where: Characters.isLineEnd)
    }

    private func string(_ lower: Int, _ upper: Int) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[min(lower, upper)..<upper])
        return String(view)
    }

    private func scalar(of byte: Int) -> Int {
        var (low, high) = (0, scalars.count)
        while low < high {
            let middle = (low + high) / 2
            if bytes[middle] < byte { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The name around the cursor.
    private func word() -> (Int, Int) {
        var start = cursor
        while start > 0, Characters.continuesName(scalars[start - 1]) { start -= 1 }
        while start < cursor, !Characters.beginsName(scalars[start]) { start += 1 }
        var end = cursor
        if start < cursor || (end < scalars.count && Characters.beginsName(scalars[end])) {
            while end < scalars.count, Characters.continuesName(scalars[end]) { end += 1 }
        }
        return (start, end)
    }

    /// The string around a place: its text, or the tokens of its `\( )`.
    private func string(
        at byte: Int, in tokens: [Token]
    ) -> (textStart: Int, inner: [Token]?)? {
        for token in tokens where token.kind == .string {
            guard token.span.lower < byte else { break }
            let isOpen = isUnterminated(token)
            guard byte < token.span.upper || (isOpen && byte <= token.span.upper) else { continue }
            var textStart = token.span.lower + 1
            for case .tokens(let inner, let span) in token.pieces {
                if byte >= span.lower, byte <= span.upper {
                    return string(at: byte, in: inner) ?? (textStart, inner)
                }
                if span.upper < byte { textStart = span.upper + 1 }
            }
            // An unfinished `\(` has no piece of its own: read what follows it.
            let typed = string(scalar(of: textStart), cursor)
            if let opening = typed.range(ofLast: "\\("), isOpen {
                var lexer = Lexer(Source(name: "", text: String(typed[opening...])))
                lexer.run()
                let shift = byte - typed[opening...].utf8.count
                return (textStart, lexer.tokens.map { $0.shifted(by: shift) })
            }
            return (textStart, nil)
        }
        return nil
    }

    private func isUnterminated(_ token: Token) -> Bool {
        let upper = scalar(of: token.span.upper)
        return upper == 0 || scalars[upper - 1] != "\"" || token.span.upper - token.span.lower < 2
    }

    // MARK: What stands before

    /// The text of `g.history` before `.name`.
    private func base(_ before: ArraySlice<Token>) -> String? {
        guard before.last?.isSymbol(.dot) == true else { return nil }
        var first = before.endIndex - 1
        var open = 0
        while first > before.startIndex {
            let token = before[first - 1]
            if open == 0, !token.isSymbol(.dot), !extendsOperand(before[first]) { break }
            if case .symbol(let symbol) = token.kind {
                if symbol.isCloser {
                    open += 1
                } else if symbol.closer != nil {
                    if open == 0 { break }
                    open -= 1
                } else if open == 0, symbol != .dot {
                    break
                }
            }
            first -= 1
        }
        guard first < before.endIndex - 1 else { return nil }
        return string(
            scalar(of: before[first].span.lower), scalar(of: before[before.endIndex - 1].span.lower)
        )
    }

    /// Whether a token goes on with what stands before it: a member, a call's or an index's bracket.
    private func extendsOperand(_ token: Token) -> Bool {
        if token.isSymbol(.dot) { return true }
        return !token.beginsLine
            && (token.isSymbol(.leftParenthesis) || token.isSymbol(.leftBracket))
    }

    private func isStart(_ before: ArraySlice<Token>) -> Bool {
        guard let last = before.last else { return true }
        if last.isSymbol(.semicolon) || last.isSymbol(.leftBrace) { return true }
        if (last.text == "time" || last.text == "animate") && last.isName {
            return isStart(before.dropLast())
        }
        let between = string(scalar(of: last.span.upper), cursor)
        guard between.unicodeScalars.contains(where: Characters.isLineEnd) else { return false }
        if case .symbol(let symbol) = last.kind, !symbol.isCloser { return false }
        return openBracket(before) == nil
    }

    /// The index of the innermost `(` or `[` that is open.
    private func openBracket(_ tokens: ArraySlice<Token>) -> Int? {
        guard let last = openBrackets(tokens).last, !tokens[last].isSymbol(.leftBrace) else {
            return nil
        }
        return last
    }

    /// The indices of all brackets that are open, the innermost last.
    private func openBrackets(_ tokens: ArraySlice<Token>) -> [Int] {
        var open: [Int] = []
        for (index, token) in zip(tokens.indices, tokens) {
            guard case .symbol(let symbol) = token.kind else { continue }
            if symbol.closer != nil {
                open.append(index)
            } else if symbol.isCloser {
                _ = open.popLast()
            }
        }
        return open
    }

    private func call(_ before: [Token], upTo byte: Int) -> CursorContext.Call? {
        for opening in openBrackets(before[...]).reversed() {
            if before[opening].isSymbol(.leftBrace) { break }
            if before[opening].isSymbol(.leftParenthesis), opening > 0,
                let callee = callee(before: opening, in: before)
            {
                return call(callee, before[(opening + 1)...], isCommand: false)
            }
        }
        return command(before)
    }

    private func callee(before opening: Int, in tokens: [Token]) -> String? {
        var first = opening
        guard tokens[first - 1].isWord || tokens[first - 1].isSymbol(.rightParenthesis),
            !tokens[opening].followsSpace || tokens[first - 1].isName
        else { return nil }
        while first > 0, tokens[first - 1].isName || tokens[first - 1].isSymbol(.dot) {
            if first < opening, tokens[first - 1].isName, !tokens[first].isSymbol(.dot) { break }
            first -= 1
        }
        guard first < opening else { return nil }
        return string(
            scalar(of: tokens[first].span.lower), scalar(of: tokens[opening - 1].span.upper))
    }

    /// A command on the line of the cursor: a name, a space, and the beginning of an argument.
    private func command(_ before: [Token]) -> CursorContext.Call? {
        var first = before.count
        while first > 0 {
            let token = before[first - 1]
            if token.isSymbol(.semicolon) || token.isSymbol(.leftBrace) { break }
            first -= 1
            if token.beginsLine, first == 0 || !before[first - 1].isSymbol(.comma) { break }
        }
        while first < before.count, before[first].text == "time" || before[first].text == "animate"
        {
            first += 1
        }
        guard first < before.count, before[first].isName else { return nil }
        let rest = before[(first + 1)...]
        if let next = rest.first {
            guard next.followsSpace,
                next.isWord || next.kind == .string || next.isSymbol(.leftBracket)
                    || isNumber(next)
            else { return nil }
        } else {
            let between = string(scalar(of: before[first].span.upper), cursor)
            guard !between.isEmpty, !between.unicodeScalars.contains(where: Characters.isLineEnd)
            else { return nil }
        }
        return call(before[first].text, rest, isCommand: true)
    }

    private func isNumber(_ token: Token) -> Bool {
        if case .number = token.kind { true } else { false }
    }

    private func call(
        _ callee: String, _ arguments: ArraySlice<Token>, isCommand: Bool
    ) -> CursorContext.Call {
        var call = CursorContext.Call(
            callee: callee, labels: [], argument: 0, label: nil, isCommand: isCommand)
        var open = 0
        for (index, token) in zip(arguments.indices, arguments) {
            guard case .symbol(let symbol) = token.kind else { continue }
            if symbol.closer != nil { open += 1 } else if symbol.isCloser { open -= 1 }
            guard open == 0 else { continue }
            if symbol == .comma {
                call.argument += 1
                call.label = nil
            } else if symbol == .colon, index > arguments.startIndex, arguments[index - 1].isWord {
                call.labels.append(arguments[index - 1].text)
                call.label = arguments[index - 1].text
            }
        }
        return call
    }
}

extension Token {
    fileprivate func shifted(by bytes: Int) -> Token {
        var copy = self
        copy.span = Span(span.lower + bytes, span.upper + bytes)
        return copy
    }
}

extension String {
    /// Where the text behind the last occurrence of a mark begins.
    fileprivate func range(ofLast mark: String) -> String.Index? {
        let bytes = Array(utf8)
        let wanted = Array(mark.utf8)
        guard bytes.count >= wanted.count else { return nil }
        for start in stride(from: bytes.count - wanted.count, through: 0, by: -1)
        where Array(bytes[start..<(start + wanted.count)]) == wanted {
            return utf8.index(startIndex, offsetBy: start + wanted.count)
        }
        return nil
    }
}
