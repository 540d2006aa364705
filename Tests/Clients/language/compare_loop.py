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
