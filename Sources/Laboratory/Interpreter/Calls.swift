import Language

/// A place in a text where a layer may be made; a network keeps one layer for each.
final class Site {}

extension Compiler {
    func call(_ callee: Expression, _ arguments: [Argument], _ span: Span) -> Code {
        let target = code(callee)
        let source = source
        let site = Site()
        let unusual = unusualArguments(callee)
        let given = arguments.enumerated().map { index, argument in
            let kind = argument.label == nil && index < unusual.count ? unusual[index] : .any
            return (
                label: argument.label?.text, value: code(argument.value, as: kind),
                span: argument.value.span
            )
        }
        let isPlain = given.allSatisfy { $0.label == nil }
        return { frame in
            let value = try target(frame)
            if isPlain, case .function(let function) = value,
                given.count == function.parameters.count
            {
                let values = try given.map { try $0.value(frame) }
                do { return try function.call(frame.session, with: values) } catch {
                    throw stepped(error, function, span, source)
                }
            }
            var values: [Given] = []
            values.reserveCapacity(given.count)
            for argument in given {
                values.append(
                    Given(
                        label: argument.label, value: try argument.value(frame),
                        span: argument.span))
            }
            do {
                return try frame.session.apply(value, values, site: site)
            } catch {
                if case .function(let function) = value {
                    throw stepped(error, function, span, source)
                }
                throw located(error, span, source)
            }
        }
    }

    /// The leading arguments of a command that are not simply evaluated: topics and places.
    func unusualArguments(_ callee: Expression) -> [Input.Kind] {
        guard case .name(let name) = callee.kind, case .global = find(name),
            case .command(let command)? = session.builtin(name)
        else { return [] }
        return command.parameters.map(\.type).prefix { $0 == .topic || $0 == .place }
            .map { $0 }
    }

    private func code(_ expression: Expression, as kind: Input.Kind) -> Code {
        switch (kind, expression.kind) {
        case (.topic, _): return topic(expression)
        case (.place, .member(let base, let name)):
            let object = code(base)
            return { .tuple([try object($0), .string(name.text)]) }
        default: return code(expression)
        }
    }

    /// A topic: `help lsgan` also where `lsgan` is no variable.
    private func topic(_ expression: Expression) -> Code {
        guard case .name(let name) = expression.kind else { return code(expression) }
        switch find(name) {
        case .local: return code(expression)
        case .global(let variable):
            return { _ in
                switch variable.value {
                case .rule?, .function?, .none: .string(name)
                case let value?: value
                }
            }
        }
    }

    // MARK: Functions

    /// A closure or a named function; `beforeBody` runs in the outer scope so that it may recurse.
    func function(
        named name: String, _ parameters: [Parameter], _ body: Expression, documentation: String,
        _ span: Span, beforeBody: (Compiler) -> Place? = { _ in nil }
    ) -> Code {
        _ = beforeBody(self)
        let inner = inner(.function)
        let (bound, run, scope) = inner.prepared(parameters, body)
        let source = source
        return { frame in
            .function(
                Function(
                    name: name, parameters: bound, body: run, scope: scope,
                    outer: frame, documentation: documentation, source: source, span: span))
        }
    }

    /// Parameters and body compiled in this compiler's own scope.
    func prepared(
        _ parameters: [Parameter], _ body: Expression
    ) -> ([Function.Bound], Chunk, Scope) {
        let scope = scope ?? Scope(role: .function, outer: nil)
        var bound: [Function.Bound] = []
        for parameter in parameters {
            let standard = parameter.standard.map(code)
            bound.append(
                Function.Bound(
                    name: parameter.name.text, slot: scope.declare(parameter.name.text),
                    standard: standard))
        }
        let assembler = Assembler(self)
        if case .block(let block) = body.kind { return (bound, assembler.chunk(block), scope) }
        return (bound, assembler.chunk(body), scope)
    }

    // MARK: Members and elements

    func member(_ base: Expression, _ name: Name) -> Code {
        let object = code(base)
        let source = source
        return { frame in
            let value = try object(frame)
            do { return try frame.session.member(name.text, of: value) } catch {
                throw located(error, name.span, source)
            }
        }
    }

    func index(_ base: Expression, _ items: [Expression], _ span: Span) -> Code {
        let object = code(base)
        let selectors = items.map(selector)
        let source = source
        return { frame in
            let value = try object(frame)
            let picks = try selectors.map { try $0(frame) }
            do { return try frame.session.select(picks, from: value) } catch {
                throw located(error, span, source)
            }
        }
    }

    /// One entry between the brackets of an index.
    func selector(_ item: Expression) -> (Frame) throws -> Selector {
        switch item.kind {
        case .everything: return { _ in .everything }
        case .range(let lower, let upper, let isClosed):
            let (first, last) = (lower.map(code), upper.map(code))
            let source = source
            return { frame in
                func bound(_ code: Code?) throws -> Int? {
                    guard let code else { return nil }
                    let value = try code(frame)
                    guard case .number(let number) = value, let whole = Int(exactly: number) else {
                        throw located(
                            Diagnostic.mismatch("an index", expects: "whole numbers", got: value),
                            item.span, source)
                    }
                    return whole
                }
                return .range(try bound(first), try bound(last), isClosed: isClosed)
            }
        default:
            let value = code(item)
            return { frame in .value(try value(frame)) }
        }
    }
}

/// One entry between the brackets of an index.
enum Selector {
    case everything
    case range(Int?, Int?, isClosed: Bool)
    case value(Value)
}

/// Adds the call of a user's function to the way of a fault.
func stepped(
    _ error: any Error, _ function: Function, _ span: Span, _ source: Source
) -> any Error {
    if error is Exit || error is Escape { return error }
    var known = located(diagnostic(from: error), span, source)
    if known.steps.count < 12 {
        let place = source.place(of: span.lower)
        known.steps.insert(
            Diagnostic.Step(caller: function.title, place: "\(source.name):\(place.line)"), at: 0)
    }
    return known
}
