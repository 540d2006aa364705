/// What can be wrong with data: the file or the data set, what was expected, the way out.
package enum DatasetError: Error, Equatable {
    /// A file or folder that is not there.
    case missing(path: String)
    /// A file that the system does not let us read.
    case unreadable(path: String, reason: String)
    /// A file that is not what its name or its first bytes say.
    case damaged(path: String, problem: String, hint: String?)
    /// A published set that is neither here nor could be fetched: `files` belong into `folder`.
    case unavailable(name: String, files: [String], folder: String, reason: String)
    /// A download that is not the published file.
    case checksum(file: String, address: String, expected: String, found: String)
    /// A download that the person stopped.
    case stopped(file: String)
    /// A folder without a file of the right kind.
    case nothing(path: String, wanted: String)
    case negative(who: String, what: String, count: Int)
    case empty(name: String)
    case endless(name: String, wanted: String)
    case noLabels(name: String)
    /// An argument outside its range.
    case argument(who: String, problem: String, hint: String)

    /// What is wrong, in one line.
    package var message: String {
        switch self {
        case .missing(let path): "there is no file \(path)"
        case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
        case .damaged(let path, let problem, _): "\(path): \(problem)"
        case .unavailable(let name, _, _, let reason): "\(name) is not here, and \(reason)"
        case .checksum(let file, let address, _, let found):
            "\(file) from \(address) is not the published file (SHA-256 \(found.prefix(12))…)"
        case .stopped(let file): "the download of \(file) was stopped"
        case .nothing(let path, let wanted): "\(path) contains no \(wanted)"
        case .negative(let who, let what, let count):
            "\(who): a \(what) of \(count) is not possible"
        case .empty(let name): "\(name) has no examples to draw from"
        case .endless(let name, let wanted):
            "\(name) is a distribution without an end, so it has no \(Self.bare(wanted))"
        case .noLabels(let name): "\(name) has no labels"
        case .argument(let who, let problem, _): "\(who): \(problem)"
        }
    }

    /// The way out, where one is known.
    package var hint: String? {
        switch self {
        case .unavailable(_, let files, let folder, _):
            "put \(Self.list(files)) into \(folder), or name the folder that has them in SADDLE_DATA"
        case .damaged(_, _, let hint): hint
        case .checksum(_, _, let expected, _):
            "nothing was kept; the published file has SHA-256 \(expected)"
        case .stopped: "nothing was kept; run the line again to start anew"
        case .negative: "write 0 or more"
        case .empty: "select fewer examples away"
        case .endless: "draw a batch from it instead: x ~ data"
        case .argument(_, _, let hint): hint
        case .missing, .unreadable, .nothing, .noLabels: nil
        }
    }

    private static func bare(_ wanted: String) -> String {
        for article in ["the ", "all ", "a "] where wanted.hasPrefix(article) {
            return String(wanted.dropFirst(article.count))
        }
        return wanted
    }

    private static func list(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }
}

extension DatasetError: CustomStringConvertible {
    package var description: String { message }
}
