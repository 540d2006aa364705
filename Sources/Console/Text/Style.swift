/// How a cell looks: one of the terminal's own sixteen colours, so that it fits every theme.
package struct Style: Sendable, Hashable {
    package enum Colour: UInt8, Sendable {
        case black, red, green, yellow, blue, magenta, cyan, white
        case grey, brightRed, brightGreen, brightYellow, brightBlue, brightMagenta, brightCyan
    }
    package var colour: Colour?
    package var isBold = false
    package var isUnderlined = false
    package var isReversed = false

    package static let plain = Style()
    package static let faint = Style(.grey)

    package init(
        _ colour: Colour? = nil, bold: Bool = false, underlined: Bool = false,
        reversed: Bool = false
    ) {
        self.colour = colour
        isBold = bold
        isUnderlined = underlined
        isReversed = reversed
    }

    /// The escape sequence that selects this style whatever was selected before.
    package var escape: String {
        var codes = "\u{1B}[0"
        if isBold { codes += ";1" }
        if isUnderlined { codes += ";4" }
        if isReversed { codes += ";7" }
        if let colour {
            codes += ";\(colour.rawValue < 8 ? 30 + colour.rawValue : 82 + colour.rawValue)"
        }
        return codes + "m"
    }

    package func wrap(_ text: String) -> String { escape + text + "\u{1B}[0m" }
}

/// A stretch of a text, in Unicode scalars, and what it is in the language.
package struct Highlight: Sendable, Equatable {
    package enum Kind: Sendable, CaseIterable {
        case keyword, command, function, name, number, string, comment, unknown, fault, bracket
    }
    package var range: Range<Int>
    package var kind: Kind
    package init(_ range: Range<Int>, _ kind: Kind) {
        self.range = range
        self.kind = kind
    }
}

extension Highlight.Kind {
    package var style: Style {
        switch self {
        case .keyword: Style(.magenta)
        case .command: Style(.blue, bold: true)
        case .function: Style(.blue)
        case .name: .plain
        case .number: Style(.cyan)
        case .string: Style(.green)
        case .comment: Style(.grey)
        case .unknown: Style(.red)
        case .fault: Style(.red, underlined: true)
        case .bracket: Style(.cyan, bold: true)
        }
    }
}
