import Language

extension Diagnostic {
    /// The fault as a terminal or a file shows it.
    package func shown(usesColour: Bool) -> String {
        render(self, style: usesColour ? .ansi : .plain)
    }
}
