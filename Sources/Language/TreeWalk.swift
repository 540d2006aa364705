extension Statement.Kind {
    /// The expressions directly in a statement, in the order of the text.
    package var children: [Expression] {
        switch self {
        case .expression(let value), .draw(_, let value), .state(_, let value),
            .report(_, let value), .parameter(_, let value), .include(let value):
            [value]
        case .assignment(let targets, _, let value): targets + [value]
        case .function(let definition), .network(let definition), .game(let definition):
            definition.parameters.compactMap(\.standard) + [definition.body]
        case .loop(_, let value, _), .whileLoop(let value, _), .repetition(let value, _),
            .interact(_, let value, _):
            [value]
        case .returnValue(let value): value.map { [$0] } ?? []
        case .objective(let objective):
            (objective.optimizer.map { [$0] } ?? []) + [objective.value]
        case .breakLoop, .continueLoop, .modified, .help: []
        }
    }

    /// The blocks that belong to a statement itself.
    package var blocks: [Block] {
        switch self {
        case .loop(_, _, let body), .whileLoop(_, let body), .repetition(_, let body),
            .interact(_, _, let body):
            [body]
        default: []
        }
    }
}

extension Expression.Kind {
    /// The expressions directly in an expression, in the order of the text; those of its blocks
    /// are not among them.
    package var children: [Expression] {
        switch self {
        case .number, .boolean, .none, .name, .everything, .block: []
        case .string(let parts):
            parts.compactMap { if case .value(let value) = $0 { value } else { nil } }
        case .list(let elements), .tuple(let elements): elements
        case .unary(_, let operand), .member(let operand, _), .group(let operand): [operand]
        case .binary(_, let left, let right), .conjunction(let left, let right),
            .disjunction(let left, let right), .pipe(let left, let right):
            [left, right]
        case .comparison(let first, let rest): [first] + rest.map(\.operand)
        case .range(let lower, let upper, _): [lower, upper].compactMap { $0 }
        case .call(let callee, let arguments, _): [callee] + arguments.map(\.value)
        case .index(let base, let subscripts): [base] + subscripts
        case .closure(let parameters, let body): parameters.compactMap(\.standard) + [body]
        case .conditional(let branches, _): branches.map(\.condition)
        }
    }

    /// The blocks directly in an expression.
    package var blocks: [Block] {
        switch self {
        case .block(let block): [block]
        case .conditional(let branches, let otherwise):
            branches.map(\.body) + (otherwise.map { [$0] } ?? [])
        default: []
        }
    }
}
