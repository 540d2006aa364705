import CCairo

/// A size of DejaVu Sans, upright or bold, or of another family for what it has not.
struct Font: Hashable {
    var size: Double
    var isBold = false
    /// Which of `families`.
    var family = 0

    /// After DejaVu Sans, those that systems have for Chinese, Japanese, Korean and the rest.
    static let families = [
        "DejaVu Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "WenQuanYi Micro Hei",
        "WenQuanYi Zen Hei", "Droid Sans Fallback", "PingFang SC", "Hiragino Sans",
        "Apple SD Gothic Neo", "Noto Sans", "Noto Emoji", "Symbola", "Unifont",
    ]
}

/// A font as cairo holds it, with what layout needs to know.
struct Typeface {
    let pointer: OpaquePointer
    /// Heights above and below the base line, in points.
    let ascent: Double
    let descent: Double
    /// Height of a small x.
    let xHeight: Double
    var lineHeight: Double { ascent + descent }
}

/// A word that has found its place: what layout decides, drawing draws and tests look at.
package struct PlacedText: Equatable, Sendable {
    package enum Role: Sendable {
        case title, subtitle, axisLabel, xTick, yTick, legend, caption, barTick, rule, note, message
    }
    package let text: String
    package let role: Role
    /// The upright rectangle that the word fills (line height, not ink).
    package let area: Rect
    /// Reads from bottom to top.
    package let isTurned: Bool
    let font: Font
    let colour: Colour
}

extension Font: Sendable {}

extension Canvas {
    func typeface(_ font: Font) -> Typeface {
        if let known = fonts[font] { return known }
        cairo_select_font_face(
            context, Font.families[font.family], CAIRO_FONT_SLANT_NORMAL,
            font.isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
        cairo_set_font_size(context, font.size)
        let options = cairo_font_options_create()
        cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_SLIGHT)
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
        var matrix = cairo_matrix_t()
        cairo_matrix_init_scale(&matrix, font.size, font.size)
        var device = cairo_matrix_t()
        cairo_matrix_init_scale(&device, scale, scale)
        let pointer = cairo_scaled_font_create(
            cairo_get_font_face(context), &matrix, &device, options)
        cairo_font_options_destroy(options)
        guard let pointer else {
            // cairo never returns null here; its error objects behave as an empty font.
            return Typeface(
                pointer: cairo_get_scaled_font(context), ascent: font.size, descent: 0,
                xHeight: font.size / 2)
        }
        var extents = cairo_font_extents_t()
        cairo_scaled_font_extents(pointer, &extents)
        var small = cairo_text_extents_t()
        cairo_scaled_font_text_extents(pointer, "x", &small)
        // The font's own line is generous (for stacked accents); labels need less.
        let face = Typeface(
            pointer: pointer, ascent: min(extents.ascent, font.size * 0.95),
            descent: min(extents.descent, font.size * 0.26), xHeight: small.height)
        fonts[font] = face
        return face
    }

    /// The width that a word takes, in points.
    func width(of text: String, _ font: Font) -> Double {
        runs(of: text, font).reduce(0) { $0 + $1.advance }
    }

    /// A rectangle as large as the word, at the origin.
    func size(of text: String, _ font: Font) -> (width: Double, height: Double) {
        (width(of: text, font), typeface(font).lineHeight)
    }

    /// The longest beginning of `text` that fits into `width`, with an ellipsis when cut.
    func fitted(_ text: String, _ font: Font, width: Double) -> String {
        // No caption that fits is longer than a pixel a letter: cut early, whatever comes in.
        let words = text.count > 4096 ? String(text.prefix(4096)) : text
        if self.width(of: words, font) <= width { return words }
        let letters = Array(words)
        var (low, high) = (0, letters.count)
        while low < high {
            let middle = (low + high + 1) / 2
            if self.width(of: String(letters[..<middle]) + "…", font) <= width {
                low = middle
            } else {
                high = middle - 1
            }
        }
        if low == 0 { return self.width(of: "…", font) <= width ? "…" : "" }
        var kept = String(letters[..<low])
        while kept.last == " " { kept.removeLast() }
        return kept + "…"
    }

    /// `text` broken at spaces into at most `lines` lines of `width`; the last is cut with an
    /// ellipsis.
    func wrapped(_ text: String, _ font: Font, width: Double, lines: Int) -> [String] {
        var result: [String] = []
        for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
            var line = ""
            for word in paragraph.split(separator: " ") {
                let longer = line.isEmpty ? String(word) : line + " " + word
                if line.isEmpty || self.width(of: longer, font) <= width {
                    line = longer
                } else {
                    result.append(line)
                    line = String(word)
                }
                if result.count > lines { break }
            }
            result.append(line)
            if result.count > lines { break }
        }
        if result.count > lines {
            let rest = result[(lines - 1)...].joined(separator: " ")
            result = result[..<(lines - 1)] + [rest]
        }
        return result.map { fitted($0, font, width: width) }
    }

    func draw(_ placed: PlacedText) {
        let face = typeface(placed.font)
        set(placed.colour)
        cairo_save(context)
        if placed.isTurned {
            cairo_translate(context, placed.area.x + face.ascent, placed.area.bottom)
            cairo_rotate(context, -Double.pi / 2)
        } else {
            // On whole pixels the letters of all labels look alike.
            let base = ((placed.area.y + face.ascent) * scale).rounded() / scale
            cairo_translate(context, placed.area.x, base)
        }
        for var run in runs(of: placed.text, placed.font) where !run.glyphs.isEmpty {
            if form == .raster, !placed.isTurned {
                cairo_set_scaled_font(context, run.face.pointer)
            } else {
                cairo_set_font_face(context, cairo_scaled_font_get_font_face(run.face.pointer))
                cairo_set_font_size(context, placed.font.size)
            }
            cairo_show_glyphs(context, &run.glyphs, Int32(run.glyphs.count))
            cairo_translate(context, run.advance, 0)
        }
        cairo_restore(context)
    }

    // MARK: Families

    /// A part of a line in one face, from (0, 0).
    struct Run {
        let face: Typeface
        var glyphs: [cairo_glyph_t]
        let advance: Double
    }

    /// The line in the font's own family, and what that has not in the first one that has it.
    private func runs(of line: String, _ font: Font) -> [Run] {
        let text = Direction.seen(line)
        let face = typeface(font)
        let (glyphs, advance) = glyphs(text, face)
        if !glyphs.contains(where: { $0.index == 0 }) {
            return [Run(face: face, glyphs: glyphs, advance: advance)]
        }
        var parts: [(family: Int, text: String)] = []
        for letter in text {
            let family = family(of: letter, font)
            if parts.last?.family == family {
                parts[parts.count - 1].text.append(letter)
            } else {
                parts.append((family, String(letter)))
            }
        }
        return parts.map { part in
            let face = typeface(Font(size: font.size, isBold: font.isBold, family: part.family))
            let (glyphs, advance) = self.glyphs(part.text, face)
            return Run(face: face, glyphs: glyphs, advance: advance)
        }
    }

    private func family(of letter: Character, _ font: Font) -> Int {
        if let known = families[letter] { return known }
        let found = Font.families.indices.first { index in
            let face = typeface(Font(size: font.size, isBold: font.isBold, family: index))
            let (glyphs, _) = glyphs(String(letter), face)
            return !glyphs.isEmpty && !glyphs.contains { $0.index == 0 }
        }
        families[letter] = found ?? 0
        return found ?? 0
    }

    // MARK: Glyphs

    /// The glyphs of a line from (0, 0). Cairo places combining marks as if every letter were
    /// as wide and low as x; here a mark is centred over its letter and lifted over tall ones.
    private func glyphs(
        _ text: String, _ face: Typeface
    ) -> (glyphs: [cairo_glyph_t], advance: Double) {
        // Joiners and selectors of variants are seen by no one.
        let scalars = text.unicodeScalars.filter { $0.value < 0xAD || !$0.isUnseen }
            .map { $0.value < 32 ? " " : $0 }
        if scalars.isEmpty { return ([], 0) }
        var words = String.UnicodeScalarView()
        words.append(contentsOf: scalars)
        var pointer: UnsafeMutablePointer<cairo_glyph_t>?
        var count: Int32 = 0
        let status = cairo_scaled_font_text_to_glyphs(
            face.pointer, 0, 0, String(words), -1, &pointer, &count, nil, nil, nil)
        guard status == CAIRO_STATUS_SUCCESS, let pointer else { return ([], 0) }
        var glyphs = Array(UnsafeBufferPointer(start: pointer, count: Int(count)))
        cairo_glyph_free(pointer)
        var whole = cairo_text_extents_t()
        cairo_scaled_font_glyph_extents(face.pointer, &glyphs, count, &whole)
        guard glyphs.count == scalars.count,
            scalars.contains(where: { $0.properties.generalCategory == .nonspacingMark })
        else { return (glyphs, whole.x_advance) }
        return marked(glyphs, scalars, face)
    }

    private func marked(
        _ source: [cairo_glyph_t], _ scalars: [Unicode.Scalar], _ face: Typeface
    ) -> (glyphs: [cairo_glyph_t], advance: Double) {
        var glyphs = source
        var pen = 0.0
        var base: (x: Double, extents: cairo_text_extents_t)?
        for index in glyphs.indices {
            var extents = cairo_text_extents_t()
            cairo_scaled_font_glyph_extents(face.pointer, &glyphs[index], 1, &extents)
            if scalars[index].properties.generalCategory == .nonspacingMark, let base {
                let middle = base.x + base.extents.x_bearing + base.extents.width / 2
                glyphs[index].x = middle - extents.x_bearing - extents.width / 2
                let isAbove = extents.y_bearing + extents.height < -face.xHeight / 2
                let lift = max(0, -base.extents.y_bearing - face.xHeight)
                glyphs[index].y = isAbove ? -lift : 0
            } else {
                glyphs[index].x = pen
                base = (pen, extents)
                pen += extents.x_advance
            }
        }
        return (glyphs, pen)
    }
}

extension Unicode.Scalar {
    fileprivate var isUnseen: Bool { properties.isDefaultIgnorableCodePoint }
}
