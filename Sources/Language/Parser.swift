/// What a text is: its tree, and what is wrong with it.
package struct ParseResult: Sendable {
    package var program: Program
    package var faults: [Diagnostic]
    /// The text ends in the middle of something and more could make it right.
    package var isIncomplete: Bool
    /// The white space with which a next line would begin.
    package var indent: String
}
