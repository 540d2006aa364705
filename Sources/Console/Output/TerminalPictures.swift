import Foundation

/// Shows pictures in a terminal by the best means it has.
package struct TerminalPictures {
    /// How a picture gets into a terminal.
    package enum Means: String, Sendable, CaseIterable {
        /// kitty's graphics protocol: the PNG goes to the terminal as it is.
        case kitty
        /// iTerm2's inline images: likewise.
        case iterm2
        /// DEC's sixel graphics, made by chafa.
        case sixel
        /// Coloured Unicode symbols, made by chafa; every terminal with colours shows them.
        case symbols
        /// A file instead.
        case none
    }

    package let means: Means
    /// Colours the terminal has: 16,777,216, 256, 16 or 2.
    package let colours: Int

    package init(environment: [String: String]) {
        means = TerminalPictures.means(in: environment)
        colours = TerminalPictures.colours(in: environment)
    }

    /// One line for a bug report: `kitty graphics protocol (TERM=xterm-kitty)`.
    package static func describe(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> String {
        let pictures = TerminalPictures(environment: environment)
        let term = environment["TERM"] ?? "unset"
        let means =
            switch pictures.means {
            case .kitty: "kitty graphics protocol"
            case .iterm2: "iTerm2 inline images"
            case .sixel: "sixel graphics"
            case .symbols: "Unicode symbols"
            case .none: "none: pictures are written to files"
            }
        return "\(means), \(pictures.colours) colours (TERM=\(term))"
    }

    /// `SADDLE_PICTURES` decides where it is set; else what the environment tells of the terminal.
    package static func means(in environment: [String: String]) -> Means {
        if let wish = environment["SADDLE_PICTURES"].flatMap({ Means(rawValue: $0.lowercased()) }) {
            return wish
        }
        let term = environment["TERM"] ?? ""
        let program = environment["TERM_PROGRAM"] ?? ""
        if environment["NO_COLOR"].map({ !$0.isEmpty }) ?? false { return .none }
        if term.isEmpty || term == "dumb" { return .none }
        // A multiplexer passes no picture through unless told to.
        if environment["TMUX"] != nil || term.hasPrefix("screen") || term.hasPrefix("tmux") {
            return .symbols
        }
        if environment["KITTY_WINDOW_ID"] != nil || term == "xterm-kitty"
            || term == "xterm-ghostty" || program == "ghostty"
        {
            return .kitty
        }
        if ["iTerm.app", "WezTerm", "mintty"].contains(program)
            || environment["LC_TERMINAL"] == "iTerm2"
        {
            return .iterm2
        }
        let sixelTerms = ["foot", "mlterm", "contour", "yaft", "eat-truecolor"]
        if sixelTerms.contains(where: { term.hasPrefix($0) }) || term.contains("sixel") {
            return .sixel
        }
        if environment["KONSOLE_VERSION"].flatMap({ Int($0) }) ?? 0 >= 220400 { return .sixel }
        return .symbols
    }

    package static func colours(in environment: [String: String]) -> Int {
        let term = environment["TERM"] ?? ""
        if environment["NO_COLOR"].map({ !$0.isEmpty }) ?? false { return 2 }
        if ["truecolor", "24bit"].contains(environment["COLORTERM"] ?? "") { return 1 << 24 }
        if ["xterm-kitty", "xterm-ghostty", "foot"].contains(term) || term.hasSuffix("-direct") {
            return 1 << 24
        }
        if term.contains("256color") || term.hasPrefix("tmux") { return 256 }
        return term.isEmpty || term == "dumb" || term.hasPrefix("vt") ? 2 : 16
    }

    /// What to write to the terminal to show a PNG in a window of this size; nil when it cannot be
    /// shown.
    package func show(_ png: [UInt8], in window: WindowSize) -> String? {
        guard means != .none, let size = PNGImage.size(of: png) else { return nil }
        let cells = TerminalPictures.cells(of: size, in: window, isDrawn: means == .symbols)
        switch means {
        case .none: return nil
        case .kitty: return TerminalPictures.kitty(png, cells)
        case .iterm2: return TerminalPictures.iterm2(png, cells)
        case .sixel, .symbols:
            guard let image = PNGImage(png) else { return nil }
            let canvas = SymbolCanvas(
                columns: cells.columns, rows: cells.rows, colours: colours,
                isSixel: means == .sixel, cell: TerminalPictures.cellSize(window))
            return canvas.draw(image)
        }
    }

    /// Pixels of one cell; a common font's when the terminal does not say.
    package static func cellSize(_ window: WindowSize) -> (width: Int, height: Int) {
        guard window.pixelWidth >= window.columns * 2, window.pixelHeight >= window.rows * 4 else {
            return (10, 20)
        }
        return (window.pixelWidth / window.columns, window.pixelHeight / window.rows)
    }

    /// The cells a picture takes: its own size where pixels are shown; drawn with symbols a column
    /// for each pixel, as half a cell is a pixel then. At most the window less the rows of a prompt.
    package static func cells(
        of picture: (width: Int, height: Int), in window: WindowSize, isDrawn: Bool
    ) -> (columns: Int, rows: Int) {
        let cell = cellSize(window)
        let scale = isDrawn ? Double(cell.width) : 1
        let width = Double(max(picture.width, 1)) * scale / Double(cell.width)
        let height = Double(max(picture.height, 1)) * scale / Double(cell.height)
        let fit = min(
            1, Double(max(window.columns - 1, 4)) / width, Double(max(window.rows - 3, 2)) / height)
        return (max(Int((width * fit).rounded()), 1), max(Int((height * fit).rounded()), 1))
    }

    package static func kitty(_ png: [UInt8], _ cells: (columns: Int, rows: Int)) -> String {
        let text = Data(png).base64EncodedString()
        var chunks: [Substring] = []
        var rest = text[...]
        while !rest.isEmpty {
            chunks.append(rest.prefix(4096))
            rest = rest.dropFirst(4096)
        }
        var out = ""
        for (index, chunk) in chunks.enumerated() {
            let more = index < chunks.count - 1 ? 1 : 0
            let head = "a=T,f=100,q=2,c=\(cells.columns),r=\(cells.rows),m=\(more)"
            out += "\u{1B}_G" + (index == 0 ? head : "m=\(more)") + ";" + chunk + "\u{1B}\\"
        }
        return out + "\r\n"
    }

    package static func iterm2(_ png: [UInt8], _ cells: (columns: Int, rows: Int)) -> String {
        "\u{1B}]1337;File=inline=1;size=\(png.count);width=\(cells.columns);height=\(cells.rows)"
            + ";preserveAspectRatio=1:" + Data(png).base64EncodedString() + "\u{7}\r\n"
    }
}
