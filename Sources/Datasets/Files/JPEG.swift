import CJPEG

extension Picture {
    /// The picture of a JPEG file as it is stored, baseline or progressive; grey files give one
    /// channel, all others three, those in CMYK too.
    ///
    /// Throws for anything that libjpeg refuses and for files that end too early.
    static func jpeg(_ file: [UInt8], _ path: String) throws -> Picture {
        var (height, width, channels) = (Int32(0), Int32(0), Int32(0))
        var message = [CChar](repeating: 0, count: 200)
        func read(_ pixels: UnsafeMutablePointer<UInt8>?, _ count: Int) throws {
            guard
                jpeg_picture(
                    file, file.count, &height, &width, &channels, pixels, count, &message) == 0
            else {
                let words = String(
                    decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
                    as: UTF8.self)
                throw DatasetError.damaged(
                    path: path, problem: "it is no sound JPEG file (\(words))",
                    hint: "open it in a picture viewer and save it again")
            }
        }
        try read(nil, 0)
        // Sizes are below 2^16 by the format, so the product cannot overflow.
        let count = Int(height) * Int(width) * Int(channels)
        guard count <= mostValues else {
            throw DatasetError.damaged(
                path: path, problem: "\(width) x \(height) pixels are too many", hint: nil)
        }
        var bytes = [UInt8](repeating: 0, count: count)
        try bytes.withUnsafeMutableBufferPointer { try read($0.baseAddress, $0.count) }
        return Picture(
            height: Int(height), width: Int(width), channels: Int(channels), bytes: bytes)
    }
}
