// Copies between dense tensors and strided views. The innermost axis is a plain loop; the
// others are counted by hand.

#define STRIDED_LOOP(statement)                                                                 \
    int64_t total = 1, index[8] = {0};                                                          \
    for (int32_t axis = 0; axis < rank; axis++) total *= shape[axis];                           \
    if (total == 0) return;                                                                     \
    int64_t inner = rank > 0 ? shape[rank - 1] : 1;                                             \
    int64_t step = rank > 0 ? strides[rank - 1] : 1;                                            \
    int64_t offset = 0;                                                                         \
    for (int64_t done = 0; done < total; done += inner) {                                       \
        statement;                                                                              \
        for (int32_t axis = rank - 2; axis >= 0; axis--) {                                      \
            offset += strides[axis];                                                            \
            if (++index[axis] < shape[axis]) break;                                             \
            offset -= strides[axis] * shape[axis];                                              \
            index[axis] = 0;                                                                    \
        }                                                                                       \
    }

static void F(gather_strided)(
    const float *x, float *y, int32_t rank, const int64_t *shape, const int64_t *strides) {
    STRIDED_LOOP(
        const float *from = x + offset; float *to = y + done;
        if (step == 1) for (int64_t i = 0; i < inner; i++) to[i] = from[i];
        else for (int64_t i = 0; i < inner; i++) to[i] = from[i * step])
}

static void F(scatter_strided)(
    const float *x, float *y, int32_t rank, const int64_t *shape, const int64_t *strides) {
    STRIDED_LOOP(
        const float *from = x + done; float *to = y + offset;
        if (step == 1) for (int64_t i = 0; i < inner; i++) to[i] += from[i];
        else for (int64_t i = 0; i < inner; i++) to[i * step] += from[i])
}

// Rows that lie anywhere come from main memory, each behind a page of its own: the beginnings of
// 32 rows are asked for together, and the rest of the next one while this one is copied.
static void F(gather_rows)(
    const float *x, float *y, const int64_t *indices, int64_t rows, int64_t width) {
    for (int64_t row = 0; row < rows; row++, y += width) {
        if (row % 32 == 0)
            for (int64_t i = row; i < row + 32 && i < rows; i++)
                __builtin_prefetch(x + indices[i] * width);
        const float *from = x + indices[row] * width;
        const float *next = row + 1 < rows ? x + indices[row + 1] * width : from;
        for (int64_t i = 0; i < width; i += 16) {
            if (i > 0) __builtin_prefetch(next + i);
            int64_t end = i + 16 < width ? i + 16 : width;
            for (int64_t j = i; j < end; j++) y[j] = from[j];
        }
    }
}

// Patches of one image [height, width, channels]: row (oy, ox) of `columns` holds the
// kernel_height * kernel_width * channels values under the kernel, zeros outside.
static void F(patches)(
    const float *image, float *columns, const kernels_patch_geometry *g, int64_t first_row,
    int64_t rows) {
    int64_t line = g->kernel_width * g->channels;
    for (int64_t row = first_row; row < first_row + rows; row++) {
        float *to = columns + (row - first_row) * g->kernel_height * line;
        int64_t y0 = row / g->out_width * g->stride_height - g->top;
        int64_t x0 = row % g->out_width * g->stride_width - g->left;
        int64_t whole = g->dilation_width == 1 && x0 >= 0 && x0 + g->kernel_width <= g->width;
        for (int64_t ky = 0; ky < g->kernel_height; ky++, to += line) {
            int64_t y = y0 + ky * g->dilation_height;
            if (y < 0 || y >= g->height) {
                for (int64_t i = 0; i < line; i++) to[i] = 0;
                continue;
            }
            const float *from = image + y * g->width * g->channels;
            if (whole) {
                from += x0 * g->channels;
                for (int64_t i = 0; i < line; i++) to[i] = from[i];
                continue;
            }
            for (int64_t kx = 0; kx < g->kernel_width; kx++) {
                int64_t x = x0 + kx * g->dilation_width;
                int64_t inside = x >= 0 && x < g->width;
                for (int64_t c = 0; c < g->channels; c++)
                    to[kx * g->channels + c] = inside ? from[x * g->channels + c] : 0;
            }
        }
    }
}

// The way back: adds every patch to its place in the image.
static void F(unpatch)(const float *columns, float *image, const kernels_patch_geometry *g) {
    int64_t line = g->kernel_width * g->channels;
    int64_t rows = g->out_height * g->out_width;
    for (int64_t row = 0; row < rows; row++) {
        const float *from = columns + row * g->kernel_height * line;
        int64_t y0 = row / g->out_width * g->stride_height - g->top;
        int64_t x0 = row % g->out_width * g->stride_width - g->left;
        int64_t whole = g->dilation_width == 1 && x0 >= 0 && x0 + g->kernel_width <= g->width;
        for (int64_t ky = 0; ky < g->kernel_height; ky++, from += line) {
            int64_t y = y0 + ky * g->dilation_height;
            if (y < 0 || y >= g->height) continue;
            float *to = image + y * g->width * g->channels;
            if (whole) {
                for (int64_t i = 0; i < line; i++) to[x0 * g->channels + i] += from[i];
                continue;
            }
            for (int64_t kx = 0; kx < g->kernel_width; kx++) {
                int64_t x = x0 + kx * g->dilation_width;
                if (x < 0 || x >= g->width) continue;
                for (int64_t c = 0; c < g->channels; c++)
                    to[x * g->channels + c] += from[kx * g->channels + c];
            }
        }
    }
}
