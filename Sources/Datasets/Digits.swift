extension Dataset {
    /// 1,797 handwritten digits of 43 people, 8x8 pixels in 17 grey levels, with labels 0...9.
    ///
    /// Embedded in the program, so it needs no file and no network. Values lie in `range`.
    /// E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, UCI Machine Learning
    /// Repository, 1998 (the test part, the one that scikit-learn ships).
    package static func digits(range: ClosedRange<Float> = 0...1) throws -> Dataset {
        let stored = Dataset(
            name: "digits",
            summary: "1,797 handwritten digits, 8x8 pixels in 17 grey levels",
            shape: [8, 8, 1], range: 0...1,
            classNames: (0...9).map(String.init),
            source: "E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, UCI, 1998",
            licence: "CC BY 4.0", density: nil,
            content: .stored(DigitsResource.rows, order: nil))
        return try stored.ranged(range)
    }
}

/// The embedded resource: see Resources/make_digits.py, which writes it.
enum DigitsResource {
    static let count = 1797

    /// Unpacked at the first use, once.
    static let rows: ByteRows = {
        let packed = PackageResources.digits_bin
        let images = count * 64
        let pixels = unpacked(packed[...], width: 5, count: images)
        let start = (images * 5 + 7) / 8
        let labels = unpacked(packed[start...], width: 4, count: count)
        return ByteRows(bytes: pixels, size: 64, labels: labels.map(UInt16.init), most: 16)
    }()

    /// `count` numbers of `width` bits each, most significant bit first.
    static func unpacked(_ packed: ArraySlice<UInt8>, width: Int, count: Int) -> [UInt8] {
        var (result, pending, bits) = ([UInt8](), UInt32(0), 0)
        result.reserveCapacity(count)
        for byte in packed {
            pending = pending << 8 | UInt32(byte)
            bits += 8
            while bits >= width, result.count < count {
                bits -= width
                result.append(
                    UInt8(truncatingIfNeeded: pending >> UInt32(bits)) & ((1 << width) - 1))
            }
            pending &= (1 << UInt32(bits)) - 1
            if result.count == count { break }
        }
        return result
    }
}
