/// One option of a layer as the language gives it.
package enum Option: Sendable, Equatable {
    case number(Double)
    case bool(Bool)
    case string(String)
    case list([Option])
    case none

    /// The option in the words of the language.
    package var inSource: String {
        switch self {
        case .number(let number): Self.words(number)
        case .bool(let bool): "\(bool)"
        case .string(let string): "\"\(string)\""
        case .list(let list): "[" + list.map(\.inSource).joined(separator: ", ") + "]"
        case .none: "none"
        }
    }

    private static func words(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
    }
}

extension Option: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral
{
    package init(integerLiteral value: Int) { self = .number(Double(value)) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(stringLiteral value: String) { self = .string(value) }
    package init(arrayLiteral elements: Option...) { self = .list(elements) }
}

/// The options of one layer, by name, and the layers that a wrapper is given.
package struct Options: ExpressibleByDictionaryLiteral {
    package var values: [String: Option] = [:]
    package var layers: [any Layer] = []
    /// The layer that they are for, for faults.
    fileprivate(set) var layer = ""
    /// The layer with its options in the words of the language.
    fileprivate(set) var description = ""

    package init() {}

    package init(_ values: [String: Option], layers: [any Layer] = []) {
        self.values = values
        self.layers = layers
    }

    package init(dictionaryLiteral elements: (String, Option)...) {
        values = Dictionary(elements, uniquingKeysWith: { $1 })
    }

    // What a row's parameters promise is checked before `make` sees it, so these only unwrap.

    func number(_ name: String) throws -> Double {
        guard case .number(let number)? = values[name] else { throw missing(name, "a number") }
        return number
    }

    func float(_ name: String) throws -> Float { Float(try number(name)) }

    func integer(_ name: String) throws -> Int {
        guard let whole = Int(exactly: try number(name)) else {
            throw missing(name, "a whole number")
        }
        return whole
    }

    func bool(_ name: String) throws -> Bool {
        guard case .bool(let bool)? = values[name] else { throw missing(name, "true or false") }
        return bool
    }

    func string(_ name: String) throws -> String {
        guard case .string(let string)? = values[name] else { throw missing(name, "a word") }
        return string
    }

    func integers(_ name: String) throws -> [Int] {
        guard case .list(let list)? = values[name] else { throw missing(name, "a list") }
        return try list.map { element in
            guard case .number(let number) = element, let whole = Int(exactly: number) else {
                throw missing(name, "a list of whole numbers")
            }
            return whole
        }
    }

    /// One size, or two for height and width.
    func pair(_ name: String) throws -> [Int] {
        if case .list? = values[name] {
            let sizes = try integers(name)
            guard sizes.count == 2 else { throw missing(name, "one size, or [height, width]") }
            return sizes
        }
        let size = try integer(name)
        return [size, size]
    }

    func initializer() throws -> Initializer {
        try Initializer(values["init"] ?? .none, layer: layer)
    }

    private func missing(_ name: String, _ expected: String) -> NetworkError {
        .option(layer: layer, problem: "\(name) must be \(expected)", hint: nil)
    }
}

/// What an option of a layer may be: type, range, default. The same value checks it, and feeds
/// help and completion.
package struct OptionRule: Sendable {
    package enum Kind: Sendable {
        case integer(ClosedRange<Int>)
        case number(ClosedRange<Double>)
        case bool
        case word([String])
        /// One whole number, or a list of two for height and width.
        case pair(ClosedRange<Int>)
        /// The same, or a word: the padding of a convolution.
        case pairOrWord(ClosedRange<Int>, [String])
        /// All further positional arguments: sizes, -1 for what is left over.
        case sizes
        /// One layer, or a chain of them.
        case layers
        /// A way to draw the first weights.
        case initializer
    }

    package let name: String
    package let kind: Kind
    package let summary: String
    /// pixels, samples ...; empty where there is none.
    package let unit: String
    /// What stands when it is not given; nil when it must be.
    package let standard: Option?

    init(
        _ name: String, _ kind: Kind, _ summary: String, unit: String = "",
        standard: Option? = nil
    ) {
        self.name = name
        self.kind = kind
        self.summary = summary
        self.unit = unit
        self.standard = standard
    }

    static func initializer(_ standard: Option) -> OptionRule {
        OptionRule(
            "init", .initializer, "how the first weights are drawn", standard: standard)
    }

    static let bias = OptionRule(
        "bias", .bool, "whether a trained offset is added", standard: true)

    static func epsilon(_ standard: Option) -> OptionRule {
        OptionRule(
            "epsilon", .number(0...1), "added under the root so that nothing is divided by 0",
            standard: standard)
    }

    /// Whether the option must be given.
    package var isRequired: Bool {
        if case .layers = kind { return true }
        return standard == nil
    }

    /// What it takes, in words: "a whole number from 1 to 65536".
    package var expects: String {
        switch kind {
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range):
            "a number from \(Option.number(range.lowerBound).inSource)"
                + " to \(Option.number(range.upperBound).inSource)"
        case .bool: "true or false"
        case .word(let words): words.map { "\"\($0)\"" }.joined(separator: " or ")
        case .pair(let range):
            "a whole number from \(range.lowerBound) to \(range.upperBound), or [height, width]"
        case .pairOrWord(_, let words):
            (words.map { "\"\($0)\"" } + ["a whole number", "[height, width]"])
                .joined(separator: " or ")
        case .sizes: "whole numbers, at most one of them -1"
        case .layers: "a layer, or layers joined by |>"
        case .initializer: Initializer.expects
        }
    }

    /// Whether `option` is what it takes.
    func accepts(_ option: Option) -> Bool {
        switch (kind, option) {
        case (.integer(let range), .number(let number)), (.pair(let range), .number(let number)),
            (.pairOrWord(let range, _), .number(let number)):
            Int(exactly: number).map { range.contains($0) } ?? false
        case (.number(let range), .number(let number)): range.contains(number)
        case (.bool, .bool): true
        case (.word(let words), .string(let word)), (.pairOrWord(_, let words), .string(let word)):
            words.contains(word)
        case (.pair(let range), .list(let list)), (.pairOrWord(let range, _), .list(let list)):
            list.count == 2
                && list.allSatisfy {
                    if case .number(let number) = $0, let whole = Int(exactly: number) {
                        range.contains(whole)
                    } else {
                        false
                    }
                }
        case (.sizes, .list(let list)):
            list.count <= 7
                && list.allSatisfy {
                    if case .number(let number) = $0, let whole = Int(exactly: number) {
                        (-1...1 << 28).contains(whole) && whole != 0
                    } else {
                        false
                    }
                }
        // What the words mean is checked where they are read.
        case (.initializer, .string), (.initializer, .list): true
        default: false
        }
    }
}

extension Options {
    /// These options checked against `rules`, with defaults filled in.
    func completed(for layer: String, _ rules: [OptionRule]) throws -> Options {
        var full = self
        full.layer = layer
        var words: [String] = []
        let takesLayers = rules.contains { if case .layers = $0.kind { true } else { false } }
        guard layers.isEmpty || takesLayers else {
            throw NetworkError.option(
                layer: layer, problem: "it wraps no other layer", hint: nil)
        }
        for name in values.keys.sorted() where !rules.contains(where: { $0.name == name }) {
            throw NetworkError.option(
                layer: layer, problem: "there is no option \(name)",
                hint: rules.isEmpty
                    ? "\(layer) has no options"
                    : "its options are \(rules.map(\.name).joined(separator: ", "))")
        }
        for rule in rules {
            if case .layers = rule.kind {
                guard !layers.isEmpty else {
                    throw NetworkError.option(
                        layer: layer, problem: "\(rule.name) is missing",
                        hint: "it takes \(rule.expects)")
                }
                words.append(layers.map(\.description).joined(separator: " |> "))
                continue
            }
            guard let option = values[rule.name] ?? rule.standard else {
                throw NetworkError.option(
                    layer: layer, problem: "\(rule.name) is missing",
                    hint: "it takes \(rule.expects)")
            }
            guard rule.accepts(option) || option == rule.standard else {
                throw NetworkError.option(
                    layer: layer, problem: "\(rule.name) cannot be \(option.inSource)",
                    hint: "it takes \(rule.expects)")
            }
            full.values[rule.name] = option
            if let word = Self.word(rule, option, isFirst: rule.name == rules[0].name) {
                words.append(word)
            }
        }
        full.description = words.isEmpty ? layer : "\(layer)(\(words.joined(separator: ", ")))"
        return full
    }

    /// How an option stands in the language; nil where it says nothing new.
    private static func word(
        _ rule: OptionRule, _ option: Option, isFirst: Bool
    ) -> String? {
        if case .sizes = rule.kind, case .list(let list) = option {
            return list.isEmpty ? nil : list.map(\.inSource).joined(separator: ", ")
        }
        if rule.isRequired { return option.inSource }
        if option == rule.standard { return nil }
        return isFirst ? option.inSource : "\(rule.name): \(option.inSource)"
    }
}
