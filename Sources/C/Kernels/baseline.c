#include <math.h>
#include <stddef.h>
#include "kernels.h"

#define F(name) name##_baseline
#include "list.h"

#include "all.h"

const struct kernels_table kernels_baseline = {KERNELS(TABLE_MEMBER)};
