/// The part of a text around a place: whole lines before it where they are not too long.
struct Neighbourhood {
    let text: String
    /// The place in `text`, and where `text` begins, in scalars.
    let cursor: Int
    let start: Int

    /// Bytes before the place, and bytes behind it.
    static let reach = 16_384

    init(of text: String, at offset: Int) {
        guard text.utf8.count > 2 * Self.reach else {
            (self.text, cursor, start) = (text, offset, 0)
            return
        }
        var text = text
        (self.text, cursor, start) = text.withUTF8 { bytes in
            var (place, scalars) = (0, 0)
            while place < bytes.count {
                let begins = Self.begins(bytes[place])
                if begins, scalars == offset { break }
                if begins { scalars += 1 }
                place += 1
            }
            var lower = max(0, place - Self.reach)
            if lower > 0 {
                let line = bytes[lower..<place].firstIndex(of: UInt8(ascii: "\n"))
                lower = line.map { $0 + 1 } ?? lower
            }
            while lower < place, !Self.begins(bytes[lower]) { lower += 1 }
            var upper = min(bytes.count, place + Self.reach)
            while upper < bytes.count, !Self.begins(bytes[upper]) { upper += 1 }
            let before = bytes[lower..<place].count(where: Self.begins)
            let part = String(decoding: bytes[lower..<upper], as: UTF8.self)
            return (part, before, scalars - before)
        }
    }

    /// Whether a scalar begins with this byte.
    private static func begins(_ byte: UInt8) -> Bool { byte & 0xC0 != 0x80 }
}
