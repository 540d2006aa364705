"""Each block of Saddle code in README.md is a program that runs as it stands."""
import re
from pathlib import Path

import pytest

README = Path(__file__).resolve().parents[2] / "README.md"
BLOCKS = re.findall(r"^```saddle\n(.*?)^```$", README.read_text(encoding="utf-8"), re.M | re.S)


def test_there_are_blocks():
    assert BLOCKS


@pytest.mark.parametrize("block", BLOCKS, ids=[block.split("\n")[0] for block in BLOCKS])
def test_block_runs(run_saddle, tmp_path, block):
    program = tmp_path / "readme.saddle"
    program.write_text(block, encoding="utf-8")
    finished = run_saddle(file=program, timeout=120)
    assert finished.returncode == 0, finished.stderr
    assert "error" not in finished.stderr
