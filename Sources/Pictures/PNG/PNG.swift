import CPNG

/// Pictures as PNG files: written by `Compressor` and `Chunks`, read by libpng's simplified
/// interface, which reports every fault as a value.
package enum PNG {
    /// A PNG of `image` with `text` as tEXt chunks (iTXt where a word is not Latin-1).
    ///
    /// Keywords are cut to the 79 bytes that the format allows; entries with an empty keyword
    /// are left out. Throws `PictureError.encoding` when the picture is too large for the format.
    package static func encode(
        _ image: Image, text: [(String, String)] = []
    ) throws(PictureError) -> [UInt8] {
        let plain: [UInt8]
        if image.channels == 3, let indexed = Palette(image) {
            plain = write(
                indexed.indices, width: image.width, height: image.height, channels: 1,
                palette: indexed.colours)
        } else {
            plain = write(
                image.bytes, width: image.width, height: image.height, channels: image.channels)
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

    /// Whether two files show the same, whatever their words; of animations, each picture.
    package static func samePixels(
        _ one: [UInt8], _ other: [UInt8]
    ) throws(PictureError) -> Bool {
        let (first, second) = (try decode(one), try decode(other))
        guard first.width == second.width, first.height == second.height,
            try first.converted(toChannels: 4) == second.converted(toChannels: 4)
        else { return false }
        // The further pictures of an animation were packed by the same hand when they are equal.
        return try later(in: one) == later(in: other)
    }

    /// What an animation shows after its first picture, and when.
    private static func later(in file: [UInt8]) throws(PictureError) -> [ArraySlice<UInt8>] {
        try Chunks.places(in: file).filter { $0.isNamed("fcTL") || $0.isNamed("fdAT") }.map {
            file[$0.content]
        }
    }

    // MARK: libpng

    static func format(channels: Int) -> UInt32 {
        switch channels {
        case 1: 0
        case 3: UInt32(PNG_FORMAT_FLAG_COLOR)
        default: UInt32(PNG_FORMAT_FLAG_COLOR) | UInt32(PNG_FORMAT_FLAG_ALPHA)
        }
    }

    /// A whole file: the header, a palette where there is one, and all pixels in one IDAT.
    static func write(
        _ pixels: [UInt8], width: Int, height: Int, channels: Int, palette: [UInt8] = []
    ) -> [UInt8] {
        let bytes = palette.isEmpty ? channels : 1
        let packed = Compressor.pack(
            pixels, row: width * bytes, height: height, pixel: bytes)
        var header: [UInt8] = []
        Chunks.appendNumber(UInt32(width), to: &header)
        Chunks.appendNumber(UInt32(height), to: &header)
        // Eight bits a channel; grey, RGB, palette or RGBA; deflate, filters, no interlacing.
        let kind: UInt8 = palette.isEmpty ? (channels == 1 ? 0 : channels == 3 ? 2 : 6) : 3
        header += [8, kind, 0, 0, 0]
        var file = Chunks.signature
        file.reserveCapacity(packed.count + palette.count + 128)
        Chunks.append("IHDR", [header[...]], to: &file)
        // The colours are sRGB's, for people to look at (rendering intent 0).
        Chunks.append("sRGB", [[0]], to: &file)
        if !palette.isEmpty { Chunks.append("PLTE", [palette[...]], to: &file) }
        Chunks.append("IDAT", [packed[...]], to: &file)
        Chunks.append("IEND", [], to: &file)
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
