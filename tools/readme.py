"""README.md from nbs/index.ipynb: its prose, its code, and what the code prints.

    python tools/readme.py
"""
import os.path
import re

from nbconvert import MarkdownExporter
from nbformat import NotebookNode
from notebooks import NBS, ROOT, executed


def markdown(notebook: NotebookNode) -> str:
    "An executed notebook as Markdown; tables are shown as text, which every viewer can show."
    exporter = MarkdownExporter(config={"NbConvertBase": {"display_data_priority": ["text/plain"]}})
    text, _ = exporter.from_notebook_node(notebook)
    text = re.sub(r"\n((?: {4}.*\n)+)", lambda match: "\n```text\n" + re.sub(r"^ {4}", "", match[1], flags=re.M) + "```\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def readme() -> str:
    "What README.md says: the index notebook, with paths from the root of the repository."
    text = markdown(executed(NBS / "index.ipynb")).replace('"../seeds"', '"seeds"')
    text = re.sub(r"\]\(([^)#\s:]+)\)", lambda match: f"]({os.path.normpath('nbs/' + match[1])})", text)
    return f"<!-- Made from nbs/index.ipynb by tools/readme.py: edit the notebook. -->\n\n{text}"


if __name__ == "__main__":
    (ROOT / "README.md").write_text(readme(), encoding="utf-8")
