import Testing

@testable import Pictures

@Suite("PNG files")
struct PNGTests {
    @Test("every pixel comes back, whatever the size and the channels", arguments: [1, 3, 4])
    func roundTrip(channels: Int) throws {
        for (width, height) in [(1, 1), (1, 300), (300, 1), (28, 28), (257, 63)] {
            let image = try noise(width, height, channels: channels, seed: UInt64(width))
            #expect(try PNG.decode(try PNG.encode(image)) == image)
        }
    }

    @Test("zoomed, striped and smooth pictures come back through every filter")
    func filters() throws {
        let small = try noise(40, 30, channels: 3)
        for channels in [1, 3, 4] {
            var zoomed = try Image(
                width: 330, height: 250, channels: channels, filledWith: Colour(0xFFFFFF))
            zoomed.paste(try small.converted(toChannels: max(3, channels)), x: 3, y: 2, zoom: 8)
            #expect(try PNG.decode(try PNG.encode(zoomed)) == zoomed)
            let slope = (0..<200 * 100 * channels).map { UInt8(truncatingIfNeeded: $0 / 7) }
            let smooth = try Image(width: 200, height: 100, channels: channels, bytes: slope)
            let file = try PNG.encode(smooth)
            #expect(try PNG.decode(file) == smooth)
            #expect(file.count < slope.count / 2)
        }
    }

    @Test("noise with runs of every length comes back from the coder of runs")
    func runs() throws {
        var bytes: [UInt8] = []
        var chance = Chance(seed: 4)
        func dot() -> UInt8 { UInt8(chance.uniform() * 256) }
        for length in 1...300 {
            bytes += [UInt8](repeating: dot(), count: length)
            bytes += (0..<40).map { _ in dot() }
        }
        bytes += [UInt8](repeating: 7, count: 5000)
        for image in [
            try Image(width: bytes.count, height: 1, channels: 1, bytes: bytes),
            try Image(width: 1, height: bytes.count, channels: 1, bytes: bytes),
            try noise(200, 150, channels: 1),
        ] {
            for row in [image.bytes, Array(image.bytes.prefix(1)), []] {
                for distance in 1...4 {
                    let packed = RunCoder.pack(
                        [0] + row, distance: distance, checksum: adler([0] + row))
                    let file = try framed(packed, row.count)
                    if !row.isEmpty { #expect(try PNG.decode(file).bytes == row) }
                }
            }
            #expect(try PNG.decode(try PNG.encode(image)) == image)
        }
        // Much is counted in part; what was not met has a code all the same.
        var luck = Chance(seed: 3)
        var rare = [UInt8](repeating: 1, count: 300_000)
        for index in stride(from: 5000, to: rare.count, by: 16_384) {
            for place in index..<min(index + 3000, rare.count) {
                rare[place] = UInt8(luck.uniform() * 256)
            }
        }
        let large = try Image(width: 600, height: 500, channels: 1, bytes: rare)
        #expect(try PNG.decode(try PNG.encode(large)) == large)
        let wide = try Image(width: 200, height: 500, channels: 3, bytes: rare)
        #expect(try PNG.decode(try PNG.encode(wide)) == wide)
        // A zoomed picture in colour takes little more than its own bytes.
        let colours = try noise(100, 80, channels: 3)
        var zoomed = try Image(width: 200, height: 160, channels: 3, filledWith: Theme.light.paper)
        zoomed.paste(colours, x: 0, y: 0, zoom: 2)
        #expect(try PNG.decode(try PNG.encode(zoomed)) == zoomed)
        #expect(try PNG.encode(zoomed).count < colours.bytes.count * 5 / 4)
    }

    @Test("counts that ask for codes of any length get some of at most 12 bits, without a gap")
    func codes() throws {
        // Fibonacci's numbers make the deepest tree there is.
        var counts = [1, 1]
        while counts.count < 30 { counts.append(counts.suffix(2).reduce(0, +)) }
        for used in [[1], [3, 9], counts, [Int](repeating: 5, count: 256)] {
            let lengths = HuffmanCode(
                counts: used + [Int](repeating: 0, count: 256 - used.count) + [1]
                    + [Int](repeating: 0, count: 29)
            ).lengths
            #expect(lengths.allSatisfy { $0 <= 12 })
            #expect(zip(lengths, used).allSatisfy { $0 > 0 && $1 > 0 })
            // Kraft's sum of a code that wastes nothing is 1.
            #expect(lengths.reduce(0) { $0 + ($1 > 0 ? 1 << (15 - $1) : 0) } == 1 << 15)
        }
        let bytes = counts.prefix(24).enumerated().flatMap { byte, count in
            [UInt8](repeating: UInt8(byte), count: count)
        }
        // Neighbours differ, so that each byte is one of its own.
        var chance = Chance(seed: 8)
        let mixed = bytes.indices.map { _ in bytes[Int(chance.uniform() * Double(bytes.count))] }
        let image = try Image(width: mixed.count, height: 1, channels: 1, bytes: mixed)
        #expect(try PNG.decode(try PNG.encode(image)) == image)
    }

    @Test("rows that repeat, in part or whole, keep every pixel", arguments: [1, 3, 4])
    func repeats(channels: Int) throws {
        var bytes = try noise(97, 64, channels: channels, seed: 3).bytes
        let row = 97 * channels
        for line in [1, 2, 3, 20, 40, 41, 63] {
            bytes.replaceSubrange(
                line * row..<(line + 1) * row, with: bytes[(line - 1) * row..<line * row])
        }
        // One byte from being the same.
        bytes[30 * row - 1] = bytes[29 * row - 1] &+ 1
        let image = try Image(width: 97, height: 64, channels: channels, bytes: bytes)
        #expect(try PNG.decode(try PNG.encode(image)) == image)
    }

    private func adler(_ bytes: [UInt8]) -> UInt {
        let (low, high) = bytes.reduce((1 as UInt, 0 as UInt)) { sums, byte in
            let low = (sums.0 + UInt(byte)) % 65521
            return (low, (sums.1 + low) % 65521)
        }
        return high << 16 | low
    }

    /// A PNG whose one row of grey follows a filter byte of zero, packed by hand.
    private func framed(_ packed: [UInt8], _ width: Int) throws -> [UInt8] {
        var header: [UInt8] = []
        Chunks.appendNumber(UInt32(width), to: &header)
        Chunks.appendNumber(1, to: &header)
        var file = Chunks.signature
        Chunks.append("IHDR", [header[...], [8, 0, 0, 0, 0]], to: &file)
        Chunks.append("IDAT", [packed[...]], to: &file)
        Chunks.append("IEND", [], to: &file)
        return file
    }

    @Test("two files show the same or not, whatever their words")
    func same() throws {
        let image = try noise(20, 10, channels: 1)
        let file = try PNG.encode(image, text: [("a", "b")])
        #expect(try PNG.samePixels(file, try PNG.encode(try image.converted(toChannels: 3))))
        #expect(
            !(try PNG.samePixels(file, try PNG.encode(try noise(20, 10, channels: 1, seed: 9)))))
        #expect(!(try PNG.samePixels(file, try PNG.encode(try noise(10, 20, channels: 1)))))
        let frames = try (1...3).map { try noise(9, 9, channels: 3, seed: UInt64($0)) }
        let moving = try Animation(frames).png()
        #expect(try PNG.samePixels(moving, try Animation(frames).png(text: [("c", "d")])))
        #expect(!(try PNG.samePixels(moving, try Animation(Array(frames.prefix(2))).png())))
    }

    @Test("256 colours make a palette, 257 do not, and both come back", arguments: [256, 257])
    func palettes(colours: Int) throws {
        let bytes = (0..<1024).flatMap { index -> [UInt8] in
            let colour = index % colours
            return [UInt8(colour & 255), UInt8(colour >> 8), 7]
        }
        let image = try Image(width: 32, height: 32, channels: 3, bytes: bytes)
        let file = try PNG.encode(image)
        // Byte 25 of a PNG is the colour type: 3 is a palette, 2 is RGB.
        #expect(file[25] == (colours == 256 ? 3 : 2))
        #expect(try PNG.decode(file) == image)
    }

    @Test("text comes back in order, Latin-1 as tEXt and the rest as iTXt")
    func text() throws {
        let image = try noise(3, 3, channels: 1)
        let words = [("Game", "lsgan"), ("Command", "λ = 10, x̂"), ("Author", "Erdős, Müller")]
        let file = try PNG.encode(image, text: words + [("", "nobody")])
        let found = try PNG.text(in: file)
        #expect(found.map(\.0) == words.map(\.0))
        #expect(found.map(\.1) == words.map(\.1))
        let kinds = try Chunks.places(in: file).map { String(decoding: $0.name, as: UTF8.self) }
        #expect(kinds.filter { $0 == "tEXt" }.count == 1)
        #expect(kinds.filter { $0 == "iTXt" }.count == 2)
        #expect(try PNG.decode(file) == image)
    }

    @Test("a keyword is cut to what the format allows")
    func keywords() throws {
        let file = try PNG.encode(
            try noise(2, 2, channels: 1), text: [(String(repeating: "k", count: 200), "v")])
        #expect(try PNG.text(in: file).map(\.0) == [String(repeating: "k", count: 79)])
    }

    @Test("a file that is cut off anywhere is an error")
    func truncated() throws {
        let file = try PNG.encode(try noise(40, 30, channels: 3), text: [("a", "b")])
        for length in 0..<file.count {
            #expect(throws: PictureError.self) { try PNG.decode(Array(file[..<length])) }
        }
    }

    @Test("bytes changed at random are an error or a picture, never a trap")
    func damaged() throws {
        let file = try PNG.encode(try noise(24, 24, channels: 4), text: [("a", "λ")])
        var chance = Chance(seed: 11)
        var faults = 0
        for _ in 0..<3000 {
            var bytes = file
            for _ in 0...Int(chance.uniform() * 4) {
                bytes[Int(chance.uniform() * Double(bytes.count))] = UInt8(chance.uniform() * 256)
            }
            do {
                let image = try PNG.decode(bytes)
                #expect(image.bytes.count == image.width * image.height * image.channels)
            } catch { faults += 1 }
            _ = try? PNG.text(in: bytes)
        }
        #expect(faults > 2000)
    }

    @Test("a small file that claims a huge picture is refused")
    func claims() throws {
        for (width, height) in [(60_000, 60_000), (8000, 8000), (1_000_000, 1)] {
            var header: [UInt8] = []
            Chunks.appendNumber(UInt32(width), to: &header)
            Chunks.appendNumber(UInt32(height), to: &header)
            var file = Chunks.signature
            Chunks.append("IHDR", [header[...], [8, 2, 0, 0, 0]], to: &file)
            Chunks.append("IDAT", [[0x78, 0x9C, 1, 0, 0, 0xFF, 0xFF, 0, 0, 0, 1]], to: &file)
            Chunks.append("IEND", [], to: &file)
            #expect(throws: PictureError.self) { try PNG.decode(file) }
        }
    }

    @Test("foreign files are an error that says so")
    func foreign() {
        for bytes in [[], Array("GIF89a".utf8), Array(repeating: UInt8(0), count: 100)] {
            #expect(throws: PictureError.decoding("the signature is missing")) {
                try PNG.decode(bytes)
            }
        }
    }

    @Test("checksums are those of ISO 3309")
    func checksum() {
        #expect(Chunks.checksum(of: Array("123456789".utf8), from: 0) == 0xCBF4_3926)
        #expect(Chunks.checksum(of: Array("xIEND".utf8), from: 1) == 0xAE42_6082)
    }

    @Test("a picture that cannot be is an error")
    func sizes() {
        #expect(throws: PictureError.byteCount(expected: 12, found: 3)) {
            try Image(width: 2, height: 2, channels: 3, bytes: [1, 2, 3])
        }
        #expect(throws: PictureError.channels(2)) {
            try Image(width: 1, height: 1, channels: 2, bytes: [1, 2])
        }
        for (width, height) in [(0, 5), (-1, 5), (Int.max, Int.max), (1 << 26, 2)] {
            #expect(throws: PictureError.size(width: width, height: height)) {
                try Image(width: width, height: height, channels: 1, filledWith: Colour(0))
            }
        }
    }
}
