import Language
import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The I/O thread: polls the sockets, feeds the switchboard, sends what is due.
final class Wires: Sendable {
    private let channels: Channels
    private let waker: Waker
    private let mailbox: Mailbox
    private let outbox: Outbox
    private let interrupt: Interrupt
    private let signer: Signer
    private let identity: Identity
    private let connection: ConnectionFile
    private let completeness: @Sendable (String) -> Completeness
    private let log: Log
    private let hasEnded = Atomic<Bool>(false)

    /// Seconds that a running cell gets to end after a shutdown was asked for.
    private static let patience = 4.0

    init(
        channels: Channels, waker: Waker, mailbox: Mailbox, outbox: Outbox, interrupt: Interrupt,
        signer: Signer, identity: Identity, connection: ConnectionFile,
        completeness: @escaping @Sendable (String) -> Completeness, log: Log
    ) {
        self.log = log
        self.channels = channels
        self.waker = waker
        self.mailbox = mailbox
        self.outbox = outbox
        self.interrupt = interrupt
        self.signer = signer
        self.identity = identity
        self.connection = connection
        self.completeness = completeness
    }

    /// Called by the main thread when it will say nothing more.
    func end() {
        hasEnded.store(true, ordering: .releasing)
        waker.wake()
    }

    func run() {
        let board = Switchboard(
            envelope: Envelope(signer: signer, user: Environment["USER"] ?? "kernel"),
            transport: channels, mailbox: mailbox, outbox: outbox, interrupt: interrupt,
            identity: identity, ports: connection.ports, completeness: completeness, log: log)
        let parent = ParentWatch()
        // Whoever has subscribed already is welcomed before anything else is said.
        receive([.iopub], board)
        board.announceStart()
        var due: Double?
        var deadline: Double?
        while true {
            let isLast = hasEnded.load(ordering: .acquiring)
            let ready = channels.poll(waker, atMost: isLast ? 0 : wait(until: due, deadline))
            receive(ready, board)
            let (next, fence) = board.flush(at: Clock.now)
            due = next
            if let fence { settle(fence, board) }
            if isLast { return }
            if !board.isLeaving, parent.isGone || SignalWatch.isTerminated { board.leave() }
            if board.isLeaving {
                let limit = deadline ?? Clock.now + Self.patience
                deadline = limit
                // The cell does not listen; the front end was told, and waits.
                if Clock.now > limit { leaveAtOnce() }
            }
        }
    }

    private func leaveAtOnce() -> Never {
        connection.removeSockets()
        _exit(0)
    }

    /// Looks up once a second, for the parent's sake.
    private func wait(until due: Double?, _ deadline: Double?) -> Double {
        let now = Clock.now
        return [1, due.map { $0 - now }, deadline.map { $0 - now }].compactMap { $0 }.min() ?? 1
    }

    /// Subscriptions first, then control; of each channel a handful, so that none starves another.
    private func receive(_ ready: [Channel], _ board: Switchboard) {
        for channel in ready {
            for _ in 0..<32 {
                guard let frames = channels.receive(from: channel) else { break }
                board.receive(frames, from: channel)
            }
        }
    }

    /// Reads until nothing waits any more, then says so.
    private func settle(_ fence: Int, _ board: Switchboard) {
        for _ in 0..<1000 {
            let ready = channels.poll(nil, atMost: 0)
            if ready.isEmpty { break }
            receive(ready, board)
        }
        board.pass(fence: fence)
    }
}

/// Notices that the process which started the kernel is gone, so that no kernel outlives a server
/// that was killed. Front ends name themselves in `JPY_PARENT_PID`.
struct ParentWatch {
    private let named = Environment["JPY_PARENT_PID"].flatMap { pid_t($0) }
    private let parent = getppid()

    var isGone: Bool {
        guard let named, named > 1 else { return false }
        if parent == named { return getppid() != parent }
        return kill(named, 0) != 0 && errno == ESRCH
    }
}

/// SIGINT sets the interrupt flag and does no more; SIGTERM and SIGHUP ask the kernel to leave
/// in good order.
enum SignalWatch {
    /// Written before the handlers are installed and read by them alone; a signal handler can
    /// reach nothing but a global.
    private nonisolated(unsafe) static var interrupt: Interrupt?
    private nonisolated(unsafe) static var waker: Waker?
    private static let termination = Atomic<Bool>(false)

    static var isTerminated: Bool { termination.load(ordering: .relaxed) }

    static func start(_ interrupt: Interrupt, _ waker: Waker) {
        self.interrupt = interrupt
        self.waker = waker
        SignalStack.give()
        termination.store(false, ordering: .relaxed)
        install(SIGINT) { _ in SignalWatch.interrupt?.request() }
        for number in [SIGTERM, SIGHUP] {
            install(number) { _ in
                SignalWatch.termination.store(true, ordering: .relaxed)
                SignalWatch.waker?.wake()
            }
        }
        signal(SIGPIPE, SIG_IGN)
    }

    static func stop() {
        for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
    }

    private static func install(
        _ number: Int32, _ handler: @escaping @convention(c) (Int32) -> Void
    ) {
        var action = sigaction()
        #if canImport(Darwin)
            action.__sigaction_u.__sa_handler = handler
        #else
            action.__sigaction_handler.sa_handler = handler
        #endif
        action.sa_flags = Int32(bitPattern: UInt32(SA_RESTART) | UInt32(SA_ONSTACK))
        sigemptyset(&action.sa_mask)
        sigaction(number, &action, nil)
    }
}
