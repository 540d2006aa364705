import Foundation
import Language

/// JSON values as text on one line, keys in order.
package enum JSONText {
    package static func encode(_ value: JSON) -> String {
        switch value {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .number(let number): number.isFinite ? String(number) : "null"
        case .string(let text): quote(text)
        case .array(let values): "[" + values.map(encode).joined(separator: ",") + "]"
        case .object(let fields):
            "{"
                + fields.sorted { $0.key < $1.key }
                .map { quote($0.key) + ":" + encode($0.value) }.joined(separator: ",") + "}"
        }
    }

    /// The value as Jupyter writes it: one space of indentation, keys in order.
    package static func pretty(_ value: JSON, indent: Int = 0) -> String {
        let inner = "\n" + String(repeating: " ", count: indent + 1)
        let outer = "\n" + String(repeating: " ", count: indent)
        switch value {
        case .array(let values) where !values.isEmpty:
            let parts = values.map { inner + pretty($0, indent: indent + 1) }
            return "[" + parts.joined(separator: ",") + outer + "]"
        case .object(let fields) where !fields.isEmpty:
            let parts = fields.sorted { $0.key < $1.key }.map {
                inner + quote($0.key) + ": " + pretty($0.value, indent: indent + 1)
            }
            return "{" + parts.joined(separator: ",") + outer + "}"
        default: return encode(value)
        }
    }

    /// The value of a text; nil when it is no JSON.
    package static func decode(_ text: String) -> JSON? {
        let options: JSONSerialization.ReadingOptions = [.fragmentsAllowed]
        guard
            let object = try? JSONSerialization.jsonObject(with: Data(text.utf8), options: options)
        else { return nil }
        return JSON(foundation: object)
    }

    private static func quote(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _
            where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
                || scalar.value == 0x2028 || scalar.value == 0x2029:
                let code = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - code.count) + code
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

extension JSON {
    /// A value as `JSONSerialization` gives it.
    fileprivate init(foundation value: Any) {
        switch value {
        case let text as String: self = .string(text)
        case let number as NSNumber:
            // Truth values come as numbers of one byte; JSON has no other numbers of that size.
            if number.objCType[0] == CChar(bitPattern: UInt8(ascii: "c")) {
                self = .bool(number.boolValue)
            } else if let integer = Int(exactly: number) {
                self = .integer(integer)
            } else {
                self = .number(number.doubleValue)
            }
        case let values as [Any]: self = .array(values.map(JSON.init(foundation:)))
        case let fields as [String: Any]: self = .object(fields.mapValues(JSON.init(foundation:)))
        default: self = .null
        }
    }
}
