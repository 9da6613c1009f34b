"""The topic explorer in headless Chromium: clicks, keys, lambda, no other host, no error, accessible, small enough."""
import numpy as np
import pandas as pd
import pytest
from conftest import launched

from policy_lda import (
    LdaSpec, apply_ledger, dtm_trim, encode_tokens, find_dates, find_noise, fit_lda, make_articles, make_dtm, read_articles, read_lexicon, show_explorer, split_passages,
    top_passages, top_terms, topic_explorer)
from policy_lda.lda import fit_from_topics


@pytest.fixture(scope="module")
def seeds_fit(seeds):
    "Articles, passages, lexicon and a fit of the seeds."
    articles, lexicon = find_dates(read_articles(seeds)), read_lexicon()
    articles = apply_ledger(articles, find_noise(articles))
    passages = split_passages(articles)
    return articles, passages, lexicon, fit_lda(dtm_trim(make_dtm(encode_tokens(passages, lexicon))), LdaSpec(n_topics=4))


@pytest.fixture(scope="module")
def browser(chromium):
    with launched(chromium) as browser:
        yield browser


@pytest.fixture
def opened(browser, tmp_path):
    "Opens a page, and afterwards finds no message of the console and no request to another host."
    messages, requests = [], []

    def open_page(markup, **settings):
        page = browser.new_page(**settings)
        page.on("console", lambda message: messages.append(message.text))
        page.on("pageerror", lambda error: messages.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        (tmp_path / "page.html").write_text(markup, encoding="utf-8")
        page.goto((tmp_path / "page.html").as_uri(), wait_until="load")
        return page

    yield open_page
    assert not messages and all(url.startswith(("file:", "data:", "about:")) for url in requests)


def shown_terms(page):
    return [name.replace(" ", "_") for name in page.locator("#words .name").all_text_contents()]


def test_lambda_orders_as_top_terms_does(seeds_fit, opened):
    articles, passages, lexicon, fit = seeds_fit
    page = opened(topic_explorer(fit, passages, articles, lexicon=lexicon))
    for weight in (0.6, 0.0, 0.35, 1.0):
        page.locator("#lambda").fill(str(weight))
        expected = top_terms(fit, 30, weight=weight).query("topic == 1")["term"].tolist()
        assert shown_terms(page) == expected, weight
    page.locator("#lambda").focus()
    page.keyboard.press("ArrowLeft")
    assert page.locator("#lambda-said").text_content() == "λ = 0.95"


def test_clicks(seeds_fit, opened):
    articles, passages, lexicon, fit = seeds_fit
    page = opened(topic_explorer(fit, passages, articles, lexicon=lexicon))
    page.locator("#list label").nth(2).click()
    assert page.locator("#name").text_content().startswith("3. ") and shown_terms(page)[0] == top_terms(fit, 1).query("topic == 3")["term"].item()
    best = top_passages(fit, passages, 5).query("topic == 3")
    listed = page.locator("#best button")
    for place, text in enumerate(best["text"]):
        assert listed.nth(place).text_content().startswith(text[:60])
    listed.nth(1).click()
    assert listed.nth(1).get_attribute("aria-pressed") == "true" and best["text"].iloc[1][:40] in page.locator("#reader").text_content()
    assert f"characters {best['start'].iloc[1]:,} to {best['end'].iloc[1]:,}" in page.locator("#reader").text_content()
    assert page.locator("#reader mark").count() > 5
    term = page.locator("#words button").nth(0)
    term.click()
    assert page.locator("#passages-title").text_content().startswith("Passages with") and page.locator("#best button").count() > 0
    page.locator("#map circle").nth(0).click()
    assert page.locator("#name").text_content().startswith("1. ") and page.locator("#list input").nth(0).is_checked()
    page.locator("#having button").nth(1).click()
    assert page.locator("#reader strong").text_content() in page.locator("#having button").nth(1).text_content()
    page.locator("#period").select_option("2024-05")
    assert page.locator("#having button").count() == 1 and "14 May 2024" in page.locator("#having button").text_content()
    page.locator("#find").fill("no such label")
    assert page.locator("#list label:visible").count() == 0


def test_keys(seeds_fit, opened):
    articles, passages, lexicon, fit = seeds_fit
    page = opened(topic_explorer(fit, passages, articles, lexicon=lexicon))
    focused = lambda: page.evaluate("document.activeElement.id || document.activeElement.closest('[id]').id")
    page.locator("#list input").nth(0).focus()
    page.keyboard.press("ArrowDown")
    assert page.locator("#name").text_content().startswith("2. ")
    seen = []
    for _ in range(200):
        page.keyboard.press("Tab")
        seen.append(focused())
        if seen[-1] == "reader":
            break
    assert [name for n, name in enumerate(seen) if n == 0 or seen[n - 1] != name] == ["lambda", "words", "chart", "period", "having", "best", "reader"]
    page.locator("#best button").nth(2).focus()
    page.keyboard.press("Enter")
    assert focused() == "best" and page.locator("#best button").nth(2).get_attribute("aria-pressed") == "true"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 390])
def test_accessible(seeds_fit, opened, scheme, width):
    from axe_playwright_python.sync_playwright import Axe
    articles, passages, lexicon, fit = seeds_fit
    page = opened(topic_explorer(fit, passages, articles, lexicon=lexicon), color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True)
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_in_a_frame_under_a_strict_policy(seeds_fit, opened):
    "As in the report: the page around it allows this script and no other."
    from policy_lda.explorer import explorer_hash
    articles, passages, lexicon, fit = seeds_fit
    policy = f"<!DOCTYPE html><meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src '{explorer_hash()}'\"><title>x</title>"
    page = opened(policy + show_explorer(topic_explorer(fit, passages, articles, lexicon=lexicon)).markup)
    frame = page.frame_locator("iframe")
    frame.locator("#list label").nth(1).click()
    assert frame.locator("#name").text_content().startswith("2. ")


def test_hostile_texts_stay_text(opened):
    hostile = "Reform </script><script>document.title='owned'</script> <img src=x onerror=\"document.title='owned'\"> & [script] <!-- grows in the province's market. " * 6
    articles = make_articles([{"id": str(n), "text": hostile + f"Word{n} matters.", "title": "<script>document.title='owned'</script>", "date": f"2024-0{n + 1}-01"} for n in range(3)])
    passages = split_passages(articles)
    fit = fit_lda(make_dtm(encode_tokens(passages)), LdaSpec(n_topics=2))
    page = opened(topic_explorer(fit, passages, articles, "<i>Mine</i>"))
    assert page.title() == "<i>Mine</i>" and page.locator("img").count() == 0
    page.locator("#best button").nth(0).click()
    assert "</script>" in page.locator("#reader").text_content()


def test_a_hundred_topics_and_fifty_thousand_passages_in_ten_megabytes(opened):
    rng, n_topics, n_passages, n_terms = np.random.default_rng(0), 100, 50_000, 5_000
    letters = np.array(list("bcdfghklmnprst"))
    words = np.unique(["".join(word) for word in rng.choice(letters, (20_000, 7))])[:n_terms]
    own = np.array([rng.dirichlet(np.full(n_terms, 0.02)) for _ in range(n_topics)])
    mix = rng.dirichlet(np.full(n_topics, 0.02), n_passages).argmax(axis=1)
    texts = [" ".join(words[rng.choice(n_terms, 60, p=own[topic])]) for topic in mix]
    articles = make_articles([{"id": f"a{n}", "text": "\n".join(texts[10 * n:10 * n + 10]), "title": f"Article number {n}", "date": f"{2000 + n % 20}-0{1 + n % 9}-01"} for n in range(n_passages // 10)])
    start = np.tile(np.arange(10) * (60 * 8), n_passages // 10)
    passages = pd.DataFrame({"passage_id": [f"p{n}" for n in range(n_passages)], "article_id": np.repeat(articles["article_id"].to_numpy(), 10), "start": start, "end": start + 60 * 8 - 1, "text": texts, "lang": "en"})
    dtm = make_dtm(encode_tokens(passages))
    topics = pd.DataFrame(own, index=range(1, n_topics + 1), columns=words).reindex(columns=dtm.terms).fillna(0) + 1e-9
    page = topic_explorer(fit_from_topics(dtm, topics.div(topics.sum(axis=1), axis=0), LdaSpec(n_topics=n_topics), 0.1, "made up"), passages, articles)
    assert len(page.encode()) < 10_000_000
    shown = opened(page)
    assert shown.locator("#list label").count() == 100 and "50,000 passages" in shown.locator("#facts").text_content()
    shown.locator("#list label").nth(70).click()
    assert shown.locator("#name").text_content().startswith("71. ")
