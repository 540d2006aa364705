"""jupyter-console, as a person types in a terminal."""
import os
import subprocess
import sys

import pexpect
import pytest


@pytest.fixture
def jupyter(kernelspecs, environment):
    """An environment in which Jupyter's commands find the kernel."""
    return environment | {"JUPYTER_PATH": os.path.join(environment["HOME"], "share", "jupyter")}


@pytest.fixture
def console(jupyter, tmp_path):
    """A running jupyter-console at its first prompt."""
    child = pexpect.spawn(
        sys.executable, ["-m", "jupyter_console", "--kernel", "saddle", "--simple-prompt"],
        cwd=str(tmp_path), encoding="utf-8", timeout=30,
        env=jupyter | {"TERM": "dumb"})
    child.expect(r"In \[\d*\]:")
    yield child
    child.close(force=True)


def test_results_text_faults_interrupts_and_the_way_out(console):
    console.sendline("6 * 7")
    console.expect("42")
    console.expect(r"In \[")
    console.sendline('print("hello")')
    console.expect("hello\r\n")
    console.expect(r"In \[")
    console.sendline("surely_unknown")
    console.expect("error")
    console.expect(r"\^\^\^")
    console.expect(r"In \[")
    console.sendline("while true { }")
    with pytest.raises(pexpect.TIMEOUT):
        console.expect(r"In \[", timeout=0.5)
    console.sendintr()
    console.expect("nterrupted")
    console.expect(r"In \[")
    console.sendline("6 * 7")
    console.expect("42")
    console.expect(r"In \[")
    console.sendline("exit")
    console.expect(pexpect.EOF)


def test_jupyter_run_runs_files_and_what_it_is_given(jupyter, tmp_path):
    """It hands the names of its files on to the kernel, which has no use for them."""
    (tmp_path / "program.saddle").write_text('print("from a file")\n')
    for arguments, given, seen in [(["program.saddle"], "", "from a file"), ([], "6 * 7", "42")]:
        ended = subprocess.run(
            [sys.executable, "-m", "jupyter_client.runapp", "--kernel", "saddle", *arguments],
            cwd=tmp_path, env=jupyter, input=given, capture_output=True, text=True, timeout=30)
        assert ended.returncode == 0, ended.stderr
        assert seen in ended.stdout
