/// How many terminal cells a piece of text takes, and where the cursor may stand in it.
///
/// A *cluster* is what the cursor steps over and Backspace removes: a base with its combining
/// marks, an emoji sequence joined by U+200D, a pair of regional indicators.
/// Wide ranges: Unicode Standard Annex 11 (East Asian Width W and F) and emoji presentation.
package enum CellWidth {
    /// Ranges of scalars that take two cells, ascending; emoji come from their own property.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x3247, 0x3250...0x4DBF,
        0x4E00...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19,
        0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18D08,
        0x1AFF0...0x1B2FB, 0x1F200...0x1F202, 0x1F210...0x1F23B, 0x1F240...0x1F248,
        0x1F250...0x1F251, 0x1F260...0x1F265, 0x1F3FB...0x1F3FF, 0x20000...0x2FFFD,
        0x30000...0x3FFFD,
    ]

    /// Cells of one scalar: 0 for marks, format characters and controls, else 1 or 2.
    package static func cells(of scalar: Unicode.Scalar) -> Int {
        let value = scalar.value
        if value < 0x300 { return value < 0x20 || (0x7F..<0xA0).contains(value) ? 0 : 1 }
        if isExtending(scalar) { return 0 }
        if isWide(value) { return 2 }
        return value >= 0x231A && scalar.properties.isEmojiPresentation && !isRegional(scalar)
            ? 2 : 1
    }

    /// Cells of a cluster; a mark without a base is shown on a dotted circle and takes one.
    package static func cells(ofCluster scalars: some Collection<Unicode.Scalar>) -> Int {
        guard let base = scalars.first else { return 0 }
        if scalars.count > 1, base.value >= 0x80 || scalars.contains("\u{20E3}") {
            if isRegional(base) { return 2 }
            if base.properties.isEmoji, scalars.contains("\u{FE0F}") { return 2 }
        }
        return max(cells(of: base), 1)
    }

    /// Cells of a text without newlines.
    package static func cells(of text: String) -> Int {
        let scalars = Array(text.unicodeScalars)
        var start = 0
        var sum = 0
        while start < scalars.count {
            let end = clusterEnd(in: scalars, from: start)
            sum += cells(ofCluster: scalars[start..<end])
            start = end
        }
        return sum
    }

    /// Marks and format characters that join what stands before them.
    package static func isExtending(_ scalar: Unicode.Scalar) -> Bool {
        let value = scalar.value
        if value < 0x300 { return false }
        if (0x1160...0x11FF).contains(value) || (0x1F3FB...0x1F3FF).contains(value) { return true }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return true
        default: return false
        }
    }

    package static func isBoundary(in scalars: [Unicode.Scalar], at index: Int) -> Bool {
        guard index > 0, index < scalars.count else { return true }
        let before = scalars[index - 1]
        let after = scalars[index]
        if after.value < 0x300 || before == "\n" { return true }
        if isExtending(after) { return false }
        if before == "\u{200D}", after.properties.isEmoji { return false }
        if isRegional(before), isRegional(after) {
            var start = index - 1
            while start > 0, isRegional(scalars[start - 1]) { start -= 1 }
            return (index - start) % 2 == 0
        }
        return true
    }

    /// The end of the cluster that begins at `start`.
    package static func clusterEnd(in scalars: [Unicode.Scalar], from start: Int) -> Int {
        var end = min(start + 1, scalars.count)
        if end < scalars.count, isRegional(scalars[start]) {
            // Counted from here: a look back at every step would be quadratic in a long row.
            if isRegional(scalars[end]) { end += 1 }
            while end < scalars.count, isExtending(scalars[end]) { end += 1 }
            return end
        }
        while end < scalars.count, !isBoundary(in: scalars, at: end) { end += 1 }
        return end
    }

    private static func isRegional(_ scalar: Unicode.Scalar) -> Bool {
        (0x1F1E6...0x1F1FF).contains(scalar.value)
    }

    private static func isWide(_ value: UInt32) -> Bool {
        var low = 0
        var high = wide.count - 1
        while low <= high {
            let middle = (low + high) / 2
            if value < wide[middle].lowerBound {
                high = middle - 1
            } else if value > wide[middle].upperBound {
                low = middle + 1
            } else {
                return true
            }
        }
        return false
    }
}
