import Language

/// Progress bars and pictures that a cell shows and moves on by their labels.
struct LiveDisplays {
    struct Bar {
        weak var host: (any ControlHost)?
        let total: Double
        let handle: any ControlHandle
    }

    struct View {
        weak var output: (any Output)?
        let size: [Int]
        /// Where there are controls, what shows the picture; else the display has an id.
        let handle: (any ControlHandle)?
        let id: String
    }

    var bars: [String: Bar] = [:]
    var views: [String: View] = [:]

    /// Forgets what cells showed that have ended.
    mutating func tidy() {
        bars = bars.filter { $0.value.host != nil }
        views = views.filter { $0.value.output != nil }
    }
}

extension Session {
    func progress(_ done: Double, of total: Double, _ label: String) {
        guard let host = output as? any ControlHost else {
            let isWhole = total < 1e15 && total == total.rounded()
            output.progress(
                Progress(
                    done: isWhole ? Int(done) : Int(done / total * 1000),
                    total: isWhole ? Int(total) : 1000,
                    line: "\(label)  \(done.short) of \(total.short)", ended: done >= total))
            return
        }
        if let bar = live.bars[label], bar.host === host, bar.total == total {
            bar.handle.set(label, to: .number(done))
        } else {
            live.tidy()
            let control = Control(label, .progress(0...total), value: .number(done))
            let handle = host.show(control, fallback: nil) { _, _ in }
            live.bars[label] = LiveDisplays.Bar(host: host, total: total, handle: handle)
        }
        if done >= total { live.bars[label] = nil }
    }

    /// Shows a picture under a label, in place of the one that this cell showed there before. A
    /// picture of another size takes a place of its own.
    func image(_ label: String, _ picture: Picture) throws {
        let (bundle, size) = (picture.bundle(), [picture.size.width, picture.size.height])
        guard let bytes = bundle.png else {
            throw Diagnostic(.value, "\(picture.caption) cannot be drawn")
        }
        let known = live.views[label].flatMap { $0.output === output && $0.size == size ? $0 : nil }
        guard let host = output as? any ControlHost else {
            if let known { return output.update(bundle, id: known.id) }
            keep(LiveDisplays.View(output: output, size: size, handle: nil, id: newDisplayID()))
            return output.display(bundle, id: live.views[label]?.id)
        }
        if let known { known.handle?.set(label, to: .bytes(bytes)); return }
        let form = Control.Form.image(width: size[0], height: size[1])
        let handle = host.show(
            Control(label, form, value: .bytes(bytes)), fallback: bundle
        ) { _, _ in }
        keep(LiveDisplays.View(output: output, size: size, handle: handle, id: ""))

        func keep(_ view: LiveDisplays.View) {
            live.tidy()
            live.views[label] = view
        }
    }
}

extension Session {
    /// `attach g` and nothing else, while a training shows g: it joins that training's display.
    package func looksOn(_ text: String) -> Bool {
        let parsed = parse(Source(name: "cell", text: text))
        guard parsed.faults.isEmpty, parsed.program.statements.count == 1,
            case .expression(let whole) = parsed.program.statements[0].kind,
            case .call(let callee, let arguments, _) = whole.kind,
            case .name("attach") = callee.kind, arguments.count == 1,
            case .name(let name) = arguments[0].value.kind,
            case .game(let game)? = globals.variables[name]?.value
        else { return false }
        return game.display != nil
    }
}
