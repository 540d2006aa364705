#include "shim.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>
#include <jerror.h>

struct Faults {
    struct jpeg_error_mgr manager;
    jmp_buf way_out;
    char *message;
};

static void leave(j_common_ptr reader) {
    struct Faults *faults = (struct Faults *)reader->err;
    faults->manager.format_message(reader, faults->message);
    longjmp(faults->way_out, 1);
}

/// A file that ends too early is a warning for libjpeg, which fills the rest with grey; here it is
/// a fault. Other warnings, such as bytes too many before a marker, change nothing.
static void warn(j_common_ptr reader, int level) {
    (void)level;
    if (reader->err->msg_code == JWRN_JPEG_EOF || reader->err->msg_code == JWRN_HIT_MARKER) {
        leave(reader);
    }
}

/// CMYK as Adobe stores it, with 255 for no ink, to red, green and blue.
static void from_ink(const unsigned char *ink, unsigned char *row, int width, int inverted) {
    for (int x = 0; x < width; x++) {
        for (int channel = 0; channel < 3; channel++) {
            int colour = inverted ? ink[4 * x + channel] : 255 - ink[4 * x + channel];
            int black = inverted ? ink[4 * x + 3] : 255 - ink[4 * x + 3];
            row[3 * x + channel] = (unsigned char)((colour * black + 127) / 255);
        }
    }
}

int jpeg_picture(
    const unsigned char *bytes, size_t count, int *height, int *width, int *channels,
    unsigned char *pixels, size_t capacity, char message[200]) {
    struct jpeg_decompress_struct reader;
    struct Faults faults;
    unsigned char *volatile ink = NULL;
    message[0] = 0;
    faults.message = message;
    reader.err = jpeg_std_error(&faults.manager);
    faults.manager.error_exit = leave;
    faults.manager.emit_message = warn;
    if (setjmp(faults.way_out)) {
        jpeg_destroy_decompress(&reader);
        free(ink);
        return 1;
    }
    jpeg_create_decompress(&reader);
    jpeg_mem_src(&reader, (unsigned char *)bytes, (unsigned long)count);
    jpeg_read_header(&reader, TRUE);
    int is_ink = reader.jpeg_color_space == JCS_CMYK || reader.jpeg_color_space == JCS_YCCK;
    int is_grey = reader.jpeg_color_space == JCS_GRAYSCALE;
    reader.out_color_space = is_grey ? JCS_GRAYSCALE : is_ink ? JCS_CMYK : JCS_RGB;
    *height = (int)reader.image_height;
    *width = (int)reader.image_width;
    *channels = is_grey ? 1 : 3;
    size_t line = (size_t)*width * (size_t)*channels;
    if (pixels && capacity == (size_t)*height * line) {
        jpeg_start_decompress(&reader);
        if (is_ink) ink = malloc((size_t)*width * 4);
        while (reader.output_scanline < reader.output_height) {
            unsigned char *row = pixels + line * reader.output_scanline;
            unsigned char *target = is_ink ? ink : row;
            if (!target) break;
            jpeg_read_scanlines(&reader, &target, 1);
            if (is_ink) from_ink(ink, row, *width, reader.saw_Adobe_marker);
        }
        jpeg_finish_decompress(&reader);
    }
    jpeg_destroy_decompress(&reader);
    free(ink);
    return 0;
}
