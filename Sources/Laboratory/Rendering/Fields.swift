import Datasets
import Foundation
import Language
import Networks
import Pictures
import Tensors

/// A discriminator of points in the plane as a picture.
struct FieldView {
    let session: Session
    let judge: NetworkBox
    let data: Dataset?
    let samples: Tensor?
    /// Pixels of the field on each side.
    let resolution: Int
    /// Whether the gradient at samples is drawn.
    var hasArrows = true
    /// The class whose field it is, of a judge that takes labels, too.
    var label: Label?

    /// One of so many classes.
    struct Label {
        let index: Int
        let count: Int
        let name: String
        var words: String { "class \(name)" }
    }

    /// The class that a judge of two inputs is asked about: the wished one, else the first.
    static func label(
        _ wished: Int?, of judge: NetworkBox, _ data: Dataset?, _ session: Session
    ) throws -> Label? {
        guard judge.inputCount == 2 else {
            guard wished == nil else {
                throw Diagnostic(
                    .value, "\(judge.title) takes no labels", hint: "leave class out")
            }
            return nil
        }
        let names = data?.classNames ?? []
        let wide = try judge.space(ofInput: 1, session)?.shape ?? []
        // A second input of points(k) takes k classes; else the data say how many there are.
        let count = wide.count == 1 && wide[0] > 1 ? wide[0] : names.count
        guard count > 0 else {
            throw Diagnostic(
                .value, "\(judge.title) takes labels, and nobody says how many classes",
                hint: "give its second input a space: network D(x = points(2), y = points(8))")
        }
        let index = wished ?? 0
        guard (0..<count).contains(index) else {
            throw Diagnostic(
                .value, "there is no class \(index)", hint: "class: 0 to class: \(count - 1)")
        }
        return Label(
            index: index, count: count, name: names.count == count ? names[index] : "\(index)")
    }

    /// What the judge says of points, each with the class.
    private func scores(_ points: Tensor) throws -> Value {
        var inputs: [Value] = [.tensor(points)]
        if let label {
            let labels = [Int](repeating: label.index, count: points.shape[0])
            inputs.append(.tensor(try judge.encoded(labels, classes: label.count, session)))
        }
        return try judge.apply(inputs, session)
    }

    /// Real points, of the class where there is one.
    private func real(_ count: Int) throws -> Tensor? {
        guard let data else { return nil }
        guard let label, data.hasLabels else { return try data.examples(count).samples }
        let (samples, labels) = try data.examples(count * label.count)
        let own = (labels?.values ?? []).enumerated().filter { Int($0.element) == label.index }
        let values = samples.values
        return try Tensor(
            own.prefix(count).flatMap { values[2 * $0.offset..<2 * $0.offset + 2] },
            shape: [min(own.count, count), 2])
    }

    /// The square that is shown: the data with a margin, and samples that are not far outside.
    func square() throws -> ClosedRange<Double> {
        let real = try data?.examples(1000).samples.values ?? []
        let reach = real.reduce(Float(0)) { max($0, abs($1)) }
        let most = real.isEmpty ? 2 : Double(reach) * 1.25
        return -max(most, 0.1)...max(most, 0.1)
    }

    func places(_ square: ClosedRange<Double>) -> [Double] {
        (0..<resolution).map {
            square.lowerBound + (square.upperBound - square.lowerBound) * Double($0)
                / Double(resolution - 1)
        }
    }

    /// The judge's values, the lowest row first.
    func values(_ square: ClosedRange<Double>) throws -> [Double] {
        guard judge.inputCount == (label == nil ? 1 : 2),
            try judge.space(ofInput: 0, session)?.shape ?? [2] == [2]
        else {
            throw Diagnostic(
                .shape, "a field needs a network of points(2), which \(judge.title) is not",
                hint: "field(D) with D = points(2) |> …, or a game of points in the plane")
        }
        let places = places(square).map { Float($0) }
        // Some rows at a time: what a wide network makes of all points at once has no room in a
        // cache, and at the highest resolution none in memory.
        let rows = max(1, 4096 / resolution)
        var values: [Double] = []
        values.reserveCapacity(resolution * resolution)
        for first in stride(from: 0, to: resolution, by: rows) {
            let block = places[first..<min(first + rows, resolution)]
            let points = try Tensor(
                block.flatMap { y in places.flatMap { x in [x, y] } },
                shape: [block.count * resolution, 2])
            let made = try session.quietly { try scores(points) }
            let tensor = try asTensor(made, judge.title)
            let count = block.count * resolution
            guard tensor.count == count else {
                throw Diagnostic(
                    .shape,
                    "a field needs one score for each point, but \(judge.title) gives "
                        + (tensor.count % count == 0
                            ? "\(tensor.count / count)" : "\(tensor.shape) for \(count)"))
            }
            tensor.withValues { values.append(contentsOf: $0.lazy.map(Double.init)) }
        }
        return values
    }

    /// The field with data and samples over it; `known` are its values, where they were kept.
    func axes(_ square: ClosedRange<Double>, _ known: [Double]? = nil) throws -> Axes {
        let field = Field(
            values: try known ?? values(square), columns: resolution, rows: resolution, x: square,
            y: square, contours: 10, label: "\(judge.name.isEmpty ? "D" : judge.name)(x)")
        var axes = Axes(
            title: label.map { "discriminator, \($0.words)" } ?? "discriminator",
            x: Axis(range: square), y: Axis(range: square),
            marks: [.field(field)] + (try points()), isEqual: true)
        axes.hasLegend = true
        return axes
    }

    /// Real and generated points, and where the gradient pulls the latter.
    private func points() throws -> [Mark] {
        var marks: [Mark] = []
        if let real = try real(300) {
            let (x, y) = real.columns
            marks.append(
                .scatter(Scatter("data", x: x, y: y, size: 3, opacity: 0.8, pen: .series(5))))
        }
        guard let samples else { return marks }
        let (x, y) = samples.columns
        marks.append(
            .scatter(Scatter("samples", x: x, y: y, size: 4, opacity: 0.9, pen: .series(1))))
        guard samples.shape[0] > 0, hasArrows else { return marks }
        let few = try samples.slice([0..<min(32, samples.shape[0])])
        let slope = try slopes(few).columns
        let places = few.columns
        marks.append(
            .arrows(
                Arrows(
                    "∇D", x: places.x, y: places.y, dx: slope.x, dy: slope.y, longest: 30)))
        return marks
    }

    private func slopes(_ points: Tensor) throws -> Tensor {
        try session.quietly {
            let x = points.tracked()
            let made = try asTensor(try scores(x), judge.title)
            guard made.isTracked else { return try Tensor.zeros(points.shape) }
            return try gradients(of: made, at: [x])[0]
        }
    }

    /// Where the generator takes a regular grid of its two latents: folds and holes show.
    func bentAxes(_ square: ClosedRange<Double>, _ sampling: Sampling) throws -> Axes {
        let side = 25
        let reach = sampling.space.kind.isNormalNoise ? 2.5 : 1.0
        let steps = (0..<side).map { Float(reach * (2 * Double($0) / Double(side - 1) - 1)) }
        let latents = try Tensor(
            steps.flatMap { up in steps.flatMap { across in [across, up] } },
            shape: [side * side, 2])
        let (x, y) = try sampling.make(
            latents, label.map { [Int](repeating: $0.index, count: latents.shape[0]) }
        ).columns
        var marks: [Mark] = []
        if let real = try real(300) {
            let (x, y) = real.columns
            marks.append(
                .scatter(Scatter("data", x: x, y: y, size: 3, opacity: 0.5, pen: .series(7))))
        }
        marks.append(
            .mesh(Mesh("G of a grid", x: x, y: y, columns: side, rows: side, pen: .series(1))))
        return Axes(
            title: "where G takes its latents", x: Axis(range: square), y: Axis(range: square),
            marks: marks, isEqual: true)
    }

    /// p / (p + q) with the data's own density p, and q by a Gaussian kernel estimate over many
    /// samples (width by D. W. Scott 1992, a third of it, since samples form clusters).
    func optimalAxes(
        _ square: ClosedRange<Double>, _ density: Density, _ many: Tensor
    ) throws -> Axes {
        let (xs, ys) = many.columns
        let side = 120
        let places = (0..<side).map {
            square.lowerBound + (square.upperBound - square.lowerBound) * Double($0)
                / Double(side - 1)
        }
        let n = Double(max(xs.count, 1))
        let deviation = max(
            ((xs + ys).reduce(0) { $0 + $1 * $1 } / max(2 * n, 1)).squareRoot(), 1e-3)
        let width = max(deviation * pow(n, -1.0 / 6) / 3, (places[1] - places[0]) / 2)
        // The kernel is a product, so the sum over samples is one of two tables.
        let table = { (values: [Double]) in
            places.map { place in
                values.map { exp(-($0 - place) * ($0 - place) / (2 * width * width)) }
            }
        }
        let (across, up) = (table(xs), table(ys))
        let scale = 1 / (n * 2 * Double.pi * width * width)
        let values = places.indices.flatMap { row in
            places.indices.map { column in
                let q = zip(across[column], up[row]).reduce(0) { $0 + $1.0 * $1.1 } * scale
                let p = density([places[column], places[row]])
                return p + q > 1e-12 ? p / (p + q) : .nan
            }
        }
        let field = Field(
            values: values, columns: side, rows: side, x: square, y: square, range: 0...1,
            contours: 0, label: "p / (p + q)")
        return Axes(
            title: "optimal: p / (p + q)", x: Axis(range: square), y: Axis(range: square),
            marks: [.field(field)], hasLegend: false, isEqual: true)
    }
}

extension Session {
    /// Runs a body outside any game, without recording parameters.
    func quietly<Result>(_ body: () throws -> Result) rethrows -> Result {
        let (tracked, played) = (tracking, playing)
        (tracking, playing) = (.off, nil)
        defer { (tracking, playing) = (tracked, played) }
        return try body()
    }
}
