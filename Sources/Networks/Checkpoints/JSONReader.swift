/// The part of JSON (RFC 8259) that a safetensors header is made of: objects, strings, lists of
/// whole numbers.
///
/// Foundation's reader silently keeps one of two equal keys and would build the whole tree first;
/// this one reports equal keys to its caller, reads what is expected where it is expected, and so
/// never goes deeper than the format does.
struct JSONReader {
    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) throws(HeaderFault) {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw HeaderFault("the header is not UTF-8 text")
        }
        self.bytes = bytes
    }

    /// Calls `member` at the value of each member of an object.
    mutating func object(
        _ member: (inout JSONReader, String) throws(HeaderFault) -> Void
    ) throws(HeaderFault) {
        try expect("{")
        if takes("}") { return }
        repeat {
            let name = try string()
            try expect(":")
            try member(&self, name)
        } while takes(",")
        try expect("}")
    }

    /// A list of whole numbers from 0.
    mutating func integers(atMost limit: Int) throws(HeaderFault) -> [Int] {
        try expect("[")
        if takes("]") { return [] }
        var result: [Int] = []
        repeat {
            guard result.count < limit else {
                throw HeaderFault("a list of the header is longer than \(limit)")
            }
            result.append(try integer())
        } while takes(",")
        try expect("]")
        return result
    }

    private mutating func integer() throws(HeaderFault) -> Int {
        skipSpace()
        let start = at
        var value = 0
        while at < bytes.count, (0x30...0x39).contains(bytes[at]) {
            let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = product.addingReportingOverflow(Int(bytes[at] - 0x30))
            guard !tooLarge, !overflow else {
                throw HeaderFault("the number at byte \(start) of the header is too large")
            }
            value = sum
            at += 1
        }
        guard at > start, at - start == 1 || bytes[start] != 0x30 else {
            throw unexpected("a whole number")
        }
        return value
    }

    mutating func string() throws(HeaderFault) -> String {
        try expect("\"")
        var text: [UInt8] = []
        while true {
            guard at < bytes.count else { throw unexpected("the end of a string") }
            let byte = bytes[at]
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text.append(contentsOf: try escape())
            case 0..<0x20: throw HeaderFault("the header has a control character in a string")
            default: text.append(byte)
            }
        }
    }

    private mutating func escape() throws(HeaderFault) -> [UInt8] {
        guard at < bytes.count else { throw unexpected("an escaped character") }
        let byte = bytes[at]
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "u"):
            let first = try hexadecimal()
            var code = UInt32(first)
            if (0xd800..<0xdc00).contains(first) {
                guard bytes[at...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else {
                    throw HeaderFault("the header has half a character")
                }
                at += 2
                let second = try hexadecimal()
                guard (0xdc00..<0xe000).contains(second) else {
                    throw HeaderFault("the header has half a character")
                }
                code = 0x10000 + (UInt32(first) - 0xd800) << 10 + (UInt32(second) - 0xdc00)
            }
            guard let scalar = Unicode.Scalar(code) else {
                throw HeaderFault("the header has half a character")
            }
            return Array(String(Character(scalar)).utf8)
        default: throw HeaderFault("the header has an unknown escape in a string")
        }
    }

    private mutating func hexadecimal() throws(HeaderFault) -> UInt16 {
        guard at + 4 <= bytes.count else { throw unexpected("four hexadecimal digits") }
        var value: UInt16 = 0
        for byte in bytes[at..<at + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw unexpected("four hexadecimal digits")
            }
            value = value << 4 | UInt16(digit)
        }
        at += 4
        return value
    }

    /// Nothing but space may follow.
    mutating func end() throws(HeaderFault) {
        skipSpace()
        guard at == bytes.count else { throw unexpected("the end") }
    }

    private mutating func skipSpace() {
        while at < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[at]) { at += 1 }
    }

    private mutating func takes(_ character: Character) -> Bool {
        skipSpace()
        guard at < bytes.count, bytes[at] == character.asciiValue else { return false }
        at += 1
        return true
    }

    private mutating func expect(_ character: Character) throws(HeaderFault) {
        guard takes(character) else { throw unexpected("\(character)") }
    }

    private func unexpected(_ wanted: String) -> HeaderFault {
        HeaderFault("the header is no safetensors header: byte \(at) should be \(wanted)")
    }
}

/// Text as JSON writes it.
enum JSONText {
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default:
                if scalar.value < 0x20 {
                    let digits = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}
