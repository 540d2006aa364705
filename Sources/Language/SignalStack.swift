#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A stack of their own for the signal handlers of this thread.
///
/// Matrix kernels that are made at run time (oneDNN's on x86) lead the stack pointer through their
/// work buffers; a handler on that stack would write over whatever lies below them.
package enum SignalStack {
    private static let size = 64 * 1024

    /// For the calling thread; it lasts as long as the process.
    package static func give() {
        var known = stack_t()
        guard sigaltstack(nil, &known) == 0, known.ss_flags & Int32(SS_DISABLE) != 0 else { return }
        var stack = stack_t()
        stack.ss_sp = .allocate(byteCount: size, alignment: 16)
        stack.ss_size = numericCast(size)
        stack.ss_flags = 0
        sigaltstack(&stack, nil)
    }
}
