import Foundation
import Language
import Pictures

extension Session {
    /// Runs again what made a picture, in a session of its own, and draws it.
    ///
    /// Writes to the error stream what may make it come out differently, and whether it did.
    func reproduce(_ name: String) throws -> Picture {
        let file = resolve(name)
        guard let data = FileManager.default.contents(atPath: file.path) else {
            throw Diagnostic(.file, "there is no file \(name)", hint: "looked for \(file.path)")
        }
        let bytes = [UInt8](data)
        let told: [(String, String)]
        do { told = try PNG.text(in: bytes) } catch {
            throw Diagnostic(.file, "\(name): \(error)")
        }
        let (recipe, statements) = try recipe(in: told, name)
        for doubt in doubts(recipe) { note("\(name) may come out differently: \(doubt)") }

        let inner = Session(folder: folder, classifiers: classifiers)
        let replay = Replay(recipe)
        inner.replay = replay
        for (name, text) in recipe.parameters { inner.setParameter(name, to: text) }
        inner.atSafePoint = { [unowned self, unowned inner] in
            atSafePoint?()
            if interrupt.take() { inner.interrupt.request() }
        }
        for (index, statement) in statements.enumerated() {
            if output.liveness == .line {
                output.progress(
                    Progress(
                        done: index, total: statements.count, line: statement.text.firstLine))
            }
            replay.isLast = index == statements.count - 1
            inner.moment = statement.moment
            let source = Source(name: "\(name), statement \(index + 1)", text: statement.text)
            let outcome = inner.run(source, output: Silence())
            guard let fault = outcome.faults.first, replay.picture == nil else { continue }
            if fault.kind == .interrupted { throw Diagnostic(.interrupted, "interrupted") }
            if statement.hasFailed { continue }
            throw Diagnostic(
                .value,
                "\(name) cannot be made again: \(statement.text.firstLine): \(fault.message)",
                hint: recipe.wayRound ?? fault.hint)
        }
        if output.liveness == .line {
            output.progress(
                Progress(
                    done: statements.count, total: statements.count, line: "made again",
                    ended: true))
        }
        guard let picture = replay.picture else {
            throw Diagnostic(
                .value, "\(name) cannot be made again: its last statement draws no such picture")
        }
        try compare(picture, with: bytes, told, name)
        return picture
    }

    private func note(_ text: String) { output.write("note: \(text)\n", to: .error) }

    // MARK: Reading

    private typealias Statement = (text: String, moment: History.Moment, hasFailed: Bool)

    private func recipe(
        in told: [(String, String)], _ name: String
    ) throws -> (Recipe, [Statement]) {
        func value(_ keyword: String) -> String? { told.first { $0.0 == keyword }?.1 }
        guard let json = value(Recipe.recipe), let program = value(Recipe.program) else {
            let isOurs = value("Software")?.hasPrefix("Saddle") == true
            throw Diagnostic(
                .file, "\(name) does not say how it was made",
                hint: isOurs
                    ? "no statement of a session drew it, or another program took its text away"
                    : "pictures that Saddle draws do, as long as they are stored unchanged")
        }
        guard let recipe = try? JSONDecoder().decode(Recipe.self, from: Data(json.utf8)),
            !recipe.steps.isEmpty
        else { throw damaged(name) }
        var left = Array(program.utf8)[...]
        var statements: [Statement] = []
        for step in recipe.steps {
            guard let moment = step.moment, step.length >= 0, step.length <= left.count else {
                throw damaged(name)
            }
            let text = String(decoding: left.prefix(step.length), as: UTF8.self)
            statements.append((text, moment, step.hasFailed))
            left = left.dropFirst(step.length + 1)
        }
        return (recipe, statements)
    }

    private func damaged(_ name: String) -> Diagnostic {
        Diagnostic(
            .file, "\(name) says how it was made, but its recipe is damaged",
            hint: "was the text in the file edited?")
    }

    private func doubts(_ recipe: Recipe) -> [String] {
        var found = recipe.doubts
        if let names = recipe.forgotten?.joined(separator: ", ") {
            found.append(
                "the session ran so long that the first statements about \(names) were "
                    + "forgotten")
        }
        if recipe.version != Session.version {
            found.append(
                "it was made by Saddle \(recipe.version), and this is \(Session.version)")
        }
        return found
    }

    // MARK: Comparing

    private func compare(
        _ picture: Picture, with bytes: [UInt8], _ told: [(String, String)], _ name: String
    ) throws {
        let made = try picture.png()
        if try PNG.samePixels(made, bytes) {
            output.write("every pixel is that of \(name)\n", to: .output)
            return
        }
        func value(_ keyword: String, _ list: [(String, String)]) -> String? {
            list.first { $0.0 == keyword }?.1
        }
        var reasons: [String] = []
        for (keyword, words) in [
            ("saddle:data", "the data are not those of then"),
            ("saddle:source", "the game's text is another one"),
            ("saddle:round", "the training ended at another round"),
        ] {
            if let then = value(keyword, told), then != value(keyword, picture.provenance) {
                reasons.append(words)
            }
        }
        if reasons.isEmpty {
            reasons = ["another processor, library or version rounds differently"]
        }
        note("the picture differs from \(name): \(reasons.joined(separator: "; "))")
    }
}

extension Recipe {
    /// How to get a picture whose beginning was forgotten.
    fileprivate var wayRound: String? {
        forgotten.map {
            "its session ran so long that the first statements about "
                + "\($0.joined(separator: ", ")) were forgotten; run those again before it"
        }
    }
}
