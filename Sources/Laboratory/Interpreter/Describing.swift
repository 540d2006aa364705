import Language
import Tensors

extension Value {
    /// What `print` and `"\(…)"` write.
    var inWords: String {
        switch self {
        case .string(let text): text
        default: inSource
        }
    }

    /// As one would write it, or a short name for what has no spelling.
    package var inSource: String {
        switch self {
        case .nothing: "none"
        case .boolean(let truth): truth ? "true" : "false"
        case .number(let number): number.inWords
        case .string(let text): "\"\(text.escaped)\""
        case .list(let items): "[\(items.map(\.inSource).joined(separator: ", "))]"
        case .tuple(let items): "(\(items.map(\.inSource).joined(separator: ", ")))"
        case .interval(let interval):
            interval.lower.inWords + (interval.isClosed ? "..." : "..<") + interval.upper.inWords
        case .tensor(let tensor), .perSample(let tensor): tensor.inWords
        case .record(let record): record.page?.plain ?? record.table
        case .function(let function): function.name.isEmpty ? "function" : function.signature
        case .command(let command): command.signature
        case .space(let space): space.description
        case .layer(let layer): layer.layer.description
        case .network(let network): network.outline
        case .distribution(let distribution): distribution.description
        case .data(let data): data.outline
        case .optimizer(let optimizer): optimizer.description
        case .rule(let rule): rule.signature
        case .game(let game): game.outline
        case .picture(let picture): picture.caption
        }
    }

    /// The one number in it, if it is one.
    var scalar: Double? {
        switch self {
        case .number(let number): number
        case .boolean(let truth): truth ? 1 : 0
        case .tensor(let tensor), .perSample(let tensor):
            tensor.count == 1 ? (try? tensor.item()).map(Double.init) : nil
        default: nil
        }
    }
}

extension Double {
    /// Whole numbers without a point, others with as many digits as they need.
    var inWords: String {
        if isNaN { return "nan" }
        if isInfinite { return self > 0 ? "inf" : "-inf" }
        if self == rounded(), abs(self) <= 0x1p53 { return String(Int64(self)) }
        return description
    }
}

extension String {
    fileprivate var escaped: String {
        var result = ""
        for character in unicodeScalars {
            switch character {
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    /// Padded with spaces to a width in characters.
    func padded(to width: Int, right: Bool = false) -> String {
        let space = String(repeating: " ", count: max(0, width - count))
        return right ? space + self : self + space
    }
}

extension Tensor {
    /// Shape, range, mean and a few values; small tensors whole.
    var inWords: String {
        if count == 0 { return "tensor \(shape), empty" }
        let all = values
        if rank == 0 { return Double(all[0]).fewDigits }
        if rank == 1, count <= 12 {
            return "[\(all.map { Double($0).fewDigits }.joined(separator: ", "))]"
        }
        let head = summary(all)
        if rank == 2, shape[0] <= 8, shape[1] <= 8 { return head + "\n" + rows(all) }
        let few = all.prefix(6).map { Double($0).fewDigits }.joined(separator: ", ")
        return head + "\n  \(few)\(count > 6 ? ", …" : "")"
    }

    private func summary(_ all: [Float]) -> String {
        let finite = all.filter(\.isFinite)
        var text = "tensor \(shape)"
        if let least = finite.min(), let most = finite.max() {
            let mean = finite.reduce(0) { $0 + Double($1) } / Double(finite.count)
            text += "  \(Double(least).fewDigits) to \(Double(most).fewDigits)"
            text += ", mean \(mean.fewDigits)"
        }
        let odd = all.count - finite.count
        if odd > 0 { text += ", \(odd) not finite" }
        return text
    }

    private func rows(_ all: [Float]) -> String {
        let cells = all.map { Double($0).fewDigits }
        let width = cells.map(\.count).max() ?? 0
        return (0..<shape[0]).map { row in
            "  "
                + (0..<shape[1]).map { cells[row * shape[1] + $0].padded(to: width, right: true) }
                .joined(separator: "  ")
        }.joined(separator: "\n")
    }
}

extension Double {
    /// A 32-bit value with the digits that mean something to a reader.
    var fewDigits: String {
        if !isFinite { return inWords }
        if self == rounded(), abs(self) < 1e7 { return String(Int64(self)) }
        let text = short
        guard text.contains("."), !text.contains("e") else { return text }
        var trimmed = Substring(text)
        while trimmed.last == "0" { trimmed.removeLast() }
        if trimmed.last == "." { trimmed.removeLast() }
        return trimmed.isEmpty || trimmed == "-0" ? "0" : String(trimmed)
    }
}

extension Record {
    /// Names and values in two columns.
    var table: String {
        let width = fields.map(\.name.count).max() ?? 0
        let lines = fields.map { "  \($0.name.padded(to: width))  \($0.value.brief)" }
        return ([title] + lines).joined(separator: "\n")
    }
}

extension Value {
    /// On one line.
    var brief: String {
        switch self {
        case .number(let number): number.fewDigits
        case .string(let text): text
        case .list(let items) where items.count > 8:
            "[\(items.prefix(6).map(\.brief).joined(separator: ", ")), … \(items.count) in all]"
        case .list(let items): "[\(items.map(\.brief).joined(separator: ", "))]"
        case .record(let record):
            record.fields.map { "\($0.name) \($0.value.brief)" }.joined(separator: ", ")
        default: inSource.split(separator: "\n").first.map(String.init) ?? ""
        }
    }
}
