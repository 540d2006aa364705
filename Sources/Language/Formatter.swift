/// The text in its one layout: four spaces a level, spaces around operators, at most 100 columns
/// where a break is possible, one blank line at most.
///
/// Comments stay, statements that share a line with `;` go on sharing it, blocks written on one
/// line stay there while they fit. A statement with a comment in the middle of an expression is
/// left as it is. Formatting twice changes nothing, and the tree stays the same.
/// - Throws: the first syntax fault.
package func format(_ source: Source) throws -> String {
    let result = parse(source)
    if let fault = result.faults.first { throw fault }
    let formatter = Formatter(source: source, comments: result.program.comments)
    let layout = formatter.body(result.program.statements, Span(0, source.bytes.count + 1))
    let text = layout.rendered()
    return text.isEmpty ? "" : text + "\n"
}

struct Formatter {
    let source: Source
    let comments: [Comment]

    private enum Item {
        case comment(Comment)
        /// Statements that share a line, and the comment behind them.
        case line([Statement], Comment?)
    }

    func line(of offset: Int) -> Int { source.lineNumber(at: offset) }

    /// Statements and comments within a span, one below the other.
    func body(_ statements: [Statement], _ span: Span) -> Layout {
        let items = items(statements, span)
        var parts: [Layout] = []
        var lastLine = 0
        for (index, item) in items.enumerated() {
            let (first, last) = lines(of: item)
            if index > 0 { parts.append(first > lastLine + 1 ? .blankLine : .hardLine) }
            parts.append(layout(of: item))
            lastLine = last
        }
        return .sequence(parts)
    }

    private func lines(of item: Item) -> (Int, Int) {
        switch item {
        case .comment(let comment):
            let line = line(of: comment.span.lower)
            return (line, line)
        case .line(let statements, let comment):
            let lower = statements.first?.span.lower ?? 0
            let upper = comment?.span.lower ?? statements.last?.span.upper ?? 0
            return (line(of: lower), line(of: upper))
        }
    }

    private func items(_ statements: [Statement], _ span: Span) -> [Item] {
        let inside = statements.map(\.span)
        let outer = comments.filter { comment in
            comment.span.lower >= span.lower && comment.span.lower < span.upper
                && !inside.contains { contains($0, comment) }
        }
        var items: [Item] = []
        var waiting = outer[...]
        for statement in statements {
            while let comment = waiting.first, comment.span.lower < statement.span.lower {
                place(comment, in: &items)
                waiting = waiting.dropFirst()
            }
            if case .line(let before, nil)? = items.last, let last = before.last, last.isSilent,
                line(of: last.span.upper) == line(of: statement.span.lower)
            {
                items[items.count - 1] = .line(before + [statement], nil)
            } else {
                items.append(.line([statement], nil))
            }
        }
        for comment in waiting { place(comment, in: &items) }
        return items
    }

    private func contains(_ span: Span, _ comment: Comment) -> Bool {
        comment.span.lower >= span.lower && comment.span.lower < span.upper
    }

    /// A comment on the line where a statement ends stands behind it.
    private func place(_ comment: Comment, in items: inout [Item]) {
        if case .line(let statements, nil)? = items.last, let last = statements.last,
            line(of: last.span.upper) == line(of: comment.span.lower)
        {
            items[items.count - 1] = .line(statements, comment)
        } else {
            items.append(.comment(comment))
        }
    }

    private func layout(of item: Item) -> Layout {
        switch item {
        case .comment(let comment): return .text(source.slice(comment.span))
        case .line(let statements, let comment):
            var parts: [Layout] = []
            for (index, statement) in statements.enumerated() {
                if index > 0 { parts.append(.wideLine) }
                parts.append(self.layout(of: statement))
                if statement.isSilent { parts.append(.text(";")) }
            }
            let line = statements.count == 1 ? Layout.sequence(parts) : .group(.sequence(parts))
            guard let comment else { return line }
            return .sequence([line, .text("  " + source.slice(comment.span))])
        }
    }

    // MARK: Statements

    /// A statement, as it is when a comment stands within one of its expressions.
    func layout(of statement: Statement) -> Layout {
        let inside = comments.filter { contains(statement.span, $0) }
        var isCommented = false
        if !inside.isEmpty {
            var blocks = Blocks()
            blocks.visit(statement)
            isCommented = inside.contains { comment in
                !blocks.spans.contains { contains($0, comment) }
            }
        }
        return isCommented
            ? .verbatim(source.slice(statement.span)) : layout(of: statement.kind, statement)
    }

    private func layout(of kind: Statement.Kind, _ statement: Statement) -> Layout {
        switch kind {
        case .expression(let expression): return layout(of: expression)
        case .assignment(let targets, let operation, let value):
            let left = Layout.joined(targets.map { layout(of: $0) }, by: [.text(", ")])
            return .sequence([left, .text(" \(operation?.rawValue ?? "")= "), layout(of: value)])
        case .draw(let names, let value):
            return .sequence([.text(self.names(names) + " ~ "), layout(of: value)])
        case .function(let definition):
            return .sequence([
                .text(definition.name.text), parameters(definition.parameters), .text(" = "),
                layout(of: definition.body),
            ])
        case .network(let definition): return self.definition("network ", definition)
        case .game(let definition): return self.definition("game ", definition)
        case .loop(let names, let sequence, let body):
            return .sequence([
                .text("for \(self.names(names)) in "), layout(of: sequence), .text(" "),
                block(body),
            ])
        case .whileLoop(let condition, let body):
            return .sequence([.text("while "), layout(of: condition), .text(" "), block(body)])
        case .repetition(let count, let body):
            return .sequence([.text("repeat "), layout(of: count), .text(" "), block(body)])
        case .breakLoop: return .text("break")
        case .continueLoop: return .text("continue")
        case .returnValue(let value):
            return value.map { .sequence([.text("return "), layout(of: $0)]) } ?? .text("return")
        case .objective(let objective): return layout(of: objective)
        case .state(let name, let value): return named("state", name, value)
        case .report(let name, let value): return named("report", name, value)
        case .parameter(let name, let value): return named("param", name, value)
        case .include(let file): return .sequence([.text("include "), layout(of: file)])
        case .interact(let name, let sequence, let body):
            return .sequence([
                .text("interact \(name.text) in "), layout(of: sequence), .text(" "), block(body),
            ])
        case .modified(let word, let inner):
            return .sequence([.text(word.text + " "), layout(of: inner.kind, inner)])
        case .help(let name): return .text(help(name, statement))
        }
    }

    private func names(_ names: [Name]) -> String { names.map(\.text).joined(separator: ", ") }

    private func named(_ word: String, _ name: Name, _ value: Expression) -> Layout {
        .sequence([.text("\(word) \(name.text) = "), layout(of: value)])
    }

    private func definition(_ word: String, _ definition: Definition) -> Layout {
        .sequence([
            .text(word + definition.name.text), parameters(definition.parameters), .text(" "),
            layout(of: definition.body),
        ])
    }

    private func layout(of objective: Objective) -> Layout {
        var parts: [Layout] = [
            .text((objective.maximizes ? "maximize " : "minimize ") + names(objective.players))
        ]
        if let optimizer = objective.optimizer {
            parts += [.text(" by "), layout(of: optimizer)]
        }
        return .sequence(parts + [.text(": "), layout(of: objective.value)])
    }

    /// `?name`, `name?` or `help name`, as it was written.
    private func help(_ name: Name?, _ statement: Statement) -> String {
        let written = source.slice(statement.span)
        if written.hasPrefix("?") { return "?" + (name?.text ?? "") }
        if written.hasSuffix("?"), let name { return name.text + "?" }
        return name.map { "help " + $0.text } ?? "help"
    }
}
