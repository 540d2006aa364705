import Language

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A Jupyter kernel around an evaluator.
///
/// Three plain threads: the heartbeat; I/O, which owns every other socket; and the caller's, which
/// runs cells. They share a mailbox, an outbox and an interrupt flag.
package final class Kernel {
    private let connection: ConnectionFile
    private let evaluator: any Evaluator
    private let identity: Identity
    private let historyPath: String?
    private let log: Log

    /// `evaluator` is used by the thread that calls `run` only.
    package convenience init(
        connection: ConnectionFile, evaluator: any Evaluator, identity: Identity,
        historyPath: String? = Kernel.standardHistoryPath
    ) {
        self.init(
            connection: connection, evaluator: evaluator, identity: identity,
            historyPath: historyPath, log: .standardError)
    }

    init(
        connection: ConnectionFile, evaluator: any Evaluator, identity: Identity,
        historyPath: String?, log: Log
    ) {
        self.log = log
        self.connection = connection
        self.evaluator = evaluator
        self.identity = identity
        self.historyPath = historyPath
    }

    /// Reads the connection file and serves; a file that does not do is one line on standard error
    /// and exit code 2. The evaluator is made only when the file is good.
    package static func serve(
        connectionFile path: String, identity: Identity, evaluator: () -> any Evaluator
    ) -> Int32 {
        do {
            let connection = try ConnectionFile(path: path)
            return Kernel(connection: connection, evaluator: evaluator(), identity: identity).run()
        } catch {
            Log.standardError(error.message)
            return 2
        }
    }

    /// Runs the kernel against itself over real sockets and prints a scorecard on standard output.
    /// Returns 0 when every check passed, else 1.
    package static func selftest(
        identity: Identity, cells: SelfTest.Cells = SelfTest.Cells(),
        evaluator: () -> any Evaluator
    ) -> Int32 {
        let isColoured = isatty(STDOUT_FILENO) != 0 && Environment["NO_COLOR"] == nil
        return SelfTest(cells: cells).run(
            evaluator: evaluator(), identity: identity, style: isColoured ? .ansi : .plain
        ) { print($0) }
    }

    /// `$SADDLE_HISTORY`, else a file in the user's data folder.
    package static var standardHistoryPath: String? { History.standardPath }

    /// Serves until a front end asks for the end or the program leaves; returns the exit code
    /// (2 when the sockets cannot be opened).
    package func run() -> Int32 {
        guard let signer = Signer(key: Array(connection.key.utf8)), let waker = Waker() else {
            log("this system gives no random numbers or no pipes")
            return 2
        }
        let channels: Channels
        do {
            channels = try Channels(connection)
        } catch {
            log("cannot \(error.message)")
            return 2
        }
        let mailbox = Mailbox()
        let outbox = Outbox { waker.wake() }
        let wires = Wires(
            channels: channels, waker: waker, mailbox: mailbox, outbox: outbox,
            interrupt: evaluator.interrupt, signer: signer, identity: identity,
            connection: connection, completeness: evaluator.completeness, log: log)
        guard let beat = Thread({ Self.echo(channels.heartbeat) }), let exchange = Thread(wires.run)
        else {
            log("this system gives no threads")
            return 2
        }
        SignalWatch.start(evaluator.interrupt, waker)
        defer { SignalWatch.stop() }
        let shell = Shell(
            desk: Desk(outbox: outbox, mailbox: mailbox, interrupt: evaluator.interrupt),
            evaluator: evaluator, history: History(path: historyPath))
        let code = shell.run()
        evaluator.atSafePoint = nil
        wires.end()
        exchange.join()
        channels.shutdown()
        beat.join()
        connection.removeSockets()
        return code
    }

    private static func echo(_ socket: ZeroMQSocket) {
        while let frames = socket.receive(wait: true) { socket.send(frames) }
    }
}

extension ConnectionFile {
    var ports: JSON {
        .object([
            "status": .string("ok"), "shell_port": .integer(shell),
            "control_port": .integer(control), "stdin_port": .integer(stdin),
            "iopub_port": .integer(iopub), "hb_port": .integer(heartbeat),
        ])
    }
}
