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
