import Testing

@testable import Pictures

@Suite("Fields")
struct FieldTests {
    private func grid(_ side: Int, _ function: (Double, Double) -> Double) -> [Double] {
        let places = (0..<side).map { -1 + 2 * Double($0) / Double(side - 1) }
        return places.flatMap { y in places.map { x in function(x, y) } }
    }

    @Test("the contour of a distance is a closed circle")
    func circle() throws {
        let side = 81
        let values = grid(side) { ($0 * $0 + $1 * $1).squareRoot() }
        let lines = Contours.lines(of: values, columns: side, rows: side, level: 0.5)
        let line = try #require(lines.first)
        #expect(lines.count == 1)
        #expect(line.first == line.last)
        for point in line {
            let (x, y) = (point.x / 40 - 1, point.y / 40 - 1)
            #expect(abs((x * x + y * y).squareRoot() - 0.5) < 1e-3)
        }
        // Every part of the circle is there.
        #expect(line.count > 100)
    }

    @Test("open contours end at the edge, and values without a number have none")
    func open() {
        let side = 21
        var values = grid(side) { x, _ in x }
        #expect(Contours.lines(of: values, columns: side, rows: side, level: 0.31).count == 1)
        values[10 * side + 13] = .nan
        let parts = Contours.lines(of: values, columns: side, rows: side, level: 0.31)
        #expect(parts.count == 2)
        #expect(Contours.lines(of: values, columns: side, rows: side, level: 9).isEmpty)
        #expect(Contours.lines(of: [], columns: 5, rows: 5, level: 0).isEmpty)
        #expect(Contours.lines(of: [1], columns: 1, rows: 1, level: 1).isEmpty)
    }

    @Test("at a saddle the lines follow the middle")
    func saddle() {
        /// Whether a line joins the left and the lower edge, cutting off the corner (0, 0).
        func cutsCorner(_ values: [Double]) -> Bool {
            let lines = Contours.lines(of: values, columns: 2, rows: 2, level: 0)
            #expect(lines.count == 2)
            return lines.contains { line in
                line.contains { $0.x == 0 } && line.contains { $0.y == 0 }
            }
        }
        // High at (0, 0) and (1, 1): a high middle joins them, a low one parts them.
        #expect(!cutsCorner([3, -1, -1, 3]))
        #expect(cutsCorner([1, -3, -3, 1]))
    }

    @Test("the colours of a field are those of its values")
    func colours() throws {
        let field = Field(
            values: [0, 0, 1, 1], columns: 2, rows: 2, x: 0...1, y: 0...1, contours: 0)
        let figure = Figure(Axes(marks: [.field(field)], isEqual: true))
        let image = try figure.image()
        let plate = try #require(try figure.layout().plates.first)
        let (left, right) = (Int(plate.x) + 8, Int(plate.right) - 8)
        for (y, value) in [(Int(plate.bottom) - 6, 0.0), (Int(plate.y) + 6, 1.0)] {
            for x in [left, right] {
                let expected = ColourMap.sequential[value].bytes(channels: 3).map(Int.init)
                let found = image.pixel(x: x, y: y).map(Int.init)
                #expect(zip(expected, found).allSatisfy { abs($0 - $1) < 14 }, "\(found)")
            }
        }
    }

    @Test("lightness rises evenly along the sequential map")
    func sequential() {
        let lightness = ColourMap.sequential.table.map { lightnessOf(Colour($0)) }
        let steps = zip(lightness.dropFirst(), lightness).map { $0 - $1 }
        #expect(steps.allSatisfy { $0 > -0.3 })
        #expect((lightness.last ?? 0) - (lightness.first ?? 0) > 70)
        // No tenth of the map has more than twice its share of the contrast.
        for start in stride(from: 0, to: 230, by: 25) {
            #expect(lightness[start + 25] - lightness[start] < 2 * 75.0 / 10)
        }
    }

    @Test("both arms of the diverging maps are equally strong and meet in grey")
    func diverging() {
        for map in [ColourMap.diverging, .divergingDark] {
            let middle = map[0.5]
            let spread = [middle.red, middle.green, middle.blue]
            #expect((spread.max() ?? 1) - (spread.min() ?? 0) < 0.06)
            let ends = lightnessOf(map[0]) - lightnessOf(map[1])
            #expect(abs(ends) < 6)
            #expect(abs(lightnessOf(map[0]) - lightnessOf(middle)) > 45)
        }
    }

    /// CIE lightness of a colour (0 to 100).
    private func lightnessOf(_ colour: Colour) -> Double {
        func linear(_ value: Double) -> Double {
            var low = 0.0
            var high = 1.0
            // The sRGB curve, inverted by halving: x with encoded(x) = value.
            for _ in 0..<50 {
                let middle = (low + high) / 2
                let grey = Colour(lightness: lightness(fromLuminance: middle), a: 0, b: 0)
                if grey.green < value { low = middle } else { high = middle }
            }
            return low
        }
        return lightness(
            fromLuminance: 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722
                * linear(colour.blue))
    }

    private func lightness(fromLuminance luminance: Double) -> Double {
        if luminance <= 216.0 / 24389 { return luminance * 24389 / 27 }
        var root = luminance
        for _ in 0..<60 { root -= (root * root * root - luminance) / (3 * root * root) }
        return 116 * root - 16
    }
}
