"""Writes digits.bin, the resource that Saddle embeds, from scikit-learn's copy of the digits.

    python Sources/Datasets/Resources/make_digits.py Sources/Datasets/Resources/digits.bin

E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, UCI repository, CC BY 4.0.

Layout: the 8x8 images one after the other, row by row, each pixel (0...16) in 5 bits, most
significant bit first; then, from the next whole byte on, each label (0...9) in 4 bits.
"""

import sys

import numpy
from sklearn.datasets import load_digits


def packed(values, width):
    """`values` in `width` bits each, filled up with zero bits to a whole byte."""
    shifts = numpy.arange(width - 1, -1, -1)
    bits = (values.astype(numpy.uint8).reshape(-1, 1) >> shifts) & 1
    return numpy.packbits(bits.astype(numpy.uint8).ravel()).tobytes()


def content():
    digits = load_digits()
    return packed(digits.data.ravel(), 5) + packed(digits.target, 4)


if __name__ == "__main__":
    with open(sys.argv[1], "wb") as file:
        file.write(content())
