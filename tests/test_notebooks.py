"""Every notebook runs from top to bottom on a fresh kernel: that run is its test, and README.md and the site are made from it."""
import pytest
from conftest import ROOT
from notebooks import NOTEBOOKS, executed
from readme import readme


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(path):
    executed(path)


def test_readme_is_what_the_index_says():
    assert (ROOT / "README.md").read_text(encoding="utf-8") == readme(), "run `make export`"
