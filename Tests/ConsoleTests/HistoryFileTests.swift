import Console
import Foundation
import Testing

@Suite("The history file")
struct HistoryFileTests {
    let path = NSTemporaryDirectory() + "saddle-\(UUID().uuidString)/deep/history"
    var file: HistoryFile { HistoryFile(path: path) }

    func remove() {
        let folder = ((path as NSString).deletingLastPathComponent as NSString)
            .deletingLastPathComponent
        try? FileManager.default.removeItem(atPath: folder)
    }

    @Test("Entries of several lines, with backslashes and any letter, come back as they were")
    func roundTrip() {
        defer { remove() }
        let entries = ["train g", "a {\n    b\n}", "\\lambda \\n \\\\", "λ = \"漢\\n\"", "\\", "\n"]
        for entry in entries { #expect(file.append(entry)) }
        #expect(file.load() == entries)
    }

    @Test("It lies where the user's state belongs")
    func place() {
        #expect(HistoryFile(environment: ["XDG_STATE_HOME": "/s"])?.path == "/s/saddle/history")
        #expect(
            HistoryFile(environment: ["HOME": "/h"])?.path == "/h/.local/state/saddle/history")
        #expect(HistoryFile(environment: [:]) == nil)
    }

    @Test("Many writers at once lose nothing and mix nothing")
    func writers() async {
        defer { remove() }
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                let file = file
                group.addTask {
                    for turn in 0..<200 { file.append("writer \(writer)\nturn \(turn)") }
                }
            }
        }
        let entries = file.load()
        #expect(entries.count == 1600 && Set(entries).count == 1600)
        for writer in 0..<8 {
            let mine = entries.filter { $0.hasPrefix("writer \(writer)\n") }
            #expect(mine == (0..<200).map { "writer \(writer)\nturn \($0)" })
        }
    }

    @Test("Half a line at the end spoils no other")
    func broken() throws {
        defer { remove() }
        file.append("whole")
        let handle = try #require(FileHandle(forWritingAtPath: path))
        handle.seekToEndOfFile()
        handle.write(Data("half\\".utf8))
        try handle.close()
        file.append("next")
        #expect(file.load() == ["whole", "half", "next"])
    }

    @Test("A file that has grown too long is shortened to the newest entries")
    func shortening() {
        defer { remove() }
        file.append("first")
        let text = (0..<20_001).map { "entry \($0)\n" }.joined()
        try? text.write(toFile: path, atomically: true, encoding: .utf8)
        let entries = file.load()
        #expect(entries.count == 10_000 && entries.last == "entry 20000")
        #expect(file.load() == entries)
        file.append("after")
        #expect(file.load().last == "after")
    }

    @Test("A folder that cannot be written is no reason to stop")
    func unwritable() {
        #expect(!HistoryFile(path: "/proc/no/history").append("x"))
        #expect(HistoryFile(path: "/proc/no/history").load() == [])
    }
}
