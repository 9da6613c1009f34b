"""The project's own rules: modules in step with notebooks, notebooks clean, imports one way, seeds untouched, packaging complete."""
import ast
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from configparser import ConfigParser
from fnmatch import fnmatch
from pathlib import Path

import pytest
from conftest import COMPLETE, ROOT

LIBRARY = sorted((ROOT / "nbs").glob("[0-9]*.ipynb"))
MODULE_OF = {path: re.search(r"#\| default_exp (\w+)", path.read_text(encoding="utf-8"))[1] for path in LIBRARY}
ORDER = list(MODULE_OF.values())


def test_modules_are_what_the_notebooks_export(tmp_path):
    for name in ("nbs", "policy_lda"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "tables", "figures", "model"))
    shutil.copy(ROOT / "settings.ini", tmp_path)
    subprocess.run([Path(sys.executable).with_name("nbdev_export")], cwd=tmp_path, check=True)
    for path in sorted((ROOT / "policy_lda").glob("*.py")):
        assert path.read_text(encoding="utf-8") == (tmp_path / "policy_lda" / path.name).read_text(encoding="utf-8"), f"{path.name}: run `make export`"
    assert (ROOT / "nbs/analysis/report.ipynb").read_bytes() == (ROOT / "policy_lda/notebooks/report.ipynb").read_bytes(), "run `make export`"


@pytest.mark.parametrize("path", sorted((ROOT / "nbs").rglob("*.ipynb")), ids=lambda path: path.stem)
def test_notebook_is_clean(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        assert not cell["metadata"] and not cell.get("outputs") and cell.get("execution_count") is None, "run `nbdev_clean`"
    assert set(notebook["metadata"]) <= {"kernelspec"}


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_chapter_keeps_its_form(path):
    cells = [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    exported = [source for source in code if source.startswith("#| export")]
    assert max(len(source.split("\n")) for source in exported) <= 40, "a cell of more than forty lines: split it"
    assert sum("assert " in source or "pytest.raises" in source for source in code) >= 2
    assert not any("#| hide" in source for source in code)


@pytest.mark.parametrize("module", ORDER)
def test_imports_point_one_way(module):
    tree = ast.parse((ROOT / "policy_lda" / f"{module}.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            assert module == "cli" or ORDER.index(node.module) < ORDER.index(module), f"{module} imports {node.module}"
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module] if isinstance(node, ast.ImportFrom) and not node.level else []
        assert not {name.split(".")[0] for name in names if name} & {"nbdev", "fastcore", "execnb", "jupyterlab", "jieba", "dask"}


def test_importing_the_package_is_light():
    probe = "import sys, policy_lda; print([m for m in ('gensim', 'pandas', 'matplotlib', 'nbdev', 'fastcore', 'jupyterlab') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_everyday_names_exist():
    import policy_lda
    assert len(policy_lda.__all__) >= 20 and all(getattr(policy_lda, name) is not None for name in policy_lda.__all__)


def test_seeds_are_the_original_bytes(seeds):
    digest = {path.name[:3]: hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in sorted(seeds.glob("*.txt"))}
    assert digest == {"000": "b0e9a3838a545af0", "001": "3256a0d6caff01e3", "002": "c02911765625b0e5", "003": "0a8869de71c4e17a", "004": "ece1f9636a043c39"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(".git", ".venv", "_exec", "_docs", "build", "*.egg-info", "__pycache__"))
    subprocess.run([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, source], check=True)
    return next(folder.glob("*.whl"))


@pytest.mark.xdist_group("wheel")
def test_wheel_has_data_and_extras(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        metadata = archive.read(next(name for name in names if name.endswith("METADATA"))).decode()
        points = archive.read(next(name for name in names if name.endswith("entry_points.txt"))).decode()
    assert {"policy_lda/data/lexicon.csv", "policy_lda/notebooks/report.ipynb", "policy_lda/page/report/index.html.j2", "policy_lda/page/report/report.css"} <= names
    with zipfile.ZipFile(wheel) as archive:
        assert {name: archive.read(f"policy_lda/seeds/{name}") for name in os.listdir(ROOT / "seeds")} == {path.name: path.read_bytes() for path in (ROOT / "seeds").iterdir()}
    config = ConfigParser(delimiters=["="])
    config.read(ROOT / "settings.ini", encoding="utf-8")
    for key in config["DEFAULT"]:
        if key.endswith("_requirements"):
            assert f"Provides-Extra: {key.removesuffix('_requirements')}" in metadata
    required = re.findall(r"^Requires-Dist: (.+)$", metadata, re.M)
    assert not any(line.startswith(("nbdev", "fastcore")) and "extra ==" not in line for line in required)
    assert "policy-lda = policy_lda.cli:main" in points.replace("policy-lda=policy", "policy-lda = policy")


@pytest.mark.xdist_group("wheel")
@pytest.mark.skipif(not COMPLETE, reason="installs every dependency anew (a minute, and the network); runs with POLICY_LDA_COMPLETE=1")
def test_wheel_runs_in_an_empty_environment(wheel, seeds, tmp_path):
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", wheel], check=True)
    probe = "import importlib.util as u; print([m for m in ('nbdev', 'fastcore') if u.find_spec(m)])"
    assert subprocess.run([python, "-c", probe], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    shutil.copytree(seeds, tmp_path / "articles")
    done = subprocess.run([python.with_name("policy-lda"), "report", "articles", "-o", "out"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "index.html").is_file()
    done = subprocess.run([python.with_name("policy-lda"), "report", "--example", "--topics", "2"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0 and (tmp_path / "example_report" / "index.html").is_file(), done.stderr
    done = subprocess.run([python.with_name("policy-lda"), "lab"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2 and done.stderr == "policy-lda: JupyterLab is not installed: install `policy-lda[lab]`.\n"


def test_the_source_distribution_can_be_built(tmp_path):
    "A wheel made from it has the seeds too."
    source = tmp_path / "source"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(".git", ".venv", "_exec", "build", "*.egg-info", "__pycache__"))
    subprocess.run([sys.executable, "-c", f"from setuptools import build_meta; build_meta.build_sdist({str(tmp_path)!r})"], cwd=source, check=True, capture_output=True)
    subprocess.run([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", tmp_path, next(tmp_path.glob("*.tar.gz"))], check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as archive:
        assert "policy_lda/seeds/metadata.csv" in archive.namelist()


def test_the_top_level_is_what_it_is_meant_to_be():
    kept = {"CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "MANIFEST.in", "Makefile", "README.md", "benchmarks", "nbs", "policy_lda", "pyproject.toml", "seeds", "settings.ini", "setup.py", "tests", "tools"}
    made = {path for path in (ROOT / ".gitignore").read_text(encoding="utf-8").replace("/", "").split("\n") if path and not path.startswith("#")}
    assert not [path.name for path in ROOT.iterdir() if not path.name.startswith(".") and path.name not in kept and not any(fnmatch(path.name, pattern) for pattern in made)]
