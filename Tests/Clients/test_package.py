"""The folder that `saddle package` makes: moved, and without Swift and this repository."""
import json
import os
import subprocess

import pytest
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpecManager

from harness import Kernel

GAME = """seed 1
G = noise(2) |> linear(8) |> relu |> linear(2)
D = points(2) |> linear(8) |> relu |> linear(1)
g = hinge(G, D, ring(8))
train g, rounds: 3
print(g.round)"""


@pytest.fixture
def package(saddle, environment, tmp_path):
    """A package that was made in one place and moved to another."""
    made, moved = tmp_path / "made", tmp_path / "opt" / "saddle moved"
    subprocess.run([saddle, "package", made], env=environment, check=True, timeout=60,
                   capture_output=True)
    moved.parent.mkdir()
    made.rename(moved)
    return moved


@pytest.fixture
def bare(environment):
    """An environment with no compiler in sight."""
    kept = {name: value for name, value in environment.items() if name != "LD_LIBRARY_PATH"}
    return kept | {"PATH": "/usr/bin:/bin"}


def test_it_runs_a_game_of_its_own_library(package, bare, tmp_path, root):
    def run(*words):
        return subprocess.run([package / "bin" / "saddle", *words], env=bare, text=True, timeout=60,
                              cwd=tmp_path, capture_output=True)
    played = run("-e", GAME)
    assert played.returncode == 0 and played.stdout.endswith("3\n"), played.stderr
    # The games are those of the folder, and of no other place.
    (package / "share" / "saddle" / "Library" / "hinge.saddle").unlink()
    assert "there is no hinge" in run("-e", GAME).stderr
    (package / "share" / "saddle" / "Library").rename(tmp_path / "elsewhere")
    assert "folder of the Library is missing" in run("doctor").stdout
    assert (package / "LICENSE").read_text() == (root / "LICENSE").read_text()


def test_it_needs_no_library_of_swift(package):
    needed = subprocess.run(["ldd", package / "bin" / "saddle"], text=True, capture_output=True,
                            check=True).stdout
    assert "libzmq" in needed and "not found" not in needed
    assert "swift" not in needed.lower() and "Foundation" not in needed


@pytest.mark.parametrize("way", ["installed", "found"])
def test_its_kernel_starts(package, bare, tmp_path, way):
    if way == "installed":
        prefix = tmp_path / "prefix"
        subprocess.run([package / "bin" / "saddle", "install", "--prefix", prefix], env=bare,
                       check=True, timeout=30, capture_output=True)
        folder = prefix / "share" / "jupyter" / "kernels"
    else:
        folder = package / "share" / "jupyter" / "kernels"
        program = json.loads((folder / "saddle" / "kernel.json").read_text())["argv"][0]
        assert program.startswith("{resource_dir}")
    manager = KernelManager(
        kernel_name="saddle", connection_file=str(tmp_path / "connection.json"),
        kernel_spec_manager=KernelSpecManager(
            kernel_dirs=[str(folder)], ensure_native_kernel=False))
    manager.start_kernel(env=bare, cwd=str(tmp_path))
    kernel = Kernel(manager)
    try:
        kernel.connect()
        assert kernel.execute(GAME).stdout.endswith("3\n")
        program = os.readlink(f"/proc/{kernel.pid}/exe")
        assert os.path.samefile(program, package / "bin" / "saddle")
    finally:
        kernel.close()


def test_a_folder_that_holds_something_is_left_alone(saddle, environment, tmp_path):
    (tmp_path / "mine").write_text("mine")
    refused = subprocess.run([saddle, "package", tmp_path], env=environment, text=True, timeout=60,
                             capture_output=True)
    assert refused.returncode != 0 and "is not empty" in refused.stderr
    assert not (tmp_path / "bin").exists()
