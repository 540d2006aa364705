"""The embedded digits are those of scikit-learn, value by value."""
import importlib.util
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

RESOURCES = Path(__file__).resolve().parents[3] / "Sources" / "Datasets" / "Resources"


def fields(packed, width, count):
    """`count` numbers of `width` bits each, most significant bit first."""
    bits = np.unpackbits(np.frombuffer(packed, np.uint8))[:width * count]
    return bits.reshape(count, width) @ (1 << np.arange(width - 1, -1, -1))


def test_the_resource_holds_every_pixel_and_every_label():
    packed = (RESOURCES / "digits.bin").read_bytes()
    digits = load_digits()
    pixels = digits.data.size * 5 // 8
    assert digits.data.size * 5 % 8 == 0
    assert len(packed) == pixels + (digits.target.size + 1) // 2
    assert (fields(packed[:pixels], 5, digits.data.size) == digits.data.ravel()).all()
    assert (fields(packed[pixels:], 4, digits.target.size) == digits.target).all()


def test_the_script_beside_it_writes_the_same_bytes():
    spec = importlib.util.spec_from_file_location("make_digits", RESOURCES / "make_digits.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.content() == (RESOURCES / "digits.bin").read_bytes()
