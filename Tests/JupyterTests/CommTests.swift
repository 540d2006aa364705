import Language
import Testing

@testable import Jupyter

@Suite struct CommTests {
    private func open(_ target: String, id: String = "c1", data: JSON = .object([:])) -> JSON {
        .object(["comm_id": .string(id), "target_name": .string(target), "data": data])
    }

    private func say(_ data: JSON, to id: String) -> JSON {
        .object(["comm_id": .string(id), "data": data])
    }

    @Test func anUnknownTargetIsClosedAtOnce() throws {
        let messages = try Bench().ask("comm_open", open("nowhere"))
        #expect(messages.labels == ["status busy", "comm_close", "status idle"])
        #expect(messages[1].content["comm_id"] == .string("c1"))
    }

    @Test func aTargetOfTheSessionAnswersWithDataAndBuffers() throws {
        let bench = try Bench()
        _ = try bench.run("talk")
        let opened = try bench.ask(
            "comm_open", open("echo", data: .object(["a": .integer(1)])), buffers: [[1, 2], []])
        #expect(opened.labels == ["status busy", "comm_msg", "status idle"])
        let first = try opened.first("comm_msg")
        #expect(first.content["data"] == .object(["a": .integer(1)]))
        #expect(first.buffers == [[1, 2], []])
        let info = try bench.ask("comm_info_request").reply.content
        #expect(info["comms"] == .object(["c1": .object(["target_name": .string("echo")])]))
        let none = try bench.ask(
            "comm_info_request", .object(["target_name": .string("other")])
        ).reply.content
        #expect(none["comms"] == .object([:]))

        let said = try bench.ask("comm_msg", say(.string("x"), to: "c1"), buffers: [[7]])
        #expect(try said.first("comm_msg").buffers == [[7]])
        #expect(try said.first("comm_msg").parentID == said[0].parentID)
        _ = try bench.ask("comm_close", say(.object([:]), to: "c1"))
        #expect(try bench.ask("comm_msg", say(.string("x"), to: "c1")).count == 2)
        let empty = try bench.ask("comm_info_request").reply.content
        #expect(empty["comms"] == .object([:]))
    }

    @Test func malformedCommMessagesAreBusyAndIdleAndNothingElse() throws {
        let bench = try Bench()
        for type in ["comm_open", "comm_msg", "comm_close"] {
            #expect(try bench.ask(type, .object([:])).labels == ["status busy", "status idle"])
            #expect(try bench.ask(type, .array([])).labels == ["status busy", "status idle"])
        }
    }
}

@Suite struct WidgetTests {
    /// Shows the double's slider and returns the model's id.
    private func slider(_ bench: Bench) throws -> (id: String, messages: [Bench.Message]) {
        let messages = try bench.run("slider")
        let view = try messages.first("display_data").content["data"]?[
            "application/vnd.jupyter.widget-view+json"]
        return (try #require(view?["model_id"]?.text), messages)
    }

    private func update(_ id: String, _ state: [String: JSON]) -> JSON {
        .object([
            "comm_id": .string(id),
            "data": .object([
                "method": .string("update"), "state": .object(state), "buffer_paths": .array([]),
            ]),
        ])
    }

    @Test func aSliderOpensItsModelsBeforeItIsShown() throws {
        let (id, messages) = try slider(Bench())
        let opened = messages.all("comm_open")
        let names = opened.map { $0.content["data"]?["state"]?["_model_name"]?.text }
        #expect(names == ["LayoutModel", "SliderStyleModel", "FloatSliderModel"])
        #expect(opened.allSatisfy { $0.metadata["version"] == .string("2.1.0") })
        #expect(opened.allSatisfy { $0.content["target_name"] == .string("jupyter.widget") })
        let state = try #require(opened[2].content["data"]?["state"])
        #expect(opened[2].content["comm_id"] == .string(id))
        #expect(state["value"] == .number(0.5))
        #expect(state["min"] == .number(0))
        #expect(state["max"] == .number(1))
        #expect(state["description"] == .string("x"))
        #expect(state["layout"]?.text?.hasPrefix("IPY_MODEL_") == true)
        #expect(state["_model_module_version"] == .string("2.0.0"))
        let place = try #require(messages.firstIndex { $0.type == "display_data" })
        #expect(messages[..<place].filter { $0.type == "comm_open" }.count == 3)
    }

    @Test func aFrontEndWithoutWidgetsShowsALineOfText() throws {
        let (_, messages) = try slider(Bench())
        let data = try messages.first("display_data").content["data"]
        #expect(data?["text/plain"] == .string("x = 0.5 (from 0.0 to 1.0)"))
    }

    @Test func movingASliderCallsBackAndEchoes() throws {
        let bench = try Bench()
        let (id, _) = try slider(bench)
        let messages = try bench.ask("comm_msg", update(id, ["value": .number(0.25)]))
        let echo = try messages.first("comm_msg").content["data"]
        #expect(echo?["method"] == .string("echo_update"))
        #expect(echo?["state"] == .object(["value": .number(0.25)]))
        #expect(try messages.first("stream").content["text"] == .string("moved x to 0.25\n"))
        #expect(bench.evaluator.value == 25)
        #expect(bench.evaluator.handle?.value(of: "x") == .number(0.25))
        // The same value again, and one that is no number, are no news.
        for value in [JSON.number(0.25), .string("much")] {
            let again = try bench.ask("comm_msg", update(id, ["value": value]))
            #expect(again.all("stream").isEmpty)
        }
    }

    @Test func aSliderMovesInTheMiddleOfACell() throws {
        let bench = try Bench()
        let (id, _) = try slider(bench)
        bench.post("execute_request", Bench.cell("busy 0.01\nget"))
        bench.post("comm_msg", update(id, ["value": .number(0.75)]))
        let result = try bench.work().first("execute_result")
        #expect(result.content["data"]?["text/plain"] == .string("75"))
    }

    @Test func theProgramMovesASliderWithoutACallback() throws {
        let bench = try Bench()
        let (id, _) = try slider(bench)
        let messages = try bench.run("move 0.125")
        let message = try messages.first("comm_msg")
        #expect(message.content["comm_id"] == .string(id))
        #expect(message.content["data"]?["method"] == .string("update"))
        #expect(message.content["data"]?["state"] == .object(["value": .number(0.125)]))
        #expect(messages.all("stream").isEmpty)
    }

    @Test func aReloadedPageLearnsTheStateOfAllWidgets() throws {
        let bench = try Bench()
        let (id, _) = try slider(bench)
        _ = try bench.ask("comm_msg", update(id, ["value": .number(0.25)]))
        _ = try bench.ask(
            "comm_open",
            .object([
                "comm_id": .string("k"), "target_name": .string("jupyter.widget.control"),
                "data": .object([:]),
            ]))
        let messages = try bench.ask(
            "comm_msg",
            .object([
                "comm_id": .string("k"), "data": .object(["method": .string("request_states")]),
            ]))
        let states = try #require(messages.first("comm_msg").content["data"]?["states"]?.fields)
        #expect(states.count == 3)
        #expect(states[id]?["model_name"] == .string("FloatSliderModel"))
        #expect(states[id]?["state"]?["value"] == .number(0.25))

        let single = try bench.ask(
            "comm_msg",
            .object(["comm_id": .string(id), "data": .object(["method": .string("request_state")])])
        )
        #expect(try single.first("comm_msg").content["data"]?["state"]?["value"] == .number(0.25))
    }

    /// A group of everything, shown through an output of its own.
    private func show(
        _ bench: Bench, _ control: Control, changed: @escaping (ControlEvent) -> Void = { _ in }
    ) throws -> (handle: any ControlHandle, messages: [Bench.Message], output: CellOutput) {
        let id = "shown"
        let request = try #require(bench.request(id: id))
        let output = CellOutput(for: request, at: bench.shell.desk)
        let handle = output.show(control, fallback: nil) { event, _ in changed(event) }
        return (handle, try bench.collect(), output)
    }

    @Test func everyFormHasAModel() throws {
        let bench = try Bench()
        let forms: [(Control.Form, Control.Value, String)] = [
            (.slider(0...1, step: nil, isLogarithmic: false), .number(0.5), "FloatSliderModel"),
            (
                .slider(0.001...1, step: nil, isLogarithmic: true), .number(0.1),
                "FloatLogSliderModel"
            ),
            (.integerSlider(1...9), .integer(3), "IntSliderModel"),
            (.button, .none, "ButtonModel"),
            (.dropdown(["a", "b"]), .integer(1), "DropdownModel"),
            (.toggle, .flag(true), "CheckboxModel"), (.textField, .text("t"), "TextModel"),
            (.progress(0...10), .number(4), "FloatProgressModel"),
            (.image(width: 4, height: 5), .bytes([1, 2]), "ImageModel"),
            (.html, .text("<b>b</b>"), "HTMLModel"), (.output, .none, "OutputModel"),
        ]
        let parts = forms.enumerated().map { Control("c\($0)", $1.0, value: $1.1) }
        let both = Control("all", .column([Control("row", .row(Array(parts[..<6])))] + parts[6...]))
        let (_, messages, _) = try show(bench, both)
        let states = messages.all("comm_open").compactMap { $0.content["data"]?["state"] }
        func state(_ model: String) throws -> JSON {
            try #require(states.first { $0["_model_name"] == .string(model) }, "no \(model)")
        }
        for (_, _, model) in forms { _ = try state(model) }
        #expect(try state("FloatLogSliderModel")["min"] == .number(-3))
        #expect(try state("DropdownModel")["index"] == .integer(1))
        #expect(try state("ButtonModel")["description"] == .string("c3"))
        #expect(try state("VBoxModel")["children"]?.elements?.count == 6)
        #expect(try state("HBoxModel")["children"]?.elements?.count == 6)
        #expect(try state("ImageModel")["format"] == .string("png"))
        let image = try #require(
            messages.first { $0.content["data"]?["state"]?["format"] != nil })
        #expect(image.buffers == [[1, 2]])
        #expect(image.content["data"]?["buffer_paths"] == .array([.array([.string("value")])]))
        let children = try state("VBoxModel")["children"]?.elements?.compactMap(\.text) ?? []
        let ids = messages.all("comm_open").compactMap { $0.content["comm_id"]?.text }
        #expect(children.allSatisfy { ids.contains(String($0.dropFirst("IPY_MODEL_".count))) })
    }

    @Test func aButtonCountsItsPresses() throws {
        let bench = try Bench()
        var events: [ControlEvent] = []
        let (_, messages, _) = try show(bench, Control("go", .button)) { events.append($0) }
        let id = try #require(messages.all("comm_open").last?.content["comm_id"])
        for _ in 0..<3 {
            _ = try bench.ask(
                "comm_msg",
                .object([
                    "comm_id": id,
                    "data": .object([
                        "method": .string("custom"),
                        "content": .object(["event": .string("click")]),
                    ]),
                ]))
        }
        #expect(events.map(\.value) == [.integer(1), .integer(2), .integer(3)])
        #expect(events.allSatisfy { $0.name == "go" })
    }

    @Test func aPictureIsReplacedByItsBytes() throws {
        let bench = try Bench()
        let (handle, _, _) = try show(
            bench, Control("p", .image(width: 1, height: 1), value: .bytes([1])))
        handle.set("p", to: .bytes([2, 3]))
        let message = try bench.collect().first("comm_msg")
        #expect(message.buffers == [[2, 3]])
        #expect(message.content["data"]?["buffer_paths"] == .array([.array([.string("value")])]))
    }

    @Test func whatIsCapturedReplacesWhatTheOutputControlShowed() throws {
        let bench = try Bench()
        let (handle, messages, _) = try show(bench, Control("area", .output))
        let id = try #require(messages.all("comm_open").last?.content["comm_id"])
        let request = try #require(bench.request(id: "moving"))
        for round in 0..<2 {
            bench.shell.desk.answering(request) {
                let output = CellOutput(for: request, at: bench.shell.desk)
                handle.capture(into: "area") { output.write("round \(round)\n", to: .output) }
            }
            let sent = try bench.collect()
            let clear = round == 0 ? [] : ["clear_output"]
            #expect(
                sent.labels == ["status busy", "comm_msg"] + clear
                    + ["stream", "comm_msg", "status idle"])
            let states = sent.all("comm_msg").map { $0.content["data"]?["state"]?["msg_id"] }
            #expect(states == [.string("moving"), .string("")])
            #expect(sent.all("comm_msg").allSatisfy { $0.content["comm_id"] == id })
        }
    }

    @Test func closingTakesAllModelsAway() throws {
        let bench = try Bench()
        let (handle, messages, _) = try show(bench, Control("go", .button))
        handle.close()
        #expect(try bench.collect().all("comm_close").count == messages.all("comm_open").count)
        let info = try bench.ask("comm_info_request").reply.content
        #expect(info["comms"] == .object([:]))
    }
}
