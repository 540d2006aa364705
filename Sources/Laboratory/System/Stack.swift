#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How much of the thread's stack is left, so that deep recursion is an error and not a crash.
enum Stack {
    /// Bytes between here and the end of this thread's stack.
    static var remaining: Int {
        withUnsafeTemporaryAllocation(byteCount: 16, alignment: 16) { here in
            guard let address = here.baseAddress else { return 0 }
            return Int(bitPattern: address) - Int(bitPattern: limit)
        }
    }

    /// The lowest address of this thread's stack, asked for once per thread.
    private static var limit: UnsafeRawPointer? {
        if let known = pthread_getspecific(key) { return UnsafeRawPointer(known) }
        let found = measure()
        pthread_setspecific(key, found)
        return UnsafeRawPointer(found)
    }

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()

    private static func measure() -> UnsafeMutableRawPointer? {
        #if canImport(Glibc)
            // A GNU extension, which the module map of Glibc leaves out.
            typealias Ask =
                @convention(c) (pthread_t, UnsafeMutablePointer<pthread_attr_t>) -> Int32
            guard let symbol = dlsym(nil, "pthread_getattr_np") else { return nil }
            var attributes = pthread_attr_t()
            guard unsafeBitCast(symbol, to: Ask.self)(pthread_self(), &attributes) == 0 else {
                return nil
            }
            defer { pthread_attr_destroy(&attributes) }
            var base: UnsafeMutableRawPointer?
            var size = 0
            pthread_attr_getstack(&attributes, &base, &size)
            return base
        #else
            let top = pthread_get_stackaddr_np(pthread_self())
            return top - pthread_get_stacksize_np(pthread_self())
        #endif
    }
}

/// A clock that only goes forward, in seconds.
enum Clock {
    static var seconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
