/// An RGB picture of at most 256 colours as one byte a pixel and a table of colours: a third of
/// the bytes to compress, which is most of a plot's time.
struct Palette {
    /// One index a pixel.
    let indices: [UInt8]
    /// Three bytes a colour, in order of first appearance.
    let colours: [UInt8]

    /// None when the picture is not RGB or has more than 256 colours.
    init?(_ image: Image) {
        guard image.channels == 3 else { return nil }
        let count = image.width * image.height
        // An open table of 1024 places: colour + 1 (0 = free) and its index.
        var keys = [UInt32](repeating: 0, count: 1024)
        var places = [UInt8](repeating: 0, count: 1024)
        var table: [UInt8] = []
        var overflow = false
        let indices = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            image.bytes.withUnsafeBufferPointer { bytes in
                var last: UInt32 = .max
                var lastIndex: UInt8 = 0
                for pixel in 0..<count {
                    let key =
                        UInt32(bytes[pixel * 3]) << 16 | UInt32(bytes[pixel * 3 + 1]) << 8
                        | UInt32(bytes[pixel * 3 + 2])
                    if key != last {
                        var slot = Int((key &* 2_654_435_769) >> 22)
                        while keys[slot] != 0, keys[slot] != key + 1 { slot = (slot + 1) & 1023 }
                        if keys[slot] == 0 {
                            guard table.count < 768 else {
                                overflow = true
                                return
                            }
                            keys[slot] = key + 1
                            places[slot] = UInt8(table.count / 3)
                            table += [
                                UInt8(truncatingIfNeeded: key >> 16),
                                UInt8(truncatingIfNeeded: key >> 8),
                                UInt8(truncatingIfNeeded: key),
                            ]
                        }
                        last = key
                        lastIndex = places[slot]
                    }
                    buffer[pixel] = lastIndex
                }
            }
            filled = overflow ? 0 : count
        }
        if overflow { return nil }
        self.indices = indices
        colours = table
    }
}
