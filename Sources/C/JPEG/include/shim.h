#pragma once
#include <stddef.h>

/// What came of reading a JPEG file: 0, or a fault whose words are in `message`.
///
/// With `pixels` NULL only the sizes are found. Otherwise rows of bytes are written, `channels` (1
/// for grey, 3 for everything else) for each pixel; `capacity` must be height x width x channels.
/// libjpeg reports faults by a jump, which must not leave C.
int jpeg_picture(
    const unsigned char *bytes, size_t count, int *height, int *width, int *channels,
    unsigned char *pixels, size_t capacity, char message[200]);
