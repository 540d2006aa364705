import Tensors

/// A network as a table: what each layer makes, holds and costs.
package struct Summary: Sendable {
    package struct Row: Sendable {
        /// The layer in the words of the language.
        package let layer: String
        /// The shape of its result without the batch axis; nil before the first input.
        package let output: [Int]?
        /// Trained values.
        package let parameters: Int
        /// Bytes of parameters and buffers, and of the result for one sample.
        package let memory: Int
        /// Floating point operations of one sample's forward pass.
        package let operations: Double
    }

    package let space: String?
    package let rows: [Row]

    package var parameters: Int { rows.reduce(0) { $0 + $1.parameters } }
    package var memory: Int { rows.reduce(0) { $0 + $1.memory } }
    package var operations: Double { rows.reduce(0) { $0 + $1.operations } }
}

extension Network {
    /// The table of layers; a layer that stands twice is counted at its first place.
    package func summary() -> Summary {
        var shape: [Int]? = space?.shape ?? inputShape
        var seen = Set<ObjectIdentifier>()
        let rows = layers.map { layer in
            let output = shape.flatMap { try? layer.outputShape(of: $0) }
            let parameters = layer.parameters
                .filter { seen.insert(ObjectIdentifier($0)).inserted }
                .reduce(0) { $0 + $1.count }
            let buffers = layer.buffers
                .filter { seen.insert(ObjectIdentifier($0)).inserted }
                .reduce(0) { $0 + $1.value.count }
            var operations = 0.0
            if let shape, let output {
                operations = layer.operations(input: shape, output: output)
            }
            shape = output
            return Summary.Row(
                layer: layer.description, output: output, parameters: parameters,
                memory: 4 * (parameters + buffers + (output?.reduce(1, *) ?? 0)),
                operations: operations)
        }
        return Summary(space: space?.description, rows: rows)
    }
}

// MARK: - Showing

extension Summary {
    static let headings = ["layer", "output", "parameters", "memory", "FLOPs"]

    /// The cells of all rows, the last one the total.
    package var cells: [[String]] {
        let body = rows.map { row in
            [
                row.layer, row.output.map { batched($0) } ?? "?", Self.grouped(row.parameters),
                Self.bytes(row.memory), Self.short(row.operations),
            ]
        }
        return body + [
            ["total", "", Self.grouped(parameters), Self.bytes(memory), Self.short(operations)]
        ]
    }

    /// Columns under headings, numbers to the right.
    package var text: String {
        let start = space.map { [[$0, "", "", "", ""]] } ?? []
        let all = [Self.headings] + start + cells
        let widths = Self.headings.indices.map { column in
            all.map { $0[column].count }.max() ?? 0
        }
        let lines = all.map { cells in
            let padded = cells.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return column < 2 ? cell + space : space + cell
            }
            return padded.joined(separator: "  ").trimmingTrailingSpaces
        }
        let rule = String(repeating: "─", count: widths.reduce(0, +) + 2 * (widths.count - 1))
        return ([lines[0], rule] + lines.dropFirst().dropLast() + [rule, lines[lines.count - 1]])
            .joined(separator: "\n")
    }

    /// The same as a table for a notebook.
    package var html: String {
        func row(_ cells: [String], _ tag: String) -> String {
            "<tr>"
                + cells.enumerated().map { column, cell in
                    let side = column < 2 ? "left" : "right"
                    return "<\(tag) style=\"text-align:\(side)\">\(Self.escaped(cell))</\(tag)>"
                }.joined() + "</tr>"
        }
        let start = space.map { [row([$0, "", "", "", ""], "td")] } ?? []
        return "<table><thead>" + row(Self.headings, "th") + "</thead><tbody>"
            + (start + cells.dropLast().map { row($0, "td") }).joined() + "</tbody><tfoot>"
            + row(cells[cells.count - 1], "th") + "</tfoot></table>"
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
    }

    /// 109200 as 109,200.
    private static func grouped(_ number: Int) -> String {
        var digits = ""
        for (place, digit) in String(number).reversed().enumerated() {
            if place > 0, place % 3 == 0, digit != "-" { digits.append(",") }
            digits.append(digit)
        }
        return String(digits.reversed())
    }

    private static func bytes(_ bytes: Int) -> String {
        scaled(Double(bytes), 1024, ["B", "KiB", "MiB", "GiB", "TiB"])
    }

    private static func short(_ number: Double) -> String {
        scaled(number, 1000, ["", "k", "M", "G", "T"])
    }

    private static func scaled(_ number: Double, _ base: Double, _ units: [String]) -> String {
        var (value, unit) = (number, 0)
        while value >= base, unit + 1 < units.count {
            value /= base
            unit += 1
        }
        let tenths = Int((value * 10).rounded())
        let figure =
            unit == 0 || tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
        return units[unit].isEmpty ? figure : "\(figure) \(units[unit])"
    }
}

extension String {
    fileprivate var trimmingTrailingSpaces: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
