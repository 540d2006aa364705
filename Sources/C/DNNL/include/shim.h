#ifndef SADDLE_DNNL_SHIM_H
#define SADDLE_DNNL_SHIM_H

#include <stdint.h>

// The one door to oneDNN: the same functions whether version 2 or 3 is installed, and the one
// thread pool (oneDNN's OpenMP runtime), which the loops of this project share.

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

/// The version of oneDNN that runs, as 10000 major + 100 minor + patch.
int32_t shim_version(void);

// Threads.

/// How many threads a parallel section uses; at first as many as the process may run on.
int32_t shim_threads(void);
void shim_set_threads(int32_t count);

/// Calls body(context, part) for every part in 0 ..< parts, on up to shim_threads() threads,
/// and returns when all are done. Inside a part, nested calls run on the calling thread.
void shim_parallel(void (*body)(void *context, int64_t part), void *context, int64_t parts);

/// Tells malloc to keep freed memory: oneDNN allocates its packing buffers in every product,
/// and giving them back costs page faults in every round. Called once.
void shim_prepare(void);

// Matrix products. Row-major; `c` [m, n] = op(a) op(b) + beta c. Returns 0 or oneDNN's status.
int32_t shim_sgemm(
    int32_t transpose_a, int32_t transpose_b, int64_t m, int64_t n, int64_t k, const float *a,
    int64_t lda, const float *b, int64_t ldb, float beta, float *c, int64_t ldc);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
