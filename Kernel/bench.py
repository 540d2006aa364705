"""Times Saddle and its peers by turns and prints medians and ratios.

Usage: bench.py PYTHON, where PYTHON runs the peers' scripts in ../shared/peers. The time of a
round of Saddle is the difference of two runs of a program, a short one and a long one, divided
by the difference of their rounds: starting up and building networks cancel out.
"""
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SADDLE = ROOT / ".build" / "release" / "saddle"
PEERS = ROOT.parent / "shared" / "peers"
TURNS = 3

# Program, rounds of the short run, rounds of the long run.
WORKLOADS = {
    "lsgan_mlp": ("""
        G = noise(64) |> linear(128) |> relu |> linear(784) |> sigmoid
        D = points(784) |> linear(128) |> relu |> linear(1)
        g = lsgan(G, D, rand([10000, 784]), optimizer: adam(1e-3))
        """, 200, 2200),
    "wgangp_toy": ("""
        G = noise(2) |> linear(512) |> relu |> linear(512) |> relu |>
            linear(512) |> relu |> linear(2)
        D = points(2) |> linear(512) |> relu |> linear(512) |> relu |>
            linear(512) |> relu |> linear(1)
        g = wgan_gp(G, D, randn([100000, 2]), λ: 0.1, optimizer: adam(1e-4, 0.5, 0.9), batch: 256)
        """, 5, 55),
    "dcgan32": ("""
        G = noise(100) |> reshape(1, 1, 100) |>
            conv_transpose(256, 4, stride: 1, padding: 0, bias: false) |> batch_norm |> relu |>
            conv_transpose(128, 4, stride: 2, padding: 1, bias: false) |> batch_norm |> relu |>
            conv_transpose(64, 4, stride: 2, padding: 1, bias: false) |> batch_norm |> relu |>
            conv_transpose(1, 4, stride: 2, padding: 1, bias: false) |> tanh
        D = image(32, 32, 1) |>
            conv(64, 4, stride: 2, padding: 1, bias: false) |> leaky_relu(0.2) |>
            conv(128, 4, stride: 2, padding: 1, bias: false) |> batch_norm |> leaky_relu(0.2) |>
            conv(256, 4, stride: 2, padding: 1, bias: false) |> batch_norm |> leaky_relu(0.2) |>
            conv(1, 4, stride: 1, padding: 0, bias: false) |> flatten
        g = gan(G, D, 2 * rand([1000, 32, 32, 1]) - 1, optimizer: adam(2e-4, 0.5, 0.999))
        """, 3, 23),
}


def lines_of(program):
    return "\n".join(line.strip() for line in program.strip().splitlines())


def seconds(program, rounds, folder):
    path = Path(folder) / "bench.saddle"
    path.write_text(f"seed 1\n{lines_of(program)}\ntrain g, rounds: {rounds}\n", encoding="utf-8")
    began = time.perf_counter()
    subprocess.run([SADDLE, "run", path], check=True, stdout=subprocess.DEVNULL, cwd=folder)
    return time.perf_counter() - began


def own_rounds():
    """Milliseconds of a round, by workload; a workload that fails is told and left out."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, (program, short, long) in WORKLOADS.items():
            try:
                spent = seconds(program, long, folder) - seconds(program, short, folder)
                found[name] = 1e3 * spent / (long - short)
            except subprocess.CalledProcessError:
                print(f"saddle could not run {name}", file=sys.stderr)
    return found


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
        contenders["torch"] = [lambda: peer_rounds(python, "training_torch.py", "eager")]
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
