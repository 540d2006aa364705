/// A prefix code for bytes, runs and the end of a block, as short as their counts allow (D. A.
/// Huffman 1952) with at most 12 bits a symbol; deflate allows 15 (RFC 1951, section 3.2), but of
/// shorter ones more are written at once.
struct HuffmanCode {
    /// Bits of each of the 286 symbols; 0 for those that do not occur.
    let lengths: [Int]
    private let codes: [UInt32]

    /// Where the number of bits stands in an entry of a table, and what is left of it for them.
    static let countShift: UInt32 = 27
    static let bitsMask: UInt32 = 1 << countShift - 1

    private static let longest = 12

    init(counts: [Int]) {
        lengths = Self.lengths(counts)
        codes = Self.codes(lengths)
    }

    /// The end of the block.
    var end: UInt32 { codes[256] }
    var endLength: Int { lengths[256] }

    /// How many bits the counted symbols take, extra bits and distances included at their most.
    func bits(of counts: [Int]) -> Int {
        counts.indices.reduce(0) { sum, symbol in
            sum + counts[symbol] * (lengths[symbol] + (symbol > 256 ? 6 : 0))
        }
    }

    /// Entries for each byte, and for each length of a run: bits and their number.
    func withTables(_ body: (UnsafePointer<UInt32>, UnsafePointer<UInt32>) -> Void) {
        func entry(_ bits: UInt32, _ count: Int) -> UInt32 {
            bits | UInt32(count) << Self.countShift
        }
        let literals = (0..<256).map { entry(codes[$0], lengths[$0]) }
        var runs = [UInt32](repeating: 0, count: 259)
        for length in 3...258 {
            let (symbol, extra, extraBits) = Self.symbol(ofRun: length)
            // The only distance is a single 0.
            runs[length] = entry(
                codes[symbol] | extra << UInt32(lengths[symbol]), lengths[symbol] + extraBits + 1)
        }
        literals.withUnsafeBufferPointer { literals in
            runs.withUnsafeBufferPointer { runs in
                guard let literals = literals.baseAddress, let runs = runs.baseAddress else {
                    return
                }
                body(literals, runs)
            }
        }
    }

    /// The symbol of a run, and what is added to its least length (section 3.2.5).
    static func symbol(ofRun length: Int) -> (symbol: Int, extra: UInt32, extraBits: Int) {
        if length == 258 { return (285, 0, 0) }
        if length < 11 { return (254 + length, 0, 0) }
        // Each four symbols share a number of extra bits.
        let above = length - 3
        let bits = above.bitWidth - 1 - above.leadingZeroBitCount - 2
        return (
            257 + 4 * bits + above >> bits, UInt32(above & (1 << bits - 1)), bits
        )
    }

    /// The lowest `count` bits in reverse: codes are written from their highest bit.
    static func turned(_ value: UInt32, _ count: Int) -> UInt32 {
        var (rest, bits) = (value, UInt32(0))
        for _ in 0..<count {
            bits = bits << 1 | rest & 1
            rest >>= 1
        }
        return bits
    }

    // MARK: Making it

    /// The depth of each symbol in a tree that joins the two rarest nodes again and again.
    private static func lengths(_ counts: [Int]) -> [Int] {
        let used = counts.indices.filter { counts[$0] > 0 }.sorted { counts[$0] < counts[$1] }
        var lengths = [Int](repeating: 0, count: counts.count)
        if used.count < 2 {
            for symbol in used { lengths[symbol] = 1 }
            return lengths
        }
        // Leaves in rising order, then the inner nodes in the order, also rising, of their making.
        var weights = used.map { counts[$0] }
        var parents = [Int](repeating: 0, count: 2 * used.count - 1)
        var (leaf, inner) = (0, used.count)
        for node in used.count..<2 * used.count - 1 {
            var weight = 0
            for _ in 0..<2 {
                let takesLeaf =
                    leaf < used.count && (inner >= node || weights[leaf] <= weights[inner])
                let child = takesLeaf ? leaf : inner
                if takesLeaf { leaf += 1 } else { inner += 1 }
                weight += weights[child]
                parents[child] = node
            }
            weights.append(weight)
        }
        var depths = [Int](repeating: 0, count: parents.count)
        for node in stride(from: parents.count - 2, through: 0, by: -1) {
            depths[node] = depths[parents[node]] + 1
        }
        // Flatter counts make a flatter tree; equal ones have at most 9 bits.
        if depths[0] > longest { return self.lengths(counts.map { ($0 + 1) / 2 }) }
        for (place, symbol) in used.enumerated() { lengths[symbol] = depths[place] }
        return lengths
    }

    /// Section 3.2.2: codes of one length are consecutive numbers in the order of the symbols.
    private static func codes(_ lengths: [Int]) -> [UInt32] {
        var counts = [UInt32](repeating: 0, count: 17)
        for length in lengths where length > 0 { counts[length] += 1 }
        var next = [UInt32](repeating: 0, count: 17)
        for length in 1..<16 { next[length + 1] = (next[length] + counts[length]) << 1 }
        return lengths.map { length in
            guard length > 0 else { return 0 }
            defer { next[length] += 1 }
            return turned(next[length], length)
        }
    }
}
