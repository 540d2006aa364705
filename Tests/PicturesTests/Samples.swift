@testable import Pictures

/// A picture of pseudo-random bytes, the same for the same seed.
func noise(
    _ width: Int, _ height: Int, channels: Int, seed: UInt64 = 1
) throws -> Image {
    var chance = Chance(seed: seed)
    let bytes = (0..<width * height * channels).map { _ in UInt8(chance.uniform() * 256) }
    return try Image(width: width, height: height, channels: channels, bytes: bytes)
}

/// Whether the picture has this colour anywhere in the given columns.
func shows(_ colour: Colour, in image: Image, columns: Range<Int>, rows: Range<Int>) -> Bool {
    let wanted = colour.bytes(channels: 3)
    return rows.contains { y in columns.contains { x in image.pixel(x: x, y: y) == wanted } }
}
