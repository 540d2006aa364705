#ifndef SADDLE_DNNL_VERSION_H
#define SADDLE_DNNL_VERSION_H

// What differs between oneDNN 2 and 3: descriptors of memory are structs in 2 and opaque
// pointers in 3, and 3 creates a primitive descriptor without an operation descriptor. All else
// in this folder is the same source for both.

#include <dnnl.h>
#include <string.h>

#include "shim.h"

#if DNNL_VERSION_MAJOR >= 3

typedef dnnl_memory_desc_t layout_storage;
typedef dnnl_memory_desc_t layout;
typedef const_dnnl_memory_desc_t const_layout;
#define LAYOUT_OF(storage) (storage)

#else

typedef dnnl_memory_desc_t layout_storage;
typedef dnnl_memory_desc_t *layout;
typedef const dnnl_memory_desc_t *const_layout;
#define LAYOUT_OF(storage) (&(storage))

#endif

typedef struct {
    layout_storage input, output, kernel, any_kernel;
} layouts;

static inline dnnl_status_t layout_create(
    layout_storage *result, const dnnl_dims_t dims, dnnl_format_tag_t tag) {
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_memory_desc_create_with_tag(result, 4, dims, dnnl_f32, tag);
#else
    return dnnl_memory_desc_init_by_tag(result, 4, dims, dnnl_f32, tag);
#endif
}

static inline void layouts_destroy(layouts *all) {
#if DNNL_VERSION_MAJOR >= 3
    if (all->input) dnnl_memory_desc_destroy(all->input);
    if (all->output) dnnl_memory_desc_destroy(all->output);
    if (all->kernel) dnnl_memory_desc_destroy(all->kernel);
    if (all->any_kernel) dnnl_memory_desc_destroy(all->any_kernel);
#endif
    memset(all, 0, sizeof *all);
}

static inline const_layout layout_query(const_dnnl_primitive_desc_t description, dnnl_query_t what) {
    return dnnl_primitive_desc_query_md(description, what, 0);
}

static inline int layout_equal(const_layout a, const_layout b) {
    return dnnl_memory_desc_equal(a, b);
}

static inline dnnl_status_t reorder_create(
    dnnl_primitive_t *result, const_layout from, const_layout to, dnnl_engine_t engine) {
    dnnl_primitive_desc_t description = NULL;
    dnnl_status_t status
        = dnnl_reorder_primitive_desc_create(&description, from, engine, to, engine, NULL);
    if (!status) status = dnnl_primitive_create(result, description);
    if (description) dnnl_primitive_desc_destroy(description);
    return status;
}

// The descriptor of one pass. The backward passes want the forward one as a hint.
#if DNNL_VERSION_MAJOR >= 3

static inline dnnl_status_t describe(
    dnnl_primitive_desc_t *result, shim_direction direction, const shim_geometry *g,
    const layouts *all, dnnl_engine_t engine, const_dnnl_primitive_attr_t attributes) {
    dnnl_dims_t strides = {g->stride_height, g->stride_width};
    dnnl_dims_t dilates = {g->dilation_height - 1, g->dilation_width - 1};
    dnnl_dims_t before = {g->top, g->left}, after = {g->bottom, g->right};
    dnnl_primitive_desc_t forward = NULL;
    dnnl_status_t status = dnnl_convolution_forward_primitive_desc_create(
        &forward, engine, dnnl_forward_training, dnnl_convolution_direct, all->input,
        all->any_kernel, NULL, all->output, strides, dilates, before, after, attributes);
    if (status || direction == SHIM_FORWARD) {
        *result = forward;
        return status;
    }
    if (direction == SHIM_BACKWARD_INPUT)
        status = dnnl_convolution_backward_data_primitive_desc_create(
            result, engine, dnnl_convolution_direct, all->input, all->any_kernel, all->output,
            strides, dilates, before, after, forward, attributes);
    else
        status = dnnl_convolution_backward_weights_primitive_desc_create(
            result, engine, dnnl_convolution_direct, all->input, all->any_kernel, NULL,
            all->output, strides, dilates, before, after, forward, attributes);
    dnnl_primitive_desc_destroy(forward);
    return status;
}

#else

static inline dnnl_status_t describe(
    dnnl_primitive_desc_t *result, shim_direction direction, const shim_geometry *g,
    const layouts *all, dnnl_engine_t engine, const_dnnl_primitive_attr_t attributes) {
    dnnl_dims_t strides = {g->stride_height, g->stride_width};
    dnnl_dims_t dilates = {g->dilation_height - 1, g->dilation_width - 1};
    dnnl_dims_t before = {g->top, g->left}, after = {g->bottom, g->right};
    dnnl_convolution_desc_t operation;
    dnnl_primitive_desc_t forward = NULL;
    dnnl_status_t status = dnnl_dilated_convolution_forward_desc_init(
        &operation, dnnl_forward_training, dnnl_convolution_direct, &all->input,
        &all->any_kernel, NULL, &all->output, strides, dilates, before, after);
    if (!status) status = dnnl_primitive_desc_create(&forward, &operation, attributes, engine, NULL);
    if (status || direction == SHIM_FORWARD) {
        *result = forward;
        return status;
    }
    if (direction == SHIM_BACKWARD_INPUT)
        status = dnnl_dilated_convolution_backward_data_desc_init(
            &operation, dnnl_convolution_direct, &all->input, &all->any_kernel, &all->output,
            strides, dilates, before, after);
    else
        status = dnnl_dilated_convolution_backward_weights_desc_init(
            &operation, dnnl_convolution_direct, &all->input, &all->any_kernel, NULL,
            &all->output, strides, dilates, before, after);
    if (!status) status = dnnl_primitive_desc_create(result, &operation, attributes, engine, forward);
    dnnl_primitive_desc_destroy(forward);
    return status;
}

#endif

#endif
