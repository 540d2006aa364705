// Products of matrices that stay in the cache. A tile of 8 x 48 results is kept in registers while it
// runs through the depth, so nothing of `a` is packed, and of `b` only what is transposed. That
// takes 32 registers of 16 lanes (AVX-512); elsewhere this is right but slow. One core, against
// oneDNN 2.6: 64 x 784 x 64 took 27.4 us (29.3), its transposed `a` with depth 64 26.5 (27.4),
// transposed `b` 31 (42); with larger matrices, which come from further away, they are equal.

typedef float F(lanes) __attribute__((ext_vector_type(16), aligned(4)));
#define LOAD(p) (*(const F(lanes) *)(p))
#define STORE(p) (*(F(lanes) *)(p))

enum { F(tile_rows) = 8, F(tile_vectors) = 3, F(panel_depth) = 272 };

// y[rows][16 vectors] = (y +) a b, for sizes that the compiler knows.
static inline __attribute__((always_inline)) void F(tile)(
    const float *a, int64_t row_step, int64_t depth_step, const float *b, int64_t b_step,
    float *y, int64_t y_step, int rows, int vectors, int64_t depth, int32_t adds) {
    F(lanes) sums[F(tile_rows)][F(tile_vectors)];
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++)
            sums[r][v] = adds ? LOAD(y + r * y_step + 16 * v) : (F(lanes))(0.0f);
    for (int64_t k = 0; k < depth; k++, a += depth_step, b += b_step)
        for (int r = 0; r < rows; r++)
            for (int v = 0; v < vectors; v++)
                sums[r][v] += a[r * row_step] * LOAD(b + 16 * v);
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++) STORE(y + r * y_step + 16 * v) = sums[r][v];
}

// A function of its own for each size, so that each has all registers; one of the steps of `a` is 1.
#define TILE(rows, vectors)                                                                     \
    static __attribute__((noinline)) void F(tile_##rows##_##vectors)(                           \
        const float *a, int64_t row_step, int64_t depth_step, const float *b, int64_t b_step,   \
        float *y, int64_t y_step, int64_t depth, int32_t adds) {                                \
        if (depth_step == 1)                                                                    \
            F(tile)(a, row_step, 1, b, b_step, y, y_step, rows, vectors, depth, adds);          \
        else                                                                                    \
            F(tile)(a, 1, depth_step, b, b_step, y, y_step, rows, vectors, depth, adds);        \
    }
TILE(8, 3) TILE(8, 2) TILE(8, 1)
TILE(4, 3) TILE(4, 2) TILE(4, 1)
TILE(1, 3) TILE(1, 2) TILE(1, 1)
#undef TILE

// Columns of 16 `vectors`, all rows.
static void F(panel)(
    const float *a, int64_t row_step, int64_t depth_step, const float *b, int64_t b_step,
    float *y, int64_t y_step, int64_t rows, int vectors, int64_t depth, int32_t adds) {
#define TILES(count, vectors)                                                                   \
    for (; rows >= count; rows -= count, a += count * row_step, y += count * y_step)            \
        F(tile_##count##_##vectors)(                                                            \
            a, row_step, depth_step, b, b_step, y, y_step, depth, adds);
#define PANEL(vectors)                                                                          \
    case vectors: TILES(8, vectors) TILES(4, vectors) TILES(1, vectors) break;
    switch (vectors) { PANEL(1) PANEL(2) PANEL(3) }
#undef PANEL
#undef TILES
}

// y[c][r] = x[r][c] for 16 x 16 values: single values and pairs of two rows take turns, then
// lanes of four. Each exchange is one instruction.
static void F(transpose_16)(const float *x, int64_t x_step, float *y, int64_t y_step) {
    F(lanes) a[16], b[16];
    for (int r = 0; r < 16; r++) a[r] = LOAD(x + r * x_step);
#define EXCHANGE(from, to, distance, low, high)                                                 \
    _Pragma("clang loop unroll(full)") for (int r = 0; r < 16; r++)                                                                \
        if (!(r & distance)) {                                                                  \
            to[r] = __builtin_shufflevector(from[r], from[r + distance], low);                  \
            to[r + distance] = __builtin_shufflevector(from[r], from[r + distance], high);      \
        }
#define LIST(...) __VA_ARGS__
#define EVEN_LANES 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27
#define ODD_LANES 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31
    EXCHANGE(
        a, b, 1, LIST(0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29),
        LIST(2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31))
    EXCHANGE(
        b, a, 2, LIST(0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29),
        LIST(2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31))
    EXCHANGE(a, b, 4, LIST(EVEN_LANES), LIST(ODD_LANES))
    EXCHANGE(b, a, 8, LIST(EVEN_LANES), LIST(ODD_LANES))
#undef ODD_LANES
#undef EVEN_LANES
#undef LIST
#undef EXCHANGE
    // The first two exchanges leave columns 1 and 2 of four in each other's place.
    _Pragma("clang loop unroll(full)") for (int r = 0; r < 16; r++)
        STORE(y + ((r & 12) | (r & 1) << 1 | (r & 2) >> 1) * y_step) = a[r];
}

// panel[k][c] = b[c][k] for c < 16 `vectors` and k < depth.
static void F(transpose_panel)(
    const float *b, int64_t b_step, float *panel, int vectors, int64_t depth) {
    int64_t columns = 16 * vectors, k = 0;
    for (; k + 16 <= depth; k += 16)
        for (int v = 0; v < vectors; v++)
            F(transpose_16)(
                b + 16 * v * b_step + k, b_step, panel + k * columns + 16 * v, columns);
    for (; k < depth; k++)
        for (int64_t c = 0; c < columns; c++) panel[k * columns + c] = b[c * b_step + k];
}

static void F(product)(
    const float *a, int64_t row_step, int64_t depth_step, const float *b, int64_t b_step,
    int32_t transpose_b, float *y, int64_t y_step, int64_t rows, int64_t columns, int64_t depth,
    int32_t adds) {
    _Alignas(64) float turned[F(panel_depth) * 16 * F(tile_vectors)];
    // Stretches of the depth of about the same length, so that none costs a pass for a few.
    int64_t stretches = (depth + F(panel_depth) - 1) / F(panel_depth);
    int64_t stretch = ((depth + stretches - 1) / stretches + 15) / 16 * 16;
    for (int64_t k = 0; k < depth; k += stretch) {
        int64_t length = depth - k < stretch ? depth - k : stretch;
        int64_t left = columns / 16, c = 0;
        while (left > 0) {
            // Threes, and at the end rather two twos than a three and a one.
            int vectors = left == 3 || left > 4 ? 3 : left == 1 ? 1 : 2;
            const float *from = transpose_b ? b + c * b_step + k : b + k * b_step + c;
            if (transpose_b) F(transpose_panel)(from, b_step, turned, vectors, length);
            F(panel)(
                a + k * depth_step, row_step, depth_step, transpose_b ? turned : from,
                transpose_b ? 16 * vectors : b_step, y + c, y_step, rows, vectors, length,
                adds || k > 0);
            left -= vectors;
            c += 16 * vectors;
        }
    }
}

#undef LOAD
#undef STORE
