import CZlib
import Foundation
import Testing

@testable import Datasets

/// Pictures as cameras and programs write them: held in every way, with every kind of PNG pixel.
@Suite struct OrientationTests {
    /// 2 rows of 3: what is at top left, right and so on tells how it was turned.
    private static let stored = Picture(
        height: 2, width: 3, channels: 1, bytes: [10, 20, 30, 40, 50, 60])

    /// What a viewer shows, by EXIF's table: where row 0 and column 0 of the stored picture are.
    @Test(arguments: [
        (1, [[10, 20, 30], [40, 50, 60]]),  // top, left
        (2, [[30, 20, 10], [60, 50, 40]]),  // top, right
        (3, [[60, 50, 40], [30, 20, 10]]),  // bottom, right
        (4, [[40, 50, 60], [10, 20, 30]]),  // bottom, left
        (5, [[10, 40], [20, 50], [30, 60]]),  // left, top
        (6, [[40, 10], [50, 20], [60, 30]]),  // right, top
        (7, [[60, 30], [50, 20], [40, 10]]),  // right, bottom
        (8, [[30, 60], [20, 50], [10, 40]]),  // left, bottom
    ])
    func aPictureIsSetUpright(_ orientation: Int, _ rows: [[UInt8]]) {
        let upright = Self.stored.upright(orientation)
        #expect(upright.height == rows.count && upright.width == rows[0].count)
        #expect(upright.bytes == rows.flatMap { $0 })
    }

    @Test func coloursMoveTogether() {
        let pair = Picture(height: 1, width: 2, channels: 3, bytes: [1, 2, 3, 4, 5, 6])
        let turned = pair.upright(6)
        #expect(turned.height == 2 && turned.width == 1 && turned.bytes == [1, 2, 3, 4, 5, 6])
        #expect(pair.upright(3).bytes == [4, 5, 6, 1, 2, 3])
    }

    /// A TIFF block with one other entry before the orientation.
    private static func tiff(_ value: Int, isLittle: Bool) -> [UInt8] {
        func number(_ value: Int, _ width: Int) -> [UInt8] {
            let little = (0..<width).map { UInt8(value >> (8 * $0) & 255) }
            return isLittle ? little : little.reversed()
        }
        let head: [UInt8] = isLittle ? [0x49, 0x49] : [0x4D, 0x4D]
        return head + number(42, 2) + number(8, 4) + number(2, 2)
            + number(0x010F, 2) + number(2, 2) + number(2, 4) + [0x41, 0, 0, 0]
            + number(0x0112, 2) + number(3, 2) + number(1, 4) + number(value, 2) + [0, 0]
            + number(0, 4)
    }

    @Test(arguments: [true, false])
    func aJPEGFileIsTurnedAsItsCameraSays(_ isLittle: Bool) throws {
        let plain = try #require(
            Data(base64Encoded: JPEGTests.colour.trimmingCharacters(in: .whitespacesAndNewlines)))
        let block = Array("Exif\0\0".utf8) + Self.tiff(6, isLittle: isLittle)
        let size = block.count + 2
        let segment = [0xFF, 0xE1, UInt8(size >> 8), UInt8(size & 255)] + block
        // Behind the JFIF segment, where cameras' programs put it.
        let file = Array(plain.prefix(20)) + segment + Array(plain.dropFirst(20))
        let scratch = try Scratch()
        let picture = try Picture.read(scratch.write("a.jpg", file))
        // Red was left and blue right; turned a quarter to the right, red is on top.
        #expect(picture.height == 16 && picture.width == 8)
        #expect(picture.bytes[0] > 240 && picture.bytes[2] < 15)
        let last = Array(picture.bytes.suffix(3))
        #expect(last[0] < 15 && last[2] > 240)
    }

    @Test func malformedBlocksLeaveThePictureAsItIs() throws {
        let plain = [UInt8](
            try #require(
                Data(
                    base64Encoded: JPEGTests.colour.trimmingCharacters(in: .whitespacesAndNewlines))
            ))
        let sound = Array("Exif\0\0".utf8) + Self.tiff(6, isLittle: true)
        for length in 0..<sound.count - 4 {
            let block = Array(sound.prefix(length))
            let file =
                [0xFF, 0xD8, 0xFF, 0xE1, 0, UInt8(block.count + 2)] + block + plain.dropFirst(2)
            let turned = Orientation.of(file)
            #expect(turned == 1 || (turned == 6 && length > sound.count - 8), "\(length)")
        }
        for value in [0, 9, 65535] {
            let block = Array("Exif\0\0".utf8) + Self.tiff(value, isLittle: false)
            let file =
                [0xFF, 0xD8, 0xFF, 0xE1, 0, UInt8(block.count + 2)] + block + plain.dropFirst(2)
            #expect(Orientation.of(file) == 1)
        }
        for place in sound.indices {
            var block = sound
            block[place] ^= 0xFF
            let file = [0xFF, 0xD8, 0xFF, 0xE1, 0, UInt8(block.count + 2)] + block
            #expect((1...8).contains(Orientation.of(file)))
        }
    }

    // MARK: Kinds of PNG files

    /// A PNG file of 2 x 2 pixels; each row begins with its filter byte 0.
    private func png(
        depth: UInt8, kind: UInt8, rows: [[UInt8]], chunks: [(String, [UInt8])] = []
    ) throws -> [UInt8] {
        func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
            func four(_ value: UInt) -> [UInt8] {
                [24, 16, 8, 0].map { UInt8(value >> $0 & 255) }
            }
            let named = Array(name.utf8) + body
            return four(UInt(body.count)) + named
                + four(UInt(crc32(0, named, UInt32(named.count))))
        }
        let raw: [UInt8] = rows.flatMap { [0] + $0 }
        var packed = [UInt8](repeating: 0, count: 1000)
        var size = uLongf(packed.count)
        let outcome = compress(&packed, &size, raw, uLong(raw.count))
        try #require(outcome == Z_OK)
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + chunk("IHDR", [0, 0, 0, 2, 0, 0, 0, 2, depth, kind, 0, 0, 0])
            + chunks.flatMap { chunk($0.0, $0.1) }
            + chunk("IDAT", Array(packed.prefix(Int(size)))) + chunk("IEND", [])
    }

    private func read(_ bytes: [UInt8], _ name: String = "a.png") throws -> Picture {
        let scratch = try Scratch()
        return try Picture.read(scratch.write(name, bytes))
    }

    @Test func everyKindOfPixelIsRead() throws {
        // Grey of 1, 2, 4 and 8 bits.
        #expect(
            try read(png(depth: 1, kind: 0, rows: [[0b0100_0000], [0b1000_0000]])).bytes
                == [0, 255, 255, 0])
        #expect(
            try read(png(depth: 2, kind: 0, rows: [[0b0001_0000], [0b1011_0000]])).bytes
                == [0, 85, 170, 255])
        #expect(
            try read(png(depth: 4, kind: 0, rows: [[0x07], [0x8F]])).bytes == [0, 119, 136, 255])
        // 16 bits: as dark as the same share of 255.
        let deep = try read(
            png(depth: 16, kind: 0, rows: [[0, 0, 0x40, 0x40], [0x80, 0x80, 0xFF, 0xFF]]))
        #expect(deep.channels == 1 && deep.bytes == [0, 64, 128, 255])
        let deepColour = try read(
            png(
                depth: 16, kind: 2,
                rows: [
                    [255, 255, 0, 0, 128, 128, 0, 0, 0, 0, 0, 0],
                    [0, 0, 0, 0, 0, 0, 10, 10, 20, 20, 30, 30],
                ]))
        #expect(deepColour.channels == 3)
        #expect(deepColour.bytes == [255, 0, 128, 0, 0, 0, 0, 0, 0, 10, 20, 30])
        // A palette.
        let palette = try read(
            png(
                depth: 8, kind: 3, rows: [[0, 1], [2, 0]],
                chunks: [("PLTE", [255, 0, 0, 0, 255, 0, 1, 2, 3])]))
        #expect(palette.bytes == [255, 0, 0, 0, 255, 0, 1, 2, 3, 255, 0, 0])
    }

    @Test func whatIsTransparentBecomesWhite() throws {
        let grey = try read(png(depth: 8, kind: 4, rows: [[0, 255, 0, 0], [100, 255, 200, 0]]))
        #expect(grey.channels == 1 && grey.bytes == [0, 255, 100, 255])
        let colour = try read(
            png(
                depth: 8, kind: 6,
                rows: [[255, 0, 0, 255, 9, 9, 9, 0], [0, 0, 255, 255, 0, 0, 0, 0]]))
        #expect(colour.channels == 3)
        #expect(colour.bytes == [255, 0, 0, 255, 255, 255, 0, 0, 255, 255, 255, 255])
        let palette = try read(
            png(
                depth: 8, kind: 3, rows: [[0, 1], [1, 0]],
                chunks: [("PLTE", [255, 0, 0, 0, 255, 0]), ("tRNS", [255, 0])]))
        #expect(palette.bytes == [255, 0, 0, 255, 255, 255, 255, 255, 255, 255, 0, 0])
    }

    @Test func aPNGFileIsTurnedToo() throws {
        let file = try png(
            depth: 8, kind: 0, rows: [[1, 2], [3, 4]],
            chunks: [("eXIf", Self.tiff(6, isLittle: false))])
        #expect(try read(file).bytes == [3, 1, 4, 2])
    }

    @Test func theContentTellsTheKindAndNotTheName() throws {
        let grey = try png(depth: 8, kind: 0, rows: [[1, 2], [3, 4]])
        #expect(try read(grey, "a.jpg").bytes == [1, 2, 3, 4])
        let jpeg = [UInt8](
            try #require(
                Data(
                    base64Encoded: JPEGTests.colour.trimmingCharacters(in: .whitespacesAndNewlines))
            ))
        #expect(try read(jpeg, "a.png").width == 16)
    }

    @Test func aFolderMixesSizesAndPassesOverWhatIsNoPicture() throws {
        let scratch = try Scratch()
        let small = try png(depth: 8, kind: 0, rows: [[0, 0], [0, 0]])
        let jpeg = [UInt8](
            try #require(
                Data(
                    base64Encoded: JPEGTests.colour.trimmingCharacters(in: .whitespacesAndNewlines))
            ))
        try scratch.write("a.PNG", small)
        try scratch.write("b.jpeg", jpeg)
        for name in ["notes.txt", "c.gif", ".hidden.png", "Thumbs.db", "README"] {
            try scratch.write(name, [1, 2, 3])
        }
        let data = try Dataset.folder(scratch.path, size: (height: 4, width: 4))
        #expect(data.count == 2 && data.shape == [4, 4, 3])
        try scratch.write("d.png", Array(small.dropLast(30)))
        let fault = #expect(throws: DatasetError.self) {
            try Dataset.folder(scratch.path, size: (height: 4, width: 4))
        }
        #expect(fault?.message.contains("d.png: it is no sound PNG") == true)
    }
}
