import Language

/// The text being edited and the cursor, which always stands between two clusters.
package struct TextBuffer: Sendable, Equatable {
    package private(set) var scalars: [Unicode.Scalar] = []
    package private(set) var cursor = 0

    package init() {}

    package init(_ text: String) {
        scalars = TextBuffer.clean(text)
        cursor = scalars.count
    }

    package var text: String { String(String.UnicodeScalarView(scalars)) }
    package var isEmpty: Bool { scalars.isEmpty }
    var isAtEnd: Bool { cursor == scalars.count }

    /// A text as it may stand in the buffer: newlines as `\n`, tabs as spaces, no controls.
    static func clean(_ text: String) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\r": result.append("\n")
            case "\n": if previous != "\r" { result.append("\n") }
            case "\t": result.append(contentsOf: "    ".unicodeScalars)
            case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value): break
            default: result.append(scalar)
            }
            previous = scalar
        }
        return result
    }

    // MARK: Changes

    mutating func insert(_ text: String) { insert(TextBuffer.clean(text)) }

    mutating func insert(_ added: [Unicode.Scalar]) {
        scalars.insert(contentsOf: added, at: cursor)
        move(to: cursor + added.count)
    }

    /// Removes a range; the cursor moves with the text, or to the range's place when inside it.
    @discardableResult
    mutating func remove(_ range: Range<Int>) -> [Unicode.Scalar] {
        let range = range.clamped(to: 0..<scalars.count)
        let removed = Array(scalars[range])
        scalars.removeSubrange(range)
        let shifted = cursor >= range.upperBound ? cursor - range.count : range.lowerBound
        move(to: min(cursor, shifted))
        return removed
    }

    mutating func replace(_ range: Range<Int>, with text: String) {
        let range = range.clamped(to: 0..<scalars.count)
        let added = TextBuffer.clean(text)
        scalars.replaceSubrange(range, with: added)
        move(to: range.lowerBound + added.count)
    }

    /// Puts the cursor at an offset, or at the next place between clusters.
    mutating func move(to offset: Int) {
        cursor = min(max(offset, 0), scalars.count)
        while !CellWidth.isBoundary(in: scalars, at: cursor) { cursor += 1 }
    }

    // MARK: Places

    var previous: Int { previous(before: cursor) }
    var next: Int { next(after: cursor) }

    func previous(before offset: Int) -> Int {
        var place = max(offset - 1, 0)
        while !CellWidth.isBoundary(in: scalars, at: place) { place -= 1 }
        return place
    }

    func next(after offset: Int) -> Int {
        var place = min(offset + 1, scalars.count)
        while !CellWidth.isBoundary(in: scalars, at: place) { place += 1 }
        return place
    }

    func lineStart(at offset: Int) -> Int {
        (scalars[..<offset].lastIndex(of: "\n") ?? -1) + 1
    }

    func lineEnd(at offset: Int) -> Int {
        scalars[offset...].firstIndex(of: "\n") ?? scalars.count
    }

    var lineStart: Int { lineStart(at: cursor) }
    var lineEnd: Int { lineEnd(at: cursor) }
    package var isOnFirstLine: Bool { lineStart == 0 }
    package var isOnLastLine: Bool { lineEnd == scalars.count }

    /// The spaces at the start of the cursor's line.
    var indent: String {
        String(String.UnicodeScalarView(scalars[lineStart..<cursor].prefix { $0 == " " }))
    }

    /// The start of the word before the cursor, as Alt-B goes.
    var wordStart: Int {
        var place = cursor
        while place > 0, !TextBuffer.isWord(scalars[place - 1]) { place -= 1 }
        while place > 0, TextBuffer.isWord(scalars[place - 1]) { place -= 1 }
        return place
    }

    /// The end of the word after the cursor, as Alt-F goes.
    var wordEnd: Int {
        var place = cursor
        while place < scalars.count, !TextBuffer.isWord(scalars[place]) { place += 1 }
        while place < scalars.count, TextBuffer.isWord(scalars[place]) { place += 1 }
        return place
    }

    /// The start of the stretch without white space before the cursor, as Ctrl-W goes.
    var stretchStart: Int {
        var place = cursor
        while place > 0, scalars[place - 1].properties.isWhitespace { place -= 1 }
        while place > 0, !scalars[place - 1].properties.isWhitespace { place -= 1 }
        return place
    }

    package static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isAlphabetic || CellWidth.isExtending(scalar)
            || scalar.properties.numericType != nil
    }

    /// The cursor's column in cells from its line's start.
    var column: Int { width(from: lineStart, to: cursor) }

    /// The offset on the line that begins at `start` whose column is nearest below `column`.
    func offset(column: Int, lineStart start: Int) -> Int {
        let end = lineEnd(at: start)
        var place = start
        var width = 0
        while place < end {
            let after = min(next(after: place), end)
            width += CellWidth.cells(ofCluster: scalars[place..<after])
            if width > column { break }
            place = after
        }
        return place
    }

    private func width(from start: Int, to end: Int) -> Int {
        var place = start
        var sum = 0
        while place < end {
            let after = min(next(after: place), end)
            sum += CellWidth.cells(ofCluster: scalars[place..<after])
            place = after
        }
        return sum
    }

    /// The cursor is inside the text and between clusters, and the text holds no control.
    package var isSound: Bool {
        cursor >= 0 && cursor <= scalars.count && CellWidth.isBoundary(in: scalars, at: cursor)
            && scalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0.value != 0x7F }
    }
}
