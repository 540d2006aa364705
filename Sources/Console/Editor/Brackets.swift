/// Which brackets of a text belong together, strings and comments left out.
package struct Brackets {
    /// The partner of each bracket that has one, by offset.
    package private(set) var partners: [Int: Int] = [:]
    /// Brackets that close nothing, or close another kind.
    package private(set) var stray: [Int] = []
    /// Brackets still open at the end, outermost first.
    package private(set) var open: [Int] = []

    package init(_ text: [Unicode.Scalar]) {
        var index = 0
        var isInString = false
        /// Depths of open brackets at which an interpolation `\(` began.
        var interpolations: [Int] = []
        while index < text.count {
            let scalar = text[index]
            if isInString {
                if scalar == "\\" {
                    if index + 1 < text.count, text[index + 1] == "(" {
                        isInString = false
                        interpolations.append(open.count)
                        open.append(index + 1)
                    }
                    index += 1
                } else if scalar == "\"" || scalar == "\n" {
                    isInString = false
                }
            } else if scalar == "\"" {
                isInString = true
            } else if scalar == "#" {
                while index + 1 < text.count, text[index + 1] != "\n" { index += 1 }
            } else if "([{".unicodeScalars.contains(scalar) {
                open.append(index)
            } else if ")]}".unicodeScalars.contains(scalar) {
                close(at: index, scalar, in: text)
                if let depth = interpolations.last, open.count <= depth {
                    interpolations.removeLast()
                    isInString = true
                }
            }
            index += 1
        }
    }

    private mutating func close(at index: Int, _ scalar: Unicode.Scalar, in text: [Unicode.Scalar])
    {
        let wanted: Unicode.Scalar = scalar == ")" ? "(" : scalar == "]" ? "[" : "{"
        guard let last = open.last, text[last] == wanted else { return stray.append(index) }
        open.removeLast()
        partners[last] = index
        partners[index] = last
    }
}
