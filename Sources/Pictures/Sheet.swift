/// Several pictures in one: a grid beside its curves, two grids side by side.
package struct Sheet: Sendable {
    package enum Direction: Sendable { case across, down }
    package var pictures: [Image]
    package var direction: Direction
    /// Pixels between pictures and, with `hasMargin`, around them.
    package var gap: Int
    package var hasMargin: Bool
    package var theme: Theme

    package init(
        _ pictures: [Image], direction: Direction = .across, gap: Int = 12,
        hasMargin: Bool = false, theme: Theme = .light
    ) {
        self.pictures = pictures
        self.direction = direction
        self.gap = gap
        self.hasMargin = hasMargin
        self.theme = theme
    }

    /// The pictures on one paper, centred against each other, none scaled.
    ///
    /// Throws `PictureError.empty` without pictures and `.size` when the sheet is too large.
    package func image() throws(PictureError) -> Image {
        guard !pictures.isEmpty else { throw .empty("the sheet has no pictures") }
        let space = max(0, min(1024, gap))
        let margin = hasMargin ? space : 0
        let spaces = space * (pictures.count - 1) + 2 * margin
        let widths = pictures.map(\.width)
        let heights = pictures.map(\.height)
        let widest = widths.max() ?? 0
        let highest = heights.max() ?? 0
        let isGrey = theme.paper.isGrey && pictures.allSatisfy { $0.channels == 1 }
        var sheet = try Image(
            width: direction == .across ? widths.reduce(0, +) + spaces : widest + 2 * margin,
            height: direction == .down ? heights.reduce(0, +) + spaces : highest + 2 * margin,
            channels: isGrey ? 1 : 3, filledWith: theme.paper)
        var at = margin
        for picture in pictures {
            let shown = try picture.flattened(on: theme.paper)
            if direction == .across {
                sheet.paste(shown, x: at, y: margin + (highest - picture.height) / 2)
                at += picture.width + space
            } else {
                sheet.paste(shown, x: margin + (widest - picture.width) / 2, y: at)
                at += picture.height + space
            }
        }
        return sheet
    }

    /// The sheet as a PNG with `text` as its text chunks.
    package func png(text: [(String, String)] = []) throws(PictureError) -> [UInt8] {
        try PNG.encode(try image(), text: text)
    }
}
