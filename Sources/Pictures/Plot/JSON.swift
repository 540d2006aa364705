/// A JSON value on its way into text; members keep their order.
indirect enum JSON {
    case object([(String, JSON)])
    case array([JSON])
    case text(String)
    case number(Double)
    case flag(Bool)
    case null

    /// The value as text; numbers that JSON cannot hold become null.
    var written: String {
        switch self {
        case .object(let members):
            let parts = members.map { JSON.quoted($0.0) + ":" + $0.1.written }
            return "{" + parts.joined(separator: ",") + "}"
        case .array(let values):
            return "[" + values.map(\.written).joined(separator: ",") + "]"
        case .text(let text): return JSON.quoted(text)
        case .number(let number):
            guard number.isFinite else { return "null" }
            let isWhole = abs(number) < 1e15 && number == number.rounded()
            return isWhole ? String(Int(number)) : String(number)
        case .flag(let flag): return flag ? "true" : "false"
        case .null: return "null"
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
