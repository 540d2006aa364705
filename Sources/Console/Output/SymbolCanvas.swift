import CChafa

/// A picture as coloured symbols or sixels, drawn by chafa.
package struct SymbolCanvas {
    let columns: Int
    let rows: Int
    let colours: Int
    let isSixel: Bool
    /// Pixels of one cell of the terminal.
    let cell: (width: Int, height: Int)

    func draw(_ image: PNGImage) -> String? {
        guard let config = chafa_canvas_config_new() else { return nil }
        defer { chafa_canvas_config_unref(config) }
        chafa_canvas_config_set_geometry(config, gint(columns), gint(rows))
        chafa_canvas_config_set_cell_geometry(config, gint(cell.width), gint(cell.height))
        chafa_canvas_config_set_canvas_mode(config, isSixel ? CHAFA_CANVAS_MODE_TRUECOLOR : mode)
        chafa_canvas_config_set_pixel_mode(
            config, isSixel ? CHAFA_PIXEL_MODE_SIXELS : CHAFA_PIXEL_MODE_SYMBOLS)
        guard let symbols = chafa_symbol_map_new() else { return nil }
        defer { chafa_symbol_map_unref(symbols) }
        for tag in [CHAFA_SYMBOL_TAG_BLOCK, CHAFA_SYMBOL_TAG_SPACE, CHAFA_SYMBOL_TAG_HALF] {
            chafa_symbol_map_add_by_tags(symbols, tag)
        }
        chafa_canvas_config_set_symbol_map(config, symbols)
        guard let canvas = chafa_canvas_new(config) else { return nil }
        defer { chafa_canvas_unref(canvas) }
        chafa_canvas_draw_all_pixels(
            canvas, CHAFA_PIXEL_RGBA8_UNASSOCIATED, image.pixels, gint(image.width),
            gint(image.height), gint(image.width * 4))
        return print(canvas)
    }

    private var mode: ChafaCanvasMode {
        switch colours {
        case 257...: CHAFA_CANVAS_MODE_TRUECOLOR
        case 256: CHAFA_CANVAS_MODE_INDEXED_240
        case 16: CHAFA_CANVAS_MODE_INDEXED_16
        default: CHAFA_CANVAS_MODE_FGBG
        }
    }

    private func print(_ canvas: OpaquePointer) -> String? {
        // The fallback knows the sequences that every terminal shares, and sixel's.
        guard let terminals = chafa_term_db_get_default(),
            let info = chafa_term_db_get_fallback_info(terminals)
        else { return nil }
        defer { chafa_term_info_unref(info) }
        guard let text = chafa_canvas_print(canvas, info) else { return nil }
        defer { g_string_free(text, 1) }
        guard let bytes = text.pointee.str else { return nil }
        let shown = String(cString: bytes)
        guard !shown.isEmpty else { return nil }
        return shown.replacing("\n", with: "\r\n") + "\u{1B}[0m\r\n"
    }

    /// The version of chafa that this was built with; the library itself does not say.
    package static var version: String {
        "\(CHAFA_MAJOR_VERSION).\(CHAFA_MINOR_VERSION).\(CHAFA_MICRO_VERSION)"
    }
}
