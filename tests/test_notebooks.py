"""Every notebook runs from top to bottom on a fresh kernel: that run is its test."""
import nbformat
import pytest
from conftest import ROOT
from nbclient import NotebookClient

from policy_lda.report import prepare_notebook  # noqa: F401  (fails early if the package is not installed)

NOTEBOOKS = sorted(path for path in (ROOT / "nbs").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts and path.name != "report.ipynb")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(path):
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}).execute()
    kept = ROOT / "_exec" / path.relative_to(ROOT / "nbs")
    kept.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, kept)


def test_readme_is_what_the_index_says():
    import sys
    sys.path.insert(0, str(ROOT / "tools"))
    from readme import readme
    path = ROOT / "nbs" / "index.ipynb"
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(path.parent)}}).execute()
    assert (ROOT / "README.md").read_text(encoding="utf-8") == readme(notebook), "run `make export`"
