extension Dataset {
    /// The rows of a NumPy file: its first axis counts the examples.
    ///
    /// uint8 of shape `[n, height, width]` or `[n, height, width, 1 or 3]` are images, scaled to
    /// `range`; anything else is taken as it is. `labels` names a second file of n whole numbers.
    package static func npy(
        _ path: String, labels: String? = nil, range: ClosedRange<Float> = 0...1
    ) throws -> Dataset {
        let (shape, values) = try NPY.read(path)
        guard let count = shape.first else {
            throw DatasetError.damaged(
                path: path, problem: "it holds one number, not a row per example", hint: nil)
        }
        let classes = try labels.map { try readLabels($0, count: count) }
        var example = shape.count == 1 ? [1] : Array(shape[1...])
        let size = example.reduce(1, *)
        let rows: any Rows
        var isImages = false
        switch values {
        case .bytes(let bytes):
            isImages =
                example.count == 2
                || example.count == 3 && (example[2] == 1 || example[2] == 3)
            if example.count == 2 { example.append(1) }
            rows =
                isImages
                ? ByteRows(bytes: bytes, size: size, labels: classes, most: 255)
                : FloatRows(
                    values: bytes.map { Float($0) }, size: size, labels: classes, count: count)
        case .floats(let floats):
            rows = FloatRows(values: floats, size: size, labels: classes, count: count)
        }
        let data = Dataset(
            name: path.split(separator: "/").last.map(String.init) ?? path,
            summary: "\(count) examples of a NumPy file", shape: example,
            range: isImages ? 0...1 : nil,
            classNames: (classes?.max()).map { (0...Int($0)).map(String.init) } ?? [],
            source: path, licence: "that of the file", density: nil,
            content: .stored(rows, order: nil))
        return isImages ? try data.ranged(range) : data
    }

    private static func readLabels(_ path: String, count: Int) throws -> [UInt16] {
        let (shape, values) = try NPY.read(path)
        let numbers: [Float] =
            switch values {
            case .bytes(let bytes): bytes.map { Float($0) }
            case .floats(let floats): floats
            }
        guard shape == [count] else {
            throw DatasetError.damaged(
                path: path, problem: "labels of shape \(shape) do not fit \(count) examples",
                hint: "there must be one label per example")
        }
        return try numbers.map { number in
            guard let label = UInt16(exactly: number) else {
                throw DatasetError.damaged(
                    path: path, problem: "\(number) is no label",
                    hint: "labels are whole numbers from 0")
            }
            return label
        }
    }
}
