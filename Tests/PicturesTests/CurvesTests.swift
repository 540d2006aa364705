import Testing

@testable import Pictures

@Suite("Curves")
struct CurvesTests {
    @Test("the median filter is the median of each window", arguments: [1, 3, 5, 31])
    func median(window: Int) {
        var chance = Chance(seed: 5)
        var values = (0..<200).map { _ in (chance.normal() * 4).rounded() }
        values[50] = .nan
        values[120] = .infinity
        let found = Curves.median(values, window: window)
        for index in values.indices where values[index].isFinite {
            let low = max(0, index - window / 2)
            let high = min(values.count - 1, index + window / 2)
            let sorted = values[low...high].filter(\.isFinite).sorted()
            let middle = sorted.count / 2
            let expected =
                sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
            #expect(found[index] == expected)
        }
        #expect(found[50].isNaN && found[120] == .infinity)
    }

    @Test("gaps part a curve")
    func gaps() {
        let across = Scale(lower: 0, upper: 9, isLogarithmic: false, start: 0, end: 90)
        let up = Scale(lower: 0, upper: 1, isLogarithmic: false, start: 100, end: 0)
        let y = [0, 1, .nan, 0.5, .infinity, 0, 1, 0, -.infinity, 1]
        let parts = Curves.stretches(x: [], y: y, across, up, pixel: 1)
        #expect(parts.map(\.count) == [2, 1, 3, 1])
        #expect(parts[0] == [Point(0, 100), Point(10, 0)])
    }

    @Test("a million values become a few a column, and none of the extremes is lost")
    func thinned() {
        let count = 1_000_000
        var y = [Double](repeating: 0.5, count: count)
        y[123_456] = 0
        y[765_432] = 1
        let across = Scale(
            lower: 0, upper: Double(count - 1), isLogarithmic: false, start: 0, end: 500)
        let up = Scale(lower: 0, upper: 1, isLogarithmic: false, start: 100, end: 0)
        let parts = Curves.stretches(x: [], y: y, across, up, pixel: 1)
        #expect(parts.count == 1)
        #expect(parts[0].count <= 4 * 502)
        #expect(parts[0].contains { $0.y == 100 })
        #expect(parts[0].contains { $0.y == 0 })
    }

    @Test("every finite value falls into one bin")
    func bins() {
        var chance = Chance(seed: 8)
        let values = (0..<1000).map { _ in chance.normal() } + [.nan, .infinity]
        let low = values.filter(\.isFinite).min() ?? 0
        let high = values.filter(\.isFinite).max() ?? 0
        for wished in [0, 1, 10] {
            let bins = Curves.bins(values, wished: wished, over: low...high)
            #expect(bins.counts.reduce(0, +) == 1000)
            #expect(bins.edges.count == bins.counts.count + 1)
        }
    }

    @Test("scales map ends to ends, on both kinds of axis, and refuse what has no place")
    func scales() {
        let linear = Scale(lower: -1, upper: 3, isLogarithmic: false, start: 10, end: 50)
        #expect(linear.place(-1) == 10)
        #expect(linear.place(3) == 50)
        #expect(linear.place(.nan) == nil)
        let logarithmic = Scale(lower: 0.01, upper: 100, isLogarithmic: true, start: 0, end: 4)
        #expect(abs((logarithmic.place(1) ?? 0) - 2) < 1e-12)
        #expect(logarithmic.place(0) == nil)
        #expect(logarithmic.place(-1) == nil)
    }
}

@Suite("What a plot spans")
struct ContentTests {
    @Test("few whole numbers have a bin each, others have bins of any width")
    func wholeNumbers() {
        func edges(_ values: [Double], bins: Int = 0) -> [Double] {
            let histogram = Histogram(values: values, bins: bins)
            return Content(Axes(marks: [.histogram(histogram)])).histograms[0].edges
        }
        #expect(edges([1, 1, 2, 4, .nan]) == [0.5, 1.5, 2.5, 3.5, 4.5])
        #expect(edges([1, 2, 3], bins: 2) == [1, 2, 3])
        #expect(edges([0.5, 1, 2]).first == 0.5)
        #expect(edges([0, 41]).first == 0)
    }

    @Test("equal units fill the place: what spans less gets more around it")
    func equalUnits() throws {
        let dots = Axes(marks: [.scatter(Scatter(x: [0, 10], y: [0, 1]))], isEqual: true)
        let content = Content(dots)
        let (across, up) = (content.across, content.up)
        #expect(abs((across.upper - across.lower) - (up.upper - up.lower)) < 1e-9)
        #expect(abs(up.lower + up.upper - 1) < 1e-9)
        let plate = try Figure(dots, width: 400, height: 400).layout().plates[0]
        #expect(plate.height > 300)
        // A range that was asked for stays.
        var fixed = dots
        fixed.y = Axis(range: 0...1)
        #expect(Content(fixed).up.upper == 1)
    }

    @Test("near values fill a logarithmic axis, too")
    func nearValues() {
        let axes = Axes(
            y: Axis(isLogarithmic: true), marks: [.line(Line(y: [5, 5.1, 5.2]))])
        let up = Content(axes).up
        #expect(up.lower > 4.9 && up.upper < 5.3)
        #expect(up.ticks(count: 8).values.count >= 3)
    }
}
