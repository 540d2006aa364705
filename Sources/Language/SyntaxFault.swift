/// What can be wrong with a text before it means anything: the sentence and the way out of each.
enum SyntaxFault: Sendable, Equatable {
    // Of characters.
    case strangeCharacter(Unicode.Scalar)
    case smartQuote
    case singleQuotes
    case tripleQuotes
    case unterminatedString
    case unterminatedInterpolation
    case unknownEscape(String)
    case badScalarEscape
    case unknownSymbolName(String, nearest: String?)
    case malformedNumber(String)
    case numberTooLarge(String)
    case gluedNumber(number: String, name: String)
    case foreign(ForeignWord)
    // Of brackets.
    case neverClosed(String)
    case wrongCloser(opener: String, closer: String)
    case noOpener(String)
    // Of sentences.
    case expected(String, found: String, hint: String? = nil)
    case leftOver(found: String, hint: String?)
    case slip(Slip)
    case tooDeep(limit: Int)
    case notATarget(String)
    case duplicateParameter(String)
    case requiredAfterOptional(String)
    case duplicateLabel(String)
    case positionalAfterLabel
    case outsideLoop(String)

    var kind: Diagnostic.Kind {
        switch self {
        case .strangeCharacter, .smartQuote, .singleQuotes, .tripleQuotes, .unterminatedString,
            .unterminatedInterpolation, .unknownEscape, .badScalarEscape, .unknownSymbolName,
            .malformedNumber, .numberTooLarge, .gluedNumber, .foreign:
            .lexical
        default: .syntax
        }
    }

    var sentence: String {
        switch self {
        case .strangeCharacter(let scalar): Self.strange(scalar)
        case .smartQuote: "a string stands between straight quotes \"...\""
        case .singleQuotes: "a string stands between double quotes, not single ones"
        case .tripleQuotes: "a string stands between one pair of double quotes"
        case .unterminatedString: "this string has no closing quote on its line"
        case .unterminatedInterpolation: "this \\( in a string has no ) on its line"
        case .unknownEscape(let text): "\(text) means nothing in a string"
        case .badScalarEscape: "\\u is followed by a character's number in braces: \\u{3BB}"
        case .unknownSymbolName(let text, _): "no symbol is called \(text)"
        case .malformedNumber(let text): "\(text) is not a number"
        case .numberTooLarge(let text): "\(text) is larger than the largest number, 1.8e308"
        case .gluedNumber(let number, let name):
            "an operator is missing between \(number) and \(name)"
        case .foreign(let word): word.sentence
        case .neverClosed(let opener): "this \(opener) is never closed"
        case .wrongCloser(let opener, let closer): "\(opener) is closed by \(closer)"
        case .noOpener(let closer): "nothing is open that this \(closer) could close"
        case .expected(let what, let found, _): "expected \(what), found \(found)"
        case .leftOver(let found, _): "the statement is finished before \(found)"
        case .slip(let slip): slip.sentence
        case .tooDeep(let limit): "nested more than \(limit) levels deep"
        case .notATarget(let text): "\(text) cannot be given a value"
        case .duplicateParameter(let name): "two parameters are called \(name)"
        case .requiredAfterOptional(let name):
            "\(name) has no default but stands after a parameter that has one"
        case .duplicateLabel(let name): "the argument \(name) is given twice"
        case .positionalAfterLabel: "an argument without a label stands after one with a label"
        case .outsideLoop(let word): "\(word) stands outside a loop"
        }
    }

    var hint: String? {
        switch self {
        case .strangeCharacter, .unterminatedString: Self.hintForText(self)
        case .smartQuote, .singleQuotes, .tripleQuotes: "write \"text\""
        case .unterminatedInterpolation: "write \"text \\(expression) text\""
        case .unknownEscape:
            "write \\\\ for a backslash; known are \\n \\t \\\" \\\\ \\u{...} \\(...)"
        case .badScalarEscape: nil
        case .unknownSymbolName(_, let nearest):
            nearest.map { "did you mean \\\($0)?" } ?? "press Tab after \\ for the names of symbols"
        case .malformedNumber: "write 12, 0.5 or 1e-4"
        case .numberTooLarge: nil
        case .gluedNumber(let number, let name): "write \(number) * \(name)"
        case .foreign(let word): word.hint
        case .neverClosed(let opener): "add \(Symbol(rawValue: opener)?.closer?.rawValue ?? opener)"
        case .wrongCloser(let opener, _):
            "write \(Symbol(rawValue: opener)?.closer?.rawValue ?? opener) here"
        case .noOpener(let closer): "remove \(closer)"
        case .expected(_, _, let hint), .leftOver(_, let hint): hint
        case .slip(let slip): slip.hint
        case .tooDeep: "give a part of it a name of its own"
        case .notATarget: "names, members and elements can: a = 1, g.λ = 1, x[0] = 1"
        case .duplicateParameter: "rename one of them"
        case .requiredAfterOptional: "move it to the front, or give it a default"
        case .duplicateLabel: "remove one of them"
        case .positionalAfterLabel: "move it in front of the labelled ones"
        case .outsideLoop: "it belongs in the braces of for, while or repeat"
        }
    }

    private static func strange(_ scalar: Unicode.Scalar) -> String {
        let number = String(scalar.value, radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: max(0, 4 - number.count)) + number
        if Characters.isControl(scalar) || Characters.isSpace(scalar) {
            return "the invisible character U+\(padded) means nothing here"
        }
        return "the character \(scalar) means nothing here"
    }

    private static func hintForText(_ fault: SyntaxFault) -> String? {
        switch fault {
        case .strangeCharacter(let scalar):
            switch scalar {
            case "$": "names begin with a letter"
            case "`": "strings are written \"text\""
            case "\\": "\\name stands for a symbol: \\lambda is λ"
            case "√": "write sqrt(x)"
            case "∑", "Σ": "write sum(x)"
            case "∈": "write for x in data { }"
            case "¬": "write not"
            case "∧": "write and"
            case "∨": "write or"
            default: "remove it"
            }
        case .unterminatedString: "add \" where the text ends; a line break inside is written \\n"
        default: nil
        }
    }
}
