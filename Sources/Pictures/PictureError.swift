/// Why a picture could not be made or read.
package enum PictureError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Width or height is not positive, or the picture has more pixels than `Image.largest`.
    case size(width: Int, height: Int)
    /// A picture has one (grey), three (RGB) or four (RGBA) channels.
    case channels(Int)
    /// The number of bytes is not width * height * channels.
    case byteCount(expected: Int, found: Int)
    /// Pictures of one grid or animation differ in size or channels.
    case unequal(index: Int)
    /// There is no picture to lay out.
    case empty(String)
    /// The PNG library refused to write; the text is its own.
    case encoding(String)
    /// The bytes are no valid PNG; the text says what is wrong.
    case decoding(String)
    /// The drawing library could not make a surface or finish it; the text is its own.
    case drawing(String)

    package var description: String {
        switch self {
        case .size(let width, let height):
            "a picture of \(width)x\(height) pixels cannot be made: each side is at least 1, "
                + "and there are at most \(Image.largest) pixels"
        case .channels(let count):
            "a picture has 1 (grey), 3 (red, green, blue) or 4 channels, not \(count)"
        case .byteCount(let expected, let found):
            "the picture needs \(expected) bytes, \(found) were given"
        case .unequal(let index):
            "picture \(index) differs from the first one in size or channels"
        case .empty(let what):
            "there is nothing to show: \(what)"
        case .encoding(let reason):
            "the PNG could not be written: \(reason)"
        case .decoding(let reason):
            "not a valid PNG: \(reason)"
        case .drawing(let reason):
            "the picture could not be drawn: \(reason)"
        }
    }
}
