import Language

extension Session {
    /// `help`, `help name`, `?name`.
    func help(on name: Name?) throws -> MIMEBundle {
        guard let name else { return helpOverview.bundle }
        guard let document = try document(named: name.text) else {
            throw unknownTopic(name.text)
        }
        return document.bundle
    }

    func help(on topic: Value) throws -> MIMEBundle {
        switch topic {
        case .nothing: return helpOverview.bundle
        case .string(let name):
            guard let document = try document(named: name) else { throw unknownTopic(name) }
            return document.bundle
        case .command(let command): return document(of: command).bundle
        case .function(let function): return document(of: function).bundle
        case .rule(let rule): return document(of: rule).bundle
        default: return bundle(for: topic)
        }
    }

    /// A page of the manual for the command line: an overview, or what a name means.
    package func manual(on topic: String?) -> Outcome {
        do {
            return Outcome(page: try help(on: topic.map { .string($0) } ?? .nothing))
        } catch {
            return Outcome(faults: [diagnostic(from: error)])
        }
    }

    private func unknownTopic(_ name: String) -> Diagnostic {
        let near = nearest(name, in: knownNames + Array(Topics.keywords.keys))
        return Diagnostic(
            .name, "there is no help on \(name)",
            hint: Topics.foreignNames[name] ?? near.map { "did you mean \($0)?" }
                ?? "help alone lists everything")
    }

    /// What is known of a name: a variable, a command, a game of the Library, a keyword.
    func document(named name: String) throws -> Document? {
        if let value = globals.variables[name]?.value {
            switch value {
            case .function(let function): return document(of: function)
            case .rule(let rule): return document(of: rule)
            case .command(let command): return document(of: command)
            default:
                return Document(
                    name, [.text("\(name) is \(value.kindName)"), .code(value.inSource)])
            }
        }
        if case .command(let command)? = builtin(name) { return document(of: command) }
        if let rule = try rules.rule(named: name) { return document(of: rule) }
        if let value = builtin(name) {
            return Document(name, [.text("\(name) is \(value.kindName): \(value.inSource)")])
        }
        guard let topic = Topics.keywords[name] else { return nil }
        return Document(name, [.text(topic.text), .code(topic.example)])
    }

    func document(of command: Command) -> Document {
        var parts: [Document.Part] = [.text(command.summary)]
        if !command.parameters.isEmpty {
            parts.append(
                .table(
                    command.parameters.map { parameter in
                        let usual = parameter.standard.map { "default \($0.inSource)" } ?? ""
                        let words = [parameter.type.words, parameter.summary, usual]
                        return [
                            parameter.name,
                            words.filter { !$0.isEmpty }.joined(separator: "; "),
                        ]
                    }))
        }
        if !command.details.isEmpty { parts.append(.text(command.details)) }
        parts += [.heading("Example"), .code(command.example)]
        if let other = command.alternative {
            parts += [.heading(other.signature)] + document(of: other).parts
        }
        return Document(command.signature, parts)
    }

    private func document(of function: Function) -> Document {
        var parts: [Document.Part] = []
        if !function.documentation.isEmpty { parts.append(.text(function.documentation)) }
        parts.append(.code(function.source.slice(function.span)))
        return Document(function.name.isEmpty ? "function" : function.signature, parts)
    }

    func document(of rule: GameRule) -> Document {
        var parts: [Document.Part] = []
        if !rule.documentation.isEmpty { parts.append(.text(rule.documentation)) }
        var rows = rule.definition.parameters.map { parameter -> [String] in
            guard let standard = parameter.standard else {
                return [parameter.name.text, "a network or data"]
            }
            return [parameter.name.text, "default \(rule.source.slice(standard.span))"]
        }
        let own = Set(rule.parameters.map(\.name))
        for (name, text) in Topics.gameOptions where !own.contains(name) {
            rows.append([name, text])
        }
        parts += [.table(rows), .heading("The game"), .code(rule.body)]
        return Document(rule.signature, parts)
    }

    /// Everything there is, by group.
    private var helpOverview: Document {
        var parts: [Document.Part] = [
            .text(
                """
                Saddle plays adversarial games. A game is the algorithm of a paper; two networks \
                play it on data. Type help and a name, or ?name.
                """),
            .code(Topics.firstProgram),
        ]
        let games = rules.names.joined(separator: "  ")
        parts += [.heading("games of the Library"), .text(games)]
        for group in Command.Group.allCases {
            let names = Command.everyMeaning.filter { $0.group == group }.map(\.name)
            guard !names.isEmpty else { continue }
            parts += [.heading(group.rawValue), .text(names.joined(separator: "  "))]
        }
        parts += [
            .heading("words of the language"),
            .text(Topics.keywords.keys.sorted().joined(separator: "  ")),
        ]
        return Document("Saddle", parts)
    }

    /// The text of a game or function, highlighted in a notebook.
    func sourceText(of topic: Value) throws -> MIMEBundle {
        let text: String
        switch topic {
        case .string(let name):
            if case .function(let function)? = globals.variables[name]?.value {
                text = function.source.slice(function.span)
            } else if case .rule(let rule)? = globals.variables[name]?.value {
                text = rule.text
            } else if let rule = try rules.rule(named: name) {
                text = rule.source.text
            } else if case .command(let command)? = builtin(name) {
                throw Diagnostic(
                    .value, "\(name) is written in Swift, not in Saddle",
                    hint: "help \(command.name) says what it does")
            } else {
                throw unknownTopic(name)
            }
        case .rule(let rule): text = rule.text
        case .game(let game): text = game.rule.text
        case .function(let function): text = function.source.slice(function.span)
        case .network(let network):
            guard let written = network.written else {
                return MIMEBundle(text: network.outline)
            }
            text = written
        default: throw Diagnostic.mismatch("source", expects: "a game or a function", got: topic)
        }
        let clean = text.trimmed
        return MIMEBundle([
            "text/plain": .text(clean),
            "text/html": .text("<pre>\(highlightedHTML(clean))</pre>"),
        ])
    }
}

extension GameRule {
    /// The game as written, with its documentation.
    var text: String {
        let lines =
            documentation.isEmpty
            ? ""
            : documentation.split(separator: "\n", omittingEmptySubsequences: false)
                .map { "## \($0)" }.joined(separator: "\n") + "\n"
        return lines + body
    }

    /// Without its documentation.
    var body: String {
        guard case .block(let block) = definition.body.kind else {
            return source.slice(definition.name.span)
        }
        let start = source.text.utf8.count > 0 ? definition.name.span.lower : 0
        return "game " + source.slice(Span(start, block.span.upper))
    }
}

extension Value {
    /// What a name stands for, on one line.
    var inShort: String {
        switch self {
        case .string: inSource
        case .number, .boolean, .list, .tuple, .interval, .tensor: brief
        default: kindName
        }
    }
}

extension String {
    var trimmed: String {
        var text = Substring(self)
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
