"""Times Saddle and its peers by turns and prints medians and ratios.

Usage: bench.py PYTHON, where PYTHON runs the peers' scripts in ../shared/peers. Both sides time
every round by itself and give the median.
"""
import json
import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SADDLE = ROOT / ".build" / "release" / "saddle"
PEERS = ROOT.parent / "shared" / "peers"
TURNS = 3


def own_rounds():
    """Milliseconds of a round, by workload."""
    finished = subprocess.run([SADDLE, "bench", "--json"], check=True, capture_output=True,
                              text=True)
    return {entry["name"]: entry["milliseconds"]
            for entry in map(json.loads, finished.stdout.splitlines())}


def peer_rounds(python, script, *arguments):
    """Milliseconds of a round by workload, as a peer's script prints them."""
    finished = subprocess.run([python, PEERS / script, *arguments], capture_output=True, text=True)
    if finished.returncode:
        print(f"{script} could not run: {finished.stderr.strip()[-200:]}", file=sys.stderr)
    return {name: float(value) for name, value
            in re.findall(r"^(\w+) +([\d.]+) ms$", finished.stdout, re.M)}


def own_pictures():
    """Milliseconds of pictures, from a command to the bytes of a PNG."""
    with tempfile.TemporaryDirectory() as folder:
        finished = subprocess.run([SADDLE, "gallery", "--times", folder], capture_output=True,
                                  text=True)
    return {name: float(value) for name, value
            in re.findall(r"^(.+): ([\d.]+) ms$", finished.stdout, re.M)}


def peer_pictures(python):
    """The same of matplotlib (a plot of two curves) and Pillow (a sheet of noise, not zoomed)."""
    finished = subprocess.run([python, PEERS / "plot_matplotlib.py"], capture_output=True,
                              text=True)
    found = dict(re.findall(r"^(plot|grid) ms ([\d.]+)$", finished.stdout, re.M))
    if len(found) < 2:
        print(f"matplotlib could not be timed: {finished.stderr.strip()[-200:]}",
              file=sys.stderr)
        return {}
    return {"loss plot": float(found["plot"]), "grid of noise": float(found["grid"])}


def kernel_figures(python, kernel):
    """Start in ms, round trip in ms, memory in MiB, of an installed kernel."""
    finished = subprocess.run([python, PEERS / "kernel_latency.py", kernel],
                              capture_output=True, text=True)
    found = re.search(r"start ([\d.]+) ms.*median ([\d.]+) ms.*RSS ([\d.]+) MiB", finished.stdout)
    if not found:
        print(f"kernel {kernel} could not be timed: {finished.stderr.strip()[-200:]}",
              file=sys.stderr)
        return {}
    return dict(zip(("kernel start", "empty cell", "idle MiB"), map(float, found.groups())))


def prompt_figures(kind):
    """Start in ms, memory in MiB, a key's echo in ms, idle work in ms, of a prompt."""
    finished = subprocess.run([".venv/bin/python", "Kernel/bench_prompt.py", kind],
                              capture_output=True, text=True)
    if finished.returncode:
        print(f"the prompt of {kind} could not be timed: {finished.stderr.strip()[-200:]}",
              file=sys.stderr)
    return {name: float(value) for name, value
            in re.findall(r"^(.+) ([\d.]+) (?:ms|MiB)$", finished.stdout, re.M)}


def main():
    python = sys.argv[1]
    contenders = {"saddle": [own_rounds, lambda: prompt_figures("saddle")],
                  "ipython": [lambda: prompt_figures("ipython")]}
    if PEERS.is_dir():
        contenders["saddle"].append(lambda: kernel_figures(".venv/bin/python", "saddle"))
        contenders["jax"] = [lambda: peer_rounds(python, "training_jax.py")]
        for mode in ("eager", "channels_last"):
            contenders[f"torch {mode}"] = [
                lambda mode=mode: peer_rounds(python, "training_torch.py", mode)]
        contenders["matplotlib"] = [lambda: peer_pictures(python)]
        contenders["ipykernel"] = [lambda: kernel_figures(".venv/bin/python", "python3")]
    figures = {}
    for turn in range(TURNS):
        for name, sources in contenders.items():
            print(f"turn {turn + 1} of {TURNS}: {name}", flush=True)
            for source in sources:
                for workload, value in source().items():
                    figures.setdefault(workload, {}).setdefault(name, []).append(value)

    print(f"\n{'median of ' + str(TURNS):14} {'saddle':>10}")
    for workload, by_name in figures.items():
        medians = {name: statistics.median(values) for name, values in by_name.items()}
        ours = medians.pop("saddle", None)
        if ours is None:
            continue
        row = f"{workload:14} {ours:10.3f}"
        for name, value in medians.items():
            part = f" (ours is {ours / value:.2f} of it)" if value else ""
            row += f"   {name} {value:.3f}{part}"
        print(row)


os.chdir(ROOT)
main()
