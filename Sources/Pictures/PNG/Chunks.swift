import CZlib

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

    /// CRC-32 as PNG defines it (ISO 3309), of everything from `start` on.
    static func checksum(of bytes: [UInt8], from start: Int) -> UInt32 {
        bytes.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress, start < bytes.count else { return 0 }
            return UInt32(
                truncatingIfNeeded: crc32_z(0, base + start, bytes.count - start))
        }
    }
}
