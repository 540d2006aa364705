import CZlib

/// Decompression by zlib that never writes more than it was told to expect.
enum Gunzip {
    static func isCompressed(_ bytes: [UInt8]) -> Bool {
        bytes.count >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b
    }

    /// The content of a gzip file.
    ///
    /// `expected` looks at the first bytes that come out (at least `head`, fewer only at the end)
    /// and says how many there must be in all; one byte more is an error, and room is taken as
    /// bytes arrive. So a small file cannot fill the memory, whatever its header claims.
    static func inflate(
        _ bytes: [UInt8], path: String, head: Int, expected: ([UInt8]) throws -> Int
    ) throws -> [UInt8] {
        var output: [UInt8] = []
        var wanted: Int?
        try stream(bytes, path: path) { chunk in
            output.append(contentsOf: chunk)
            if wanted == nil, output.count >= head { wanted = try expected(output) }
            if let wanted, output.count > wanted {
                throw DatasetError.damaged(
                    path: path, problem: "it holds more than the \(wanted) bytes its header says",
                    hint: nil)
            }
        }
        if wanted == nil { _ = try expected(output) }
        return output
    }

    /// Feeds the decompressed bytes to `body` in pieces of at most 64 KiB; stops when it throws.
    static func stream(
        _ bytes: [UInt8], path: String, _ body: (UnsafeBufferPointer<UInt8>) throws -> Void
    ) throws {
        var state = z_stream()
        // 15 + 16: the largest window, with a gzip header and checksum around it.
        let version = zlibVersion()
        guard inflateInit2_(&state, 31, version, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw DatasetError.unreadable(path: path, reason: "zlib could not be started")
        }
        defer { inflateEnd(&state) }
        var source = bytes
        try source.withUnsafeMutableBufferPointer { source in
            guard let count = UInt32(exactly: source.count) else {
                throw DatasetError.damaged(path: path, problem: "it is too large", hint: nil)
            }
            state.next_in = source.baseAddress
            state.avail_in = count
            try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 16) { room in
                var status = Z_OK
                while status != Z_STREAM_END {
                    state.next_out = room.baseAddress
                    state.avail_out = UInt32(room.count)
                    status = CZlib.inflate(&state, Z_NO_FLUSH)
                    let count = room.count - Int(state.avail_out)
                    guard status == Z_OK || status == Z_STREAM_END else {
                        throw fault(path, status, count)
                    }
                    try body(UnsafeBufferPointer(rebasing: room[..<count]))
                }
            }
            guard state.avail_in == 0 else {
                throw DatasetError.damaged(
                    path: path, problem: "\(state.avail_in) bytes follow after its end", hint: nil)
            }
        }
    }

    private static func fault(_ path: String, _ status: Int32, _ produced: Int) -> DatasetError {
        let problem =
            status == Z_BUF_ERROR
            ? "it is truncated" : "it is not a sound gzip file (its compressed data are damaged)"
        return .damaged(path: path, problem: problem, hint: "fetch it again")
    }
}
