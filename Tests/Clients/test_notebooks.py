"""Every lesson runs from top to bottom, and is stored with what it shows."""
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "Notebooks").glob("*.ipynb"))
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook):
    return [output for cell in code_cells(notebook) for output in cell.outputs]


def pngs(notebook):
    return [output for output in outputs(notebook) if "image/png" in output.get("data", {})]


def test_there_is_a_first_lesson():
    assert [path.name for path in NOTEBOOKS][:1] == ["01-least-squares-gan.ipynb"]


@each_notebook
def test_runs(path, kernelspecs, environment, mnist_folder, tmp_path):
    """Executed afresh; it shows as many pictures as the stored one does."""
    stored = nbformat.read(path, as_version=4)
    notebook = nbformat.read(path, as_version=4)
    manager = AsyncKernelManager(kernel_name="saddle", kernel_spec_manager=kernelspecs)
    client = NotebookClient(notebook, km=manager, timeout=300,
                            resources={"metadata": {"path": str(tmp_path)}})
    data = {"SADDLE_DATA": str(mnist_folder)} if mnist_folder else {}
    client.execute(env=environment | data)
    assert not [output for output in outputs(notebook) if output.output_type == "error"]
    assert len(pngs(notebook)) == len(pngs(stored))


@each_notebook
def test_is_stored_with_its_outputs(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "saddle"
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1))
    assert not [output for output in outputs(notebook) if output.output_type == "error"]
    assert pngs(notebook)


@pytest.mark.parametrize("path", NOTEBOOKS[1:], ids=[path.stem for path in NOTEBOOKS[1:]])
def test_ends_with_what_it_claims(path):
    """So an executed lesson fails when its claim does not hold."""
    notebook = nbformat.read(path, as_version=4)
    assert 10 <= len(notebook.cells) <= 15
    assert "\nassert " in notebook.cells[-1].source
    assert "arxiv.org/abs/" in "".join(cell.source for cell in notebook.cells)


def test_the_first_lesson_is_short_and_shows_a_grid_and_curves():
    notebook = nbformat.read(NOTEBOOKS[0], as_version=4)
    assert len(code_cells(notebook)) <= 10
    said = [output["data"].get("text/plain", "") for output in pngs(notebook)]
    assert any("sample" in text for text in said), said
    assert any("loss" in text or "curve" in text for text in said), said
