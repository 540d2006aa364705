import Foundation
import Testing

import Language

/// Random and damaged programs: nothing traps or hangs, and whatever parses is formatted without a
/// change of meaning. `SADDLE_FUZZ=1000000` sets the number of inputs.
@Suite struct FuzzTests {
    static var count: Int {
        ProcessInfo.processInfo.environment["SADDLE_FUZZ"].flatMap { Int($0) } ?? 40_000
    }

    /// What must hold for any text; a sentence when something does not.
    static func complaint(about text: String) -> String? {
        let source = Source(name: "fuzz", text: text)
        let result = parse(source)
        for fault in result.faults {
            guard let span = fault.span, span.lower <= span.upper, span.lower >= 0,
                span.upper <= source.bytes.count + 1
            else { return "a fault without a place: \(fault.message)" }
            if fault.message.isEmpty || render(fault, style: .plain).isEmpty { return "mute" }
        }
        switch completeness(of: text) {
        case .complete: if !result.faults.isEmpty { return "complete, but with faults" }
        case .incomplete: if result.faults.count != 1 { return "incomplete, but with other faults" }
        case .invalid: if result.faults.isEmpty { return "invalid, but without a fault" }
        }
        var end = 0
        for (span, _) in highlight(text) {
            if span.lower < end || span.upper > source.bytes.count { return "colours overlap" }
            end = span.upper
        }
        return result.faults.isEmpty ? complaintAboutFormat(of: source, result) : nil
    }

    private static func complaintAboutFormat(of source: Source, _ result: ParseResult) -> String? {
        guard let text = try? format(source) else { return "format refuses" }
        let again = Source(name: "fuzz", text: text)
        let reread = parse(again)
        if let fault = reread.faults.first {
            return "formatted text has a fault: \(fault.message)\n\(text)"
        }
        if outline(of: reread.program) != outline(of: result.program) {
            return "the format changes the tree:\n\(text)"
        }
        if reread.program.comments.count != result.program.comments.count {
            return "the format loses a comment:\n\(text)"
        }
        let twice = try? format(again)
        return twice == text ? nil : "formatting twice changes:\n\(text)\n---\n\(twice ?? "")"
    }

    @Test func randomProgramsKeepTheirMeaning() {
        var valid = 0
        for seed in 0..<UInt64(Self.count / 2) {
            var generator = RandomProgram(seed: seed)
            let text = generator.program()
            if parse(Source(name: "fuzz", text: text)).faults.isEmpty { valid += 1 }
            if let complaint = Self.complaint(about: text) {
                Issue.record("seed \(seed): \(complaint)\nfrom:\n\(text)")
                return
            }
        }
        #expect(valid > Self.count / 8, "most random programs should parse")
    }

    @Test func damagedProgramsAreAnswered() throws {
        let programs = try Programs.all().map(\.text)
        var mutator = Mutator(random: SplitMix(state: 7))
        for round in 0..<(Self.count / 2) {
            let text = mutator.mutate(programs[round % programs.count])
            if let complaint = Self.complaint(about: text) {
                Issue.record("round \(round): \(complaint)\nfrom:\n\(text)")
                return
            }
        }
    }
}
