import Language

extension Session {
    /// Runs a block for the value of a slider, and again whenever the slider moves.
    /// Where nothing can be moved the block runs once, for the middle of the range.
    func interact(
        _ name: String, over range: Value, _ block: @escaping (Value) throws -> Value
    ) throws {
        let (control, read) = try control(name, range)
        guard let host = output as? any ControlHost else {
            output.write(control.plain + "\n", to: .output)
            let value = try block(read(control.value))
            if !shows(value) { output.display(bundle(for: value), id: nil) }
            return
        }
        let area = "output of \(name)"
        var handle: (any ControlHandle)?
        let run: (Control.Value) -> Void = { [unowned self] value in
            handle?.capture(into: area) {
                do {
                    let made = try block(read(value))
                    if case .nothing = made { return }
                    if !self.shows(made) { self.output.display(self.bundle(for: made), id: nil) }
                } catch {
                    self.output.write(
                        render(diagnostic(from: error), style: .plain) + "\n", to: .error)
                }
            }
        }
        let fallback = MIMEBundle(text: control.plain)
        handle = host.show(
            Control("interact \(name)", .column([control, Control(area, .output)])),
            fallback: fallback
        ) { [unowned self] event, output in
            guard event.name == name else { return }
            let before = self.output
            self.output = output
            run(event.value)
            self.output = before
        }
        run(control.value)
    }

    /// A slider for a range, a menu for a list.
    private func control(
        _ name: String, _ range: Value
    ) throws -> (Control, (Control.Value) -> Value) {
        switch range {
        case .interval(let interval):
            guard interval.lower < interval.upper, interval.lower.isFinite,
                interval.upper.isFinite
            else { throw Diagnostic(.value, "interact needs a range that rises") }
            let middle = (interval.lower + interval.upper) / 2
            let isWhole =
                interval.lower == interval.lower.rounded()
                && interval.upper == interval.upper.rounded()
                && interval.upper - interval.lower >= 2 && interval.upper < 1e9
                && interval.lower > -1e9
            if isWhole {
                let ends = Int(interval.lower)...Int(interval.upper)
                return (
                    Control(name, .integerSlider(ends), value: .integer(Int(middle))),
                    { $0.number.map { .number($0) } ?? .nothing }
                )
            }
            // A range over orders of magnitude is walked in them.
            let isLogarithmic = interval.lower > 0 && interval.upper / interval.lower >= 100
            let start = isLogarithmic ? (interval.lower * interval.upper).squareRoot() : middle
            return (
                Control(
                    name,
                    .slider(
                        interval.lower...interval.upper, step: nil, isLogarithmic: isLogarithmic),
                    value: .number(start)), { $0.number.map { .number($0) } ?? .nothing }
            )
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
                "interact", expects: "a range a...b or a list of choices", got: range)
        }
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
