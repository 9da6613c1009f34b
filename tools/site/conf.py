"""Sphinx over the pages that tools/docs.py writes."""
import re
import sys
from configparser import ConfigParser
from pathlib import Path

from docutils.nodes import SkipNode
from fastcore.docments import docments
from math_core import LatexToMathML

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = {re.search(r"#\| default_exp (\w+)", path.read_text(encoding="utf-8"))[1]: path.stem for path in (ROOT / "nbs").glob("[0-9]*.ipynb")}
config = ConfigParser(delimiters=["="])
config.read(ROOT / "settings.ini", encoding="utf-8")
facts = config["DEFAULT"]

project, author, copyright, release = facts["title"], facts["author"], facts["copyright"], facts["version"]
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.linkcode", "sphinx_copybutton"]
nb_execution_mode = "off"
nb_merge_streams = True
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence", "deflist"]
myst_heading_anchors = 3
html_math_renderer = "mathml"

default_role = "code"
add_module_names = False
autodoc_member_order = "bysource"
autodoc_class_signature = "mixed"
toc_object_entries_show_parents = "hide"
nitpick_ignore_regex = [("py:.*", ".*")]

html_theme = "pydata_sphinx_theme"
html_title = project
html_static_path = ["custom.css"]
html_css_files = ["custom.css"]
html_show_sourcelink = html_copy_source = False
html_show_search_summary = False  # it fetches pages, which a browser does not allow for files
html_use_index = html_domain_indices = False
html_sidebars = {"index": []}
html_theme_options = {
    "logo": {"text": project}, "navbar_align": "left", "navbar_end": ["theme-switcher"], "navbar_persistent": ["search-button"], "header_links_before_dropdown": 5,
    "secondary_sidebar_items": ["page-toc"], "show_toc_level": 2, "navigation_with_keys": False, "footer_start": ["copyright"], "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light", "pygments_dark_style": "a11y-high-contrast-dark"}
html_context = {"default_mode": "auto"}
copybutton_selector = "div.cell_input pre, div:not(.output) > div.highlight > pre"

to_mathml = LatexToMathML()


def formula(displayed: bool):
    "A visitor that writes a formula as MathML, which browsers show without a script; the theme lets keys scroll what has its class for tables."
    def visit(translator, node):
        markup = to_mathml.convert_with_local_state(node.astext(), displaystyle=displayed)
        translator.body.append(f'<div class="formula pst-scrollable-table-container">{markup}</div>' if displayed else markup)
        raise SkipNode
    return visit, None


def linkcode_resolve(domain, info):
    "The place in the chapter where a name is defined and explained."
    return f"../{CHAPTERS[info['module'].removeprefix('policy_lda.')]}.html#{info['fullname'].split('.')[0]}"


def add_comments(app, what, name, thing, options, lines):
    "The comments beside the parameters (nbdev's docments) become the list of parameters."
    if what not in ("function", "method", "class"):
        return
    lines.append("")
    for parameter, told in docments(thing, full=True).items():
        if told["docment"]:
            lines.append(f":returns: {told['docment']}" if parameter == "return" else f":param {parameter}: {told['docment']}")


def setup(app):
    app.add_html_math_renderer("mathml", formula(False), formula(True))
    app.connect("autodoc-process-docstring", add_comments)
