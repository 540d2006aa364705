import Language

extension CellOutput: CommHost {
    func openComm(
        target: String, _ message: CommMessage, receive: @escaping CommHandler
    ) -> String {
        desk.comms.open(target: target, message, receive: receive)
    }

    func sendComm(_ message: CommMessage, to id: String) { desk.comms.send(message, to: id) }

    func closeComm(_ id: String) { desk.comms.close(id) }

    func registerComm(target: String, _ open: @escaping CommTarget) {
        desk.comms.register(target: target, open)
    }
}

extension CellOutput: ControlHost {
    func show(
        _ control: Control, fallback: MIMEBundle?,
        changed: @escaping (ControlEvent, any Output) -> Void
    ) -> any ControlHandle {
        let group = WidgetGroup(desk: desk, changed: changed)
        let model = group.open(control)
        var bundle = fallback ?? MIMEBundle()
        if bundle.plain == nil { bundle.contents["text/plain"] = .text(control.plain) }
        bundle.contents["application/vnd.jupyter.widget-view+json"] = .json(
            .object([
                "version_major": .integer(2), "version_minor": .integer(0),
                "model_id": .string(model.id),
            ]))
        display(bundle, id: nil)
        return group
    }
}
