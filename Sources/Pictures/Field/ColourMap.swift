/// A row of colours for values from 0 to 1, computed in CIELAB so that equal steps of the value
/// look equally large.
struct ColourMap {
    /// 256 colours as 0x00RRGGBB.
    let table: [UInt32]

    subscript(part: Double) -> Colour {
        Colour(table[Int(max(0, min(255, (part * 255).rounded())))])
    }

    /// Dark violet through blue-green to yellow: lightness rises evenly from 16 to 91, so it
    /// reads in grey too and for every kind of colour blindness.
    static let sequential = ColourMap(lightness: [
        (16, 26, -34), (28, 24, -46), (41, 2, -36), (54, -22, -17), (67, -38, 10),
        (80, -36, 50), (91, -12, 76),
    ])

    /// Blue, nearly white in the middle, red: both arms darken evenly.
    static let diverging = ColourMap(lightness: [
        (34, 12, -52), (52, -2, -44), (72, -10, -27), (94, 0, 0), (74, 24, 22), (54, 52, 38),
        (36, 54, 36),
    ])

    /// The same with a dark middle, for dark paper.
    static let divergingDark = ColourMap(lightness: [
        (82, -14, -28), (66, -8, -40), (44, 2, -36), (14, 0, -2), (42, 42, 26), (62, 48, 40),
        (82, 18, 34),
    ])

    private init(lightness knots: [(Double, Double, Double)]) {
        table = (0..<256).map { index in
            let place = Double(index) / 255 * Double(knots.count - 1)
            let left = min(Int(place), knots.count - 2)
            let part = place - Double(left)
            func value(_ key: KeyPath<(Double, Double, Double), Double>) -> Double {
                ColourMap.smooth(knots.map { $0[keyPath: key] }, left, part)
            }
            let colour = Colour(lightness: value(\.0), a: value(\.1), b: value(\.2))
            let bytes = colour.bytes(channels: 3)
            return UInt32(bytes[0]) << 16 | UInt32(bytes[1]) << 8 | UInt32(bytes[2])
        }
    }

    /// Catmull-Rom interpolation (E. Catmull and R. Rom 1974) between knots `left` and its next.
    private static func smooth(_ knots: [Double], _ left: Int, _ t: Double) -> Double {
        let p1 = knots[left]
        let p2 = knots[left + 1]
        let p0 = left > 0 ? knots[left - 1] : 2 * p1 - p2
        let p3 = left + 2 < knots.count ? knots[left + 2] : 2 * p2 - p1
        let (a, b, c) = (3 * p1 - p0 - 3 * p2 + p3, 2 * p0 - 5 * p1 + 4 * p2 - p3, p2 - p0)
        return p1 + 0.5 * t * (c + t * (b + t * a))
    }
}
