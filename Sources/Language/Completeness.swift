/// Whether a text is a whole program, the beginning of one, or wrong as it is.
///
/// Incomplete means that the text is right so far and stops inside brackets, a block or an
/// expression; the indent has four spaces for every line with an open bracket, and four more when
/// the last line itself is cut short.
package func completeness(of text: String) -> Completeness {
    let result = parse(Source(name: "input", text: text))
    if result.faults.isEmpty { return .complete }
    return result.isIncomplete ? .incomplete(indent: result.indent) : .invalid
}
