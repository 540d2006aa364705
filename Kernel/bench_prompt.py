"""Times the prompt of Saddle and that of IPython in a terminal of 80 columns and 24 rows.

Usage: bench_prompt.py saddle|ipython, run by .venv/bin/python. Prints a line for each figure:
the time from the start to the prompt (median of 20), resident memory at rest, the time from a key
to its echo with 10,000 lines of history (median of 100), and the processor time that ten seconds
at the prompt take.
"""
import os
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

import pexpect
import psutil

ROOT = Path(__file__).resolve().parents[1]
STARTS, KEYS, LINES = 20, 100, 10_000


class Saddle:
    command = [str(ROOT / ".build" / "release" / "saddle")]
    prompt = "saddle> "

    @staticmethod
    def fill(home, lines):
        (home / "saddle").mkdir()
        (home / "saddle" / "history").write_text("".join(line + "\n" for line in lines))
        return {"XDG_STATE_HOME": str(home)}


class IPython:
    command = [str(Path(sys.executable).with_name("ipython")), "--no-banner"]
    prompt = "In ["

    @staticmethod
    def fill(home, lines):
        folder = home / "profile_default"
        folder.mkdir()
        base = sqlite3.connect(folder / "history.sqlite")
        base.executescript("""
            CREATE TABLE sessions (session integer primary key autoincrement, start timestamp,
                end timestamp, num_cmds integer, remark text);
            CREATE TABLE history (session integer, line integer, source text, source_raw text,
                PRIMARY KEY (session, line));
            CREATE TABLE output_history (session integer, line integer, output text,
                PRIMARY KEY (session, line));
            INSERT INTO sessions VALUES (1, '2024-01-01 00:00:00', '2024-01-01 01:00:00', 0, '');
            """)
        base.executemany("INSERT INTO history VALUES (1, ?, ?, ?)",
                         ((number, line, line) for number, line in enumerate(lines)))
        base.commit()
        base.close()
        return {"IPYTHONDIR": str(home)}


def open_prompt(kind, settings):
    # No answer to a question for the cursor's place can come from pexpect.
    child = pexpect.spawn(
        kind.command[0], kind.command[1:], dimensions=(24, 80), timeout=30, encoding="utf-8",
        env=os.environ | settings | {"TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1"})
    child.delaybeforesend = None
    child.expect_exact(kind.prompt)
    return child


def times_of(count, action):
    times = []
    for turn in range(count):
        began = time.perf_counter()
        action(turn)
        times.append(1e3 * (time.perf_counter() - began))
    return statistics.median(times)


def main():
    kind = {"saddle": Saddle, "ipython": IPython}[sys.argv[1]]
    home = Path(tempfile.mkdtemp())
    opened = []
    try:
        settings = kind.fill(home, [])
        starts = times_of(STARTS, lambda _: opened.append(open_prompt(kind, settings)))
        for child in opened[:-1]:
            child.close(force=True)
        rest = psutil.Process(opened[-1].pid)
        time.sleep(1)
        memory, before = rest.memory_info().rss / 2**20, sum(rest.cpu_times()[:2])
        time.sleep(10)
        idle = 1e3 * (sum(rest.cpu_times()[:2]) - before)
        shutil.rmtree(home)
        home.mkdir()
        child = open_prompt(kind, kind.fill(home, (f"train_{n}(g, {n * 7})" for n in range(LINES))))
        opened.append(child)
        time.sleep(1)
        # Letters that end no escape sequence and begin no suggestion: one is there only as an echo.
        letters = "zxjvwy" * KEYS

        def echo(turn):
            child.send(letters[turn])
            child.expect_exact(letters[turn])

        key = times_of(KEYS, echo)
    finally:
        for child in opened:
            child.close(force=True)
        shutil.rmtree(home, ignore_errors=True)
    print(f"prompt start {starts:.1f} ms\nprompt MiB {memory:.1f} MiB\nkey echo {key:.2f} ms\n"
          f"idle 10 s {idle:.0f} ms")


main()
