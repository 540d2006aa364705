// Updates of parameters, one pass over memory each.

static void F(adam)(
    float *restrict w, const float *restrict g, float *restrict m, float *restrict v,
    int64_t count, float step, float correction, float beta1, float beta2, float epsilon,
    float decay) {
    float rest1 = 1.0f - beta1, rest2 = 1.0f - beta2;
    for (int64_t i = 0; i < count; i++) {
        float d = g[i];
        float first = beta1 * m[i] + rest1 * d;
        float second = beta2 * v[i] + rest2 * (d * d);
        m[i] = first;
        v[i] = second;
        float root = __builtin_elementwise_sqrt(second * correction) + epsilon;
        w[i] = w[i] - decay * w[i] - step * first / root;
    }
}

static void F(momentum)(
    float *restrict w, const float *restrict g, float *restrict v, int64_t count, float rate,
    float momentum, int32_t nesterov, float decay) {
    for (int64_t i = 0; i < count; i++) {
        float d = g[i] + decay * w[i];
        float velocity = momentum * v[i] + d;
        v[i] = velocity;
        w[i] -= rate * (nesterov ? d + momentum * velocity : velocity);
    }
}

static void F(rmsprop)(
    float *restrict w, const float *restrict g, float *restrict s, int64_t count, float rate,
    float rho, float epsilon) {
    float rest = 1.0f - rho;
    for (int64_t i = 0; i < count; i++) {
        float d = g[i];
        float mean = rho * s[i] + rest * (d * d);
        s[i] = mean;
        w[i] -= rate * d / (__builtin_elementwise_sqrt(mean) + epsilon);
    }
}

static void F(blend)(float *restrict y, const float *restrict x, float keep, int64_t count) {
    float rest = 1.0f - keep;
    for (int64_t i = 0; i < count; i++) y[i] = keep * y[i] + rest * x[i];
}
