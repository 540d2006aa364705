"""jupyter-console, as a person types in a terminal."""
import os
import sys

import pexpect
import pytest


@pytest.fixture
def console(kernelspecs, environment, tmp_path):
    """A running jupyter-console at its first prompt."""
    child = pexpect.spawn(
        sys.executable, ["-m", "jupyter_console", "--kernel", "saddle", "--simple-prompt"],
        cwd=str(tmp_path), encoding="utf-8", timeout=30,
        env=environment | {"JUPYTER_PATH": os.path.join(environment["HOME"], "share", "jupyter"),
                           "TERM": "dumb"})
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
