import Testing

@testable import Pictures

@Suite("Figures")
struct FigureTests {
    @Test("in every figure of the gallery all words are whole and none covers another")
    func layouts() throws {
        for theme in [Theme.light, .dark] {
            var gallery = Gallery(theme: theme)
            for (name, figure) in gallery.figures() {
                let layout = try figure.layout()
                let paper = Rect(x: 0, y: 0, width: layout.width, height: layout.height)
                #expect(!layout.words.isEmpty)
                for (index, word) in layout.words.enumerated() {
                    #expect(paper.contains(word.area), "\(name): \(word.text)")
                    for other in layout.words[..<index] {
                        #expect(
                            !other.area.overlaps(word.area),
                            "\(name): \(word.text) on \(other.text)")
                    }
                }
                for (index, plate) in layout.plates.enumerated() {
                    #expect(plate.width > 60 && plate.height > 40, "\(name)")
                    #expect(!layout.plates[..<index].contains { $0.overlaps(plate) }, "\(name)")
                    #expect(!layout.bars.contains { $0.overlaps(plate) }, "\(name)")
                    for word in layout.words
                    where ![.rule, .note, .message].contains(word.role) {
                        #expect(!word.area.overlaps(plate), "\(name): \(word.text)")
                    }
                }
            }
        }
    }

    @Test("thirty curves differ in colour or dashes, and a legend says what it leaves out")
    func manyCurves() throws {
        let lines = (0..<30).map { index in
            Mark.line(Line("curve number \(index)", y: [0, Double(index)]))
        }
        let axes = Axes(marks: lines)
        for theme in [Theme.light, .dark] {
            let colours = Content.colours(axes, theme: theme).map { $0[0] }
            let dashes = Content.dashes(axes, theme: theme)
            let looks = Set(zip(colours, dashes).map { "\($0.bytes(channels: 3)) \($1)" })
            #expect(looks.count == 30)
            #expect(Set(colours.prefix(8)).count == 8)
            #expect(dashes.prefix(8).allSatisfy { $0.isEmpty })
        }
        func legend(_ height: Int) throws -> [PlacedText] {
            let layout = try Figure(axes, width: 640, height: height).layout()
            return layout.words.filter { $0.role == .legend }
        }
        let all = try legend(600)
        #expect(all.count == 30)
        // In columns.
        #expect(Set(all.map { $0.area.x.rounded() }).count <= 5)
        let some = try legend(200)
        #expect(some.count < 30)
        #expect(some.last?.text == "and \(30 - some.count + 1) more")
    }

    @Test("counts have whole numbers, and a value between gaps is drawn whole")
    func wholeCounts() throws {
        let bins = Figure(Axes(marks: [.histogram(Histogram(values: [1, 1, 1]))]))
        let labels = try bins.layout().words.filter { $0.role == .yTick }.map(\.text)
        #expect(labels.contains("3") && !labels.contains { $0.contains(".") })
        let edges = try #require(bins.axes[0].bins.first)
        let full = try #require(edges.heights.firstIndex { $0 > 0 })
        #expect(abs((edges.edges[full] + edges.edges[full + 1]) / 2 - 1) < 1e-9)
        let alone = Content(Axes(marks: [.line(Line(y: [5, .nan, 7]))]))
        #expect(alone.across.lower < 0 && alone.across.upper > 2)
    }

    @Test(
        "figures of any size keep their words apart and on the paper",
        arguments: [
            (160, 120), (240, 160), (320, 240), (640, 200), (200, 640), (1600, 900),
        ])
    func sizes(width: Int, height: Int) throws {
        let figure = Figure(
            Axes(
                title: "A title of some length", x: Axis("round"), y: Axis("loss", unit: "nats"),
                marks: [
                    .line(Line("discriminator", y: [1, 12_000, 3])),
                    .line(Line("generator", y: [2, 1, 2])),
                ]), width: width, height: height)
        let layout = try figure.layout()
        let paper = Rect(x: 0, y: 0, width: layout.width, height: layout.height)
        for (index, word) in layout.words.enumerated() {
            #expect(paper.contains(word.area), "\(word.text)")
            #expect(!layout.words[..<index].contains { $0.area.overlaps(word.area) }, "\(word)")
        }
    }

    @Test("the same figure is the same file, byte for byte")
    func same() throws {
        var first = Gallery()
        var second = Gallery()
        #expect(try first.losses().png() == second.losses().png())
    }

    @Test("a curve is drawn where its values are")
    func place() throws {
        var figure = Figure(
            Axes(
                x: Axis(range: 0...10), y: Axis(range: 0...1),
                marks: [.line(Line(y: [Double](repeating: 0.5, count: 11)))]))
        for theme in [Theme.light, .dark] {
            figure.theme = theme
            let image = try figure.image()
            let plate = try #require(try figure.layout().plates.first)
            let columns = Int(plate.x) + 5..<Int(plate.right) - 5
            let middle = Int(plate.middle.y)
            let colour = theme.colour(of: 0)
            #expect(shows(colour, in: image, columns: columns, rows: middle - 2..<middle + 3))
            #expect(!shows(colour, in: image, columns: columns, rows: 0..<middle - 4))
            #expect(!shows(colour, in: image, columns: columns, rows: middle + 5..<image.height))
        }
    }

    @Test("where values are not finite there is a gap")
    func gap() throws {
        let values = (0...100).map { (40...60).contains($0) ? Double.nan : 0.5 }
        let figure = Figure(Axes(y: Axis(range: 0...1), marks: [.line(Line(y: values))]))
        let image = try figure.image()
        let plate = try #require(try figure.layout().plates.first)
        let unit = plate.width / 100
        let rows = Int(plate.y)..<Int(plate.bottom)
        let colour = Theme.light.colour(of: 0)
        func column(_ value: Double) -> Int { Int(plate.x + unit * value) }
        #expect(shows(colour, in: image, columns: column(20)..<column(30), rows: rows))
        #expect(!shows(colour, in: image, columns: column(42)..<column(58), rows: rows))
        #expect(shows(colour, in: image, columns: column(70)..<column(80), rows: rows))
    }

    static let odd: [[Double]] = [
        [], [1], [0], [3, 3, 3], [.nan], [.infinity, -.infinity], [-1.7e308, 1.7e308],
        [.leastNonzeroMagnitude * 3, .leastNonzeroMagnitude * 9], [.nan, 1, .nan],
        [0, .leastNonzeroMagnitude],
        [Double](repeating: 1e308, count: 3), (0..<300).map { $0 % 2 == 0 ? .nan : Double($0) },
    ]

    @Test(
        "strange values make a picture in every kind of mark, on both kinds of axis", arguments: odd
    )
    func strange(values: [Double]) throws {
        let marks: [Mark] = [
            .line(Line("a", y: values, smoothing: 3)),
            .line(Line(x: values, y: values, isDashed: true)),
            .band(Band(lower: values, upper: values.reversed())),
            .scatter(Scatter(x: values, y: values)), .rug(Rug(values: values)),
            .bars(Bars(labels: ["x"], series: [Bars.Series(values: values, errors: values)])),
            .bars(Bars(labels: [], series: [Bars.Series(values: values)], isLying: true)),
            .histogram(Histogram(values: values)),
            .histogram(Histogram(values: values, bins: 3, isDensity: true)),
            .rule(Rule(.horizontal, at: values.first ?? .nan, label: "rule")),
            .rule(Rule(.vertical, at: values.last ?? .nan, label: "rule")),
            .note(Note("note", x: values.first ?? 0, y: values.last ?? 0)),
            .field(
                Field(
                    values: values, columns: values.count, rows: 1, x: 0...1, y: 0...1,
                    levels: values)),
            .field(
                Field(
                    values: values, columns: 1, rows: values.count, x: 0...1, y: 0...0,
                    map: .diverging(centre: values.first ?? 0))),
            .arrows(Arrows(x: values, y: values, dx: values, dy: values)),
            .arrows(Arrows(x: values, y: values, dx: values, dy: values, longest: nil)),
            .mesh(Mesh(x: values, y: values, columns: values.count, rows: 1)),
        ]
        for mark in marks {
            for isLogarithmic in [false, true] {
                for isEqual in [false, true] {
                    let axes = Axes(
                        x: Axis("x", isLogarithmic: isLogarithmic),
                        y: Axis("y", isLogarithmic: isLogarithmic), marks: [mark],
                        isEqual: isEqual)
                    let figure = Figure(axes, width: 200, height: 150)
                    #expect(try figure.image().width == 200)
                }
            }
        }
    }

    @Test("lists of unequal length are drawn as far as the shortest")
    func unequal() throws {
        let axes = Axes(marks: [
            .line(Line(x: [1, 2], y: [1, 2, 3])), .band(Band(lower: [1], upper: [2, 3])),
            .scatter(Scatter(x: [1, 2, 3], y: [1])),
            .arrows(Arrows(x: [1], y: [], dx: [1], dy: [2])),
            .mesh(Mesh(x: [1], y: [1], columns: 3, rows: 3)),
            .field(Field(values: [1], columns: 2, rows: 2, x: 0...1, y: 0...1)),
            .bars(
                Bars(labels: ["a", "b"], series: [Bars.Series(values: [1, 2, 3], errors: [1])])),
        ])
        #expect(try Figure(axes).image().height == 480)
    }

    @Test("nothing to show is said in words")
    func messages() throws {
        func message(_ values: [Double], isLogarithmic: Bool = false) throws -> String? {
            let axes = Axes(
                y: Axis(isLogarithmic: isLogarithmic), marks: [.line(Line(y: values))])
            return try Figure(axes).layout().words.first { $0.role == .message }?.text
        }
        #expect(try message([]) == "no data yet")
        #expect(try message([.nan]) == "no value can be shown")
        #expect(try message([-1, 0], isLogarithmic: true) == "no value can be shown")
        #expect(try message([1]) == nil)
    }

    @Test("a scale of two doubles the pixels, not the layout")
    func scale() throws {
        var gallery = Gallery()
        var figure = gallery.losses()
        let layout = try figure.layout()
        figure.scale = 2
        #expect(try figure.image().width == 1280)
        let (one, two) = (layout.plates[0], try figure.layout().plates[0])
        #expect(abs(one.width - two.width) <= 1 && abs(one.height - two.height) <= 1)
    }

    @Test("vector files are SVG and PDF")
    func vectors() throws {
        var gallery = Gallery()
        let figure = gallery.losses()
        let svg = String(decoding: try figure.svg(), as: UTF8.self)
        #expect(svg.hasPrefix("<?xml"))
        #expect(svg.contains("width=\"640\""))
        #expect(svg.hasSuffix("</svg>\n"))
        let pdf = try figure.pdf()
        #expect(pdf.starts(with: Array("%PDF".utf8)))
        #expect(pdf.suffix(6).elementsEqual(Array("%%EOF\n".utf8)))
    }

    @Test("curves become Vega-Lite, other marks do not")
    func vegaLite() throws {
        var gallery = Gallery()
        let text = try #require(gallery.losses().vegaLite())
        #expect(text.hasPrefix("{\"$schema\":\"https://vega.github.io/schema/vega-lite/v5.json\""))
        #expect(text.contains("\"domain\":[\"D\",\"G\"]"))
        let odd = Axes(
            title: "a \"b\"\n\\", marks: [.line(Line("λ", y: [1, .nan, 0.5]))])
        let small = try #require(Figure(odd).vegaLite())
        #expect(small.contains("\"title\":\"a \\\"b\\\"\\u000a\\\\\""))
        #expect(small.contains("[{\"x\":0,\"y\":1},{\"x\":1,\"y\":null},{\"x\":2,\"y\":0.5}]"))
        let long = Figure(
            Axes(marks: [.line(Line(y: (0..<1_000_000).map { Double($0 % 977) }))]))
        #expect(try #require(long.vegaLite()).utf8.count < 200_000)
        #expect(Figure(Axes(marks: [.rug(Rug(values: [1]))])).vegaLite() == nil)
        let band = Band(lower: [1, 2, 3], upper: [2, 4, .nan], pen: .series(0))
        // What an axis cannot show is a gap; names are told apart; nothing to show is no plot.
        let axis = Axis("loss", isLogarithmic: true)
        let zeros = Figure(
            Axes(
                y: axis,
                marks: [.line(Line("a", y: [0, 3, -1])), .line(Line("a", y: [2, .nan, 7]))]))
        let shown = try #require(zeros.vegaLite())
        #expect(shown.contains("[{\"x\":0,\"y\":null},{\"x\":1,\"y\":3},{\"x\":2,\"y\":null}]"))
        #expect(shown.contains("\"domain\":[\"a\",\"a (2)\"]"))
        #expect(Figure(Axes(y: axis, marks: [.line(Line(y: [-1, 0]))])).vegaLite() == nil)
        let noted = Figure(Axes(marks: [.line(Line(y: [1, 2])), .note(Note("λ", x: 1, y: 2))]))
        #expect(try #require(noted.vegaLite()).contains("\"text\":\"λ\""))
        let runs = try #require(Figure(Axes(marks: [.band(band)])).vegaLite())
        #expect(runs.contains("\"type\":\"area\"") && runs.contains("\"y2\":4"))
        #expect(runs.contains("{\"x\":2,\"y\":null,\"y2\":null}"))
        // A rule or a note that the axis cannot show is left out.
        let rules: [Mark] = [
            .line(Line("λ \"x̂\"", y: [1, 10])), .rule(Rule(.horizontal, at: 0, label: "nought")),
            .rule(Rule(.vertical, at: .nan, label: "nowhere")), .note(Note("below", x: 1, y: -1)),
        ]
        let ruled = try #require(Figure(Axes(y: axis, marks: rules)).vegaLite())
        #expect(!ruled.contains("nought") && !ruled.contains("nowhere") && !ruled.contains("below"))
        #expect(ruled.contains("\"calculate\":\"\\\"λ \\\\\\\"x̂\\\\\\\"\\\"\""))
    }

    @Test("a size that cannot be is an error")
    func faults() {
        for (width, height, scale) in [
            (0, 0, 1.0), (-5, 100, 1), (100_000, 100_000, 1), (640, 480, 0),
            (640, 480, .nan), (640, 480, 1e9), (10, 10, 1),
        ] {
            let figure = Figure(Axes(), width: width, height: height, scale: scale)
            #expect(throws: PictureError.self) { try figure.image() }
            if scale == 1 { #expect(throws: PictureError.self) { try figure.svg() } }
        }
    }

    @Test("letters beyond ASCII are drawn, and marks stand over their letters")
    func letters() throws {
        let canvas = try Canvas(width: 100, height: 30, paper: Colour(0xFFFFFF))
        let font = Font(size: 12)
        #expect(canvas.width(of: "λ", font) > 3)
        #expect(abs(canvas.width(of: "x̂", font) - canvas.width(of: "x", font)) < 0.01)
        #expect(canvas.width(of: "x₁", font) > canvas.width(of: "x", font))
        #expect(canvas.width(of: "", font) == 0)
        #expect(canvas.fitted("abc", font, width: 1).isEmpty)
        let cut = canvas.fitted(String(repeating: "word ", count: 100_000), font, width: 80)
        #expect(cut.hasSuffix("…") && canvas.width(of: cut, font) <= 80)
    }
}
