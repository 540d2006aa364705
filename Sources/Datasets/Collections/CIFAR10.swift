extension Dataset {
    /// CIFAR-10: photographs of ten kinds of things, 32x32 pixels in colour; 50,000 to train with
    /// and 10,000 to test.
    ///
    /// A. Krizhevsky: Learning Multiple Layers of Features from Tiny Images, 2009. Found as the
    /// published archive or as its unpacked files in `SADDLE_DATA` or the cache, else downloaded
    /// (170 MB).
    package static func cifar10(
        part: Part? = nil, range: ClosedRange<Float> = 0...1,
        environment: [String: String], progress: @escaping DownloadProgress = { _ in true }
    ) throws -> Dataset {
        let folder = DataFolder("cifar10", environment)
        let part = part ?? .train
        let names = CIFAR10.names(part)
        let unpacked = names.compactMap { name in
            folder.find("cifar-10-batches-bin/" + name) ?? folder.find(name)
        }
        let batches: [[UInt8]]
        if unpacked.count == names.count {
            batches = try unpacked.map { path in
                let bytes = try FileBytes.read(path, limit: CIFAR10.batchBytes)
                try CIFAR10.check(bytes, path)
                return bytes
            }
        } else {
            let library = FileLibrary(
                title: "CIFAR-10", folder: folder,
                mirrors: ["https://www.cs.toronto.edu/~kriz"], progress: progress)
            batches = try CIFAR10.unpack(try library.paths([CIFAR10.archive])[0], names)
        }
        return try CIFAR10.dataset(batches, part).ranged(range)
    }
}

/// The binary version: per image one byte of label, then 1024 red, green and blue values each.
enum CIFAR10 {
    static let archive = PublishedFile(
        name: "cifar-10-binary.tar.gz", bytes: 170_052_171,
        sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd")
    static let imageBytes = 3073
    static let batchBytes = 10_000 * imageBytes

    static func names(_ part: Part) -> [String] {
        part == .test ? ["test_batch.bin"] : (1...5).map { "data_batch_\($0).bin" }
    }

    static func check(_ bytes: [UInt8], _ path: String) throws {
        guard bytes.count == batchBytes else {
            throw DatasetError.damaged(
                path: path, problem: "it has \(bytes.count) bytes instead of \(batchBytes)",
                hint: "fetch it again")
        }
        let labels = stride(from: 0, to: bytes.count, by: imageBytes)
        guard labels.allSatisfy({ bytes[$0] < 10 }) else {
            throw DatasetError.damaged(
                path: path, problem: "it contains a label above 9", hint: "fetch it again")
        }
    }

    static func unpack(_ path: String, _ names: [String]) throws -> [[UInt8]] {
        var tar = Tar(
            path: path, wanted: Dictionary(uniqueKeysWithValues: names.map { ($0, batchBytes) }))
        try Gunzip.stream(try FileBytes.read(path), path: path) { try tar.feed($0) }
        try tar.finish()
        return try names.map { name in
            let bytes = tar.files[name] ?? []
            try check(bytes, path + ": " + name)
            return bytes
        }
    }

    /// Planes of one colour each become pixels of three values.
    static func dataset(_ batches: [[UInt8]], _ part: Part) -> Dataset {
        let count = batches.reduce(0) { $0 + $1.count / imageBytes }
        var labels: [UInt16] = []
        let pixels = [UInt8](unsafeUninitializedCapacity: count * 3072) { target, filled in
            for batch in batches {
                for start in stride(from: 0, to: batch.count, by: imageBytes) {
                    labels.append(UInt16(batch[start]))
                    for pixel in 0..<1024 {
                        for channel in 0..<3 {
                            target[filled] = batch[start + 1 + channel * 1024 + pixel]
                            filled += 1
                        }
                    }
                }
            }
        }
        return Dataset(
            name: "cifar10",
            summary: part == .train ? "CIFAR-10, training part" : "CIFAR-10, test part",
            shape: [32, 32, 3], range: 0...1,
            classNames: [
                "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship",
                "truck",
            ],
            source: "A. Krizhevsky: Learning Multiple Layers of Features from Tiny Images, 2009",
            licence: "free to use with citation", density: nil,
            content: .stored(
                ByteRows(bytes: pixels, size: 3072, labels: labels, most: 255), order: nil))
    }
}
