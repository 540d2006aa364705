import Language

/// How a control is drawn by the widget protocol: which model, which attribute is its value, and
/// how the value is written there.
struct ControlModel {
    /// The attribute that holds the value; nil for a button (it sends clicks) and for boxes.
    let attribute: String?
    let model: WidgetModel
    /// Models that belong to it: its style.
    let parts: [WidgetModel]

    init(_ control: Control, layout: WidgetModel, children: [WidgetModel] = []) {
        var state: [String: JSON] = ["layout": layout.reference]
        var binary: [String: [UInt8]] = [:]
        let shape = Shape(control.form)
        attribute = shape.attribute
        var parts: [WidgetModel] = []
        if let style = shape.style {
            let model = WidgetModel(
                style, view: "StyleView", in: .controls,
                state: style.hasPrefix("Button") ? [:] : ["description_width": .string("")])
            model.set("_view_module", .string(WidgetModel.Module.base.rawValue))
            state["style"] = model.reference
            parts.append(model)
        }
        if shape.isDescribed { state["description"] = .string(control.label) }
        state.merge(Self.limits(of: control.form)) { $1 }
        if !children.isEmpty { state["children"] = .array(children.map(\.reference)) }
        if case .bytes(let bytes) = control.value { binary["value"] = bytes }
        if let attribute, let value = Self.json(control.value) { state[attribute] = value }
        self.parts = parts
        model = WidgetModel(
            shape.name, view: shape.view, in: shape.module, state: state, binary: binary)
    }

    private struct Shape {
        var name: String
        var module = WidgetModel.Module.controls
        var attribute: String? = "value"
        var style: String?
        var isDescribed = true
        var view: String { name == "FloatProgress" ? "ProgressView" : name + "View" }

        init(_ form: Control.Form) {
            switch form {
            case .slider(_, _, let isLogarithmic):
                (name, style) = (isLogarithmic ? "FloatLogSlider" : "FloatSlider", "SliderStyle")
            case .integerSlider: (name, style) = ("IntSlider", "SliderStyle")
            case .button: (name, style, attribute) = ("Button", "ButtonStyle", nil)
            case .dropdown: (name, style, attribute) = ("Dropdown", "DescriptionStyle", "index")
            case .toggle: (name, style) = ("Checkbox", "DescriptionStyle")
            case .textField: (name, style) = ("Text", "DescriptionStyle")
            case .progress: (name, style) = ("FloatProgress", "ProgressStyle")
            case .image: (name, isDescribed) = ("Image", false)
            case .html: (name, style) = ("HTML", "DescriptionStyle")
            case .output:
                (name, module, attribute, isDescribed) = ("Output", .output, nil, false)
            case .row: (name, attribute, isDescribed) = ("HBox", nil, false)
            case .column: (name, attribute, isDescribed) = ("VBox", nil, false)
            }
        }
    }

    private static func limits(of form: Control.Form) -> [String: JSON] {
        switch form {
        case .slider(let range, let step, isLogarithmic: false):
            [
                "min": .number(range.lowerBound), "max": .number(range.upperBound),
                "step": .number(step ?? (range.upperBound - range.lowerBound) / 100),
                "readout_format": .string(".4~g"),
            ]
        case .slider(let range, let step, isLogarithmic: true):
            // Ends and step of a logarithmic slider are exponents of ten, its value is not.
            [
                "min": .number(exponent(range.lowerBound)),
                "max": .number(exponent(range.upperBound)), "base": .number(10),
                "step": .number(step ?? 0.02), "readout_format": .string(".3~g"),
            ]
        case .integerSlider(let range):
            ["min": .integer(range.lowerBound), "max": .integer(range.upperBound)]
        case .dropdown(let choices): ["_options_labels": .array(choices.map { .string($0) })]
        case .progress(let range):
            ["min": .number(range.lowerBound), "max": .number(range.upperBound)]
        case .image(let width, let height):
            [
                "format": .string("png"), "width": .string("\(width)"),
                "height": .string("\(height)"),
            ]
        case .output: ["msg_id": .string(""), "outputs": .array([])]
        case .row, .column: ["box_style": .string("")]
        case .button, .toggle, .textField, .html: [:]
        }
    }

    private static func exponent(_ number: Double) -> Double {
        number > 0 ? Logarithm.decimal(number) : -300
    }

    static func json(_ value: Control.Value) -> JSON? {
        switch value {
        case .none, .bytes: nil
        case .number(let number): .number(number)
        case .integer(let integer): .integer(integer)
        case .flag(let flag): .bool(flag)
        case .text(let text): .string(text)
        }
    }

    /// What the front end wrote, in the form's own type; nil when it fits not.
    static func value(_ json: JSON, of form: Control.Form) -> Control.Value? {
        switch form {
        case .slider, .progress: json.double.map { .number($0) }
        case .integerSlider, .dropdown: json.integer.map { .integer($0) }
        case .toggle: json.flag.map { .flag($0) }
        case .textField, .html: json.text.map { .text($0) }
        case .button, .image, .output, .row, .column: nil
        }
    }
}
