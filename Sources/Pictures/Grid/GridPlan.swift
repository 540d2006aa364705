/// Where everything on a sheet of pictures goes.
struct GridPlan {
    let zoom: Int
    let columns: Int
    let rows: Int
    /// Pixels between cells.
    let gap: Int
    let width: Int
    let height: Int
    let hasWords: Bool
    /// Present when there are words: they were measured on it and will be drawn on it.
    let canvas: Canvas?
    private(set) var layout: Layout

    private static let caption = Font(size: 11)
    private static let title = Font(size: 13, isBold: true)

    init(_ grid: Grid) throws(PictureError) {
        guard let first = grid.pictures.first else { throw .empty("the grid has no pictures") }
        for (index, picture) in grid.pictures.enumerated()
        where picture.width != first.width || picture.height != first.height
            || picture.channels != first.channels
        {
            throw .unequal(index: index)
        }
        let count = grid.pictures.count
        let columns = GridPlan.columns(count: count, wished: grid.columns)
        let rows = (count + columns - 1) / columns
        let zoom = GridPlan.zoom(first, count: count, columns: columns, wished: grid.zoom)
        let gap = max(0, min(256, grid.gap))
        self.gap = gap
        self.columns = columns
        self.rows = rows
        self.zoom = zoom
        hasWords =
            !(grid.title.isEmpty && grid.captions.isEmpty && grid.rowCaptions.isEmpty
            && grid.columnCaptions.isEmpty)

        let cell = (width: first.width * zoom, height: first.height * zoom)
        var spacing = Spacing(cell: cell, gap: gap)
        let ruler =
            hasWords ? try Canvas(width: 8, height: 8, paper: grid.theme.paper) : nil
        if let ruler { spacing.make(room: grid, on: ruler) }
        let groupGap = max(6, gap * 3)
        func left(_ column: Int) -> Int {
            spacing.left + column * (spacing.pitch + gap)
                + (grid.group > 0 ? column / grid.group * groupGap : 0)
        }
        width = max(left(columns - 1) + spacing.pitch + spacing.margin, spacing.least)
        let lines =
            ruler?.wrapped(
                grid.title, GridPlan.title, width: Double(width - 2 * spacing.margin), lines: 3)
            ?? []
        let shown = grid.title.isEmpty ? [] : lines
        let top = spacing.margin + shown.count * 18 + (shown.isEmpty ? 0 : 4)
        let first1 = top + spacing.header
        let pitch = cell.height + spacing.footer + gap
        height = first1 + rows * pitch - gap + spacing.margin
        // Checked before any memory is taken.
        _ = try Image.byteCount(width: width, height: height, channels: 3)

        layout = Layout(width: Double(width), height: Double(height))
        for index in 0..<count {
            layout.plates.append(
                Rect(
                    x: Double(left(index % columns) + (spacing.pitch - cell.width) / 2),
                    y: Double(first1 + index / columns * pitch), width: Double(cell.width),
                    height: Double(cell.height)))
        }
        canvas =
            hasWords
            ? try Canvas(width: Double(width), height: Double(height), paper: grid.theme.paper)
            : nil
        guard let canvas else { return }
        for (index, line) in shown.enumerated() {
            put(
                line, .title, GridPlan.title, grid.theme.ink, x: Double(spacing.margin),
                y: Double(spacing.margin + index * 18), on: canvas)
        }
        putCaptions(grid, spacing, left: left, header: top, on: canvas)
    }

    private mutating func putCaptions(
        _ grid: Grid, _ spacing: Spacing, left: (Int) -> Int, header: Int, on canvas: Canvas
    ) {
        let font = GridPlan.caption
        let soft = grid.theme.softInk
        let pitch = Double(spacing.pitch)
        func centred(_ text: String, _ column: Int, _ y: Double, _ role: PlacedText.Role) {
            let word = canvas.fitted(text, font, width: pitch)
            let x = Double(left(column)) + (pitch - canvas.width(of: word, font)) / 2
            put(word, role, font, soft, x: x, y: y, on: canvas)
        }
        for (column, text) in grid.columnCaptions.prefix(columns).enumerated() {
            centred(text, column, Double(header), .subtitle)
        }
        for (index, text) in grid.captions.prefix(grid.pictures.count).enumerated() {
            centred(text, index % columns, layout.plates[index].bottom + 2, .caption)
        }
        for (row, text) in grid.rowCaptions.prefix(rows).enumerated() {
            let room = Double(spacing.left - spacing.margin - 8)
            let word = canvas.fitted(text, font, width: room)
            let cell = layout.plates[row * columns]
            let high = canvas.typeface(font).lineHeight
            put(
                word, .axisLabel, font, soft,
                x: Double(spacing.left - 8) - canvas.width(of: word, font),
                y: cell.middle.y - high / 2, on: canvas)
        }
    }

    private mutating func put(
        _ text: String, _ role: PlacedText.Role, _ font: Font, _ colour: Colour, x: Double,
        y: Double, on canvas: Canvas
    ) {
        let size = canvas.size(of: text, font)
        layout.words.append(
            PlacedText(
                text: text, role: role,
                area: Rect(x: x, y: y, width: size.width, height: size.height), isTurned: false,
                font: font, colour: colour))
    }

    /// A nearly square sheet; a little wider when that fills the last row.
    static func columns(count: Int, wished: Int) -> Int {
        if wished > 0 { return min(wished, count) }
        let root = Int(Double(count).squareRoot().rounded(.up))
        let widest = min(count, root + root / 2 + 1)
        if count <= 4 { return count }
        return (root...max(root, widest)).first { count % $0 == 0 } ?? root
    }

    /// Cells of about 56 pixels, larger when there are few, on a sheet of at most 640.
    static func zoom(_ picture: Image, count: Int, columns: Int, wished: Int) -> Int {
        if wished > 0 { return min(wished, 512) }
        let side = max(picture.width, picture.height)
        let wanted = count <= 4 ? 144 : count <= 16 ? 96 : 56
        let room = 640 / (max(1, columns) * picture.width)
        return max(1, min((wanted + side / 2) / side, room, 48))
    }

    /// The sizes that words ask for.
    private struct Spacing {
        var margin: Int
        var left: Int
        /// Width of a column without the gap: at least a cell, wider for captions.
        var pitch: Int
        var header = 0
        var footer = 0
        /// The least width of the sheet.
        var least = 1

        init(cell: (width: Int, height: Int), gap: Int) {
            margin = gap
            left = gap
            pitch = cell.width
        }

        mutating func make(room grid: Grid, on ruler: Canvas) {
            let font = GridPlan.caption
            func widest(_ texts: [String]) -> Int {
                let longest = texts.prefix(4096).map {
                    ruler.width(of: String($0.prefix(64)), font)
                }
                return Int((longest.max() ?? 0).rounded(.up))
            }
            margin = max(margin, 8)
            left = margin
            pitch = max(pitch, min(96, widest(grid.captions + grid.columnCaptions) + 2))
            if !grid.columnCaptions.isEmpty { header = 18 }
            if !grid.captions.isEmpty { footer = 18 }
            if !grid.rowCaptions.isEmpty { left += min(200, widest(grid.rowCaptions)) + 8 }
            if !grid.title.isEmpty { least = 200 }
        }
    }
}
