import Language

/// Results in rows and columns.
enum TableCommand {
    static var all: [Command] {
        [
            Command(
                "table", .language,
                [
                    Input("rows", .list, "a list of rows; a row is a list of values"),
                    Input("columns", .list, "the words above them", standard: .list([])),
                    Input("title", .string, standard: .string("")),
                ], "Values in rows and columns; numbers with few digits.",
                details: "A tensor of one number counts as a number.",
                example: "table [[\"one\", 1 / 3], [\"two\", 2 / 3]], columns: [\"n\", \"x\"]"
            ) { call in
                let head = try call.session.elements(of: call[1]).map(\.cell)
                let rows = try call.session.elements(of: call[0]).map { row -> [String] in
                    switch row {
                    case .list, .tuple, .tensor:
                        try call.session.elements(of: row).map(\.cell)
                    default: throw Diagnostic.mismatch("table", expects: "rows", got: row)
                    }
                }
                guard let width = rows.first?.count else {
                    throw Diagnostic(.value, "table needs rows", hint: "table [[1, 2], [3, 4]]")
                }
                for cells in rows + (head.isEmpty ? [] : [head]) where cells.count != width {
                    throw Diagnostic(
                        .value,
                        "table got a row of \(counted(cells.count, "value")) beside one of \(width)",
                        hint: "every row and the columns have the same length")
                }
                call.session.output.display(
                    Table(title: call.string(2), head: head, rows: rows).bundle, id: nil)
                return .nothing
            }
        ]
    }
}

/// Text cells, as text and as HTML.
private struct Table {
    let title: String
    let head: [String]
    let rows: [[String]]

    var bundle: MIMEBundle {
        MIMEBundle(["text/plain": .text(plain), "text/html": .text(html)])
    }

    private var plain: String {
        let all = (head.isEmpty ? [] : [head]) + rows
        let widths = all[0].indices.map { column in
            all.reduce(0) { max($0, CellWidth.cells(of: $1[column])) }
        }
        var lines = all.map { cells in
            zip(cells, widths).map { cell, width in
                cell + String(repeating: " ", count: width - CellWidth.cells(of: cell))
            }.joined(separator: "  ").trimmed
        }
        if !head.isEmpty {
            let rule = String(repeating: "─", count: widths.reduce(2 * (widths.count - 1), +))
            lines.insert(rule, at: 1)
        }
        return ((title.isEmpty ? [] : [title]) + lines).joined(separator: "\n")
    }

    private var html: String {
        func row(_ cells: [String], _ tag: String) -> String {
            "<tr>"
                + cells.map {
                    "<\(tag) style=\"text-align:left\">\(Document.escaped($0))</\(tag)>"
                }.joined() + "</tr>"
        }
        return "<table>"
            + (title.isEmpty ? "" : "<caption>\(Document.escaped(title))</caption>")
            + (head.isEmpty ? "" : "<thead>\(row(head, "th"))</thead>")
            + "<tbody>\(rows.map { row($0, "td") }.joined())</tbody></table>"
    }
}

extension Value {
    /// What stands in a cell.
    fileprivate var cell: String {
        if case .tensor(let tensor) = self, tensor.count == 1 {
            return Value.number(Double(tensor.values[0])).cell
        }
        if case .number(let number) = self { return number.short }
        return brief
    }
}
