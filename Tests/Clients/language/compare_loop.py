"""A million scalar additions and comparisons, in Saddle and in CPython, side by side.

    python3 compare_loop.py [path of saddle]

Prints both times and their ratio: best of five, the start of each program taken off.
"""
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SADDLE = sys.argv[1] if len(sys.argv) > 1 else "saddle"
# Both at the top level and inside a function, where CPython is faster.
PROGRAMS = {
    "top level": (
        "s = 0\nfor i in 0..<1000000 { s = s + i; if s < 0 { s = 0 } }\n",
        "s = 0\nfor i in range(1000000):\n    s = s + i\n    if s < 0:\n        s = 0\n"),
    "function": (
        "f() = { s = 0; for i in 0..<1000000 { s = s + i; if s < 0 { s = 0 } }; s }\nf()\n",
        "def f():\n    s = 0\n    for i in range(1000000):\n        s = s + i\n"
        "        if s < 0:\n            s = 0\n    return s\nf()\n"),
    "while": (
        "f() = { i = 0; s = 0; while i < 1000000 { s += i; i += 1 }; s }\nf()\n",
        "def f():\n    i = s = 0\n    while i < 1000000:\n        s += i\n        i += 1\n"
        "    return s\nf()\n"),
    "branches": (
        "f() = { a = 0; b = 0; for i in 0..<1000000 { if i % 3 == 0 { a += 1 } "
        "else if i % 3 == 1 and a > b { b += 1 } }; a + b }\nf()\n",
        "def f():\n    a = b = 0\n    for i in range(1000000):\n        if i % 3 == 0:\n"
        "            a += 1\n        elif i % 3 == 1 and a > b:\n            b += 1\n"
        "    return a + b\nf()\n"),
    "calls": (
        "g(x) = x * x + 1\nf() = { s = 0; for i in 0..<1000000 { s += g(i) }; s }\nf()\n",
        "def g(x):\n    return x * x + 1\ndef f():\n    s = 0\n"
        "    for i in range(1000000):\n        s += g(i)\n    return s\nf()\n"),
    "elements": (
        "f() = { a = [1, 2, 3, 4]; s = 0; for i in 0..<1000000 { s += a[i % 4]; a[i % 4] = i }; "
        "s }\nf()\n",
        "def f():\n    a = [1, 2, 3, 4]\n    s = 0\n    for i in range(1000000):\n"
        "        s += a[i % 4]\n        a[i % 4] = i\n    return s\nf()\n"),
}


def seconds(command, text, folder):
    """The best of five runs of a text."""
    file = folder / "program"
    file.write_text(text)
    best = float("inf")
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run(command + [str(file)], check=True, stdout=subprocess.DEVNULL)
        best = min(best, time.perf_counter() - began)
    return best


with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    start = {"saddle": seconds([SADDLE, "run"], "0\n", folder),
             "python": seconds([sys.executable], "0\n", folder)}
    for where, (saddle, python) in PROGRAMS.items():
        ours = seconds([SADDLE, "run"], saddle, folder) - start["saddle"]
        theirs = seconds([sys.executable], python, folder) - start["python"]
        print(f"{where}: Saddle {ours * 1e3:.0f} ms, CPython {theirs * 1e3:.0f} ms, "
              f"{ours / theirs:.2f} x")
