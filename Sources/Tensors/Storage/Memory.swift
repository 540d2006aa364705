import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The memory of all tensors: what is in use, the most that was, and a limit.
///
/// Freed buffers are kept for reuse, so a training round at steady state asks the system for
/// nothing. The state is global because buffers are freed wherever the last owner of a tensor
/// lets go, and no context could follow there.
package enum Memory {
    /// The most bytes that tensors may hold together; at first three quarters of the machine's.
    package static var limit: Int {
        get { pool.withLock { $0.limit } }
        set { pool.withLock { $0.limit = max(0, newValue) } }
    }

    /// Bytes in live tensors.
    package static var inUse: Int { pool.withLock { $0.inUse } }

    /// The most bytes that were in live tensors since the start or `resetPeak`.
    package static var peak: Int { pool.withLock { $0.peak } }

    /// Bytes in freed buffers that wait for reuse.
    package static var cached: Int { pool.withLock { $0.cached } }

    /// How often the system was asked for memory.
    package static var systemAllocations: Int { pool.withLock { $0.systemAllocations } }

    package static func resetPeak() { pool.withLock { $0.peak = $0.inUse } }

    /// Gives the buffers that wait for reuse back to the system.
    package static func trim() { pool.withLock { $0.releaseCached() } }

    static func allocate(bytes: Int) throws(TensorError) -> Buffer {
        let size = BufferPool.Size(bytes: bytes)
        let result = pool.withLock { $0.take(size) }
        guard let buffer = result.buffer else {
            throw TensorError.memory(bytes: bytes, inUse: result.inUse, limit: result.limit)
        }
        return buffer
    }

    /// One buffer of the smallest size, not held to the limit.
    static func allocateSmall() -> Buffer {
        let size = BufferPool.Size(bytes: 64)
        if let buffer = pool.withLock({ $0.take(size) }).buffer { return buffer }
        return pool.withLock { $0.takeBeyondLimit(size) }
    }

    static func free(_ buffer: Buffer) {
        pool.withLock { $0.put(buffer) }
    }

    private static let pool = Mutex(BufferPool())
}

/// A piece of memory, aligned to a cache line, of one of the pool's sizes.
struct Buffer: @unchecked Sendable {
    // A raw pointer is not Sendable by itself; a buffer has one owner at a time.
    let pointer: UnsafeMutableRawPointer
    let size: BufferPool.Size
}

/// Free buffers by size: four sizes for each power of two, so at most a quarter is wasted.
struct BufferPool: ~Copyable {
    struct Size: Equatable, Sendable {
        let index: Int
        let bytes: Int

        init(bytes wanted: Int) {
            let wanted = max(wanted, 64)
            let power = Int.bitWidth - 1 - wanted.leadingZeroBitCount
            let step = max(16, (1 << power) >> 2)
            let steps = (wanted - (1 << power) + step - 1) / step
            let rounded = (1 << power) + steps * step
            index =
                steps == 4 || (1 << power) == rounded && steps != 0
                ? (power + 1) * 4 : power * 4 + steps
            bytes = rounded
        }
    }

    var limit: Int
    private(set) var inUse = 0
    var peak = 0
    private(set) var cached = 0
    private(set) var systemAllocations = 0
    private var free: [[Buffer]]

    init() {
        free = Array(repeating: [], count: 64 * 4 + 4)
        let pages = sysconf(Int32(_SC_PHYS_PAGES))
        let page = sysconf(Int32(_SC_PAGESIZE))
        limit = pages > 0 && page > 0 ? pages / 4 * 3 * page : 8 << 30
    }

    mutating func take(_ size: Size) -> (buffer: Buffer?, inUse: Int, limit: Int) {
        guard size.bytes <= limit - inUse else { return (nil, inUse, limit) }
        if let buffer = free[size.index].popLast() {
            cached -= size.bytes
            count(size)
            return (buffer, inUse, limit)
        }
        if cached > 0, inUse + cached + size.bytes > limit { releaseCached() }
        var pointer: UnsafeMutableRawPointer?
        guard posix_memalign(&pointer, 64, size.bytes) == 0, let pointer else {
            return (nil, inUse, limit)
        }
        systemAllocations += 1
        count(size)
        return (Buffer(pointer: pointer, size: size), inUse, limit)
    }

    mutating func takeBeyondLimit(_ size: Size) -> Buffer {
        systemAllocations += 1
        count(size)
        return Buffer(pointer: .allocate(byteCount: size.bytes, alignment: 64), size: size)
    }

    mutating func put(_ buffer: Buffer) {
        inUse -= buffer.size.bytes
        cached += buffer.size.bytes
        free[buffer.size.index].append(buffer)
    }

    mutating func releaseCached() {
        for index in free.indices {
            for buffer in free[index] { releaseToSystem(buffer.pointer) }
            free[index] = []
        }
        cached = 0
    }

    private mutating func count(_ size: Size) {
        inUse += size.bytes
        peak = max(peak, inUse)
    }
}

/// `free` of the C library, which `BufferPool.free` hides.
private func releaseToSystem(_ pointer: UnsafeMutableRawPointer) { free(pointer) }
