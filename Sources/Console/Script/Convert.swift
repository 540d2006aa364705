import Foundation
import Language

/// Turns a notebook (nbformat 4) into a script: each cell begins with a mark, `# %%` for code and
/// `# %% [markdown]` for text in comments; outputs are left out. Throws when it is no notebook.
package func convertNotebook(_ text: String) throws(Diagnostic) -> String {
    guard let notebook = JSONText.decode(text), case .object = notebook else {
        throw Diagnostic(.file, "this is no notebook: it is not a JSON object")
    }
    guard case .integer(let version)? = notebook["nbformat"], version >= 4,
        case .array(let values)? = notebook["cells"]
    else {
        throw Diagnostic(
            .file, "this is no notebook of format 4",
            hint: "open it in Jupyter and save it: that brings it up to date")
    }
    let cells = values.compactMap(Cell.init(notebook:))
    var parts = cells.map(\.script)
    if case .string(let first)? = notebook["metadata"]?["saddle"]?["first_line"] {
        parts.insert(first, at: 0)
    }
    return parts.joined(separator: "\n\n") + "\n"
}

/// Turns a script into a notebook, in the order of its `# %%` marks; what stands before the first
/// mark is a cell of code, and a first line `#!...` is kept in the notebook's metadata.
package func convertScript(_ text: String) -> String {
    let clean = text.replacing("\r\n", with: "\n")
    var lines = clean.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    var metadata = notebookMetadata
    if let first = lines.first, first.hasPrefix("#!") {
        metadata["saddle"] = .object(["first_line": .string(String(first))])
        lines.removeFirst()
        if lines.first?.isEmpty == true { lines.removeFirst() }
    }
    let cells = scriptCells(lines)
    let values = cells.enumerated().map { $1.notebook(id: "cell-\($0 + 1)") }
    let notebook = JSON.object([
        "cells": .array(values), "metadata": .object(metadata), "nbformat": .integer(4),
        "nbformat_minor": .integer(5),
    ])
    return JSONText.pretty(notebook) + "\n"
}

private let notebookMetadata: [String: JSON] = [
    "kernelspec": .object([
        "display_name": .string("Saddle"), "language": .string("saddle"),
        "name": .string("saddle"),
    ]),
    "language_info": .object([
        "file_extension": .string(".saddle"), "name": .string("saddle"),
    ]),
]

private func scriptCells(_ lines: [Substring]) -> [Cell] {
    let marks = lines.indices.filter { Cell.isMark(lines[$0]) }
    var cells: [Cell] = []
    var head = Array(lines[..<(marks.first ?? lines.count)])
    while head.last?.allSatisfy(\.isWhitespace) == true { head.removeLast() }
    if !head.isEmpty { cells.append(Cell(kind: .code, source: head.joined(separator: "\n"))) }
    for (position, start) in marks.enumerated() {
        let isLast = position + 1 == marks.count
        var body = Array(lines[(start + 1)..<(isLast ? lines.count : marks[position + 1])])
        // The last cell has no empty line behind it that only separates.
        if isLast { body.append("") }
        if let cell = Cell(mark: lines[start], body: body) { cells.append(cell) }
    }
    return cells
}

extension Cell {
    init?(notebook cell: JSON) {
        guard case .string(let name)? = cell["cell_type"], let kind = Kind(rawValue: name) else {
            return nil
        }
        var source = ""
        switch cell["source"] {
        case .string(let text)?: source = text
        case .array(let parts)?:
            for case .string(let part) in parts { source += part }
        default: break
        }
        var metadata: [String: JSON] = [:]
        if case .object(let fields)? = cell["metadata"] { metadata = fields }
        self.init(
            kind: kind,
            source: source.replacing("\r\n", with: "\n").replacing("\r", with: "\n"),
            metadata: metadata,
            attachments: cell["attachments"])
    }

    func notebook(id: String) -> JSON {
        var lines = source.split(separator: "\n", omittingEmptySubsequences: false)
            .map { String($0) + "\n" }
        if let last = lines.popLast(), last != "\n" { lines.append(String(last.dropLast())) }
        var fields: [String: JSON] = [
            "cell_type": .string(kind.rawValue), "id": .string(id), "metadata": .object(metadata),
            "source": .array(lines.map { JSON.string($0) }),
        ]
        if kind == .code {
            fields["execution_count"] = .null
            fields["outputs"] = .array([])
        }
        if let attachments { fields["attachments"] = attachments }
        return .object(fields)
    }
}

/// Converts a file by its extension, `.ipynb` to `.saddle` or back; an exit code. `target` nil is
/// the same name with the other extension. An existing target is replaced.
package func convert(
    file: String, to target: String? = nil, output: any Reporter
) -> Int32 {
    let isNotebook = file.hasSuffix(".ipynb")
    do {
        let source = try readScript(file).get()
        let text = isNotebook ? try convertNotebook(source.text) : convertScript(source.text)
        let endings = [".ipynb", ".saddle"]
        let stem =
            endings.first(where: file.hasSuffix).map { String(file.dropLast($0.count)) } ?? file
        let place = target ?? stem + (isNotebook ? ".saddle" : ".ipynb")
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: place), options: .atomic)
        } catch {
            throw Diagnostic(.file, "cannot write \(place): \(error.localizedDescription)")
        }
        output.write("wrote \(place)\n", to: .output)
        return ExitCode.success
    } catch let fault as Diagnostic {
        output.report(Outcome(faults: [fault]))
        return fault.kind == .usage ? ExitCode.usage : ExitCode.failure
    } catch {
        return ExitCode.failure
    }
}
