"""What every client test starts from: the built binary, scripts, and real kernels.

The binary is the release build, or what the environment variable SADDLE names. Every kernel and
every script gets private Jupyter, data and cache folders, so that nothing of the user's is read
or written, and every process is ended by its id.
"""
import os
import signal
import subprocess
from pathlib import Path

import pytest
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpecManager

from harness import Kernel, wait_until

ROOT = Path(__file__).resolve().parents[2]
MNIST = ROOT.parent / "shared" / "data" / "mnist"


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def saddle() -> Path:
    """The binary under test."""
    path = Path(os.environ.get("SADDLE", ROOT / ".build" / "release" / "saddle")).absolute()
    if not os.access(path, os.X_OK):
        pytest.exit(f"{path} is missing: run bash Kernel/test, or set SADDLE", returncode=2)
    return path


@pytest.fixture(scope="session")
def mnist_folder() -> Path | None:
    """The folder with MNIST's test part in gzip IDX files; None where it is absent."""
    return MNIST if MNIST.is_dir() else None


@pytest.fixture
def environment(tmp_path) -> dict[str, str]:
    """An environment in which home, Jupyter's folders and caches are private to the test."""
    private = tmp_path / "home"
    private.mkdir()
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("JUPYTER", "XDG_", "SADDLE", "PYTEST"))}
    return kept | {
        "HOME": str(private),
        "XDG_DATA_HOME": str(private / "data"),
        "XDG_CACHE_HOME": str(private / "cache"),
        "XDG_CONFIG_HOME": str(private / "config"),
        "JUPYTER_DATA_DIR": str(private / "jupyter"),
        "JUPYTER_CONFIG_DIR": str(private / "jupyter-config"),
        "JUPYTER_RUNTIME_DIR": str(private / "jupyter-runtime"),
        "IPYTHONDIR": str(private / "ipython"),
    }


@pytest.fixture
def run_saddle(saddle, environment, tmp_path):
    """Runs the binary to its end: `run_saddle("1 + 2")`, `run_saddle(file=path)`,
    `run_saddle(args=["--version"], stdin="...")`. Returns the finished process, text decoded."""
    def run(code=None, *, file=None, args=(), stdin=None, timeout=60, cwd=tmp_path, env=None):
        command = [str(saddle), *map(str, args)]
        if code is not None:
            command += ["-e", code]
        if file is not None:
            command += ["run", str(file)]
        return subprocess.run(
            command, input=stdin or "", text=True, capture_output=True, timeout=timeout, cwd=cwd,
            env=environment | (env or {}))
    return run


@pytest.fixture
def kernelspecs(saddle, environment) -> KernelSpecManager:
    """The kernelspec of the binary under test, installed by itself in a private folder."""
    subprocess.run([str(saddle), "install", "--prefix", environment["HOME"]], env=environment,
                   check=True, capture_output=True, text=True, timeout=30)
    folder = Path(environment["HOME"]) / "share" / "jupyter" / "kernels"
    return KernelSpecManager(kernel_dirs=[str(folder)], ensure_native_kernel=False)


@pytest.fixture
def start_kernel(kernelspecs, environment, tmp_path):
    """Starts real kernels through their kernelspec, as Jupyter does, and ends them all:
    `start_kernel()`, `start_kernel(env={...}, **traits_of_KernelManager)`."""
    started = []

    def start(env=None, cwd=tmp_path, **traits) -> Kernel:
        manager = KernelManager(
            kernel_name="saddle", kernel_spec_manager=kernelspecs,
            connection_file=str(tmp_path / f"connection-{len(started)}.json"), **traits)
        manager.start_kernel(env=environment | (env or {}), cwd=str(cwd))
        kernel = Kernel(manager)
        started.append(kernel)
        kernel.connect()
        return kernel

    yield start
    for kernel in started:
        kernel.close()


@pytest.fixture
def kernel(start_kernel) -> Kernel:
    """One real kernel with a connected client."""
    return start_kernel()


@pytest.fixture
def child_processes():
    """Append what `subprocess.Popen` returned: it is ended after the test, with its children."""
    processes = []
    yield processes
    for process in processes:
        for sign in (signal.SIGTERM, signal.SIGKILL):
            if process.poll() is None:
                try:
                    os.killpg(process.pid, sign)
                except (ProcessLookupError, PermissionError):
                    process.send_signal(sign)
                wait_until(lambda: process.poll() is not None, 5, required=False)
