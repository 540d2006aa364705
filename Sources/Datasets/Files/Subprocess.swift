#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Another program, run to its end without its output.
enum Subprocess {
    /// What `run` returns when the caller stopped the program.
    static let killed: Int32 = -1

    /// The exit status of `program` (127 when there is none), looked up in PATH.
    ///
    /// `goOn` is asked ten times a second; false ends the program.
    static func run(
        _ program: String, _ arguments: [String], whileWaiting goOn: () throws -> Bool
    ) throws -> Int32 {
        guard let process = start(program, arguments) else { return 127 }
        var status: Int32 = 0
        do {
            while waitpid(process, &status, WNOHANG) == 0 {
                guard try goOn() else {
                    end(process)
                    return killed
                }
                usleep(50_000)
            }
        } catch {
            end(process)
            throw error
        }
        // The macros of sys/wait.h: the low seven bits are the signal, the next byte the status.
        return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
    }

    private static func start(_ program: String, _ arguments: [String]) -> pid_t? {
        #if canImport(Glibc)
            var files = posix_spawn_file_actions_t()
        #else
            var files: posix_spawn_file_actions_t?
        #endif
        guard posix_spawn_file_actions_init(&files) == 0 else { return nil }
        defer { posix_spawn_file_actions_destroy(&files) }
        for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&files, stream, "/dev/null", O_RDWR, 0)
        }
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var process = pid_t()
        guard posix_spawnp(&process, program, &files, nil, words, environ) == 0 else { return nil }
        return process
    }

    private static func end(_ process: pid_t) {
        kill(process, SIGTERM)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
    }
}
