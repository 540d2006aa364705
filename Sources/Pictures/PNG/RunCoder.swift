import CZlib

/// Deflate (RFC 1951) for bytes that look like noise: runs of one byte as matches, everything else
/// as it is, all in the fixed code.
///
/// zlib takes 0.9 ms to find that a sheet of 64 zoomed pictures of noise has nothing but its
/// repeated rows to pack; this takes a quarter of that, for a tenth more bytes.
enum RunCoder {
    /// The zlib stream (RFC 1950) of `bytes`.
    static func pack(_ bytes: [UInt8]) -> [UInt8] {
        let literals = (0...255).map { literal(UInt32($0)) }
        let lengths = (0...258).map { $0 < 3 ? Code(bits: 0, count: 0) : length(UInt32($0)) }
        // Nine bits a byte at most, then header, end, checksum and what a flush writes ahead.
        let capacity = bytes.count + bytes.count / 8 + 32
        return [UInt8](unsafeUninitializedCapacity: capacity) { buffer, filled in
            guard let start = buffer.baseAddress else { return }
            var writer = Writer(start)
            // Window of 32 KiB, fastest; then one last block in the fixed code.
            writer.put(Code(bits: 0x0178, count: 16))
            writer.put(Code(bits: 0b011, count: 3))
            bytes.withUnsafeBufferPointer { bytes in
                var at = 0
                while at < bytes.count {
                    let byte = bytes[at]
                    if at > 0, bytes[at - 1] == byte {
                        var end = at + 1
                        let last = min(bytes.count, at + 258)
                        while end < last, bytes[end] == byte { end += 1 }
                        if end - at >= 3 {
                            writer.put(lengths[end - at])
                            at = end
                            continue
                        }
                    }
                    writer.put(literals[Int(byte)])
                    at += 1
                }
                writer.put(Code(bits: 0, count: 7))
                writer.finish()
                let sum = adler32(1, bytes.baseAddress, UInt32(bytes.count))
                for shift in [24, 16, 8, 0] {
                    writer.append(UInt8(truncatingIfNeeded: sum >> shift))
                }
            }
            filled = writer.count
        }
    }

    /// Whether few of the bytes outside runs meet their like: the chance that two of them are
    /// equal, from every 37th, is near the 1/256 of pure noise. Gaps of a sheet may add to it.
    static func suits(_ bytes: [UInt8]) -> Bool {
        var counts = [Int](repeating: 0, count: 256)
        var total = 0
        for at in stride(from: 1, to: bytes.count, by: 37) where bytes[at] != bytes[at - 1] {
            counts[Int(bytes[at])] += 1
            total += 1
        }
        guard total >= 512 else { return false }
        let pairs = counts.reduce(0) { $0 + $1 * ($1 - 1) }
        return Double(pairs) / Double(total * (total - 1)) < 1.0 / 110
    }

    // MARK: Codes

    /// Bits in the order in which they are written, the first one lowest.
    private struct Code {
        var bits: UInt32
        var count: UInt32
    }

    /// Section 3.2.6: codes are written from their highest bit.
    private static func code(ofSymbol symbol: UInt32) -> Code {
        func turned(_ value: UInt32, _ count: UInt32) -> Code {
            var (rest, bits) = (value, UInt32(0))
            for _ in 0..<count {
                bits = bits << 1 | rest & 1
                rest >>= 1
            }
            return Code(bits: bits, count: count)
        }
        switch symbol {
        case ..<144: return turned(0x30 + symbol, 8)
        case ..<256: return turned(0x190 + symbol - 144, 9)
        case ..<280: return turned(symbol - 256, 7)
        default: return turned(0xC0 + symbol - 280, 8)
        }
    }

    private static func literal(_ byte: UInt32) -> Code { code(ofSymbol: byte) }

    /// A match of so many bytes, one byte back: the length's symbol and extra bits (section
    /// 3.2.5), then the distance code 0 in five bits.
    private static func length(_ count: UInt32) -> Code {
        if count == 258 {
            let end = code(ofSymbol: 285)
            return Code(bits: end.bits, count: end.count + 5)
        }
        var (symbol, base, extra) = (UInt32(257), UInt32(3), UInt32(0))
        while count >= base + 1 << extra {
            base += 1 << extra
            symbol += 1
            // From symbol 265 on, each four share a number of extra bits.
            extra = symbol < 265 ? 0 : (symbol - 261) / 4
        }
        let start = code(ofSymbol: symbol)
        return Code(
            bits: start.bits | (count - base) << start.count, count: start.count + extra + 5)
    }

    /// Gathers bits and writes them eight bytes ahead.
    private struct Writer {
        private let start: UnsafeMutablePointer<UInt8>
        private(set) var count = 0
        private var gathered: UInt64 = 0
        private var waiting: UInt32 = 0

        init(_ start: UnsafeMutablePointer<UInt8>) { self.start = start }

        @inline(__always)
        mutating func put(_ code: Code) {
            gathered |= UInt64(code.bits) &<< UInt64(waiting)
            waiting &+= code.count
            guard waiting >= 32 else { return }
            UnsafeMutableRawPointer(start + count).storeBytes(
                of: UInt32(truncatingIfNeeded: gathered).littleEndian, as: UInt32.self)
            count &+= 4
            gathered &>>= 32
            waiting &-= 32
        }

        /// Fills the last byte with zeros.
        mutating func finish() {
            while waiting > 0 {
                append(UInt8(truncatingIfNeeded: gathered))
                gathered >>= 8
                waiting = waiting > 8 ? waiting - 8 : 0
            }
        }

        mutating func append(_ byte: UInt8) {
            start[count] = byte
            count += 1
        }
    }
}
