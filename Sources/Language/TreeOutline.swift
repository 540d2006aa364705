/// A tree in one line of nested parentheses, without places: two texts mean the same exactly when
/// their outlines are equal.
package func outline(of program: Program) -> String { outline(program.statements) }

private func outline(_ statements: [Statement]) -> String {
    "{" + statements.map(outline).joined(separator: " ") + "}"
}

private func form(_ head: String, _ parts: [String]) -> String {
    "(" + ([head] + parts).joined(separator: " ") + ")"
}

private func outline(_ names: [Name]) -> String { names.map(\.text).joined(separator: ",") }

private func outline(_ statement: Statement) -> String {
    outline(statement.kind) + (statement.isSilent ? ";" : "")
}

private func outline(_ kind: Statement.Kind) -> String {
    switch kind {
    case .expression(let value): outline(value)
    case .assignment(let targets, let operation, let value):
        form("\(operation?.rawValue ?? "")=", targets.map(outline) + [outline(value)])
    case .draw(let names, let value): form("~", [outline(names), outline(value)])
    case .function(let definition): outline("function", definition)
    case .network(let definition): outline("network", definition)
    case .game(let definition): outline("game", definition)
    case .loop(let names, let value, let body):
        form("for", [outline(names), outline(value), outline(body.statements)])
    case .whileLoop(let value, let body): form("while", [outline(value), outline(body.statements)])
    case .repetition(let value, let body):
        form("repeat", [outline(value), outline(body.statements)])
    case .breakLoop: "(break)"
    case .continueLoop: "(continue)"
    case .returnValue(let value): form("return", value.map { [outline($0)] } ?? [])
    case .objective(let objective):
        form(
            objective.maximizes ? "maximize" : "minimize",
            [outline(objective.players), objective.optimizer.map(outline) ?? "-"]
                + [outline(objective.value)])
    case .state(let name, let value): form("state", [name.text, outline(value)])
    case .report(let name, let value): form("report", [name.text, outline(value)])
    case .parameter(let name, let value): form("param", [name.text, outline(value)])
    case .include(let value): form("include", [outline(value)])
    case .interact(let name, let value, let body):
        form("interact", [name.text, outline(value), outline(body.statements)])
    case .modified(let word, let inner): form(word.text + "!", [outline(inner)])
    case .help(let name): form("help", name.map { [$0.text] } ?? [])
    }
}

private func outline(_ word: String, _ definition: Definition) -> String {
    let documentation =
        definition.documentation.isEmpty ? [] : [definition.documentation.debugDescription]
    return form(
        word,
        [definition.name.text, outline(definition.parameters), outline(definition.body)]
            + documentation)
}

private func outline(_ parameters: [Parameter]) -> String {
    "["
        + parameters.map { $0.name.text + ($0.standard.map { "=" + outline($0) } ?? "") }
        .joined(separator: " ") + "]"
}

private func outline(_ argument: Argument) -> String {
    (argument.label.map { $0.text + ":" } ?? "") + outline(argument.value)
}

private func outline(_ expression: Expression) -> String {
    switch expression.kind {
    case .number(let value): "\(value)"
    case .string(let parts):
        form(
            "string",
            parts.map { part in
                switch part {
                case .text(let text): "\(text.debugDescription)"
                case .value(let value): outline(value)
                }
            })
    case .boolean(let value): "\(value)"
    case .none: "none"
    case .name(let text): text
    case .list(let elements): form("list", elements.map(outline))
    case .tuple(let elements): form("tuple", elements.map(outline))
    case .unary(let operation, let operand): form(operation.rawValue, [outline(operand)])
    case .binary(let operation, let left, let right):
        form(operation.rawValue, [outline(left), outline(right)])
    case .comparison(let first, let rest):
        form(
            "compare",
            [outline(first)] + rest.flatMap { [$0.relation.rawValue, outline($0.operand)] })
    case .conjunction(let left, let right): form("and", [outline(left), outline(right)])
    case .disjunction(let left, let right): form("or", [outline(left), outline(right)])
    case .range(let lower, let upper, let isClosed):
        form(isClosed ? "..." : "..<", [lower.map(outline) ?? "_", upper.map(outline) ?? "_"])
    case .everything: ".."
    case .call(let callee, let arguments, let isCommand):
        form(isCommand ? "command" : "call", [outline(callee)] + arguments.map(outline))
    case .index(let base, let subscripts): form("index", [outline(base)] + subscripts.map(outline))
    case .member(let base, let name): form(".", [outline(base), name.text])
    case .pipe(let left, let right): form("|>", [outline(left), outline(right)])
    case .closure(let parameters, let body): form("->", [outline(parameters), outline(body)])
    case .block(let block): outline(block.statements)
    case .conditional(let branches, let otherwise):
        form(
            "if",
            branches.flatMap { [outline($0.condition), outline($0.body.statements)] }
                + (otherwise.map { [outline($0.statements)] } ?? []))
    case .group(let inner): form("group", [outline(inner)])
    }
}
