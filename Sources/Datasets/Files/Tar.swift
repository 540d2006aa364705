/// The files inside a tar archive, taken out while it streams by.
struct Tar {
    private let path: String
    private let wanted: [String: Int]
    private var header: [UInt8] = []
    private var name = ""
    private var left = 0
    private var padding = 0
    private var taking = false
    /// The content of each wanted file by its last path component.
    private(set) var files: [String: [UInt8]] = [:]

    /// `wanted`: the last path component of each file, and the size that it must have.
    init(path: String, wanted: [String: Int]) {
        self.path = path
        self.wanted = wanted
    }

    /// Takes the next piece of the archive.
    mutating func feed(_ chunk: UnsafeBufferPointer<UInt8>) throws {
        var place = 0
        while place < chunk.count {
            let available = chunk.count - place
            if left > 0 {
                let count = min(left, available)
                if taking {
                    files[name, default: []].append(
                        contentsOf: UnsafeBufferPointer(rebasing: chunk[place..<place + count]))
                }
                (left, place) = (left - count, place + count)
            } else if padding > 0 {
                let count = min(padding, available)
                (padding, place) = (padding - count, place + count)
            } else {
                let count = min(512 - header.count, available)
                header.append(contentsOf: chunk[place..<place + count])
                place += count
                if header.count == 512 { try open() }
            }
        }
    }

    /// Throws unless every wanted file was there, whole.
    func finish() throws {
        for (name, size) in wanted.sorted(by: { $0.key < $1.key })
        where files[name]?.count != size {
            throw DatasetError.damaged(
                path: path, problem: "it does not contain \(name) with \(size) bytes",
                hint: "fetch it again")
        }
    }

    private mutating func open() throws {
        defer { header = [] }
        if header.allSatisfy({ $0 == 0 }) { return }
        guard header[257..<262].elementsEqual("ustar".utf8) else {
            throw DatasetError.damaged(
                path: path, problem: "it is no tar archive", hint: "fetch it again")
        }
        let digits = header[124..<136].filter { (48...55).contains($0) }
        left = digits.reduce(0) { ($0 & 0xFF_FFFF_FFFF) << 3 | Int($1 - 48) }
        padding = (512 - left % 512) % 512
        let whole = String(decoding: header[..<100].prefix { $0 != 0 }, as: UTF8.self)
        name = whole.split(separator: "/").last.map(String.init) ?? ""
        let size = wanted[name]
        taking = size != nil && files[name] == nil
        if taking, left != size {
            throw DatasetError.damaged(
                path: path, problem: "\(name) in it has \(left) bytes instead of \(size ?? 0)",
                hint: "fetch it again")
        }
    }
}
