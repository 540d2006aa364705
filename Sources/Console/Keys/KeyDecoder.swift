/// Turns the bytes a terminal sends into keys.
///
/// Understands CSI and SS3 sequences with modifiers, the `u` form of the kitty keyboard protocol
/// and of xterm's modifyOtherKeys, bracketed paste, Alt as an ESC prefix, and UTF-8. A sequence
/// may arrive in pieces; `flush` says that nothing more is coming, so a lone ESC is the Esc key.
/// Whatever makes no sense is dropped, never an error.
package struct KeyDecoder {
    private var pending: [UInt8] = []
    /// Bytes of a paste that has begun and not ended.
    private var paste: [UInt8]?

    package init() {}

    /// How many milliseconds the rest of what has begun may take before `flush`: a key comes in one
    /// piece or nearly so, a paste may travel far. Nil when nothing has begun.
    package var patience: Int32? { paste != nil ? 1000 : pending.isEmpty ? nil : 30 }

    package mutating func feed(_ bytes: some Sequence<UInt8>) -> [Key] {
        pending.append(contentsOf: bytes)
        return drain(isFinal: false)
    }

    /// No further byte came in time: what waits is decoded as it stands, and a paste whose end was
    /// lost ends, so that no key is swallowed for ever.
    package mutating func flush() -> [Key] {
        guard let text = paste else { return drain(isFinal: true) }
        paste = nil
        return [Key(.paste(String(decoding: text, as: UTF8.self)))] + drain(isFinal: true)
    }

    private mutating func drain(isFinal: Bool) -> [Key] {
        var keys: [Key] = []
        var start = 0
        while start < pending.count {
            if paste != nil {
                let (key, used) = takePaste(from: start)
                start += used
                if let key { keys.append(key) } else { break }
                continue
            }
            var reader = KeyReader(bytes: pending[start...])
            switch reader.read() {
            case .key(let key):
                start = reader.index
                if key.code != .ignored { keys.append(key) }
            case .pasteBegins:
                start = reader.index
                paste = []
            case .incomplete:
                guard isFinal else {
                    pending.removeFirst(start)
                    return keys
                }
                keys.append(contentsOf: KeyDecoder.literal(pending[start...]))
                start = pending.count
            }
        }
        pending.removeFirst(min(start, pending.count))
        return keys
    }

    /// Takes bytes into the paste; returns its key when the end mark was found.
    private mutating func takePaste(from start: Int) -> (Key?, Int) {
        let mark: [UInt8] = Array("\u{1B}[201~".utf8)
        let bytes = pending[start...]
        var index = bytes.startIndex
        while let escape = bytes[index...].firstIndex(of: 0x1B) {
            let rest = bytes[escape...]
            if rest.starts(with: mark) {
                let all = (paste ?? []) + bytes[..<escape]
                paste = nil
                let text = Key(.paste(String(decoding: all, as: UTF8.self)))
                return (text, escape - start + mark.count)
            }
            if rest.count < mark.count, mark.starts(with: rest) {
                paste?.append(contentsOf: bytes[..<escape])
                return (nil, escape - start)
            }
            index = escape + 1
        }
        paste?.append(contentsOf: bytes)
        return (nil, bytes.count)
    }

    /// An unfinished sequence read as what a person may have typed: Esc, or Alt and a character.
    private static func literal(_ bytes: ArraySlice<UInt8>) -> [Key] {
        guard let first = bytes.first else { return [] }
        guard first == 0x1B else { return [Key(.character("\u{FFFD}"))] }
        if bytes.count == 1 { return [Key(.escape)] }
        if bytes.count == 2, let second = bytes.last {
            if second == 0x1B { return [Key(.escape), Key(.escape)] }
            if second >= 0x20, second < 0x7F { return [.alt(Unicode.Scalar(second))] }
        }
        return []
    }
}

/// Reads one key from the front of some bytes.
struct KeyReader {
    enum Reading: Equatable {
        case key(Key)
        case pasteBegins
        case incomplete
    }

    let bytes: ArraySlice<UInt8>
    /// The first byte not read yet.
    var index: Int
    /// A sequence longer than this is no key.
    private static let longest = 256

    init(bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    private func byte(_ offset: Int) -> UInt8? {
        let place = index + offset
        return place < bytes.endIndex ? bytes[place] : nil
    }

    mutating func read() -> Reading {
        guard let first = byte(0) else { return .incomplete }
        if first != 0x1B { return readCharacter() }
        guard let second = byte(1) else { return .incomplete }
        switch second {
        case UInt8(ascii: "["): return readControlSequence()
        case UInt8(ascii: "O"): return readSingleShift()
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"): return readString()
        case 0x1B:
            // Alt with an arrow; two lone escapes otherwise. Never deeper, whatever comes.
            guard let third = byte(2) else { return .incomplete }
            if third != UInt8(ascii: "["), third != UInt8(ascii: "O") {
                index += 1
                return .key(Key(.escape))
            }
            fallthrough
        default:
            index += 1
            guard case .key(var key) = read() else { return .incomplete }
            key.modifiers.insert(.alt)
            return .key(key)
        }
    }

    private mutating func readCharacter() -> Reading {
        guard let first = byte(0) else { return .incomplete }
        if first >= 0x80 { return readUTF8() }
        index += 1
        switch first {
        case 0x0D: return .key(Key(.enter))
        case 0x09: return .key(Key(.tab))
        case 0x08, 0x7F: return .key(Key(.backspace))
        case 0x00: return .key(.control(" "))
        case 0x01...0x1A: return .key(.control(Unicode.Scalar(first + 0x60)))
        case 0x1B...0x1F: return .key(.control(Unicode.Scalar(first + 0x40)))
        default: return .key(Key(.character(Unicode.Scalar(first))))
        }
    }

    private mutating func readUTF8() -> Reading {
        guard let first = byte(0) else { return .incomplete }
        let length =
            first >= 0xF5 ? 0 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0
        for offset in 1..<max(length, 1) {
            guard let next = byte(offset) else { return .incomplete }
            if next & 0xC0 != 0x80 {
                index += offset
                return .key(Key(.character("\u{FFFD}")))
            }
        }
        let used = bytes[index..<index + max(length, 1)]
        index += max(length, 1)
        // Controls of the C1 kind are no text.
        let scalar = String(decoding: used, as: UTF8.self).unicodeScalars.first ?? "\u{FFFD}"
        return .key((0x80..<0xA0).contains(scalar.value) ? Key(.ignored) : Key(.character(scalar)))
    }

    private mutating func readControlSequence() -> Reading {
        var offset = 2
        if byte(2) == UInt8(ascii: "[") {
            guard byte(3) != nil else { return .incomplete }
            index += 4
            return .key(Key(.ignored))
        }
        while let next = byte(offset), (0x20...0x3F).contains(next), offset < Self.longest {
            offset += 1
        }
        guard let final = byte(offset) else { return .incomplete }
        let parameters = bytes[index + 2..<index + offset]
        guard (0x40...0x7E).contains(final) else {
            index += offset
            return .key(Key(.ignored))
        }
        index += offset + 1
        if final == UInt8(ascii: "~"), parameters.elementsEqual("200".utf8) { return .pasteBegins }
        return .key(Key(sequence: parameters, final: final))
    }

    private mutating func readSingleShift() -> Reading {
        var offset = 2
        while let next = byte(offset), (0x30...0x39).contains(next), offset < 6 { offset += 1 }
        guard let final = byte(offset) else { return .incomplete }
        let parameters = bytes[index + 2..<index + offset]
        guard (0x40...0x7E).contains(final) else {
            index += 2
            return .key(.alt("O"))
        }
        index += offset + 1
        if final == UInt8(ascii: "M") { return .key(Key(.enter)) }
        return .key(
            Key(sequence: parameters.isEmpty ? [] : [0x31, 0x3B] + parameters, final: final))
    }

    /// A terminal's answer (OSC, DCS, APC): skipped up to its end.
    private mutating func readString() -> Reading {
        var offset = 2
        while let next = byte(offset) {
            if next == 0x07 || next == 0x9C {
                index += offset + 1
                return .key(Key(.ignored))
            }
            if next == 0x1B {
                guard let last = byte(offset + 1) else { return .incomplete }
                index += last == UInt8(ascii: "\\") ? offset + 2 : offset
                return .key(Key(.ignored))
            }
            if offset >= 4096 || next < 0x20 {
                index += offset
                return .key(Key(.ignored))
            }
            offset += 1
        }
        return .incomplete
    }
}
