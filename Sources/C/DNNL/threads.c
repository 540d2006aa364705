#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include "enter.h"
#include "shim.h"

// oneDNN is built on an OpenMP runtime (GNU's or LLVM's; both have these entry points), so it is
// in the process already; a second pool on the same cores would fight with it. The compiler's
// OpenMP support is not needed for the few functions called here. Where oneDNN was built
// without OpenMP the loops run on the calling thread.
typedef void parallel_function(void (*)(void *), void *, unsigned, unsigned);
typedef int get_function(void);
typedef void set_function(int);

static struct {
    parallel_function *parallel;
    get_function *max_threads, *thread, *team, *inside;
    set_function *set_threads;
} openmp;

// Written by shim_prepare (once, before any other thread exists) and shim_set_threads.
static _Atomic int32_t threads = 1;

__attribute__((constructor)) static void find_openmp(void) {
    openmp.parallel = (parallel_function *)dlsym(RTLD_DEFAULT, "GOMP_parallel");
    openmp.max_threads = (get_function *)dlsym(RTLD_DEFAULT, "omp_get_max_threads");
    openmp.thread = (get_function *)dlsym(RTLD_DEFAULT, "omp_get_thread_num");
    openmp.team = (get_function *)dlsym(RTLD_DEFAULT, "omp_get_num_threads");
    openmp.inside = (get_function *)dlsym(RTLD_DEFAULT, "omp_in_parallel");
    openmp.set_threads = (set_function *)dlsym(RTLD_DEFAULT, "omp_set_num_threads");
    if (!openmp.max_threads || !openmp.thread || !openmp.team || !openmp.inside
        || !openmp.set_threads)
        openmp.parallel = NULL;
    if (openmp.parallel) threads = openmp.max_threads();
    shim_prepare();
}

void shim_prepare(void) {
#if defined(__GLIBC__)
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 512 << 20);
    mallopt(M_TOP_PAD, 16 << 20);
#endif
}

int32_t shim_threads(void) {
    return threads;
}

void shim_set_threads(int32_t count) {
    threads = count < 1 ? 1 : count > 1024 ? 1024 : count;
    shim_forget_primitives();
}

void shim_enter(void) {
    if (openmp.parallel && openmp.max_threads() != threads && !openmp.inside())
        openmp.set_threads(threads);
}

struct section {
    void (*body)(void *, int64_t);
    void *context;
    int64_t parts;
};

static void run_share(void *data) {
    struct section *section = data;
    int64_t team = openmp.team();
    for (int64_t part = openmp.thread(); part < section->parts; part += team)
        section->body(section->context, part);
}

void shim_parallel(void (*body)(void *context, int64_t part), void *context, int64_t parts) {
    int32_t count = threads;
    if (parts < 2 || count < 2 || !openmp.parallel || openmp.inside()) {
        for (int64_t part = 0; part < parts; part++) body(context, part);
        return;
    }
    struct section section = {body, context, parts};
    openmp.parallel(run_share, &section, (unsigned)(parts < count ? parts : count), 0);
}
