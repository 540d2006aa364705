/// The outer shape of a PNG file: a signature, then chunks of length, name, content and CRC.
enum Chunks {
    static let signature: [UInt8] = [137, 80, 78, 71, 13, 10, 26, 10]

    /// A chunk's name and where its content lies.
    struct Place {
        let name: [UInt8]
        let content: Range<Int>
        /// The whole chunk: length, name, content, CRC.
        var whole: Range<Int> { content.lowerBound - 8..<content.upperBound + 4 }
        func isNamed(_ other: StaticString) -> Bool {
            name.elementsEqual(UnsafeBufferPointer(start: other.utf8Start, count: 4))
        }
    }

    /// The chunks of a file in order, up to and including IEND; throws when one is cut off.
    static func places(in bytes: [UInt8]) throws(PictureError) -> [Place] {
        guard bytes.starts(with: signature) else {
            throw .decoding("the signature is missing")
        }
        var places: [Place] = []
        var at = signature.count
        while at < bytes.count {
            guard bytes.count - at >= 12 else { throw .decoding("the file is cut off") }
            let length = Int(number(in: bytes, at: at))
            guard length <= bytes.count - at - 12 else { throw .decoding("a chunk is cut off") }
            let place = Place(
                name: Array(bytes[at + 4..<at + 8]), content: at + 8..<at + 8 + length)
            places.append(place)
            at = place.whole.upperBound
            if place.isNamed("IEND") { return places }
        }
        throw .decoding("the file is cut off")
    }

    /// The big-endian 32-bit number at `place`, which must lie within `bytes`.
    static func number(in bytes: [UInt8], at place: Int) -> UInt32 {
        bytes[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Appends one chunk, its length and its CRC.
    static func append(
        _ name: StaticString, _ parts: [ArraySlice<UInt8>], to file: inout [UInt8]
    ) {
        appendNumber(UInt32(parts.reduce(0) { $0 + $1.count }), to: &file)
        let start = file.count
        file.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: 4))
        for part in parts { file.append(contentsOf: part) }
        appendNumber(checksum(of: file, from: start), to: &file)
    }

    static func appendNumber(_ number: UInt32, to bytes: inout [UInt8]) {
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    /// CRC-32 as PNG defines it (ISO 3309, polynomial 0xEDB88320 reflected), eight bytes a step
    /// by eight tables.
    static func checksum(of bytes: [UInt8], from start: Int) -> UInt32 {
        var value: UInt32 = 0xFFFF_FFFF
        bytes.withUnsafeBufferPointer { bytes in
            tables.withUnsafeBufferPointer { table in
                var at = start
                while bytes.count - at >= 8 {
                    let low =
                        value
                        ^ (UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8
                            | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24)
                    value =
                        table[7 * 256 + Int(low & 255)] ^ table[6 * 256 + Int(low >> 8 & 255)]
                        ^ table[5 * 256 + Int(low >> 16 & 255)] ^ table[4 * 256 + Int(low >> 24)]
                        ^ table[3 * 256 + Int(bytes[at + 4])] ^ table[2 * 256 + Int(bytes[at + 5])]
                        ^ table[256 + Int(bytes[at + 6])] ^ table[Int(bytes[at + 7])]
                    at += 8
                }
                while at < bytes.count {
                    value = table[Int((value ^ UInt32(bytes[at])) & 255)] ^ value >> 8
                    at += 1
                }
            }
        }
        return ~value
    }

    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for index in 0..<256 {
            var value = UInt32(index)
            for _ in 0..<8 { value = value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
            tables[index] = value
        }
        for step in 1..<8 {
            for index in 0..<256 {
                let value = tables[(step - 1) * 256 + index]
                tables[step * 256 + index] = tables[Int(value & 255)] ^ value >> 8
            }
        }
        return tables
    }()
}
