import Foundation
import Language
import Tensors

/// Commands about the language itself: printing, help, files, the session.
enum LanguageCommands {
    static var all: [Command] {
        [
            Command(
                "print", .language, [Input("values", .any, isVariadic: true)],
                "Writes values, separated by spaces.", example: "print(1, \"two\", [3])"
            ) { call in
                call.session.output.write(
                    call.rest.map(\.inWords).joined(separator: " ") + "\n", to: .output)
                return .nothing
            },
            Command(
                "help", .language, [Input("topic", .topic, standard: .nothing)],
                "What a name means, with an example; without a name, an overview.",
                example: "help lsgan"
            ) { call in
                call.session.output.display(try call.session.help(on: call[0]), id: nil)
                return .nothing
            },
            Command(
                "source", .language, [Input("topic", .topic)],
                "The text of a game of the Library, or of a function of one's own.",
                example: "source lsgan"
            ) { call in
                call.session.output.display(try call.session.sourceText(of: call[0]), id: nil)
                return .nothing
            },
            Command(
                "explain", .language, [Input("topic", .topic)],
                "A game in words, formulas and curves: objectives, equilibrium, when to use it, paper.",
                details: """
                    Below it the losses of both players and their slopes against the score of a \
                    sample, as curve draws them, where the game has a generator and a \
                    discriminator; of a game of two numbers, such as dirac, where a round takes them.
                    """,
                example: "explain lsgan"
            ) { call in
                call.session.output.display(try call.session.explanation(of: call[0]), id: nil)
                return call.session.anatomy(of: call[0]).map { .picture($0) } ?? .nothing
            },
            Command(
                "seed", .language, [Input("number", .integer, "0 or more")],
                "Starts the random numbers afresh: the same seed gives the same run.",
                example: "seed 7\nrandn([2])"
            ) { call in
                call.session.reseed(UInt64(try call.integer(0, in: 0...Int.max)))
                return .nothing
            },
            Command(
                "limit", .language,
                [
                    Input(
                        "memory", .number, "bytes, such as 4 GB; none: no limit", standard: .nothing
                    )
                ], "Sets a memory limit for tensors; beyond it a cell ends with an error.",
                example: "limit memory: 4 GB"
            ) { call in
                guard call.isGiven(0) else {
                    Memory.limit = Int.max
                    return .nothing
                }
                guard call.number(0) >= 1_000_000, call.number(0) < 1e18 else {
                    throw Diagnostic(
                        .value, "a limit of \(call[0].inSource) bytes is too small",
                        hint: "write limit memory: 4 GB")
                }
                Memory.limit = Int(call.number(0))
                return .nothing
            },
            Command(
                "threads", .language, [Input("count", .integer, "1 or more")],
                "Sets how many threads compute.", example: "threads 2"
            ) { call in
                Threads.count = try call.integer(0, in: 1...1024)
                return .nothing
            },
            Command(
                "length", .language, [Input("x", .any)], "How many elements there are.",
                example: "length([1, 2, 3])"
            ) { call in
                switch call[0] {
                case .tensor(let tensor): .number(Double(tensor.shape.first ?? 1))
                case .record(let record): .number(Double(record.fields.count))
                default: try call.session.member("count", of: call[0])
                }
            },
            Command(
                "contains", .language, [Input("items", .any), Input("x", .any)],
                "Whether a list, a range or a text has x in it.",
                example: "contains([1, 2, 3], 2)"
            ) { call in
                if case .string(let text) = call[0] {
                    guard case .string(let part) = call[1] else {
                        throw Diagnostic.mismatch("contains", expects: "a string", got: call[1])
                    }
                    return .boolean(part.isEmpty || text.contains(part))
                }
                return .boolean(
                    try call.session.elements(of: call[0]).contains { item in
                        // An element of a tensor is a number.
                        areEqual(item.scalar.map { .number($0) } ?? item, call[1])
                    })
            },
            Command(
                "reference", .language, [],
                "Every command and every game on one page.", example: "reference()"
            ) { call in
                let page = try call.session.reference()
                call.session.output.display(
                    MIMEBundle(["text/plain": .text(page), "text/markdown": .text(page)]), id: nil)
                return .nothing
            },
            Command(
                "map", .language,
                [Input("f", .function), Input("items", .list)],
                "The list of f(item) for each item.", example: "map(x -> x^2, [1, 2, 3])"
            ) { call in
                let session = call.session
                let items = try session.elements(of: call[1])
                if case .function(let function) = call[0] {
                    return .list(try items.map { try function.call(session, with: [$0]) })
                }
                return .list(
                    try items.map { item in
                        try session.apply(
                            call[0], [Given(label: nil, value: item, span: Span(0, 0))])
                    })
            },
            Command(
                "input", .language,
                [
                    Input("prompt", .string, standard: .string("")),
                    Input(
                        "secret", .boolean, "true: what is typed is not shown",
                        standard: .boolean(false)),
                ], "Asks the person and gives the answer as a string.",
                example: "# name = input(\"Your name? \")"
            ) { .string(try $0.session.output.ask($0.string(0), secret: $0.boolean(1))) },
            Command(
                "names", .language, [], "Every name that has been given a value, and what it is.",
                example: "a = 3\nG = noise(2) |> linear(8)\nnames()"
            ) { call in
                let globals = call.session.globals
                let rows = globals.defined.map { name in
                    [name, globals.variables[name]?.value?.inShort ?? ""]
                }
                let text = rows.isEmpty ? "no name has a value yet" : Document.columns(rows)
                call.session.output.write(text + "\n", to: .output)
                return .nothing
            },
            Command(
                "warn", .language, [Input("values", .any, isVariadic: true)],
                "Writes values to the error stream.", example: "warn(\"careful\")"
            ) { call in
                call.session.output.write(
                    call.rest.map(\.inWords).joined(separator: " ") + "\n", to: .error)
                return .nothing
            },
            Command(
                "clear", .language, [], "Clears what the cell has shown so far.", example: "clear()"
            ) { call in
                call.session.output.clear(wait: false)
                return .nothing
            },
            Command(
                "error", .language, [Input("message", .string)],
                "Ends the program with an error of one's own.",
                example: "check(x) = if x < 0 { error(\"negative\") } else { x }\ncheck(2)"
            ) { throw Diagnostic(.value, $0.string(0)) },
            Command(
                "assert", .language,
                [
                    Input("condition", .any, "true or false"),
                    Input("message", .string, standard: .string("the assertion does not hold")),
                ], "Ends the program with an error unless the condition holds.",
                example: "assert 1 < 2, \"numbers are in order\""
            ) { call in
                guard let holds = call[0].truth else {
                    throw Diagnostic.mismatch("assert", expects: "true or false", got: call[0])
                }
                guard holds else { throw Diagnostic(.value, call.string(1)) }
                return .nothing
            },
            Command(
                "exit", .language, [Input("code", .integer, standard: .number(0))],
                "Leaves the program.", example: "# exit 0"
            ) { throw Exit(code: Int32(clamping: $0.integer(0))) },
        ]
    }
}
