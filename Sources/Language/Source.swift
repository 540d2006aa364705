/// A text that is run, with the name under which diagnostics speak of it: `cell 3`, `game.saddle`.
package final class Source: Sendable {
    package let name: String
    package let text: String
    package let bytes: [UInt8]
    /// Byte offset at which each line begins.
    private let lineStarts: [Int]

    package init(name: String, text: String) {
        self.name = name
        self.text = text
        bytes = Array(text.utf8)
        var starts = [0]
        for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
            starts.append(offset + 1)
        }
        lineStarts = starts
    }

    package var lineCount: Int { lineStarts.count }

    /// The place of a byte offset: line and column count from one, the column in Unicode scalars.
    package func place(of offset: Int) -> (line: Int, column: Int) {
        let offset = min(max(offset, 0), bytes.count)
        let number = lineNumber(at: offset)
        let column = bytes[lineStarts[number - 1]..<offset].count { $0 & 0xC0 != 0x80 }
        return (number, column + 1)
    }

    /// The line of a byte offset, counting from one. Unlike the column it costs next to nothing in
    /// a line of megabytes.
    package func lineNumber(at offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle - 1 }
        }
        return low + 1
    }

    /// The text of a line (counting from one) without its newline.
    package func line(_ number: Int) -> String {
        slice(span(ofLine: number))
    }

    /// Where a line (counting from one) stands, without its newline.
    package func span(ofLine number: Int) -> Span {
        guard number >= 1, number <= lineStarts.count else { return Span(0, 0) }
        let start = lineStarts[number - 1]
        var end = number < lineStarts.count ? lineStarts[number] - 1 : bytes.count
        if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return Span(start, end)
    }

    /// The text under a span.
    package func slice(_ span: Span) -> String {
        let lower = min(max(span.lower, 0), bytes.count)
        let upper = min(max(span.upper, lower), bytes.count)
        return String(decoding: bytes[lower..<upper], as: UTF8.self)
    }
}

/// A half-open range of UTF-8 byte offsets in a `Source`.
package struct Span: Sendable, Hashable {
    package var lower: Int
    package var upper: Int

    package init(_ lower: Int, _ upper: Int) {
        self.lower = lower
        self.upper = upper
    }

    /// The smallest span that covers both.
    package func union(_ other: Span) -> Span {
        Span(min(lower, other.lower), max(upper, other.upper))
    }
}
