"""Trends, changes, concepts and windows: published values, invariants, planted truth, and input that is hardly any."""
import numpy as np
import pandas as pd
import pytest
from conftest import run_cli

from policy_lda import (
    LdaSpec, article_periods, concept_life, count_keywords, encode_tokens, find_bursts, find_changes, find_mentions, fit_lda, fit_windows, keyword_trend, make_articles, make_dictionary, make_dtm,
    read_articles, read_lexicon, rising_terms, split_passages, topic_trend, trend_kwic, trend_test, variant_trend)
from policy_lda.changes import burst_states
from policy_lda.trends import bootstrap_ratio, period_weights

LEXICON = read_lexicon()


def series(counts, lengths, dates, word="coal"):
    "Articles with these counts of a word among fillers."
    return make_articles([{"id": f"a{n:04}", "date": date, "text": " ".join([word] * count + ["filler"] * (length - count))} for n, (count, length, date) in enumerate(zip(counts, lengths, dates))])


def bursty(n=120, months=12, seed=0, rate=8.0):
    rng = np.random.default_rng(seed)
    lengths = rng.integers(100, 400, n)
    counts = np.minimum(rng.poisson(lengths * rate / 1000 * rng.gamma(1, 1, n)), lengths)
    return series(counts, lengths, [f"2023-{1 + month:02}-15" for month in rng.integers(0, months, n)])


def test_kleinberg_reaches_the_published_path_and_no_path_is_cheaper():
    from itertools import product

    from scipy.stats import binom
    hits, totals = np.array([0, 2, 1, 6, 7, 2, 8, 7, 2, 1]), np.array([9, 11, 12, 10, 10, 8, 12, 10, 13, 11])
    states, cost = burst_states(hits, totals, 2, 1)
    assert "".join(map(str, states)) == "0001101100" and round(cost, 3) == 25.524
    p = hits.sum() / totals.sum() * np.array([1, 2])
    price = lambda path: sum(max(0, b - a) * np.log(10) for a, b in zip((0, *path), path)) - sum(binom.logpmf(r, d, p[q]) for r, d, q in zip(hits, totals, path))
    assert round(price([int(state) for state in "0000101100"]), 3) == 26.795
    assert np.isclose(min(price(path) for path in product((0, 1), repeat=10)), cost)


def test_three_states_and_empty_periods():
    states, _ = burst_states([1, 1, 0, 9, 9, 0, 1], [20, 20, 0, 10, 10, 0, 20], n_states=3)
    assert states.tolist()[:3] == [0, 0, 0] and states[3] == states[4] > 0 and states[-1] == 0
    assert burst_states([0, 0], [5, 5])[0].tolist() == [0, 0] and burst_states([5], [5])[0].tolist() == [0]


def test_a_burst_of_one_article_is_no_burst_of_articles():
    articles = series([40] + [0] * 59, [200] * 60, [f"2023-{1 + n // 5:02}-10" for n in range(60)])
    trend = keyword_trend(articles, ["coal"])
    assert find_bursts(trend).empty and len(find_bursts(trend, of="terms")) == 1
    assert find_changes(articles, ["coal"]).empty


def test_permuting_articles_changes_nothing():
    articles = bursty()
    mixed = articles.sample(frac=1, random_state=1)
    a, b = keyword_trend(articles, ["coal"]), keyword_trend(mixed, ["coal"])
    assert a.equals(b) and keyword_trend(articles, ["coal"]).equals(a) and "bootstrap" in set(a["interval"])
    assert find_changes(articles, ["coal"], level=0.01).equals(find_changes(mixed, ["coal"], level=0.01))
    assert trend_test(articles, ["coal"]).round(9).equals(trend_test(mixed, ["coal"]).round(9))


def test_intervals_widen_with_burstiness_and_shrink_with_articles():
    rng = np.random.default_rng(0)
    terms = np.full(100, 300)
    even, uneven = rng.poisson(3, 100), rng.poisson(3 * rng.gamma(0.3, 1 / 0.3, 100))
    width = lambda y, t: (lambda rate, low, high: (high - low)[0])(*bootstrap_ratio(y[:, None], t))
    assert width(uneven, terms) > 1.7 * width(even, terms)
    assert width(np.tile(even, 4), np.tile(terms, 4)) < 0.6 * width(even, terms)
    rate, low, high = bootstrap_ratio(np.array([[1], [2]]), [10, 10])
    assert rate[0] == 0.15 and np.isnan(low[0]) and np.isnan(high[0])


def test_kinds_of_keywords_agree():
    text = "New quality productive forces grow. Coal mines and coal power; the year 2024."
    articles = make_articles([{"id": "x", "text": text, "date": "2024-05-01"}])
    counts, names = count_keywords(articles, {"coal": ["coal"], "years": r"\b20\d\d\b", "mines": "mine*"})
    assert dict(zip(names, counts.toarray()[0].tolist())) == {"coal": 2, "years": 1, "mines": 1}
    dictionary = make_dictionary({"Energy": {"Coal": ["coal"]}})
    assert keyword_trend(articles, dictionary)[["concept", "n_mentions"]].values.tolist() == [["Energy/Coal", 2]]
    assert keyword_trend(articles, LEXICON).set_index("concept").loc["new_quality_productive_forces", "n_mentions"] == 1
    assert keyword_trend(articles, "coal")["n_mentions"].tolist() == [2]
    with pytest.raises(ValueError, match="unknown: no_such"):
        keyword_trend(articles, LEXICON, ["no_such"])
    with pytest.raises(ValueError, match="`interval` must be bootstrap or poisson; got 'wald'"):
        keyword_trend(articles, "coal", interval="wald")
    with pytest.raises(ValueError, match="`by` must be a column of `articles`; got 'party', there are article_id, "):
        keyword_trend(articles, "coal", by="party")


def test_groups_are_the_trends_of_their_articles():
    articles = bursty()
    articles["source"] = np.where(np.arange(len(articles)) % 2, "A", "B")
    both = keyword_trend(articles, ["coal"], by="source")
    alone = keyword_trend(articles[articles["source"] == "A"], ["coal"])
    part = both[both["source"] == "A"].set_index("period").loc[alone["period"]]
    articles.loc[articles.index[:3], "source"] = [np.nan, "", "A"]
    unknown = keyword_trend(articles, ["coal"], by="source")
    assert unknown.groupby("source")["n_articles"].sum().to_dict()["unknown"] == 2 and unknown["n_articles"].sum() == len(articles)
    assert np.allclose(part["estimate"], alone["estimate"]) and part["n_articles"].tolist() == alone["n_articles"].tolist()


def test_spread_counts_everything_once():
    articles = series([3, 4, 5], [100, 100, 100], ["2024-01-10", None, None])
    articles.loc[1, ["date_start", "date_end"]] = [pd.Timestamp("2024-01-17"), pd.Timestamp("2024-02-15")]
    apart, spread = keyword_trend(articles, ["coal"]), keyword_trend(articles, ["coal"], spread=True)
    assert apart.set_index("period").loc["undated", "n_articles"] == 2
    assert spread["n_mentions"].sum() == pytest.approx(12) and spread["n_articles"].sum() == pytest.approx(3)
    assert spread.set_index("period").loc["2024-01", "n_articles"] == pytest.approx(1.5)
    assert np.allclose(period_weights(articles, "M", True).groupby("row")["weight"].sum(), 1)


@pytest.mark.parametrize("dates", [[None, None], ["2024-05-01", "2024-05-09"], ["1890-03-01", "2090-03-01"], ["2024-05-01", None]])
def test_hardly_any_articles(dates):
    articles = make_articles([{"id": str(n), "text": "New industrialization and the new quality productive forces grow quickly in the province. " * 9, "date": date} for n, date in enumerate(dates)])
    for freq in ("M", "Y", "5Y"):
        trend = keyword_trend(articles, LEXICON, freq=freq)
        assert trend["n_articles"].groupby(trend["period"]).max().sum() == 2 and (trend.loc[trend["n_articles"] > 0, "low"] <= trend.loc[trend["n_articles"] > 0, "estimate"]).all()
        assert find_changes(articles, LEXICON, freq=freq).empty and isinstance(find_bursts(trend), pd.DataFrame)
    assert trend_test(articles, LEXICON)["p"].isna().all()
    life = concept_life(articles, LEXICON).set_index("concept")
    assert life.loc["new_industrialization", "n_mentions"] == 18 and life["first"].isna().all() == (dates == [None, None])
    assert set(variant_trend(articles, LEXICON, "new_industrialization")["n_all"]) <= {9, 18}
    passages = split_passages(articles)
    dtm = make_dtm(encode_tokens(passages, LEXICON))
    fit = fit_lda(dtm, LdaSpec(n_topics=2))
    shares = topic_trend(fit, passages, articles, "Y")
    assert np.allclose(shares[shares["n_articles"] > 0].groupby("period")["estimate"].sum(), 1)
    assert fit_windows(dtm, passages["article_id"].map(article_periods(articles, "Y")), LdaSpec(n_topics=2)).keys() >= set() if any(dates) else True


def test_nothing_at_all():
    empty = make_articles([{"id": "x", "text": ""}])
    assert keyword_trend(empty, LEXICON).empty and find_changes(empty, LEXICON).empty and trend_test(empty, LEXICON).empty and concept_life(empty, LEXICON).empty
    assert find_bursts(keyword_trend(empty, ["coal"])).empty


def test_a_planted_change_is_placed():
    rng = np.random.default_rng(3)
    month = np.repeat(np.arange(24), 8)
    lengths = rng.integers(200, 500, len(month))
    counts = rng.poisson(lengths * np.where(month < 14, 3, 15) / 1000)
    articles = series(counts, lengths, [f"{2022 + m // 12}-{1 + m % 12:02}-10" for m in month])
    found = find_changes(articles, ["coal"])
    assert found["period"].tolist() == ["2023-03"] and found["low"].item() <= "2023-03" <= found["high"].item()
    assert 3 < found["ratio"].item() < 8 and found["p"].item() == 0.001 and found["n_before"].item() == 14 * 8
    whole = trend_test(articles, ["coal"])
    assert whole["low"].item() > 1 and whole["q"].item() < 0.001


def test_rising_terms_need_several_articles():
    rows = [{"id": f"o{n}", "date": "2023-05-01", "text": "The plan speaks of steel. " * 12} for n in range(6)]
    rows += [{"id": f"n{n}", "date": "2024-05-01", "text": "The plan speaks of chips. " * 12 + ("Unicorn. " * 60 if n == 0 else "")} for n in range(6)]
    articles = make_articles(rows)
    passages = split_passages(articles, target=None)
    found = rising_terms(make_dtm(encode_tokens(passages)), passages["article_id"], article_periods(articles, "Y"), "2024", "2023")
    assert found["term"].iloc[0] == "chip" and found["term"].iloc[-1] == "steel" and "unicorn" not in set(found["term"])
    with pytest.raises(ValueError, match="`later` is '2030': no article with terms is in it"):
        rising_terms(make_dtm(encode_tokens(passages)), passages["article_id"], article_periods(articles, "Y"), "2030", "2023")


def test_every_point_leads_to_its_sentences(seeds):
    from policy_lda import apply_ledger, find_dates, find_noise
    articles = find_dates(read_articles(seeds))
    articles = apply_ledger(articles, find_noise(articles))
    trend = keyword_trend(articles, LEXICON)
    for row in trend[trend["n_mentions"] > 0].head(12).itertuples():
        lines = trend_kwic(articles, row.concept, row.period, lexicon=LEXICON)
        assert len(lines) == row.n_mentions and lines["article_id"].nunique() == row.n_with
    assert trend["n_mentions"].sum() == len(find_mentions(articles, LEXICON))


def test_sotu_bursts_are_those_of_the_books(corpora):
    addresses = read_articles(corpora / "sotu_1790_2020s" / "data.jsonl.gz")
    terms = {"slavery": ["slavery", "slave*"], "vietnam": ["vietnam*"], "soviet": ["soviet*"]}
    bursts = find_bursts(keyword_trend(addresses, terms, freq="Y"), of="terms", s=4, gamma=3).drop_duplicates("concept").set_index("concept")
    for name, (first, last) in {"slavery": (1850, 1875), "vietnam": (1960, 1985), "soviet": (1945, 1992)}.items():
        assert first <= int(bursts.loc[name, "start"]) and int(bursts.loc[name, "end"]) <= last


def test_the_command_writes_tables_and_figures(tmp_path, seeds):
    done = run_cli("trends", seeds, "--concept", "new_quality_productive_forces", "--concept", "supply chain*", "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "new_quality_productive_forces: mentions 37, articles 3; taken for a concept." in done.stdout and "taken for a term." in done.stdout
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"keyword_trend.csv", "bursts.csv", "changes.csv", "trend_test.csv", "concept_life.csv", "kwic.csv", "trends.svg", "concepts.svg", "bursts.svg", "trends.png", "concepts.png", "bursts.png"}
    again = run_cli("trends", seeds, "--concept", "new_quality_productive_forces", "--concept", "supply chain*", "-o", tmp_path / "again")
    assert again.returncode == 0 and all((tmp_path / "again" / path.name).read_bytes() == path.read_bytes() for path in (tmp_path / "out").iterdir())
    wrong = run_cli("trends", seeds, "--freq", "fortnight", "-o", tmp_path / "x")
    assert wrong.returncode == 2 and "must be D, W, M, Q, Y, or several years such as 5Y" in wrong.stderr
    inside = run_cli("trends", seeds, "-o", seeds / "out")
    assert inside.returncode == 2 and "lies inside the folder of articles" in inside.stderr
    broken = run_cli("trends", seeds, "--concept", "new (", "-o", tmp_path / "y")
    assert broken.returncode == 2 and "is not a valid regular expression" in broken.stderr and len(broken.stderr.splitlines()) == 1


def test_intervals_of_topic_shares_miss_on_both_sides_alike_and_know_of_the_fits():
    from policy_lda.trends import _share_interval
    rng, misses = np.random.default_rng(0), []
    for n in range(200):
        size = rng.integers(200, 600, 40).astype(float)
        share = rng.beta(2, 6, 40)
        _, low, high, _ = _share_interval([(share * size)[:, None]], size, 0.95, 300, (0, n))
        misses.append((low[0] > 0.25, high[0] < 0.25))
    below, above = np.mean(misses, axis=0)
    assert below + above < 0.11 and below < 0.08 and above < 0.08
    fits = [(np.clip(share + shift, 0, 1) * size)[:, None] for shift in (0, 0.1, -0.1, 0.1, -0.1)]
    alone, together = (_share_interval(tables, size, 0.95, 300, (0, 0)) for tables in (fits[:1], fits))
    assert together[3, 0] > 0.5 and together[2, 0] - together[1, 0] > 2 * (alone[2, 0] - alone[1, 0])
