/// A message of a conversation between a program and its front end besides cells (a "comm").
package struct CommMessage: Sendable, Equatable {
    package var data: JSON
    package var metadata: JSON
    /// Binary attachments, outside the JSON.
    package var buffers: [[UInt8]]

    package init(_ data: JSON, metadata: JSON = .object([:]), buffers: [[UInt8]] = []) {
        self.data = data
        self.metadata = metadata
        self.buffers = buffers
    }
}

/// What is called for each message; `output` shows what the answer prints or displays.
package typealias CommHandler = (CommMessage, any Output) -> Void

/// What is called when the front end opens a conversation; returns what receives its messages.
package typealias CommTarget = (_ id: String, CommMessage, any Output) -> CommHandler

/// An output that can also hold conversations. An `Output` that is none cannot: ask with
/// `output as? any CommHost`.
///
/// All calls, handlers included, happen on the thread that runs the program, at safe points. A
/// conversation belongs to the front end, not to one output: an id is good with every output.
package protocol CommHost: AnyObject {
    /// Opens a conversation and returns its id.
    func openComm(target: String, _ message: CommMessage, receive: @escaping CommHandler) -> String
    /// Says something in an open conversation; a closed one ignores it.
    func sendComm(_ message: CommMessage, to id: String)
    func closeComm(_ id: String)
    /// Answers conversations that the front end opens under this name.
    func registerComm(target: String, _ open: @escaping CommTarget)
}
