import Language

/// Turns a tree into closures, once per text: names become slots, faults know their place.
///
/// Assignment updates a name of an enclosing scope when there is one and makes a local name
/// otherwise; parameters, draws and names assigned in a game or network are always local to it.
struct Compiler {
    let session: Session
    let globals: Globals
    let source: Source
    var scope: Scope?
    /// Ends the work on a long text: what is left of it becomes nothing, and whoever gave the
    /// interrupt runs nothing of it.
    let interrupt: Interrupt?

    init(
        session: Session, globals: Globals, source: Source, scope: Scope? = nil,
        interrupt: Interrupt? = nil
    ) {
        self.session = session
        self.globals = globals
        self.source = source
        self.scope = scope
        self.interrupt = interrupt
    }

    var isInterrupted: Bool { interrupt?.isRequested == true }

    func inner(_ role: Scope.Role) -> Compiler {
        Compiler(
            session: session, globals: globals, source: source,
            scope: Scope(role: role, outer: scope), interrupt: interrupt)
    }

    // MARK: Names

    func find(_ name: String) -> Place {
        var depth = 0
        var current = scope
        while let here = current {
            if let slot = here.slot(of: name) { return .local(depth: depth, slot: slot) }
            depth += 1
            current = here.outer
        }
        return .global(globals.variable(name))
    }

    /// The place that a plain assignment writes to.
    func assignable(_ name: String) -> Place {
        guard let scope else { return .global(globals.variable(name)) }
        var depth = 0
        var current: Scope? = scope
        while let here = current {
            if let slot = here.slot(of: name) { return .local(depth: depth, slot: slot) }
            if here.role != .function { return .local(depth: 0, slot: scope.declare(name)) }
            depth += 1
            current = here.outer
        }
        let variable = globals.variable(name)
        if variable.value != nil { return .global(variable) }
        return .local(depth: 0, slot: scope.declare(name))
    }

    /// A name of this scope itself: a parameter, a draw, a loop's counter.
    func declare(_ name: String) -> Place {
        guard let scope else { return .global(globals.variable(name)) }
        return .local(depth: 0, slot: scope.declare(name))
    }

    func load(_ name: String, _ span: Span) -> Code {
        let source = source
        switch find(name) {
        case .local(0, let slot):
            return { frame in
                if let value = frame[slot] { return value }
                throw frame.session.unknown(name, span, source)
            }
        case .local(1, let slot):
            return { frame in
                if let value = frame.outer?[slot] { return value }
                throw frame.session.unknown(name, span, source)
            }
        case .local(let depth, let slot):
            return { frame in
                if let value = frame.out(depth)[slot] { return value }
                throw frame.session.unknown(name, span, source)
            }
        case .global(let variable):
            if let builtin = session.builtin(name) {
                return { _ in variable.value ?? builtin }
            }
            return { frame in
                if let value = variable.value { return value }
                if let game = try frame.session.rules.rule(named: name) { return .rule(game) }
                throw frame.session.unknown(name, span, source)
            }
        }
    }

    func store(_ place: Place) -> (Frame, Value) -> Void {
        switch place {
        case .local(0, let slot): { $0[slot] = $1 }
        case .local(let depth, let slot): { $0.out(depth)[slot] = $1 }
        case .global(let variable): { variable.value = $1 }
        }
    }

    // MARK: Blocks

    /// The statements one after the other; the value of the last one.
    func sequence(_ block: Block) -> Action { action(Assembler(self).chunk(block)) }

    /// Outside of functions, where names are global, what has no name lives in a frame of its own.
    func action(_ chunk: Chunk) -> Action {
        guard scope == nil else { return { frame in try frame.session.run(chunk, frame) } }
        return { frame in
            try frame.session.run(
                chunk, Frame(session: frame.session, outer: nil, count: chunk.parts.slots))
        }
    }

    /// A block as an expression. `return`, `break` and `continue` inside travel on as an error of
    /// their own, since an expression can only answer with a value.
    func value(of block: Block) -> Code {
        let run = sequence(block)
        return { frame in
            switch try run(frame) {
            case .value(let value): return value
            case let other: throw Escape(flow: other)
            }
        }
    }
}

/// `break`, `continue` or `return` on its way out of an expression.
///
/// Unchecked: it is caught on the thread that threw it.
struct Escape: Error, @unchecked Sendable {
    let flow: Flow
}
