import Datasets
import Networks
import Tensors

/// Classifiers by their data, each trained once: kept for the session and, where there is a
/// folder for them, in a file each for later ones.
///
/// A file that is damaged, outdated or for other data is replaced by one that is trained anew, and a
/// folder that cannot be written costs nothing but a sentence.
package final class ClassifierCache {
    /// Where the files are; nil: none are read or written.
    package let folder: String?
    /// Takes a sentence about a file that could not be used or written.
    package var report: ((String) -> Void)?
    private var known: [String: Classifier] = [:]

    package init(folder: String? = nil) { self.folder = folder }

    /// Where the person who runs the program has their data sets.
    package static func ofUser(_ environment: [String: String]) -> ClassifierCache {
        ClassifierCache(folder: CacheFolder.path("classifiers", environment))
    }

    /// The classifier for `data`, trained at the first call unless a file has it.
    package func classifier(for data: Dataset) throws -> Classifier {
        let key = try data.fingerprint()
        if let classifier = known[key] { return classifier }
        let classifier = try stored(for: data) ?? Classifier(on: data)
        known[key] = classifier
        return classifier
    }

    private func stored(for data: Dataset) throws -> Classifier? {
        guard let folder, data.hasLabels, data.count ?? 0 > 0 else { return nil }
        let digest = try data.digest()
        let path = "\(folder)/\(data.name.fileName)-\(digest.prefix(16)).safetensors"
        if let classifier = read(path, data, digest) { return classifier }
        let classifier = try Classifier(on: data)
        do {
            try CacheFolder.make(folder)
            try classifier.file(for: digest).write(to: path)
        } catch {
            report?("the classifier is for this session only, it cannot be stored: \(error)")
        }
        return classifier
    }

    private func read(_ path: String, _ data: Dataset, _ digest: String) -> Classifier? {
        guard CacheFolder.has(path) else { return nil }
        do {
            return try Classifier(from: Checkpoint(reading: path), for: data, digest)
        } catch {
            report?(
                "the stored classifier \(path) is not used (\(Self.reason(error))); a new one is"
                    + " trained")
            return nil
        }
    }

    /// What is wrong, without the path.
    private static func reason(_ error: any Error) -> String {
        switch error {
        case let fault as StoredFault: fault.reason
        case NetworkError.file(_, let problem, _): problem
        default: "\(error)"
        }
    }
}

extension String {
    /// Letters, digits and hyphens of it: part of a file's name.
    fileprivate var fileName: String {
        let safe = unicodeScalars.prefix(40).map { scalar in
            scalar.isASCII && scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                ? Character(scalar) : "-"
        }
        return safe.isEmpty ? "data" : String(safe)
    }
}
