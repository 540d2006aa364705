"""Executes a notebook through the real kernel and writes what came of it.

Usage: headless.py NOTEBOOK FOLDER. Leaves NOTEBOOK with its outputs, its HTML and each of its
pictures in FOLDER and says where. Ends with 1, and shows the error, when a cell fails.
"""
import base64
import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert import HTMLExporter

SECONDS_PER_CELL = 300
ANSI = re.compile(r"\x1b\[[0-9;]*m")


class Talkative(NotebookClient):
    """Tells which cell runs and how long it took."""

    async def async_execute_cell(self, cell, cell_index, **options):
        if cell.cell_type != "code":
            return await super().async_execute_cell(cell, cell_index, **options)
        first = next(iter(cell.source.strip().splitlines()), "")
        print(f"  cell {cell_index + 1:2} of {len(self.nb.cells)}  {first[:52]:52}",
              end="", flush=True)
        began = time.monotonic()
        try:
            return await super().async_execute_cell(cell, cell_index, **options)
        finally:
            print(f" {time.monotonic() - began:6.1f} s", flush=True)


def pictures(notebook):
    """Name and bytes of every PNG among the outputs: `cell-07-1.png` is the first of cell 7."""
    for number, cell in enumerate(notebook.cells, 1):
        outputs = cell.get("outputs", [])
        pngs = [output["data"]["image/png"] for output in outputs
                if "image/png" in output.get("data", {})]
        for index, png in enumerate(pngs, 1):
            yield f"cell-{number:02}-{index}.png", base64.b64decode(png)


def write(notebook, name, folder):
    """Writes the notebook, its HTML and its pictures; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"{name}*"):
        old.unlink()
    executed = folder / f"{name}.ipynb"
    nbformat.write(notebook, executed)
    page = folder / f"{name}.html"
    page.write_text(HTMLExporter().from_notebook_node(notebook)[0], encoding="utf-8")
    paths = [executed, page]
    for suffix, png in pictures(notebook):
        paths.append(folder / f"{name}-{suffix}")
        paths[-1].write_bytes(png)
    return paths


def main():
    source, folder = Path(sys.argv[1]), Path(sys.argv[2])
    if not source.is_file():
        sys.exit(f"Kernel/start: there is no notebook {source}")
    notebook = nbformat.read(source, as_version=4)
    client = Talkative(notebook, kernel_name="saddle", timeout=SECONDS_PER_CELL,
                       resources={"metadata": {"path": str(source.parent)}})
    print(f"{source} runs:")
    failure = None
    try:
        client.execute()
    except CellExecutionError as error:
        failure = f"a cell failed.\n{ANSI.sub('', error.traceback).strip()}"
    except CellTimeoutError:
        failure = f"a cell took longer than {SECONDS_PER_CELL} s."
    except DeadKernelError:
        failure = "the kernel died."
    paths = write(notebook, source.stem, folder)
    print("Written:")
    for path in paths:
        print(f"  {path}")
    if failure:
        sys.exit(f"Kernel/start: {source}: {failure}")


main()
