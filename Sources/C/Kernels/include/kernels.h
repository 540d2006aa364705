#ifndef SADDLE_KERNELS_H
#define SADDLE_KERNELS_H

#include <stdint.h>

// Every loop over the elements of a tensor. Each function exists for the portable baseline,
// for AVX2 with FMA and for AVX-512; the best one that the processor has is chosen at the
// first call. All of them work on one stretch of memory and start no thread: who calls splits.
// Lengths are in elements; pointers may be equal where input and output have the same length.

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

typedef enum : int32_t {
    KERNELS_BASELINE = 0,
    KERNELS_AVX2 = 1,
    KERNELS_AVX512 = 2,
    KERNELS_BEST = 3,
} kernels_level;

/// The best level of this processor.
kernels_level kernels_best_level(void);
/// Makes the calling thread use `level`, or the best one below it, so that a test can hold each
/// to the same reference; KERNELS_BEST ends it.
void kernels_use_level(kernels_level level);

typedef enum : int32_t {
    UNARY_AFFINE,      // p x + q
    UNARY_EXP,
    UNARY_LOG,
    UNARY_SQRT,
    UNARY_ABS,
    UNARY_SIGN,
    UNARY_SQUARE,
    UNARY_RECIPROCAL,
    UNARY_SIN,
    UNARY_COS,
    UNARY_ERF,
    UNARY_RELU,
    UNARY_LEAKY,       // x > 0 ? x : p x
    UNARY_SIGMOID,
    UNARY_TANH,
    UNARY_SOFTPLUS,
    UNARY_ELU,         // x > 0 ? x : p (e^x - 1)
    UNARY_CLAMP,       // into [p, q]
    UNARY_POWER,       // x^p
    UNARY_FLOOR,
    UNARY_ROUND,       // half to even
    UNARY_SAFE_RECIPROCAL,  // 0 where x is 0
    UNARY_BETWEEN,     // 1 where p <= x <= q, else 0
    UNARY_COUNT,
} kernels_unary_op;

typedef enum : int32_t {
    BINARY_ADD,
    BINARY_SUBTRACT,
    BINARY_MULTIPLY,
    BINARY_DIVIDE,
    BINARY_MAXIMUM,
    BINARY_MINIMUM,
    BINARY_POWER,
    BINARY_EQUAL,
    BINARY_NOT_EQUAL,
    BINARY_LESS,
    BINARY_LESS_EQUAL,
    BINARY_GREATER,
    BINARY_GREATER_EQUAL,
    BINARY_RELU_GRADIENT,     // b > 0 ? a : 0
    BINARY_LEAKY_GRADIENT,    // b > 0 ? a : p a
    BINARY_SIGMOID_GRADIENT,  // a b (1 - b)
    BINARY_TANH_GRADIENT,     // a (1 - b b)
    BINARY_ELU_GRADIENT,      // b > 0 ? a : a (b + p)
    BINARY_COUNT,
} kernels_binary_op;

/// y[i] = op(x[i]).
void kernels_unary(
    kernels_unary_op op, const float *x, float *y, int64_t count, float p, float q);

/// y[i] = op(a[i step_a], b[i step_b]); a step is 0 (one value for all) or 1.
void kernels_binary(
    kernels_binary_op op, const float *a, int64_t step_a, const float *b, int64_t step_b,
    float *y, int64_t count, float p);

/// y[i] = c[i] != 0 ? a[i] : b[i].
void kernels_select(const float *c, const float *a, const float *b, float *y, int64_t count);

/// y[i] = value.
void kernels_fill(float *y, float value, int64_t count);

/// y[i] += factor * x[i].
void kernels_accumulate(float *y, const float *x, float factor, int64_t count);

/// y[r, c] = activation(y[r, c] + bias[c]), rows `stride` apart; the activation is a unary code, UNARY_AFFINE for
/// none. `has_bias` 0 leaves the bias out.
void kernels_bias_activation(
    float *y, int64_t stride, const float *bias, int32_t has_bias, int64_t rows,
    int64_t columns, kernels_unary_op activation, float p);

/// 1 when every value is finite.
int32_t kernels_all_finite(const float *x, int64_t count);

// Reductions of [outer, count, inner] over the middle axis.

/// The sum of x[0 ..< count], pairwise in blocks, so the order depends on `count` alone.
double kernels_sum(const float *x, int64_t count);
/// The sum of x[i]^2, in the same order.
double kernels_sum_squares(const float *x, int64_t count);
/// y[o, i] = sum over k of x[o, k, i].
void kernels_sum_axis(const float *x, float *y, int64_t outer, int64_t count, int64_t inner);
/// y[o, i] = the largest (`sign` 1) or smallest (`sign` -1); NaN wins.
void kernels_extremum_axis(
    const float *x, float *y, int64_t outer, int64_t count, int64_t inner, float sign);
/// The index of the first largest.
void kernels_argmax_axis(const float *x, float *y, int64_t outer, int64_t count, int64_t inner);
/// Softmax of each row of `count`; its logarithm when `logarithm` is not 0.
void kernels_softmax(
    const float *x, float *y, int64_t rows, int64_t count, int32_t logarithm);

// Products.

/// y[r][c] = sum over k < depth of a[r * row_step + k * depth_step] b[k * b_step + c], or b[c *
/// b_step + k] with `transpose_b`; added to y with `adds`. A depth from 1 to 4.
void kernels_shallow_product(
    const float *a, int64_t row_step, int64_t depth_step, const float *b, int64_t b_step,
    int32_t transpose_b, float *y, int64_t y_step, int64_t rows, int64_t columns, int64_t depth,
    int32_t adds);

/// The same for any depth above 0 and `columns` that are a multiple of 16; `row_step` or
/// `depth_step` is 1. Made for AVX-512 and a `b` that stays in the cache; elsewhere it is slow.
void kernels_product(
    const float *a, int64_t row_step, int64_t depth_step, const float *b, int64_t b_step,
    int32_t transpose_b, float *y, int64_t y_step, int64_t rows, int64_t columns, int64_t depth,
    int32_t adds);

// Layout.

/// Copies rows `indices` of `x`, each of `width` elements, one after the other into `y`.
void kernels_gather_rows(
    const float *x, float *y, const int64_t *indices, int64_t rows, int64_t width);
/// Copies a strided view of `x` into the dense `y` of `shape` (rank at most 8).
void kernels_gather_strided(
    const float *x, float *y, int32_t rank, const int64_t *shape, const int64_t *strides);
/// Adds the dense `x` of `shape` into a strided view of `y`.
void kernels_scatter_strided(
    const float *x, float *y, int32_t rank, const int64_t *shape, const int64_t *strides);

typedef struct {
    int64_t height, width, channels;
    int64_t out_height, out_width;
    int64_t kernel_height, kernel_width;
    int64_t stride_height, stride_width;
    int64_t dilation_height, dilation_width;
    int64_t top, left;
} kernels_patch_geometry;

/// What lies under a kernel at output positions first_row ..< first_row + rows of one image:
/// `columns` [rows, kernel_height kernel_width channels], zeros outside the image.
void kernels_patches(
    const float *image, float *columns, const kernels_patch_geometry *geometry,
    int64_t first_row, int64_t rows);
/// Adds all patches of one image back to where they came from.
void kernels_unpatch(
    const float *columns, float *image, const kernels_patch_geometry *geometry);

// Loops over [rows, channels]. An activation is one of UNARY_AFFINE (none), UNARY_RELU,
// UNARY_LEAKY (slope p), UNARY_SIGMOID, UNARY_TANH.

/// d = g activation'(at the input that gave y), and its sums over the rows.
void kernels_activation_gradient(
    const float *g, const float *y, float *d, float *sums, int64_t rows, int64_t channels,
    kernels_unary_op activation, float p);
/// The mean of each channel and the sum of squared distances from it.
void kernels_moments(
    const float *x, int64_t rows, int64_t channels, float *mean, float *squares);
/// y = activation(x factor[c] + shift[c]).
void kernels_scale_activation(
    const float *x, float *y, int64_t rows, int64_t channels, const float *factor,
    const float *shift, kernels_unary_op activation, float p);
/// With d = g activation'(y): sums[c] of d, and products[c] of d (x - mean).
void kernels_normalisation_sums(
    const float *x, const float *g, const float *y, int64_t rows, int64_t channels,
    const float *mean, float *sums, float *products, kernels_unary_op activation, float p);
/// dx = d by_gradient[c] + x by_input[c] + shift[c].
void kernels_normalisation_gradient(
    const float *x, const float *g, const float *y, float *dx, int64_t rows, int64_t channels,
    const float *by_gradient, const float *by_input, const float *shift,
    kernels_unary_op activation, float p);

// Random numbers: Philox 4x32-10 (Salmon et al. 2011), value i of a stream depends on
// (key, counter + i / 4) alone.

/// Values first ..< first + count of a stream, uniform in [0, 1) on a grid of 2^-24.
void kernels_uniform(float *y, int64_t count, uint64_t key, uint64_t stream, uint64_t first);
/// The same for standard normal values (Box and Muller 1958).
void kernels_normal(float *y, int64_t count, uint64_t key, uint64_t stream, uint64_t first);
/// The raw 32-bit values.
void kernels_bits(uint32_t *y, int64_t count, uint64_t key, uint64_t stream, uint64_t first);

// Optimisers. Each reads old values and writes new ones; a new place may be the old one.

/// Adam (Kingma and Ba 2014, arXiv:1412.6980, algorithm 1): w, m and v after one step.
/// `step` = rate / (1 - beta1^t), `correction` = 1 / (1 - beta2^t).
void kernels_adam(
    const float *w, const float *g, const float *m, const float *v, float *new_w, float *new_m,
    float *new_v, int64_t count, float step, float correction, float beta1, float beta2,
    float epsilon, float decay);
/// v = momentum v + g; w -= rate v (or rate (g + momentum v) when `nesterov` is not 0).
void kernels_momentum(
    const float *w, const float *g, const float *v, float *new_w, float *new_v, int64_t count,
    float rate, float momentum, int32_t nesterov, float decay);
/// s = rho s + (1 - rho) g^2; w -= rate g / (sqrt(s) + epsilon).
void kernels_rmsprop(
    const float *w, const float *g, const float *s, float *new_w, float *new_s, int64_t count,
    float rate, float rho, float epsilon);
/// y = keep y + (1 - keep) x.
void kernels_blend(const float *y, const float *x, float *new_y, float keep, int64_t count);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
