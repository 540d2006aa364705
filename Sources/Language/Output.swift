/// Where a running program's words and pictures go: a kernel's IOPub socket, a terminal, a test.
///
/// Called on the thread that runs the program only.
package protocol Output: AnyObject {
    /// What is worth producing for this output while something runs.
    var liveness: Liveness { get }
    func write(_ text: String, to stream: TextStream)
    /// Shows a bundle. With an `id` it can be replaced later by `update`.
    func display(_ bundle: MIMEBundle, id: String?)
    /// Replaces the bundle shown under `id`; latest wins.
    func update(_ bundle: MIMEBundle, id: String)
    /// Progress of a long command. A notebook ignores it (its display carries the line already).
    func progress(_ progress: Progress)
    func clear(wait: Bool)
    /// Asks the person; throws a `Diagnostic` where nobody can answer.
    func ask(_ prompt: String, secret: Bool) throws -> String
}

package enum TextStream: String, Sendable { case output = "stdout", error = "stderr" }

/// What an output can do with intermediate results.
package enum Liveness: Sendable {
    /// Redraws pictures in place: a notebook.
    case pictures
    /// Redraws a line of text in place: a terminal.
    case line
    /// Shows final results only: a pipe, a file.
    case none
}

/// A moment of a long command: `done` of `total` steps, and a line that says the rest.
package struct Progress: Sendable, Equatable {
    package var done: Int
    package var total: Int
    package var line: String
    /// What has been measured so far, to be drawn small below the line where there is room.
    package var curves: [Curve]
    /// True for the last one: the line is finished.
    package var ended: Bool

    /// A few hundred values at most, oldest first, that stand for a longer series.
    package struct Curve: Sendable, Equatable {
        package var name: String
        package var values: [Double]
        package init(name: String, values: [Double]) {
            self.name = name
            self.values = values
        }
    }

    package init(
        done: Int, total: Int, line: String, curves: [Curve] = [], ended: Bool = false
    ) {
        self.done = done
        self.total = total
        self.line = line
        self.curves = curves
        self.ended = ended
    }
}

/// One result in several representations, keyed by MIME type.
package struct MIMEBundle: Sendable, Equatable {
    package enum Content: Sendable, Equatable {
        case text(String)
        case bytes([UInt8])
        case json(JSON)
    }

    package var contents: [String: Content]
    /// Metadata by MIME type (width and height of a picture) and for the bundle (provenance).
    package var metadata: [String: JSON]

    package init(_ contents: [String: Content] = [:], metadata: [String: JSON] = [:]) {
        self.contents = contents
        self.metadata = metadata
    }

    package init(text: String) { self.init(["text/plain": .text(text)]) }

    package var plain: String? {
        if case .text(let text)? = contents["text/plain"] { text } else { nil }
    }

    package var png: [UInt8]? {
        if case .bytes(let bytes)? = contents["image/png"] { bytes } else { nil }
    }
}

/// A JSON value. Objects keep no order.
package enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    package subscript(key: String) -> JSON? {
        if case .object(let fields) = self { fields[key] } else { nil }
    }
}
