#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A value that two threads share, with a way to wait for a change of it.
///
/// `@unchecked Sendable`: `state` is touched only while the mutex is held.
final class Monitor<State>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var state: State

    init(_ state: sending State) {
        self.state = state
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
        condition = .allocate(capacity: 1)
        condition.initialize(to: pthread_cond_t())
        #if canImport(Darwin)
            pthread_cond_init(condition, nil)
        #else
            var attributes = pthread_condattr_t()
            pthread_condattr_init(&attributes)
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
            pthread_cond_init(condition, &attributes)
            pthread_condattr_destroy(&attributes)
        #endif
    }

    deinit {
        pthread_cond_destroy(condition)
        condition.deallocate()
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    func with<Result>(_ body: (inout State) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body(&state)
    }

    /// Changes the state and wakes whoever waits.
    func change<Result>(_ body: (inout State) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        let result = body(&state)
        pthread_cond_broadcast(condition)
        return result
    }

    /// Waits until `body` returns a value, at most `seconds`; nil means for ever.
    func wait<Result>(atMost seconds: Double? = nil, _ body: (inout State) -> Result?) -> Result? {
        let deadline = seconds.map { Clock.now + $0 }
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let result = body(&state) { return result }
            guard let deadline else {
                pthread_cond_wait(condition, mutex)
                continue
            }
            let rest = deadline - Clock.now
            guard rest > 0 else { return nil }
            wait(rest, until: deadline)
        }
    }

    private func wait(_ rest: Double, until deadline: Double) {
        #if canImport(Darwin)
            var time = timespec(seconds: rest)
            pthread_cond_timedwait_relative_np(condition, mutex, &time)
        #else
            var time = timespec(seconds: deadline)
            pthread_cond_timedwait(condition, mutex, &time)
        #endif
    }
}

/// Seconds on a clock that never goes back.
enum Clock {
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    static func sleep(_ seconds: Double) {
        var time = timespec(seconds: seconds)
        nanosleep(&time, nil)
    }
}

extension timespec {
    init(seconds: Double) {
        let whole = seconds.rounded(.down)
        self.init(tv_sec: Int(whole), tv_nsec: Int((seconds - whole) * 1e9))
    }
}
