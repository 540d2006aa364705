/// Pictures of one size on a sheet. Every pixel of every cell is exactly a pixel of its picture.
package struct Grid: Sendable {
    /// Pictures of equal width, height and channels.
    package var pictures: [Image]
    /// Cells side by side; 0 chooses a nearly square sheet with full rows.
    package var columns: Int
    /// Pixels a picture's pixel is wide and high; 0 chooses so that small digits can be seen.
    package var zoom: Int
    /// Pixels between cells and around the sheet.
    package var gap: Int
    /// A wider gap after every so many columns (pairs, triples); 0 for none.
    package var group: Int
    package var title: String
    /// Below each picture, in order.
    package var captions: [String]
    /// Left of each row and above each column.
    package var rowCaptions: [String]
    package var columnCaptions: [String]
    package var theme: Theme

    package init(
        _ pictures: [Image], columns: Int = 0, zoom: Int = 0, gap: Int = 2, group: Int = 0,
        title: String = "", captions: [String] = [], rowCaptions: [String] = [],
        columnCaptions: [String] = [], theme: Theme = .light
    ) {
        self.pictures = pictures
        self.columns = columns
        self.zoom = zoom
        self.gap = gap
        self.group = group
        self.title = title
        self.captions = captions
        self.rowCaptions = rowCaptions
        self.columnCaptions = columnCaptions
        self.theme = theme
    }

    /// The sheet: grey when the pictures are grey, RGB otherwise (RGBA pictures are laid on the
    /// paper's colour).
    ///
    /// Throws `PictureError.empty` without pictures, `.unequal` when they differ, `.size` when
    /// the sheet would have more than `Image.largest` pixels.
    package func image() throws(PictureError) -> Image {
        let plan = try GridPlan(self)
        let isGrey = pictures[0].channels == 1 && theme.paper.isGrey
        var sheet: Image
        if let canvas = plan.canvas {
            for word in plan.layout.words { canvas.draw(word) }
            sheet = isGrey ? try canvas.greyImage() : try canvas.image()
        } else {
            sheet = try Image(
                width: plan.width, height: plan.height, channels: isGrey ? 1 : 3,
                filledWith: theme.paper)
        }
        if theme.isDark || pictures.prefix(16).contains(where: { $0.hasEdge(like: theme.paper) }) {
            // A rim, since pictures like the paper would melt into it and each other.
            let gap = plan.gap
            let rim = try Image(
                width: pictures[0].width * plan.zoom + 2 * gap,
                height: pictures[0].height * plan.zoom + 2 * gap, channels: sheet.channels,
                filledWith: theme.rim)
            for cell in plan.layout.plates {
                sheet.paste(rim, x: Int(cell.x) - gap, y: Int(cell.y) - gap)
            }
        }
        for (index, picture) in pictures.enumerated() {
            let cell = plan.layout.plates[index]
            let shown = picture.channels == 4 ? try picture.flattened(on: theme.paper) : picture
            sheet.paste(shown, x: Int(cell.x), y: Int(cell.y), zoom: plan.zoom)
        }
        return sheet
    }

    /// The sheet as a PNG with `text` as its text chunks.
    package func png(text: [(String, String)] = []) throws(PictureError) -> [UInt8] {
        try PNG.encode(try image(), text: text)
    }

    /// Where the cells (`plates`, in whole pixels) and the words lie.
    package func layout() throws(PictureError) -> Layout { try GridPlan(self).layout }
}

extension Image {
    /// Whether more than a tenth of the outermost pixels are about as light as a colour.
    fileprivate func hasEdge(like colour: Colour) -> Bool {
        let wanted = colour.bytes(channels: 3).map(Int.init)
        var (like, looked) = (0, 0)
        func look(_ x: Int, _ y: Int) {
            let start = (y * width + x) * channels
            let isLike = (0..<min(3, channels)).allSatisfy {
                abs(Int(bytes[start + $0]) - wanted[$0]) < 8
            }
            like += isLike ? 1 : 0
            looked += 1
        }
        for x in 0..<width {
            look(x, 0)
            look(x, height - 1)
        }
        for y in 0..<height {
            look(0, y)
            look(width - 1, y)
        }
        return like * 10 > looked
    }

    /// An RGBA picture laid on a colour; others stay as they are.
    package func flattened(on paper: Colour) throws(PictureError) -> Image {
        guard channels == 4 else { return self }
        let ground = paper.bytes(channels: 3).map(Int.init)
        var result: [UInt8] = []
        result.reserveCapacity(width * height * 3)
        for pixel in 0..<width * height {
            let alpha = Int(bytes[pixel * 4 + 3])
            for channel in 0..<3 {
                let value =
                    Int(bytes[pixel * 4 + channel]) * alpha + ground[channel] * (255 - alpha)
                result.append(UInt8((value + 127) / 255))
            }
        }
        return try Image(width: width, height: height, channels: 3, bytes: result)
    }
}
