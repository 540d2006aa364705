/// What people write who come from Python, Julia, R, C or JavaScript, or who are new: each with
/// what Saddle writes instead.
enum Slip: Sendable, Equatable {
    case colonBlock, missingBraces(String), foreignFunction(word: String, call: String)
    case classDefinition, importStatement, lambda, elseIfWord(String), elseWithoutIf
    case constantWord(String, String), declaration(String), pass, foreignStatement(String)
    case conditionalAfterValue, questionMark, comprehension, identity, membership
    case labelWithEquals(String), dictionary, slice, assignmentInCondition, assignmentInside
    case missingEqualsBeforeBody(String), unaryPlus, callWithoutParentheses(String)
    case missingOperator, notBeforeComparison, closureInside, typeAnnotation, cLoop, magic
    case drawTarget, typedLoop, emptyParentheses, missingComma, objectiveWithEquals
    case rangeWithColon, compoundList, operatorAtLineStart(String), twoPoints
    case reserved(String)

    var sentence: String {
        switch self {
        case .colonBlock: "a block stands in braces, not behind a colon"
        case .missingBraces(let word): "the body of \(word) stands in braces"
        case .foreignFunction(let word, _): "a function is defined without \(word)"
        case .classDefinition: "there are no classes"
        case .importStatement: "nothing needs to be imported"
        case .lambda: "lambda does not make a function"
        case .elseIfWord(let word): "\(word) is written else if"
        case .elseWithoutIf: "this else belongs to no if"
        case .constantWord(let word, let instead): "\(word) is written \(instead)"
        case .declaration(let word): "a name is given a value without \(word)"
        case .pass: "pass does nothing"
        case .foreignStatement(let word): "there is no \(word) statement"
        case .conditionalAfterValue: "an if stands in front of its value"
        case .questionMark: "? asks for help, and only at the start of a line"
        case .comprehension: "a list cannot be made by a for inside it"
        case .identity: "is does not compare"
        case .membership: "in belongs to for; it does not compare"
        case .labelWithEquals(let name): "the argument \(name) is labelled with a colon, not with ="
        case .dictionary: "there are no dictionaries"
        case .slice, .rangeWithColon: "a range is not written with a colon"
        case .assignmentInCondition: "= gives a value; a condition compares with =="
        case .assignmentInside: "= stands inside an expression"
        case .missingEqualsBeforeBody(let name): "= is missing before the body of \(name)"
        case .unaryPlus: "a number has no + in front"
        case .callWithoutParentheses(let name): "the arguments of \(name) stand in parentheses here"
        case .missingOperator: "an operator or a comma is missing here"
        case .notBeforeComparison:
            "not applies to what stands right behind it, not to the comparison"
        case .closureInside: "a function stands in parentheses here"
        case .typeAnnotation: "a name has no type"
        case .cLoop: "a loop runs over a range or a list"
        case .magic: "there are no commands that begin with %"
        case .drawTarget: "only a name can be drawn"
        case .typedLoop: "a loop is written with in"
        case .emptyParentheses: "nothing stands between the parentheses"
        case .missingComma: "a comma is missing here"
        case .objectiveWithEquals: "an objective stands behind a colon"
        case .operatorAtLineStart(let text): "a line cannot begin with \(text)"
        case .reserved(let word): "\(word) is a word of the language and cannot be a name"
        case .twoPoints: "a range is not written with two points"
        case .compoundList: "+= and its like change one thing at a time"
        }
    }

    var hint: String {
        switch self {
        case .colonBlock, .missingBraces: "write { where the block begins and } where it ends"
        case .foreignFunction(_, let call):
            "write \(call) = expression, or \(call) = { ... }"
        case .classDefinition:
            "a network of one's own: network D(x) { ... }; a game: game g(G, D) { ... }"
        case .importStatement:
            "everything is there already; a file of your own: include \"file.saddle\""
        case .lambda: "write x -> x + 1, or (x, y) -> x + y"
        case .elseIfWord: "write } else if condition { ... }"
        case .elseWithoutIf: "write if condition { ... } else { ... }"
        case .constantWord(_, let instead): "write \(instead)"
        case .declaration: "write x = 1"
        case .pass: "an empty block is { }"
        case .foreignStatement(let word): Self.instead(of: word)
        case .conditionalAfterValue, .questionMark: "write if condition { a } else { b }"
        case .comprehension: "write map(x -> expression, list)"
        case .identity: "write ==, or != for is not"
        case .membership: "write contains(list, x)"
        case .labelWithEquals(let name): "write \(name): value"
        case .dictionary: "labelled arguments are written f(name: value); lists are [1, 2, 3]"
        case .slice: "write x[1..<3] for 1:3, and x[..] for :"
        case .rangeWithColon: "write 1..<3, or 1...3 with the end"
        case .assignmentInCondition: "write =="
        case .assignmentInside: "give the value in a statement of its own; equality is =="
        case .missingEqualsBeforeBody(let call): "write \(call) = { ... }"
        case .unaryPlus: "remove the +; counting up is x += 1"
        case .callWithoutParentheses(let name):
            "write \(name)(...); only behind a single name at the start may they be left out"
        case .missingOperator: "write the operator between the two, or put them on two lines"
        case .notBeforeComparison: "write not (a == b)"
        case .closureInside: "write (x -> ...)"
        case .typeAnnotation: "write x = 1"
        case .cLoop: "write for i in 0..<10 { ... }"
        case .magic: "commands are words: help lists them"
        case .drawTarget: "write x ~ data, or x, y ~ data"
        case .typedLoop: "write for x in list { ... }"
        case .emptyParentheses: "write none for no value, () -> e for a function without arguments"
        case .missingComma: "write the comma"
        case .objectiveWithEquals: "write minimize D: expression"
        case .operatorAtLineStart(let text):
            "put \(text) at the end of the line before, or use parentheses around both lines"
        case .reserved: "choose another name"
        case .twoPoints: "write 0..<10, or 0...10 with the end"
        case .compoundList: "write one statement for each"
        }
    }

    private static func instead(of word: String) -> String {
        switch word {
        case "switch", "case", "match": "write if a { } else if b { } else { }"
        case "until": "write while not condition { ... }"
        case "do", "loop", "forever": "write while true { ... }, or repeat 5 { ... }"
        case "unless": "write if not condition { ... }"
        case "end", "begin", "then": "a block stands in braces"
        case "try", "except", "catch", "raise", "throw", "finally":
            "faults are shown with their place; they are not caught"
        case "del", "delete": "give the name another value"
        case "global", "nonlocal": "a function changes outer names by assigning to them"
        case "with": "assign in front of the block"
        case "yield", "async", "await": "write a function that returns a list"
        default: "see help"
        }
    }
}
