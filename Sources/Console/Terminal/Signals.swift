import Foundation
import Language
import Synchronization

/// The signals a terminal program lives with, turned into flags and a byte in a pipe.
///
/// A handler can be given no context, so what it needs lies in atomics that it may touch: the
/// interrupt flag of the evaluator, the terminal's modes, the pipe that wakes a waiting reader.
/// Addresses are kept as integers, which are `Sendable`; what they point to is never freed.
enum Signals {
    struct Events: OptionSet, Sendable {
        let rawValue: UInt32
        static let interrupted = Events(rawValue: 1)
        static let resized = Events(rawValue: 2)
        static let resumed = Events(rawValue: 4)
    }

    /// What a handler needs to leave a terminal as it was found, and to take it again.
    struct Modes {
        var descriptor: Int32
        var original: termios
        var current: termios
        /// Whether the terminal is ours at this moment.
        var isTaken: Bool
    }

    private static let pending = Atomic<UInt32>(0)
    /// The `Interrupt` to request; retained for as long as it stands here.
    private static let target = Atomic<UInt>(0)
    private static let modesAddress = Atomic<UInt>(0)
    private static let wakeReader = Atomic<Int32>(-1)
    private static let wakeWriter = Atomic<Int32>(-1)
    private static let isInstalled = Atomic<Bool>(false)

    /// What the faults' handlers were before, by signal number; never freed.
    private static let formerAddress = Atomic<UInt>(0)

    /// Faults of the process itself: the terminal is put right before they take their course.
    private static let faults = [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE]

    /// Readable when an event waits; -1 before `install`.
    static var wakeDescriptor: Int32 { wakeReader.load(ordering: .acquiring) }

    /// Installs the handlers; later calls change what Ctrl-C interrupts, and take it back from
    /// whoever handled it in between.
    static func install(interrupt: Interrupt) {
        let new = UInt(bitPattern: Unmanaged.passRetained(interrupt).toOpaque())
        // The one before may be in use by a handler at this very moment, so it is never released;
        // there is one a process, and one a test.
        _ = target.exchange(new, ordering: .acquiringAndReleasing)
        defer { handle(SIGINT) { _ in Signals.noteInterrupt() } }
        guard !isInstalled.exchange(true, ordering: .acquiringAndReleasing) else { return }
        SignalStack.give()
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) == 0 {
            for end in ends {
                _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK)
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            }
            wakeReader.store(ends[0], ordering: .releasing)
            wakeWriter.store(ends[1], ordering: .releasing)
        }
    }

    /// Adds the handlers of a program that holds a terminal.
    static func installForTerminal() {
        signal(SIGTTOU, SIG_IGN)
        // A script whose reader went away ends as every tool does; a prompt goes on.
        signal(SIGPIPE, SIG_IGN)
        atexit { Signals.release() }
        handle(SIGWINCH) { _ in Signals.note(.resized) }
        handle(SIGTSTP) { _ in Signals.stop() }
        for number in [SIGTERM, SIGHUP, SIGQUIT] {
            handle(number) { number in
                Signals.release()
                signal(number, SIG_DFL)
                raise(number)
            }
        }
        for number in faults {
            keepFormer(number)
            // Back to what was there before; the instruction runs again and finds it.
            handle(number) { number in
                Signals.release()
                if let former = Signals.former {
                    sigaction(number, former + Int(number), nil)
                }
            }
        }
    }

    static func take() -> Events {
        var buffer = [UInt8](repeating: 0, count: 64)
        let reader = wakeReader.load(ordering: .acquiring)
        if reader >= 0 { while read(reader, &buffer, buffer.count) > 0 {} }
        return Events(rawValue: pending.exchange(0, ordering: .acquiringAndReleasing))
    }

    private static var modes: UnsafeMutablePointer<Modes>? {
        UnsafeMutablePointer(bitPattern: modesAddress.load(ordering: .acquiring))
    }

    private static var former: UnsafeMutablePointer<sigaction>? {
        UnsafeMutablePointer(bitPattern: formerAddress.load(ordering: .acquiring))
    }

    static var isPending: Bool { pending.load(ordering: .relaxed) != 0 }

    // MARK: The terminal's modes

    /// Remembers the modes to go back to. The memory is never freed: a handler may look at it.
    static func keep(_ new: Modes) {
        if let place = modes {
            place.pointee = new
            return
        }
        let place = UnsafeMutablePointer<Modes>.allocate(capacity: 1)
        place.initialize(to: new)
        modesAddress.store(UInt(bitPattern: place), ordering: .releasing)
    }

    /// Puts the terminal back as it was found, if it is ours.
    static func release() {
        guard let place = modes, place.pointee.isTaken else { return }
        place.pointee.isTaken = false
        say("\u{1B}[?2004l\u{1B}[?25h\u{1B}[0m\r\n", to: place.pointee.descriptor)
        tcsetattr(place.pointee.descriptor, TCSANOW, &place.pointee.original)
    }

    /// Stops this process as Ctrl-Z does and takes the terminal again afterwards.
    static func stop() {
        let place = modes
        let wasTaken = place?.pointee.isTaken ?? false
        release()
        kill(getpid(), SIGSTOP)
        if let place, wasTaken {
            tcsetattr(place.pointee.descriptor, TCSANOW, &place.pointee.current)
            say("\u{1B}[?2004h", to: place.pointee.descriptor)
            place.pointee.isTaken = true
        }
        note(.resumed)
    }

    // MARK: In handlers: nothing but atomics, write and termios calls

    private static func say(_ text: StaticString, to descriptor: Int32) {
        _ = write(descriptor, text.utf8Start, text.utf8CodeUnitCount)
    }

    private static func noteInterrupt() {
        if let pointer = UnsafeRawPointer(bitPattern: target.load(ordering: .acquiring)) {
            Unmanaged<Interrupt>.fromOpaque(pointer).takeUnretainedValue().request()
        }
        note(.interrupted)
    }

    private static func note(_ event: Events) {
        _ = pending.bitwiseOr(event.rawValue, ordering: .acquiringAndReleasing)
        var byte: UInt8 = 0
        let writer = wakeWriter.load(ordering: .acquiring)
        let code = errno
        if writer >= 0 { _ = write(writer, &byte, 1) }
        errno = code
    }

    private static func keepFormer(_ number: Int32) {
        var table = former
        if table == nil {
            let new = UnsafeMutablePointer<sigaction>.allocate(capacity: 65)
            new.initialize(repeating: sigaction(), count: 65)
            formerAddress.store(UInt(bitPattern: new), ordering: .releasing)
            table = new
        }
        if let table { sigaction(number, nil, table + Int(number)) }
    }

    private static func handle(_ number: Int32, _ body: @escaping @convention(c) (Int32) -> Void) {
        var action = sigaction()
        #if canImport(Glibc)
            action.__sigaction_handler.sa_handler = body
        #else
            action.__sigaction_u.__sa_handler = body
        #endif
        // Reads of files and sockets go on; whoever waits for a signal polls the pipe.
        action.sa_flags = Int32(SA_RESTART) | Int32(SA_ONSTACK)
        sigaction(number, &action, nil)
    }
}
