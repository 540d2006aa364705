/// A text that may be broken at certain places, laid out within a width (Wadler 2003).
indirect enum Layout {
    case text(String)
    case sequence([Layout])
    /// A space, or a line end where the group does not fit.
    case line
    /// Two spaces, or a line end where the group does not fit.
    case wideLine
    /// Nothing, or a line end where the group does not fit.
    case softLine
    /// A line end.
    case hardLine
    /// A line end with a blank line behind it.
    case blankLine
    /// Four spaces more at the line ends within, if the group is broken.
    case indented(Layout)
    /// On lines of its own, four spaces further in.
    case body(Layout)
    /// Fits on its line, or breaks at all its lines.
    case group(Layout)
    /// On one line, come what may.
    case flat(Layout)
    /// Breaks every group around it.
    case broken
    /// Lines that stay as they are, the first at the current place.
    case verbatim(String)

    static let width = 100
    static let step = 4
}

extension Layout {
    private struct Item {
        var indent: Int
        var isFlat: Bool
        var layout: Layout
    }

    /// The text, with spaces at line ends removed.
    func rendered() -> String {
        var output = ""
        var column = 0
        var pending = 0
        var stack = [Item(indent: 0, isFlat: false, layout: self)]
        func newLine(_ indent: Int) {
            while output.utf8.last == UInt8(ascii: " ") { output.unicodeScalars.removeLast() }
            output += "\n"
            pending = indent
            column = indent
        }
        func write(_ text: String) {
            if text.isEmpty { return }
            if pending > 0 { output += String(repeating: " ", count: pending) }
            pending = 0
            output += text
            column += CellWidth.cells(of: text)
        }
        while let item = stack.popLast() {
            switch item.layout {
            case .text(let text): write(text)
            case .sequence(let parts):
                for part in parts.reversed() {
                    stack.append(Item(indent: item.indent, isFlat: item.isFlat, layout: part))
                }
            case .line: if item.isFlat { write(" ") } else { newLine(item.indent) }
            case .wideLine: if item.isFlat { write("  ") } else { newLine(item.indent) }
            case .softLine: if !item.isFlat { newLine(item.indent) }
            case .hardLine: newLine(item.indent)
            case .blankLine:
                output += "\n"
                newLine(item.indent)
            case .indented(let inner):
                let indent = item.indent + (item.isFlat ? 0 : Self.step)
                stack.append(Item(indent: indent, isFlat: item.isFlat, layout: inner))
            case .body(let inner):
                newLine(item.indent + Self.step)
                stack.append(
                    Item(indent: item.indent + Self.step, isFlat: false, layout: inner))
            case .group(let inner):
                let flat = Item(indent: item.indent, isFlat: true, layout: inner)
                let fits = item.isFlat || Self.fits(flat, rest: stack, in: Self.width - column)
                stack.append(Item(indent: item.indent, isFlat: fits, layout: inner))
            case .flat(let inner):
                stack.append(Item(indent: item.indent, isFlat: true, layout: inner))
            case .broken: break
            case .verbatim(let text):
                write(text)
                if let last = text.split(separator: "\n", omittingEmptySubsequences: false).last {
                    column = CellWidth.cells(of: String(last))
                }
            }
        }
        return output
    }

    /// The item and what follows it fit up to the next line end.
    private static func fits(_ item: Item, rest: [Item], in width: Int) -> Bool {
        var left = width
        var stack = [item]
        var next = rest.count - 1
        var isInside = true
        while left >= 0 {
            guard let item = stack.popLast() else {
                guard next >= 0 else { return true }
                isInside = false
                stack.append(rest[next])
                next -= 1
                continue
            }
            switch item.layout {
            case .text(let text): left -= CellWidth.cells(of: text)
            case .sequence(let parts):
                for part in parts.reversed() {
                    stack.append(Item(indent: item.indent, isFlat: item.isFlat, layout: part))
                }
            case .line:
                if !item.isFlat { return true }
                left -= 1
            case .wideLine:
                if !item.isFlat { return true }
                left -= 2
            case .softLine: if !item.isFlat { return true }
            case .hardLine, .blankLine, .body: return true
            case .indented(let inner), .group(let inner):
                stack.append(Item(indent: item.indent, isFlat: item.isFlat, layout: inner))
            case .flat(let inner):
                stack.append(Item(indent: item.indent, isFlat: true, layout: inner))
            case .broken: if isInside { return false }
            case .verbatim(let text):
                let first = text.split(separator: "\n", omittingEmptySubsequences: false).first
                return CellWidth.cells(of: String(first ?? "")) <= left
            }
        }
        return false
    }

    /// How many columns it takes on one line; too many when it has line ends of its own.
    var flatWidth: Int {
        switch self {
        case .text(let text): CellWidth.cells(of: text)
        case .sequence(let parts): parts.reduce(0) { min(Self.width + 1, $0 + $1.flatWidth) }
        case .line: 1
        case .wideLine: 2
        case .softLine: 0
        case .indented(let inner), .group(let inner), .flat(let inner): inner.flatWidth
        case .hardLine, .blankLine, .body, .broken, .verbatim: Self.width + 1
        }
    }

    /// The parts with something between each two.
    static func joined(_ parts: [Layout], by separator: [Layout]) -> Layout {
        var all: [Layout] = []
        for (index, part) in parts.enumerated() {
            if index > 0 { all += separator }
            all.append(part)
        }
        return .sequence(all)
    }
}
