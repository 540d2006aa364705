import CPNG

/// Pictures as PNG files, by libpng's simplified interface, which reports every fault as a value.
package enum PNG {
    /// A PNG of `image` with `text` as tEXt chunks (iTXt where a word is not Latin-1).
    ///
    /// Keywords are cut to the 79 bytes that the format allows; entries with an empty keyword
    /// are left out. Throws `PictureError.encoding` when libpng refuses.
    package static func encode(
        _ image: Image, text: [(String, String)] = []
    ) throws(PictureError) -> [UInt8] {
        let plain: [UInt8]
        if image.channels == 3, let indexed = Palette(image) {
            plain = try write(
                indexed.indices, width: image.width, height: image.height,
                format: UInt32(PNG_FORMAT_FLAG_COLOR) | UInt32(PNG_FORMAT_FLAG_COLORMAP),
                bytesPerPixel: 1, palette: indexed.colours)
        } else {
            plain = try write(
                image.bytes, width: image.width, height: image.height,
                format: format(channels: image.channels), bytesPerPixel: image.channels)
        }
        return text.isEmpty ? plain : try inserting(text, into: plain)
    }

    /// The picture in a PNG file: grey stays grey, palettes become RGB, anything with
    /// transparency RGBA, 16-bit channels are rounded to 8.
    ///
    /// Throws `PictureError.decoding` for anything that is not a whole valid PNG, and
    /// `PictureError.size` for more than `Image.largest` pixels, before memory is taken for them.
    package static func decode(_ bytes: [UInt8]) throws(PictureError) -> Image {
        let chunks = try Chunks.places(in: bytes)
        var control = png_image()
        control.version = UInt32(PNG_IMAGE_VERSION)
        defer { png_image_free(&control) }
        let result: Result<Image, PictureError> = bytes.withUnsafeBufferPointer { source in
            do throws(PictureError) {
                return .success(try read(source, chunks: chunks, control: &control))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// The words in a file's tEXt chunks and uncompressed iTXt chunks, in order.
    package static func text(in bytes: [UInt8]) throws(PictureError) -> [(String, String)] {
        var found: [(String, String)] = []
        for chunk in try Chunks.places(in: bytes) {
            let content = bytes[chunk.content]
            guard let end = content.firstIndex(of: 0) else { continue }
            let keyword = latin(content[..<end])
            if chunk.isNamed("tEXt") {
                found.append((keyword, latin(content[(end + 1)...])))
            } else if chunk.isNamed("iTXt"), content.endIndex - end >= 5, content[end + 1] == 0 {
                // Compression flag and method, then language and translated keyword, each
                // ended by a zero.
                let rest = content[(end + 3)...]
                guard let language = rest.firstIndex(of: 0),
                    let translated = rest[(language + 1)...].firstIndex(of: 0)
                else { continue }
                found.append((keyword, String(decoding: rest[(translated + 1)...], as: UTF8.self)))
            }
        }
        return found
    }

    // MARK: libpng

    static func format(channels: Int) -> UInt32 {
        switch channels {
        case 1: 0
        case 3: UInt32(PNG_FORMAT_FLAG_COLOR)
        default: UInt32(PNG_FORMAT_FLAG_COLOR) | UInt32(PNG_FORMAT_FLAG_ALPHA)
        }
    }

    /// Compresses at zlib's level 3 without filters, which libpng calls "fast": for sheets of
    /// digits and for plots it takes a third of the default's time for a tenth more bytes.
    static func write(
        _ pixels: [UInt8], width: Int, height: Int, format: UInt32, bytesPerPixel: Int,
        palette: [UInt8] = []
    ) throws(PictureError) -> [UInt8] {
        var control = png_image()
        control.version = UInt32(PNG_IMAGE_VERSION)
        control.width = UInt32(width)
        control.height = UInt32(height)
        control.format = format
        control.flags = UInt32(PNG_IMAGE_FLAG_FAST)
        control.colormap_entries = UInt32(palette.count / 3)
        defer { png_image_free(&control) }
        // zlib's worst case is a few bytes in 16 KiB, libpng adds 12 for every 8 KiB.
        let raw = (width * bytesPerPixel + 1) * height
        let capacity = raw + raw / 128 + 65_536
        var written = 0
        let file = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            var size = png_alloc_size_t(capacity)
            let done = palette.withUnsafeBufferPointer { colours in
                png_image_write_to_memory(
                    &control, buffer.baseAddress, &size, 0, pixels, 0,
                    colours.isEmpty ? nil : colours.baseAddress)
            }
            written = done == 0 ? 0 : Int(size)
            count = written
        }
        guard written > 0 else { throw .encoding(message(of: control)) }
        return file
    }

    private static func read(
        _ source: UnsafeBufferPointer<UInt8>, chunks: [Chunks.Place], control: inout png_image
    ) throws(PictureError) -> Image {
        guard png_image_begin_read_from_memory(&control, source.baseAddress, source.count) != 0
        else { throw .decoding(message(of: control)) }
        let width = Int(control.width)
        let height = Int(control.height)
        let hasAlpha = control.format & UInt32(PNG_FORMAT_FLAG_ALPHA) != 0
        let hasColour = control.format & UInt32(PNG_FORMAT_FLAG_COLOR) != 0
        let channels = hasAlpha ? 4 : hasColour ? 3 : 1
        let count = try Image.byteCount(width: width, height: height, channels: channels)
        // Deflate expands at most 1032 times, and a pixel takes at least one bit: a small file
        // that claims a huge picture is refused before memory is taken for it.
        let compressed = chunks.reduce(0) { $0 + ($1.isNamed("IDAT") ? $1.content.count : 0) }
        guard width * height / 8 <= compressed * 1032 else {
            throw .decoding("the pixels are cut off")
        }
        control.format = format(channels: channels)
        control.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
        var failed = false
        let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            // Zeroed first, so that a fault half-way leaves no foreign memory behind.
            buffer.initialize(repeating: 0)
            failed = png_image_finish_read(&control, nil, buffer.baseAddress, 0, nil) == 0
            filled = count
        }
        guard !failed else { throw .decoding(message(of: control)) }
        return try Image(width: width, height: height, channels: channels, bytes: pixels)
    }

    private static func message(of control: png_image) -> String {
        withUnsafeBytes(of: control.message) { bytes in
            let text = bytes.prefix { $0 != 0 }
            return text.isEmpty ? "no reason given" : String(decoding: text, as: UTF8.self)
        }
    }

    // MARK: Words

    /// The file with text chunks put before its first IDAT.
    static func inserting(
        _ text: [(String, String)], into file: [UInt8]
    ) throws(PictureError) -> [UInt8] {
        let place = try Chunks.places(in: file).first { $0.isNamed("IDAT") }
        guard let start = place?.whole.lowerBound else { throw .encoding("no pixels were written") }
        var result = Array(file[..<start])
        result.reserveCapacity(file.count + 512)
        appendText(text, to: &result)
        result += file[start...]
        return result
    }

    static func appendText(_ text: [(String, String)], to file: inout [UInt8]) {
        for (keyword, words) in text {
            let key = keywordBytes(keyword)
            if key.isEmpty { continue }
            if let plain = latinBytes(words) {
                Chunks.append("tEXt", [key[...], [0], plain[...]], to: &file)
            } else {
                let content = words.utf8.filter { $0 != 0 }
                Chunks.append("iTXt", [key[...], [0, 0, 0, 0, 0], content[...]], to: &file)
            }
        }
    }

    /// A keyword as the format wants it: 1 to 79 printable Latin-1 bytes, no outer spaces.
    private static func keywordBytes(_ keyword: String) -> [UInt8] {
        let bytes = keyword.unicodeScalars.map { scalar -> UInt8 in
            let isPrintable = 32...126 ~= scalar.value || 161...255 ~= scalar.value
            return isPrintable ? UInt8(scalar.value) : UInt8(ascii: "?")
        }
        let space = UInt8(ascii: " ")
        var cut = bytes.drop { $0 == space }.prefix(79)
        while cut.last == space { cut.removeLast() }
        return Array(cut)
    }

    private static func latinBytes(_ words: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        for scalar in words.unicodeScalars where scalar.value != 0 {
            guard scalar.value < 256 else { return nil }
            bytes.append(UInt8(scalar.value))
        }
        return bytes
    }

    private static func latin(_ bytes: ArraySlice<UInt8>) -> String {
        var words = String.UnicodeScalarView()
        for byte in bytes { words.append(Unicode.Scalar(byte)) }
        return String(words)
    }
}
