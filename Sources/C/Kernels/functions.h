// Elementary functions without branches, so that the loops that use them become vector loops.
// Goals, in order: right at the edges (zero, infinities, NaN), 2 ulp, speed.

static inline float F(from_bits)(int32_t bits) {
    float x;
    __builtin_memcpy(&x, &bits, 4);
    return x;
}

static inline int32_t F(to_bits)(float x) {
    int32_t bits;
    __builtin_memcpy(&bits, &x, 4);
    return bits;
}

// e^x = 2^n e^r with n = round(x / ln 2), |r| <= ln 2 / 2; e^r by its Taylor polynomial in the
// minimax form of Cephes (S. Moshier). 2^n is applied in two halves: results may be subnormal.
static inline float F(exp)(float x) {
    float c = x > 89.0f ? 89.0f : x;
    c = c < -104.0f ? -104.0f : c;
    float shifted = c * 1.44269504088896341f + 12582912.0f;
    float n = shifted - 12582912.0f;
    float r = c - n * 0.693359375f;
    r = r + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * (r * r) + r + 1.0f;
    int32_t e = F(to_bits)(shifted) - 0x4B400000;
    int32_t half = e >> 1;
    float a = F(from_bits)((half + 127) << 23);
    float b = F(from_bits)((e - half + 127) << 23);
    return p * a * b;
}

// log x = n ln 2 + log m with m in [sqrt(1/2), sqrt 2): Cephes' polynomial.
static inline float F(log)(float x) {
    int32_t small = x < 1.17549435e-38f;
    float scaled = small ? x * 8388608.0f : x;
    int32_t bits = F(to_bits)(scaled);
    int32_t e = ((bits >> 23) & 255) - 126 - (small ? 23 : 0);
    float m = F(from_bits)((bits & 0x007FFFFF) | 0x3F000000);
    int32_t low = m < 0.707106781186547524f;
    float n = (float)(low ? e - 1 : e);
    float t = (low ? m + m : m) - 1.0f;
    float z = t * t;
    float p = 7.0376836292e-2f;
    p = p * t - 1.1514610310e-1f;
    p = p * t + 1.1676998740e-1f;
    p = p * t - 1.2420140846e-1f;
    p = p * t + 1.4249322787e-1f;
    p = p * t - 1.6668057665e-1f;
    p = p * t + 2.0000714765e-1f;
    p = p * t - 2.4999993993e-1f;
    p = p * t + 3.3333331174e-1f;
    float y = p * t * z + n * -2.12194440e-4f;
    y = y - 0.5f * z;
    y = (t + y) + n * 0.693359375f;
    y = x == __builtin_inff() ? x : y;
    y = x == 0 ? -__builtin_inff() : y;
    return x >= 0 ? y : __builtin_nanf("");
}

// log(1 + u), u >= 0: log w is corrected by what 1 + u lost in rounding.
static inline float F(log1p)(float u) {
    float w = 1.0f + u;
    float y = F(log)(w) + (u - (w - 1.0f)) / w;
    return w == __builtin_inff() ? w : y;
}

// For |x| < 0.625 an odd polynomial (Cephes), else 1 - 2 / (e^2|x| + 1).
static inline float F(tanh)(float x) {
    float a = __builtin_elementwise_abs(x);
    float z = x * x;
    float p = -5.70498872745e-3f;
    p = p * z + 2.06390887954e-2f;
    p = p * z - 5.37397155531e-2f;
    p = p * z + 1.33314422036e-1f;
    p = p * z - 3.33332819422e-1f;
    float near = p * z * x + x;
    float far = 1.0f - 2.0f / (F(exp)(a + a) + 1.0f);
    far = x < 0 ? -far : far;
    return a < 0.625f ? near : far;
}

// e^x - 1 by e^x where that loses nothing, else by the series of the exponential.
static inline float F(expm1)(float x) {
    float p = 1.9841269841e-4f;
    p = p * x + 1.3888888889e-3f;
    p = p * x + 8.3333333333e-3f;
    p = p * x + 4.1666666667e-2f;
    p = p * x + 1.6666666667e-1f;
    p = p * x + 0.5f;
    float near = p * (x * x) + x;
    float far = F(exp)(x) - 1.0f;
    return __builtin_elementwise_abs(x) < 0.4f ? near : far;
}

static inline float F(sigmoid)(float x) {
    return 1.0f / (1.0f + F(exp)(-x));
}

// log(1 + e^x) = max(x, 0) + log(1 + e^-|x|).
static inline float F(softplus)(float x) {
    float u = F(exp)(-__builtin_elementwise_abs(x));
    return (x < 0 ? 0.0f : x) + F(log1p)(u);
}
