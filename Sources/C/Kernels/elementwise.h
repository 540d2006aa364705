// One loop for each operation; the switch stands outside the loop.

#define UNARY_LOOP(code, expression)                                                            \
    case code:                                                                                  \
        for (int64_t i = 0; i < count; i++) {                                                   \
            float v = x[i];                                                                     \
            y[i] = (expression);                                                                \
        }                                                                                       \
        break;

static void F(unary)(
    kernels_unary_op op, const float *x, float *y, int64_t count, float p, float q) {
    switch (op) {
        UNARY_LOOP(UNARY_AFFINE, v * p + q)
        UNARY_LOOP(UNARY_EXP, F(exp)(v))
        UNARY_LOOP(UNARY_LOG, F(log)(v))
        UNARY_LOOP(UNARY_SQRT, __builtin_elementwise_sqrt(v))
        UNARY_LOOP(UNARY_ABS, __builtin_elementwise_abs(v))
        UNARY_LOOP(UNARY_SIGN, v > 0 ? 1.0f : v < 0 ? -1.0f : v)
        UNARY_LOOP(UNARY_SQUARE, v * v)
        UNARY_LOOP(UNARY_RECIPROCAL, 1.0f / v)
        UNARY_LOOP(UNARY_SIN, sinf(v))
        UNARY_LOOP(UNARY_COS, cosf(v))
        UNARY_LOOP(UNARY_ERF, erff(v))
        UNARY_LOOP(UNARY_RELU, v < 0 ? 0.0f : v)
        UNARY_LOOP(UNARY_LEAKY, v > 0 ? v : p * v)
        UNARY_LOOP(UNARY_SIGMOID, F(sigmoid)(v))
        UNARY_LOOP(UNARY_TANH, F(tanh)(v))
        UNARY_LOOP(UNARY_SOFTPLUS, F(softplus)(v))
        UNARY_LOOP(UNARY_ELU, v > 0 ? v : p * F(expm1)(v))
        UNARY_LOOP(UNARY_CLAMP, v < p ? p : v > q ? q : v)
        UNARY_LOOP(UNARY_POWER, powf(v, p))
        UNARY_LOOP(UNARY_FLOOR, __builtin_elementwise_floor(v))
        UNARY_LOOP(UNARY_ROUND, __builtin_elementwise_roundeven(v))
        UNARY_LOOP(UNARY_SAFE_RECIPROCAL, v == 0 ? 0.0f : 1.0f / v)
        UNARY_LOOP(UNARY_BETWEEN, v >= p && v <= q ? 1.0f : 0.0f)
        case UNARY_COUNT: break;
    }
}

#define BINARY_LOOP(code, expression)                                                           \
    case code:                                                                                  \
        if (step_a && step_b) {                                                                 \
            for (int64_t i = 0; i < count; i++) {                                               \
                float u = a[i], v = b[i];                                                       \
                y[i] = (expression);                                                            \
            }                                                                                   \
        } else if (step_a) {                                                                    \
            float v = *b;                                                                       \
            for (int64_t i = 0; i < count; i++) {                                               \
                float u = a[i];                                                                 \
                y[i] = (expression);                                                            \
            }                                                                                   \
        } else if (step_b) {                                                                    \
            float u = *a;                                                                       \
            for (int64_t i = 0; i < count; i++) {                                               \
                float v = b[i];                                                                 \
                y[i] = (expression);                                                            \
            }                                                                                   \
        } else {                                                                                \
            float u = *a, v = *b;                                                               \
            float value = (expression);                                                         \
            for (int64_t i = 0; i < count; i++) y[i] = value;                                   \
        }                                                                                       \
        break;

static void F(binary)(
    kernels_binary_op op, const float *a, int64_t step_a, const float *b, int64_t step_b,
    float *y, int64_t count, float p) {
    switch (op) {
        BINARY_LOOP(BINARY_ADD, u + v)
        BINARY_LOOP(BINARY_SUBTRACT, u - v)
        BINARY_LOOP(BINARY_MULTIPLY, u * v)
        BINARY_LOOP(BINARY_DIVIDE, u / v)
        BINARY_LOOP(BINARY_MAXIMUM, u > v || u != u ? u : v)
        BINARY_LOOP(BINARY_MINIMUM, u < v || u != u ? u : v)
        BINARY_LOOP(BINARY_POWER, powf(u, v))
        BINARY_LOOP(BINARY_EQUAL, u == v ? 1.0f : 0.0f)
        BINARY_LOOP(BINARY_NOT_EQUAL, u != v ? 1.0f : 0.0f)
        BINARY_LOOP(BINARY_LESS, u < v ? 1.0f : 0.0f)
        BINARY_LOOP(BINARY_LESS_EQUAL, u <= v ? 1.0f : 0.0f)
        BINARY_LOOP(BINARY_GREATER, u > v ? 1.0f : 0.0f)
        BINARY_LOOP(BINARY_GREATER_EQUAL, u >= v ? 1.0f : 0.0f)
        BINARY_LOOP(BINARY_RELU_GRADIENT, v > 0 ? u : 0.0f)
        BINARY_LOOP(BINARY_LEAKY_GRADIENT, v > 0 ? u : p * u)
        BINARY_LOOP(BINARY_SIGMOID_GRADIENT, u * (v * (1.0f - v)))
        BINARY_LOOP(BINARY_TANH_GRADIENT, u * (1.0f - v * v))
        BINARY_LOOP(BINARY_ELU_GRADIENT, v > 0 ? u : u * (v + p))
        case BINARY_COUNT: break;
    }
}

static void F(select)(const float *c, const float *a, const float *b, float *y, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        float u = a[i], v = b[i];
        y[i] = c[i] != 0 ? u : v;
    }
}

static void F(fill)(float *y, float value, int64_t count) {
    for (int64_t i = 0; i < count; i++) y[i] = value;
}

static void F(accumulate)(float *y, const float *x, float factor, int64_t count) {
    for (int64_t i = 0; i < count; i++) y[i] += factor * x[i];
}

#define BIAS_LOOP(code, expression)                                                             \
    case code:                                                                                  \
        for (int64_t i = 0; i < columns; i++) {                                                 \
            float v = line[i] + (has_bias ? bias[i] : 0.0f);                                    \
            line[i] = (expression);                                                             \
        }                                                                                       \
        break;

static void F(bias_activation)(
    float *y, int64_t stride, const float *bias, int32_t has_bias, int64_t rows,
    int64_t columns, kernels_unary_op activation, float p) {
    for (int64_t r = 0; r < rows; r++) {
        float *restrict line = y + r * stride;
        switch (activation) {
            BIAS_LOOP(UNARY_RELU, v < 0 ? 0.0f : v)
            BIAS_LOOP(UNARY_LEAKY, v > 0 ? v : p * v)
            BIAS_LOOP(UNARY_SIGMOID, F(sigmoid)(v))
            BIAS_LOOP(UNARY_TANH, F(tanh)(v))
        default:
            if (has_bias)
                for (int64_t i = 0; i < columns; i++) line[i] += bias[i];
        }
    }
}

static int32_t F(all_finite)(const float *x, int64_t count) {
    // An infinity or a NaN has every bit of its exponent set.
    int32_t bad = 0;
    for (int64_t i = 0; i < count; i++)
        bad |= (F(to_bits)(x[i]) & 0x7F800000) == 0x7F800000;
    return !bad;
}
