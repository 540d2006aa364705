import CZlib

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The pixels of a PNG as its IDAT holds them: each row after a filter, all in one zlib stream.
///
/// Goals in order: exact, fast, small. Of the filters None, Up and Sub (PNG, third edition 2025,
/// section 9) a row gets the one that costs least; a row that repeats the one above, as in a
/// zoomed picture, becomes zeros without a look at the others. `RunCoder` packs what is left.
enum Compressor {
    /// The zlib stream of `height` rows of `row` bytes, of which a pixel has `pixel`.
    static func pack(_ pixels: [UInt8], row: Int, height: Int, pixel: Int) -> [UInt8] {
        let (filtered, sum) = pixels.withUnsafeBufferPointer { pixels in
            filter(pixels, row: row, height: height, pixel: pixel)
        }
        return RunCoder.pack(filtered, distance: pixel, checksum: sum)
    }

    // MARK: Filters

    /// The rows, each after its filter's number, and their Adler-32 (RFC 1950).
    private static func filter(
        _ pixels: UnsafeBufferPointer<UInt8>, row: Int, height: Int, pixel: Int
    ) -> ([UInt8], UInt) {
        guard let source = pixels.baseAddress else { return ([], 1) }
        var sum: UInt = 1
        let filtered = [UInt8](unsafeUninitializedCapacity: (row + 1) * height) { buffer, count in
            count = (row + 1) * height
            guard var write = buffer.baseAddress else { return }
            for line in 0..<height {
                let here = source + line * row
                let above: UnsafePointer<UInt8>? = line > 0 ? here - row : nil
                if let above, memcmp(here, above, row) == 0 {
                    write.pointee = 2
                    (write + 1).update(repeating: 0, count: row)
                    sum = summed(sum, 2, zeros: row)
                } else {
                    put(here, above, row, pixel, to: write)
                    sum = adler32(sum, write, UInt32(row + 1))
                }
                write += row + 1
            }
        }
        return (filtered, sum)
    }

    /// Adler-32 after one more byte and zeros: they leave the sum of the bytes as it is, and add
    /// it to the sum of the sums each time.
    private static func summed(_ sum: UInt, _ byte: UInt, zeros: Int) -> UInt {
        let bytes = (sum & 0xFFFF + byte) % 65521
        let sums = (sum >> 16 + bytes * UInt(zeros + 1)) % 65521
        return sums << 16 | bytes
    }

    /// Writes the number of the filter that suits a row, and the row after it.
    private static func put(
        _ here: UnsafePointer<UInt8>, _ above: UnsafePointer<UInt8>?, _ row: Int, _ pixel: Int,
        to write: UnsafeMutablePointer<UInt8>
    ) {
        var best = (kind: 0 as UInt8, cost: cost(here, nil, row, pixel))
        if let above, best.cost > 0 {
            let found = cost(here, above, row, pixel)
            if found < best.cost { best = (2, found) }
        }
        // A bit for each byte: what is left to gain is worth a third look.
        if best.cost > Double(row), row > pixel {
            let found = cost(here + pixel, here, row - pixel, pixel)
            if found < best.cost { best = (1, found) }
        }
        write.pointee = best.kind
        let target = write + 1
        switch (best.kind, above) {
        case (1, _):
            let start = min(pixel, row)
            target.update(from: here, count: start)
            for index in start..<row { target[index] = here[index] &- here[index &- pixel] }
        case (2, let above?):
            for index in 0..<row { target[index] = here[index] &- above[index] }
        default: target.update(from: here, count: row)
        }
    }

    /// Of how many stretches of a row one is looked at.
    private static let every = 3

    /// About how many bits `count` bytes take, less those of `other` where there are some: bytes
    /// that equal their like of the pixel before are runs, others cost the more the further they
    /// are from 0.
    private static func cost(
        _ bytes: UnsafePointer<UInt8>, _ other: UnsafePointer<UInt8>?, _ count: Int, _ pixel: Int
    ) -> Double {
        let (breaks, sizes, looked) =
            if let other {
                sums(count, pixel) { bytes[$0] &- other[$0] }
            } else {
                sums(count, pixel) { bytes[$0] }
            }
        if breaks == 0 { return 0 }
        let share = Double(breaks) / Double(looked) * Double(count)
        // Numbers of a palette are names: they cost the same, whichever they are.
        return pixel == 1 ? 4 * share : share * log2(4 + 2 * Double(sizes) / Double(looked))
    }

    /// Of a part of the bytes: how many differ from their like of the pixel before, their
    /// distances from 0, and how many were looked at.
    @inline(__always)
    private static func sums(
        _ count: Int, _ pixel: Int, _ byte: (Int) -> UInt8
    ) -> (breaks: Int, sizes: Int, looked: Int) {
        var (breaks, sizes, looked) = (0, 0, 0)
        @inline(__always)
        func look(_ start: Int, _ length: Int) {
            // In few bits, which a stretch cannot overflow, so that it runs in vectors.
            var (changed, size) = (0 as UInt8, 0 as UInt16)
            for index in 0..<length {
                let value = byte(start &+ index)
                changed &+= value == byte(start &+ index &+ pixel) ? 0 : 1
                size &+= UInt16(truncatingIfNeeded: min(value, 0 &- value))
            }
            breaks &+= Int(changed)
            sizes &+= Int(size)
            looked &+= length
        }
        let stretch = 64
        var start = 0
        while start + stretch + pixel <= count {
            look(start, stretch)
            start &+= stretch * every
        }
        if looked == 0, count > pixel { look(0, count - pixel) }
        return (breaks, sizes, looked)
    }
}
