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
    /// Unsafe, because counting references at each use costs more than an addition does: values of
    /// a session, frames among them, are used by its own programs only, while it lives.
    unowned(unsafe) let session: Session
    let outer: Frame?
    let slots: UnsafeMutablePointer<Value?>
    let count: Int

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

    /// Empties the frame for another call.
    func clear() {
        for slot in 0..<count {
            if case .number? = slots[slot] {
                (slots + slot).initialize(to: nil)
            } else {
                slots[slot] = nil
            }
        }
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

/// Frames of calls of one function that have ended, for calls to come: making one costs more than
/// what a small function does.
struct FramePool {
    /// Behind pointers, so that no access is checked for being exclusive.
    private let spares: UnsafeMutablePointer<Unmanaged<Frame>>
    private let count: UnsafeMutablePointer<Int>
    private static let most = 8

    init() {
        spares = .allocate(capacity: Self.most)
        count = .allocate(capacity: 1)
        count.initialize(to: 0)
    }

    @inline(__always)
    func take() -> Frame? {
        guard count.pointee > 0 else { return nil }
        count.pointee -= 1
        return spares[count.pointee].takeRetainedValue()
    }

    /// A frame whose call has ended; not kept when a closure still holds it.
    @inline(__always)
    func takeBack(_ frame: inout Frame) {
        guard count.pointee < Self.most, isKnownUniquelyReferenced(&frame) else { return }
        frame.clear()
        spares[count.pointee] = .passRetained(frame)
        count.pointee += 1
    }

    func release() {
        for index in 0..<count.pointee { spares[index].release() }
        spares.deallocate()
        count.deallocate()
    }
}

/// A global name: the box that all programs of a session share.
final class Variable {
    let name: String
    /// The value in memory that does not move, so that running code finds it at once.
    let cell: UnsafeMutablePointer<Value?>

    var value: Value? {
        get { cell.pointee }
        set { cell.pointee = newValue }
    }

    init(name: String, value: Value? = nil) {
        self.name = name
        cell = .allocate(capacity: 1)
        cell.initialize(to: value)
    }

    deinit {
        cell.deinitialize(count: 1)
        cell.deallocate()
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

    /// A slot without a name, for a value on its way.
    func reserve() -> Int {
        count += 1
        return count - 1
    }

    var names: [String: Int] { slots }

    var unnamed: [Int] {
        let named = Set(slots.values)
        return (0..<count).filter { !named.contains($0) }
    }
}

/// Where a name lives.
enum Place {
    case local(depth: Int, slot: Int)
    case global(Variable)
}
