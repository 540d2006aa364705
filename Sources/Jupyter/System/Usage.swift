import Language

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// What `usage_request` tells: this process's memory and CPU, and the machine's.
///
/// CPU is the share since the last report, in per cent of one processor, as `top` counts.
struct Usage {
    private var last: (wall: Double, used: Double)?

    mutating func report() -> JSON {
        let now = (wall: Clock.now, used: Self.processorSeconds)
        let since = last ?? (wall: now.wall - max(now.used, 1e-3), used: 0)
        last = now
        let share = 100 * (now.used - since.used) / max(now.wall - since.wall, 1e-3)
        var fields: [String: JSON] = [
            "status": .string("ok"),
            "pid": .integer(Int(getpid())),
            "hostname": .string(Self.hostname),
            "kernel_cpu": .number(max(share, 0)),
            "kernel_memory": .integer(Self.residentBytes),
            "cpu_count": .integer(sysconf(Int32(_SC_NPROCESSORS_ONLN))),
        ]
        if let memory = Self.machineMemory { fields["host_virtual_memory"] = memory }
        return .object(fields)
    }

    private static var hostname: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "" }
        return String(
            decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// Resident memory; where the system keeps no `/proc`, its highest value so far.
    static var residentBytes: Int {
        if let line = try? File.read("/proc/self/statm"),
            let pages = String(decoding: line, as: UTF8.self).split(separator: " ").dropFirst()
                .first,
            let count = Int(pages)
        {
            return count * sysconf(Int32(_SC_PAGESIZE))
        }
        var usage = rusage()
        #if canImport(Darwin)
            getrusage(RUSAGE_SELF, &usage)
            return Int(usage.ru_maxrss)
        #else
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            return usage.ru_maxrss * 1024
        #endif
    }

    private static var machineMemory: JSON? {
        guard let bytes = try? File.read("/proc/meminfo") else { return nil }
        var sizes: [Substring: Int] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(whereSeparator: { $0 == ":" || $0 == " " })
            if parts.count >= 2, let size = Int(parts[1]) { sizes[parts[0]] = size * 1024 }
        }
        guard let total = sizes["MemTotal"], let available = sizes["MemAvailable"], total > 0 else {
            return nil
        }
        return .object([
            "total": .integer(total), "available": .integer(available),
            "used": .integer(total - available), "free": .integer(sizes["MemFree"] ?? available),
            "percent": .number((1000 * Double(total - available) / Double(total)).rounded() / 10),
        ])
    }
}
