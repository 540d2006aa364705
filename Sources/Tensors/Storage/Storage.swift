import Synchronization

/// The elements of one or several tensors (a reshape shares them), freed into the pool.
///
/// Unchecked: the memory is written before its first tensor exists, and afterwards only by an
/// update in place that holds the only reference.
final class Storage: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Float>
    private let buffer: Buffer
    /// Another number for other contents: what a copy in another layout is remembered by.
    private(set) var version = Storage.nextVersion()

    /// Room for `count` elements, not yet set.
    init(count: Int) throws(TensorError) {
        buffer = try Memory.allocate(bytes: count * MemoryLayout<Float>.stride)
        pointer = buffer.pointer.assumingMemoryBound(to: Float.self)
    }

    /// Room for one element, whatever the limit: a number must always find a place. Where the
    /// system itself has no 64 bytes left, Swift's own objects cannot be made either.
    init(scalar: Float) {
        buffer = Memory.allocateSmall()
        pointer = buffer.pointer.assumingMemoryBound(to: Float.self)
        pointer.pointee = scalar
    }

    /// To be called after an update in place.
    func renewVersion() { version = Storage.nextVersion() }

    deinit { Memory.free(buffer) }

    /// Version numbers are global because the caches that compare them outlive any tensor.
    private static let versions = Atomic<UInt64>(0)

    private static func nextVersion() -> UInt64 {
        versions.add(1, ordering: .relaxed).newValue
    }
}
