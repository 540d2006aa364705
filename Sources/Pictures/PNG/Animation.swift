#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Pictures of one size that play one after the other, as an animated PNG (APNG 1.0, Mozilla;
/// part of the PNG specification since its third edition, 2025).
///
/// A viewer that does not know it shows the first picture.
package struct Animation: Sendable {
    package var frames: [Image]
    /// Pictures a second, 0.02 to 100.
    package var rate: Double
    /// Seconds for which the last picture stays before the animation begins again.
    package var hold: Double
    /// How often it plays; 0 for ever.
    package var plays: Int

    package init(_ frames: [Image], rate: Double = 8, hold: Double = 1.5, plays: Int = 0) {
        self.frames = frames
        self.rate = rate
        self.hold = hold
        self.plays = plays
    }

    /// The file, with `text` as its text chunks; of each later picture only the rectangle that
    /// changed is stored.
    ///
    /// Throws `PictureError.empty` without frames and `.unequal` when they differ in size or
    /// channels.
    package func png(text: [(String, String)] = []) throws(PictureError) -> [UInt8] {
        guard let first = frames.first else { throw .empty("the animation has no pictures") }
        for (index, frame) in frames.enumerated()
        where frame.width != first.width || frame.height != first.height
            || frame.channels != first.channels
        {
            throw .unequal(index: index)
        }
        var file: [UInt8] = []
        var sequence: UInt32 = 0
        for (index, frame) in frames.enumerated() {
            let area = index == 0 ? whole(first) : changed(from: frames[index - 1], to: frame)
            let part = try frame.part(
                x: area.x, y: area.y, width: area.width, height: area.height)
            let still = PNG.write(
                part.bytes, width: part.width, height: part.height, channels: part.channels)
            let chunks = try Chunks.places(in: still)
            if index == 0 {
                let start = chunks.first { $0.isNamed("IDAT") }?.whole.lowerBound ?? 0
                file = Array(still[..<start])
                PNG.appendText(text, to: &file)
                var control: [UInt8] = []
                Chunks.appendNumber(UInt32(frames.count), to: &control)
                Chunks.appendNumber(UInt32(clamping: max(0, min(1 << 30, plays))), to: &control)
                Chunks.append("acTL", [control[...]], to: &file)
            }
            appendControl(&sequence, area, isLast: index == frames.count - 1, to: &file)
            for chunk in chunks where chunk.isNamed("IDAT") {
                if index == 0 {
                    Chunks.append("IDAT", [still[chunk.content]], to: &file)
                } else {
                    var number: [UInt8] = []
                    Chunks.appendNumber(sequence, to: &number)
                    sequence += 1
                    Chunks.append("fdAT", [number[...], still[chunk.content]], to: &file)
                }
            }
        }
        Chunks.append("IEND", [], to: &file)
        return file
    }

    private typealias Area = (x: Int, y: Int, width: Int, height: Int)

    private func whole(_ image: Image) -> Area { (0, 0, image.width, image.height) }

    /// fcTL: sequence number, rectangle, delay as a fraction of a second, then "leave the picture
    /// as it is" and "replace what was there".
    private func appendControl(
        _ sequence: inout UInt32, _ area: Area, isLast: Bool, to file: inout [UInt8]
    ) {
        var content: [UInt8] = []
        Chunks.appendNumber(sequence, to: &content)
        sequence += 1
        for number in [area.width, area.height, area.x, area.y] {
            Chunks.appendNumber(UInt32(number), to: &content)
        }
        let shown = rate.isFinite ? 1 / max(0.02, min(100, rate)) : 0.125
        let seconds = isLast && hold.isFinite ? max(shown, min(60, hold)) : shown
        let milliseconds = UInt32((seconds * 1000).rounded())
        Chunks.appendNumber(milliseconds << 16 | 1000, to: &content)
        content += [0, 0]
        Chunks.append("fcTL", [content[...]], to: &file)
    }

    /// The smallest rectangle outside of which two pictures are equal; one pixel when all is.
    private func changed(from old: Image, to new: Image) -> Area {
        let row = new.width * new.channels
        var (top, bottom, left, right) = (new.height, -1, row, -1)
        old.bytes.withUnsafeBytes { old in
            new.bytes.withUnsafeBytes { new in
                guard let old = old.baseAddress, let new = new.baseAddress else { return }
                for y in 0..<self.frames[0].height {
                    let (a, b) = (old + y * row, new + y * row)
                    if memcmp(a, b, row) == 0 { continue }
                    top = min(top, y)
                    bottom = y
                    var first = 0
                    while a.load(fromByteOffset: first, as: UInt8.self)
                        == b.load(fromByteOffset: first, as: UInt8.self)
                    { first += 1 }
                    var last = row - 1
                    while a.load(fromByteOffset: last, as: UInt8.self)
                        == b.load(fromByteOffset: last, as: UInt8.self)
                    { last -= 1 }
                    left = min(left, first)
                    right = max(right, last)
                }
            }
        }
        if bottom < 0 { return (0, 0, 1, 1) }
        let x = left / new.channels
        return (x, top, right / new.channels - x + 1, bottom - top + 1)
    }
}
