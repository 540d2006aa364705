import Language

/// Something that the doctor found: what, why it hurts, and the way out.
struct Finding {
    /// `the objective of G (line 7)`, `D`.
    let place: String
    /// A short name to ask for: `sign`, `penalty`, `batch_norm`.
    let kind: String
    /// One or two sentences, with the figure that shows it where there is one.
    let sentence: String
    /// What to write instead.
    let remedy: String
}

/// What the doctor says of a game.
struct Diagnosis {
    let name: String
    var findings: [Finding] = []
    /// What was looked at and is in order, in words.
    var sound: [String] = []
    /// What could not be looked at, in words.
    var skipped: [String] = []

    var record: Record {
        var record = Record(
            title: summary,
            fields: [
                ("ok", .boolean(findings.isEmpty)),
                (
                    "findings",
                    .list(
                        findings.map { finding in
                            .record(
                                Record(
                                    title: finding.kind,
                                    fields: [
                                        ("kind", .string(finding.kind)),
                                        ("place", .string(finding.place)),
                                        ("sentence", .string(finding.sentence)),
                                        ("remedy", .string(finding.remedy)),
                                    ]))
                        })
                ),
                ("sound", .list(sound.map { .string($0) })),
                ("skipped", .list(skipped.map { .string($0) })),
            ])
        record.page = page
        return record
    }

    private var summary: String {
        findings.isEmpty
            ? "\(name): nothing is wrong"
            : "\(name): \(counted(findings.count, "finding"))"
    }

    /// Sentences for a terminal, a table for a notebook.
    private var page: MIMEBundle {
        var lines = [summary]
        for (index, finding) in findings.enumerated() {
            lines += [
                "", "\(index + 1). \(finding.place): \(finding.sentence)",
                "   remedy: \(finding.remedy)",
            ]
        }
        if !findings.isEmpty { lines.append("") }
        if !sound.isEmpty { lines.append("  in order: " + sound.joined(separator: "; ")) }
        if !skipped.isEmpty { lines.append("  not tested: " + skipped.joined(separator: "; ")) }
        var parts: [Document.Part] = []
        if !findings.isEmpty {
            parts.append(
                .table(
                    [["where", "what", "remedy"]]
                        + findings.map { [$0.place, $0.sentence, $0.remedy] }))
        }
        if !sound.isEmpty {
            parts.append(.text("In order: " + sound.joined(separator: "; ") + "."))
        }
        if !skipped.isEmpty {
            parts.append(.text("Not tested: " + skipped.joined(separator: "; ") + "."))
        }
        var bundle = Document(summary, parts).bundle
        bundle.contents["text/plain"] = .text(lines.joined(separator: "\n"))
        return bundle
    }
}
