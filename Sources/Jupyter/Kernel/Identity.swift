import Language

/// Who answers `kernel_info_request`: a snapshot that needs no session, so that the I/O thread
/// answers while a cell runs.
package struct Identity: Sendable {
    package var version: String
    package var banner: String
    package var helpLinks: [(text: String, url: String)]

    /// `version` is the program's (`0.1.0`), `banner` what a console shows at its start.
    package init(version: String, banner: String, helpLinks: [(text: String, url: String)] = []) {
        self.version = version
        self.banner = banner
        self.helpLinks = helpLinks
    }

    static let language = "saddle"
    static let fileExtension = ".saddle"
    static let mimeType = "text/x-saddle"
    /// The nearest lexer that Pygments and CodeMirror know: names with Greek letters and
    /// combining marks, `#` comments, `|>`, `f(x) = ...`, `1e-4`, calls with named arguments.
    static let nearestHighlighter = "julia"

    var reply: JSON {
        .object([
            "status": .string("ok"),
            "protocol_version": .string(Envelope.protocolVersion),
            "implementation": .string("saddle"),
            "implementation_version": .string(version),
            "language_info": .object([
                "name": .string(Self.language),
                "version": .string(version),
                "mimetype": .string(Self.mimeType),
                "file_extension": .string(Self.fileExtension),
                "pygments_lexer": .string(Self.nearestHighlighter),
                "codemirror_mode": .string(Self.nearestHighlighter),
                "nbconvert_exporter": .string("script"),
            ]),
            "banner": .string(banner),
            "debugger": .bool(false),
            "supported_features": .array([.string("kernel subshells")]),
            "help_links": .array(
                helpLinks.map { .object(["text": .string($0.text), "url": .string($0.url)]) }),
        ])
    }
}
