import Language

/// Reads JSON from bytes that a stranger may have written: no recursion deeper than `depthLimit`,
/// no trap, no dependency that would cost start-up time.
///
/// Integers that fit `Int` stay exact; other numbers become `Double`. Lone surrogates become
/// U+FFFD. Of repeated keys the last one counts.
struct JSONReader {
    struct Fault: Error, Equatable {
        var offset: Int
        var expected: String
    }

    static let depthLimit = 256

    private let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0
    private var depth = 0

    /// The one value in `bytes`; only white space may follow it.
    static func read(_ bytes: [UInt8]) throws(Fault) -> JSON {
        let result: Result<JSON, Fault> = bytes.withUnsafeBufferPointer { buffer in
            var reader = JSONReader(bytes: buffer)
            do throws(Fault) {
                let value = try reader.value()
                reader.skipSpace()
                guard reader.index == buffer.count else { throw reader.fault("the end") }
                return .success(value)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private func fault(_ expected: String) -> Fault { Fault(offset: index, expected: expected) }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) { index += 1 }
    }

    private mutating func value() throws(Fault) -> JSON {
        skipSpace()
        switch next {
        case UInt8(ascii: "{")?: return try nested(JSONReader.object)
        case UInt8(ascii: "[")?: return try nested(JSONReader.array)
        case UInt8(ascii: "\"")?: return .string(try string())
        case UInt8(ascii: "t")?: return try word("true", .bool(true))
        case UInt8(ascii: "f")?: return try word("false", .bool(false))
        case UInt8(ascii: "n")?: return try word("null", .null)
        // Python's json module writes these three, though the standard knows none of them.
        case UInt8(ascii: "N")?: return try word("NaN", .number(.nan))
        case UInt8(ascii: "I")?: return try word("Infinity", .number(.infinity))
        default: return try number()
        }
    }

    private mutating func nested(
        _ read: (inout JSONReader) throws(Fault) -> JSON
    ) throws(Fault) -> JSON {
        guard depth < Self.depthLimit else { throw fault("at most \(Self.depthLimit) levels") }
        depth += 1
        defer { depth -= 1 }
        return try read(&self)
    }

    private static func object(_ reader: inout JSONReader) throws(Fault) -> JSON {
        var fields: [String: JSON] = [:]
        reader.index += 1
        reader.skipSpace()
        if reader.accept("}") { return .object(fields) }
        while true {
            reader.skipSpace()
            guard reader.next == UInt8(ascii: "\"") else { throw reader.fault("a key") }
            let key = try reader.string()
            reader.skipSpace()
            guard reader.accept(":") else { throw reader.fault("a colon") }
            fields[key] = try reader.value()
            reader.skipSpace()
            if reader.accept(",") { continue }
            guard reader.accept("}") else { throw reader.fault("a comma or }") }
            return .object(fields)
        }
    }

    private static func array(_ reader: inout JSONReader) throws(Fault) -> JSON {
        var elements: [JSON] = []
        reader.index += 1
        reader.skipSpace()
        if reader.accept("]") { return .array(elements) }
        while true {
            elements.append(try reader.value())
            reader.skipSpace()
            if reader.accept(",") { continue }
            guard reader.accept("]") else { throw reader.fault("a comma or ]") }
            return .array(elements)
        }
    }

    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func word(_ text: StaticString, _ value: JSON) throws(Fault) -> JSON {
        for offset in 0..<text.utf8CodeUnitCount {
            guard next == text.utf8Start[offset] else { throw fault("a value") }
            index += 1
        }
        return value
    }

    private mutating func number() throws(Fault) -> JSON {
        let start = index
        var isInteger = true
        if next == UInt8(ascii: "-") { index += 1 }
        if next == UInt8(ascii: "I") { return try word("Infinity", .number(-.infinity)) }
        guard let first = next, first >= 0x30, first <= 0x39 else { throw fault("a value") }
        scan: while let byte = next {
            switch byte {
            case 0x30...0x39: break
            case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"),
                UInt8(ascii: "-"):
                isInteger = false
            default: break scan
            }
            index += 1
        }
        let text = String(
            decoding: UnsafeBufferPointer(rebasing: bytes[start..<index]), as: UTF8.self)
        if isInteger, let integer = Int(text) { return .integer(integer) }
        guard let number = Double(text) else { throw fault("a number") }
        return .number(number)
    }
}

// MARK: - Strings

extension JSONReader {
    private mutating func string() throws(Fault) -> String {
        index += 1
        let start = index
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
            guard byte >= 0x20 else { throw fault("no bare control character") }
            index += 1
        }
        let run = UnsafeBufferPointer(rebasing: bytes[start..<index])
        if next == UInt8(ascii: "\"") {
            index += 1
            return String(decoding: run, as: UTF8.self)
        }
        var text = Array(run)
        while let byte = next {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw fault("no bare control character")
            default: text.append(byte)
            }
        }
        throw fault("the end of a string")
    }

    private mutating func escape(into text: inout [UInt8]) throws(Fault) {
        guard let byte = next else { throw fault("an escape") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: String(try scalar()).utf8)
        default: throw fault("an escape")
        }
    }

    private mutating func scalar() throws(Fault) -> Character {
        let first = try hexadecimal()
        if first >= 0xD800, first < 0xDC00, index + 1 < bytes.count,
            bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u")
        {
            let mark = index
            index += 2
            let second = try hexadecimal()
            if second >= 0xDC00, second < 0xE000 {
                let joined = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
                return Character(Unicode.Scalar(joined) ?? "\u{FFFD}")
            }
            index = mark
        }
        return Character(Unicode.Scalar(first) ?? "\u{FFFD}")
    }

    private mutating func hexadecimal() throws(Fault) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw fault("four hexadecimal digits")
            }
            code = code << 4 | UInt32(digit)
            index += 1
        }
        return code
    }
}
