import Foundation
import Language

extension Session {
    package func complete(_ text: String, at cursor: Int) -> Completion {
        let context = cursorContext(of: text, at: cursor)
        let matches: [Completion.Match]
        switch context.place {
        case .name:
            let known = context.call.map { labels($0.callee, $0.labels, context.prefix) } ?? []
            matches = known + names(context.prefix)
        case .member(let base): matches = memberMatches(base, context.prefix)
        case .string: matches = strings(context.call?.callee, context.prefix)
        case .symbol: matches = symbols(context.prefix)
        case .comment: matches = []
        }
        return Completion(matches, start: context.start, end: context.end)
    }

    package var completeness: @Sendable (String) -> Completeness {
        { Language.completeness(of: $0) }
    }

    private func names(_ prefix: String) -> [Completion.Match] {
        var found: [Completion.Match] = []
        for name in globals.defined where name.hasPrefix(prefix) {
            found.append(match(name, globals.variables[name]?.value ?? .nothing))
        }
        for name in rules.names where name.hasPrefix(prefix) {
            let rule = try? rules.rule(named: name)
            found.append(
                Completion.Match(
                    name, kind: "game", signature: rule?.signature ?? "",
                    summary: rule?.documentation.firstSentence ?? ""))
        }
        for name in builtinNames where name.hasPrefix(prefix) {
            found.append(match(name, builtin(name) ?? .nothing))
        }
        for (word, topic) in Topics.keywords.sorted(by: { $0.key < $1.key })
        where word.hasPrefix(prefix) && word.first?.isLetter == true {
            found.append(Completion.Match(word, kind: "keyword", summary: topic.text))
        }
        var seen = Set<String>()
        return found.filter { seen.insert($0.text).inserted }
    }

    private func match(_ name: String, _ value: Value) -> Completion.Match {
        switch value {
        case .command(let command):
            Completion.Match(
                name, kind: "command", signature: command.signature, summary: command.summary)
        case .function(let function):
            Completion.Match(
                name, kind: "function", signature: function.signature,
                summary: function.documentation.firstSentence)
        case .rule(let rule):
            Completion.Match(
                name, kind: "game", signature: rule.signature,
                summary: rule.documentation.firstSentence)
        default: Completion.Match(name, kind: "variable", summary: value.kindName)
        }
    }

    private func memberMatches(_ base: String, _ prefix: String) -> [Completion.Match] {
        guard let value = known(base) else { return [] }
        return members(of: value).filter { $0.hasPrefix(prefix) }.map { name in
            let member = (try? self.member(name, of: value)) ?? .nothing
            return Completion.Match(name, kind: "member", summary: member.kindName)
        }
    }

    /// The value of `a` or `a.b.c` without running anything.
    private func known(_ path: String) -> Value? {
        let parts = path.split(separator: ".").map { $0.trimmingCharacters(in: .whitespaces) }
        guard let first = parts.first else { return nil }
        var value = globals.variables[first]?.value ?? builtin(first)
        for part in parts.dropFirst() {
            guard let current = value else { return nil }
            value = try? member(part, of: current)
        }
        return value
    }

    private func labels(
        _ callee: String, _ used: [String], _ prefix: String
    ) -> [Completion.Match] {
        let value =
            known(callee) ?? (try? rules.rule(named: callee)).flatMap { $0 }.map { .rule($0) }
        var labels: [(String, String)] = []
        switch value {
        case .command(let command):
            let parameters = command.parameters + (command.alternative?.parameters ?? [])
            labels = parameters.map { ($0.name, $0.summary) }
        case .function(let function): labels = function.parameters.map { ($0.name, "") }
        case .rule(let rule):
            labels = rule.parameters.map { ($0.name, "") } + Topics.gameOptions
        default: break
        }
        return labels.filter { $0.0.hasPrefix(prefix) && !used.contains($0.0) }.map {
            Completion.Match($0.0 + ":", kind: "argument", summary: $0.1)
        }
    }

    private func strings(_ callee: String?, _ prefix: String) -> [Completion.Match] {
        if callee == "help" || callee == "source" || callee == "explain" { return names(prefix) }
        // By hand: Foundation's path functions trap on some texts that a person can type.
        guard !prefix.unicodeScalars.contains("\0") else { return [] }
        let cut = prefix.unicodeScalars.lastIndex(of: "/")
        let place = cut.map { String(prefix.unicodeScalars[...$0]) } ?? ""
        let stem = cut.map { String(prefix.unicodeScalars[$0...].dropFirst()) } ?? prefix
        let folder = Path.joined(self.folder, place.isEmpty ? "." : place)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().compactMap { name -> Completion.Match? in
            guard name.hasPrefix(stem), !name.hasPrefix(".") || stem.hasPrefix(".") else {
                return nil
            }
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: folder + "/" + name, isDirectory: &isFolder)
            return Completion.Match(
                place + name + (isFolder.boolValue ? "/" : ""), kind: "file")
        }
    }

    private func symbols(_ prefix: String) -> [Completion.Match] {
        let stem = prefix.hasPrefix("\\") ? String(prefix.dropFirst()) : prefix
        let names = SymbolNames.names.filter { $0.hasPrefix(stem) }
        return names.sorted { ($0.count, $0) < ($1.count, $1) }.compactMap { name in
            SymbolNames.symbol(for: name).map {
                Completion.Match($0, kind: "symbol", summary: "\\" + name)
            }
        }
    }

    // MARK: Inspection

    package func inspect(_ text: String, at cursor: Int, detail: Int) -> MIMEBundle? {
        guard let name = nameAround(text, cursor) else { return nil }
        guard var document = try? document(named: name) ?? memberDocument(name) else { return nil }
        if detail > 0, let source = try? sourceText(of: .string(name)), let plain = source.plain {
            document.parts += [.heading("Source"), .code(plain)]
        }
        return document.bundle
    }

    private func memberDocument(_ path: String) -> Document? {
        known(path).map {
            Document(path, [.text("\(path) is \($0.kindName)"), .code($0.inSource)])
        }
    }

    /// The name under the cursor, else the one before it, else the function of the call around it.
    private func nameAround(_ text: String, _ cursor: Int) -> String? {
        let context = cursorContext(of: text, at: cursor)
        if case .member(let base) = context.place, !context.word.isEmpty {
            return "\(base).\(context.word)"
        }
        if !context.word.isEmpty { return context.word }
        return context.call?.callee
    }
}

extension String {
    /// Up to the first full stop or line break.
    var firstSentence: String {
        let line = split(separator: "\n").first.map(String.init) ?? ""
        return line.split(separator: ". ").first.map(String.init) ?? line
    }
}
