import Foundation
import Language
import Pictures
import Tensors

/// Everything that makes a picture again: the statements that it depends on with the random
/// numbers before each, and the texts of the files and Library games that they read.
///
/// It stands in two text chunks of the PNG: `saddle:program`, for people, and `saddle:recipe`.
struct Recipe: Codable, Equatable {
    static let program = "saddle:program"
    static let recipe = "saddle:recipe"
    static let keywords = [program, recipe]

    struct Step: Codable, Equatable {
        /// Bytes of UTF-8 that the statement takes in the program; a line end follows.
        var length: Int
        /// Seed and number of games of the session, then the generator's key, stream and place;
        /// as text, since JSON's numbers end at 2^53.
        var random: [String]
        var isDark: Bool
        var hasFailed: Bool
    }

    var version: String
    var steps: [Step]
    /// Parameters of the script that were given on its command line.
    var parameters: [String: String]
    var files: [String: String]
    /// Which picture of the last statement it is: the number among those drawn, or of the training.
    var drawn: Int?
    var training: Int?
    /// Or the moment of a training that it shows.
    var live: Picture.Live?
    /// Why it may not come out the same.
    var doubts: [String]
    /// Names of it that statements were about which the session had forgotten.
    var forgotten: [String]?
}

extension Session {
    /// The recipe as text chunks; empty where nothing has run.
    func recipe(for role: Picture.Role) -> [(String, String)] {
        let drawn = role == .drawn ? history.nextPicture() : nil
        var training: Int?
        if case .training(let number) = role { training = number }
        var live: Picture.Live?
        if case .live(let moment) = role { live = moment }
        let entries = history.needed(Set(globals.defined))
        guard !entries.isEmpty else { return [] }
        var words = entries.reduce(into: Set<String>()) { $0.formUnion($1.words) }
        let included = entries.reduce(into: Set<String>()) { $0.formUnion($1.files) }
        var files = history.files.filter { included.contains($0.key) }
        // Games of the Library may use each other.
        var open = rules.names.filter { words.contains($0) }
        while let name = open.popLast() {
            guard files["Library/\(name).saddle"] == nil,
                let text = try? rules.source(named: name)?.text
            else { continue }
            files["Library/\(name).saddle"] = text
            let new = History.words(in: text).subtracting(words)
            words.formUnion(new)
            open += rules.names.filter { new.contains($0) }
        }
        let forgotten = history.forgotten.intersection(words).sorted()
        let recipe = Recipe(
            version: Session.version, steps: entries.map(\.step),
            parameters: parameters.given.filter { words.contains($0.key) }, files: files,
            drawn: drawn, training: training, live: live,
            doubts: history.doubts + entries.flatMap(\.doubts)
                + (words.contains("ans") ? ["it uses ans, the value of another cell"] : []),
            forgotten: forgotten.isEmpty ? nil : forgotten)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let json = try? encoder.encode(recipe) else { return [] }
        return [
            (Recipe.program, entries.map(\.text).joined(separator: "\n")),
            (Recipe.recipe, String(decoding: json, as: UTF8.self)),
        ]
    }
}

extension History.Entry {
    fileprivate var step: Recipe.Step {
        let random = before.random
        return Recipe.Step(
            length: text.utf8.count,
            random: [before.seed, before.games, random.key, random.stream, random.position]
                .map { String($0) }, isDark: before.isDark, hasFailed: hasFailed)
    }
}

extension Recipe.Step {
    /// None when the numbers are none.
    var moment: History.Moment? {
        let numbers = random.compactMap { UInt64($0) }
        guard numbers.count == 5 else { return nil }
        return History.Moment(
            seed: numbers[0], games: numbers[1],
            random: Generator.State(
                key: numbers[2], stream: numbers[3], position: numbers[4]), isDark: isDark)
    }
}

/// What a session knows that makes a picture again.
final class Replay {
    /// Texts of files and Library games as they were.
    let files: [String: String]
    private let recipe: Recipe
    /// True while the last statement runs.
    var isLast = false
    private var drawn = 0
    /// The picture, once it was drawn.
    var picture: Picture?

    init(_ recipe: Recipe) {
        self.recipe = recipe
        files = recipe.files
    }

    /// The moment to be drawn, when a training of the statement has come to it.
    func moment(ofTraining number: Int, round: Int) -> Picture.Live? {
        guard isLast, let live = recipe.live, live.training == number, live.round == round else {
            return nil
        }
        return live
    }

    /// Whether a picture that is drawn now is the one.
    func takes(_ role: Picture.Role) -> Bool {
        guard isLast else { return false }
        switch role {
        case .live(let moment): return recipe.live == moment
        case .training(let number): return recipe.training == number
        case .drawn:
            drawn += 1
            return recipe.drawn == drawn - 1
        }
    }
}
