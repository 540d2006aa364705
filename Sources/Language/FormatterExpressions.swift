extension Formatter {
    // MARK: Expressions

    func layout(of expression: Expression) -> Layout {
        switch expression.kind {
        case .number: return .text(number(source.slice(expression.span)))
        case .string: return .text(source.slice(expression.span))
        case .boolean(let value): return .text(value ? "true" : "false")
        case .none: return .text("none")
        case .name(let text): return .text(text)
        case .list(let elements): return bracketed("[", elements.map { layout(of: $0) }, "]")
        case .tuple(let elements):
            return .group(
                .indented(.joined(elements.map { layout(of: $0) }, by: [.text(","), .line])))
        case .unary(let operation, let operand):
            return .sequence([.text(operation == .not ? "not " : "-"), layout(of: operand)])
        case .binary(.power, let left, let right):
            return .sequence([layout(of: left), .text("^"), layout(of: right)])
        case .binary, .conjunction, .disjunction, .comparison: return chain(expression)
        case .range(let lower, let upper, let isClosed):
            return .sequence([
                lower.map { layout(of: $0) } ?? .text(""), .text(isClosed ? "..." : "..<"),
                upper.map { layout(of: $0) } ?? .text(""),
            ])
        case .everything: return .text("..")
        case .call(let callee, let arguments, let isCommand):
            return isCommand ? command(callee, arguments) : call(callee, arguments)
        case .index(let base, let subscripts):
            return .sequence([
                layout(of: base), bracketed("[", subscripts.map { layout(of: $0) }, "]"),
            ])
        case .member(let base, let name):
            return .sequence([layout(of: base), .text("." + name.text)])
        case .pipe: return pipe(expression)
        case .closure(let parameters, let body):
            return .sequence([closure(parameters), .text(" -> "), layout(of: body)])
        case .block(let block): return self.block(block)
        case .conditional(let branches, let otherwise): return conditional(branches, otherwise)
        case .group(let inner): return group(inner)
        }
    }

    /// `.5` is `0.5`, `1.` is `1.0`, `4GB` is `4 GB`.
    private func number(_ written: String) -> String {
        var digits = written
        var unit = ""
        for candidate in ByteUnit.allCases where written.hasSuffix(candidate.rawValue) {
            unit = " " + candidate.rawValue
            digits = String(written.dropLast(candidate.rawValue.count))
        }
        digits = String(digits.unicodeScalars.filter { !Characters.isSpace($0) })
        if digits.hasPrefix(".") { digits = "0" + digits }
        if digits.hasSuffix(".") { digits += "0" }
        return digits + unit
    }

    private func bracketed(_ opener: String, _ elements: [Layout], _ closer: String) -> Layout {
        if elements.isEmpty { return .text(opener + closer) }
        let inner = Layout.joined(elements, by: [.text(","), .line])
        return .group(
            .sequence([
                .text(opener), .indented(.sequence([.softLine, inner])), .softLine, .text(closer),
            ]))
    }

    private func group(_ inner: Expression) -> Layout {
        if case .tuple(let elements) = inner.kind {
            if elements.count == 1 {
                return .sequence([.text("("), layout(of: elements[0]), .text(",)")])
            }
            return bracketed("(", elements.map { layout(of: $0) }, ")")
        }
        return .sequence([.text("("), layout(of: inner), .text(")")])
    }

    // MARK: Operators

    /// A chain of operators of one level, broken behind each of them when it does not fit.
    private func chain(_ expression: Expression) -> Layout {
        var parts: [Layout] = []
        var current = expression
        let level = level(of: expression)
        while let (left, operation, right) = split(current), self.level(of: current) == level {
            parts.append(.sequence([.text(" " + operation), .line, layout(of: right)]))
            current = left
        }
        if case .comparison(let first, let comparisons) = current.kind {
            parts += comparisons.reversed().map {
                .sequence([
                    .text(" " + $0.relation.rawValue), .line, layout(of: $0.operand),
                ])
            }
            current = first
        }
        return .group(.sequence([layout(of: current), .indented(.sequence(parts.reversed()))]))
    }

    private func split(_ expression: Expression) -> (Expression, String, Expression)? {
        switch expression.kind {
        case .binary(let operation, let left, let right):
            operation == .power ? nil : (left, operation.rawValue, right)
        case .conjunction(let left, let right): (left, "and", right)
        case .disjunction(let left, let right): (left, "or", right)
        default: nil
        }
    }

    private func level(of expression: Expression) -> Int {
        switch expression.kind {
        case .disjunction: 1
        case .conjunction: 2
        case .comparison: 3
        case .binary(.plus, _, _), .binary(.minus, _, _): 4
        case .binary(.power, _, _): 6
        case .binary: 5
        default: 0
        }
    }

    /// A chain of `|>`, broken in front of each when it does not fit or was broken.
    private func pipe(_ expression: Expression) -> Layout {
        var stages: [Expression] = []
        var current = expression
        var isBroken = false
        while case .pipe(let left, let right) = current.kind {
            stages.append(right)
            if line(of: left.span.upper) != line(of: right.span.lower) { isBroken = true }
            current = left
        }
        let rest = stages.reversed().map { stage in
            let link = Layout.sequence([.text("|> "), layout(of: stage)])
            return Layout.sequence([.line, link])
        }
        let isForced: [Layout] = isBroken ? [.broken] : []
        return .group(.sequence(isForced + [layout(of: current), .indented(.sequence(rest))]))
    }

    // MARK: Calls

    private func call(_ callee: Expression, _ arguments: [Argument]) -> Layout {
        .sequence([layout(of: callee), bracketed("(", arguments.map { layout(of: $0) }, ")")])
    }

    private func command(_ callee: Expression, _ arguments: [Argument]) -> Layout {
        let inner = Layout.joined(arguments.map { layout(of: $0) }, by: [.text(","), .line])
        return .group(.sequence([layout(of: callee), .text(" "), .indented(inner)]))
    }

    private func layout(of argument: Argument) -> Layout {
        guard let label = argument.label else { return layout(of: argument.value) }
        return .sequence([.text(label.text + ": "), layout(of: argument.value)])
    }

    func parameters(_ parameters: [Parameter]) -> Layout {
        bracketed("(", parameters.map { layout(of: $0) }, ")")
    }

    private func layout(of parameter: Parameter) -> Layout {
        guard let standard = parameter.standard else { return .text(parameter.name.text) }
        return .sequence([.text(parameter.name.text + " = "), layout(of: standard)])
    }

    private func closure(_ parameters: [Parameter]) -> Layout {
        if parameters.count == 1, parameters[0].standard == nil {
            return .text(parameters[0].name.text)
        }
        return self.parameters(parameters)
    }

    // MARK: Blocks

    /// `{ a; b }` where it was written on one line and fits, otherwise a statement a line.
    func block(_ block: Block) -> Layout {
        let isOneLine = line(of: block.span.lower) == line(of: block.span.upper - 1)
        let inside = Span(block.span.lower + 1, block.span.upper - 1)
        let isCommented = comments.contains {
            $0.span.lower >= inside.lower && $0.span.lower < inside.upper
        }
        if block.statements.isEmpty, !isCommented { return .text("{ }") }
        guard isOneLine, !isCommented else { return openBlock(block, inside) }
        let statements = block.statements.map { statement in
            let layout = layout(of: statement)
            return statement.isSilent ? Layout.sequence([layout, .text(";")]) : layout
        }
        let line = Layout.joined(statements, by: [.text(" ")])
        if line.flatWidth <= Self.widestBlock {
            return .flat(.sequence([.text("{ "), line, .text(" }")]))
        }
        let body = Layout.joined(statements, by: [.hardLine])
        return .sequence([.text("{"), .body(body), .hardLine, .text("}")])
    }

    /// Blocks wider than this do not stay on one line.
    private static let widestBlock = 68

    private func openBlock(_ block: Block, _ inside: Span) -> Layout {
        let opening = line(of: block.span.lower)
        let first = comments.first {
            $0.span.lower >= inside.lower && $0.span.lower < inside.upper
                && line(of: $0.span.lower) == opening
                && $0.span.lower < (block.statements.first?.span.lower ?? inside.upper)
        }
        let rest = Span(first?.span.upper ?? inside.lower, inside.upper)
        let body = body(block.statements, rest)
        var parts: [Layout] = [.text("{")]
        if let first { parts.append(.text("  " + source.slice(first.span))) }
        var isEmpty = false
        if case .sequence(let lines) = body { isEmpty = lines.isEmpty }
        if !isEmpty { parts.append(.body(body)) }
        return .sequence(parts + [.hardLine, .text("}")])
    }

    private func conditional(_ branches: [Branch], _ otherwise: Block?) -> Layout {
        var parts: [Layout] = []
        for (index, branch) in branches.enumerated() {
            parts.append(.text(index == 0 ? "if " : " else if "))
            parts += [layout(of: branch.condition), .text(" "), block(branch.body)]
        }
        if let otherwise { parts += [.text(" else "), block(otherwise)] }
        return .sequence(parts)
    }
}

/// The outermost blocks of a statement.
struct Blocks {
    var spans: [Span] = []

    mutating func visit(_ statement: Statement) {
        statement.kind.children.forEach { visit($0) }
        statement.kind.blocks.forEach { spans.append($0.span) }
        if case .modified(_, let inner) = statement.kind { visit(inner) }
    }

    mutating func visit(_ expression: Expression) {
        switch expression.kind {
        case .block(let block): spans.append(block.span)
        case .conditional(let branches, let otherwise):
            for branch in branches {
                visit(branch.condition)
                spans.append(branch.body.span)
            }
            if let otherwise { spans.append(otherwise.span) }
        default: expression.kind.children.forEach { visit($0) }
        }
    }
}
