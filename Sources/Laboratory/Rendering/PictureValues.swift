import Language
import Pictures
import Tensors

/// The numbers behind a picture, for those who want to check or use them.
extension Picture {
    static let members = ["caption", "width", "height", "values", "pixels"]

    func member(_ name: String) throws -> Value? {
        switch name {
        case "caption": .string(caption)
        case "width": .number(Double(size.width))
        case "height": .number(Double(size.height))
        case "values": try values()
        case "pixels": try pixels()
        default: nil
        }
    }

    /// What is drawn, by name: of one plot its marks, of several the plots by their titles.
    private func values() throws -> Value {
        guard case .figure(let figure) = content else {
            throw Diagnostic(
                .value, "this picture is made of pixels, not of values", hint: "read its pixels")
        }
        let plots = figure.axes.map { Record(title: $0.title, fields: $0.fields) }
        if plots.count == 1 { return .record(plots[0]) }
        let names = Names()
        return .record(
            Record(
                title: caption,
                fields: plots.map { (names.fresh($0.title, "plot"), .record($0)) }))
    }

    /// Bytes `[height, width, channels]`; of an animation `[pictures, height, width, channels]`.
    private func pixels() throws -> Value {
        func floats(_ image: Image) -> [Float] { image.bytes.map { Float($0) } }
        switch content {
        case .image(let image):
            return .tensor(
                try Tensor(floats(image), shape: [image.height, image.width, image.channels]))
        case .figure(let figure):
            let image = try figure.image()
            return .tensor(
                try Tensor(floats(image), shape: [image.height, image.width, image.channels]))
        case .animation(let animation):
            guard let first = animation.frames.first else { return .nothing }
            return .tensor(
                try Tensor(
                    animation.frames.flatMap(floats),
                    shape: [
                        animation.frames.count, first.height, first.width, first.channels,
                    ]))
        }
    }
}

/// Gives each part a name of its own.
private final class Names {
    private var used: Set<String> = []

    func fresh(_ name: String, _ kind: String) -> String {
        let start = name.isEmpty ? kind : name
        var found = start
        var number = 1
        while !used.insert(found).inserted {
            number += 1
            found = "\(start) \(number)"
        }
        return found
    }
}

extension Axes {
    /// Each mark under its name in the legend, or under what it is.
    fileprivate var fields: [(name: String, value: Value)] {
        let names = Names()
        var histograms = bins[...]
        return marks.map { mark in
            let (kind, parts) = mark.parts(&histograms)
            let isNamed = mark.name.isEmpty || kind == "band" ? kind : mark.name
            return (
                names.fresh(isNamed, kind),
                .record(Record(title: isNamed, fields: parts))
            )
        }
    }
}

extension Mark {
    fileprivate typealias Parts = [(name: String, value: Value)]

    fileprivate func parts(
        _ histograms: inout ArraySlice<(edges: [Double], heights: [Double])>
    ) -> (kind: String, parts: Parts) {
        switch self {
        case .line(let line): return ("curve", places(line.x, line.y))
        case .band(let band):
            let x = places(band.x, band.lower)[0]
            return ("band", [x, ("lower", list(band.lower)), ("upper", list(band.upper))])
        case .rule(let rule): return ("rule", [("at", .number(rule.at))])
        case .note(let note): return ("note", [("x", .number(note.x)), ("y", .number(note.y))])
        case .scatter(let scatter): return ("points", places(scatter.x, scatter.y))
        case .rug(let rug): return ("rug", [("values", list(rug.values))])
        case .bars(let bars):
            let names = Names()
            let series = bars.series.map { (names.fresh($0.name, "series"), list($0.values)) }
            return ("bars", [("labels", .list(bars.labels.map { .string($0) }))] + series)
        case .histogram(let histogram):
            let found = histograms.popFirst() ?? ([], [])
            return (
                "histogram",
                [
                    ("values", list(histogram.values)), ("edges", list(found.edges)),
                    ("heights", list(found.heights)),
                ]
            )
        case .field(let field): return ("field", field.parts)
        case .arrows(let arrows):
            return (
                "arrows",
                places(arrows.x, arrows.y) + [("dx", list(arrows.dx)), ("dy", list(arrows.dy))]
            )
        case .mesh(let mesh): return ("mesh", places(mesh.x, mesh.y))
        }
    }

    private func list(_ numbers: [Double]) -> Value { .list(numbers.map { .number($0) }) }

    private func places(_ x: [Double], _ y: [Double]) -> Parts {
        [("x", list(x.isEmpty ? y.indices.map(Double.init) : x)), ("y", list(y))]
    }
}

extension Field {
    /// A tensor `[rows, columns]`, the lowest row first, and where its ends lie.
    fileprivate var parts: Mark.Parts {
        let numbers = values.prefix(rows * columns).map { Float($0) }
        let tensor = try? Tensor(Array(numbers), shape: [rows, columns])
        return [
            ("values", tensor.map { .tensor($0) } ?? .nothing),
            ("x", ends(x)), ("y", ends(y)),
        ]
    }

    private func ends(_ range: ClosedRange<Double>) -> Value {
        .interval(
            Interval(lower: range.lowerBound, upper: range.upperBound, isClosed: true))
    }
}
