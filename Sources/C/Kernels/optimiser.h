// Updates of parameters, one pass over memory each. Old values are read and new ones written, to
// the same place or to another one: element i is read before it is written, and nothing else
// overlaps, which `assume_safety` tells the compiler.

static void F(adam)(
    const float *w, const float *g, const float *m, const float *v, float *new_w, float *new_m,
    float *new_v, int64_t count, float step, float correction, float beta1, float beta2,
    float epsilon, float decay) {
    float rest1 = 1.0f - beta1, rest2 = 1.0f - beta2;
#pragma clang loop vectorize(assume_safety)
    for (int64_t i = 0; i < count; i++) {
        float d = g[i], old = w[i];
        float first = beta1 * m[i] + rest1 * d;
        float second = beta2 * v[i] + rest2 * (d * d);
        new_m[i] = first;
        new_v[i] = second;
        float root = __builtin_elementwise_sqrt(second * correction) + epsilon;
        new_w[i] = old - decay * old - step * first / root;
    }
}

static void F(momentum)(
    const float *w, const float *g, const float *v, float *new_w, float *new_v, int64_t count,
    float rate, float momentum, int32_t nesterov, float decay) {
#pragma clang loop vectorize(assume_safety)
    for (int64_t i = 0; i < count; i++) {
        float old = w[i], d = g[i] + decay * old;
        float velocity = momentum * v[i] + d;
        new_v[i] = velocity;
        new_w[i] = old - rate * (nesterov ? d + momentum * velocity : velocity);
    }
}

static void F(rmsprop)(
    const float *w, const float *g, const float *s, float *new_w, float *new_s, int64_t count,
    float rate, float rho, float epsilon) {
    float rest = 1.0f - rho;
#pragma clang loop vectorize(assume_safety)
    for (int64_t i = 0; i < count; i++) {
        float d = g[i], old = w[i];
        float mean = rho * s[i] + rest * (d * d);
        new_s[i] = mean;
        new_w[i] = old - rate * d / (__builtin_elementwise_sqrt(mean) + epsilon);
    }
}

static void F(blend)(
    const float *y, const float *x, float *new_y, float keep, int64_t count) {
    float rest = 1.0f - keep;
#pragma clang loop vectorize(assume_safety)
    for (int64_t i = 0; i < count; i++) new_y[i] = keep * y[i] + rest * x[i];
}
