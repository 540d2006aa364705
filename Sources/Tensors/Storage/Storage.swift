/// The elements of one or several tensors (a reshape shares them), freed into the pool.
///
/// Unchecked: the memory is written before its first tensor exists, and afterwards only by an
/// update in place that holds the only reference.
final class Storage: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Float>
    private let buffer: Buffer

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

    deinit { Memory.free(buffer) }
}
