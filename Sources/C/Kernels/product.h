// Products of a depth of at most 4: a row of the result is a sum of at most four rows, so the
// result is written once and nothing is packed.

enum { F(stretch) = 256 };

// Rows of y[c] = (y[c] +) the sum over k of x[k] b[k][c], for a depth that the compiler knows.
static inline __attribute__((always_inline)) void F(shallow_rows)(
    const float *a, int64_t row_step, int64_t depth_step, const float *b, int64_t b_step,
    float *y, int64_t y_step, int64_t rows, int64_t columns, int64_t depth, int32_t adds) {
    for (int64_t row = 0; row < rows; row++, a += row_step, y += y_step) {
        float x[4];
        for (int64_t k = 0; k < depth; k++) x[k] = a[k * depth_step];
        if (adds) {
            for (int64_t c = 0; c < columns; c++) {
                float sum = y[c];
                for (int64_t k = 0; k < depth; k++) sum += x[k] * b[k * b_step + c];
                y[c] = sum;
            }
        } else {
            for (int64_t c = 0; c < columns; c++) {
                float sum = x[0] * b[c];
                for (int64_t k = 1; k < depth; k++) sum += x[k] * b[k * b_step + c];
                y[c] = sum;
            }
        }
    }
}

static void F(shallow_product)(
    const float *a, int64_t row_step, int64_t depth_step, const float *b, int64_t b_step,
    int32_t transpose_b, float *y, int64_t y_step, int64_t rows, int64_t columns, int64_t depth,
    int32_t adds) {
    float turned[4 * F(stretch)];
    for (int64_t start = 0; start < columns; start += F(stretch)) {
        int64_t count = columns - start < F(stretch) ? columns - start : F(stretch);
        const float *from = b + start;
        int64_t step = b_step;
        if (transpose_b) {
            for (int64_t c = 0; c < count; c++)
                for (int64_t k = 0; k < depth; k++)
                    turned[k * F(stretch) + c] = b[(start + c) * b_step + k];
            from = turned;
            step = F(stretch);
        }
        float *to = y + start;
#define SHALLOW(n)                                                                              \
    case n:                                                                                     \
        F(shallow_rows)(                                                                        \
            a, row_step, depth_step, from, step, to, y_step, rows, count, n, adds);             \
        break;
        switch (depth) { SHALLOW(1) SHALLOW(2) SHALLOW(3) SHALLOW(4) }
#undef SHALLOW
    }
}
