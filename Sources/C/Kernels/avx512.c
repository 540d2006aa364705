#include <math.h>
#include <stddef.h>
#include "kernels.h"

#define F(name) name##_avx512
#include "list.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)
#include "all.h"
#pragma clang attribute pop

const struct kernels_table kernels_avx512 = {KERNELS(TABLE_MEMBER)};
#endif
