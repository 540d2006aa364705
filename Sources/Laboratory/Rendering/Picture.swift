import Datasets
import Foundation
import Language
import Pictures
import Tensors

/// Something to look at, with a caption and where it comes from.
package final class Picture {
    enum Content {
        case image(Image)
        case figure(Figure)
        /// A PNG that moves.
        case animation(Animation)
    }

    /// How a picture came about within its statement.
    enum Role: Equatable {
        /// By a command.
        case drawn
        /// At the end of a training, of which the statement may have several.
        case training(Int)
        /// In the middle of a training.
        case live(Live)
    }

    /// A moment of a training: which one of its statement, after which round of the game, and the
    /// words over the picture, which say how fast it went.
    struct Live: Codable, Equatable {
        var training: Int
        var round: Int
        var words: String
    }

    let content: Content
    /// One line for those who cannot see it.
    package let caption: String
    /// Written into the PNG's text chunks: game, source hash, seed, round, command, version.
    let provenance: [(String, String)]
    /// What it shows.
    let subjects: [Subject]
    /// Whether a front end that can should draw the curves itself.
    var isInteractive = false

    /// A picture that a session draws, of a game, or of several subjects, where it shows some.
    init(
        _ content: Content, caption: String, from session: Session, _ game: Game? = nil,
        _ role: Role = .drawn, of others: [Subject] = []
    ) {
        self.content = content
        self.caption = caption
        let own = game.map { [Subject($0, isLive: role.isLive)] } ?? []
        subjects = (own + others).reduce(into: []) { found, subject in
            if !found.contains(subject) { found.append(subject) }
        }
        provenance = session.provenance(of: subjects, role)
        if session.replay?.takes(role) == true { session.replay?.picture = self }
    }

    func png() throws -> [UInt8] {
        let text = [("Title", caption)] + provenance
        switch content {
        case .image(let image): return try PNG.encode(image, text: text)
        case .figure(let figure): return try figure.png(text: text)
        case .animation(let animation): return try animation.png(text: text)
        }
    }

    /// Width and height in a notebook's pixels.
    var size: (width: Int, height: Int) {
        switch content {
        case .image(let image): (image.width, image.height)
        case .figure(let figure): (figure.width, figure.height)
        case .animation(let animation):
            (animation.frames.first?.width ?? 0, animation.frames.first?.height ?? 0)
        }
    }

    func bundle() -> MIMEBundle {
        guard let png = try? png() else { return MIMEBundle(text: caption + " (cannot be drawn)") }
        // What is long stands in the PNG alone.
        let fields = Dictionary(
            provenance.filter { !Recipe.keywords.contains($0.0) }.map {
                ($0.0, JSON.string($0.1))
            }, uniquingKeysWith: { first, _ in first })
        var contents: [String: MIMEBundle.Content] = [
            "image/png": .bytes(png), "text/plain": .text(caption),
        ]
        if isInteractive, case .figure(let figure) = content, let text = figure.vegaLite(),
            let plot = JSON(parsing: text)
        {
            contents["application/vnd.vegalite.v5+json"] = .json(plot)
        }
        return MIMEBundle(
            contents,
            metadata: [
                "image/png": .object([
                    "width": .integer(size.width), "height": .integer(size.height),
                ]),
                "saddle": .object(fields),
            ])
    }

    /// Writes a file; the ending of its name chooses the format.
    func save(to file: URL) throws {
        let bytes: [UInt8]
        switch (file.pathExtension.lowercased(), content) {
        case ("png", _), ("apng", .animation): bytes = try png()
        case ("svg", .figure(let figure)): bytes = try figure.svg()
        case ("pdf", .figure(let figure)): bytes = try figure.pdf()
        case (let other, _):
            let known =
                if case .figure = content { ".png, .svg or .pdf" } else { ".png" }
            let message =
                other.isEmpty
                ? "the name of the file has no ending that says which kind it is"
                : "this picture cannot be saved as .\(other)"
            throw Diagnostic(.file, message, hint: "save it as \(known)")
        }
        do { try Data(bytes).write(to: file, options: .atomic) } catch {
            throw Diagnostic(
                .file, "cannot write \(file.path)", hint: "does the folder exist, may you write?")
        }
    }
}

extension JSON {
    /// A JSON text as a value; none when it is no JSON.
    fileprivate init?(parsing text: String) {
        guard let made = try? JSONSerialization.jsonObject(with: Data(text.utf8)) else {
            return nil
        }
        self.init(made)
    }

    private init(_ made: Any) {
        switch made {
        case let fields as [String: Any]: self = .object(fields.mapValues { JSON($0) })
        case let items as [Any]: self = .array(items.map { JSON($0) })
        case let text as String: self = .string(text)
        case let number as NSNumber:
            // Foundation has one type for truth values and numbers; its objCType tells them apart.
            if String(cString: number.objCType) == "c" || String(cString: number.objCType) == "B" {
                self = .bool(number.boolValue)
            } else if let whole = Int(exactly: number.doubleValue) {
                self = .integer(whole)
            } else {
                self = .number(number.doubleValue)
            }
        default: self = .null
        }
    }
}

extension Session {
    package static let version = "0.1.0"

    /// Where a picture comes from, as its text chunks tell; of several subjects in one line each.
    fileprivate func provenance(
        of subjects: [Picture.Subject], _ role: Picture.Role
    ) -> [(String, String)] {
        var told = [
            ("Software", "Saddle \(Session.version)"), ("saddle:version", Session.version),
        ]
        func tell(_ keyword: String, _ words: (Picture.Subject) -> String?) {
            let all = subjects.compactMap(words)
            if all.allSatisfy(\.isEmpty) { return }
            told.append((keyword, all.joined(separator: "\n")))
        }
        tell("saddle:game") { $0.game }
        tell("saddle:source") { $0.source }
        tell("saddle:settings") { $0.settings }
        tell("saddle:seed") { $0.seed.map { String($0) } }
        tell("saddle:round") { $0.round.map { String($0) } }
        tell("saddle:data") { $0.data }
        if !subjects.contains(where: { $0.seed != nil }) {
            told.append(("saddle:seed", String(seed)))
        }
        told.append(("saddle:command", command.firstLine))
        return told + recipe(for: role)
    }
}

extension Picture {
    /// A game that a picture shows, as it was then.
    struct Subject: Equatable {
        let game: String
        /// The hash of its text.
        let source: String
        let settings: String
        /// None of a game that is not played.
        var seed: UInt64?
        var round: Int?
        var data: String?

        /// `isLive` leaves out the look at the data, which takes its time.
        init(_ game: Game, isLive: Bool = false) {
            self.init(game.rule, game.settings)
            seed = game.seed
            round = game.round
            if !isLive, let own = game.data, let print = own.fingerprint {
                data = "\(own.name) \(print)"
            }
        }

        init(_ rule: GameRule, _ settings: [(String, Value)] = []) {
            game = rule.name
            source = rule.text.fingerprint
            self.settings = settings.map { "\($0.0)=\($0.1.brief)" }.joined(separator: " ")
        }
    }
}

extension Picture.Role {
    var isLive: Bool { if case .live = self { true } else { false } }
}

extension Dataset {
    /// Tells these data from others: the first examples' values. None when they cannot be read.
    fileprivate var fingerprint: String? {
        guard let values = try? examples(16).samples.values else { return nil }
        return values.map { String($0.bitPattern, radix: 16) }.joined().fingerprint
    }
}

extension String {
    /// 64 bits of FNV-1a over the UTF-8 bytes (G. Fowler, L. C. Noll, P. Vo), in hexadecimal.
    var fingerprint: String {
        let hash = utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    var firstLine: String { split(separator: "\n").first.map(String.init) ?? "" }
}
