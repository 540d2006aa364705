import Language
import Testing

@testable import Jupyter

@Suite struct ExecuteTests {
    @Test func aCellIsBusyEchoedAnsweredAndIdle() throws {
        let bench = try Bench()
        let messages = try bench.run("6 * 7")
        #expect(
            messages.labels == [
                "status busy", "execute_input", "execute_result", "execute_reply", "status idle",
            ])
        #expect(messages.allSatisfy { $0.parentID == "request-1" })
        let result = try messages.first("execute_result").content
        #expect(result["data"]?["text/plain"] == .string("42"))
        #expect(result["execution_count"] == .integer(1))
        let reply = try messages.reply
        #expect(reply.channel == .shell)
        #expect(reply.identities == [Array("client".utf8)])
        #expect(reply.content["status"] == .string("ok"))
    }

    @Test func everyMessageHasAFreshIdAndOneSession() throws {
        let bench = try Bench()
        var messages = try bench.run("print a")
        messages += try bench.ask("kernel_info_request", on: .control)
        messages += try bench.run("fail")
        #expect(Set(messages.map(\.id)).count == messages.count)
        #expect(Set(messages.map(\.session)).count == 1)
    }

    @Test func textGoesOutAfterTheReplyAndBeforeIdle() throws {
        let bench = try Bench()
        let messages = try bench.run("print a\nprint b\nerror c")
        let streams = messages.all("stream")
        #expect(streams.map { $0.content["text"] } == [.string("a\nb\n"), .string("c\n")])
        #expect(streams.map { $0.content["name"] } == [.string("stdout"), .string("stderr")])
        #expect(messages.last?.label == "status idle")
    }

    @Test func onlyKeptCellsCount() throws {
        let bench = try Bench()
        let kept = try bench.run("6 * 7").reply
        let unkept = try bench.run("6 * 7", ["store_history": .bool(false)]).reply
        let silent = try bench.run("6 * 7", ["silent": .bool(true)]).reply
        let next = try bench.run("6 * 7").reply
        let counts = [kept, unkept, silent, next].map { $0.content["execution_count"] }
        #expect(counts == [.integer(1), .integer(1), .integer(1), .integer(2)])
    }

    @Test func aSilentCellPublishesNothing() throws {
        let bench = try Bench()
        for code in ["print a", "6 * 7", "picture", "fail", "clear", "frames 3"] {
            let messages = try bench.run(code, ["silent": .bool(true)])
            #expect(messages.labels == ["status busy", "execute_reply", "status idle"])
        }
    }

    @Test func aFaultIsAnErrorWithTheLineAndACaret() throws {
        let bench = try Bench()
        let messages = try bench.run("shape")
        for type in ["error", "execute_reply"] {
            let content = try messages.first(type).content
            #expect(content["ename"] == .string("ShapeError"))
            #expect(content["evalue"] == .string("linear(128) expects a vector"))
            let lines = content["traceback"]?.elements?.compactMap(\.text) ?? []
            #expect(lines.contains { $0.contains("shape") })
            #expect(lines.contains { $0.contains("^^^^^") })
            #expect(lines.last?.contains("insert flatten before it") == true)
        }
        #expect(try messages.reply.content["status"] == .string("error"))
        #expect(messages.last?.label == "status idle")
    }

    @Test func aFailingCellStopsTheCellsThatWaitAndNoLaterOnes() throws {
        let bench = try Bench()
        let ids = ["fail", "print a", "print b"].map {
            bench.post("execute_request", Bench.cell($0))
        }
        let messages = try bench.work()
        for id in ids[1...] {
            let caused = messages.caused(by: id)
            #expect(caused.labels == ["status busy", "execute_reply", "status idle"])
            let reply = try caused.reply.content
            #expect(reply["status"] == .string("error"))
            #expect(reply["ename"] == .string("Aborted"))
            #expect(reply["evalue"]?.text?.isEmpty == false)
            #expect(reply["traceback"]?.elements?.isEmpty == false)
        }
        #expect(bench.evaluator.ran == ["fail"])
        #expect(try bench.run("print c").reply.content["status"] == .string("ok"))
        #expect(bench.evaluator.ran == ["fail", "print c"])
    }

    @Test func aFailingCellThatMayFailStopsNothing() throws {
        let bench = try Bench()
        bench.post("execute_request", Bench.cell("fail", ["stop_on_error": .bool(false)]))
        bench.post("execute_request", Bench.cell("print a"))
        _ = try bench.work()
        #expect(bench.evaluator.ran == ["fail", "print a"])
    }

    @Test func queriesBehindAFailingCellAreAnswered() throws {
        let bench = try Bench()
        bench.post("execute_request", Bench.cell("fail"))
        let query = bench.post("complete_request", .object(["code": .string("pr")]))
        let reply = try bench.work().caused(by: query).reply
        #expect(reply.content["status"] == .string("ok"))
    }

    @Test func userExpressionsHaveEachTheirOwnResult() throws {
        let bench = try Bench()
        let expressions = JSON.object(["good": .string("a"), "wrong": .string("bad")])
        let reply = try bench.run("print a", ["user_expressions": expressions]).reply
        #expect(reply.content["status"] == .string("ok"))
        let results = try #require(reply.content["user_expressions"])
        #expect(results["good"]?["status"] == .string("ok"))
        #expect(results["good"]?["data"]?["text/plain"] == .string("value of a"))
        #expect(results["wrong"]?["status"] == .string("error"))
        #expect(results["wrong"]?["ename"] == .string("NameError"))
    }

    @Test func helpGoesToThePagerInThreeForms() throws {
        let reply = try Bench().run("?lsgan").reply
        let page = try #require(reply.content["payload"]?.elements?.first)
        #expect(page["source"] == .string("page"))
        for type in ["text/plain", "text/html", "text/markdown"] {
            #expect(page["data"]?[type]?.text?.isEmpty == false)
        }
    }

    @Test func aPictureIsBase64WithItsSize() throws {
        let content = try Bench().run("picture p").first("display_data").content
        #expect(content["data"]?["image/png"] == .string("iVBORw=="))
        #expect(content["data"]?["text/plain"] == .string("a picture"))
        #expect(content["metadata"]?["image/png"]?["height"] == .integer(3))
        #expect(content["transient"]?["display_id"] == .string("p"))
    }

    @Test func aCellThatLeavesEndsTheKernelWithItsCode() throws {
        let bench = try Bench()
        let reply = try bench.run("leave 3").reply
        let payload = reply.content["payload"]?.elements?.first
        #expect(payload?["source"] == .string("ask_exit"))
        #expect(bench.shell.run() == 3)
    }

    @Test func aRequestWithoutCodeIsRefusedAndTheKernelGoesOn() throws {
        let bench = try Bench()
        let messages = try bench.ask("execute_request", .object(["code": .integer(3)]))
        #expect(messages.labels == ["status busy", "execute_reply", "status idle"])
        #expect(try messages.reply.content["ename"] == .string("MalformedRequest"))
        #expect(try bench.run("6 * 7").reply.content["status"] == .string("ok"))
    }
}
