import CPNG

/// Pixels of one byte per channel, row by row.
struct Picture: Equatable {
    var height: Int
    var width: Int
    /// 1 (grey) or 3 (red, green, blue).
    var channels: Int
    var bytes: [UInt8]

    /// The most values a picture may have: 16,384 x 16,384 in grey.
    static let mostValues = 1 << 28

    /// The picture of a PNG or JPEG file, which its first bytes tell and not its name, set upright
    /// where the camera says how it was held.
    static func read(_ path: String) throws -> Picture {
        let file = try FileBytes.read(path, limit: 1 << 28)
        let picture =
            file.starts(with: [0xFF, 0xD8]) ? try jpeg(file, path) : try png(file, path)
        return picture.upright(Orientation.of(file))
    }

    /// The picture of a PNG file as it is stored; what is transparent becomes white.
    ///
    /// Grey files give one channel, all others three. Throws for anything that libpng refuses.
    static func png(_ file: [UInt8], _ path: String) throws -> Picture {
        var image = png_image()
        image.version = UInt32(PNG_IMAGE_VERSION)
        return try file.withUnsafeBytes { content in
            guard png_image_begin_read_from_memory(&image, content.baseAddress, content.count) != 0
            else { throw fault(path, &image) }
            defer { png_image_free(&image) }
            // 16-bit values are as dark as the 8-bit ones of other files, not linear light.
            image.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
            let isColoured = image.format & PNG_FORMAT_FLAG_COLOR != 0
            image.format = isColoured ? PNG_FORMAT_FLAG_COLOR : 0
            let channels = isColoured ? 3 : 1
            let (height, width) = (Int(image.height), Int(image.width))
            // Both sizes are below 2^31, so the product cannot overflow.
            guard height * width <= mostValues / channels else {
                throw DatasetError.damaged(
                    path: path, problem: "\(width) x \(height) pixels are too many", hint: nil)
            }
            var bytes = [UInt8](repeating: 0, count: height * width * channels)
            var white = png_color(red: 255, green: 255, blue: 255)
            guard png_image_finish_read(&image, &white, &bytes, 0, nil) != 0 else {
                throw fault(path, &image)
            }
            return Picture(height: height, width: width, channels: channels, bytes: bytes)
        }
    }

    private static func fault(_ path: String, _ image: inout png_image) -> DatasetError {
        // The message is a C array, which Swift sees as a tuple; its address is the string.
        let message = withUnsafePointer(to: &image.message) {
            $0.withMemoryRebound(to: CChar.self, capacity: 64) { String(cString: $0) }
        }
        return .damaged(
            path: path, problem: "it is no sound PNG file (\(message))",
            hint: "open it in a picture viewer and save it again")
    }

    /// With one channel (the luma of Rec. 709) or three.
    func with(channels wanted: Int) -> Picture {
        guard wanted != channels else { return self }
        var copy = self
        copy.channels = wanted
        if wanted == 3 {
            copy.bytes = bytes.flatMap { [$0, $0, $0] }
        } else {
            copy.bytes = (0..<height * width).map { pixel in
                let luma =
                    0.2126 * Double(bytes[3 * pixel]) + 0.7152 * Double(bytes[3 * pixel + 1])
                    + 0.0722 * Double(bytes[3 * pixel + 2])
                return UInt8(luma.rounded())
            }
        }
        return copy
    }

    /// Cut to the proportions of `height` x `width` around the centre, then averaged by area.
    ///
    /// Each new pixel is the mean of the area of old pixels under it, so nothing aliases when
    /// a picture shrinks; when it grows, pixels become blocks.
    func resized(height newHeight: Int, width newWidth: Int) -> Picture {
        guard newHeight != height || newWidth != width else { return self }
        let scale = min(
            Double(height) / Double(newHeight), Double(width) / Double(newWidth))
        let top = (Double(height) - scale * Double(newHeight)) / 2
        let left = (Double(width) - scale * Double(newWidth)) / 2
        let rows = Self.shares(newHeight, from: top, step: scale, limit: height)
        let columns = Self.shares(newWidth, from: left, step: scale, limit: width)
        var result = Picture(
            height: newHeight, width: newWidth, channels: channels,
            bytes: [UInt8](repeating: 0, count: newHeight * newWidth * channels))
        for y in 0..<newHeight {
            for x in 0..<newWidth {
                for channel in 0..<channels {
                    var sum = 0.0
                    for row in rows[y] {
                        for column in columns[x] {
                            let place = (row.index * width + column.index) * channels + channel
                            sum += row.share * column.share * Double(bytes[place])
                        }
                    }
                    result.bytes[(y * newWidth + x) * channels + channel] = UInt8(
                        min(max(sum.rounded(), 0), 255))
                }
            }
        }
        return result
    }

    /// For each of `count` new pixels, the old pixels under it and the share of each; the shares
    /// of one pixel add up to 1.
    private static func shares(
        _ count: Int, from start: Double, step: Double, limit: Int
    ) -> [[(index: Int, share: Double)]] {
        (0..<count).map { pixel in
            let low = start + Double(pixel) * step
            let high = min(low + step, Double(limit))
            let first = min(max(Int(low), 0), limit - 1)
            let last = min(max(Int(high.rounded(.up)) - 1, first), limit - 1)
            let parts = (first...last).map { index in
                let covered = min(high, Double(index + 1)) - max(low, Double(index))
                return (index: index, share: max(covered, 0))
            }
            let total = parts.reduce(0) { $0 + $1.share }
            guard total > 0 else { return [(index: first, share: 1)] }
            return parts.map { (index: $0.index, share: $0.share / total) }
        }
    }
}
