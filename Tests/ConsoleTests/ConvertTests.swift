import Console
import Foundation
import Language
import Testing

@Suite("Notebooks to scripts and back")
struct ConvertTests {
    /// A cell as a notebook has it.
    func cell(_ kind: String, _ source: String, metadata: [String: JSON] = [:]) -> JSON {
        .object([
            "cell_type": .string(kind), "source": .string(source), "metadata": .object(metadata),
        ])
    }

    func notebook(_ cells: [JSON]) -> String {
        JSONText.encode(
            .object([
                "cells": .array(cells), "metadata": .object([:]), "nbformat": .integer(4),
                "nbformat_minor": .integer(5),
            ]))
    }

    /// Kind, source and metadata of each cell.
    func parts(_ notebook: String) throws -> [[JSON]] {
        let value = try #require(JSONText.decode(notebook))
        guard case .array(let cells)? = value["cells"] else { return [] }
        return cells.map { cell in
            var source = ""
            if case .string(let text)? = cell["source"] { source = text }
            if case .array(let lines)? = cell["source"] {
                for case .string(let line) in lines { source += line }
            }
            return [cell["cell_type"] ?? .null, .string(source), cell["metadata"] ?? .null]
        }
    }

    static let sources = [
        "", "a = 1", "a\n\nb\n", "\n", "\n\na", "# %% not a mark", "# \\%% nor this", "x\n# %%\ny",
        "#", "#!", "λ ~ 漢\n", "    indented", "a\r", "# [markdown]", " ", "%% x", "#%%",
    ]

    @Test(
        "Every cell survives the way to a script and back", arguments: ["code", "markdown", "raw"])
    func roundTrip(kind: String) throws {
        let cells = Self.sources.map { cell(kind, $0) }
        let original = notebook(cells)
        let back = convertScript(try convertNotebook(original))
        let clean = Self.sources.map { $0.replacing("\r", with: "\n") }
        #expect(try parts(back).map { $0[1] } == clean.map { .string($0) })
        #expect(try parts(back).map { $0[0] } == clean.map { _ in .string(kind) })
    }

    @Test("Kinds alternate and metadata stays")
    func metadata() throws {
        let tags: [String: JSON] = ["tags": .array([.string("slow")]), "title": .string("Part 1")]
        let original = notebook([
            cell("markdown", "# Title\n\ntext"), cell("code", "train g", metadata: tags),
            cell("code", "plot(g)", metadata: ["title": .string("{odd}")]),
        ])
        let script = try convertNotebook(original)
        #expect(
            script == """
                # %% [markdown]
                # # Title
                #
                # text

                # %% Part 1 {"tags":["slow"]}
                train g

                # %% {"title":"{odd}"}
                plot(g)

                """)
        #expect(try parts(convertScript(script)) == parts(original))
    }

    @Test("A script in the form that we write comes back letter by letter")
    func script() throws {
        let text = "#!/usr/bin/env saddle run\n\n# %% [markdown]\n# Hello\n\n# %%\na = 1\n\nb = 2\n"
        #expect(try convertNotebook(convertScript(text)) == text)
    }

    @Test("What stands before the first mark is a cell; without marks the script is one cell")
    func head() throws {
        #expect(try parts(convertScript("a = 1\nb\n")).map { $0[1] } == [.string("a = 1\nb")])
        let both = try parts(convertScript("a\n\n#%%\nb\n# %% [md]\n# c"))
        #expect(both.map { $0[1] } == [.string("a"), .string("b"), .string("c")])
        #expect(both[2][0] == .string("markdown"))
    }

    @Test("The notebook is one that Jupyter opens: format 4.5, ids, kernel, outputs")
    func form() throws {
        let value = try #require(JSONText.decode(convertScript("# %%\na\n")))
        #expect(value["nbformat"] == .integer(4) && value["nbformat_minor"] == .integer(5))
        #expect(value["metadata"]?["kernelspec"]?["name"] == .string("saddle"))
        guard case .array(let cells)? = value["cells"], let first = cells.first else {
            Issue.record("no cells")
            return
        }
        #expect(first["id"] == .string("cell-1") && first["outputs"] == .array([]))
        #expect(first["execution_count"] == .null)
    }

    @Test("What is no notebook is said to be none")
    func faults() {
        for text in ["", "[]", "{", "{\"nbformat\": 3, \"worksheets\": []}", "{\"nbformat\": 4}"] {
            #expect(throws: Diagnostic.self) { try convertNotebook(text) }
        }
    }

    @Test("JSON values of every kind are read and written as they are")
    func json() {
        let text = #"{"a":[true,false,null,1,-2.5,1e+30,"λ\n\"\\\u0001"],"b":{}}"#
        #expect(JSONText.decode(text).map(JSONText.encode) == text)
        #expect(JSONText.encode(.number(.nan)) == "null")
        #expect(JSONText.decode("{") == nil)
    }
}
