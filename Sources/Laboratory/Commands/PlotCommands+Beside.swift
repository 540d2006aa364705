import Language
import Pictures

/// Pictures beside each other.
extension PlotCommands {
    static var beside: Command {
        Command(
            "beside", .pictures,
            [
                Input("pictures", .any, "pictures, or lists of them", isVariadic: true),
                Input(
                    "columns", .integer, "how many in a row; 0: all", standard: .number(0)), .theme,
            ], "Pictures side by side, as one.",
            details: "Also of a list: beside(map(c -> plot(f(c)), [1, 2, 3])).",
            example: "beside(plot(sin), plot(cos))"
        ) { call in
            let pictures = try call.rest.flatMap { value -> [Value] in
                if case .list(let items) = value { items } else { [value] }
            }.map { value -> Picture in
                guard case .picture(let picture) = value else {
                    throw Diagnostic.mismatch("beside", expects: "pictures", got: value)
                }
                return picture
            }
            guard !pictures.isEmpty else {
                throw Diagnostic(
                    .value, "beside needs pictures", hint: "beside(plot(g), samples(g))")
            }
            let columns = try call.integer(1, in: 0...100)
            let width = columns == 0 ? pictures.count : min(columns, pictures.count)
            let images = try pictures.enumerated().map { index, picture in
                let first = index / width * width
                let row = pictures[first..<min(first + width, pictures.count)]
                return try picture.image(oneOf: width, height: row.compactMap(\.fixedHeight).max())
            }
            let theme = try call.theme(2)
            let rows = try stride(from: 0, to: images.count, by: width).map {
                try Sheet(Array(images[$0..<min($0 + width, images.count)]), theme: theme)
                    .image()
            }
            return .picture(
                Picture(
                    .image(try Sheet(rows, direction: .down, theme: theme).image()),
                    caption: pictures.map(\.caption).joined(separator: "; "),
                    from: call.session, of: pictures.flatMap(\.subjects)))
        }
    }
}

extension Picture {
    /// The height of what is pixels already.
    fileprivate var fixedHeight: Int? {
        switch content {
        case .image(let image): image.height
        case .figure: nil
        case .animation: size.height
        }
    }

    /// The pixels, to stand in a row of so many; a plot is drawn smaller so that the row has the
    /// width of a page, as high as the sheets beside it, and its words keep their size.
    fileprivate func image(oneOf count: Int, height: Int?) throws -> Image {
        switch content {
        case .image(let image): return image
        case .figure(var figure):
            let width = min(figure.width, max(960 / count, 280))
            figure.height = max(figure.height * width / figure.width, min(figure.height, 300))
            if let height { figure.height = max(figure.height, min(height, width * 3 / 2)) }
            figure.width = width
            return try figure.image()
        case .animation(let animation):
            // A sheet stands still: where the training got to.
            return try animation.frames.last ?? PNG.decode(try png())
        }
    }
}
