// Philox 4x32-10 (Salmon, Moraes, Dror, Shaw 2011). A block of four values has the counter
// (block number, stream) and the session's key.

static inline void F(philox)(
    uint64_t block, uint64_t stream, uint64_t key, uint32_t *a, uint32_t *b, uint32_t *c,
    uint32_t *d) {
    uint32_t c0 = (uint32_t)block, c1 = (uint32_t)(block >> 32);
    uint32_t c2 = (uint32_t)stream, c3 = (uint32_t)(stream >> 32);
    uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)0xD2511F53u * c0;
        uint64_t p1 = (uint64_t)0xCD9E8D57u * c2;
        uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        uint32_t n2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)p1;
        c3 = (uint32_t)p0;
        c0 = n0;
        c2 = n2;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    *a = c0;
    *b = c1;
    *c = c2;
    *d = c3;
}

enum { F(draws) = 256 };

// Blocks block ..< block + draws / 4 of a stream, four values each.
static void F(philox_blocks)(uint32_t *y, uint64_t key, uint64_t stream, uint64_t block) {
    uint32_t a[F(draws) / 4], b[F(draws) / 4], c[F(draws) / 4], d[F(draws) / 4];
    for (int i = 0; i < F(draws) / 4; i++)
        F(philox)(block + (uint64_t)i, stream, key, &a[i], &b[i], &c[i], &d[i]);
    for (int i = 0; i < F(draws) / 4; i++) {
        y[4 * i] = a[i];
        y[4 * i + 1] = b[i];
        y[4 * i + 2] = c[i];
        y[4 * i + 3] = d[i];
    }
}

// 24 bits fill a float's significand: 0 <= u < 1 exactly.
static void F(uniform_chunk)(const uint32_t *bits, float *y) {
    for (int i = 0; i < F(draws); i++) y[i] = (float)(int32_t)(bits[i] >> 8) * 0x1p-24f;
}

// sin and cos of 2 pi t, t in [0, 1): t is folded to the nearest quarter turn.
static inline void F(sincos_turns)(float t, float *sine, float *cosine) {
    float quarter = __builtin_elementwise_roundeven(t * 4.0f);
    float r = (t - quarter * 0.25f) * 6.28318530717958648f;
    int32_t n = (int32_t)quarter;
    float z = r * r;
    float s = ((-1.9515295891e-4f * z + 8.3321608736e-3f) * z - 1.6666654611e-1f) * z * r + r;
    float c = ((2.443315711809948e-5f * z - 1.388731625493765e-3f) * z + 4.166664568298827e-2f)
            * z * z - 0.5f * z + 1.0f;
    float u = n & 1 ? c : s, v = n & 1 ? s : c;
    *sine = n & 2 ? -u : u;
    *cosine = (n + 1) & 2 ? -v : v;
}

// Values 2i and 2i + 1 come from the bits 2i (radius, never 0) and 2i + 1 (angle).
static void F(normal_chunk)(const uint32_t *bits, float *y) {
    float radius[F(draws) / 2], sine[F(draws) / 2], cosine[F(draws) / 2];
    for (int i = 0; i < F(draws) / 2; i++) {
        float u = ((float)(int32_t)(bits[2 * i] >> 8) + 1.0f) * 0x1p-24f;
        float t = (float)(int32_t)(bits[2 * i + 1] >> 8) * 0x1p-24f;
        radius[i] = __builtin_elementwise_sqrt(-2.0f * F(log)(u));
        F(sincos_turns)(t, &sine[i], &cosine[i]);
    }
    for (int i = 0; i < F(draws) / 2; i++) {
        y[2 * i] = radius[i] * cosine[i];
        y[2 * i + 1] = radius[i] * sine[i];
    }
}

#define STREAM_LOOP(convert)                                                                    \
    uint64_t block = first / F(draws) * (F(draws) / 4);                                         \
    int64_t skip = (int64_t)(first % F(draws));                                                 \
    for (int64_t done = 0; done < count; block += F(draws) / 4) {                               \
        uint32_t bits[F(draws)];                                                                \
        F(philox_blocks)(bits, key, stream, block);                                             \
        int64_t n = F(draws) - skip < count - done ? F(draws) - skip : count - done;            \
        convert;                                                                                \
        done += n;                                                                              \
        skip = 0;                                                                               \
    }

static void F(uniform)(
    float *y, int64_t count, uint64_t key, uint64_t stream, uint64_t first) {
    float chunk[F(draws)];
    STREAM_LOOP(F(uniform_chunk)(bits, chunk);
                __builtin_memcpy(y + done, chunk + skip, (size_t)n * sizeof(float)))
}

static void F(normal)(float *y, int64_t count, uint64_t key, uint64_t stream, uint64_t first) {
    float chunk[F(draws)];
    STREAM_LOOP(F(normal_chunk)(bits, chunk);
                __builtin_memcpy(y + done, chunk + skip, (size_t)n * sizeof(float)))
}

static void F(bits)(
    uint32_t *y, int64_t count, uint64_t key, uint64_t stream, uint64_t first) {
    STREAM_LOOP(__builtin_memcpy(y + done, bits + skip, (size_t)n * sizeof(uint32_t)))
}
