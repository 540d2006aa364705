/// One key as it was pressed, whatever bytes the terminal sent for it.
package struct Key: Sendable, Hashable {
    package enum Code: Sendable, Hashable {
        case character(Unicode.Scalar)
        case enter, tab, backspace, delete, insert, escape
        case up, down, left, right, home, end, pageUp, pageDown
        /// A bracketed paste: text to insert as it is.
        case paste(String)
        /// A sequence that means nothing here.
        case ignored
    }

    package struct Modifiers: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static let shift = Modifiers(rawValue: 1)
        package static let alt = Modifiers(rawValue: 2)
        package static let control = Modifiers(rawValue: 4)
    }

    package var code: Code
    package var modifiers: Modifiers

    package init(_ code: Code, _ modifiers: Modifiers = []) {
        self.code = code
        self.modifiers = modifiers
    }

    /// `.control("a")` is Ctrl-A.
    package static func control(_ scalar: Unicode.Scalar) -> Key {
        Key(.character(scalar), .control)
    }
    /// `.alt("b")` is Alt-B.
    package static func alt(_ scalar: Unicode.Scalar) -> Key { Key(.character(scalar), .alt) }

    /// How the key is written in documentation: `Ctrl-A`, `Alt-Left`.
    package var name: String {
        var name = modifiers.contains(.control) ? "Ctrl-" : ""
        if modifiers.contains(.alt) { name += "Alt-" }
        if modifiers.contains(.shift) { name += "Shift-" }
        switch code {
        case .character(let scalar): name += String(scalar).uppercased()
        case .paste: name += "Paste"
        default: name += "\(code)".prefix(1).uppercased() + "\(code)".dropFirst()
        }
        return name
    }
}
