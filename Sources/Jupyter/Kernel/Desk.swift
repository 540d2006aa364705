import Language

/// What every answer of the main thread needs: the way out, the way in, the pace, the flag.
///
/// Used on the thread that runs cells.
final class Desk {
    let outbox: Outbox
    let mailbox: Mailbox
    let pace: Pace
    let interrupt: Interrupt
    /// The request that is being answered, innermost last.
    private(set) var current: [Request] = []
    private(set) lazy var comms = Comms(desk: self)
    private(set) lazy var widgets = Widgets(desk: self)
    /// Answers what waits meanwhile; set by the shell.
    var attend: () -> Void = {}

    init(outbox: Outbox, mailbox: Mailbox, pace: Pace = Pace(), interrupt: Interrupt) {
        self.outbox = outbox
        self.mailbox = mailbox
        self.pace = pace
        self.interrupt = interrupt
    }

    /// The parent header of what is sent now.
    var parent: Frame { current.last?.header ?? Outgoing.empty }

    /// Busy, the work, idle. The work sends its own reply.
    func answering(_ request: Request, _ work: () -> Void) {
        let taken = interrupt.taken
        current.append(request)
        outbox.post(.status(.busy, for: request.header))
        work()
        outbox.post(idle: .status(.idle, for: request.header))
        current.removeLast()
        pace.reset()
        // Whoever interrupts the kernel means the cell around this request, too.
        if !current.isEmpty, interrupt.taken != taken { interrupt.request() }
    }

    func reply(to request: Request, _ content: JSON) {
        outbox.post(
            Outgoing(
                channel: request.channel, identities: request.identities, type: request.replyType,
                parent: request.header, content: JSONWriter.write(content)))
    }

    /// Sends a message on IOPub on behalf of the request that is being answered.
    func publish(
        _ type: String, _ content: JSON, metadata: JSON = .object([:]), buffers: [Frame] = []
    ) {
        outbox.post(
            Outgoing(
                channel: .iopub, type: type, parent: parent,
                metadata: JSONWriter.write(metadata), content: JSONWriter.write(content),
                buffers: buffers))
    }
}
