import Foundation
import Language
import Testing

@testable import Jupyter

@Suite struct HistoryTests {
    private func path() -> String {
        NSTemporaryDirectory() + "/saddle-tests-\(UUID().uuidString)/deep/kernel.history"
    }

    private func rows(_ history: History, _ body: [String: JSON]) throws -> [JSON] {
        let content = try history.answer(body)
        #expect(content["status"] == .string("ok"))
        return content["history"]?.elements ?? []
    }

    private func inputs(_ history: History, _ body: [String: JSON]) throws -> [String] {
        try rows(history, body).compactMap { $0.elements?.last?.text }
    }

    @Test func entriesOutliveTheKernelAndBelongToItsOwner() throws {
        let path = path()
        let first = History(path: path, session: 1)
        first.store("a = 1", line: 1)
        first.store("two\nlines \"quoted\" λ", line: 2)
        first.store(output: "3", line: 2)
        let second = History(path: path, session: 2)
        second.store("b", line: 1)
        let tail: [String: JSON] = ["hist_access_type": .string("tail"), "n": .integer(2)]
        #expect(try inputs(second, tail) == ["two\nlines \"quoted\" λ", "b"])
        let full = try rows(second, tail.merging(["output": .bool(true)]) { $1 })
        #expect(
            full[0]
                == .array([
                    .integer(1), .integer(2),
                    .array([.string("two\nlines \"quoted\" λ"), .string("3")]),
                ]))
        #expect(full[1].elements?[2] == .array([.string("b"), .null]))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test func rangesCountSessionsFromThisOneOrByName() throws {
        let path = path()
        for session in [10, 20, 30] {
            let history = History(path: path, session: session)
            for line in 1...3 { history.store("s\(session) l\(line)", line: line) }
        }
        let history = History(path: path, session: 30)
        func range(_ session: Int, _ start: Int, _ stop: Int?) throws -> [String] {
            var body: [String: JSON] = [
                "hist_access_type": .string("range"), "session": .integer(session),
                "start": .integer(start),
            ]
            if let stop { body["stop"] = .integer(stop) }
            return try inputs(history, body)
        }
        #expect(try range(0, 2, 4) == ["s30 l2", "s30 l3"])
        #expect(try range(-1, 1, 2) == ["s20 l1"])
        #expect(try range(-2, 3, nil) == ["s10 l3"])
        #expect(try range(10, 0, nil).count == 3)
        #expect(try range(-3, 0, nil).isEmpty)
        #expect(try range(11, 0, nil).isEmpty)
    }

    @Test func searchKnowsGlobsUniqueAndCount() throws {
        let history = History(path: path(), session: 1)
        let cells = ["train g", "plot g", "train h", "train g", "x = [1]"]
        for (line, cell) in cells.enumerated() { history.store(cell, line: line + 1) }
        func search(_ pattern: String, _ more: [String: JSON] = [:]) throws -> [String] {
            try inputs(
                history,
                more.merging([
                    "hist_access_type": .string("search"), "pattern": .string(pattern),
                ]) { $1 })
        }
        #expect(try search("train*") == ["train g", "train h", "train g"])
        #expect(try search("train*", ["unique": .bool(true)]) == ["train h", "train g"])
        #expect(try search("train*", ["n": .integer(1)]) == ["train g"])
        #expect(try search("????? [g-h]").count == 3)
        #expect(try search("train").isEmpty)
        #expect(try search("*").count == 5)
    }

    @Test func damagedLinesAreSkipped() throws {
        let path = path()
        History(path: path, session: 1).store("good", line: 1)
        try File.append(Array("{\n[1,2\n[1,2,3]\nnull\n\u{0}\n".utf8), to: path)
        let history = History(path: path, session: 2)
        history.store("after", line: 1)
        #expect(history.entries().map(\.input) == ["good", "after"])
    }

    @Test func aLongFileLosesItsOlderHalfWhenTheNextKernelWrites() throws {
        let path = path()
        let first = History(path: path, session: 1)
        let long = String(repeating: "x", count: 200_000)
        for line in 0..<90 { first.store("\(line) \(long)", line: line) }
        let size = try #require(File.size(path))
        #expect(size > History.fileLimit)
        let next = History(path: path, session: 2)
        next.store("new", line: 1)
        #expect(try #require(File.size(path)) < size * 6 / 10)
        let entries = next.entries()
        #expect(entries.last?.input == "new")
        #expect(entries.dropLast().last?.line == 89)
        #expect((40...50).contains(entries.count))
    }

    @Test func withoutAFileThisSessionIsStillKnown() throws {
        for path in [nil, "/proc/none/kernel.history"] {
            let history = History(path: path, session: 5)
            history.store("a", line: 1)
            history.store(output: "b", line: 1)
            #expect(
                history.entries() == [.init(session: 5, line: 1, input: "a", output: "b")])
        }
    }

    @Test func anyCountMayBeAskedFor() throws {
        let history = History(path: path(), session: 1)
        for line in 1...3 { history.store("\(line)", line: line) }
        for (count, inputs) in [(Int.max, ["1", "2", "3"]), (2, ["2", "3"]), (Int.min, [])] {
            let body: [String: JSON] = ["hist_access_type": .string("tail"), "n": .integer(count)]
            #expect(try self.inputs(history, body) == inputs)
        }
    }

    @Test func anUnknownAccessIsRefused() throws {
        let bench = try Bench()
        let reply = try bench.ask(
            "history_request", .object(["hist_access_type": .string("guess")])
        ).reply
        #expect(reply.content["status"] == .string("error"))
    }

    @Test func keptCellsAreStoredWithTheirResults() throws {
        let bench = try Bench(history: History(path: path()))
        _ = try bench.run("6 * 7")
        _ = try bench.run("print no", ["store_history": .bool(false)])
        _ = try bench.run("print never", ["silent": .bool(true)])
        let content = try bench.ask(
            "history_request",
            .object(["hist_access_type": .string("tail"), "output": .bool(true)])
        ).reply.content
        let found = content["history"]?.elements ?? []
        #expect(found.count == 1)
        #expect(found.first?.elements?.last == .array([.string("6 * 7"), .string("42")]))
    }

    @Test(arguments: [
        ("*", "", true), ("a*c", "abbc", true), ("a*c", "abbd", false), ("?", "λ", true),
        ("?", "", false), ("[!a-c]x", "dx", true), ("[!a-c]x", "bx", false), ("[", "[", true),
        ("[]]", "]", true), ("*a*a*a*b", String(repeating: "a", count: 5000), false),
    ])
    func globs(_ pattern: String, _ text: String, _ isMatch: Bool) {
        #expect(Glob(pattern).matches(text) == isMatch)
    }
}
