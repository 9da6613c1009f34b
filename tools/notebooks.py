"""Every notebook runs once: the run is its test, and what it showed is kept in `_exec/` for README.md and the site.

    python tools/notebooks.py         # run those whose code, package or data have changed
"""
import hashlib
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import nbformat
from filelock import FileLock
from nbclient import NotebookClient

from policy_lda.report import package_versions

ROOT = Path(__file__).resolve().parent.parent
NBS, EXEC = ROOT / "nbs", ROOT / "_exec"
NOTEBOOKS = [path for path in sorted(NBS.rglob("*.ipynb")) if ".ipynb_checkpoints" not in path.parts and path.name != "report.ipynb"]
KERNEL = ["--InlineBackend.figure_formats=retina", "--log-level=ERROR"]


@cache
def common_sources() -> bytes:
    "A hash of what every notebook depends on: the package with its data, the seeds, measured results, the versions of the packages, and where the corpora are."
    files = [path for part, names in (("policy_lda", "*"), ("seeds", "*"), ("nbs", "*.csv"), ("benchmarks/results", "*")) for path in sorted((ROOT / part).rglob(names)) if path.is_file() and "__pycache__" not in path.parts]
    parts = [repr((path.relative_to(ROOT).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest())) for path in files]
    return hashlib.sha256("\n".join([*parts, repr(package_versions()), str(os.environ.get("POLICY_LDA_DATA"))]).encode()).digest()


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def executed(path: Path) -> nbformat.NotebookNode:
    "The notebook with its outputs: those that are kept if its code and the sources are the same, else it is run on a fresh kernel. New prose needs no new run."
    notebook, kept = nbformat.read(path, as_version=4), EXEC / path.relative_to(NBS)
    code = [re.sub(r"^#\|.*\n", "", cell.source, flags=re.M) for cell in code_cells(notebook)]
    key = hashlib.sha256(common_sources() + repr(code).encode()).hexdigest()
    kept.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(kept.with_suffix(".lock")):
        old = nbformat.read(kept, as_version=4) if kept.exists() else None
        if old and old.metadata.get("sources") == key:
            for cell, run in zip(code_cells(notebook), code_cells(old)):
                cell.update(outputs=run.outputs, execution_count=run.execution_count)
            notebook.metadata = old.metadata
            return notebook
        NotebookClient(notebook, timeout=300, kernel_name="python3", extra_arguments=KERNEL, resources={"metadata": {"path": str(path.parent)}}).execute(env={**os.environ, "PYDEVD_DISABLE_FILE_VALIDATION": "1"})
        notebook.metadata["sources"] = key
        nbformat.write(notebook, kept)
    return notebook


def seed_report() -> Path:
    "The folder of the report of the seeds, made by the command line when the sources have changed."
    report, key = EXEC / "report", EXEC / "report.key"
    EXEC.mkdir(exist_ok=True)
    with FileLock(EXEC / "report.lock"):
        if not report.exists() or not key.exists() or key.read_bytes() != common_sources():
            shutil.rmtree(report, ignore_errors=True)
            subprocess.run([Path(sys.executable).with_name("policy-lda"), "report", ROOT / "seeds", "-o", report], check=True)
            key.write_bytes(common_sources())
    return report


if __name__ == "__main__":
    for path in NOTEBOOKS:
        executed(path)
