import Testing

@testable import Pictures

/// What is expected is what the Unicode bidirectional algorithm (UAX 9) gives, letter by letter.
@Suite("Direction of letters")
struct DirectionTests {
    @Test(
        "words that are read from the right are turned round, numbers and other words are not",
        arguments: [
            ("λ x̂ (12) → ∇D", "λ x̂ (12) → ∇D"), ("", ""),
            ("שלום", "םולש"), ("שלום עולם", "םלוע םולש"),
            ("abc שלום 12", "abc 12 םולש"), ("שלום abc 12", "abc 12 םולש"),
            ("שלום 0.25 abc", "abc 0.25 םולש"), ("D (שלום)", "D (םולש)"),
            ("(שלום)", "(םולש)"), ("loss: שלום, עולם!", "loss: םלוע ,םולש!"),
        ])
    func order(line: String, seen: String) {
        #expect(Direction.seen(line) == seen)
    }

    @Test("a mark stays behind its letter")
    func marks() {
        #expect(Direction.seen("שָׁב") == "בשָׁ")
    }

    @Test(
        "Arabic letters take the form of their place",
        arguments: [
            // Initial, final, initial, medial, final.
            ("مرحبا", [0xFEE3, 0xFEAE, 0xFEA3, 0xFE92, 0xFE8E]),
            // Lam and alef are one letter, joined to seen.
            ("سلام", [0xFEB3, 0xFEFC, 0xFEE1]), ("لا", [0xFEFB]), ("ء", [0xFE80]),
            ("بـ", [0xFE91, 0x0640]), ("گل", [0xFB94, 0xFEDE]),
            // A mark does not part two letters.
            ("بَب", [0xFE91, 0x064E, 0xFE90]),
        ])
    func joined(line: String, forms: [UInt32]) {
        let letters = Direction.seen(line).reversed().flatMap(\.unicodeScalars).map(\.value)
        #expect(letters == forms)
    }

    @Test("a label is as wide as what is drawn, and DejaVu Sans has the forms")
    func drawn() throws {
        let figure = Figure(Axes(title: "مرحبا", marks: [.line(Line("שלום", y: [1, 2]))]))
        let words = try figure.layout().words
        let title = try #require(words.first { $0.text == "مرحبا" })
        // Five joined letters are narrower than five that stand alone.
        let canvas = try Canvas(width: 100, height: 20, paper: Theme.light.paper)
        let apart = ["ﻡ", "ﺭ", "ﺡ", "ﺏ", "ﺍ"].reduce(0.0) { $0 + canvas.width(of: $1, Plan.title) }
        #expect(title.area.width > 20 && title.area.width < apart * 0.9)
        #expect(try figure.image() != Figure(Axes()).image())
    }
}
