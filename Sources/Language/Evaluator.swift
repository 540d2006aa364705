import Synchronization

/// What gives meaning to a text: the laboratory's session, or a double in a test.
///
/// All methods are called on one thread. `interrupt` alone may be set from any thread or from a
/// signal handler.
package protocol Evaluator: AnyObject {
    /// Set by whoever wants the running program to stop; looked at and cleared at safe points.
    var interrupt: Interrupt { get }
    /// Called at safe points while `run` works, many times a second: answers what waits meanwhile.
    /// It may call every method of this protocol, `run` included (a cell of a subshell).
    var atSafePoint: (() -> Void)? { get set }

    /// Runs a whole cell, script or line. Never throws and never traps.
    func run(_ source: Source, output: any Output) -> Outcome
    /// Whether a cell only shows what runs, so that it need not wait for the cell that runs.
    func looksOn(_ text: String) -> Bool
    /// Evaluates one expression without displaying anything (Jupyter's `user_expressions`).
    func evaluate(_ expression: Source, output: any Output) -> Outcome
    /// `cursor` counts Unicode scalars from the start of `text`.
    func complete(_ text: String, at cursor: Int) -> Completion
    /// What is under or around the cursor; nil when nothing is known of it.
    /// `detail` 1 adds the source.
    func inspect(_ text: String, at cursor: Int, detail: Int) -> MIMEBundle?
    /// Looks at the text alone; any thread may call it, also while a cell runs.
    var completeness: @Sendable (_ text: String) -> Completeness { get }
}

/// What became of a run.
package struct Outcome: Sendable {
    /// The value of the last expression, unless a `;` ended it.
    package var result: MIMEBundle?
    /// The answer to `?name`: shown in a pager where there is one.
    package var page: MIMEBundle?
    /// Empty when all went well. Several only for syntax.
    package var faults: [Diagnostic]
    /// The exit code with which the program asked to leave.
    package var exit: Int32?

    package init(
        result: MIMEBundle? = nil, page: MIMEBundle? = nil, faults: [Diagnostic] = [],
        exit: Int32? = nil
    ) {
        self.result = result
        self.page = page
        self.faults = faults
        self.exit = exit
    }
}

/// A flag that asks a running program to stop at its next safe point.
package final class Interrupt: Sendable {
    private let flag = Atomic<Bool>(false)
    private let count = Atomic<Int>(0)
    package init() {}
    package func request() { flag.store(true, ordering: .releasing) }
    package var isRequested: Bool { flag.load(ordering: .relaxed) }
    /// True when an interrupt was requested; clears the request.
    package func take() -> Bool {
        guard isRequested, flag.exchange(false, ordering: .acquiringAndReleasing) else {
            return false
        }
        count.add(1, ordering: .relaxed)
        return true
    }
    /// How many have been taken so far.
    package var taken: Int { count.load(ordering: .relaxed) }
}

package struct Completion: Sendable, Equatable {
    package struct Match: Sendable, Equatable {
        package var text: String
        /// `command`, `function`, `game`, `variable`, `argument`, `member`, `file`, `symbol`, `keyword`.
        package var kind: String
        /// `train(game, rounds: 1000)`; empty when there is none.
        package var signature: String
        /// One sentence; empty when there is none.
        package var summary: String
        package init(_ text: String, kind: String, signature: String = "", summary: String = "") {
            self.text = text
            self.kind = kind
            self.signature = signature
            self.summary = summary
        }
    }
    package var matches: [Match]
    /// The scalars `start..<end` of the text are replaced by a match.
    package var start: Int
    package var end: Int
    package init(_ matches: [Match], start: Int, end: Int) {
        self.matches = matches
        self.start = start
        self.end = end
    }
}

package enum Completeness: Sendable, Equatable {
    case complete
    /// `indent` is the white space with which the next line begins.
    case incomplete(indent: String)
    case invalid
}
