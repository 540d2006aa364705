import Datasets
import Language
import Pictures

extension Session {
    /// What is displayed for a value.
    func bundle(for value: Value) -> MIMEBundle {
        switch value {
        case .nothing: return MIMEBundle()
        case .picture(let picture): return picture.bundle()
        case .network(let network):
            return MIMEBundle([
                "text/plain": .text(network.outline), "text/html": .text(network.outlineHTML),
            ])
        case .game(let game): return bundle(for: game)
        case .rule(let rule): return explanation(of: rule).bundle
        case .data(let data): return bundle(for: data)
        case .record(let record): return bundle(for: record)
        default: return MIMEBundle(text: value.inSource)
        }
    }

    /// Players, objectives and state of a game; in a notebook its formulas.
    private func bundle(for game: Game) -> MIMEBundle {
        var bundle = MIMEBundle(text: game.outline)
        let formulas = formulas(of: game.rule.definition, in: game.rule.source)
        if !formulas.isEmpty {
            let rows = game.outline.split(separator: "\n").map { "    " + $0 }
            bundle.contents["text/markdown"] = .text(
                "$$\(formulas.latex)$$\n\n" + rows.joined(separator: "\n"))
            bundle.contents["text/latex"] = .text("$\\displaystyle \(formulas.latex)$")
        }
        return bundle
    }

    private func bundle(for data: Dataset) -> MIMEBundle {
        guard let picture = try? dataPicture(data, theme: theme) else {
            return MIMEBundle(text: data.outline)
        }
        var bundle = picture.bundle()
        bundle.contents["text/plain"] = .text(data.outline)
        return bundle
    }

    /// A grid of examples, or a cloud of points.
    func dataPicture(_ data: Dataset, count: Int = 40, theme: Theme) throws -> Picture {
        let content: Picture.Content
        if data.isImages {
            let batch = try data.examples(count).samples
            content = .image(
                try Grid(
                    try images(batch, ValueRange(data)), columns: min(count, 10), theme: theme
                ).image())
        } else {
            let batch = try data.examples(2000).samples
            guard batch.rank == 2, batch.shape[1] == 2 else {
                throw Diagnostic(.shape, "\(data.name) is neither images nor points")
            }
            let (x, y) = batch.columns
            let marks: [Mark] = [.scatter(Scatter(x: x, y: y, size: 3, opacity: 0.5))]
            content = .figure(
                Figure(
                    Axes(title: data.name, marks: marks, hasLegend: false, isEqual: true),
                    width: 400, height: 400, theme: theme))
        }
        return Picture(content, caption: "examples of \(data.name)", from: self)
    }

    private func bundle(for record: Record) -> MIMEBundle {
        if let page = record.page { return page }
        let rows = record.fields.map { field in
            "<tr><td style=\"text-align:left\">\(Document.escaped(field.name))</td>"
                + "<td style=\"text-align:left\">\(Document.escaped(field.value.brief))</td></tr>"
        }
        return MIMEBundle([
            "text/plain": .text(record.table),
            "text/html": .text(
                "<table><caption>\(Document.escaped(record.title))</caption>"
                    + "\(rows.joined())</table>"),
        ])
    }
}

extension Game {
    /// Players, hyperparameters, rounds and last losses in a few lines.
    var outline: String {
        var lines = [rule.signature]
        for (name, network) in networks {
            lines.append("  \(name)  \(network.line)")
        }
        if let data { lines.append("  data  \(data.line)") }
        let settings = rule.parameters.compactMap { parameter -> String? in
            guard parameter.standard != nil, let value = frame[parameter.slot] else { return nil }
            return "\(parameter.name) \(value.brief)"
        }
        lines.append(
            "  " + (settings + ["batch \(batch)", "seed \(seed)"]).joined(separator: ", "))
        let losses = curves.map { "\($0.name) \(($0.last ?? 0).short)" }
        lines.append(
            "  round \(round)" + (losses.isEmpty ? "" : ", " + losses.joined(separator: ", ")))
        return lines.joined(separator: "\n")
    }
}

extension Dataset {
    /// Name, size, shape, range on one line.
    var line: String {
        var parts = [name, count.map { "\($0) examples" } ?? "endless", "shape \(shape)"]
        if let range {
            parts.append("\(Double(range.lowerBound).inWords)…\(Double(range.upperBound).inWords)")
        }
        if hasLabels { parts.append(counted(classNames.count, "class")) }
        return parts.joined(separator: ", ")
    }

    var outline: String {
        var lines = [line, "  \(summary)", "  \(source)"]
        if !licence.isEmpty { lines.append("  licence: \(licence)") }
        return (lines + notes.map { "  \($0)" }).joined(separator: "\n")
    }

    func member(_ name: String) throws -> Value? {
        switch name {
        case "name": .string(self.name)
        case "shape": sizes(shape)
        case "count": count.map { .number(Double($0)) } ?? .number(.infinity)
        case "classes": .list(classNames.map { .string($0) })
        case "labels": .tensor(try asTensor(.list(try labels().map { .number(Double($0)) }), name))
        case "images", "examples": .tensor(try all().samples)
        case "range":
            range.map {
                .interval(
                    Interval(
                        lower: Double($0.lowerBound), upper: Double($0.upperBound), isClosed: true))
            } ?? .nothing
        case "licence": .string(licence)
        case "source": .string(source)
        default: nil
        }
    }
}
