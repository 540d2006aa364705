import Language

/// Writes JSON as UTF-8 bytes: exactly the bytes that are signed and sent.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []

    static func write(_ value: JSON) -> [UInt8] {
        var writer = JSONWriter()
        writer.append(value)
        return writer.bytes
    }

    mutating func append(_ value: JSON) {
        switch value {
        case .null: append(raw: "null")
        case .bool(let flag): append(raw: flag ? "true" : "false")
        case .integer(let integer): append(raw: String(integer))
        // JSON has no infinity and no NaN; null is what JavaScript writes in their place.
        case .number(let number): append(raw: number.isFinite ? String(number) : "null")
        case .string(let text): append(quoted: text)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                append(element)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let fields):
            bytes.append(UInt8(ascii: "{"))
            var isFirst = true
            for (key, field) in fields {
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                append(quoted: key)
                bytes.append(UInt8(ascii: ":"))
                append(field)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    mutating func append(raw text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func append(quoted text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            bytes.reserveCapacity(bytes.count + utf8.count + 2)
            for byte in utf8 { append(escaping: byte) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    @inline(__always)
    private mutating func append(escaping byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0x0A: append(raw: "\\n")
        case 0x0D: append(raw: "\\r")
        case 0x09: append(raw: "\\t")
        case 0..<0x20:
            append(raw: "\\u00")
            bytes.append(Self.hexadecimal[Int(byte >> 4)])
            bytes.append(Self.hexadecimal[Int(byte & 15)])
        default: bytes.append(byte)
        }
    }

    static let hexadecimal = Array("0123456789abcdef".utf8)
}

/// RFC 4648 base64 with padding: how a picture travels inside JSON.
enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        let count = (bytes.count + 2) / 3 * 4
        return String(unsafeUninitializedCapacity: count) { text in
            alphabet.withUnsafeBufferPointer { letters in
                var position = 0
                var index = 0
                while index < bytes.count {
                    let rest = bytes.count - index
                    let first = UInt32(bytes[index]) << 16
                    let second = rest > 1 ? UInt32(bytes[index + 1]) << 8 : 0
                    let third = rest > 2 ? UInt32(bytes[index + 2]) : 0
                    let group = first | second | third
                    text[position] = letters[Int(group >> 18)]
                    text[position + 1] = letters[Int(group >> 12 & 63)]
                    text[position + 2] =
                        rest > 1 ? letters[Int(group >> 6 & 63)] : UInt8(ascii: "=")
                    text[position + 3] = rest > 2 ? letters[Int(group & 63)] : UInt8(ascii: "=")
                    position += 4
                    index += 3
                }
            }
            return count
        }
    }
}

// MARK: - Access

extension JSON {
    /// The text, when this is one.
    var text: String? { if case .string(let text) = self { text } else { nil } }
    var flag: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    var fields: [String: JSON]? { if case .object(let fields) = self { fields } else { nil } }
    var elements: [JSON]? { if case .array(let elements) = self { elements } else { nil } }

    /// The whole number, when this is one; a `Double` without a fraction counts.
    var integer: Int? {
        switch self {
        case .integer(let integer): integer
        case .number(let number): Int(exactly: number)
        default: nil
        }
    }

    /// The number, whole or not.
    var double: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .number(let number): number
        default: nil
        }
    }
}
