#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A colour in sRGB; each component, and the opacity `alpha`, from 0 to 1.
package struct Colour: Equatable, Hashable, Sendable {
    package var red: Double
    package var green: Double
    package var blue: Double
    package var alpha: Double

    package init(red: Double, green: Double, blue: Double, alpha: Double = 1) {
        self.red = red
        self.green = green
        self.blue = blue
        self.alpha = alpha
    }

    /// A colour as six hexadecimal digits write it: `Colour(0xE69F00)`.
    package init(_ code: UInt32, alpha: Double = 1) {
        self.init(
            red: Double(code >> 16 & 255) / 255, green: Double(code >> 8 & 255) / 255,
            blue: Double(code & 255) / 255, alpha: alpha)
    }

    /// The same colour with another opacity.
    package func opacity(_ alpha: Double) -> Colour {
        Colour(red: red, green: green, blue: blue, alpha: alpha)
    }

    /// The opaque colour that `self` at the given `weight` over `other` looks like.
    package func mixed(into other: Colour, weight: Double) -> Colour {
        Colour(
            red: red * weight + other.red * (1 - weight),
            green: green * weight + other.green * (1 - weight),
            blue: blue * weight + other.blue * (1 - weight))
    }

    /// Brightness as the eye weighs it (Rec. 601 luma of the sRGB values), 0 to 1.
    package var luma: Double { 0.299 * red + 0.587 * green + 0.114 * blue }

    /// Red, green and blue are one value.
    package var isGrey: Bool { red == green && green == blue }

    /// One, three or four bytes, rounded to the nearest.
    package func bytes(channels: Int) -> [UInt8] {
        func byte(_ value: Double) -> UInt8 {
            UInt8(Swift.min(255, Swift.max(0, (value * 255).rounded())))
        }
        if channels == 1 { return [byte(isGrey ? red : luma)] }
        let colour = [byte(red), byte(green), byte(blue)]
        return channels == 4 ? colour + [byte(alpha)] : colour
    }
}

extension Colour {
    /// A colour from CIELAB (CIE 1976, white point D65): `lightness` 0 to 100, `a` green to red,
    /// `b` blue to yellow. Values outside sRGB are clipped.
    package init(lightness: Double, a: Double, b: Double) {
        let fy = (lightness + 16) / 116
        func cube(_ f: Double) -> Double {
            f > 6.0 / 29 ? f * f * f : 3 * (6.0 / 29) * (6.0 / 29) * (f - 4.0 / 29)
        }
        let x = 0.95047 * cube(fy + a / 500)
        let y = cube(fy)
        let z = 1.08883 * cube(fy - b / 200)
        // The inverse of the sRGB primaries' matrix (IEC 61966-2-1), then its transfer curve.
        func encoded(_ linear: Double) -> Double {
            let value = Swift.min(1, Swift.max(0, linear))
            return value <= 0.0031308 ? 12.92 * value : 1.055 * pow(value, 1 / 2.4) - 0.055
        }
        self.init(
            red: encoded(3.2404542 * x - 1.5371385 * y - 0.4985314 * z),
            green: encoded(-0.9692660 * x + 1.8760108 * y + 0.0415560 * z),
            blue: encoded(0.0556434 * x - 0.2040259 * y + 1.0572252 * z))
    }
}
