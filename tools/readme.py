"""README.md from nbs/index.ipynb: its prose, its code, and what the code prints.

    python tools/readme.py            # execute the notebook and write README.md
"""
import os.path
import re
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert import MarkdownExporter

ROOT = Path(__file__).resolve().parent.parent
INDEX = ROOT / "nbs" / "index.ipynb"


def from_root(match: re.Match) -> str:
    "A relative link of the notebook as a link from the root of the repository."
    return match[0] if "://" in match[2] else f"{match[1]}({os.path.normpath('nbs/' + match[2])})"


def readme(notebook: nbformat.NotebookNode) -> str:
    "The Markdown of an executed index notebook, with paths from the root of the repository; tables are shown as text, which every viewer can show."
    exporter = MarkdownExporter(config={"NbConvertBase": {"display_data_priority": ["text/plain"]}})
    text, _ = exporter.from_notebook_node(notebook)
    text = re.sub(r"(\])\(([^)#\s]+)\)", from_root, text).replace("\"../seeds\"", "\"seeds\"")
    text = re.sub(r"\n((?: {4}.*\n)+)", lambda match: "\n```text\n" + re.sub(r"^ {4}", "", match[1], flags=re.M) + "```\n", text)
    return "<!-- Made from nbs/index.ipynb by tools/readme.py: edit the notebook. -->\n\n" + re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


if __name__ == "__main__":
    notebook = nbformat.read(INDEX, as_version=4)
    NotebookClient(notebook, resources={"metadata": {"path": str(INDEX.parent)}}).execute()
    (ROOT / "README.md").write_text(readme(notebook), encoding="utf-8")
