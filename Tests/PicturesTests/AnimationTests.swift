import Testing

@testable import Pictures

@Suite("Animations")
struct AnimationTests {
    /// Plays a file as the specification says, frame by frame, with `PNG.decode` for each part.
    private func played(_ file: [UInt8]) throws -> [Image] {
        let chunks = try Chunks.places(in: file)
        let header = try #require(chunks.first { $0.isNamed("IHDR") })
        var frames: [Image] = []
        var area: [Int] = []
        var data: [UInt8] = []
        var sequence: UInt32 = 0
        func finish() throws {
            guard !data.isEmpty else { return }
            var size: [UInt8] = []
            Chunks.appendNumber(UInt32(area[0]), to: &size)
            Chunks.appendNumber(UInt32(area[1]), to: &size)
            var part = Chunks.signature
            let rest = file[header.content.lowerBound + 8..<header.content.upperBound]
            Chunks.append("IHDR", [size[...], rest], to: &part)
            Chunks.append("IDAT", [data[...]], to: &part)
            Chunks.append("IEND", [], to: &part)
            let picture = try PNG.decode(part)
            var frame = frames.last ?? picture
            frame.paste(picture, x: area[2], y: area[3])
            frames.append(frame)
            data = []
        }
        for chunk in chunks {
            let content = Array(file[chunk.content])
            if chunk.isNamed("fcTL") {
                try finish()
                #expect(Chunks.number(in: content, at: 0) == sequence)
                sequence += 1
                area = [4, 8, 12, 16].map { Int(Chunks.number(in: content, at: $0)) }
            } else if chunk.isNamed("IDAT") {
                data += content
            } else if chunk.isNamed("fdAT") {
                #expect(Chunks.number(in: content, at: 0) == sequence)
                sequence += 1
                data += content[4...]
            }
        }
        try finish()
        return frames
    }

    @Test("what plays is what was put in", arguments: [1, 3])
    func frames(channels: Int) throws {
        var frames = [try noise(40, 30, channels: channels)]
        for index in 1..<6 {
            var next = frames[index - 1]
            let patch = try noise(7, 5, channels: channels, seed: UInt64(index + 5))
            next.paste(patch, x: index * 6, y: 25 - index * 4)
            frames.append(next)
        }
        frames.append(frames[5])
        let file = try Animation(frames, rate: 10).png(text: [("Game", "lsgan")])
        #expect(try played(file) == frames)
        #expect(try PNG.decode(file) == frames[0])
        #expect(try PNG.text(in: file).map(\.1) == ["lsgan"])
    }

    @Test("only what changed is stored")
    func size() throws {
        let first = try noise(200, 200, channels: 1)
        var second = first
        second.paste(try noise(10, 10, channels: 1, seed: 9), x: 150, y: 20)
        let one = try Animation([first]).png()
        let two = try Animation([first, second]).png()
        #expect(two.count < one.count + 400)
    }

    @Test("no frames and unequal frames are errors")
    func faults() throws {
        #expect(throws: PictureError.self) { try Animation([]).png() }
        #expect(throws: PictureError.unequal(index: 1)) {
            try Animation([try noise(3, 3, channels: 1), try noise(3, 4, channels: 1)]).png()
        }
    }
}
