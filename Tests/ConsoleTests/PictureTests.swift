import Console
import Foundation
import Testing

@Suite("Pictures in a terminal")
struct PictureTests {
    /// A PNG of 8 by 8 pixels: the left half red, the right half blue.
    static let png: [UInt8] = Array(
        Data(
            base64Encoded:
                "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAFElEQVR42mP4z8AAR0jM/wxDSwIA6TA/wcg4RrMAAAAASUVORK5CYII="
        ) ?? Data())

    @Test(
        "The terminal is known by its environment",
        arguments: [
            (["TERM": "xterm-kitty"], TerminalPictures.Means.kitty),
            (["TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"], .kitty),
            (["TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"], .iterm2),
            (["TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"], .iterm2),
            (["TERM": "foot"], .sixel), (["TERM": "mlterm"], .sixel),
            (["TERM": "xterm-256color"], .symbols),
            (["TERM": "xterm-kitty", "TMUX": "/tmp/x"], .symbols),
            (["TERM": "screen-256color", "KITTY_WINDOW_ID": "1"], .symbols),
            (["TERM": "dumb"], .none), ([:], .none),
            (["TERM": "xterm-kitty", "NO_COLOR": "1"], .none),
            (["TERM": "xterm-kitty", "NO_COLOR": ""], .kitty),
            (["TERM": "xterm", "SADDLE_PICTURES": "sixel"], .sixel),
            (["TERM": "xterm-kitty", "SADDLE_PICTURES": "nonsense"], .kitty),
        ] as [([String: String], TerminalPictures.Means)])
    func detection(environment: [String: String], means: TerminalPictures.Means) {
        #expect(TerminalPictures(environment: environment).means == means)
    }

    @Test("kitty and iTerm2 get the very bytes of the PNG, in pieces that kitty takes")
    func direct() throws {
        let window = WindowSize()
        let big = Self.png + [UInt8](repeating: 7, count: 9000)
        let kitty = try #require(
            TerminalPictures(environment: ["TERM": "xterm-kitty"]).show(big, in: window))
        let pieces = kitty.components(separatedBy: "\u{1B}_G").dropFirst()
        let payload = pieces.map { piece in
            piece.components(separatedBy: ";").last?.components(separatedBy: "\u{1B}").first ?? ""
        }
        #expect(payload.allSatisfy { $0.count <= 4096 } && payload.count == 3)
        #expect(Data(base64Encoded: payload.joined()) == Data(big))
        #expect(kitty.contains("a=T,f=100") && pieces.last?.hasPrefix("m=0;") == true)
        let iterm = try #require(
            TerminalPictures(environment: ["TERM": "x", "TERM_PROGRAM": "iTerm.app"])
                .show(Self.png, in: window))
        #expect(iterm.contains(Data(Self.png).base64EncodedString()))
    }

    @Test("Symbols and sixels show the colours of the picture")
    func drawn() throws {
        let symbols = TerminalPictures(environment: ["TERM": "x", "COLORTERM": "truecolor"])
        let text = try #require(symbols.show(Self.png, in: WindowSize()))
        #expect(text.contains("255;0;0") && text.contains("0;0;255"))
        let sixel = TerminalPictures(environment: ["TERM": "foot"])
        #expect(try #require(sixel.show(Self.png, in: WindowSize())).contains("\u{1B}P"))
    }

    @Test("A picture fits the window and keeps its shape")
    func fit() {
        let window = WindowSize(columns: 80, rows: 24)
        let wide = TerminalPictures.cells(of: (4000, 400), in: window, isDrawn: true)
        #expect(wide.columns == 79 && wide.rows == 4)
        let high = TerminalPictures.cells(of: (400, 4000), in: window, isDrawn: false)
        #expect(high.rows == 21 && high.columns == 4)
        let small = TerminalPictures.cells(
            of: (100, 100),
            in: WindowSize(columns: 80, rows: 24, pixelWidth: 800, pixelHeight: 480),
            isDrawn: false)
        #expect(small.columns == 10 && small.rows == 5)
        let tiny = TerminalPictures.cells(
            of: (9999, 9999), in: WindowSize(columns: 1, rows: 1), isDrawn: true)
        #expect(tiny.columns >= 1 && tiny.rows >= 1)
    }

    @Test("Bytes that are no PNG, or a broken one, show nothing")
    func broken() {
        let symbols = TerminalPictures(environment: ["TERM": "xterm"])
        #expect(symbols.show([], in: WindowSize()) == nil)
        #expect(symbols.show(Array("GIF89a and more than that".utf8), in: WindowSize()) == nil)
        #expect(symbols.show(Array(Self.png.prefix(40)), in: WindowSize()) == nil)
        var image = Self.png
        image[20] = 0xFF
        #expect(symbols.show(image, in: WindowSize()) == nil)
    }

    @Test("The pixels are those of the picture")
    func pixels() throws {
        let image = try #require(PNGImage(Self.png))
        #expect(image.width == 8 && image.height == 8)
        #expect(Array(image.pixels[0..<4]) == [255, 0, 0, 255])
        #expect(Array(image.pixels[28..<32]) == [0, 0, 255, 255])
    }

    @Test("A bug report gets one line")
    func describing() {
        #expect(
            TerminalPictures.describe(environment: ["TERM": "xterm-256color"])
                == "Unicode symbols, 256 colours (TERM=xterm-256color)")
    }
}
