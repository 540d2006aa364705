#include <dnnl.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "alone.h"
#include "shim.h"
#include "version.h"

// A convolution is asked for with plain activations and oneDNN's own choice of kernel layout:
// any other combination falls back to reference code a thousand times slower. The kernel goes
// through a reorder, whose result is kept while its contents stay the same.

// What one running call needs for itself.
enum { most_slots = 64 };
struct slot {
    int is_ready, is_busy;
    dnnl_memory_t a, b, y;      // as the caller has them
    dnnl_memory_t kernel;       // a gradient in oneDNN's layout
    dnnl_memory_t scratch;
    void *kernel_buffer, *scratch_buffer;
};

// A kernel in oneDNN's layout. Two networks of a game may have layers of one geometry, so there
// is a place for each.
enum { most_packs = 2 };
struct pack {
    dnnl_memory_t memory;       // NULL before the first use
    void *buffer;
    uint64_t version;           // of the kernel that it holds; 0: none
    uint64_t used;
    int32_t users;              // calls that read it now
};

struct convolution {
    shim_geometry geometry;
    shim_direction direction;
    uint64_t used;
    int32_t users;              // calls that run now; such an entry stays
    dnnl_primitive_desc_t description;
    dnnl_primitive_t primitive, reorder;
    layouts layouts;
    dnnl_memory_t plain;        // the caller's kernel, for the reorder
    int packs_kernel;           // oneDNN's layout is not the caller's
    struct pack packs[most_packs];
    struct slot slots[most_slots];
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

static void destroy_memory(dnnl_memory_t memory, void *buffer) {
    if (memory) dnnl_memory_destroy(memory);
    free(buffer);
}

static void destroy(struct convolution *c) {
    for (int i = 0; i < most_slots; i++) {
        struct slot *s = &c->slots[i];
        destroy_memory(s->a, NULL);
        destroy_memory(s->b, NULL);
        destroy_memory(s->y, NULL);
        destroy_memory(s->kernel, s->kernel_buffer);
        destroy_memory(s->scratch, s->scratch_buffer);
    }
    destroy_memory(c->plain, NULL);
    for (int i = 0; i < most_packs; i++)
        destroy_memory(c->packs[i].memory, c->packs[i].buffer);
    if (c->reorder) dnnl_primitive_destroy(c->reorder);
    if (c->primitive) dnnl_primitive_destroy(c->primitive);
    if (c->description) dnnl_primitive_desc_destroy(c->description);
    layouts_destroy(&c->layouts);
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

static const_layout layout_a(struct convolution *c) {
    return c->direction == SHIM_BACKWARD_INPUT ? LAYOUT_OF(c->layouts.output)
                                               : LAYOUT_OF(c->layouts.input);
}
static const_layout layout_b(struct convolution *c) {
    return c->direction == SHIM_BACKWARD_KERNEL ? LAYOUT_OF(c->layouts.output)
                                                : LAYOUT_OF(c->layouts.kernel);
}
static const_layout layout_y(struct convolution *c) {
    return c->direction == SHIM_FORWARD         ? LAYOUT_OF(c->layouts.output)
        : c->direction == SHIM_BACKWARD_INPUT ? LAYOUT_OF(c->layouts.input)
                                              : LAYOUT_OF(c->layouts.kernel);
}

static const_layout wanted_kernel(struct convolution *c) {
    return layout_query(
        c->description,
        c->direction == SHIM_BACKWARD_KERNEL ? dnnl_query_diff_weights_md
                                             : dnnl_query_weights_md);
}

static dnnl_status_t buffered(dnnl_memory_t *memory, void **buffer, const_layout layout) {
    size_t size = dnnl_memory_desc_get_size(layout);
    if (posix_memalign(buffer, 64, size > 0 ? size : 64)) return dnnl_out_of_memory;
    // Padding of blocked layouts must be zero and is never written again.
    memset(*buffer, 0, size);
    return dnnl_memory_create(memory, layout, engine, *buffer);
}

// The reorder of the kernel to oneDNN's layout, or of its gradient from there.
static dnnl_status_t prepare_kernel(struct convolution *c) {
    const_layout plain = LAYOUT_OF(c->layouts.kernel), wanted = wanted_kernel(c);
    if (layout_equal(wanted, plain)) return dnnl_success;
    if (c->direction == SHIM_BACKWARD_KERNEL)
        return reorder_create(&c->reorder, wanted, plain, engine);
    c->packs_kernel = 1;
    dnnl_status_t status = dnnl_memory_create(&c->plain, plain, engine, DNNL_MEMORY_NONE);
    if (!status) status = reorder_create(&c->reorder, plain, wanted, engine);
    return status;
}

static dnnl_status_t prepare(struct convolution *c) {
    const shim_geometry *g = &c->geometry;
    dnnl_dims_t input = {g->batch, g->channels, g->height, g->width};
    dnnl_dims_t output = {g->batch, g->out_channels, g->out_height, g->out_width};
    dnnl_dims_t kernel = {g->out_channels, g->channels, g->kernel_height, g->kernel_width};
    layouts *all = &c->layouts;
    dnnl_status_t status = layout_create(&all->input, input, dnnl_nhwc);
    if (!status) status = layout_create(&all->output, output, dnnl_nhwc);
    if (!status) status = layout_create(&all->kernel, kernel, dnnl_hwio);
    if (!status) status = layout_create(&all->any_kernel, kernel, dnnl_format_tag_any);
    dnnl_primitive_attr_t attributes = NULL;
    if (!status) status = dnnl_primitive_attr_create(&attributes);
    if (!status)
        status = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
    if (!status) status = describe(&c->description, c->direction, g, all, engine, attributes);
    if (attributes) dnnl_primitive_attr_destroy(attributes);
    if (!status) status = dnnl_primitive_create(&c->primitive, c->description);
    if (!status) status = prepare_kernel(c);
    return status;
}

static dnnl_status_t prepare_slot(struct convolution *c, struct slot *s) {
    if (s->is_ready) return dnnl_success;
    dnnl_status_t status = dnnl_success;
    if (!s->a) status = dnnl_memory_create(&s->a, layout_a(c), engine, DNNL_MEMORY_NONE);
    if (!status && !s->b)
        status = dnnl_memory_create(&s->b, layout_b(c), engine, DNNL_MEMORY_NONE);
    if (!status && !s->y)
        status = dnnl_memory_create(&s->y, layout_y(c), engine, DNNL_MEMORY_NONE);
    if (!status && !s->kernel && c->reorder && c->direction == SHIM_BACKWARD_KERNEL)
        status = buffered(&s->kernel, &s->kernel_buffer, wanted_kernel(c));
    const_layout scratch = layout_query(c->description, dnnl_query_scratchpad_md);
    if (!status && !s->scratch && scratch && dnnl_memory_desc_get_size(scratch) > 0)
        status = buffered(&s->scratch, &s->scratch_buffer, scratch);
    s->is_ready = !status;
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
        place = -1;
        for (int i = 0; i < most_entries; i++)
            if (!entries[i]->users && (place < 0 || entries[i]->used < entries[place]->used))
                place = i;
        if (place < 0) {
            destroy(c);
            return (int32_t)dnnl_out_of_memory;
        }
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

// oneDNN takes every buffer by a plain pointer; inputs are only read.
static dnnl_status_t set_input(dnnl_memory_t memory, const float *data) {
    return dnnl_memory_set_data_handle(memory, (void *)(uintptr_t)data);
}

// The kernel in oneDNN's layout: as it was brought there before, or now, over the pack that was
// not used for longest. NULL when the caller has to wait for another call to end.
static struct pack *find_pack(
    struct convolution *c, const float *kernel, uint64_t version, int32_t *status) {
    struct pack *oldest = NULL;
    for (int i = 0; i < most_packs; i++) {
        struct pack *p = &c->packs[i];
        if (p->version == version && version) return p;
        if (!p->users && (!oldest || p->used < oldest->used)) oldest = p;
    }
    if (!oldest) return NULL;
    oldest->version = 0;
    if (!oldest->memory) *status = (int32_t)buffered(&oldest->memory, &oldest->buffer, wanted_kernel(c));
    if (!*status) *status = (int32_t)set_input(c->plain, kernel);
    if (!*status) *status = (int32_t)reorder(c->reorder, c->plain, oldest->memory);
    if (!*status) oldest->version = version;
    return oldest;
}

static int32_t run(
    struct convolution *c, struct slot *s, struct pack *p, const float *a, const float *b,
    float *y) {
    dnnl_status_t status = set_input(s->a, a);
    if (!status) status = set_input(s->b, b);
    if (!status) status = dnnl_memory_set_data_handle(s->y, y);
    dnnl_exec_arg_t arguments[] = {
        {argument_a(c->direction), s->a},
        {argument_b(c->direction), p ? p->memory : s->b},
        {argument_y(c->direction), s->kernel ? s->kernel : s->y},
        {DNNL_ARG_SCRATCHPAD, s->scratch},
    };
    if (!status) status = dnnl_primitive_execute(c->primitive, stream, s->scratch ? 4 : 3, arguments);
    if (!status && s->kernel) status = reorder(c->reorder, s->kernel, s->y);
    return (int32_t)status;
}

// A free slot; NULL when the caller has to wait for another call to end.
static struct slot *find_slot(struct convolution *c, int32_t *status) {
    for (int i = 0; i < most_slots; i++) {
        struct slot *s = &c->slots[i];
        if (s->is_busy) continue;
        *status = (int32_t)prepare_slot(c, s);
        return s;
    }
    return NULL;
}

int32_t shim_convolve(
    shim_direction direction, const shim_geometry *geometry, const float *a, const float *b,
    uint64_t kernel_version, float *y) {
    shim_stay_alone();
    struct convolution *c = NULL;
    struct slot *s = NULL;
    struct pack *p = NULL;
    for (;;) {
        pthread_mutex_lock(&lock);
        int32_t status = find(direction, geometry, &c);
        if (!status) s = find_slot(c, &status);
        if (!status && s && c->packs_kernel) p = find_pack(c, b, kernel_version, &status);
        int is_ready = !status && s && (p || !c->packs_kernel);
        if (is_ready) {
            c->users++;
            s->is_busy = 1;
            if (p) {
                p->users++;
                p->used = ++clock_ticks;
            }
        }
        pthread_mutex_unlock(&lock);
        if (status) return status;
        if (is_ready) break;
        sched_yield();
    }
    int32_t status = run(c, s, p, a, b, y);
    pthread_mutex_lock(&lock);
    c->users--;
    s->is_busy = 0;
    if (p) p->users--;
    pthread_mutex_unlock(&lock);
    return status;
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
