#include <dnnl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "enter.h"
#include "shim.h"
#include "version.h"

// A convolution is asked for with plain activations and oneDNN's own choice of kernel layout:
// any other combination falls back to reference code a thousand times slower. The kernel goes
// through a reorder, whose result is kept while its contents stay the same.

struct convolution {
    shim_geometry geometry;
    shim_direction direction;
    uint64_t used;
    dnnl_primitive_desc_t description;
    dnnl_primitive_t primitive, reorder;
    dnnl_memory_t a, b, y;    // as the caller has them
    dnnl_memory_t kernel;     // in oneDNN's layout; NULL when that is the caller's
    void *kernel_buffer;
    uint64_t kernel_version;
};

// The cache is global because shapes recur whoever asks; a mutex guards it. When it is full the
// entry that was not used for longest goes.
enum { most_entries = 256 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct convolution *entries[most_entries];
static int entry_count;
static uint64_t clock_ticks;
static dnnl_engine_t engine;
static dnnl_stream_t stream;

static void destroy(struct convolution *c) {
    if (c->reorder) dnnl_primitive_destroy(c->reorder);
    if (c->primitive) dnnl_primitive_destroy(c->primitive);
    if (c->description) dnnl_primitive_desc_destroy(c->description);
    if (c->a) dnnl_memory_destroy(c->a);
    if (c->b) dnnl_memory_destroy(c->b);
    if (c->y) dnnl_memory_destroy(c->y);
    if (c->kernel) dnnl_memory_destroy(c->kernel);
    free(c->kernel_buffer);
    free(c);
}

// The caller's arguments in the order of the direction, with oneDNN's names for them.
static int argument_a(shim_direction d) {
    return d == SHIM_BACKWARD_INPUT ? DNNL_ARG_DIFF_DST : DNNL_ARG_SRC;
}
static int argument_b(shim_direction d) {
    return d == SHIM_BACKWARD_KERNEL ? DNNL_ARG_DIFF_DST : DNNL_ARG_WEIGHTS;
}
static int argument_y(shim_direction d) {
    return d == SHIM_FORWARD         ? DNNL_ARG_DST
        : d == SHIM_BACKWARD_INPUT ? DNNL_ARG_DIFF_SRC
                                   : DNNL_ARG_DIFF_WEIGHTS;
}

// The kernel's copy in oneDNN's layout and the reorder to or from it.
static dnnl_status_t prepare_kernel(struct convolution *c, layout plain) {
    int is_output = c->direction == SHIM_BACKWARD_KERNEL;
    const_layout wanted = layout_query(
        c->description, is_output ? dnnl_query_diff_weights_md : dnnl_query_weights_md);
    if (layout_equal(wanted, plain)) return dnnl_success;
    size_t size = dnnl_memory_desc_get_size(wanted);
    if (posix_memalign(&c->kernel_buffer, 64, size)) return dnnl_out_of_memory;
    // Padding of blocked layouts must be zero and is never written again.
    memset(c->kernel_buffer, 0, size);
    dnnl_status_t status = dnnl_memory_create(&c->kernel, wanted, engine, c->kernel_buffer);
    if (status) return status;
    const_layout own = plain;
    return reorder_create(&c->reorder, is_output ? wanted : own, is_output ? own : wanted, engine);
}

static dnnl_status_t prepare(struct convolution *c) {
    const shim_geometry *g = &c->geometry;
    dnnl_dims_t input = {g->batch, g->channels, g->height, g->width};
    dnnl_dims_t output = {g->batch, g->out_channels, g->out_height, g->out_width};
    dnnl_dims_t kernel = {g->out_channels, g->channels, g->kernel_height, g->kernel_width};
    layouts all = {0};
    dnnl_status_t status = layout_create(&all.input, input, dnnl_nhwc);
    if (!status) status = layout_create(&all.output, output, dnnl_nhwc);
    if (!status) status = layout_create(&all.kernel, kernel, dnnl_hwio);
    if (!status) status = layout_create(&all.any_kernel, kernel, dnnl_format_tag_any);
    if (!status) status = describe(&c->description, c->direction, g, &all, engine);
    if (!status) status = dnnl_primitive_create(&c->primitive, c->description);
    if (!status) status = prepare_kernel(c, LAYOUT_OF(all.kernel));
    const_layout a = c->direction == SHIM_BACKWARD_INPUT ? LAYOUT_OF(all.output)
                                                         : LAYOUT_OF(all.input);
    const_layout b = c->direction == SHIM_BACKWARD_KERNEL ? LAYOUT_OF(all.output)
                                                          : LAYOUT_OF(all.kernel);
    const_layout y = c->direction == SHIM_FORWARD         ? LAYOUT_OF(all.output)
        : c->direction == SHIM_BACKWARD_INPUT ? LAYOUT_OF(all.input)
                                              : LAYOUT_OF(all.kernel);
    if (!status) status = dnnl_memory_create(&c->a, a, engine, DNNL_MEMORY_NONE);
    if (!status) status = dnnl_memory_create(&c->b, b, engine, DNNL_MEMORY_NONE);
    if (!status) status = dnnl_memory_create(&c->y, y, engine, DNNL_MEMORY_NONE);
    layouts_destroy(&all);
    return status;
}

static int32_t find(
    shim_direction direction, const shim_geometry *geometry, struct convolution **found) {
    for (int i = 0; i < entry_count; i++) {
        struct convolution *c = entries[i];
        if (c->direction == direction && !memcmp(&c->geometry, geometry, sizeof *geometry)) {
            c->used = ++clock_ticks;
            *found = c;
            return 0;
        }
    }
    dnnl_status_t status = dnnl_success;
    if (!engine) status = dnnl_engine_create(&engine, dnnl_cpu, 0);
    if (!status && !stream) status = dnnl_stream_create(&stream, engine, dnnl_stream_default_flags);
    struct convolution *c = status ? NULL : calloc(1, sizeof *c);
    if (!c) return status ? (int32_t)status : (int32_t)dnnl_out_of_memory;
    c->geometry = *geometry;
    c->direction = direction;
    c->used = ++clock_ticks;
    status = prepare(c);
    if (status) {
        destroy(c);
        return (int32_t)status;
    }
    int place = entry_count;
    if (entry_count == most_entries) {
        place = 0;
        for (int i = 1; i < most_entries; i++)
            if (entries[i]->used < entries[place]->used) place = i;
        destroy(entries[place]);
    } else {
        entry_count++;
    }
    entries[place] = c;
    *found = c;
    return 0;
}

static dnnl_status_t reorder(dnnl_primitive_t primitive, dnnl_memory_t from, dnnl_memory_t to) {
    dnnl_exec_arg_t arguments[] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
    return dnnl_primitive_execute(primitive, stream, 2, arguments);
}

static int32_t run(
    struct convolution *c, const float *a, const float *b, uint64_t version, float *y) {
    // oneDNN takes every buffer by a plain pointer; inputs are only read.
    dnnl_status_t status = dnnl_memory_set_data_handle(c->a, (void *)(uintptr_t)a);
    if (!status) status = dnnl_memory_set_data_handle(c->b, (void *)(uintptr_t)b);
    if (!status) status = dnnl_memory_set_data_handle(c->y, y);
    int is_kernel_output = c->direction == SHIM_BACKWARD_KERNEL;
    if (!status && c->reorder && !is_kernel_output && c->kernel_version != version) {
        status = reorder(c->reorder, c->b, c->kernel);
        c->kernel_version = status ? 0 : version;
    }
    dnnl_exec_arg_t arguments[] = {
        {argument_a(c->direction), c->a},
        {argument_b(c->direction), c->reorder && !is_kernel_output ? c->kernel : c->b},
        {argument_y(c->direction), c->reorder && is_kernel_output ? c->kernel : c->y},
    };
    if (!status) status = dnnl_primitive_execute(c->primitive, stream, 3, arguments);
    if (!status && c->reorder && is_kernel_output) status = reorder(c->reorder, c->kernel, c->y);
    if (!status) status = dnnl_stream_wait(stream);
    return (int32_t)status;
}

int32_t shim_convolve(
    shim_direction direction, const shim_geometry *geometry, const float *a, const float *b,
    uint64_t kernel_version, float *y) {
    shim_enter();
    pthread_mutex_lock(&lock);
    struct convolution *c = NULL;
    int32_t status = find(direction, geometry, &c);
    if (!status) status = run(c, a, b, kernel_version, y);
    pthread_mutex_unlock(&lock);
    return status;
}

void shim_forget_primitives(void) {
    pthread_mutex_lock(&lock);
    for (int i = 0; i < entry_count; i++) destroy(entries[i]);
    entry_count = 0;
    pthread_mutex_unlock(&lock);
}

const char *shim_convolution_name(shim_direction direction, const shim_geometry *geometry) {
    pthread_mutex_lock(&lock);
    struct convolution *c = NULL;
    const char *name = "none";
    if (!find(direction, geometry, &c))
        dnnl_primitive_desc_query(c->description, dnnl_query_impl_info_str, 0, &name);
    pthread_mutex_unlock(&lock);
    return name;
}
