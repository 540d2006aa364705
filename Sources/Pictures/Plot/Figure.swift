/// What an axis says and which numbers it spans.
package struct Axis: Sendable {
    package var label: String
    /// Written after the label in parentheses: "time (ms)".
    package var unit: String
    package var isLogarithmic: Bool
    /// Only whole numbers are written below the axis: it counts layers, or rounds.
    package var isWhole: Bool
    /// The first and last value; none takes them from the data.
    package var range: ClosedRange<Double>?
    package init(
        _ label: String = "", unit: String = "", isLogarithmic: Bool = false,
        isWhole: Bool = false, range: ClosedRange<Double>? = nil
    ) {
        self.label = label
        self.unit = unit
        self.isLogarithmic = isLogarithmic
        self.isWhole = isWhole
        self.range = range
    }
}

/// One plot: two axes and the marks between them.
package struct Axes: Sendable {
    package var title: String
    package var x: Axis
    package var y: Axis
    package var marks: [Mark]
    package var hasLegend: Bool
    /// One unit is as long on both axes.
    package var isEqual: Bool

    package init(
        title: String = "", x: Axis = Axis(), y: Axis = Axis(), marks: [Mark] = [],
        hasLegend: Bool = true, isEqual: Bool = false
    ) {
        self.title = title
        self.x = x
        self.y = y
        self.marks = marks
        self.hasLegend = hasLegend
        self.isEqual = isEqual
    }
}

extension Axes {
    /// Edges and heights of each histogram as it is drawn, in the order of the marks.
    package var bins: [(edges: [Double], heights: [Double])] { Content(self).histograms }
}

/// One or several plots in rows and columns; becomes an `Image`, a PNG, an SVG or a PDF.
package struct Figure: Sendable {
    /// Points; a PNG has `scale` pixels a point.
    package var width: Int
    package var height: Int
    package var scale: Double
    package var theme: Theme
    package var title: String
    package var axes: [Axes]
    /// Plots side by side; 0 chooses.
    package var columns: Int

    package init(
        _ axes: [Axes], title: String = "", columns: Int = 0, width: Int = 640,
        height: Int = 480, scale: Double = 1, theme: Theme = .light
    ) {
        self.axes = axes
        self.title = title
        self.columns = columns
        self.width = width
        self.height = height
        self.scale = scale
        self.theme = theme
    }

    package init(
        _ axes: Axes, width: Int = 640, height: Int = 480, scale: Double = 1,
        theme: Theme = .light
    ) {
        self.init([axes], width: width, height: height, scale: scale, theme: theme)
    }

    /// The picture, `width * scale` by `height * scale` pixels of RGB.
    package func image() throws(PictureError) -> Image {
        try drawn(.raster).image()
    }

    /// The picture as a PNG with `text` as its text chunks.
    package func png(text: [(String, String)] = []) throws(PictureError) -> [UInt8] {
        try PNG.encode(try image(), text: text)
    }

    package func svg() throws(PictureError) -> [UInt8] { try drawn(.svg).file() }

    package func pdf() throws(PictureError) -> [UInt8] { try drawn(.pdf).file() }

    /// Where every word and every plot's inside lie.
    package func layout() throws(PictureError) -> Layout {
        let canvas = try canvas(.raster)
        return Plan(self, canvas).layout
    }

    private func canvas(_ form: Canvas.Form) throws(PictureError) -> Canvas {
        guard width >= 32, height >= 32 else {
            throw .drawing("a plot is at least 32 points wide and high")
        }
        return try Canvas(
            form: form, width: Double(width), height: Double(height), scale: scale,
            paper: theme.paper)
    }

    private func drawn(_ form: Canvas.Form) throws(PictureError) -> Canvas {
        let canvas = try canvas(form)
        let plan = Plan(self, canvas)
        plan.draw(on: canvas)
        return canvas
    }
}

/// Where the words and the plots' insides of a picture lie.
package struct Layout: Equatable, Sendable {
    package var width: Double
    package var height: Double
    /// The inside of each plot, or each cell of a grid.
    package var plates: [Rect] = []
    package var words: [PlacedText] = []
    /// Colour bars.
    package var bars: [Rect] = []
}
