import Language

extension Session {
    /// Runs a block for the value of a slider, and again whenever the slider moves.
    /// Where nothing can be moved the block runs once, for the middle of the range.
    func interact(
        _ name: String, over range: Value, _ block: @escaping (Value) throws -> Value
    ) throws {
        let (control, read) = try chooser(name, range)
        guard let host = output as? any ControlHost else {
            output.write(control.plain + "\n", to: .output)
            try shown(try block(read(control.value)))
            return
        }
        let run = try reacting(to: control, on: host) { try block(read($0)) }
        run(control.value)
    }

    /// Shows a control above an area in which appears what `body` prints and shows when the
    /// control moves. Returns what runs it from the program's side.
    @discardableResult
    func reacting(
        to control: Control, on host: any ControlHost,
        _ body: @escaping (Control.Value) throws -> Value
    ) throws -> (Control.Value) -> Void {
        let area = "output of \(control.name)"
        var handle: (any ControlHandle)?
        let run: (Control.Value) -> Void = { [unowned self] value in
            handle?.capture(into: area) { self.aside(on: self.output) { try body(value) } }
        }
        handle = host.show(
            Control("\(control.name) and output", .column([control, Control(area, .output)])),
            fallback: MIMEBundle(text: control.plain)
        ) { [unowned self] event, output in
            guard event.name == control.name else { return }
            self.history.doubt("the control \(control.name) was moved")
            let before = self.output
            self.output = output
            defer { self.output = before }
            run(event.value)
        }
        return run
    }

    /// Runs a body that a moved control asks for, perhaps in the middle of a round. Its fault is
    /// shown and harms nobody else; an interrupt goes on to the program that runs.
    func aside(on output: any Output, _ body: () throws -> Value) {
        let outcome = nested(output) {
            try shown(try body())
            return Outcome()
        }
        for fault in outcome.faults {
            if fault.kind == .interrupted { interrupt.request() }
            output.write(render(fault, style: .plain) + "\n", to: .error)
        }
    }

    /// Displays a value as the end of a cell does.
    private func shown(_ value: Value) throws {
        if !shows(value) { output.display(bundle(for: value), id: nil) }
    }

    // MARK: Controls

    /// A slider for a range, a menu for a list, and how its position is read.
    func chooser(
        _ name: String, _ range: Value
    ) throws -> (control: Control, read: (Control.Value) -> Value) {
        switch range {
        case .interval(let interval): return try slider(name, interval, isFine: false)
        case .list(let items) where !items.isEmpty:
            return (
                Control(name, .dropdown(items.map(\.inWords)), value: .integer(0)),
                { value in
                    guard let index = value.number.flatMap({ Int(exactly: $0) }),
                        items.indices.contains(index)
                    else { return items[0] }
                    return items[index]
                }
            )
        default:
            throw Diagnostic.mismatch(
                "a control", expects: "a range a...b or a list of choices", got: range)
        }
    }

    /// A slider in steps of one between whole numbers unless it is to be fine; by orders of
    /// magnitude over two of them or more.
    func slider(
        _ name: String, _ interval: Interval, isFine: Bool
    ) throws -> (control: Control, read: (Control.Value) -> Value) {
        let (lower, upper) = (interval.lower, interval.upper)
        guard lower < upper, lower.isFinite, upper.isFinite else {
            throw Diagnostic(.value, "a slider needs a range that rises, such as 0...1")
        }
        let middle = (lower + upper) / 2
        let read: (Control.Value) -> Value = { $0.number.map { .number($0) } ?? .nothing }
        let isWhole =
            lower == lower.rounded() && upper == upper.rounded()
            && upper - lower >= 2 && upper < 1e9 && lower > -1e9
        if isWhole, !isFine {
            let ends = Int(lower)...Int(upper)
            return (Control(name, .integerSlider(ends), value: .integer(Int(middle))), read)
        }
        let isLogarithmic = lower > 0 && upper / lower >= 100
        let start = isLogarithmic ? (lower * upper).squareRoot() : middle
        return (
            Control(
                name, .slider(lower...upper, step: nil, isLogarithmic: isLogarithmic),
                value: .number(start)), read
        )
    }
}

extension Control.Value {
    /// As a number, where it is one.
    var number: Double? {
        switch self {
        case .number(let number): number
        case .integer(let integer): Double(integer)
        case .flag(let flag): flag ? 1 : 0
        default: nil
        }
    }
}

extension Value {
    var isGame: Bool { if case .game = self { true } else { false } }
}
