import Language

/// One step of a `Chunk`. `a` to `d` are slots of the frame, places in the code or in one of the
/// chunk's tables, as the operation says.
struct Instruction {
    var operation: Operation
    /// A relation and whether a jump wants it to hold; whether a source may be moved from.
    var extra: UInt8 = 0
    var a: Int32 = 0
    var b: Int32 = 0
    var c: Int32 = 0
    var d: Int32 = 0

    enum Operation: UInt8 {
        /// a := b ∘ c
        case plus, minus, times, divide, power, remainder
        /// a := b[c]
        case element
        /// a := b[c] for the global b
        case globalElement
        /// a := whether the relation in `extra` holds between b and c
        case compare
        /// a := -b
        case negate
        /// To a when the relation between b and c is as wanted, or the truth value b is.
        case jumpCompare, jumpTruth
        case jump
        /// a := b, a variable that must have a value; a := b, whose value leaves b.
        case copy, move
        /// a := entry b of the constants
        case constant
        /// a := the global b, else what evaluation c says; the global b := a.
        case loadGlobal, storeGlobal
        /// The global b := b + c.
        case growGlobal
        /// a := slot b of the frame c levels out; the reverse.
        case loadOuter, storeOuter
        /// b[c] := a; the global b likewise.
        case storeElement, storeGlobalElement
        /// a := what evaluation or action b gives; nothing is kept where a < 0.
        case evaluate, perform
        /// Store b takes the value a.
        case store
        /// a := call of the function b with the `extra` arguments behind it, at call site c.
        case call
        /// The same for the function in the global d.
        case callGlobal
        /// Gives the network in a its name, entry b of the names.
        case christen
        /// Begin a walk from b to c (`extra` 1: c included), over b, b times; its state is in a...a+2.
        case walkRange, walk, repetition
        /// On to a with the next value in c while the walk b has one; the same without a value.
        case next, again
        /// a loses its value.
        case clear
        /// A look at the interrupt flag, once in a while.
        case safePoint
        /// Ends with the value a (moved where `extra` is 1), or with a flow.
        case end, giveBack, leave, proceed
    }
}

extension Instruction {
    private static let wantedBit: UInt8 = 8

    /// `extra` of a comparison, and of a jump that wants true or false.
    static func extra(_ relation: Relation?, wanted: Bool = false) -> UInt8 {
        let code: UInt8 =
            switch relation {
            case .equal, nil: 0
            case .unequal: 1
            case .less: 2
            case .lessOrEqual: 3
            case .greater: 4
            case .greaterOrEqual: 5
            }
        return code | (wanted ? wantedBit : 0)
    }

    var wanted: Bool { extra & Self.wantedBit != 0 }

    @inline(__always)
    func holds(_ x: Double, _ y: Double) -> Bool {
        switch extra & 7 {
        case 0: x == y
        case 1: x != y
        case 2: x < y
        case 3: x <= y
        case 4: x > y
        default: x >= y
        }
    }
}

/// What an instruction needs only when numbers are not enough: places for faults, names, operands.
struct Note {
    var span = Span(0, 0)
    /// The span of a condition as a whole, and who asks for its truth.
    var asked = Span(0, 0)
    var who = ""
    var operation = BinaryOperator.plus
    var relation = Relation.equal
    var left = Operand.none
    var right = Operand.none
    /// The evaluation for a global name without a value.
    var fallback = 0
}

/// Where an instruction finds a value.
struct Operand {
    let slot: Int
    /// Read once: its value leaves the slot.
    var isTemporary = false
    /// A variable's name and place, for the fault when it has no value.
    var name = ""
    var span = Span(0, 0)

    static let none = Operand(slot: -1)
}

/// A call as it is written.
struct CallSite {
    let spans: [Span]
    let span: Span
    /// Where a network keeps a layer that is made here.
    let layer: Site
}

/// A loop of the code: where `break` and `continue` out of a nested expression go on.
struct LoopPlace {
    let body: Range<Int>
    let onward: Int
    let exit: Int
}

/// Statements in the form in which the machine runs them: short instructions over the slots of a
/// frame, and tables beside them for everything that is not quick anyway.
final class Chunk {
    let code: UnsafeMutablePointer<Instruction>
    let notes: UnsafeMutablePointer<Note>
    let cells: UnsafeMutablePointer<UnsafeMutablePointer<Value?>>
    let parts: Parts
    let source: Source

    struct Parts {
        var code: [Instruction] = []
        /// One for each instruction.
        var notes: [Note] = []
        /// Numbers of the text, each in a slot of its own while the chunk runs.
        var numbers: [(slot: Int, value: Double)] = []
        var constants: [Value] = []
        var evaluations: [Code] = []
        var actions: [Action] = []
        var stores: [(Frame, Value) throws -> Void] = []
        var calls: [CallSite] = []
        var names: [String] = []
        var variables: [Variable] = []
        /// Inner loops before outer ones.
        var loops: [LoopPlace] = []
        /// Slots that the frame of a chunk outside of functions needs.
        var slots = 0
    }

    init(_ parts: Parts, source: Source) {
        self.parts = parts
        self.source = source
        code = .allocate(capacity: max(parts.code.count, 1))
        code.initialize(from: parts.code, count: parts.code.count)
        notes = .allocate(capacity: max(parts.notes.count, 1))
        notes.initialize(from: parts.notes, count: parts.notes.count)
        cells = .allocate(capacity: max(parts.variables.count, 1))
        cells.initialize(from: parts.variables.map(\.cell), count: parts.variables.count)
    }

    deinit {
        code.deallocate()
        notes.deinitialize(count: parts.notes.count)
        notes.deallocate()
        cells.deallocate()
    }

    /// Where a flow out of a nested expression goes on; nil when it ends the chunk.
    func resumption(of flow: Flow, at counter: Int) -> Int? {
        guard let loop = parts.loops.first(where: { $0.body.contains(counter) }) else { return nil }
        return switch flow {
        case .left: loop.exit
        case .continued: loop.onward
        case .value, .returned: nil
        }
    }
}
