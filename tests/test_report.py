"""The whole: five seed articles in, an executed report out, as a user sees it."""
import json
import re
import shutil

import nbformat
import pandas as pd
import pytest
from conftest import launched, run_cli

from policy_lda import read_articles
from policy_lda.report import verify_report

pytestmark = pytest.mark.xdist_group("report")
BANNED = "her she mother father porridge click video".split()


def table(report, name):
    return pd.read_csv(report / "tables" / f"{name}.csv")


def test_everything_is_written(seed_report):
    assert {"index.html", "report.ipynb", "manifest.json", "tables", "figures", "model"} == {path.name for path in seed_report.iterdir()}
    notebook = nbformat.read(seed_report / "report.ipynb", as_version=4)
    assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")
    assert verify_report(seed_report).empty
    assert not list((seed_report / "model").glob("*.pkl"))


def test_no_topic_is_about_her(seed_report):
    terms = table(seed_report, "topic_terms")
    assert (terms.groupby("topic").size() == 20).all()
    assert not set(terms["term"]) & set(BANNED)


def test_a_concept_counts_all_its_wordings(seed_report):
    # counted in the texts by hand: "new (quality) productive forces" and "new (quality) productivity"
    mentions = table(seed_report, "mentions")
    one = mentions[mentions["concept"] == "new_quality_productive_forces"]
    assert one["article_id"].str[:3].value_counts().to_dict() == {"003": 27, "004": 9, "000": 1}
    variants = table(seed_report, "variants")
    used = variants[(variants["concept"] == "new_quality_productive_forces") & (variants["n_mentions"] > 0)]
    assert used.set_index("variant")["n_mentions"].to_dict() == {
        "new productive forces": 21, "new quality productivity": 7, "new quality productive forces": 5, "new productivity": 4}
    assert "new productive forces 21" in (seed_report / "index.html").read_text(encoding="utf-8")


def test_september_articles_are_closest(seed_report):
    pairs = table(seed_report, "distances")
    pairs["pair"] = pairs["article_id"].str[:3] + pairs["other"].str[:3]
    for measure in ("term_distance", "topic_distance"):
        distance = pairs.set_index("pair")[measure]
        assert distance["001002"] < distance["001003"] and distance["001002"] < distance["002003"]


def test_the_ledger_names_what_is_not_the_article(seed_report):
    ledger = table(seed_report, "ledger")
    removed = ledger[ledger["action"] == "removed"]
    gone = " ".join(removed["text"])
    assert all(words in gone for words in ("<>,<>", "Click to view the video", "Release Date:", "Head Office", "porridge", "heartbeat", "pampered", "reckless"))
    assert not any(words in gone for words in ("productive", "General Secretary", "high-quality", "industrialization"))


def test_two_runs_give_the_same_bytes(seed_report, seeds, tmp_path):
    assert run_cli("report", seeds, "-o", tmp_path / "again", "--jobs", 1).returncode == 0
    for part in ("tables", "figures", "model", "manifest.json"):
        first, second = seed_report / part, tmp_path / "again" / part
        files = [first] if first.is_file() else sorted(first.iterdir())
        assert files and all(path.read_bytes() == (second if second.is_file() else second / path.name).read_bytes() for path in files)


def test_manifest_tells_input_settings_and_versions_but_no_time(seed_report):
    manifest = json.loads((seed_report / "manifest.json").read_text(encoding="utf-8"))
    assert len(manifest["inputs"]) == 5 and all(re.fullmatch("[0-9a-f]{64}", one["sha256"]) for one in manifest["inputs"])
    assert manifest["settings"]["random_state"] == 0 and {"python", "gensim", "policy_lda"} <= manifest["versions"].keys()
    assert not re.search(r"20\d\d-\d\d-\d\dT", json.dumps(manifest))


def test_one_bad_file_is_named_and_hostile_text_stays_text(seeds, tmp_path):
    folder = tmp_path / "articles"
    shutil.copytree(seeds, folder)
    (folder / "bad.txt").write_bytes(b"\0\1\2")
    hostile = "=HYPERLINK(\"http://evil\") <script>alert('x')</script> ![x](http://evil/i.png) $\\frac{1}{0$ new productive forces grow by 5% <img src=x onerror=alert(1)>. "
    (folder / "<img src=x>.txt").write_text(hostile * 8)
    done = run_cli("report", folder, "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "bad.txt" in page and "NUL bytes" in page
    assert page.count("<script") == 1 and "<script>// Tables of the report" in page and "alert('x')</script>" not in page and "<img src=x" not in page and "http://evil/i.png\"" not in page
    for path in (tmp_path / "out" / "tables").glob("*.csv"):
        cells = pd.read_csv(path, dtype=str, keep_default_na=False).to_numpy().ravel()
        assert not any(re.match(r"[=+@\t\r]|-(?![\d.])", cell) for cell in cells), path.name


def test_small_and_odd_folders_have_a_report(tmp_path):
    folder = tmp_path / "one"
    folder.mkdir()
    (folder / "only.txt").write_text("New quality productive forces.")
    done = run_cli("report", folder, "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "too little for a topic model" in page and "no two periods" in page


def test_mixed_dates_languages_duplicates_and_control_characters(tmp_path, seeds):
    import xml.etree.ElementTree as tree
    folder = tmp_path / "it's \"mixed\" 文章"
    folder.mkdir()
    text = (seeds / "003_1a9df43997b7214a.txt").read_text(encoding="utf-8")
    rows = [dict(id="a", text=text, date="2024"), dict(id="b", text=text), dict(id="c", text="发展新质生产力。" * 30, lang="zh-CN", title="新质生产力", date="2024-08-01"),
            dict(id="d", text="Three short words", source="A\x02B\x1b[31m"), dict(id="e", text="Half \ud83d emoji, new industrialization.", date=float("nan"))]
    (folder / "all.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    done = run_cli("report", folder, "-o", tmp_path / "deep" / "out")
    assert done.returncode == 0, done.stderr
    out = tmp_path / "deep" / "out"
    for path in (out / "figures").glob("*.svg"):
        tree.parse(path)
    assert table(out, "ledger").query("kind == 'duplicate'")["article_id"].tolist() == ["a"]      # b says "today (August 3)": the dated copy is kept
    trend = table(out, "keyword_trend").query("concept == 'new_quality_productive_forces'").set_index("period")
    assert trend.loc["2024-08", ["lang", "n_articles", "n_with", "n_mentions"]].values.tolist() == [["en", 1, 1, 27], ["zh", 1, 1, 30]]
    assert trend.loc[["undated"], ["lang", "n_articles", "n_with", "n_mentions"]].values.tolist() == [["en", 2, 0, 0]]      # d, e: the copy a counts nowhere
    assert restored_from_csv(out, folder)


def restored_from_csv(out, folder):
    from policy_lda import apply_ledger, read_articles, restore
    raw, ledger = read_articles(folder), pd.read_csv(out / "tables" / "ledger.csv", keep_default_na=False)
    return restore(apply_ledger(raw, ledger), ledger)["text"].equals(raw["text"])


def test_the_page_in_a_browser(seed_report, chromium):
    from axe_playwright_python.sync_playwright import Axe
    with launched(chromium) as browser:
        for width in (1300, 390):
            page = browser.new_page(viewport={"width": width, "height": 900}, bypass_csp=False)
            errors, requests = [], []
            page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("request", lambda request: requests.append(request.url))
            page.goto((seed_report / "index.html").as_uri(), wait_until="load")
            assert not errors and not [url for url in requests if not url.startswith(("file:", "data:"))]
            images = page.evaluate("[...document.images].map(i => [i.complete && i.naturalWidth > 0, i.alt])")
            assert len(images) == len(list((seed_report / "figures").glob("*.svg"))) and all(shown and alt for shown, alt in images)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            head = page.locator(".table table").first.locator("th", has_text="n words")
            numbers = lambda: [int(text.replace(",", "")) for text in page.locator(".table table").first.locator("td:last-child").all_inner_texts()]
            head.locator("button").click()
            assert head.get_attribute("aria-sort") == "ascending" and numbers() == sorted(numbers())
            head.locator("button").press("Enter")
            assert head.get_attribute("aria-sort") == "descending" and numbers() == sorted(numbers(), reverse=True)
            field = page.locator("input[type=search]").first
            rows = field.locator("xpath=following-sibling::*[1]//tbody/tr")
            first = rows.first.inner_text().split("\t")[0]
            field.fill(first)
            assert 0 < sum(row.is_visible() for row in rows.all()) < rows.count()
            field.fill("")
            assert all(row.is_visible() for row in rows.all())
            assert page.evaluate("[...document.querySelectorAll('a[download]')].length") == 2 * len(images)
            explorer = page.frame_locator("iframe[title='Topic explorer']")
            explorer.locator("#list label").nth(1).click()
            assert explorer.locator("#name").text_content().startswith("2. ") and not errors
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
            assert page.evaluate("[...document.querySelectorAll('nav a')].every(a => document.getElementById(decodeURIComponent(a.hash.slice(1))))")


def test_chinese_articles_are_reported_in_characters(tmp_path, corpora):
    folder = tmp_path / "articles"
    folder.mkdir()
    reports = read_articles(corpora / "zh_government_work_reports_1954_2025" / "data.jsonl.gz")
    for number, text in enumerate(reports["text"].iloc[[20, 40, 60]]):
        (folder / f"{number}.txt").write_text(text[:3000], encoding="utf-8")
    done = run_cli("report", folder, "-o", tmp_path / "out", "--topics", 3)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"1,000 (words|terms)(?! \((in )?Chinese: characters)", page) and "Mentions per 1,000 characters" in page
    terms = table(tmp_path / "out", "topic_terms")["term"]
    assert terms.str.fullmatch("[\u4e00-\u9fff]{2,4}").mean() > 0.5, "words of jieba"
    assert json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["counts"]["unit"] == "passages"


def test_every_table_of_topics_says_which_are_unstable(tmp_path, seeds):
    "Twelve topics are more than the seeds support: those that do not return are marked wherever a topic stands."
    done = run_cli("report", seeds, "-o", tmp_path / "out", "--topics", 12)
    assert done.returncode == 0, done.stderr
    topics = table(tmp_path / "out", "topics")
    unstable = set(topics.loc[~topics["stable"], "topic"])
    assert unstable and len(unstable) < 12
    tables = [path.stem for path in (tmp_path / "out" / "tables").glob("*.csv") if "topic" in pd.read_csv(path, nrows=1)]
    assert len(tables) == 11
    for name in tables:
        marked = table(tmp_path / "out", name).drop_duplicates("topic").set_index("topic")["label"].str.endswith("(unstable)")
        assert set(marked[marked].index) == unstable & set(marked.index), name


def test_figures_and_short_tables_are_there_for_papers(seed_report):
    assert {path.stem for path in (seed_report / "figures").glob("*.png")} == {path.stem for path in (seed_report / "figures").glob("*.svg")}
    written = {path.stem: path.read_text(encoding="utf-8") for path in (seed_report / "tables").glob("*.tex")}
    for path in (seed_report / "tables").glob("*.csv"):
        n = len(pd.read_csv(path))
        assert (path.stem in written) == (0 < n <= 100), path
    assert all(text.count("\\begin{tabular}") == 1 and text.count("\\toprule") == 1 for text in written.values()) and r"\%" in written["figures"]


def test_articles_without_a_term_do_not_stop_the_report(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, text in (("a", "It was as it was."), ("b", "And so it is."), ("c", "Trade and industry grow by 5%.")):
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    done = run_cli("report", folder, "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "no two articles" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
