import Language
import Pictures
import Tensors

/// Curves, and pictures beside each other.
enum PlotCommands {
    static var all: [Command] { [plot, beside] }

    private static var plot: Command {
        Command(
            "plot", .pictures,
            [
                Input(
                    "games", .any,
                    "games; or lists of numbers, or functions; a list of games is one of runs",
                    isVariadic: true),
                Input(
                    "smoothing", .integer, "width of a median filter in rounds; none: chosen",
                    standard: .nothing),
                Input(
                    "log", .any, "logarithmic axis of the values: true; or \"x\", \"y\", \"both\"",
                    standard: .boolean(false)),
                Input("title", .string, standard: .string("")),
                .theme,
                Input(
                    "interactive", .boolean, "also as a plot that JupyterLab draws itself",
                    standard: .boolean(false)),
                Input(
                    "x", .any, "places of the numbers, or a range for functions; none: 0, 1, 2 …",
                    standard: .nothing),
                Input("names", .list, "of the curves", standard: .list([])),
                Input("labels", .list, "words at the two axes", standard: .list([])),
                Input(
                    "dots", .any, "dots instead of lines: true, or which curves, from 0",
                    standard: .boolean(false)),
                Input(
                    "band", .string, "of runs: \"range\" (least to greatest) or \"error\"",
                    standard: .string("range")),
                Input(
                    "levels", .any, "dashed lines across: numbers, or [\"word\", number] each",
                    standard: .list([])),
                Input(
                    "moments", .any, "dashed lines upright, given alike", standard: .list([])),
                Input(
                    "notes", .list, "words at places of the plot: [\"word\", x, y] each",
                    standard: .list([])),
            ], "The losses of games, round by round; or lists and functions as curves.",
            details: """
                Curves of games are smoothed by a median filter over the faint raw line (as in M. \
                Arjovsky et al. 2017, arXiv:1701.07875). Several are drawn over each other: \
                plot(x -> x^2, sin, x: -2...2, names: ["square", "sine"]). A list of games, \
                plot([g, h]), is taken as runs of one experiment: their mean, and a band from the \
                least to the greatest or of the standard error; so is a list of lists. What is worth \
                knowing beside the curves: plot(g, levels: [["equilibrium", 1 / 4]], moments: [400]).
                """, example: PictureCommands.setUp + "plot g"
        ) { call in
            let picture = try plot(call)
            picture.isInteractive = call.boolean(5)
            return .picture(picture)
        }
    }

    private static func plot(_ call: Call) throws -> Picture {
        let games = call.rest.compactMap { value -> Game? in
            if case .game(let game) = value { game } else { nil }
        }
        guard !call.rest.isEmpty else {
            throw Diagnostic(.value, "plot needs something to draw", hint: "plot g")
        }
        let theme = try call.theme(4)
        let runs = try Runs(call, theme)
        if let groups = Runs.groups(call.rest) { return try runs.picture(of: groups) }
        guard games.count == call.rest.count else {
            return try plotNumbers(call, theme, runs)
        }
        let longest = games.map { call.session.smoothing(for: $0) }.max() ?? 0
        let smoothing = call.isGiven(1) ? try call.integer(1, in: 0...100_000) : longest
        let log = try call.logarithmic(2)
        var figure = call.session.curveFigure(
            of: games, smoothing: smoothing, isLogarithmic: log.y)
        figure.theme = theme
        figure.axes[0].x.isLogarithmic = log.x
        figure.axes[0].marks += try decorations(call)
        if !call.string(3).isEmpty { figure.axes[0].title = call.string(3) }
        let names = games.map(\.rule.name).joined(separator: ", ")
        return Picture(
            .figure(figure), caption: "losses of \(names), round \(games[0].round)",
            from: call.session, of: games.map { Picture.Subject($0) })
    }

    // MARK: Rules and notes

    /// What is worth knowing beside the curves.
    static func decorations(_ call: Call) throws -> [Mark] {
        let across = try call.placed(11).map {
            Mark.rule(Rule(.horizontal, at: $0.at, label: $0.word))
        }
        let upright = try call.placed(12).map {
            Mark.rule(Rule(.vertical, at: $0.at, label: $0.word))
        }
        let notes = try call.session.elements(of: call[13]).map { value -> Mark in
            guard case .list(let parts) = value, parts.count == 3,
                case .string(let word) = parts[0], case .number(let x) = parts[1],
                case .number(let y) = parts[2]
            else {
                throw Diagnostic.mismatch(
                    "plot's notes", expects: "[\"word\", x, y] each", got: value)
            }
            return .note(Pictures.Note(word, x: x, y: y))
        }
        return across + upright + notes
    }

    // MARK: Numbers and functions

    private static func plotNumbers(
        _ call: Call, _ theme: Theme, _ runs: Runs
    ) throws -> Picture {
        let labels = try call.words(8)
        // Places that nobody names are numbers of values.
        let isCounted = !call.isGiven(6) && !call.rest.contains { $0.isFunction }
        let log = try call.logarithmic(2)
        var axes = Axes(
            title: call.string(3),
            x: Axis(labels.first ?? "", isLogarithmic: log.x, isWhole: isCounted && !log.x),
            y: Axis(labels.dropFirst().first ?? "", isLogarithmic: log.y))
        let smoothing = call.isGiven(1) ? try call.integer(1, in: 0...100_000) : 0
        let names = try call.words(7)
        let dotted = try call.places(9)
        for (index, value) in call.rest.enumerated() {
            if let rows = Runs.rows(value) {
                axes.marks += runs.band(
                    index < names.count ? names[index] : "", x: try places(ofRuns: rows, call),
                    rows, pen: index)
                continue
            }
            for (name, x, y) in try curves(of: value, call) {
                let name = axes.marks.count < names.count ? names[axes.marks.count] : name
                if dotted?.contains(axes.marks.count) ?? true {
                    let places = x.isEmpty ? y.indices.map(Double.init) : x
                    axes.marks.append(.scatter(Scatter(name, x: places, y: y)))
                } else {
                    axes.marks.append(.line(Line(name, x: x, y: y, smoothing: smoothing)))
                }
            }
        }
        axes.marks += try decorations(call)
        let title = call.string(3)
        return Picture(
            .figure(Figure(axes, theme: theme)), caption: title.isEmpty ? "a plot" : title,
            from: call.session)
    }

    /// A list or tensor is one curve, a function one over a range, a record one for each field.
    private static func curves(
        of value: Value, _ call: Call
    ) throws -> [(name: String, x: [Double], y: [Double])] {
        switch value {
        case .function, .command(_), .network:
            let x = try places(ofFunctions: call)
            let input = try Tensor(x.map { Float($0) }, shape: [x.count])
            let output = try call.session.apply(
                value, [Given(label: nil, value: .tensor(input), span: Span(0, 0))])
            let y = try numbers(output)
            // A function that does not look at its argument is a level.
            guard y.count == x.count || y.count == 1 else {
                throw Diagnostic(
                    .value,
                    "plot got \(counted(y.count, "number")) for \(counted(x.count, "place")) from "
                        + value.kindName, hint: "a curve is one number for each x")
            }
            return [("", x, y.count == 1 ? x.map { _ in y[0] } : y)]
        case .record(let record):
            return try record.fields.map { field in
                let y = try numbers(field.value)
                return (field.name, try places(of: y, call), y)
            }
        default:
            let y = try numbers(value)
            return [("", try places(of: y, call), y)]
        }
    }

    private static func numbers(_ value: Value) throws -> [Double] {
        if let numbers = value.numbers { return numbers }
        guard Input.Kind.tensor.accepts(value) else {
            throw Diagnostic.mismatch("plot", expects: "games, or numbers to draw", got: value)
        }
        return try asTensor(value, "plot").values.map(Double.init)
    }

    private static func places(ofFunctions call: Call) throws -> [Double] {
        guard call.isGiven(6) else { return (0...200).map { -4 + Double($0) / 25 } }
        guard case .interval(let range) = call[6] else { return try numbers(call[6]) }
        guard range.lower < range.upper, (range.upper - range.lower).isFinite else {
            throw Diagnostic(.value, "plot needs a rising range", hint: "x: -4...4")
        }
        return (0...200).map { range.lower + (range.upper - range.lower) * Double($0) / 200 }
    }

    private static func places(ofRuns rows: [[Double]], _ call: Call) throws -> [Double] {
        try places(of: rows.max { $0.count < $1.count } ?? [], call)
    }

    private static func places(of y: [Double], _ call: Call) throws -> [Double] {
        guard call.isGiven(6) else { return [] }
        let x: [Double]
        if case .interval(let range) = call[6] {
            x = try asTensor(.interval(range), "plot").values.map(Double.init)
        } else {
            x = try numbers(call[6])
        }
        guard x.count == y.count else {
            throw Diagnostic(
                .value, "plot got \(counted(y.count, "number")) for \(counted(x.count, "place"))",
                hint: "give x as many as each curve has")
        }
        return x
    }
}

extension Call {
    /// Which ones: a list of whole numbers, none for false, and nil, which is all, for true.
    fileprivate func places(_ index: Int) throws -> [Int]? {
        if case .boolean(let isAll) = values[index] { return isAll ? nil : [] }
        guard let places = integers(index) else {
            throw Diagnostic.mismatch(
                "\(command.name)'s \(command.parameters[index].name)",
                expects: "true, false or a list of whole numbers", got: values[index])
        }
        return places
    }

    /// Numbers, with a word before each that has one.
    fileprivate func placed(_ index: Int) throws -> [(word: String, at: Double)] {
        if case .number(let number) = values[index] { return [("", number)] }
        return try session.elements(of: values[index]).map { value in
            switch value {
            case .number(let number): return ("", number)
            case .list(let parts), .tuple(let parts):
                if parts.count == 2, case .string(let word) = parts[0],
                    case .number(let number) = parts[1]
                {
                    return (word, number)
                }
            default: break
            }
            throw Diagnostic.mismatch(
                "\(command.name)'s \(command.parameters[index].name)",
                expects: "numbers, or [\"word\", number] each", got: value)
        }
    }

    /// Which axes are logarithmic: true is the axis of the values.
    func logarithmic(_ index: Int) throws -> (x: Bool, y: Bool) {
        switch values[index] {
        case .boolean(let isLogarithmic): return (false, isLogarithmic)
        case .string("x"): return (true, false)
        case .string("y"): return (false, true)
        case .string("both"): return (true, true)
        default:
            throw Diagnostic.mismatch(
                "\(command.name)'s \(command.parameters[index].name)",
                expects: "true, false, \"x\", \"y\" or \"both\"", got: values[index])
        }
    }

    /// A list of strings.
    func words(_ index: Int) throws -> [String] {
        try session.elements(of: values[index]).map { value in
            guard case .string(let text) = value else {
                throw Diagnostic.mismatch(
                    "\(command.name)'s \(command.parameters[index].name)", expects: "strings",
                    got: value)
            }
            return text
        }
    }
}

extension Value {
    /// Something that `plot` draws over a range.
    fileprivate var isFunction: Bool {
        switch self {
        case .function, .command, .network: true
        default: false
        }
    }
}
