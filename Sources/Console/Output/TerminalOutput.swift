import Foundation
import Language

/// Output to a terminal: text scrolls, a progress line is redrawn in place, pictures are shown in
/// the terminal itself.
package final class TerminalOutput: Reporter {
    package let stage: Stage
    private let options: OutputOptions
    private let pictures: TerminalPictures
    private var files: PictureFiles
    private var updates: [(id: String, bundle: MIMEBundle)] = []
    private var lastProgress: ContinuousClock.Instant?
    /// The line with which the last progress ended: a picture's caption need not repeat it.
    private var endedLine: String?
    /// The window is cleared when something new comes.
    private var clearsNext = false
    /// Answers `ask` through the line editor, where there is one.
    var asker: ((_ prompt: String, _ secret: Bool) throws -> String)?
    /// Shows a long page, where there is a pager; false when it did not.
    var pager: ((String) -> Bool)?
    private let hasTerminalForErrors = isatty(STDERR_FILENO) == 1

    package init(options: OutputOptions) {
        self.options = options
        stage = Stage(
            descriptor: STDOUT_FILENO, usesColour: !options.forbidsColour,
            environment: options.environment)
        pictures = TerminalPictures(environment: options.environment)
        files = PictureFiles(directory: options.directory)
    }

    package var liveness: Liveness { .line }

    package func write(_ text: String, to stream: TextStream) {
        if stream == .error, !hasTerminalForErrors { return writeAll(text, to: STDERR_FILENO) }
        begin()
        stage.print(text)
    }

    package func display(_ bundle: MIMEBundle, id: String?) {
        let caption = bundle.plain == endedLine ? nil : bundle.plain
        begin()
        stage.endLine()
        var isPictureShown = false
        if let png = bundle.png {
            if let shown = pictures.show(png, in: stage.size) {
                stage.printRaw(shown)
                isPictureShown = true
            }
            if !isPictureShown || options.directory != nil { writeFile(png, bundle, id) }
        }
        if let caption, !caption.isEmpty { stage.print(caption.endingLine) }
    }

    /// A terminal cannot go back to a picture: the newest is shown when the run has ended.
    package func update(_ bundle: MIMEBundle, id: String) {
        if let place = updates.firstIndex(where: { $0.id == id }) {
            updates[place].bundle = bundle
        } else {
            updates.append((id, bundle))
        }
    }

    package func progress(_ progress: Language.Progress) {
        if progress.ended {
            stage.show(progress: [])
            lastProgress = nil
            if !progress.line.isEmpty { stage.print(progress.line.endingLine) }
            endedLine = progress.line
            return
        }
        // Twenty times a second is as often as an eye follows.
        let now = ContinuousClock.now
        if let lastProgress, now - lastProgress < .milliseconds(50) { return }
        lastProgress = now
        let columns = stage.size.columns
        stage.show(
            progress: [TerminalOutput.bar(progress, columns: columns)]
                + TerminalOutput.curves(progress, columns: columns))
    }

    package func clear(wait: Bool) {
        if wait { clearsNext = true } else { stage.clear() }
    }

    /// Before anything new is shown.
    private func begin() {
        endedLine = nil
        if clearsNext { stage.clear() }
        clearsNext = false
    }

    package func ask(_ prompt: String, secret: Bool) throws -> String {
        if let asker { return try asker(prompt, secret) }
        stage.print(prompt)
        return try LineReader(descriptor: STDIN_FILENO).answer(to: prompt, secret: secret)
    }

    package func report(_ outcome: Outcome) {
        stage.show(progress: [])
        stage.endLine()
        flushUpdates()
        if let page = outcome.page {
            let text = page.plain ?? ""
            if pager?(text) != true { display(page, id: nil) }
        }
        if let result = outcome.result { display(result, id: nil) }
        for fault in outcome.faults {
            let text = fault.shown(usesColour: stage.usesColour && hasTerminalForErrors)
            write(text.endingLine, to: .error)
        }
    }

    package func finish(exit: Int32) {
        stage.show(progress: [])
        stage.endLine()
        flushUpdates()
    }

    // MARK: Parts

    private func flushUpdates() {
        let waiting = updates
        updates = []
        for (id, bundle) in waiting { display(bundle, id: id) }
    }

    private func writeFile(_ png: [UInt8], _ bundle: MIMEBundle, _ id: String?) {
        do {
            stage.print("wrote \(try files.write(png, of: bundle, id: id))\n")
        } catch let fault as Diagnostic {
            stage.print(fault.shown(usesColour: stage.usesColour).endingLine)
        } catch {}
    }

    /// The line with a bar before it where there is room: `━━━━────── 412/1000 ...`.
    package static func bar(_ progress: Language.Progress, columns: Int) -> String {
        guard progress.total > 0, columns >= 60 else { return progress.line }
        let width = 12
        let share = Double(min(max(progress.done, 0), progress.total)) / Double(progress.total)
        let full = Int(share * Double(width))
        return String(repeating: "━", count: full) + String(repeating: "─", count: width - full)
            + " " + progress.line
    }

    /// A line for each curve, `D ▇▅▃▂▁`, the names in a column; none where there is no room.
    package static func curves(_ progress: Language.Progress, columns: Int) -> [String] {
        let names = progress.curves.map { CellWidth.cells(of: $0.name) }.max() ?? 0
        let width = min(columns - names - 1, 60)
        guard width >= 12 else { return [] }
        return progress.curves.filter { $0.values.count > 1 }.map { curve in
            let gap = names - CellWidth.cells(of: curve.name) + 1
            return curve.name + String(repeating: " ", count: gap)
                + Sparkline.text(curve.values, width: width)
        }
    }
}
