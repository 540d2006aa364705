// Loops over [rows, channels] that keep one value for each channel: batch normalisation and the
// gradients of biases. `p` is the slope of a leaky rectifier.

#define SLOPE_LOOP(code, slope)                                                                 \
    case code:                                                                                  \
        for (int64_t c = 0; c < channels; c++) {                                                \
            float v = y[c];                                                                     \
            d[c] = g[c] * (slope);                                                              \
        }                                                                                       \
        break;

// d = g times the activation's derivative at the input that gave y, for one row.
static inline void F(slope_row)(
    const float *restrict g, const float *restrict y, float *restrict d, int64_t channels,
    kernels_unary_op activation, float p) {
    switch (activation) {
        SLOPE_LOOP(UNARY_RELU, (v > 0 ? 1.0f : 0.0f))
        SLOPE_LOOP(UNARY_LEAKY, (v > 0 ? 1.0f : p))
        SLOPE_LOOP(UNARY_SIGMOID, (v * (1.0f - v)))
        SLOPE_LOOP(UNARY_TANH, (1.0f - v * v))
    default:
        for (int64_t c = 0; c < channels; c++) d[c] = g[c];
    }
}

static void F(activation_gradient)(
    const float *g, const float *y, float *d, float *sums, int64_t rows, int64_t channels,
    kernels_unary_op activation, float p) {
    for (int64_t c = 0; c < channels; c++) sums[c] = 0;
    for (int64_t r = 0; r < rows; r++) {
        float *row = d + r * channels;
        F(slope_row)(g + r * channels, y + r * channels, row, channels, activation, p);
        for (int64_t c = 0; c < channels; c++) sums[c] += row[c];
    }
}

// Mean and sum of squared distances from it, in blocks of rows that are merged by the formula of
// Chan, Golub and LeVeque (1979): no cancellation however far the mean is from 0.
static void F(moments)(
    const float *x, int64_t rows, int64_t channels, float *restrict mean,
    float *restrict squares) {
    enum { deep = 32, width = 256 };
    for (int64_t start = 0; start < channels; start += width) {
        int64_t n = channels - start < width ? channels - start : width;
        float total[width], local[width], spread[width];
        for (int64_t c = 0; c < n; c++) mean[start + c] = squares[start + c] = 0;
        for (int64_t r = 0; r < rows; r += deep) {
            int64_t count = rows - r < deep ? rows - r : deep;
            for (int64_t c = 0; c < n; c++) total[c] = spread[c] = 0;
            for (int64_t k = r; k < r + count; k++) {
                const float *row = x + k * channels + start;
                for (int64_t c = 0; c < n; c++) total[c] += row[c];
            }
            float inverse = 1.0f / (float)count;
            for (int64_t c = 0; c < n; c++) local[c] = total[c] * inverse;
            for (int64_t k = r; k < r + count; k++) {
                const float *row = x + k * channels + start;
                for (int64_t c = 0; c < n; c++) {
                    float distance = row[c] - local[c];
                    spread[c] += distance * distance;
                }
            }
            float share = (float)count / (float)(r + count), weight = share * (float)r;
            for (int64_t c = 0; c < n; c++) {
                float distance = local[c] - mean[start + c];
                mean[start + c] += distance * share;
                squares[start + c] += spread[c] + distance * distance * weight;
            }
        }
    }
}

#define SCALE_LOOP(code, expression)                                                            \
    case code:                                                                                  \
        for (int64_t c = 0; c < channels; c++) {                                                \
            float v = from[c] * factor[c] + shift[c];                                           \
            to[c] = (expression);                                                               \
        }                                                                                       \
        break;

static void F(scale_activation)(
    const float *x, float *y, int64_t rows, int64_t channels, const float *restrict factor,
    const float *restrict shift, kernels_unary_op activation, float p) {
    for (int64_t r = 0; r < rows; r++) {
        const float *restrict from = x + r * channels;
        float *restrict to = y + r * channels;
        switch (activation) {
            SCALE_LOOP(UNARY_RELU, v < 0 ? 0.0f : v)
            SCALE_LOOP(UNARY_LEAKY, v > 0 ? v : p * v)
            SCALE_LOOP(UNARY_SIGMOID, F(sigmoid)(v))
            SCALE_LOOP(UNARY_TANH, F(tanh)(v))
            SCALE_LOOP(UNARY_AFFINE, v)
        default: break;
        }
    }
}

static void F(normalisation_sums)(
    const float *x, const float *g, const float *y, int64_t rows, int64_t channels,
    const float *restrict mean, float *restrict sums, float *restrict products,
    kernels_unary_op activation, float p) {
    enum { width = 512 };
    float d[width];
    for (int64_t c = 0; c < channels; c++) sums[c] = products[c] = 0;
    for (int64_t start = 0; start < channels; start += width) {
        int64_t n = channels - start < width ? channels - start : width;
        for (int64_t r = 0; r < rows; r++) {
            int64_t at = r * channels + start;
            F(slope_row)(g + at, y + at, d, n, activation, p);
            for (int64_t c = 0; c < n; c++) {
                sums[start + c] += d[c];
                products[start + c] += d[c] * (x[at + c] - mean[start + c]);
            }
        }
    }
}

static void F(normalisation_gradient)(
    const float *x, const float *g, const float *y, float *dx, int64_t rows, int64_t channels,
    const float *restrict by_gradient, const float *restrict by_input,
    const float *restrict shift, kernels_unary_op activation, float p) {
    enum { width = 512 };
    float d[width];
    for (int64_t start = 0; start < channels; start += width) {
        int64_t n = channels - start < width ? channels - start : width;
        for (int64_t r = 0; r < rows; r++) {
            int64_t at = r * channels + start;
            F(slope_row)(g + at, y + at, d, n, activation, p);
            for (int64_t c = 0; c < n; c++)
                dx[at + c] = d[c] * by_gradient[start + c] + x[at + c] * by_input[start + c]
                    + shift[start + c];
        }
    }
}
