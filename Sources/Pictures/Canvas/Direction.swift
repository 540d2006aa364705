/// Letters in the order and the forms in which they are seen: cairo draws one after the other from
/// left to right, as they stand in the text.
///
/// A short form of the bidirectional algorithm (Unicode Standard Annex 9) without marks that set a
/// direction, for labels of one line; Arabic and Persian letters join by the presentation forms
/// that Unicode keeps for this.
enum Direction {
    /// The line as it is drawn; a line without letters that are read from the right stays as it is.
    static func seen(_ line: String) -> String {
        guard line.unicodeScalars.contains(where: isRightToLeft) else { return line }
        let letters = Array(joined(line))
        let levels = levels(of: letters)
        var order = Array(letters.indices)
        // From the innermost level outwards, each stretch is turned round.
        for level in stride(from: levels.max() ?? 0, to: 0, by: -1) {
            var start = 0
            while start < order.count {
                var end = start
                while end < order.count, levels[order[end]] >= level { end += 1 }
                order[start..<end].reverse()
                start = max(end, start + 1)
            }
        }
        return String(order.map { levels[$0] % 2 == 1 ? mirrored(letters[$0]) : letters[$0] })
    }

    // MARK: Order

    private enum Kind { case left, right, digit, neutral }

    private static func isRightToLeft(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0590...0x065F, 0x066A...0x06EF, 0x06FA...0x08FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFE,
            0x10800...0x10FFF, 0x1E800...0x1EFFF:
            true
        default: false
        }
    }

    private static func kind(of letter: Character) -> Kind {
        guard let scalar = letter.unicodeScalars.first else { return .neutral }
        if isRightToLeft(scalar) { return .right }
        if letter.isNumber { return .digit }
        return letter.isLetter ? .left : .neutral
    }

    /// Even levels are read from the left, odd ones from the right; the line begins with that of
    /// its first letter.
    private static func levels(of letters: [Character]) -> [Int] {
        var kinds = letters.map(kind)
        let base = kinds.first { $0 == .left || $0 == .right } == .right ? 1 : 0
        // A point or a sign between digits belongs to the number.
        for index in kinds.indices.dropFirst().dropLast()
        where kinds[index] == .neutral && letters[index] != " "
            && kinds[index - 1] == .digit && kinds[index + 1] == .digit
        {
            kinds[index] = .digit
        }
        // Numbers after a letter that is read from the left are read with it.
        var last = base == 1 ? Kind.right : .left
        for index in kinds.indices {
            if kinds[index] == .digit, last == .left { kinds[index] = .left }
            if kinds[index] == .left || kinds[index] == .right { last = kinds[index] }
        }
        // What has no direction takes that of both neighbours, or the line's.
        let own = base == 1 ? Kind.right : .left
        func side(_ index: Int?) -> Kind {
            guard let index else { return own }
            return kinds[index] == .digit ? .right : kinds[index]
        }
        var index = 0
        while index < kinds.count {
            var end = index
            while end < kinds.count, kinds[end] == .neutral { end += 1 }
            if end > index {
                let before = side(index > 0 ? index - 1 : nil)
                let after = side(end < kinds.count ? end : nil)
                for place in index..<end { kinds[place] = before == after ? before : own }
            }
            index = end + 1
        }
        return kinds.map { kind in
            switch kind {
            case .right: 1
            case .digit: 2
            case .left, .neutral: base == 1 ? 2 : 0
            }
        }
    }

    private static func mirrored(_ letter: Character) -> Character {
        let pairs: [Character: Character] = [
            "(": ")", ")": "(", "[": "]", "]": "[", "{": "}", "}": "{", "<": ">", ">": "<",
            "«": "»", "»": "«",
        ]
        return pairs[letter] ?? letter
    }

    // MARK: Arabic letters

    /// A letter's forms: alone, and four where it joins the next one, else two.
    private struct Forms {
        let first: UInt32
        let count: Int
        var joinsNext: Bool { count == 4 }
    }

    private static let forms: [UInt32: Forms] = {
        var forms: [UInt32: Forms] = [:]
        func add(_ letter: UInt32, _ first: UInt32, _ counts: [Int]) {
            var (letter, first) = (letter, first)
            for count in counts {
                forms[letter] = Forms(first: first, count: count)
                letter += 1
                first += UInt32(count)
            }
        }
        // From hamza to ghain and from feh to yeh in the order of Unicode, then Persian letters.
        add(
            0x0621, 0xFE80,
            [1, 2, 2, 2, 2, 4, 2, 4, 2, 4, 4, 4, 4, 4, 2, 2, 2, 2] + [Int](repeating: 4, count: 8))
        add(0x0641, 0xFED1, [4, 4, 4, 4, 4, 4, 4, 2, 2, 4])
        for (letter, first, count) in [
            (0x067E, 0xFB56, 4), (0x0686, 0xFB7A, 4), (0x0698, 0xFB8A, 2), (0x06A9, 0xFB8E, 4),
            (0x06AF, 0xFB92, 4), (0x06CC, 0xFBFC, 4),
        ] {
            add(UInt32(letter), UInt32(first), [count])
        }
        return forms
    }()

    /// Lam and an alef are one letter; the alefs with their ligatures.
    private static let lam: UInt32 = 0x0644
    private static let ligatures: [UInt32: UInt32] = [
        0x0622: 0xFEF5, 0x0623: 0xFEF7, 0x0625: 0xFEF9, 0x0627: 0xFEFB,
    ]
    private static let tatweel: UInt32 = 0x0640

    private static func joined(_ line: String) -> String {
        let scalars = Array(line.unicodeScalars)
        var result = String.UnicodeScalarView()
        // Whether the letter before reaches out to this one.
        var isReached = false
        var index = 0
        /// The next letter that is no mark.
        func following(_ index: Int) -> Int? {
            scalars[(index + 1)...].firstIndex {
                $0.properties.generalCategory != .nonspacingMark
            }
        }
        while index < scalars.count {
            let scalar = scalars[index]
            let next = following(index)
            if let own = forms[scalar.value] {
                let after = next.map { scalars[$0].value } ?? 0
                if scalar.value == lam, let place = next, let both = ligatures[after] {
                    append(both + (isReached ? 1 : 0), to: &result)
                    result.append(contentsOf: scalars[(index + 1)..<place])
                    isReached = false
                    index = place + 1
                    continue
                }
                // Hamza, which has one form, joins nobody.
                let joinsBefore = isReached && own.count > 1
                let joinsAfter =
                    own.joinsNext && ((forms[after]?.count ?? 1) > 1 || after == tatweel)
                append(
                    own.first + (joinsBefore ? 1 : 0) + (joinsAfter ? 2 : 0), to: &result)
                isReached = joinsAfter
            } else {
                result.append(scalar)
                if scalar.properties.generalCategory != .nonspacingMark {
                    isReached = scalar.value == tatweel
                }
            }
            index += 1
        }
        return String(result)
    }

    private static func append(_ value: UInt32, to view: inout String.UnicodeScalarView) {
        if let scalar = Unicode.Scalar(value) { view.append(scalar) }
    }
}
