/// How a camera was held: the EXIF tag of a picture file, 1 to 8, and the turn that sets it right.
///
/// EXIF 2.32 (CIPA DC-008), section 4.6.4, tag 0x0112. The block lies in a JPEG file's APP1 segment
/// or a PNG file's eXIf chunk. What is malformed counts as 1: the picture is taken as it is stored.
enum Orientation {
    static func of(_ file: [UInt8]) -> Int {
        let block = file.starts(with: [0xFF, 0xD8]) ? inJPEG(file) : inPNG(file)
        return block.flatMap { tag(in: $0) } ?? 1
    }

    /// The first APP1 segment that begins with `Exif`, before the picture's own data.
    private static func inJPEG(_ file: [UInt8]) -> ArraySlice<UInt8>? {
        var place = 2
        while place + 4 <= file.count, file[place] == 0xFF {
            let marker = file[place + 1]
            if marker == 0xFF {  // A byte of filling.
                place += 1
                continue
            }
            // SOS: the scan begins. EOI: the end.
            guard marker != 0xDA, marker != 0xD9 else { return nil }
            let length = Int(file[place + 2]) << 8 | Int(file[place + 3])
            let end = place + 2 + length
            guard length >= 2, end <= file.count else { return nil }
            let body = file[(place + 4)..<end]
            if marker == 0xE1, body.starts(with: [0x45, 0x78, 0x69, 0x66, 0, 0]) {
                return body.dropFirst(6)
            }
            place = end
        }
        return nil
    }

    private static func inPNG(_ file: [UInt8]) -> ArraySlice<UInt8>? {
        var place = 8
        while place + 12 <= file.count {
            let length = file[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
            guard length <= file.count - place - 12 else { return nil }
            let body = file[(place + 8)..<(place + 8 + length)]
            if file[(place + 4)..<(place + 8)].elementsEqual("eXIf".utf8) { return body }
            place += 12 + length
        }
        return nil
    }

    /// The tag in the first directory of a TIFF block of either byte order.
    private static func tag(in block: ArraySlice<UInt8>) -> Int? {
        let bytes = Array(block)
        guard bytes.count >= 8 else { return nil }
        let isLittle = bytes.starts(with: [0x49, 0x49, 42, 0])
        guard isLittle || bytes.starts(with: [0x4D, 0x4D, 0, 42]) else { return nil }
        func number(_ start: Int, _ width: Int) -> Int? {
            guard start >= 0, start + width <= bytes.count else { return nil }
            let part = bytes[start..<start + width]
            return (isLittle ? Array(part.reversed()) : Array(part)).reduce(0) { $0 << 8 | Int($1) }
        }
        guard let start = number(4, 4), let count = number(start, 2) else { return nil }
        for entry in 0..<count {
            let place = start + 2 + 12 * entry
            guard let name = number(place, 2) else { return nil }
            guard name == 0x0112 else { continue }
            // One 16-bit number, in the first half of the four bytes for values.
            guard number(place + 2, 2) == 3, let value = number(place + 8, 2),
                (1...8).contains(value)
            else { return nil }
            return value
        }
        return nil
    }
}

extension Picture {
    /// Set upright: what EXIF's orientation says of the stored pixels, undone.
    func upright(_ orientation: Int) -> Picture {
        guard (2...8).contains(orientation) else { return self }
        // From 5 on rows and columns change places; the rest is mirroring of the stored picture.
        let turns = orientation >= 5
        let flipsRows = [3, 4, 6, 7].contains(orientation)
        let flipsColumns = [2, 3, 7, 8].contains(orientation)
        var result = self
        (result.height, result.width) = turns ? (width, height) : (height, width)
        for y in 0..<result.height {
            for x in 0..<result.width {
                var (row, column) = turns ? (x, y) : (y, x)
                if flipsRows { row = height - 1 - row }
                if flipsColumns { column = width - 1 - column }
                for channel in 0..<channels {
                    result.bytes[(y * result.width + x) * channels + channel] =
                        bytes[(row * width + column) * channels + channel]
                }
            }
        }
        return result
    }
}
