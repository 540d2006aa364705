/// The values of a function on a regular grid, as a heat map with contour lines.
package struct Field: Sendable {
    /// Sequential for amounts; diverging for values around `centre`, which gets the neutral
    /// colour.
    package enum Map: Equatable, Sendable {
        case sequential
        case diverging(centre: Double)
    }
    /// `columns * rows` values in rows; the first row belongs to the lowest y, the first column
    /// to the lowest x. Values that are not finite stay blank.
    package var values: [Double]
    package var columns: Int
    package var rows: Int
    /// The x of the first and the last column, and the y of the first and the last row.
    package var x: ClosedRange<Double>
    package var y: ClosedRange<Double>
    package var map: Map
    /// The values of the colour bar's ends; none takes them from the data.
    package var range: ClosedRange<Double>?
    /// The number of contour lines wished for; 0 for none.
    package var contours: Int
    /// Contour lines at exactly these values, instead of round ones.
    package var levels: [Double]
    /// Words beside the colour bar.
    package var label: String
    package var hasColourBar: Bool

    package init(
        values: [Double], columns: Int, rows: Int, x: ClosedRange<Double>,
        y: ClosedRange<Double>, map: Map = .sequential, range: ClosedRange<Double>? = nil,
        contours: Int = 8, levels: [Double] = [], label: String = "", hasColourBar: Bool = true
    ) {
        self.values = values
        self.columns = columns
        self.rows = rows
        self.x = x
        self.y = y
        self.map = map
        self.range = range
        self.contours = contours
        self.levels = levels
        self.label = label
        self.hasColourBar = hasColourBar
    }
}

/// Arrows from (`x`, `y`) along (`dx`, `dy`), scaled together so that the longest is as long as
/// `longest` points, or to scale with the axes when that is none.
package struct Arrows: Sendable {
    package var name: String
    package var x: [Double]
    package var y: [Double]
    package var dx: [Double]
    package var dy: [Double]
    package var longest: Double?
    package var pen: Pen
    package init(
        _ name: String = "", x: [Double], y: [Double], dx: [Double], dy: [Double],
        longest: Double? = 36, pen: Pen = .ink
    ) {
        self.name = name
        self.x = x
        self.y = y
        self.dx = dx
        self.dy = dy
        self.longest = longest
        self.pen = pen
    }
}

/// A grid of points and the lines between neighbours: where a generator takes a regular grid.
package struct Mesh: Sendable {
    package var name: String
    /// `columns * rows` places in rows.
    package var x: [Double]
    package var y: [Double]
    package var columns: Int
    package var rows: Int
    package var pen: Pen
    package init(
        _ name: String = "", x: [Double], y: [Double], columns: Int, rows: Int,
        pen: Pen = .automatic
    ) {
        self.name = name
        self.x = x
        self.y = y
        self.columns = columns
        self.rows = rows
        self.pen = pen
    }
}
