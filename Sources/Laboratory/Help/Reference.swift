import Language

extension Session {
    /// The reference page as Markdown: every command by group, every game of the Library, and the
    /// words of the language. Made from the table that checks arguments, so it cannot fall behind.
    package func reference() throws -> String {
        var blocks = ["# Saddle: reference", "Made by `reference()`."]
        for group in Command.Group.allCases {
            let members = commands.filter { $0.group == group }.sorted { $0.name < $1.name }
            guard !members.isEmpty else { continue }
            blocks.append(
                "## \(group.rawValue.prefix(1).uppercased())\(group.rawValue.dropFirst())")
            blocks += members.flatMap(entry)
        }
        blocks.append("## Library")
        for name in rules.names {
            guard let rule = try rules.rule(named: name) else { continue }
            blocks += entry(rule)
        }
        blocks.append("## Words of the language")
        for (word, topic) in Topics.keywords.sorted(by: { $0.key < $1.key }) {
            blocks += ["### `\(word)`", topic.text, fenced(topic.example)]
        }
        return blocks.joined(separator: "\n\n") + "\n"
    }

    private func entry(_ command: Command) -> [String] {
        var blocks = ["### `\(command.name)`", "`\(command.signature)`", command.summary]
        if !command.parameters.isEmpty {
            let rows = command.parameters.map { parameter in
                [
                    "`\(parameter.name)\(parameter.isVariadic ? "…" : "")`", parameter.type.words,
                    parameter.standard.map { "`\($0.inSource)`" } ?? "", parameter.summary,
                ]
            }
            blocks.append(table(["parameter", "expects", "default", "meaning"], rows))
        }
        if !command.details.isEmpty { blocks.append(command.details) }
        return blocks + [fenced(command.example)] + (command.alternative.map(entry) ?? [])
    }

    private func entry(_ rule: GameRule) -> [String] {
        var blocks = ["### `\(rule.name)`", "`\(rule.signature)`"]
        if !rule.documentation.isEmpty { blocks.append(rule.documentation) }
        let objectives = formulas(of: rule.definition, in: rule.source)
        if !objectives.objectives.isEmpty { blocks.append("$$\(objectives.latex)$$") }
        return blocks
    }

    private func fenced(_ text: String) -> String { "```saddle\n\(text.trimmed)\n```" }

    private func table(_ head: [String], _ rows: [[String]]) -> String {
        let rule = "|" + String(repeating: "---|", count: head.count)
        let lines = ([head] + rows).map { row in
            "| " + row.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
        }
        return ([lines[0], rule] + lines.dropFirst()).joined(separator: "\n")
    }
}
