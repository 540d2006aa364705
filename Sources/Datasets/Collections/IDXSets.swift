import Tensors

/// Which part of a published set is meant.
package enum Part: String, Sendable, CaseIterable {
    case train, test
}

/// The address book of a set of IDX files: two parts of images and labels.
struct IDXSet: Sendable {
    let name: String
    let title: String
    let classNames: [String]
    let source: String
    let licence: String
    /// Folders on the network that hold the files under their names.
    let mirrors: [String]
    let train: (images: PublishedFile, labels: PublishedFile)
    let test: (images: PublishedFile, labels: PublishedFile)

    func files(_ part: Part) -> (images: PublishedFile, labels: PublishedFile) {
        part == .train ? train : test
    }
}

extension Dataset {
    /// MNIST: handwritten digits, 28x28 pixels; 60,000 to train with and 10,000 to test.
    ///
    /// Read from `SADDLE_DATA`, else from the user's cache, else downloaded into the cache with
    /// a call of `progress` several times a second. Without `part`: the training part, or the
    /// test part where that alone is there already (`notes` then says so). Throws an error that
    /// says which files to put where when they cannot be had.
    package static func mnist(
        part: Part? = nil, range: ClosedRange<Float> = 0...1,
        environment: [String: String], progress: @escaping DownloadProgress = { _ in true }
    ) throws -> Dataset {
        try IDXSet.mnist.load(part, environment, progress).ranged(range)
    }

    /// Fashion-MNIST: articles of clothing, in the format and the sizes of MNIST.
    ///
    /// Found and downloaded as `mnist` is.
    package static func fashion(
        part: Part? = nil, range: ClosedRange<Float> = 0...1,
        environment: [String: String], progress: @escaping DownloadProgress = { _ in true }
    ) throws -> Dataset {
        try IDXSet.fashion.load(part, environment, progress).ranged(range)
    }

    /// Images and labels of IDX files of one's own, compressed by gzip or not.
    package static func idx(
        images: String, labels: String? = nil, range: ClosedRange<Float> = 0...1
    ) throws -> Dataset {
        let name = images.split(separator: "/").last.map(String.init) ?? images
        let content = try IDXSet.rows(images: images, labels: labels)
        let classes = (content.rows.labels?.max()).map { Int($0) + 1 } ?? 0
        return try Dataset(
            name: name, summary: "\(content.rows.count) images of an IDX file",
            shape: content.shape, range: 0...1, classNames: (0..<classes).map(String.init),
            source: images, licence: "that of the files", density: nil,
            content: .stored(content.rows, order: nil)
        ).ranged(range)
    }
}

extension IDXSet {
    /// The set, from where it is or from the network.
    func load(
        _ part: Part?, _ environment: [String: String], _ progress: @escaping DownloadProgress,
        curl: String = "curl"
    ) throws -> Dataset {
        let folder = DataFolder(name, environment)
        let trainIsThere = isThere(.train, folder)
        let onlyTest = part == nil && !trainIsThere && isThere(.test, folder)
        let part = part ?? (onlyTest ? .test : .train)
        let wanted = files(part)
        let library = FileLibrary(
            title: title, folder: folder, mirrors: mirrors, curl: curl, progress: progress)
        let paths = try library.paths([wanted.images, wanted.labels])
        var data = try read(images: paths[0], labels: paths[1], part)
        if onlyTest {
            data.notes.append(
                "only the test part of \(title) is here, so these are its \(data.count ?? 0)"
                    + " images; \(name)(part: \"train\") fetches the training part")
        }
        return data
    }

    private func isThere(_ part: Part, _ folder: DataFolder) -> Bool {
        let wanted = files(part)
        return folder.find(wanted.images.name) != nil && folder.find(wanted.labels.name) != nil
    }

    private func read(images: String, labels: String, _ part: Part) throws -> Dataset {
        let content = try Self.rows(images: images, labels: labels)
        if let wrong = content.rows.labels?.first(where: { $0 >= classNames.count }) {
            throw DatasetError.damaged(
                path: labels, problem: "\(wrong) is no label of \(title)", hint: "fetch it again")
        }
        return Dataset(
            name: name, summary: part == .train ? "\(title), training part" : "\(title), test part",
            shape: content.shape, range: 0...1, classNames: classNames,
            source: source, licence: licence, density: nil,
            content: .stored(content.rows, order: nil))
    }

    static func rows(images: String, labels: String?) throws -> (shape: [Int], rows: ByteRows) {
        let pixels = try IDX.read(images, axes: 3)
        let classes = try labels.map { try IDX.read($0, axes: 1) }
        if let classes, let labels, classes.shape[0] != pixels.shape[0] {
            throw DatasetError.damaged(
                path: labels,
                problem: "it has \(classes.shape[0]) labels for \(pixels.shape[0]) images",
                hint: "take images and labels of the same part")
        }
        let shape = [pixels.shape[1], pixels.shape[2], 1]
        guard shape[0] > 0, shape[1] > 0 else {
            throw DatasetError.damaged(
                path: images, problem: "its images have no pixels", hint: nil)
        }
        let rows = ByteRows(
            bytes: pixels.bytes, size: shape[0] * shape[1],
            labels: classes?.bytes.map(UInt16.init), most: 255)
        return (shape, rows)
    }
}

/// Files of a published set: found, or fetched into the cache.
struct FileLibrary {
    let title: String
    let folder: DataFolder
    let mirrors: [String]
    var curl = "curl"
    let progress: DownloadProgress

    /// The path of each file, in order.
    func paths(_ files: [PublishedFile]) throws -> [String] {
        try files.map { file in
            if let path = folder.find(file.name) { return path }
            do {
                return try Download(
                    file: file, addresses: mirrors.map { $0 + "/" + file.name },
                    folder: folder.cache, curl: curl
                ).run(progress)
            } catch let failure as DownloadFailure {
                let missing = files.filter { folder.find($0.name) == nil }
                throw DatasetError.unavailable(
                    name: title, files: missing.map(\.name), folder: folder.cache,
                    reason: failure.reason)
            }
        }
    }
}
