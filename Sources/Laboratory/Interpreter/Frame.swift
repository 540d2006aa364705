import Language

/// A piece of program made ready to run: an expression, and a statement.
typealias Code = (Frame) throws -> Value
typealias Action = (Frame) throws -> Flow

/// How a statement ended.
enum Flow {
    case value(Value)
    case left
    case continued
    case returned(Value)
}

/// The variables of one call of a function, network or game.
///
/// Slots are numbered when the text is compiled; a closure keeps the frame in which it was made,
/// so it sees later assignments (capture by reference).
final class Frame {
    unowned let session: Session
    let outer: Frame?
    private let slots: UnsafeMutablePointer<Value?>
    private let count: Int

    init(session: Session, outer: Frame?, count: Int) {
        self.session = session
        self.outer = outer
        self.count = count
        slots = .allocate(capacity: max(count, 1))
        slots.initialize(repeating: nil, count: count)
    }

    deinit {
        slots.deinitialize(count: count)
        slots.deallocate()
    }

    @inline(__always)
    subscript(slot: Int) -> Value? {
        get { slots[slot] }
        set { slots[slot] = newValue }
    }

    @inline(__always)
    func out(_ depth: Int) -> Frame {
        var frame = self
        var depth = depth
        while depth > 0, let outer = frame.outer {
            frame = outer
            depth -= 1
        }
        return frame
    }
}

/// A global name: the box that all programs of a session share.
final class Variable {
    let name: String
    var value: Value?

    init(name: String, value: Value? = nil) {
        self.name = name
        self.value = value
    }
}

/// The global names of a session, or of the Library.
final class Globals {
    private(set) var variables: [String: Variable] = [:]

    func variable(_ name: String) -> Variable {
        if let known = variables[name] { return known }
        let made = Variable(name: name)
        variables[name] = made
        return made
    }

    /// Names that have a value now.
    var defined: [String] { variables.values.filter { $0.value != nil }.map(\.name).sorted() }
}

/// The names of a function, network or game while its text is compiled.
final class Scope {
    enum Role { case function, network, game }
    let role: Role
    let outer: Scope?
    private var slots: [String: Int] = [:]
    private(set) var count = 0

    init(role: Role, outer: Scope?) {
        self.role = role
        self.outer = outer
    }

    func slot(of name: String) -> Int? { slots[name] }

    func declare(_ name: String) -> Int {
        if let known = slots[name] { return known }
        slots[name] = count
        count += 1
        return count - 1
    }

    /// A slot without a name, for a value that must survive (a game's optimiser, say).
    func reserve() -> Int {
        count += 1
        return count - 1
    }

    var names: [String: Int] { slots }
}

/// Where a name lives.
enum Place {
    case local(depth: Int, slot: Int)
    case global(Variable)
}
