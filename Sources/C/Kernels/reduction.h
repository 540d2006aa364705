// Sums keep sixteen partial sums and go in blocks, so that rounding grows with the logarithm of
// the length, and the order of additions depends on the length alone.

enum { F(block) = 1024 };

static inline float F(sum_block)(const float *x, int64_t count) {
    float lanes[16] = {0};
    int64_t i = 0;
    for (; i + 16 <= count; i += 16)
        for (int j = 0; j < 16; j++) lanes[j] += x[i + j];
    float rest = 0;
    for (; i < count; i++) rest += x[i];
    for (int width = 8; width > 0; width /= 2)
        for (int j = 0; j < width; j++) lanes[j] += lanes[j + width];
    return lanes[0] + rest;
}

static double F(sum)(const float *x, int64_t count) {
    double total = 0;
    for (int64_t i = 0; i < count; i += F(block))
        total += F(sum_block)(x + i, count - i < F(block) ? count - i : F(block));
    return total;
}

static double F(sum_squares)(const float *x, int64_t count) {
    double total = 0;
    for (int64_t i = 0; i < count; i += F(block)) {
        int64_t n = count - i < F(block) ? count - i : F(block);
        float lanes[16] = {0};
        int64_t k = 0;
        for (; k + 16 <= n; k += 16)
            for (int j = 0; j < 16; j++) lanes[j] += x[i + k + j] * x[i + k + j];
        for (; k < n; k++) lanes[0] += x[i + k] * x[i + k];
        for (int j = 0; j < 16; j++) total += lanes[j];
    }
    return total;
}

static void F(sum_axis)(const float *x, float *y, int64_t outer, int64_t count, int64_t inner) {
    if (inner == 1) {
        for (int64_t o = 0; o < outer; o++) y[o] = (float)F(sum)(x + o * count, count);
        return;
    }
    enum { width = 512, deep = 64 };
    float block[width];
    for (int64_t o = 0; o < outer; o++) {
        const float *from = x + o * count * inner;
        float *to = y + o * inner;
        for (int64_t i = 0; i < inner; i += width) {
            int64_t n = inner - i < width ? inner - i : width;
            for (int64_t c = 0; c < n; c++) to[i + c] = 0;
            for (int64_t k = 0; k < count; k += deep) {
                int64_t end = count - k < deep ? count : k + deep;
                for (int64_t c = 0; c < n; c++) block[c] = 0;
                for (int64_t l = k; l < end; l++) {
                    const float *line = from + l * inner + i;
                    for (int64_t c = 0; c < n; c++) block[c] += line[c];
                }
                for (int64_t c = 0; c < n; c++) to[i + c] += block[c];
            }
        }
    }
}

static void F(extremum_axis)(
    const float *x, float *y, int64_t outer, int64_t count, int64_t inner, float sign) {
    for (int64_t o = 0; o < outer; o++) {
        const float *from = x + o * count * inner;
        float *to = y + o * inner;
        for (int64_t i = 0; i < inner; i++) to[i] = from[i];
        for (int64_t k = 1; k < count; k++) {
            const float *line = from + k * inner;
            for (int64_t i = 0; i < inner; i++) {
                float best = to[i], v = line[i];
                to[i] = sign * v > sign * best || v != v ? v : best;
            }
        }
    }
}

static void F(argmax_axis)(
    const float *x, float *y, int64_t outer, int64_t count, int64_t inner) {
    for (int64_t o = 0; o < outer; o++)
        for (int64_t i = 0; i < inner; i++) {
            const float *from = x + o * count * inner + i;
            int64_t best = 0;
            for (int64_t k = 1; k < count; k++) {
                float v = from[k * inner], b = from[best * inner];
                if (v > b || (v != v && b == b)) best = k;
            }
            y[o * inner + i] = (float)best;
        }
}

static void F(softmax)(
    const float *x, float *y, int64_t rows, int64_t count, int32_t logarithm) {
    for (int64_t r = 0; r < rows; r++) {
        const float *from = x + r * count;
        float *to = y + r * count;
        float top = from[0];
        for (int64_t i = 1; i < count; i++) top = from[i] > top || from[i] != from[i] ? from[i] : top;
        // A row without a finite value stands for no distribution; NaN says so.
        for (int64_t i = 0; i < count; i++) to[i] = F(exp)(from[i] - top);
        float total = (float)F(sum)(to, count);
        if (logarithm) {
            float shift = top + F(log)(total);
            for (int64_t i = 0; i < count; i++) to[i] = from[i] - shift;
        } else {
            float factor = 1.0f / total;
            for (int64_t i = 0; i < count; i++) to[i] *= factor;
        }
    }
}
