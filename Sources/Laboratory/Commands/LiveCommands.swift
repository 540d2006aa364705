import Language

/// Commands that show something which lives on: a game that trains, controls, progress bars.
enum LiveCommands {
    static var all: [Command] { [attach, control, slider, dropdown, button, progress] }

    private static let game = """
        D = points(2) |> linear(8) |> relu |> linear(1)
        G = noise(2) |> linear(8) |> relu |> linear(2)

        """

    private static var attach: Command {
        Command(
            "attach", .pictures, [Input("game", .game)],
            "Shows curves and samples of a game as they are now, and on while it trains.",
            details: """
                After a page was loaded anew, or from a subshell while a cell trains, this is \
                where the picture of the training goes on.
                """, example: game + "g = lsgan(G, D, ring(8))\ntrain g, rounds: 2\nattach g"
        ) { call in
            let (session, game) = (call.session, try call.game(0))
            let losses = game.curves.prefix(6).map { "  \($0.name) \(($0.last ?? 0).short)" }
            let text = "round \(game.round)" + losses.joined()
            session.output.display(
                try session.overview(of: game, text: text, .drawn), id: game.display)
            return .nothing
        }
    }

    private static var control: Command {
        Command(
            "control", .pictures,
            [
                Input("hyperparameter", .place),
                Input("choices", .any, "a range a...b, or a list of choices"),
            ], "A slider or a menu that sets a hyperparameter of a game, also while it trains.",
            details: "A change takes effect at the next round.",
            example: game + "g = wgan_gp(G, D, ring(8))\ncontrol g.λ, 0...20"
        ) { call in
            let (game, name) = try place(call)
            guard let current = game.member(name) else {
                throw Diagnostic(.name, "a game of \(game.rule.name) has no \(name)")
            }
            // Finds out now, not when the slider moves, whether the name can be set at all.
            try game.setMember(name, to: current)
            let title = "\(game.rule.name).\(name)"
            var (control, read) =
                if case .interval(let interval) = call[1] {
                    try call.session.slider(title, interval, isFine: name != "batch")
                } else { try call.session.chooser(title, call[1]) }
            start(&control, at: current, call[1])
            guard let host = call.session.output as? any ControlHost else {
                call.session.output.write(control.plain + "\n", to: .output)
                return .nothing
            }
            try call.session.reacting(to: control, on: host) { value in
                try game.setMember(name, to: read(value))
                return .nothing
            }
            return .nothing
        }
    }

    private static func place(_ call: Call) throws -> (Game, String) {
        if case .tuple(let parts) = call[0], parts.count == 2, case .game(let game) = parts[0],
            case .string(let name) = parts[1]
        {
            return (game, name)
        }
        throw Diagnostic(
            .type, "control expects a hyperparameter", hint: "write control g.λ, 0...20")
    }

    /// Puts a control where the hyperparameter is.
    private static func start(_ control: inout Control, at current: Value, _ choices: Value) {
        switch (control.form, current, choices) {
        case (.slider(let range, _, _), .number(let number), _):
            control.value = .number(min(max(number, range.lowerBound), range.upperBound))
        case (.integerSlider(let range), .number(let number), _):
            let near = min(
                max(number.rounded(), Double(range.lowerBound)), Double(range.upperBound))
            control.value = .integer(Int(near))
        case (.dropdown, _, .list(let items)):
            let place = items.firstIndex { $0.inSource == current.inSource }
            control.value = .integer(place ?? 0)
        default: break
        }
    }

    // MARK: Controls with a function

    private static var slider: Command {
        Command(
            "slider", .pictures,
            [
                Input("label", .string), Input("range", .interval, "a...b"),
                Input("f", .function, "runs with the number at which the slider stands"),
            ], "A slider, and what a function makes of its number, again whenever it moves.",
            example: "slider \"x\", 0...1, x -> x^2"
        ) { try choose($0) }
    }

    private static var dropdown: Command {
        Command(
            "dropdown", .pictures,
            [
                Input("label", .string), Input("choices", .list, "one of them is chosen"),
                Input("f", .function, "runs with the choice"),
            ], "A menu, and what a function makes of the choice, again whenever it changes.",
            example: "dropdown \"modes\", [4, 8], n -> show(ring(n))"
        ) { try choose($0) }
    }

    private static func choose(_ call: Call) throws -> Value {
        let (session, function) = (call.session, call[2])
        try session.interact(call.string(0), over: call[1]) { value in
            try session.apply(function, [Given(label: nil, value: value, span: Span(0, 0))])
        }
        return .nothing
    }

    private static var button: Command {
        Command(
            "button", .pictures,
            [
                Input("label", .string),
                Input("f", .function, "runs without arguments at each press"),
            ], "A button that runs a function.",
            example: "button \"more\", () -> print(\"pressed\")"
        ) { call in
            let (session, function) = (call.session, call[1])
            let control = Control(call.string(0), .button, value: .integer(0))
            guard let host = session.output as? any ControlHost else {
                session.output.write(control.plain + "\n", to: .output)
                return .nothing
            }
            try session.reacting(to: control, on: host) { _ in try session.apply(function, []) }
            return .nothing
        }
    }

    // MARK: Progress

    private static var progress: Command {
        Command(
            "progress", .pictures,
            [
                Input("done", .number), Input("total", .number, "more than 0"),
                Input("label", .string, standard: .string("progress")),
            ], "A bar that shows how far a program is; the same label moves the same bar.",
            example: "for i in 1...3 { progress i, 3 }"
        ) { call in
            let (done, total, label) = (call.number(0), call.number(1), call.string(2))
            guard total > 0, total.isFinite, done.isFinite else {
                throw Diagnostic(.value, "progress expects numbers and a total above 0")
            }
            call.session.progress(min(max(done, 0), total), of: total, label)
            return .nothing
        }
    }

    // MARK: Pictures

    /// What `image` means when a label comes first.
    static var image: Command {
        Command(
            "image", .pictures,
            [
                Input("label", .string),
                Input("picture", .any, "a picture, data, or a tensor of images or points"),
            ], "A picture on the screen; the same label shows the next one in its place.",
            example: "for i in 1...3 { image \"noise\", rand([4, 8, 8, 1]) }"
        ) { call in
            let session = call.session
            // Whatever `show` knows how to show.
            let given = Given(label: nil, value: call[1], span: Span(0, 0))
            let shown = try session.apply(session.builtin("show") ?? .nothing, [given])
            guard case .picture(let picture) = shown else {
                throw Diagnostic.mismatch(
                    "image's picture", expects: "a picture, data, or a tensor of images or points",
                    got: call[1])
            }
            try session.image(call.string(0), picture)
            return .nothing
        }
    }
}
