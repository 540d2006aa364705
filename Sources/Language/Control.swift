/// Something on the screen that a person moves or watches, described by what it is; the output
/// draws it as it can (a notebook with widgets, a line of text elsewhere).
package struct Control: Sendable, Equatable {
    package enum Form: Sendable, Equatable {
        /// `step` nil means a hundredth of the range. A logarithmic scale needs positive ends.
        case slider(ClosedRange<Double>, step: Double?, isLogarithmic: Bool)
        case integerSlider(ClosedRange<Int>)
        /// The value counts presses.
        case button
        /// The value is the index of the choice.
        case dropdown([String])
        case toggle
        case textField
        /// The value is how much of the range is done.
        case progress(ClosedRange<Double>)
        /// The value is the picture as PNG.
        case image(width: Int, height: Int)
        /// The value is a fragment of HTML.
        case html
        /// Shows what is printed or displayed while its `ControlHandle.capture` runs.
        case output
        case row([Control])
        case column([Control])
    }

    package enum Value: Sendable, Equatable {
        case none
        case number(Double)
        case integer(Int)
        case flag(Bool)
        case text(String)
        case bytes([UInt8])
    }

    /// The name under which events speak of it; unique within what is shown together.
    package var name: String
    package var label: String
    package var form: Form
    package var value: Value

    package init(_ name: String, _ form: Form, value: Value = .none, label: String? = nil) {
        self.name = name
        self.form = form
        self.value = value
        self.label = label ?? name
    }

    /// The control in words, for a front end that cannot draw it: `x = 0.5 (from 0 to 1)`.
    package var plain: String {
        switch form {
        case .slider(let range, _, _):
            "\(label) = \(value.plain) (from \(range.lowerBound) to \(range.upperBound))"
        case .integerSlider(let range):
            "\(label) = \(value.plain) (from \(range.lowerBound) to \(range.upperBound))"
        case .button: "[\(label)]"
        case .dropdown(let choices):
            "\(label) = \(choice(of: choices)) (of \(choices.joined(separator: ", ")))"
        case .toggle, .textField: "\(label) = \(value.plain)"
        case .progress(let range): "\(label): \(value.plain) of \(range.upperBound)"
        case .image(let width, let height): "\(label): picture of \(width) x \(height) pixels"
        case .html, .output: label
        case .row(let parts): parts.map(\.plain).joined(separator: "; ")
        case .column(let parts): parts.map(\.plain).joined(separator: "\n")
        }
    }

    private func choice(of choices: [String]) -> String {
        if case .integer(let index) = value, choices.indices.contains(index) {
            choices[index]
        } else {
            "none"
        }
    }
}

extension Control.Value {
    package var plain: String {
        switch self {
        case .none: "none"
        case .number(let number): "\(number)"
        case .integer(let integer): "\(integer)"
        case .flag(let flag): "\(flag)"
        case .text(let text): text
        case .bytes(let bytes): "\(bytes.count) bytes"
        }
    }
}

/// A control was moved: its name and its new value.
package struct ControlEvent: Sendable, Equatable {
    package var name: String
    package var value: Control.Value

    package init(name: String, value: Control.Value) {
        self.name = name
        self.value = value
    }
}

/// An output on which controls can be shown. Ask with `output as? any ControlHost`.
package protocol ControlHost: AnyObject {
    /// Shows a control (or a row or column of them). `fallback` is what a front end shows that
    /// has no widgets; its `text/plain` is the control in words where it has none.
    /// `changed` is called at safe points, after the cell too, until the handle is closed.
    func show(
        _ control: Control, fallback: MIMEBundle?,
        changed: @escaping (ControlEvent, any Output) -> Void
    ) -> any ControlHandle
}

/// Controls that are shown, addressed by name.
package protocol ControlHandle: AnyObject {
    func value(of name: String) -> Control.Value?
    /// Moves a control from the program's side; `changed` is not called for it.
    func set(_ name: String, to value: Control.Value)
    /// What `body` prints and displays appears in the control of form `.output` with this name,
    /// in place of what it showed before.
    func capture(into name: String, _ body: () -> Void)
    /// Takes the controls off the screen and forgets them.
    func close()
}
