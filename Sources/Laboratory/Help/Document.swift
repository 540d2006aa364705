import Language

/// A page of help: what `help`, `explain` and inspection say, as plain text, Markdown and HTML.
struct Document {
    enum Part {
        case heading(String)
        case text(String)
        /// Rows of cells; the first column is code.
        case table([[String]])
        case code(String)
        /// Unicode for a terminal, LaTeX for a notebook.
        case formula(plain: String, latex: String)
    }

    var title: String
    var parts: [Part]

    init(_ title: String, _ parts: [Part] = []) {
        self.title = title
        self.parts = parts
    }

    var bundle: MIMEBundle {
        MIMEBundle([
            "text/plain": .text(plain), "text/markdown": .text(markdown), "text/html": .text(html),
        ])
    }

    // MARK: Forms

    var plain: String {
        var blocks = [title.filled(hanging: 4)]
        for part in parts {
            switch part {
            case .heading(let text): blocks.append(text)
            case .text(let text): blocks.append(text.filled())
            case .table(let rows): blocks.append(Self.columns(rows))
            case .code(let text): blocks.append(Self.indented(text))
            case .formula(let plain, _):
                let lines = plain.split(separator: "\n", omittingEmptySubsequences: false)
                let filled = lines.map { String($0).filled(to: 76, hanging: 7) }
                blocks.append(Self.indented(filled.joined(separator: "\n")))
            }
        }
        return blocks.joined(separator: "\n\n")
    }

    var markdown: String {
        var blocks = ["**\(Self.codeSpan(title))**"]
        for part in parts {
            switch part {
            case .heading(let text): blocks.append("**\(text)**")
            case .text(let text): blocks.append(text)
            case .table(let rows):
                let width = rows.map(\.count).max() ?? 0
                let head = "|" + String(repeating: " |", count: width)
                let rule = "|" + String(repeating: "---|", count: width)
                let lines = rows.map { row in
                    "| "
                        + row.enumerated().map { column, cell in
                            column == 0 ? Self.codeSpan(cell) : cell.replacing("|", with: "\\|")
                        }.joined(separator: " | ") + " |"
                }
                blocks.append(([head, rule] + lines).joined(separator: "\n"))
            case .code(let text): blocks.append("```\n\(text)\n```")
            case .formula(_, let latex): blocks.append("$$\(latex)$$")
            }
        }
        return blocks.joined(separator: "\n\n")
    }

    var html: String {
        var blocks = ["<p><strong><code>\(Self.escaped(title))</code></strong></p>"]
        for part in parts {
            switch part {
            case .heading(let text): blocks.append("<p><strong>\(Self.escaped(text))</strong></p>")
            case .text(let text):
                for paragraph in text.split(separator: "\n\n") {
                    blocks.append("<p>\(Self.escaped(String(paragraph)))</p>")
                }
            case .table(let rows):
                let lines = rows.map { row in
                    "<tr>"
                        + row.enumerated().map { column, cell in
                            let text = Self.escaped(cell)
                            return
                                "<td style=\"text-align:left\">\(column == 0 ? "<code>\(text)</code>" : text)</td>"
                        }.joined() + "</tr>"
                }
                blocks.append("<table>\(lines.joined())</table>")
            case .code(let text): blocks.append("<pre>\(Self.escaped(text))</pre>")
            case .formula(_, let latex): blocks.append("<p>$$\(Self.escaped(latex))$$</p>")
            }
        }
        return blocks.joined(separator: "\n")
    }

    // MARK: Pieces

    private static func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }
            .joined(separator: "\n")
    }

    /// Columns padded to equal width; the last one is filled where it is too wide for a window.
    static func columns(_ rows: [[String]]) -> String {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.count)
            }
        }
        return rows.map { row in
            let start = widths.prefix(max(row.count - 1, 0)).reduce(4) { $0 + $1 + 2 }
            let cells = row.enumerated().map { column, cell in
                guard column == row.count - 1 else { return cell.padded(to: widths[column]) }
                let gap = "\n" + String(repeating: " ", count: start)
                return start < 50 ? cell.filled(to: 80 - start).replacing("\n", with: gap) : cell
            }
            return "    " + cells.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    private static func codeSpan(_ text: String) -> String {
        "`\(text.replacing("`", with: "'"))`"
    }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;")
    }
}
