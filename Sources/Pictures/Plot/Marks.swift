/// Which colour a mark is drawn in.
package enum Pen: Equatable, Sendable {
    /// The theme's next colour.
    case automatic
    /// The theme's colour of this number, from 0: the same for a band and its curve.
    case series(Int)
    /// The theme's text colour.
    case ink
    case fixed(Colour)
}

/// A curve. Values that are not finite (or not positive, on a logarithmic axis) are gaps.
package struct Line: Sendable {
    package var name: String
    /// Places along the axis; empty means 0, 1, 2 ...
    package var x: [Double]
    package var y: [Double]
    /// Width of a median filter, in values (M. Arjovsky et al. 2017, arXiv:1701.07875, plot
    /// their critic's loss so); the raw curve stays behind it, faint. 0 and 1 mean none.
    package var smoothing: Int
    package var pen: Pen
    package var isDashed: Bool

    package init(
        _ name: String = "", x: [Double] = [], y: [Double], smoothing: Int = 0,
        pen: Pen = .automatic, isDashed: Bool = false
    ) {
        self.name = name
        self.x = x
        self.y = y
        self.smoothing = smoothing
        self.pen = pen
        self.isDashed = isDashed
    }
}

/// The area between two curves: least and largest over seeds, or mean minus and plus an error.
package struct Band: Sendable {
    package var name: String
    package var x: [Double]
    package var lower: [Double]
    package var upper: [Double]
    package var pen: Pen

    package init(
        _ name: String = "", x: [Double] = [], lower: [Double], upper: [Double],
        pen: Pen = .automatic
    ) {
        self.name = name
        self.x = x
        self.lower = lower
        self.upper = upper
        self.pen = pen
    }
}

/// A straight line across the plot at a value worth knowing, with a word at its end.
package struct Rule: Sendable {
    package enum Direction: Sendable { case horizontal, vertical }
    package var direction: Direction
    package var at: Double
    package var label: String

    package init(_ direction: Direction, at: Double, label: String = "") {
        self.direction = direction
        self.at = at
        self.label = label
    }
}

/// A word at a place of the plot, with a dot there.
package struct Note: Sendable {
    package var x: Double
    package var y: Double
    package var text: String
    package init(_ text: String, x: Double, y: Double) {
        self.text = text
        self.x = x
        self.y = y
    }
}

/// Points. `size` is a diameter in points; `opacity` lets crowds show.
package struct Scatter: Sendable {
    package var name: String
    package var x: [Double]
    package var y: [Double]
    package var size: Double
    package var opacity: Double
    package var pen: Pen

    package init(
        _ name: String = "", x: [Double], y: [Double], size: Double = 5, opacity: Double = 0.7,
        pen: Pen = .automatic
    ) {
        self.name = name
        self.x = x
        self.y = y
        self.size = size
        self.opacity = opacity
        self.pen = pen
    }
}

/// Short strokes at the bottom of the plot, one a value.
package struct Rug: Sendable {
    package var name: String
    package var values: [Double]
    package var pen: Pen
    package init(_ name: String = "", values: [Double], pen: Pen = .automatic) {
        self.name = name
        self.values = values
        self.pen = pen
    }
}

/// One bar a label for each series, side by side; lying bars read from the top.
package struct Bars: Sendable {
    package struct Series: Sendable {
        package var name: String
        package var values: [Double]
        /// Half the length of each error stroke; empty for none.
        package var errors: [Double]
        package init(_ name: String = "", values: [Double], errors: [Double] = []) {
            self.name = name
            self.values = values
            self.errors = errors
        }
    }
    package var labels: [String]
    package var series: [Series]
    package var isLying: Bool
    package init(labels: [String], series: [Series], isLying: Bool = false) {
        self.labels = labels
        self.series = series
        self.isLying = isLying
    }
}

/// How often values fall into each of equally wide bins.
package struct Histogram: Sendable {
    package var name: String
    package var values: [Double]
    /// The number of bins; 0 lets the data choose (D. Freedman and P. Diaconis 1981).
    package var bins: Int
    /// Area one, so that sets of different sizes compare.
    package var isDensity: Bool
    package var pen: Pen
    package init(
        _ name: String = "", values: [Double], bins: Int = 0, isDensity: Bool = false,
        pen: Pen = .automatic
    ) {
        self.name = name
        self.values = values
        self.bins = bins
        self.isDensity = isDensity
        self.pen = pen
    }
}

/// Anything that a plot can hold; drawn in the order in which it is listed, fields first.
package enum Mark: Sendable {
    case line(Line)
    case band(Band)
    case rule(Rule)
    case note(Note)
    case scatter(Scatter)
    case rug(Rug)
    case bars(Bars)
    case histogram(Histogram)
    case field(Field)
    case arrows(Arrows)
    case mesh(Mesh)
}

extension Mark {
    /// Whether it takes the theme's next colour.
    var isAutomatic: Bool {
        switch self {
        case .line(let line): line.pen == .automatic
        case .band(let band): band.pen == .automatic
        case .scatter(let scatter): scatter.pen == .automatic
        case .rug(let rug): rug.pen == .automatic
        case .histogram(let histogram): histogram.pen == .automatic
        case .arrows(let arrows): arrows.pen == .automatic
        case .mesh(let mesh): mesh.pen == .automatic
        case .bars, .rule, .note, .field: false
        }
    }
}
