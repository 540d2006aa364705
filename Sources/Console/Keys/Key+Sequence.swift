extension Key {
    /// The key of a control sequence: its parameter bytes and its final byte.
    init(sequence: ArraySlice<UInt8>, final: UInt8) {
        let text = String(decoding: sequence, as: UTF8.self)
        let fields = text.split(separator: ";", omittingEmptySubsequences: false).map { field in
            field.split(separator: ":", omittingEmptySubsequences: false).map { UInt32($0) ?? 0 }
        }
        let number = fields.first?.first ?? 0
        let modifiers = Modifiers(parameter: fields.count > 1 ? fields[1].first ?? 1 : 1)
        // The third event type of the kitty protocol is a key being let go.
        if fields.count > 1, fields[1].count > 1, fields[1][1] == 3 {
            self.init(.ignored)
            return
        }
        switch final {
        case UInt8(ascii: "~") where number == 27 && fields.count > 2:
            self.init(codePoint: fields[2].first ?? 0, modifiers: modifiers)
        case UInt8(ascii: "~"):
            self.init(Key.numbered[number] ?? .ignored, modifiers)
        case UInt8(ascii: "u"):
            self.init(kitty: fields, modifiers: modifiers)
        case UInt8(ascii: "Z"):
            self.init(.tab, modifiers.union(.shift))
        default:
            self.init(Key.lettered[final] ?? .ignored, modifiers)
        }
    }

    /// `code:shifted:base ; modifiers:event ; text`.
    private init(kitty fields: [[UInt32]], modifiers: Modifiers) {
        let code = fields.first?.first ?? 0
        var typed = code
        if modifiers.contains(.shift), let field = fields.first, field.count > 1, field[1] > 0 {
            typed = field[1]
        }
        if fields.count > 2, let text = fields[2].first, text > 0 { typed = text }
        if typed == code, modifiers == .shift, (0x61...0x7A).contains(code) { typed -= 0x20 }
        self.init(codePoint: typed, modifiers: modifiers)
    }

    private init(codePoint: UInt32, modifiers: Modifiers) {
        switch codePoint {
        case 9: self.init(.tab, modifiers)
        case 13, 57414: self.init(.enter, modifiers)
        case 27: self.init(.escape, modifiers)
        case 8, 127: self.init(.backspace, modifiers)
        case 57417...57424:
            let pad: [Code] = [.left, .right, .up, .down, .pageUp, .pageDown, .home, .end]
            self.init(pad[Int(codePoint - 57417)], modifiers)
        default:
            // The kitty protocol keeps a private area for keys that type nothing.
            guard codePoint >= 0x20, !(0x7F..<0xA0).contains(codePoint),
                !(0xE000...0xF8FF).contains(codePoint), let scalar = Unicode.Scalar(codePoint)
            else {
                self.init(.ignored)
                return
            }
            self.init(.character(scalar), modifiers.subtracting(.shift))
        }
    }

    private static let numbered: [UInt32: Code] = [
        1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end,
    ]

    private static let lettered: [UInt8: Code] = [
        UInt8(ascii: "A"): .up, UInt8(ascii: "B"): .down, UInt8(ascii: "C"): .right,
        UInt8(ascii: "D"): .left, UInt8(ascii: "H"): .home, UInt8(ascii: "F"): .end,
    ]
}

extension Key.Modifiers {
    /// The parameter of a sequence is one more than a sum of 1 Shift, 2 Alt, 4 Control.
    init(parameter: UInt32) {
        let bits = parameter > 0 ? parameter - 1 : 0
        self.init(rawValue: UInt8(truncatingIfNeeded: bits & 7))
    }
}
