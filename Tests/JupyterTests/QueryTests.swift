import Language
import Testing

@testable import Jupyter

@Suite struct QueryTests {
    @Test func everyRequestIsBusyAnsweredAndIdleEvenWhenItFails() throws {
        let bench = try Bench()
        let shell = [
            "kernel_info_request", "complete_request", "inspect_request", "is_complete_request",
            "history_request", "comm_info_request", "execute_request", "wish_request",
        ]
        for type in shell {
            let messages = try bench.ask(type)
            #expect(messages.first?.label == "status busy", "\(type)")
            #expect(messages.last?.label == "status idle", "\(type)")
            #expect(try messages.reply.type == type.dropLast("request".count) + "reply")
            #expect(messages.allSatisfy { $0.parent["msg_type"] == .string(type) })
        }
        for type in [
            "kernel_info_request", "interrupt_request", "usage_request", "create_subshell_request",
            "delete_subshell_request", "list_subshell_request", "wish_request", "shutdown_request",
        ] {
            let messages = try bench.ask(type, on: .control)
            #expect(messages.first?.label == "status busy", "\(type)")
            #expect(messages.last?.label == "status idle", "\(type)")
            #expect(try messages.reply.channel == .control)
        }
    }

    @Test func contentThatIsNoObjectIsRefused() throws {
        let bench = try Bench()
        for content in [JSON.array([]), .null, .integer(1)] {
            for type in ["complete_request", "execute_request", "history_request"] {
                let reply = try bench.ask(type, content).reply.content
                #expect(reply["status"] == .string("error"))
                #expect(reply["evalue"]?.text?.contains("not a JSON object") == true)
            }
        }
    }

    @Test func kernelInfoNamesProtocolLanguageAndFeatures() throws {
        let content = try Bench().ask("kernel_info_request").reply.content
        #expect(content["protocol_version"] == .string("5.5"))
        #expect(content["implementation"] == .string("saddle"))
        #expect(content["implementation_version"] == .string("1.2.3"))
        #expect(content["banner"] == .string("hello"))
        #expect(content["language_info"]?["name"] == .string("saddle"))
        #expect(content["language_info"]?["file_extension"] == .string(".saddle"))
        #expect(content["supported_features"] == .array([.string("kernel subshells")]))
    }

    @Test func completionTypesStandBesideMatchesInTheSameOrder() throws {
        let content = try Bench().ask(
            "complete_request", .object(["code": .string("pr"), "cursor_pos": .integer(2)])
        ).reply.content
        let types = content["metadata"]?["_jupyter_types_experimental"]?.elements ?? []
        #expect(types.map { $0["text"] } == content["matches"]?.elements)
        #expect(types.map { $0["type"] } == [.string("command"), .string("variable")])
        #expect(content["cursor_start"] == .integer(1))
        #expect(content["cursor_end"] == .integer(2))
    }

    /// One code point is one step: not a UTF-16 unit, not a byte, not a grapheme.
    @Test func cursorsCountCodePoints() throws {
        let bench = try Bench()
        let text = "𝒳x̂🇩🇪λ"
        #expect(text.unicodeScalars.count == 6)
        for (given, taken) in [(4, 4), (6, 6), (99, 6), (-1, 6)] {
            let content = try bench.ask(
                "complete_request",
                .object(["code": .string(text), "cursor_pos": .integer(given)])
            ).reply.content
            #expect(content["cursor_end"] == .integer(taken))
        }
    }

    @Test func inspectionKnowsTwoDetailsAndMayFindNothing() throws {
        let bench = try Bench()
        for detail in [0, 1] {
            let content = try bench.ask(
                "inspect_request",
                .object([
                    "code": .string("print x"), "cursor_pos": .integer(3),
                    "detail_level": .integer(detail),
                ])
            ).reply.content
            #expect(content["found"] == .bool(true))
            #expect(content["data"]?["text/plain"] == .string("print at 3, detail \(detail)"))
        }
        let nothing = try bench.ask("inspect_request", .object(["code": .string("zzz")])).reply
        #expect(nothing.content["found"] == .bool(false))
        #expect(nothing.content["status"] == .string("ok"))
    }

    @Test func completenessCarriesTheIndent() throws {
        let bench = try Bench()
        func answer(_ code: String) throws -> JSON {
            try bench.ask("is_complete_request", .object(["code": .string(code)])).reply.content
        }
        #expect(try answer("print a") == .object(["status": .string("complete")]))
        #expect(try answer(")") == .object(["status": .string("invalid")]))
        #expect(
            try answer("repeat 3 {")
                == .object(["status": .string("incomplete"), "indent": .string("    ")]))
    }

    /// A parse of megabytes on the thread that owns the sockets would hold up an interrupt.
    @Test func aTextThatNobodyTypesIsNotParsed() throws {
        let long = String(repeating: ")", count: 70_000)
        let reply = try Bench().ask("is_complete_request", .object(["code": .string(long)])).reply
        #expect(reply.content == .object(["status": .string("unknown")]))
    }

    @Test func usageTellsMemoryAndProcessor() throws {
        let content = try Bench().ask("usage_request", on: .control).reply.content
        #expect((content["kernel_memory"]?.integer ?? 0) > 1_000_000)
        #expect((content["cpu_count"]?.integer ?? 0) >= 1)
        #expect((content["kernel_cpu"]?.double ?? -1) >= 0)
        #expect((content["pid"]?.integer ?? 0) > 0)
    }

    @Test func shutdownIsAnsweredAnnouncedAndEndsTheLoop() throws {
        for restart in [true, false] {
            let bench = try Bench()
            let messages = try bench.ask(
                "shutdown_request", .object(["restart": .bool(restart)]), on: .control)
            #expect(
                messages.labels == [
                    "status busy", "shutdown_reply", "shutdown_reply", "status idle",
                ])
            #expect(messages[1].channel == .control)
            #expect(messages[2].channel == .iopub)
            #expect(messages[1].content["restart"] == .bool(restart))
            #expect(bench.shell.run() == 0)
        }
    }

    @Test func cellsThatWaitWhenTheKernelEndsAreAnsweredToo() throws {
        let bench = try Bench()
        let cells = ["one", "two"].map { bench.post("execute_request", Bench.cell("print \($0)")) }
        bench.post("shutdown_request", on: .control)
        #expect(bench.shell.run() == 0)
        let messages = try bench.collect()
        #expect(messages.all("execute_reply").map(\.parentID) == cells)
        for cell in cells {
            let caused = messages.caused(by: cell)
            #expect(caused.labels == ["status busy", "execute_reply", "status idle"])
            #expect(try caused.reply.content["ename"] == .string("Aborted"))
        }
    }

    @Test func aFloodOfUnknownMessagesIsLoggedInPart() throws {
        let bench = try Bench()
        for _ in 0..<2500 { bench.post("gossip") }
        #expect(bench.logBook.lines.count == 12)
    }

    @Test func aNewSubscriberIsWelcomedUnderItsTopic() throws {
        let bench = try Bench()
        bench.board.receive([[1]], from: .iopub)
        bench.board.receive([[1] + Array("kernel.".utf8)], from: .iopub)
        bench.board.receive([[0]], from: .iopub)
        let messages = try bench.collect()
        #expect(messages.labels == ["iopub_welcome", "iopub_welcome"])
        #expect(messages[0].content["subscription"] == .string(""))
        #expect(messages[0].parent == .object([:]))
        #expect(messages[1].identities == [Array("kernel.".utf8)])
    }

    @Test func aSubscriberLearnsOfHandshakesThatItMissed() throws {
        let bench = try Bench()
        let asked = try bench.ask("kernel_info_request")
        _ = try bench.ask("is_complete_request", .object(["code": .string("1")]))
        bench.board.receive([[1]], from: .iopub)
        let messages = try bench.collect()
        #expect(messages.labels == ["iopub_welcome", "status idle"])
        #expect(messages[1].parentID == asked.first?.parentID)
    }

    @Test func anUnknownMessageIsLoggedAndAnUnknownRequestRefused() throws {
        let bench = try Bench()
        for channel in [Channel.shell, .control] {
            #expect(try bench.ask("gossip", on: channel).labels == ["status busy", "status idle"])
        }
        #expect(bench.logBook.lines.contains { $0.contains("gossip") })
        let reply = try bench.ask("wish_request").reply
        #expect(reply.content["status"] == .string("error"))
        #expect(reply.content["ename"] == .string("UnknownRequest"))
    }
}
