extension Dataset {
    /// The pictures of a folder; where it has subfolders with pictures, those are the labels.
    ///
    /// Each picture is cut to the proportions of `size` around its centre and averaged down to
    /// it; without `size` all must be alike. `channels` is 1 or 3; without it 3 unless all are
    /// grey. PNG and JPEG files are read, others are passed over; the names are sorted, so the order
    /// is the same everywhere.
    package static func folder(
        _ path: String, size: (height: Int, width: Int)? = nil, channels: Int? = nil,
        range: ClosedRange<Float> = 0...1
    ) throws -> Dataset {
        if let size, !(1...4096).contains(size.height) || !(1...4096).contains(size.width) {
            throw DatasetError.argument(
                who: "folder", problem: "\(size.height) x \(size.width) is no size of a picture",
                hint: "write size: 32, or size: [32, 48] for height and width")
        }
        if let channels, channels != 1, channels != 3 {
            throw DatasetError.argument(
                who: "folder", problem: "a picture cannot have \(channels) channels",
                hint: "write channels: 1 (grey) or channels: 3 (colour)")
        }
        let (files, classNames) = try PictureFolder.files(path)
        var pictures = try files.map { file in
            let picture = try Picture.read(file.path)
            return size.map { picture.resized(height: $0.height, width: $0.width) } ?? picture
        }
        let wanted = channels ?? pictures.map(\.channels).max() ?? 1
        for index in pictures.indices { pictures[index] = pictures[index].with(channels: wanted) }
        let shape = [pictures[0].height, pictures[0].width, wanted]
        if let other = pictures.firstIndex(where: { [$0.height, $0.width, wanted] != shape }) {
            let picture = pictures[other]
            throw DatasetError.damaged(
                path: files[other].path,
                problem: "it has \(picture.width) x \(picture.height) pixels,"
                    + " the first picture \(shape[1]) x \(shape[0])",
                hint: "name a size for all: folder(\"\(path)\", size: 32)")
        }
        let rows = ByteRows(
            bytes: pictures.flatMap(\.bytes), size: shape.reduce(1, *),
            labels: classNames.isEmpty ? nil : files.map { UInt16($0.label) }, most: 255)
        return try Dataset(
            name: path.split(separator: "/").last.map(String.init) ?? path,
            summary: "\(files.count) pictures of a folder", shape: shape, range: 0...1,
            classNames: classNames, source: path, licence: "that of the pictures", density: nil,
            content: .stored(rows, order: nil)
        ).ranged(range)
    }
}

/// Which files of a folder are pictures, and what their labels are.
enum PictureFolder {
    static func files(
        _ path: String
    ) throws -> (files: [(path: String, label: Int)], classNames: [String]) {
        let names = try FileBytes.names(in: path)
        let direct = pictures(names).map { (path: path + "/" + $0, label: 0) }
        if !direct.isEmpty { return (direct, []) }
        var (files, classNames): ([(path: String, label: Int)], [String]) = ([], [])
        for name in names where FileBytes.isFolder(path + "/" + name) {
            let inside = pictures(try FileBytes.names(in: path + "/" + name))
            if inside.isEmpty { continue }
            files += inside.map { (path: path + "/" + name + "/" + $0, label: classNames.count) }
            classNames.append(name)
        }
        guard !files.isEmpty else {
            throw DatasetError.nothing(path: path, wanted: "pictures (PNG or JPEG files)")
        }
        return (files, classNames)
    }

    private static func pictures(_ names: [String]) -> [String] {
        names.filter { name in
            let name = name.lowercased()
            return [".png", ".jpg", ".jpeg"].contains { name.hasSuffix($0) }
        }
    }
}
