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
        /// In the middle of a training: it shows its speed, too, and cannot be made again.
        case live
    }

    let content: Content
    /// One line for those who cannot see it.
    package let caption: String
    /// Written into the PNG's text chunks: game, source hash, seed, round, command, version.
    let provenance: [(String, String)]
    /// Whether a front end that can should draw the curves itself.
    var isInteractive = false

    /// A picture that a session draws, of a game where it shows one.
    init(
        _ content: Content, caption: String, from session: Session, _ game: Game? = nil,
        _ role: Role = .drawn
    ) {
        self.content = content
        self.caption = caption
        provenance = session.provenance(of: game, role)
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
            throw Diagnostic(
                .file, "this picture cannot be saved as .\(other)", hint: "save it as \(known)")
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

    /// Where a picture comes from, as its text chunks tell.
    fileprivate func provenance(of game: Game?, _ role: Picture.Role) -> [(String, String)] {
        var told = [("Software", "Saddle \(Session.version)")]
        if let game {
            let settings = game.settings.map { "\($0.0)=\($0.1.brief)" }
            told += [
                ("saddle:game", game.rule.name), ("saddle:source", game.rule.text.fingerprint),
                ("saddle:settings", settings.joined(separator: " ")),
                ("saddle:seed", String(game.seed)), ("saddle:round", String(game.round)),
            ]
            if role != .live, let data = game.data, let print = data.fingerprint {
                told.append(("saddle:data", "\(data.name) \(print)"))
            }
        } else {
            told.append(("saddle:seed", String(seed)))
        }
        told.append(("saddle:command", command.firstLine))
        return told + recipe(for: role)
    }
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
