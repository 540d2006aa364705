import Language
import Testing

@testable import Jupyter

/// What happens while a cell runs. The double looks up at safe points; a test puts messages into
/// the mailbox before, and they are answered in the middle of the cell.
@Suite struct LiveTests {
    @Test func queriesAreAnsweredInTheMiddleOfACellWithTheirOwnParent() throws {
        let bench = try Bench()
        let cell = bench.post("execute_request", Bench.cell("busy 0.01\nprint end"))
        let ids = ["complete_request", "inspect_request"].map {
            bench.post($0, .object(["code": .string("print")]))
        }
        let info = bench.post("comm_info_request")
        let messages = try bench.work()
        let end = try #require(messages.firstIndex { $0.label == "stream" })
        for id in ids + [info] {
            let caused = messages.caused(by: id)
            #expect(caused.first?.label == "status busy")
            #expect(caused.last?.label == "status idle")
            #expect(try caused.reply.content["status"] != .string("error"))
            let place = try #require(messages.firstIndex { $0.id == caused.last?.id })
            #expect(place < end)
        }
        #expect(messages.caused(by: cell).last?.label == "status idle")
    }

    @Test func aTextIsParsedAtOnceWhateverRuns() throws {
        let bench = try Bench()
        bench.post("execute_request", Bench.cell("print a"))
        let asked = bench.post("is_complete_request", .object(["code": .string("f {")]))
        // The shell has not come to run yet.
        let reply = try bench.collect().caused(by: asked).reply
        #expect(reply.content["status"] == .string("incomplete"))
    }

    /// Else the front end would show an idle kernel, and a server might end it for idleness.
    @Test func theCellIsAnnouncedAsBusyAgainAfterAnAnswerInItsMiddle() throws {
        let bench = try Bench()
        let cell = bench.post("execute_request", Bench.cell("busy 0.01"))
        let query = bench.post("complete_request", .object(["code": .string("p")]))
        let messages = try bench.work()
        let answered = try #require(
            messages.firstIndex { $0.parentID == query && $0.label == "status idle" })
        #expect(messages[answered + 1].label == "status busy")
        #expect(messages[answered + 1].parentID == cell)
        #expect(messages.last?.label == "status idle")
        #expect(messages.last?.parentID == cell)

        let next = bench.post("execute_request", Bench.cell("busy 0.01"))
        // The announcement of the cell has to be out before the I/O thread answers.
        let request = try #require(bench.mailbox.takeNow())
        bench.shell.desk.outbox.post(.status(.busy, for: request.header))
        _ = bench.board.flush(at: bench.now)
        bench.post("usage_request", on: .control)
        let sent = try bench.collect()
        #expect(sent.last?.label == "status busy")
        #expect(sent.last?.parentID == next)
    }

    @Test func cellsOfTheSameShellWait() throws {
        let bench = try Bench()
        let first = bench.post("execute_request", Bench.cell("busy 0.005\nprint a"))
        let second = bench.post("execute_request", Bench.cell("print b"))
        let messages = try bench.work()
        let idle = try #require(messages.lastIndex { $0.parentID == first })
        let busy = try #require(messages.firstIndex { $0.parentID == second })
        #expect(idle < busy)
    }

    /// A page that was loaded anew attaches to the game that trains without waiting for its end.
    @Test func aCellThatOnlyLooksAtWhatRunsNeedNotWait() throws {
        let bench = try Bench()
        let running = bench.post("execute_request", Bench.cell("busy 0.01\nprint end"))
        let looking = bench.post("execute_request", Bench.cell("look"))
        let waiting = bench.post("execute_request", Bench.cell("print next"))
        let hidden = bench.post("execute_request", Bench.cell("look"))
        let messages = try bench.work()
        #expect(bench.evaluator.ran == ["busy 0.01\nprint end", "look", "print next", "look"])
        let ends = [looking, running, waiting, hidden].map { id in
            messages.lastIndex { $0.parentID == id && $0.label == "status idle" }
        }
        #expect(ends.compactMap { $0 }.count == 4)
        #expect(ends.compactMap { $0 } == ends.compactMap { $0 }.sorted())
        let replies = messages.all("execute_reply").map { $0.content["execution_count"] }
        #expect(replies == [2, 1, 3, 4].map { .integer($0) })
    }

    @Test func aCellOfASubshellRunsInTheMiddleOfAnother() throws {
        let bench = try Bench()
        let created = try bench.ask("create_subshell_request", on: .control).reply
        let subshell = try #require(created.content["subshell_id"]?.text)
        let listed = try bench.ask("list_subshell_request", on: .control).reply
        #expect(listed.content["subshell_id"] == .array([.string(subshell)]))

        let main = bench.post("execute_request", Bench.cell("busy 0.01\nget"))
        let side = bench.post("execute_request", Bench.cell("set 7\n6 * 7"), subshell: subshell)
        let messages = try bench.work()
        let sideEnd = try #require(messages.lastIndex { $0.parentID == side })
        let mainEnd = try #require(messages.lastIndex { $0.parentID == main })
        #expect(sideEnd < mainEnd)
        let result = try messages.caused(by: main).first("execute_result")
        #expect(result.content["data"]?["text/plain"] == .string("7"))

        let deleted = try bench.ask(
            "delete_subshell_request", .object(["subshell_id": .string(subshell)]), on: .control)
        #expect(try deleted.reply.content["status"] == .string("ok"))
        let empty = try bench.ask("list_subshell_request", on: .control).reply
        #expect(empty.content["subshell_id"] == .array([]))
    }

    @Test func anUnknownSubshellIsBusyRefusedAndIdle() throws {
        let bench = try Bench()
        let messages = try bench.ask(
            "execute_request", Bench.cell("print a"), subshell: "nobody")
        #expect(messages.labels == ["status busy", "execute_reply", "status idle"])
        #expect(try messages.reply.content["status"] == .string("error"))
        #expect(bench.evaluator.ran.isEmpty)
        for type in ["kernel_info_request", "is_complete_request", "comm_info_request"] {
            let refused = try bench.ask(type, subshell: "nobody").reply
            #expect(refused.content["ename"] == .string("SubshellError"))
        }
        // Nobody waits for a reply to a comm's message.
        let message = try bench.ask("comm_msg", subshell: "nobody")
        #expect(message.labels == ["status busy", "status idle"])
        let deleted = try bench.ask(
            "delete_subshell_request", .object(["subshell_id": .string("nobody")]), on: .control)
        #expect(try deleted.reply.content["status"] == .string("error"))
    }

    @Test func aFailureInASubshellStopsOnlyItsOwnCells() throws {
        let bench = try Bench()
        let created = try bench.ask("create_subshell_request", on: .control).reply
        let subshell = try #require(created.content["subshell_id"]?.text)
        bench.post("execute_request", Bench.cell("busy 0.005"))
        bench.post("execute_request", Bench.cell("fail"), subshell: subshell)
        bench.post("execute_request", Bench.cell("print side"), subshell: subshell)
        bench.post("execute_request", Bench.cell("print main"))
        _ = try bench.work()
        #expect(bench.evaluator.ran == ["busy 0.005", "fail", "print main"])
    }

    /// A training in a subshell ends well when it is interrupted; the one around it must end, too.
    @Test func anInterruptOfACellInTheMiddleGoesOnToTheCellAroundIt() throws {
        let bench = try Bench()
        let evaluator = bench.evaluator
        let request = try #require(bench.request(id: "inner"))
        bench.shell.desk.answering(try #require(bench.request(id: "outer"))) {
            bench.shell.desk.answering(request) {
                evaluator.interrupt.request()
                #expect(evaluator.interrupt.take())
            }
            #expect(evaluator.interrupt.isRequested)
        }
        _ = evaluator.interrupt.take()
        bench.shell.desk.answering(request) { evaluator.interrupt.request() }
        _ = evaluator.interrupt.take()
        bench.shell.desk.answering(request) {}
        #expect(!evaluator.interrupt.isRequested)
    }

    @Test func anInterruptEndsTheCellAndStateStays() throws {
        let bench = try Bench()
        bench.post("execute_request", Bench.cell("set 5\nlines 10"))
        bench.post("interrupt_request", on: .control)
        // It came before the cell began, so it was meant for nothing.
        #expect(try bench.work().all("execute_reply").first?.content["status"] == .string("ok"))

        let evaluator = bench.evaluator
        evaluator.atSafePoint = { evaluator.interrupt.request() }
        let content = try bench.run("spin").reply.content
        #expect(content["ename"] == .string("Interrupted"))
        let result = try bench.run("get").first("execute_result")
        #expect(result.content["data"]?["text/plain"] == .string("5"))
    }

    @Test func inputIsAskedOfTheClientThatRanTheCell() throws {
        let bench = try Bench()
        let evaluator = bench.evaluator
        bench.post(
            "execute_request", Bench.cell("ask name?", ["allow_stdin": .bool(true)]),
            client: "alice")
        let reply = { (client: String, value: String) in
            bench.board.receive(
                bench.frames(
                    "input_reply", .object(["value": .string(value)]), id: "in-\(value)",
                    client: client), from: .stdin)
        }
        reply("alice", "stale")
        let attend = bench.shell.desk.attend
        var step = 0
        bench.shell.desk.attend = {
            attend()
            step += 1
            if step == 1 { reply("mallory", "mine") }
            if step == 2 { reply("alice", "Alice") }
            if step > 200 { evaluator.interrupt.request() }
        }
        let messages = try bench.work()
        let question = try messages.first("input_request")
        #expect(question.channel == .stdin)
        #expect(question.identities == [Array("alice".utf8)])
        #expect(question.content["prompt"] == .string("name?"))
        #expect(try messages.first("stream").content["text"] == .string("got Alice\n"))
    }

    @Test func whereNobodyCanAnswerAskingIsAFault() throws {
        let messages = try Bench().run("ask name?")
        #expect(messages.all("input_request").isEmpty)
        let error = try messages.first("error").content
        #expect(error["ename"] == .string("UsageError"))
        #expect(error["evalue"]?.text?.contains("input") == true)
    }

    @Test func anInterruptEndsTheWaitForInput() throws {
        let bench = try Bench()
        let evaluator = bench.evaluator
        bench.shell.desk.attend = { evaluator.interrupt.request() }
        let reply = try bench.run("ask name?", ["allow_stdin": .bool(true)]).reply
        #expect(reply.content["ename"] == .string("Interrupted"))
    }
}
