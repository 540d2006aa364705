import Language

/// One model of the widget protocol 2.1: a name, a state, and the binary parts of the state.
///
/// https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md
final class WidgetModel {
    enum Module: String {
        case base = "@jupyter-widgets/base"
        case controls = "@jupyter-widgets/controls"
        case output = "@jupyter-widgets/output"
        var version: String { self == .output ? "1.0.0" : "2.0.0" }
    }

    static let target = "jupyter.widget"
    static let protocolVersion = JSON.object(["version": .string("2.1.0")])

    let id: String
    let name: String
    let module: Module
    private(set) var state: [String: JSON]
    /// Attributes that travel as buffers (a picture's bytes).
    private(set) var binary: [String: [UInt8]]

    /// `view` nil for a model that is seen only through others (layout, style).
    init(
        _ name: String, view: String?, in module: Module, state: [String: JSON] = [:],
        binary: [String: [UInt8]] = [:]
    ) {
        id = Envelope.unique()
        self.name = name + "Model"
        self.module = module
        self.binary = binary
        self.state = state.merging([
            "_model_name": .string(name + "Model"),
            "_model_module": .string(module.rawValue),
            "_model_module_version": .string(module.version),
            "_view_name": view.map { .string($0) } ?? .null,
            "_view_module": .string(module.rawValue),
            "_view_module_version": .string(module.version),
        ]) { given, _ in given }
    }

    /// How other models refer to this one.
    var reference: JSON { .string("IPY_MODEL_\(id)") }

    func set(_ attribute: String, _ value: JSON) { state[attribute] = value }
    func set(_ attribute: String, _ bytes: [UInt8]) { binary[attribute] = bytes }

    var opening: CommMessage {
        let names = binary.keys.sorted()
        return CommMessage(
            .object([
                "state": .object(state),
                "buffer_paths": .array(names.map { .array([.string($0)]) }),
            ]), metadata: Self.protocolVersion, buffers: names.compactMap { binary[$0] })
    }

    /// A message that carries some attributes: `update` from us, `echo_update` for what the front
    /// end set, so that a second front end learns of it too.
    func message(_ method: String, _ attributes: [String]) -> CommMessage {
        let names = attributes.filter { binary[$0] != nil }
        let fields = attributes.compactMap { name in state[name].map { (name, $0) } }
        return CommMessage(
            .object([
                "method": .string(method),
                "state": .object(Dictionary(fields) { _, last in last }),
                "buffer_paths": .array(names.map { .array([.string($0)]) }),
            ]), buffers: names.compactMap { binary[$0] })
    }
}
