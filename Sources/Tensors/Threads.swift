import CDNNL

/// The one pool of threads, for the loops of this target and for oneDNN's products.
///
/// Its threads look out for work for two milliseconds after a parallel section, so that the next
/// one starts within a microsecond, and then sleep: an idle process uses no processor time.
package enum Threads {
    /// How many threads work at most; results do not depend on it.
    package static var count: Int {
        get { Int(shim_threads()) }
        set { shim_set_threads(Int32(clamping: newValue)) }
    }

    /// Calls `body` for each part in `0..<parts`, on several threads, and waits for all.
    static func run(_ parts: Int, _ body: (Int) -> Void) {
        guard parts > 1, shim_threads() > 1 else {
            for part in 0..<max(parts, 0) { body(part) }
            return
        }
        withoutActuallyEscaping(body) { body in
            var task = Task(body: body)
            withUnsafeMutablePointer(to: &task) { task in
                shim_parallel(
                    { context, part in
                        context.assumingMemoryBound(to: Task.self).pointee.body(Int(part))
                    }, task, Int64(parts))
            }
        }
    }

    private struct Task { let body: (Int) -> Void }
}

/// How loops over elements are split.
enum Loop {
    /// Fewer elements than this are not worth waking a thread for (fork and join: 0.5 us).
    static let grain = 16384

    /// Calls `body(start, count)` for stretches that cover `0..<count`. Elements must not depend
    /// on each other, so the split is free to follow the number of threads.
    @inline(__always)
    static func over(_ count: Int, grain: Int = grain, _ body: (Int, Int) -> Void) {
        guard count >= 2 * grain else {
            if count > 0 { body(0, count) }
            return
        }
        split(count, grain, body)
    }

    /// The length of stretches of `count` where results depend on the split: it follows the
    /// machine's cores, not the number of threads that are allowed to work.
    static func stretchByShape(_ count: Int, grain: Int) -> Int {
        let parts = Swift.min(count / Swift.max(1, grain), Int(shim_cores()))
        return parts > 1 ? stretch(count, parts) : Swift.max(1, count)
    }

    /// Stretches start at multiples of 16 elements: whole cache lines, whole vectors.
    private static func stretch(_ count: Int, _ parts: Int) -> Int {
        ((count + parts - 1) / parts + 15) / 16 * 16
    }

    private static func split(_ count: Int, _ grain: Int, _ body: (Int, Int) -> Void) {
        run(count, Swift.min(count / grain, Threads.count), body)
    }

    private static func run(_ count: Int, _ parts: Int, _ body: (Int, Int) -> Void) {
        guard parts > 1 else {
            body(0, count)
            return
        }
        let length = stretch(count, parts)
        Threads.run(parts) { part in
            let start = part * length
            if start < count { body(start, Swift.min(length, count - start)) }
        }
    }
}
