#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include "alone.h"
#include "shim.h"

// The pool of threads. oneDNN's own parallel sections are not used: every call into it stays on
// the thread that makes it (see alone.h), and callers split the work. So there is one pool, its
// division of work does not depend on the number of threads, and a thread that the system does
// not let run holds nobody up: parts are claimed one by one, and who starts a section waits
// only for parts that somebody has claimed.

enum { most_threads = 64 };
// Workers look out for work so long before they sleep. In training the next section comes
// within microseconds; at a prompt nothing comes and nothing runs.
static const int64_t patience_ns = 2000000;

// One section at a time. `ticket` is the section's number (upper half), how many parts it has and
// the next part to be claimed (16 bits each); the other fields are written only while no part can
// be claimed, and a claim by compare-and-swap shows that they did not change since they were read.
// What a worker looks at is one cache line, what the caller waits for another.
static struct {
    _Alignas(64) _Atomic uint64_t ticket;
    _Atomic(void (*)(void *, int64_t)) body;
    _Atomic(void *) context;
    _Alignas(64) _Atomic uint32_t finished;
} section;
enum { most_parts = 0xffff };
static pthread_mutex_t section_lock = PTHREAD_MUTEX_INITIALIZER;

static pthread_mutex_t sleep_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static _Atomic int32_t sleepers;

static _Atomic int32_t wanted;       // threads that may work, the caller included
static int32_t started;              // workers that exist; guarded by section_lock
static _Thread_local int is_inside;  // this thread works on a part

static inline void pause_briefly(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static inline int has_part(uint64_t ticket) {
    return (ticket & most_parts) < (ticket >> 16 & most_parts);
}

// Works on the current section until no part is left.
static void work(void) {
    uint64_t current = atomic_load_explicit(&section.ticket, memory_order_acquire);
    while (has_part(current)) {
        void (*body)(void *, int64_t) = atomic_load_explicit(&section.body, memory_order_relaxed);
        void *context = atomic_load_explicit(&section.context, memory_order_relaxed);
        if (!atomic_compare_exchange_strong_explicit(
                &section.ticket, &current, current + 1, memory_order_acq_rel,
                memory_order_acquire))
            continue;
        body(context, (int64_t)(current & most_parts));
        atomic_fetch_add_explicit(&section.finished, 1, memory_order_release);
        current = atomic_load_explicit(&section.ticket, memory_order_acquire);
    }
}

static int has_work(void) {
    return has_part(atomic_load_explicit(&section.ticket, memory_order_acquire));
}

static void sleep_until_work(void) {
    pthread_mutex_lock(&sleep_lock);
    atomic_fetch_add(&sleepers, 1);
    // Either this thread sees the new section, or who made it sees the sleeper.
    atomic_thread_fence(memory_order_seq_cst);
    while (!has_work()) pthread_cond_wait(&wake, &sleep_lock);
    atomic_fetch_sub(&sleepers, 1);
    pthread_mutex_unlock(&sleep_lock);
}

static void *worker(void *number) {
    int32_t mine = (int32_t)(intptr_t)number;
    is_inside = 1;
    for (;;) {
        int64_t deadline = 0;
        for (uint32_t turn = 0; !has_work(); turn++) {
            pause_briefly();
            if (turn % 512 != 511) continue;
            // Another process may need this core; and the clock is looked at now and then.
            sched_yield();
            int64_t time = now();
            if (deadline == 0) deadline = time + patience_ns;
            if (time > deadline) sleep_until_work();
        }
        if (mine < atomic_load_explicit(&wanted, memory_order_relaxed)) {
            shim_stay_alone();
            work();
        } else {
            // Fewer threads are wanted than exist: this one leaves the parts to the others.
            struct timespec rest = {0, 1000000};
            nanosleep(&rest, NULL);
        }
    }
    return NULL;
}

// Workers are started at the first section that can use them, never at load: a process that
// forks before computing keeps a whole pool.
static void start_workers(int32_t count) {
    if (started >= count - 1) return;
    // Signals (an interrupt above all) belong to the threads that know what to do with them.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (started < count - 1) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, worker, (void *)(intptr_t)(started + 1))) break;
        pthread_detach(thread);
        started++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

int32_t shim_cores(void) {
    static _Atomic int32_t cores;
    if (!cores) {
#if defined(__linux__)
        cpu_set_t set;
        int32_t count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
#else
        int32_t count = (int32_t)sysconf(_SC_NPROCESSORS_ONLN);
#endif
        cores = count < 1 ? 1 : count > most_threads ? most_threads : count;
    }
    return cores;
}

int32_t shim_threads(void) {
    int32_t count = atomic_load_explicit(&wanted, memory_order_relaxed);
    if (count > 0) return count;
    wanted = shim_cores();
    return wanted;
}

void shim_set_threads(int32_t count) {
    wanted = count < 1 ? 1 : count > most_threads ? most_threads : count;
}

void shim_parallel(void (*body)(void *context, int64_t part), void *context, int64_t parts) {
    int32_t count = shim_threads();
    if (parts < 2 || count < 2 || parts > most_parts || is_inside
        || pthread_mutex_trylock(&section_lock)) {
        for (int64_t part = 0; part < parts; part++) body(context, part);
        return;
    }
    start_workers(count);
    // Every part of the section before was claimed and finished, so its ticket gives out nothing.
    uint64_t number = (atomic_load_explicit(&section.ticket, memory_order_relaxed) >> 32) + 1;
    atomic_store_explicit(&section.body, body, memory_order_relaxed);
    atomic_store_explicit(&section.context, context, memory_order_relaxed);
    atomic_store_explicit(&section.finished, 0, memory_order_relaxed);
    atomic_store_explicit(
        &section.ticket, number << 32 | (uint64_t)parts << 16, memory_order_release);
    atomic_thread_fence(memory_order_seq_cst);
    if (atomic_load(&sleepers)) {
        pthread_mutex_lock(&sleep_lock);
        pthread_cond_broadcast(&wake);
        pthread_mutex_unlock(&sleep_lock);
    }
    is_inside = 1;
    work();
    is_inside = 0;
    for (uint32_t turn = 0;
         atomic_load_explicit(&section.finished, memory_order_acquire) < (uint32_t)parts; turn++) {
        pause_briefly();
        if (turn % 4096 == 4095) sched_yield();
    }
    pthread_mutex_unlock(&section_lock);
}

// oneDNN is built on an OpenMP runtime (GNU's or LLVM's; both have this function), which keeps the
// number of threads for each calling thread. Without OpenMP there is nothing to do.
static void (*set_openmp_threads)(int);
static _Thread_local int is_alone;

__attribute__((constructor)) static void prepare(void) {
    set_openmp_threads = (void (*)(int))dlsym(RTLD_DEFAULT, "omp_set_num_threads");
#if defined(__GLIBC__)
    // oneDNN allocates its packing buffers in every product; giving them back to the system
    // costs page faults in every round (measured: a quarter of the smallest one).
    mallopt(M_MMAP_THRESHOLD, 32 << 20);  // the most that glibc takes
    mallopt(M_TRIM_THRESHOLD, 512 << 20);
    mallopt(M_TOP_PAD, 16 << 20);
#endif
}

void shim_stay_alone(void) {
    if (is_alone) return;
    is_alone = 1;
    if (set_openmp_threads) set_openmp_threads(1);
}
