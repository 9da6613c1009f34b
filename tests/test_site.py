"""The docs site: complete, without dead links, readable in light and dark and on a phone, for everybody, without a network."""
import importlib
from pathlib import Path
from types import FunctionType

import pytest
from conftest import launched
from docs import build, modules
from lxml import html

pytestmark = pytest.mark.xdist_group("site")


@pytest.fixture(scope="module")
def site() -> Path:
    return build()


@pytest.fixture(scope="module")
def pages(site) -> dict[Path, html.HtmlElement]:
    "Every page of the site, parsed; the report has tests of its own."
    return {path: html.parse(path).getroot() for path in sorted(site.rglob("*.html")) if path.relative_to(site).parts[0] not in ("report", "_static")}


def test_links_lead_somewhere(site, pages):
    ids = {path: set(tree.xpath("//@id")) for path, tree in pages.items()}
    dead, shown = [], {"14_report.html: tables/t.csv"}  # an output that shows what a link looks like
    for path, tree in pages.items():
        for link in tree.xpath("//a/@href | //img/@src | //script/@src | //link[@rel='stylesheet']/@href"):
            address, _, anchor = link.partition("#")
            target = (path.parent / address.partition("?")[0]).resolve() if address else path
            if "://" not in link and not link.startswith(("data:", "mailto:")) and not (target.is_file() and (not anchor or anchor in ids.get(target, {anchor}))):
                dead.append(f"{path.relative_to(site)}: {link}")
    assert set(dead) == shown


def test_every_public_function_is_in_the_reference(site, pages):
    for name, chapter in modules().items():
        module, tree = importlib.import_module(f"policy_lda.{name}"), pages[site / "api" / f"{name}.html"]
        for public in module.__all__:
            if isinstance(getattr(module, public), (type, FunctionType)):
                assert tree.xpath(f"//dt[@id='policy_lda.{name}.{public}']") and tree.xpath(f"//a[@href='../{chapter.stem}.html#{public}']"), public


def test_markdown_copies_are_listed(site):
    listed = [line.partition("](")[2].partition(")")[0] for line in (site / "llms.txt").read_text(encoding="utf-8").splitlines() if line.startswith("- ")]
    assert len(listed) > 30 and all((site / address).read_text(encoding="utf-8").startswith("# ") for address in listed)
    assert (site / "report" / "index.html").is_file()


@pytest.fixture(scope="module")
def browser(chromium):
    with launched(chromium) as browser:
        yield browser


def test_pages_in_a_browser(site, pages, browser):
    "In light, dark and as wide as a phone: no error, no other host, no picture missing or without a text, nothing wider than the page, no serious finding of axe."
    from axe_playwright_python.sync_playwright import Axe
    page, problems = browser.new_page(reduced_motion="reduce"), []
    page.on("console", lambda message: message.type == "error" and problems.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
    page.on("request", lambda request: request.url.startswith(("file:", "data:", "blob:", "about:")) or problems.append(f"{page.url}: asks {request.url}"))

    def serious(where: str, part: str | None, rules: dict) -> list[str]:
        "What axe finds in the page as it is, or in a part of it."
        found = Axe().run(page, context=part, options={"resultTypes": ["violations"], "preload": False, **rules}).response["violations"]
        return [f"{page.url} {where}: {rule['id']} {node['html'][:150]}" for rule in found if rule["impact"] in ("serious", "critical") for node in rule["nodes"][:2]]

    for path in pages:
        page.set_viewport_size({"width": 1300, "height": 900})
        page.emulate_media(color_scheme="light")
        page.goto(path.as_uri(), wait_until="load")
        page.add_style_tag(content="*, ::before, ::after { transition: none !important; animation: none !important; }")  # a colour on its way to the other is neither
        problems += [f"{page.url}: picture {image}" for image in page.evaluate("[...document.images].filter(i => i.src && !(i.complete && i.naturalWidth && i.alt.trim())).map(i => i.src.slice(0, 80))")]
        problems += serious("whole page", None, {"rules": {"color-contrast": {"enabled": False}}})
        part = None if path.name == "index.html" else ".bd-article-container"
        if part:  # the colours of the frame and of code are the same everywhere; to judge each of a thousand words takes axe half a minute
            page.evaluate("document.querySelectorAll('.highlight pre').forEach(code => code.textContent = code.textContent)")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_function(f"document.documentElement.dataset.theme == '{scheme}'")
            problems += serious(scheme, part, {"runOnly": ["color-contrast"]})
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(path.as_uri(), wait_until="load")  # as a phone does
        page.evaluate("new Promise(done => { dispatchEvent(new Event('resize')); setTimeout(done, 400); })")  # the theme waits 300 ms before it says which boxes scroll
        if page.evaluate("[document.documentElement, ...document.querySelectorAll('.bd-article-container')].some(part => part.scrollWidth > part.clientWidth)"):
            problems.append(f"{page.url}: wider than a phone")
        problems += serious("phone", None, {"rules": {"color-contrast": {"enabled": False}}})
    assert not problems, "\n".join(problems)


def test_search_finds_a_function(site, browser):
    page = browser.new_page()
    page.goto((site / "search.html").as_uri() + "?q=keyword_trend")
    page.locator("#search-results a", has_text="policy_lda.trends.keyword_trend").first.click()
    assert page.url.endswith("api/trends.html#policy_lda.trends.keyword_trend")
    page.locator("dt[id='policy_lda.trends.keyword_trend'] a", has_text="source").click()
    assert page.url.endswith("09_trends.html#keyword_trend") and "def keyword_trend(" in page.locator("#keyword_trend + .cell, #keyword_trend ~ .cell").first.text_content()


def test_code_is_copied(site, browser):
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    page.locator("div.cell_input").first.hover()
    page.locator("div.cell_input button.copybtn").first.click()
    assert page.evaluate("navigator.clipboard.readText()").startswith("from policy_lda import apply_ledger")
