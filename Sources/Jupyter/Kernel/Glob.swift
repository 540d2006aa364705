/// A pattern in which `*` stands for any text, `?` for one character, `[a-z]` for one of a set
/// (`[!a-z]` for one outside it), as in SQLite's GLOB. It matches the whole text or not at all.
struct Glob {
    private enum Part {
        case any
        case one
        case character(Unicode.Scalar)
        case set([ClosedRange<Unicode.Scalar>], isNegated: Bool)
    }

    private var parts: [Part] = []

    init(_ pattern: String) {
        let scalars = Array(pattern.unicodeScalars)
        var index = 0
        while index < scalars.count {
            switch scalars[index] {
            case "*": parts.append(.any)
            case "?": parts.append(.one)
            case "[":
                guard let (set, end) = Self.set(in: scalars, from: index + 1) else { fallthrough }
                parts.append(set)
                index = end
            default: parts.append(.character(scalars[index]))
            }
            index += 1
        }
    }

    private static func set(in scalars: [Unicode.Scalar], from start: Int) -> (Part, Int)? {
        var index = start
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        let isNegated = index < scalars.count && (scalars[index] == "!" || scalars[index] == "^")
        if isNegated { index += 1 }
        let first = index
        while index < scalars.count {
            if scalars[index] == "]", index > first {
                return (.set(ranges, isNegated: isNegated), index)
            }
            let lower = scalars[index]
            if index + 2 < scalars.count, scalars[index + 1] == "-", scalars[index + 2] != "]",
                lower <= scalars[index + 2]
            {
                ranges.append(lower...scalars[index + 2])
                index += 3
            } else {
                ranges.append(lower...lower)
                index += 1
            }
        }
        return nil
    }

    /// Takes time proportional to pattern times text at worst: only the last `*` is retried.
    func matches(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        var (part, place) = (0, 0)
        var retry: (part: Int, place: Int)?
        while place < scalars.count {
            if part < parts.count, case .any = parts[part] {
                retry = (part, place)
                part += 1
            } else if part < parts.count, accepts(parts[part], scalars[place]) {
                part += 1
                place += 1
            } else if let star = retry {
                retry = (star.part, star.place + 1)
                part = star.part + 1
                place = star.place + 1
            } else {
                return false
            }
        }
        return parts[part...].allSatisfy { if case .any = $0 { true } else { false } }
    }

    private func accepts(_ part: Part, _ scalar: Unicode.Scalar) -> Bool {
        switch part {
        case .any: false
        case .one: true
        case .character(let wanted): wanted == scalar
        case .set(let ranges, let isNegated):
            ranges.contains { $0.contains(scalar) } != isNegated
        }
    }
}
