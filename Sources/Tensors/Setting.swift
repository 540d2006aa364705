extension Tensor {
    /// A tensor whose elements `body` writes in place, all of them: no array comes between.
    package init(
        shape: [Int], _ body: (UnsafeMutableBufferPointer<Float>) throws -> Void
    ) throws {
        try self.init(unset: shape, "tensor")
        try body(UnsafeMutableBufferPointer(start: p, count: count))
    }
}
