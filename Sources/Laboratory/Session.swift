import Foundation
import Language
import Measures
import Networks
import Pictures
import Tensors

/// The laboratory: runs programs of the language over tensors, networks, data and games.
///
/// One thread owns it. Everything that others want of it happens at its safe points.
package final class Session: Evaluator {
    package let interrupt = Interrupt()
    package var atSafePoint: (() -> Void)?

    let globals = Globals()
    /// The games that come with Saddle.
    let rules: Library
    let commands: [Command]
    /// Classifiers that measures have trained, one for each data set.
    let classifiers: ClassifierCache
    private let builtins: [String: Value]
    /// Random numbers of everything outside a game.
    private var generator: Generator
    private(set) var seed: UInt64 = 0
    private var games: UInt64 = 0

    /// Looks on while a round is played that trains nothing.
    var probe: Probe?
    /// The game whose round runs.
    var playing: Game?
    var tracking = Tracking.off
    /// What networks gave so far within the objective that is computed.
    var applications: Applications?
    /// The network function whose body runs: its layers are kept by place.
    var building: NetworkBox?
    /// Keeps what comes out of layers, while somebody wants to see it.
    var layerLog: LayerLog?
    /// Looks for the first operation that gives a value that is not finite.
    var checksFinite = false
    /// Calls of functions around what runs.
    var depth: Int {
        get { meters.pointee.depth }
        set { meters.pointee.depth = newValue }
    }
    var output: any Output = Silence()
    /// Folder that relative paths start from: that of the file or notebook.
    var folder: String
    var including: [String] = []
    /// Text of the statement that runs, for provenance.
    var command = ""
    /// What ran so far, for pictures that are to be made again.
    let history = History()
    /// While a picture is made again: files are not written, nobody is asked.
    var replay: Replay?
    /// The theme of pictures that do not name one.
    var theme = Theme.light
    var parameters = ScriptParameters()
    /// Progress bars and pictures on the screen, by their labels.
    var live = LiveDisplays()
    private let meters: UnsafeMutablePointer<Meters>
    private var lastPoll = 0.0
    private var defersInterrupts = false
    private var runs = 0
    private var displays = 0
    /// Bytes from which on the work on a text before it runs can be interrupted.
    private static let longText = 65_536

    /// What every call of a function counts; behind a pointer, so that no access is checked for
    /// being exclusive.
    private struct Meters {
        var depth = 0
        var ticks: UInt32 = 0
    }

    /// Which networks' parameters are recorded when they are applied.
    enum Tracking {
        case off, all
        case only([NetworkBox])
    }

    package init(
        folder: String = FileManager.default.currentDirectoryPath,
        classifiers: ClassifierCache = ClassifierCache()
    ) {
        self.classifiers = classifiers
        self.folder = Path.joined(FileManager.default.currentDirectoryPath, folder)
        generator = Generator(seed: 0)
        meters = .allocate(capacity: 1)
        meters.initialize(to: Meters())
        var builtins: [String: Value] = [:]
        commands = Command.all
        for command in commands { builtins[command.name] = .command(command) }
        for (name, value) in Command.constants { builtins[name] = value }
        self.builtins = builtins
        rules = Library()
        rules.session = self
        guard classifiers.report == nil else { return }
        classifiers.report = { [weak self] in self?.output.write("note: \($0)\n", to: .error) }
    }

    /// A person's session: the classifiers that its measures train are kept for the next one, in the
    /// folder that has the data sets.
    package static func ofUser(
        folder: String = FileManager.default.currentDirectoryPath
    ) -> Session {
        Session(folder: folder, classifiers: .ofUser(ProcessInfo.processInfo.environment))
    }

    deinit { meters.deallocate() }

    // MARK: Names

    func builtin(_ name: String) -> Value? { builtins[name] }

    var builtinNames: [String] { builtins.keys.sorted() }

    /// Every name that could be meant.
    var knownNames: [String] { globals.defined + builtinNames + rules.names }

    func unknown(_ name: String, _ span: Span, _ source: Source) -> Diagnostic {
        if let way = Topics.foreignNames[name] {
            return Diagnostic(
                .name, "there is no \(name)", hint: way, source: source, span: span)
        }
        let near = nearest(name, in: knownNames)
        return Diagnostic(
            .name, "there is no \(name)",
            hint: near.map { "did you mean \($0)?" }
                ?? "give it a value first: \(name) = …", source: source, span: span)
    }

    // MARK: Random numbers

    /// Runs a body with the random numbers of the game that is played, else of the session.
    ///
    /// The body works on a copy that is put back after it, so it may apply networks; draw from a
    /// `split` where their own draws (dropout) must count too.
    func random<Result>(_ body: (inout Generator) throws -> Result) rethrows -> Result {
        let game = playing
        var current = game?.generator ?? generator
        defer { if let game { game.generator = current } else { generator = current } }
        return try body(&current)
    }

    func reseed(_ seed: UInt64) {
        self.seed = seed
        generator = Generator(seed: seed)
        games = 0
    }

    /// A seed for the next game, from the session's seed and the games made since.
    func nextSeed() -> UInt64 {
        games += 1
        return seed &* 0x9E37_79B9_7F4A_7C15 &+ games
    }

    /// Where random numbers and theme stand; setting it goes back there.
    var moment: History.Moment {
        get {
            History.Moment(
                seed: seed, games: games, random: generator.state, isDark: theme.isDark)
        }
        set {
            (seed, games) = (newValue.seed, newValue.games)
            generator = Generator(state: newValue.random)
            theme = newValue.isDark ? .dark : .light
        }
    }

    // MARK: Running

    package func run(_ source: Source, output: any Output) -> Outcome {
        let parsed = parse(source, interrupt: interrupt)
        if !parsed.faults.isEmpty { return Outcome(faults: parsed.faults) }
        return nested(output) {
            runs += 1
            return try execute(parsed.program)
        }
    }

    package func evaluate(_ expression: Source, output: any Output) -> Outcome {
        let parsed = parse(expression, interrupt: interrupt)
        if !parsed.faults.isEmpty { return Outcome(faults: parsed.faults) }
        return nested(output) {
            let value = try value(of: parsed.program)
            return Outcome(result: bundle(for: value))
        }
    }

    /// Runs a body as a program of its own, also in the middle of another one.
    func nested(_ output: any Output, _ body: () throws -> Outcome) -> Outcome {
        let saved = (self.output, playing, tracking, building, checksFinite, depth, command)
        let (applied, deferred) = (applications, defersInterrupts)
        self.output = output
        (playing, tracking, building, checksFinite, applications) = (nil, .off, nil, false, nil)
        defersInterrupts = false
        defer {
            (self.output, playing, tracking, building, checksFinite, depth, command) = saved
            (applications, defersInterrupts) = (applied, deferred)
        }
        do { return try body() } catch let exit as Exit { return Outcome(exit: exit.code) } catch {
            return Outcome(faults: [diagnostic(from: error)])
        }
    }

    /// Runs the statements of a program; the last value is the result.
    private func execute(_ program: Program) throws -> Outcome {
        let isLong = program.source.bytes.count > Self.longText
        let compiler = Compiler(
            session: self, globals: globals, source: program.source,
            interrupt: isLong ? interrupt : nil)
        let frame = Frame(session: self, outer: nil, count: 0)
        var last = Value.nothing
        var page: MIMEBundle?
        for statement in program.statements {
            command = program.source.slice(statement.span)
            if case .help(let name) = statement.kind {
                let answer = try help(on: name)
                // A notebook's pager is for ?name; what help says stands in the cell.
                let isQuestion = command.utf8.contains(UInt8(ascii: "?"))
                if isQuestion || output.liveness != .pictures {
                    page = answer
                } else {
                    output.display(answer, id: nil)
                }
                continue
            }
            last = try remembered {
                let action = compiler.action(statement)
                if compiler.interrupt?.take() == true {
                    throw Diagnostic(.interrupted, "interrupted")
                }
                return try run(action, frame, statement, program.source)
            }
            if statement.isSilent { last = .nothing }
            try safePoint()
        }
        if case .nothing = last { return Outcome(page: page) }
        globals.variable("ans").value = last
        history.answer()
        return Outcome(result: bundle(for: last), page: page)
    }

    /// Runs a statement of a cell and keeps it in the history.
    private func remembered(_ body: () throws -> Value) throws -> Value {
        history.begin(command, at: moment, defined: globals.defined)
        var hasFailed = true
        defer { history.end(hasFailed: hasFailed) }
        do {
            let value = try body()
            hasFailed = false
            return value
        } catch let fault as Diagnostic where fault.kind == .interrupted {
            history.doubtCurrent("a statement was interrupted")
            throw fault
        }
    }

    private func run(
        _ action: Action, _ frame: Frame, _ statement: Statement, _ source: Source
    ) throws -> Value {
        do {
            switch try action(frame) {
            case .value(let value): return value
            case .returned: throw Escape(flow: .left)
            case .left, .continued: throw Escape(flow: .left)
            }
        } catch is Escape {
            throw Diagnostic(
                .syntax, "break, continue and return need a loop or a function around them",
                source: source, span: statement.span)
        }
    }

    /// The value of a program without displaying it.
    func value(of program: Program) throws -> Value {
        let compiler = Compiler(session: self, globals: globals, source: program.source)
        let frame = Frame(session: self, outer: nil, count: 0)
        var last = Value.nothing
        for statement in program.statements {
            last = try run(compiler.action(statement), frame, statement, program.source)
        }
        return last
    }

    /// Runs an included file or a Library file in globals of its own choice.
    func load(_ source: Source, into globals: Globals) throws {
        let parsed = parse(source)
        if let fault = parsed.faults.first { throw fault }
        let compiler = Compiler(session: self, globals: globals, source: source)
        let frame = Frame(session: self, outer: nil, count: 0)
        for statement in parsed.program.statements {
            _ = try run(compiler.action(statement), frame, statement, source)
        }
    }

    // MARK: Safe points

    /// Between two statements, two turns of a loop, two updates: looks at the interrupt flag and
    /// lets others work.
    @inline(__always)
    func safePoint() throws {
        meters.pointee.ticks &+= 1
        if meters.pointee.ticks & 15 == 0 || playing != nil { try lookAround() }
    }

    func lookAround() throws {
        try leaveIfInterrupted()
        guard let atSafePoint else { return }
        let now = Clock.seconds
        guard now - lastPoll >= 0.002 else { return }
        lastPoll = now
        atSafePoint()
        try leaveIfInterrupted()
    }

    private func leaveIfInterrupted() throws {
        guard !defersInterrupts, interrupt.take() else { return }
        throw Diagnostic(.interrupted, "interrupted")
    }

    /// Work that is brief and comes to its end: an interrupt waits for the next safe point after it.
    func deferringInterrupts(_ body: () throws -> Void) rethrows {
        defersInterrupts = true
        defer { defersInterrupts = false }
        try body()
    }

    /// The result of what a training can do without, nil when it fails. An interrupt is no failure:
    /// it is asked for again, and the next safe point answers it.
    func attempt<Result>(_ body: () throws -> Result) -> Result? {
        do { return try body() } catch {
            if let fault = error as? Diagnostic, fault.kind == .interrupted { interrupt.request() }
            return nil
        }
    }

    /// In the middle of a pass through a network: lets others work; an interrupt waits for the next
    /// safe point.
    func pause() {
        guard let atSafePoint else { return }
        let now = Clock.seconds
        guard now - lastPoll >= 0.002 else { return }
        lastPoll = now
        atSafePoint()
    }

    /// One level deeper into functions, unless the stack is nearly used up.
    func enter(_ function: Function) throws {
        depth += 1
        guard Stack.remaining > 256 * 1024 else {
            depth -= 1
            throw Diagnostic(
                .value, "\(function.title) calls itself too deeply (\(depth) calls)",
                hint: "is there a case in which it ends?")
        }
        meters.pointee.ticks &+= 1
        if meters.pointee.ticks & 255 == 0 { try lookAround() }
    }

    // MARK: Display

    func newDisplayID() -> String {
        displays += 1
        return "saddle-\(ProcessInfo.processInfo.processIdentifier)-\(displays)"
    }

    /// Shows what a command made where it stands; false when it is nothing to look at.
    func shows(_ value: Value) -> Bool {
        switch value {
        case .nothing: return true
        case .picture, .record, .game, .network, .data, .tensor:
            output.display(bundle(for: value), id: nil)
            return true
        default: return false
        }
    }
}

/// `exit 3` on its way out of a program.
struct Exit: Error {
    let code: Int32
}

/// An output that nobody sees.
package final class Silence: Output {
    package init() {}
    package var liveness: Liveness { .none }
    package func write(_ text: String, to stream: TextStream) {}
    package func display(_ bundle: MIMEBundle, id: String?) {}
    package func update(_ bundle: MIMEBundle, id: String) {}
    package func progress(_ progress: Progress) {}
    package func clear(wait: Bool) {}
    package func ask(_ prompt: String, secret: Bool) throws -> String {
        throw Diagnostic(.usage, "nobody is there to answer")
    }
}
