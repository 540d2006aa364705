import Language

/// Colours of a text for a notebook; the classes follow Pygments, which JupyterLab knows.
func highlightedHTML(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var result = ""
    var position = 0
    func plain(_ end: Int) {
        guard position < end else { return }
        result += Document.escaped(String(decoding: bytes[position..<end], as: UTF8.self))
    }
    for (span, kind) in highlight(text) where span.lower >= position && span.upper <= bytes.count {
        plain(span.lower)
        position = span.lower
        let piece = Document.escaped(
            String(decoding: bytes[span.lower..<span.upper], as: UTF8.self))
        if let colour = kind.colour {
            result += "<span style=\"color:\(colour)\">\(piece)</span>"
        } else {
            result += piece
        }
        position = span.upper
    }
    plain(bytes.count)
    return result
}

extension TokenClass {
    /// Colours that can be read on light and dark ground alike.
    fileprivate var colour: String? {
        switch self {
        case .comment, .documentation: "#7a8490"
        case .number, .constant: "#a0661a"
        case .string, .escape: "#3b8a3e"
        case .keyword: "#9a4fd0"
        case .command, .function: "#2f7bc4"
        case .label: "#b0702a"
        case .unknown: "#d0342c"
        case .name, .member, .operator, .bracket: nil
        }
    }
}
