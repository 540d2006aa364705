import Language
import Pictures
import Tensors

/// Histograms and bars.
enum ChartCommands {
    static var all: [Command] { [histogram, bars] }

    private static var histogram: Command {
        Command(
            "histogram", .pictures,
            [
                Input(
                    "values", .any, "numbers; a list of tensors or lists, or a record, is several"),
                Input("bins", .integer, "0: chosen by the data", standard: .number(0)),
                Input("title", .string, standard: .string("")), .theme,
                Input("names", .list, "of several sets", standard: .list([])),
                Input("labels", .list, "words at the two axes", standard: .list([])),
                Input(
                    "density", .any, "areas of one; none: for several sets, so that they compare",
                    standard: .nothing),
            ], "How often values fall into each of equally wide bins.",
            details:
                "Several sets share their bins: histogram([D(x), D(G(z))], names: [\"x\", \"G\"]).",
            example: "histogram randn([500])"
        ) { call in
            let sets = try named(call[0], "histogram") ?? [("", try numbers(call[0], "histogram"))]
            let bins = try call.integer(1, in: 0...10_000)
            let isDensity =
                if case .boolean(let wish) = call[6] { wish } else { sets.count > 1 }
            let (names, labels) = (try call.words(4), try call.words(5))
            let axes = Axes(
                title: call.string(2), x: Axis(labels.first ?? ""),
                y: Axis(labels.dropFirst().first ?? (isDensity ? "density" : "count")),
                marks: sets.enumerated().map { index, set in
                    .histogram(
                        Histogram(
                            index < names.count ? names[index] : set.name, values: set.values,
                            bins: bins, isDensity: isDensity))
                })
            let count = sets.reduce(0) { $0 + $1.values.count }
            return .picture(
                Picture(
                    .figure(Figure(axes, theme: try call.theme(3))),
                    caption: "histogram of \(counted(count, "value"))", from: call.session))
        }
    }

    private static var bars: Command {
        Command(
            "bars", .pictures,
            [
                Input(
                    "values", .any,
                    "numbers; a list of lists is one series each; a record names its bars"),
                Input("labels", .list, "a word below each bar", standard: .list([])),
                Input("names", .list, "of several series", standard: .list([])),
                Input(
                    "errors", .any, "half the length of a stroke on each bar, as values are given",
                    standard: .nothing),
                Input("lying", .boolean, "bars from left to right", standard: .boolean(false)),
                Input("axis", .string, "what the bars measure", standard: .string("")),
                Input(
                    "log", .boolean, "logarithmic axis of the values", standard: .boolean(false)),
                Input("title", .string, standard: .string("")), .theme,
            ], "Numbers side by side.",
            example: "bars([[3, 5], [4, 1]], labels: [\"D\", \"G\"], names: [\"lsgan\", \"gan\"])"
        ) { call in
            let (series, own) = try series(call)
            var labels = try call.session.elements(of: call[1]).map(\.inWords)
            if labels.isEmpty { labels = own }
            let isLying = call.boolean(4)
            var axes = Axes(title: call.string(7))
            let scale = Axis(call.string(5), isLogarithmic: call.boolean(6))
            if isLying { axes.x = scale } else { axes.y = scale }
            axes.marks = [.bars(Bars(labels: labels, series: series, isLying: isLying))]
            let count = series.map(\.values.count).max() ?? 0
            return .picture(
                Picture(
                    .figure(Figure(axes, theme: try call.theme(8))),
                    caption: counted(count, "bar"), from: call.session))
        }
    }

    /// The series of bars, and the names of their bars where a record says them.
    private static func series(_ call: Call) throws -> ([Bars.Series], labels: [String]) {
        var labels: [String] = []
        var sets: [(name: String, values: [Double])]
        if case .record(let record) = call[0], record.fields.allSatisfy({ $0.value.isNumber }) {
            labels = record.fields.map(\.name)
            sets = [("", try record.fields.map { try numbers($0.value, "bars")[0] })]
        } else {
            sets = try named(call[0], "bars") ?? [("", try numbers(call[0], "bars"))]
        }
        let names = try call.words(2)
        var errors: [[Double]] = []
        if call.isGiven(3) {
            errors = try named(call[3], "bars")?.map(\.values) ?? [numbers(call[3], "bars")]
        }
        let series = sets.enumerated().map { index, set in
            Bars.Series(
                index < names.count ? names[index] : set.name, values: set.values,
                errors: index < errors.count ? errors[index] : [])
        }
        return (series, labels)
    }

    /// Several sets of numbers with their names, where the value is that.
    private static func named(
        _ value: Value, _ command: String
    ) throws -> [(name: String, values: [Double])]? {
        switch value {
        case .record(let record):
            return try record.fields.map { ($0.name, try numbers($0.value, command)) }
        case .list(let items), .tuple(let items):
            guard !items.isEmpty, !items.contains(where: \.isNumber) else { return nil }
            return try items.map { ("", try numbers($0, command)) }
        default: return nil
        }
    }

    private static func numbers(_ value: Value, _ command: String) throws -> [Double] {
        if let numbers = value.numbers { return numbers }
        return try asTensor(value, command).values.map(Double.init)
    }
}

extension Value {
    fileprivate var isNumber: Bool { if case .number = self { true } else { false } }
}
