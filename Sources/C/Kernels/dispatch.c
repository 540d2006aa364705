#include "kernels.h"

#define F(name) name
#include "list.h"

// The one mutable word of this target: which table the calls go through. It is written at the
// first call, always with the same value.
static _Atomic(const struct kernels_table *) chosen = 0;
// What a test asks for on its own thread.
static _Thread_local const struct kernels_table *override = 0;

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

static const struct kernels_table *table_of(kernels_level level) {
    kernels_level best = kernels_best_level();
    if (level > best) level = best;
#if defined(__x86_64__)
    if (level == KERNELS_AVX2) return &kernels_avx2;
    if (level == KERNELS_AVX512) return &kernels_avx512;
#endif
    return &kernels_baseline;
}

void kernels_use_level(kernels_level level) {
    override = level == KERNELS_BEST ? 0 : table_of(level);
}

static const struct kernels_table *table(void) {
    if (override) return override;
    const struct kernels_table *current = chosen;
    if (!current) chosen = current = table_of(KERNELS_AVX512);
    return current;
}

#define WRAPPER(result, name, parameters, arguments)                                            \
    result kernels_##name parameters { return table()->name arguments; }
KERNELS(WRAPPER)
