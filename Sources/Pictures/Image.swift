/// Pixels in rows from the top, eight bits a channel: grey, RGB or RGBA (alpha not premultiplied).
package struct Image: Equatable, Sendable {
    /// Width in pixels.
    package let width: Int
    /// Height in pixels.
    package let height: Int
    /// 1 (grey), 3 (RGB) or 4 (RGBA).
    package let channels: Int
    /// `height * width * channels` bytes, row by row from the top left.
    package private(set) var bytes: [UInt8]

    /// The largest number of pixels in one picture: 2^26, an 8192x8192 square.
    package static let largest = 1 << 26

    /// A picture from its bytes; throws `PictureError` when sizes and bytes do not fit.
    package init(width: Int, height: Int, channels: Int, bytes: [UInt8]) throws(PictureError) {
        let expected = try Image.byteCount(width: width, height: height, channels: channels)
        guard bytes.count == expected else {
            throw .byteCount(expected: expected, found: bytes.count)
        }
        self.width = width
        self.height = height
        self.channels = channels
        self.bytes = bytes
    }

    /// A picture of one colour, with 1, 3 or 4 channels (grey takes the colour's luma).
    package init(
        width: Int, height: Int, channels: Int, filledWith colour: Colour
    ) throws(PictureError) {
        let count = try Image.byteCount(width: width, height: height, channels: channels)
        self.width = width
        self.height = height
        self.channels = channels
        let pixel = colour.bytes(channels: channels)
        if pixel.allSatisfy({ $0 == pixel[0] }) {
            bytes = [UInt8](repeating: pixel[0], count: count)
        } else {
            bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                for index in 0..<count { buffer[index] = pixel[index % channels] }
                filled = count
            }
        }
    }

    /// The bytes that a picture of this size has; throws when the size is not allowed.
    static func byteCount(
        width: Int, height: Int, channels: Int
    ) throws(PictureError) -> Int {
        guard channels == 1 || channels == 3 || channels == 4 else { throw .channels(channels) }
        guard width > 0, height > 0, width <= largest, height <= largest,
            width * height <= largest
        else { throw .size(width: width, height: height) }
        return width * height * channels
    }

    /// The bytes of the pixel at column `x` and row `y`, or none outside the picture.
    package func pixel(x: Int, y: Int) -> [UInt8] {
        guard x >= 0, x < width, y >= 0, y < height else { return [] }
        let start = (y * width + x) * channels
        return Array(bytes[start..<start + channels])
    }

    /// The same picture with 3 or 4 channels; grey is repeated, missing alpha is opaque.
    package func converted(toChannels target: Int) throws(PictureError) -> Image {
        if target == channels { return self }
        let count = try Image.byteCount(width: width, height: height, channels: target)
        let source = channels
        let result = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            var write = 0
            for pixel in 0..<width * height {
                let read = pixel * source
                for channel in 0..<target {
                    if channel == 3 {
                        buffer[write] = source == 4 ? bytes[read + 3] : 255
                    } else {
                        buffer[write] = bytes[read + (source == 1 ? 0 : channel)]
                    }
                    write += 1
                }
            }
            filled = count
        }
        return try Image(width: width, height: height, channels: target, bytes: result)
    }

    /// Copies `picture` into this one with its top left corner at (`x`, `y`), each pixel repeated
    /// `zoom` times in both directions; parts outside are left out.
    package mutating func paste(_ picture: Image, x: Int, y: Int, zoom: Int = 1) {
        guard zoom > 0, abs(x) <= Image.largest, abs(y) <= Image.largest else { return }
        func visible(_ size: Int, at place: Int, of whole: Int) -> Range<Int> {
            let first = Swift.max(0, -place)
            return first..<Swift.max(first, Swift.min(size, whole - place))
        }
        let span = visible(picture.width * zoom, at: x, of: width)
        let rows = visible(picture.height * zoom, at: y, of: height)
        if span.isEmpty || rows.isEmpty { return }
        if picture.channels == channels, span.count == picture.width * zoom,
            rows.count == picture.height * zoom
        {
            pasteWhole(picture, x: x, y: y, zoom: zoom)
            return
        }
        let (from, to, wide) = (picture.channels, channels, width)
        bytes.withUnsafeMutableBufferPointer { target in
            picture.bytes.withUnsafeBufferPointer { source in
                for row in rows {
                    let start = ((y + row) * wide + x) * to
                    if row % zoom != 0, row > rows.lowerBound {
                        let above = start - wide * to
                        for index in span.lowerBound * to..<span.upperBound * to {
                            target[start + index] = target[above + index]
                        }
                        continue
                    }
                    let line = row / zoom * picture.width
                    for column in span {
                        let read = (line + column / zoom) * from
                        let write = start + column * to
                        for channel in 0..<to {
                            target[write + channel] =
                                channel == 3
                                ? (from == 4 ? source[read + 3] : 255)
                                : source[read + (from == 1 ? 0 : Swift.min(channel, from - 1))]
                        }
                    }
                }
            }
        }
    }

    /// The same for a picture of as many channels that lies wholly inside: each row is widened
    /// once and then copied, which is most of the time of a sheet of samples.
    private mutating func pasteWhole(_ picture: Image, x: Int, y: Int, zoom: Int) {
        let (channels, stride) = (channels, width * channels)
        let row = picture.width * zoom * channels
        bytes.withUnsafeMutableBufferPointer { target in
            picture.bytes.withUnsafeBufferPointer { source in
                guard let target = target.baseAddress, var read = source.baseAddress else { return }
                for line in 0..<picture.height {
                    let start = target + (y + line * zoom) * stride + x * channels
                    if zoom == 1 {
                        start.update(from: read, count: row)
                        read += row
                        continue
                    }
                    read += Self.widen(read, picture.width, channels, zoom, to: start)
                    for copy in 1..<zoom {
                        (start + copy * stride).update(from: start, count: row)
                    }
                }
            }
        }
    }

    /// Writes each of `count` pixels `zoom` times; returns the bytes that it read.
    @inline(__always)
    private static func widen(
        _ read: UnsafePointer<UInt8>, _ count: Int, _ channels: Int, _ zoom: Int,
        to start: UnsafeMutablePointer<UInt8>
    ) -> Int {
        var write = start
        // A pixel of up to eight bytes is one store, which may reach into the next one's place:
        // not so the last ones of the row.
        let quick = channels == 1 && zoom <= 8 ? max(0, count - 8 / zoom) : 0
        for index in 0..<quick {
            UnsafeMutableRawPointer(write).storeBytes(
                of: UInt64(read[index]) &* 0x0101_0101_0101_0101, as: UInt64.self)
            write += zoom
        }
        var done = quick
        if channels == 3 {
            // Three bytes as four: the next pixel writes over the last, and the last one of the
            // row is left to the loop below.
            while done < count - 1 {
                let pixel = UnsafeRawPointer(read + done * 3)
                    .loadUnaligned(as: UInt32.self)
                for _ in 0..<zoom {
                    UnsafeMutableRawPointer(write).storeBytes(of: pixel, as: UInt32.self)
                    write += 3
                }
                done += 1
            }
        }
        for index in done..<count {
            for _ in 0..<zoom {
                for channel in 0..<channels { write[channel] = read[index * channels + channel] }
                write += channels
            }
        }
        return count * channels
    }

    /// The part of the picture that begins at (`x`, `y`); throws when it reaches outside.
    package func part(x: Int, y: Int, width: Int, height: Int) throws(PictureError) -> Image {
        guard x >= 0, y >= 0, width > 0, height > 0, width <= self.width - x,
            height <= self.height - y
        else { throw .size(width: width, height: height) }
        var result: [UInt8] = []
        result.reserveCapacity(width * height * channels)
        for row in y..<y + height {
            let start = (row * self.width + x) * channels
            result += bytes[start..<start + width * channels]
        }
        return try Image(width: width, height: height, channels: channels, bytes: result)
    }
}
