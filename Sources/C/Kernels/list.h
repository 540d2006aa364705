// Every kernel once: K(result, name, parameters, arguments). The header documents them.
#define KERNELS(K)                                                                              \
    K(void, unary, (kernels_unary_op op, const float *x, float *y, int64_t n, float p, float q),\
      (op, x, y, n, p, q))                                                                      \
    K(void, binary,                                                                             \
      (kernels_binary_op op, const float *a, int64_t sa, const float *b, int64_t sb, float *y,  \
       int64_t n, float p),                                                                     \
      (op, a, sa, b, sb, y, n, p))                                                              \
    K(void, select, (const float *c, const float *a, const float *b, float *y, int64_t n),      \
      (c, a, b, y, n))                                                                          \
    K(void, fill, (float *y, float v, int64_t n), (y, v, n))                                    \
    K(void, accumulate, (float *y, const float *x, float f, int64_t n), (y, x, f, n))           \
    K(void, bias_activation,                                                                    \
      (float *y, int64_t stride, const float *b, int32_t has, int64_t rows, int64_t columns,    \
       kernels_unary_op op, float p),                                                           \
      (y, stride, b, has, rows, columns, op, p))                                                        \
    K(int32_t, all_finite, (const float *x, int64_t n), (x, n))                                 \
    K(double, sum, (const float *x, int64_t n), (x, n))                                         \
    K(double, sum_squares, (const float *x, int64_t n), (x, n))                                 \
    K(void, sum_axis, (const float *x, float *y, int64_t o, int64_t n, int64_t i),              \
      (x, y, o, n, i))                                                                          \
    K(void, extremum_axis,                                                                      \
      (const float *x, float *y, int64_t o, int64_t n, int64_t i, float s), (x, y, o, n, i, s)) \
    K(void, argmax_axis, (const float *x, float *y, int64_t o, int64_t n, int64_t i),           \
      (x, y, o, n, i))                                                                          \
    K(void, softmax, (const float *x, float *y, int64_t rows, int64_t n, int32_t l),            \
      (x, y, rows, n, l))                                                                       \
    K(void, gather_rows,                                                                        \
      (const float *x, float *y, const int64_t *indices, int64_t rows, int64_t width),          \
      (x, y, indices, rows, width))                                                             \
    K(void, gather_strided,                                                                     \
      (const float *x, float *y, int32_t r, const int64_t *shape, const int64_t *strides),      \
      (x, y, r, shape, strides))                                                                \
    K(void, scatter_strided,                                                                    \
      (const float *x, float *y, int32_t r, const int64_t *shape, const int64_t *strides),      \
      (x, y, r, shape, strides))                                                                \
    K(void, shallow_product,                                                                    \
      (const float *a, int64_t row_step, int64_t depth_step, const float *b, int64_t b_step,    \
       int32_t transpose_b, float *y, int64_t y_step, int64_t rows, int64_t columns,            \
       int64_t depth, int32_t adds),                                                            \
      (a, row_step, depth_step, b, b_step, transpose_b, y, y_step, rows, columns, depth, adds)) \
    K(void, product,                                                                            \
      (const float *a, int64_t row_step, int64_t depth_step, const float *b, int64_t b_step,    \
       int32_t transpose_b, float *y, int64_t y_step, int64_t rows, int64_t columns,            \
       int64_t depth, int32_t adds),                                                            \
      (a, row_step, depth_step, b, b_step, transpose_b, y, y_step, rows, columns, depth, adds)) \
    K(void, patches,                                                                            \
      (const float *x, float *y, const kernels_patch_geometry *g, int64_t first, int64_t rows), \
      (x, y, g, first, rows))                                                                   \
    K(void, unpatch, (const float *x, float *y, const kernels_patch_geometry *g), (x, y, g))    \
    K(void, activation_gradient,                                                                \
      (const float *g, const float *y, float *d, float *s, int64_t r, int64_t c,                \
       kernels_unary_op op, float p),                                                           \
      (g, y, d, s, r, c, op, p))                                                                \
    K(void, moments, (const float *x, int64_t r, int64_t c, float *m, float *s),                \
      (x, r, c, m, s))                                                                          \
    K(void, scale_activation,                                                                   \
      (const float *x, float *y, int64_t r, int64_t c, const float *f, const float *s,          \
       kernels_unary_op op, float p),                                                           \
      (x, y, r, c, f, s, op, p))                                                                \
    K(void, normalisation_sums,                                                                 \
      (const float *x, const float *g, const float *y, int64_t r, int64_t c, const float *m,    \
       float *s, float *q, kernels_unary_op op, float p),                                       \
      (x, g, y, r, c, m, s, q, op, p))                                                          \
    K(void, normalisation_gradient,                                                             \
      (const float *x, const float *g, const float *y, float *d, int64_t r, int64_t c,          \
       const float *bg, const float *bi, const float *s, kernels_unary_op op, float p),         \
      (x, g, y, d, r, c, bg, bi, s, op, p))                                                     \
    K(void, uniform, (float *y, int64_t n, uint64_t key, uint64_t stream, uint64_t first),      \
      (y, n, key, stream, first))                                                               \
    K(void, normal, (float *y, int64_t n, uint64_t key, uint64_t stream, uint64_t first),       \
      (y, n, key, stream, first))                                                               \
    K(void, bits, (uint32_t *y, int64_t n, uint64_t key, uint64_t stream, uint64_t first),      \
      (y, n, key, stream, first))                                                               \
    K(void, adam,                                                                               \
      (const float *w, const float *g, const float *m, const float *v, float *nw, float *nm,    \
       float *nv, int64_t n, float step, float correction, float b1, float b2, float e, float d),\
      (w, g, m, v, nw, nm, nv, n, step, correction, b1, b2, e, d))                              \
    K(void, momentum,                                                                           \
      (const float *w, const float *g, const float *v, float *nw, float *nv, int64_t n, float r,\
       float m, int32_t nesterov, float d),                                                     \
      (w, g, v, nw, nv, n, r, m, nesterov, d))                                                  \
    K(void, rmsprop,                                                                            \
      (const float *w, const float *g, const float *s, float *nw, float *ns, int64_t n, float r,\
       float rho, float e),                                                                     \
      (w, g, s, nw, ns, n, r, rho, e))                                                          \
    K(void, blend, (const float *y, const float *x, float *ny, float k, int64_t n),             \
      (y, x, ny, k, n))

#define DECLARE_MEMBER(result, name, parameters, arguments) result(*name) parameters;
struct kernels_table {
    KERNELS(DECLARE_MEMBER)
};
#define TABLE_MEMBER(result, name, parameters, arguments) .name = F(name),

extern const struct kernels_table kernels_baseline;
#if defined(__x86_64__)
extern const struct kernels_table kernels_avx2;
extern const struct kernels_table kernels_avx512;
#endif
