"""What Kernel/setup says when the machine lacks something: one line that tells what to do.

Each test runs the real script in a copy of Kernel/ on a machine made poorer for it: a PATH
without a tool, a package database that is empty, proxies that lead to a closed port.
"""
import os
import shutil
import subprocess
import tempfile
import textwrap
from pathlib import Path

import pytest

CLOSED = "http://127.0.0.1:9"
ON_DEBIAN = shutil.which("apt-get") is not None and shutil.which("dpkg-query") is not None
debian = pytest.mark.skipif(not ON_DEBIAN, reason="speaks of Debian's packages")


class Machine:
    """A place with a copy of the scripts and a PATH of its own."""

    def __init__(self, root, place):
        self.root, self.place = root, place
        self.bin = place / "bin"
        self.bin.mkdir()
        self.clone = place / "saddle"
        self.clone.mkdir()
        shutil.copytree(root / "Kernel", self.clone / "Kernel",
                        ignore=shutil.ignore_patterns("__pycache__"))
        home = place / "home"
        home.mkdir()
        self.environment = {
            "PATH": str(self.bin), "HOME": str(home), "LANG": "C.UTF-8",
            "PYTHON": shutil.which("python3", path="/usr/bin") or shutil.which("python3")}
        for folder in reversed(os.environ["PATH"].split(os.pathsep)):
            self.offer(Path(folder))

    def offer(self, folder):
        for tool in folder.iterdir() if os.access(folder, os.R_OK | os.X_OK) else ():
            self.remove(tool.name)
            (self.bin / tool.name).symlink_to(tool)

    def remove(self, name):
        (self.bin / name).unlink(missing_ok=True)

    def replace(self, name, script):
        """Puts a shell script in the place of a tool."""
        self.remove(name)
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{textwrap.dedent(script)}")
        path.chmod(0o755)
        return path

    def without_packages(self):
        """dpkg's database is empty: every package is missing."""
        folder = self.place / "dpkg"
        (folder / "info").mkdir(parents=True)
        (folder / "updates").mkdir()
        for name in ("status", "available"):
            (folder / name).touch()
        self.environment["DPKG_ADMINDIR"] = str(folder)

    def with_the_libraries_in_place(self):
        """Everything before the build is there already, as after a first run."""
        (self.clone / ".venv").symlink_to(self.root / ".venv")

    def setup(self, *arguments, as_nobody=False, seconds=120):
        command = ["/bin/bash", str(self.clone / "Kernel" / "setup"), *arguments]
        if as_nobody and os.getuid() == 0:
            shutil.chown(self.clone, "nobody")
            command = [shutil.which("setpriv"), "--reuid", "nobody", "--clear-groups", *command]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=seconds, cwd=self.place)


@pytest.fixture
def machine(root):
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        place.chmod(0o755)
        yield Machine(root, place)


def the_line(finished):
    """The one line that a failed set-up leaves on standard error."""
    assert finished.returncode == 1, finished.stdout + finished.stderr
    lines = finished.stderr.strip().splitlines()
    assert len(lines) == 1, finished.stderr
    assert lines[0].startswith("Kernel/setup: ")
    return lines[0]


def test_no_swift(machine):
    machine.remove("swift")
    line = the_line(machine.setup())
    assert "no swift on the PATH" in line
    assert "https://www.swift.org/install" in line


def test_old_swift(machine):
    machine.replace("swift", "echo 'Swift version 5.10.1 (swift-5.10.1-RELEASE)'\n")
    line = the_line(machine.setup())
    assert "this is Swift 5.10.1" in line and "6.0 or newer" in line
    assert "https://www.swift.org/install" in line


def test_a_swift_that_cannot_run(machine):
    machine.replace("swift", "echo 'swift: libncurses.so.6: cannot open' >&2; exit 127\n")
    line = the_line(machine.setup())
    assert "swift --version fails (swift: libncurses.so.6: cannot open)" in line
    assert "https://www.swift.org/install" in line


def test_old_python(machine):
    python = machine.replace("old-python", "exit 1\n")
    machine.environment["PYTHON"] = str(python)
    if ON_DEBIAN:
        machine.replace("dpkg-query", "echo installed\n")
    assert "Python 3.11 or newer" in the_line(machine.setup())


def test_python_without_venv(machine):
    python = machine.replace("bare-python", f"""
        case "$*" in *ensurepip*) exit 1 ;; esac
        exec {machine.environment["PYTHON"]} "$@"
        """)
    machine.environment["PYTHON"] = str(python)
    if ON_DEBIAN:
        machine.replace("dpkg-query", "echo installed\n")
    line = the_line(machine.setup())
    assert "has no venv module: install python3-venv" in line


@debian
def test_neither_root_nor_sudo(machine):
    machine.without_packages()
    machine.remove("sudo")
    line = the_line(machine.setup(as_nobody=True))
    assert "there is no sudo here" in line
    assert "Ask an administrator to run: apt-get install libzmq3-dev" in line
    assert "libchafa-dev" in line


@debian
def test_sudo_that_wants_a_password_and_nobody_to_type_it(machine):
    machine.without_packages()
    machine.replace("sudo", "echo 'sudo: a password is required' >&2; exit 1\n")
    line = the_line(machine.setup(as_nobody=True))
    assert "sudo wants a password with no terminal to type it on" in line
    assert "apt-get install libzmq3-dev" in line


@debian
@pytest.mark.skipif(os.getuid() != 0, reason="apt is run without sudo by root only")
def test_no_network_for_apt(machine):
    """The real apt-get, which may only download, knows no installed package and meets a closed
    port; its lists and archives lie in the test's own folder."""
    machine.without_packages()
    state = machine.place / "apt"
    for folder in ("lists/partial", "archives/partial"):
        (state / folder).mkdir(parents=True)
    settings = state / "apt.conf"
    settings.write_text(f"""
        APT::Get::Download-Only "true";
        Dir::State::status "{machine.environment["DPKG_ADMINDIR"]}/status";
        Dir::State::lists "{state}/lists";
        Dir::Cache "{state}";
        Acquire::http::Proxy "{CLOSED}";
        Acquire::https::Proxy "{CLOSED}";
        """)
    machine.environment["APT_CONFIG"] = str(settings)
    line = the_line(machine.setup())
    assert "apt-get could not install libzmq3-dev" in line
    assert "Is there a network?" in line and "setup.log" in line


def test_no_network_for_python(machine):
    machine.environment |= {
        "PIP_INDEX_URL": f"{CLOSED}/simple", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}
    line = the_line(machine.setup())
    assert "pip could not install JupyterLab from PyPI" in line
    assert "Is there a network?" in line and "setup.log" in line


def test_no_network_for_swift_packages(machine):
    machine.with_the_libraries_in_place()
    shutil.copy(machine.root / "Package.swift", machine.clone)
    (machine.clone / "Sources").symlink_to(machine.root / "Sources")
    (machine.clone / "Tests").symlink_to(machine.root / "Tests")
    machine.environment |= {
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "http.proxy", "GIT_CONFIG_VALUE_0": CLOSED,
        "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    line = the_line(machine.setup())
    assert "could not be fetched from github.com" in line


def test_a_source_that_does_not_compile(machine):
    machine.with_the_libraries_in_place()
    sources = machine.clone / "Sources" / "saddle"
    sources.mkdir(parents=True)
    (sources / "main.swift").write_text("let number: Int = true\n")
    (machine.clone / "Package.swift").write_text(textwrap.dedent("""
        // swift-tools-version: 6.0
        import PackageDescription
        let package = Package(
            name: "saddle", products: [.executable(name: "saddle", targets: ["saddle"])],
            targets: [.executableTarget(name: "saddle")])
        """).lstrip())
    finished = machine.setup()
    assert finished.returncode == 1
    assert "main.swift:1:19: error: cannot convert value" in finished.stderr
    assert finished.stderr.strip().splitlines()[-1].startswith("Kernel/setup: the build failed")


def test_an_unknown_option(machine):
    finished = machine.setup("--quick")
    assert finished.returncode == 2
    assert finished.stderr == "Usage: bash Kernel/setup [--tests]\n"


def test_every_check_runs_even_if_the_first_fails(machine):
    """Kernel/test with a set-up that is done, a Swift whose every command fails, and client
    tests that pass."""
    (machine.clone / "Kernel" / "setup").write_text("exit 0\n")
    python = machine.clone / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\necho the client tests ran\n")
    python.chmod(0o755)
    machine.replace("swift", 'echo "swift $1 ran" && exit 3\n')
    finished = subprocess.run(
        ["/bin/bash", machine.clone / "Kernel" / "test"], env=machine.environment, text=True,
        capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
    assert finished.returncode == 1
    for name in ("swift format ran", "swift test ran", "the client tests ran"):
        assert name in finished.stdout
    words = [line.split()[-3] for line in finished.stdout.split("==== Summary\n")[1].splitlines()]
    assert words == ["FAILED", "FAILED", "passed"]

    machine.replace("swift", "exit 0\n")
    finished = subprocess.run(
        ["/bin/bash", machine.clone / "Kernel" / "test"], env=machine.environment, text=True,
        capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
    assert finished.returncode == 0
