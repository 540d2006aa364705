#include "kernels.h"

#define F(name) name
#include "list.h"

// The one mutable word of this target: which table the calls go through. It is written once,
// at the first call, always with the same value, or by a test.
static _Atomic(const struct kernels_table *) chosen = 0;

kernels_level kernels_best_level(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return KERNELS_AVX512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return KERNELS_AVX2;
#endif
    return KERNELS_BASELINE;
}

void kernels_use_level(kernels_level level) {
    kernels_level best = kernels_best_level();
    if (level > best) level = best;
    const struct kernels_table *table = &kernels_baseline;
#if defined(__x86_64__)
    if (level == KERNELS_AVX2) table = &kernels_avx2;
    if (level == KERNELS_AVX512) table = &kernels_avx512;
#endif
    chosen = table;
}

static const struct kernels_table *table(void) {
    const struct kernels_table *current = chosen;
    if (!current) {
        kernels_use_level(KERNELS_AVX512);
        current = chosen;
    }
    return current;
}

#define WRAPPER(result, name, parameters, arguments)                                            \
    result kernels_##name parameters { return table()->name arguments; }
KERNELS(WRAPPER)
