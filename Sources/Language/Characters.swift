/// Which characters make names, white space and operators.
enum Characters {
    /// Letters and `_` begin a name; so do the signs of analysis that are functions or constants.
    static func beginsName(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return isASCIILetter(scalar) || scalar == "_" }
        switch scalar {
        case "∇", "∂", "∞": return true
        default: return scalar.properties.isXIDStart
        }
    }

    /// Digits, combining marks, subscripts, superscripts and primes continue one.
    static func continuesName(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return isASCIILetter(scalar) || scalar == "_" || isDigit(scalar)
        }
        switch scalar.value {
        case 0xB2, 0xB3, 0xB9, 0x2070...0x209C: return true  // ² ³ ¹, other super- and subscripts
        case 0x2032...0x2034: return true  // ′ ″ ‴
        case 0x2207, 0x2202, 0x221E: return true
        default: return scalar.properties.isXIDContinue
        }
    }

    static func isASCIILetter(_ scalar: Unicode.Scalar) -> Bool {
        (scalar >= "a" && scalar <= "z") || (scalar >= "A" && scalar <= "Z")
    }

    static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar >= "0" && scalar <= "9" }

    /// Space of every width, and marks that show nothing and come along when text is pasted.
    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20, 0x09, 0x0D, 0xA0, 0x1680, 0x2000...0x200D, 0x202F, 0x205F, 0x2060, 0x3000,
            0xFEFF, 0xAD:
            return true
        default: return false
        }
    }

    /// Line ends other than `\n`, which pasted text carries.
    static func isLineEnd(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\n" || scalar.value == 0x2028 || scalar.value == 0x2029 || scalar.value == 0x85
    }

    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069: return true
        default: return false
        }
    }

    /// Operators as papers and slides print them.
    static func operatorAlias(_ scalar: Unicode.Scalar) -> Symbol? {
        switch scalar {
        case "−", "–": .minus
        case "×", "·", "⋅", "∗", "∙": .times
        case "÷", "∕": .divide
        case "≤", "⩽": .lessOrEqual
        case "≥", "⩾": .greaterOrEqual
        case "≠": .unequal
        case "→", "↦": .arrow
        case "∼": .tilde
        case "…": .closedRange
        default: nil
        }
    }
}
