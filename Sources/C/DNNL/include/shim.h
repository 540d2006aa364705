#ifndef SADDLE_DNNL_SHIM_H
#define SADDLE_DNNL_SHIM_H

#include <stdint.h>

// The one door to oneDNN: the same functions whether version 2 or 3 is installed, and the one
// pool of threads. oneDNN itself runs on one thread in each call; the caller splits.

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

/// The version of oneDNN that runs, as 10000 major + 100 minor + patch.
int32_t shim_version(void);

// Threads.

/// How many threads a parallel section uses; at first as many as the process has cores.
int32_t shim_threads(void);
void shim_set_threads(int32_t count);

/// How many cores the process may run on.
int32_t shim_cores(void);

/// Calls body(context, part) for every part in 0 ..< parts, on up to shim_threads() threads,
/// and returns when all are done. Inside a part, and while another thread is in a section,
/// all parts run on the calling thread.
void shim_parallel(void (*body)(void *context, int64_t part), void *context, int64_t parts);

// Matrix products on the calling thread. Row-major; `c` [m, n] = op(a) op(b) + beta c. Returns 0
// or oneDNN's status.
int32_t shim_sgemm(
    int32_t transpose_a, int32_t transpose_b, int64_t m, int64_t n, int64_t k, const float *a,
    int64_t lda, const float *b, int64_t ldb, float beta, float *c, int64_t ldc);

// Convolutions of images [n, height, width, channels] with kernels [height, width, in, out].

typedef struct {
    int64_t batch, height, width, channels;     // of the input
    int64_t out_height, out_width, out_channels;
    int64_t kernel_height, kernel_width;
    int64_t stride_height, stride_width;
    int64_t dilation_height, dilation_width;    // 1 is dense
    int64_t top, left, bottom, right;           // padding by zeros
} shim_geometry;

typedef enum : int32_t {
    SHIM_FORWARD,           // a = input, b = kernel, y = output
    SHIM_BACKWARD_INPUT,    // a = gradient of the output, b = kernel, y = gradient of the input
    SHIM_BACKWARD_KERNEL,   // a = input, b = gradient of the output, y = gradient of the kernel
} shim_direction;

/// One of the three passes of a convolution, on the calling thread. Primitives are kept by
/// geometry and direction and may run on several threads at once. `kernel_version` names the
/// contents of the kernel: while it is the same, the copy of the kernel in oneDNN's own layout
/// is used again. Returns 0 or oneDNN's status.
int32_t shim_convolve(
    shim_direction direction, const shim_geometry *geometry, const float *a, const float *b,
    uint64_t kernel_version, float *y);

/// The name of oneDNN's implementation for the geometry (for measurements), or "none".
const char *shim_convolution_name(shim_direction direction, const shim_geometry *geometry);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
