import Language

/// The widgets that are on the screen, and the messages about them.
///
/// Used on the thread that runs cells.
final class Widgets {
    private unowned let desk: Desk
    private var models: [String: WidgetModel] = [:]

    init(desk: Desk) {
        self.desk = desk
    }

    /// Where a page that was loaded anew asks for the state of all widgets at once.
    static let controlTarget = "jupyter.widget.control"

    func listen() {
        desk.comms.register(target: Self.controlTarget) { [weak self] id, _, _ in
            { message, _ in
                guard message.data["method"] == .string("request_states") else { return }
                self?.sendStates(to: id)
            }
        }
    }

    private func sendStates(to id: String) {
        var states: [String: JSON] = [:]
        var paths: [JSON] = []
        var buffers: [Frame] = []
        for (id, model) in models {
            states[id] = .object([
                "model_name": .string(model.name), "model_module": .string(model.module.rawValue),
                "model_module_version": .string(model.module.version),
                "state": .object(model.state),
            ])
            for (name, bytes) in model.binary {
                paths.append(.array([.string(id), .string("state"), .string(name)]))
                buffers.append(bytes)
            }
        }
        desk.comms.send(
            CommMessage(
                .object([
                    "method": .string("update_states"), "states": .object(states),
                    "buffer_paths": .array(paths),
                ]), buffers: buffers), to: id)
    }

    func open(_ model: WidgetModel, changed: @escaping (JSON, any Output) -> Void) {
        models[model.id] = model
        _ = desk.comms.open(target: WidgetModel.target, model.opening, id: model.id) {
            [unowned self] message, output in
            receive(message, for: model, output, changed)
        }
    }

    func close(_ model: WidgetModel) {
        models[model.id] = nil
        desk.comms.close(model.id)
    }

    /// The front end has closed a model.
    func forget(_ id: String) { models[id] = nil }

    func update(_ model: WidgetModel, _ attributes: [String]) {
        guard models[model.id] != nil else { return }
        desk.comms.send(model.message("update", attributes), to: model.id)
    }

    private func receive(
        _ message: CommMessage, for model: WidgetModel, _ output: any Output,
        _ changed: (JSON, any Output) -> Void
    ) {
        switch message.data["method"]?.text {
        case "update"?:
            guard let fields = message.data["state"]?.fields, !fields.isEmpty else { return }
            for (name, value) in fields { model.set(name, value) }
            desk.comms.send(model.message("echo_update", fields.keys.sorted()), to: model.id)
            changed(.object(fields), output)
        case "request_state"?:
            update(model, model.state.keys.sorted() + model.binary.keys.sorted())
        case "custom"?:
            if let content = message.data["content"] { changed(content, output) }
        default: break
        }
    }
}

/// Controls that are shown together.
final class WidgetGroup: ControlHandle {
    private struct Member {
        var control: Control
        var drawn: ControlModel
    }

    private unowned let desk: Desk
    private var members: [String: Member] = [:]
    private var models: [WidgetModel] = []
    /// Names of the controls that have shown something.
    private var captured: Set<String> = []
    private let changed: (ControlEvent, any Output) -> Void

    init(desk: Desk, changed: @escaping (ControlEvent, any Output) -> Void) {
        self.desk = desk
        self.changed = changed
    }

    /// Opens all models, children before parents, and returns the outermost.
    func open(_ control: Control) -> WidgetModel {
        let layout = WidgetModel("Layout", view: "LayoutView", in: .base)
        open(layout)
        return open(control, layout)
    }

    private func open(_ control: Control, _ layout: WidgetModel) -> WidgetModel {
        var children: [WidgetModel] = []
        switch control.form {
        case .row(let parts), .column(let parts): children = parts.map { open($0, layout) }
        default: break
        }
        let drawn = ControlModel(control, layout: layout, children: children)
        for part in drawn.parts { open(part) }
        members[control.name] = Member(control: control, drawn: drawn)
        // The open model keeps the group alive until the group is closed.
        open(drawn.model) { [self] fields, output in moved(control.name, fields, output) }
        return drawn.model
    }

    private func open(
        _ model: WidgetModel, changed: @escaping (JSON, any Output) -> Void = { _, _ in }
    ) {
        models.append(model)
        desk.widgets.open(model, changed: changed)
    }

    private func moved(_ name: String, _ fields: JSON, _ output: any Output) {
        guard let member = members[name] else { return }
        var value: Control.Value?
        if let attribute = member.drawn.attribute {
            value = fields[attribute].flatMap { ControlModel.value($0, of: member.control.form) }
        } else if case .button = member.control.form, fields["event"] == .string("click") {
            value = .integer(presses(of: member.control) + 1)
        }
        guard let value, value != member.control.value else { return }
        members[name]?.control.value = value
        changed(ControlEvent(name: name, value: value), output)
    }

    private func presses(of control: Control) -> Int {
        if case .integer(let count) = control.value { count } else { 0 }
    }

    // MARK: - ControlHandle

    func value(of name: String) -> Control.Value? { members[name]?.control.value }

    func set(_ name: String, to value: Control.Value) {
        guard let member = members[name] else { return }
        members[name]?.control.value = value
        guard let attribute = member.drawn.attribute else { return }
        if case .bytes(let bytes) = value { member.drawn.model.set(attribute, bytes) }
        if let json = ControlModel.json(value) { member.drawn.model.set(attribute, json) }
        desk.widgets.update(member.drawn.model, [attribute])
    }

    func capture(into name: String, _ body: () -> Void) {
        guard let model = members[name]?.drawn.model, let request = desk.current.last else {
            body()
            return
        }
        model.set("msg_id", .string(request.id))
        desk.widgets.update(model, ["msg_id"])
        // Not the first time: where there are no widgets, it would clear the cell.
        if !captured.insert(name).inserted {
            desk.publish("clear_output", .object(["wait": .bool(true)]))
        }
        body()
        model.set("msg_id", .string(""))
        desk.widgets.update(model, ["msg_id"])
    }

    func close() {
        for model in models.reversed() { desk.widgets.close(model) }
        models = []
        members = [:]
    }
}
