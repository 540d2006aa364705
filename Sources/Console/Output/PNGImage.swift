import CPNG

/// The pixels of a PNG, four bytes each (red, green, blue, opacity), as chafa takes them.
package struct PNGImage {
    package let width: Int
    package let height: Int
    package let pixels: [UInt8]

    /// Larger pictures are not for a terminal.
    private static let mostPixels = 1 << 26

    /// Nil when the bytes are no sound PNG.
    package init?(_ bytes: [UInt8]) {
        var image = png_image()
        image.version = UInt32(PNG_IMAGE_VERSION)
        guard png_image_begin_read_from_memory(&image, bytes, bytes.count) != 0 else { return nil }
        defer { png_image_free(&image) }
        image.format = UInt32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA)
        width = Int(image.width)
        height = Int(image.height)
        guard width > 0, height > 0, width * height <= Self.mostPixels else { return nil }
        var buffer = [UInt8](repeating: 0, count: width * height * 4)
        guard png_image_finish_read(&image, nil, &buffer, Int32(width * 4), nil) != 0 else {
            return nil
        }
        pixels = buffer
    }

    /// Width and height from the header alone; nil when it is no PNG.
    package static func size(of bytes: [UInt8]) -> (width: Int, height: Int)? {
        let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        guard bytes.count >= 24, bytes.starts(with: signature) else { return nil }
        let number = { (start: Int) in
            bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
        }
        let size = (number(16), number(20))
        return size.0 > 0 && size.1 > 0 ? size : nil
    }
}
