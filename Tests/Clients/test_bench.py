"""`saddle bench`: the workloads run as games of the Library, and at steady state a round asks the
system for no memory. Times are printed by Kernel/bench and are asserted nowhere."""
import json


def test_rounds_ask_for_no_memory(run_saddle):
    finished = run_saddle(args=["bench", "--json"], timeout=240)
    assert finished.returncode == 0, finished.stderr
    figures = {entry["name"]: entry for entry in map(json.loads, finished.stdout.splitlines())}
    assert list(figures) == ["lsgan_mlp", "wgangp_toy", "dcgan32"]
    for name, entry in figures.items():
        assert entry["systemAllocations"] == 0, (name, entry)
        assert entry["milliseconds"] > 0 and entry["rounds"] >= 30
        assert 0 < entry["shareOfPeak"] < 2


def test_an_unknown_workload_is_named(run_saddle):
    finished = run_saddle(args=["bench", "lsgan"])
    assert finished.returncode == 2
    assert "there is no workload lsgan: lsgan_mlp, wgangp_toy, dcgan32" in finished.stderr
