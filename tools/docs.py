"""The docs site, made from the notebooks as they ran: pages, reference, Markdown copies and the report of the seeds, in `_docs/`.

    python tools/docs.py
"""
import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from notebooks import EXEC, NBS, NOTEBOOKS, ROOT, executed, seed_report
from readme import markdown

from policy_lda import plots

SOURCE, SITE, DOCS = EXEC / "source", EXEC / "site", ROOT / "_docs"
SECTIONS = {"guide": ("Guide", "How to do it, step by step."), "analysis": ("Narratives", "A question, its answer in a figure, and what would change our mind."),
            "": ("Library", "Each chapter is a module of the package: why, the code, its result, a check.")}
REPORT = "(!\\[[^]]*\\]\\(images/report.png\\))"


def alt_text(code: str) -> str:
    "What the figure of a cell shows: its line `#| fig-alt: …`, or the first sentence about the function that draws it."
    if given := re.search(r"^#\| fig-alt: (.+)", code, re.M):
        return given[1]
    drawn = [getattr(plots, name).__doc__ for name in re.findall(r"\bplot_\w+", code) if hasattr(plots, name)]
    if not drawn:
        raise ValueError(f"A figure without a text for those who do not see it: begin its cell with `#| fig-alt: …`.\n\n{code}")
    return drawn[0].split("\n")[0].replace("`", "")


def modules() -> dict[str, Path]:
    "Each module with the chapter that it is exported from."
    return {found[1]: path for path in NOTEBOOKS if (found := re.search(r"#\| default_exp (\w+)", path.read_text(encoding="utf-8")))}


def defined(code: str) -> list[str]:
    "The names that a cell defines."
    body = ast.parse(code).body
    return [node.name for node in body if isinstance(node, (ast.FunctionDef, ast.ClassDef))] + [target.id for node in body if isinstance(node, ast.Assign) for target in node.targets if isinstance(target, ast.Name)]


def page(path: Path) -> NotebookNode:
    "An executed notebook as a page: directives become places to link to, figures get their text, links out of `nbs/` stay within the site."
    notebook, cells = executed(path), []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"\]\(((?:\.\./)*)\.\./(?=seeds/|[A-Z]+\.md)", r"](\1", cell.source)
            cells.append(cell)
            continue
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                cell.metadata["mystnb"] = {"image": {"alt": alt_text(cell.source)}}
                output.data["text/plain"] = f"Figure: {alt_text(cell.source)}"
        if module := re.match(r"#\| default_exp (\w+)", cell.source):
            cells.append(new_markdown_cell(f"This chapter is the module `policy_lda.{module[1]}`; its functions are listed in the [reference](api/{module[1]}.rst)."))
        elif cell.source.startswith("#| export"):
            cells.append(new_markdown_cell("\n".join(f'<div id="{name}"></div>' for name in defined(cell.source))))
        cell.source = re.sub(r"^#\|.*\n*", "", cell.source, flags=re.M)
        if cell.source and all(isinstance(node, (ast.Import, ast.ImportFrom)) for node in ast.parse(cell.source).body):
            cell.metadata.update(tags=["hide-input"], mystnb={"code_prompt_show": "Imports", "code_prompt_hide": "Imports"})
        cells += [cell] if cell.source else []
    notebook.cells = [cell for cell in cells if cell.source]
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
    return notebook


def write(path: str, text: str):
    (SOURCE / path).parent.mkdir(parents=True, exist_ok=True)
    (SOURCE / path).write_text(text, encoding="utf-8")


def contents(title: str, intro: str, entries: list[tuple[str, str, str]]) -> str:
    "A page that lists others, each with its promise; `entries` are address, title and promise."
    listed = "\n".join(f"- [{name}]({address}): {promise}" for address, name, promise in entries)
    return f"# {title}\n\n{intro}\n\n{listed}\n\n```{{toctree}}\n:hidden:\n\n" + "\n".join(address for address, _, _ in entries) + "\n```\n"


def sources():
    "Everything that Sphinx reads, and the Markdown copies of the pages."
    shutil.rmtree(SOURCE, ignore_errors=True)
    shutil.copytree(NBS / "images", SOURCE / "images")
    shutil.copytree(ROOT / "seeds", SOURCE / "seeds")
    for path in reversed(NOTEBOOKS):  # the tests go the other way: two workers meet once, and neither waits for the other long
        executed(path)
    pages = {path.relative_to(NBS): page(path) for path in NOTEBOOKS}
    heads = {path: re.match(r"\s*# (.+)\n+> (.+)", notebook.cells[0].source).groups() for path, notebook in pages.items()}
    llms, tops = ["# {}\n\n> {}\n".format(*heads[Path("index.ipynb")])], []
    for folder, (title, intro) in SECTIONS.items():
        entries = [(path.as_posix(), *heads[path]) for path in pages if path.parent == Path(folder) and path.stem != "index"]
        if entries:
            tops.append(f"{title.lower()}.md")
            write(tops[-1], contents(title, intro, entries))
            llms.append(f"## {title}\n\n" + "\n".join(f"- [{name}]({address.replace('.ipynb', '.md')}): {promise}" for address, name, promise in entries) + "\n")
    write("reference.md", contents("API reference", "Every public name, module by module. **[source]** leads to the chapter that explains it.", [(f"api/{name}.rst", name, heads[path.relative_to(NBS)][1]) for name, path in modules().items()]))
    for name, path in modules().items():
        write(f"api/{name}.rst", f"{name}\n{'=' * len(name)}\n\nExplained in :doc:`/{path.stem}`.\n\n.. automodule:: policy_lda.{name}\n   :members:\n")
    for name in ("CONTRIBUTING.md", "CHANGELOG.md"):
        write(name, re.sub(r"\]\(nbs/", "](", (ROOT / name).read_text(encoding="utf-8")))
    home = pages[Path("index.ipynb")]
    home.cells[0].source = re.sub(REPORT, r'<a href="report/index.html">\1</a>' "\n\n" r'<a href="report/index.html">Open this report</a>, as it was made with these pages.', home.cells[0].source)
    for path, notebook in pages.items():
        text = markdown(notebook)
        (SITE / path).parent.mkdir(parents=True, exist_ok=True)
        (SITE / path).with_suffix(".md").write_text(re.sub(r"(\]\([^):]+)\.ipynb", r"\1.md", text).replace(".rst)", ".html)"), encoding="utf-8")
    (SITE / "llms.txt").write_text("\n".join(llms), encoding="utf-8")
    home.cells.append(new_markdown_cell("```{toctree}\n:hidden:\n\n" + "\n".join([*tops, "reference.md", "CONTRIBUTING.md", "CHANGELOG.md", "seeds/README.md"]) + "\n```"))
    for path, notebook in pages.items():
        write(path.as_posix(), nbformat.writes(notebook))


def build() -> Path:
    "Make `_docs/` anew; a warning of Sphinx is an error."
    shutil.rmtree(SITE, ignore_errors=True)
    sources()
    shutil.copytree(seed_report(), SITE / "report")
    subprocess.run([sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-n", "-E", "-j", "2", "-c", ROOT / "tools" / "site", "-d", EXEC / "doctrees", SOURCE, SITE], check=True)
    shutil.rmtree(DOCS, ignore_errors=True)
    return SITE.rename(DOCS)


if __name__ == "__main__":
    print(build() / "index.html")
