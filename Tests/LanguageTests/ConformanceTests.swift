import Language
import Testing

/// Small programs in `Programs/`: `faults` have one fault each, `trees` show how they are read,
/// `formats` show a text and its layout. What is expected stands in a comment on its line.
@Suite struct ConformanceTests {
    static func programs(_ folder: String) throws -> [Programs.File] {
        try Programs.all().filter { $0.name.hasPrefix(folder + "/") }
    }

    /// The line and the text of every comment with a mark: `# error: ...`.
    static func expectations(_ mark: String, in program: Program) -> [(line: Int, text: String)] {
        program.comments.compactMap { comment in
            let text = program.source.slice(comment.span)
            guard text.hasPrefix(mark) else { return nil }
            return (
                program.source.place(of: comment.span.lower).line,
                String(text.dropFirst(mark.count))
            )
        }
    }

    @Test func everyFaultIsNamedOnItsLineWithItsWayOut() throws {
        let programs = try Self.programs("faults")
        #expect(programs.count >= 150)
        for file in programs {
            let result = parse(Source(name: file.name, text: file.text))
            let here = Self.expectations("# error: ", in: result.program)
            let above = Self.expectations("# error above: ", in: result.program)
            let expected = here + above.map { ($0.line - 1, $0.text) }
            #expect(expected.count == 1, "\(file.name) expects one fault")
            let found = result.faults.map { fault in
                let line = result.program.source.place(of: fault.span?.lower ?? 0).line
                return "\(line): \(fault.message)" + (fault.hint.map { " | " + $0 } ?? "")
            }
            #expect(found == expected.map { "\($0.line): \($0.text)" }, "\(file.name)")
        }
    }

    @Test func everyProgramIsReadAsItsTreeSays() throws {
        let programs = try Self.programs("trees")
        #expect(programs.count >= 150)
        for file in programs {
            let source = Source(name: file.name, text: file.text)
            let result = parse(source)
            #expect(result.faults.isEmpty, "\(file.name): \(result.faults.map(\.message))")
            var found: [Int: [String]] = [:]
            for statement in result.program.statements {
                let one = Program(source: source, statements: [statement], comments: [])
                let line = source.place(of: statement.span.upper).line
                found[line, default: []].append(String(outline(of: one).dropFirst().dropLast()))
            }
            let expected = Self.expectations("# tree: ", in: result.program)
            #expect(!expected.isEmpty, "\(file.name) expects something")
            for (line, text) in expected {
                #expect(found[line]?.joined(separator: " ") == text, "\(file.name)")
            }
            #expect(found.count == expected.count, "\(file.name)")
        }
    }

    @Test func everyTextTakesItsLayoutAndKeepsIt() throws {
        let programs = try Self.programs("formats")
        #expect(programs.count >= 25)
        for file in programs {
            let parts = file.text.split(separator: "#==>\n", omittingEmptySubsequences: false)
            try #require(parts.count == 2, "\(file.name)")
            let (before, after) = (String(parts[0]), String(parts[1]))
            #expect(try format(Source(name: file.name, text: before)) == after, "\(file.name)")
            #expect(try format(Source(name: file.name, text: after)) == after, "\(file.name)")
        }
    }

    @Test func formattingRefusesWhatIsWrong() {
        #expect(throws: Diagnostic.self) { try format(Source(name: "cell", text: "a = (b")) }
    }
}
