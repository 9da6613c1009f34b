"""Comparisons: figures, speakers, shared passages and the card, against lists made by hand and matches judged by reading."""
import re
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import run_cli

from policy_lda.articles import make_articles, read_articles
from policy_lda.card import card_page, choose_articles, compare_sides
from policy_lda.cleaning import apply_ledger, find_noise
from policy_lda.compare import article_distance, dispersion, fightin_words, keyness, keyness_all, lexical_overlap, log_ratio, second_order_similarity, term_distance
from policy_lda.dates import find_dates
from policy_lda.dtm import make_dtm
from policy_lda.figures import _same_indicator, find_figures, match_figures
from policy_lda.reuse import passage_chains, shared_passages
from policy_lda.speakers import find_statements, speakers
from policy_lda.terms import normalize_tokens, read_lexicon
from policy_lda.tokens import encode_tokens, split_passages

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def clean(seeds):
    articles = find_dates(read_articles(seeds))
    return apply_ledger(articles, find_noise(articles))


def content(text):
    "The words of an indicator, without those of grammar."
    return {word for word, _, _ in normalize_tokens(text) if word[0].isalnum() and word not in {"the", "a", "an", "of", "in", "and", "to", "for", "be", "have", "its", "it", "by"}}


def paired(figures, listed):
    "For each listed figure the number of the found one with the same article, value, unit and direction whose indicator is nearest, or None; each is taken once."
    taken, pairs = set(), []
    for row in listed.itertuples():
        same = [place for place, one in enumerate(figures.itertuples()) if place not in taken and one.article_id.startswith(row.article) and one.unit == row.unit and one.direction == row.direction
                and (one.value == row.value or np.isnan(one.value) and np.isnan(row.value))]
        best = max(same, key=lambda place: len(content(figures["indicator"].iloc[place]) & content(row.indicator)), default=None)
        taken.add(best)
        pairs.append(best)
    return pairs


def test_figures_of_the_seeds_are_those_of_the_list_made_by_hand(clean):
    listed = pd.read_csv(HERE / "seed_figures.csv", dtype={"article": str}).fillna({name: "" for name in ("written", "direction", "base", "period", "place")})
    figures = find_figures(clean)
    pairs = paired(figures, listed)
    found = [pair for pair in pairs if pair is not None]
    recall, precision = len(found) / len(listed), len(found) / len(figures)
    alike = [2 * len(content(figures["indicator"].iloc[pair]) & content(row.indicator)) / (len(content(figures["indicator"].iloc[pair])) + len(content(row.indicator))) for pair, row in zip(pairs, listed.itertuples()) if pair is not None]
    print(f"recall {recall:.3f}, precision {precision:.3f} of {len(figures)}; indicators with two thirds of the words in common {np.mean(np.array(alike) >= 2 / 3):.3f}")
    assert recall >= 0.90 and precision >= 0.95 and np.mean(np.array(alike) >= 2 / 3) >= 0.80
    told = [(figures[name].iloc[pair].lower(), getattr(row, name).lower()) for pair, row in zip(pairs, listed.itertuples()) if pair is not None for name in ("base", "period", "place")]
    assert np.mean([one == other for one, other in told]) >= 0.9


def test_the_original_texts_give_the_missing_number_too(seeds):
    broken = find_figures(read_articles(seeds)).query("doubt != ''")
    assert broken["value"].isna().sum() == 1 and broken["doubt"].str.contains("万").sum() == 1


def test_investment_is_a_series_with_two_periods(clean):
    series = match_figures(find_figures(clean))
    invested = series[(series["indicator"].str.lower() == "investment in high-tech industries") & (series["base"] == "year-on-year")]
    assert invested[["value", "period_start", "period_end"]].astype(str).values.tolist() == [["11.4", "2023-01-01", "2023-09-30"], ["10.6", "2024-01-01", "2024-06-30"]]
    assert not series["disagrees"].any()


@pytest.mark.parametrize("sentence, value, unit, kind, direction", [
    ("Exports fell 3.5 percent in July.", 3.5, "%", "change", "down"),
    ("Unemployment rose to 5.2 per cent.", 5.2, "%", "level", "up"),
    ("The budget totals $1.5 trillion.", 1.5, "dollars", "level", ""),
    ("About 60 percent of rural households have a connection.", 60, "%", "share", ""),
    ("The company cut 12,000 jobs.", 12000, "jobs", "change", "down"),
    ("Output was 2.3 percentage points lower than a year earlier.", 2.3, "percentage points", "difference", "down"),
    ("It has been done three times.", 3, "times", "duration", ""),
])
def test_single_sentences(sentence, value, unit, kind, direction):
    rows = find_figures(make_articles([{"id": "a", "text": sentence}]))
    assert rows[["value", "unit", "kind", "direction"]].values.tolist() == [[value, unit, kind, direction]]


@pytest.mark.parametrize("sentence", [
    "On May 14, 2024, the 18th National Congress met.", "Article 35 of resolution 2231 applies.", "5G and COVID-19 in 2020.", "From 0 to 1, from 1 to 10.", "These two provinces; the three leaders.",
    "The meeting began at 10:30.", "", "   ", "…", "١٢٣", "新质生产力", "<script>1</script>"])
def test_what_is_no_figure(sentence):
    assert find_figures(make_articles([{"id": "a", "text": sentence}])).empty


def test_speakers_of_article_001(clean):
    said = find_statements(clean)
    named = said[said["article_id"].str.startswith("001") & (said["told_by"] == "name") & (said["name"] != "Xi Jinping")].groupby("name")["office"].first()
    assert named.to_dict() == {
        "Wang Weiming": "Director of the First Department of Equipment Industry of the Ministry of Industry and Information Technology",
        "Xue Min": "Chairman of Shanghai United Imaging Medical Technology Group Co., Ltd.", "Zhang Li": "president of the China Electronic Information Industry Development Research Institute",
        "Lin Chao": "a senior engineer from the Fourth Institute of China Railway Construction", "Wang Hanchao": "founder of Ligo New Energy",
        "Yu Xubo": "chairman of China General Technology (Group) Holdings Co., Ltd.", "Zhou Wei": "a front-line scientific researcher at Antelope Industrial Internet Co., Ltd.",
        "Zheng Lei": "director of the Sichuan Provincial Communications Administration Bureau", "Zhu Aixun": "Director of the Jiangsu Provincial Department of Industry and Information Technology",
        "Xu Hongqiu": "deputy director of the Management Committee of Chongqing Liangjiang New Area", "Wang Yang": "a professor at the Internet of Things Research Institute of Shenzhen Vocational and Technical University"}
    assert speakers(said)["name"].iloc[0] == "Xi Jinping"


def test_the_statements_that_the_issue_names_come_out(clean):
    shared = shared_passages(clean, read_lexicon())
    pair = lambda a, b: shared[(shared["article_id"].str[:3] + shared["other"].str[:3]).isin([a + b, b + a])]
    kin = pair("000", "003")
    assert kin["text"].str.contains("accelerate the formation of new quality productive forces").any() and kin["other_text"].str.contains("accelerate the formation of new productive forces").any()
    assert pair("000", "002")["text"].str.contains("45 national advanced manufacturing clusters").any()
    texts = clean.set_index("article_id")["text"]
    assert all(texts[row.article_id][row.start:row.end] == row.text and texts[row.other][row.other_start:row.other_end] == row.other_text for row in shared.itertuples())
    assert (shared["date"] <= shared["other_date"]).all()


@pytest.fixture(scope="module")
def news(corpora):
    articles = find_dates(read_articles(corpora / "news_articles_2016_2017" / "data.jsonl.gz"))
    articles = apply_ledger(articles, find_noise(articles))
    return articles, shared_passages(articles, read_lexicon())


def test_matches_judged_by_reading(news):
    "`shared_passages_judged.csv`: 200 of the matches, drawn at random and read; `same` words or statement, furniture of a web `site` (same words too), only a `phrase` or name, or `different`."
    judged, spans = pd.read_csv(HERE / "shared_passages_judged.csv"), {}
    for row in news[1].itertuples():
        spans.setdefault((row.article_id, row.other), []).append(row)
    overlaps = lambda row, one: one.start < row.end and row.start < one.end and one.other_start < row.other_end and row.other_start < one.other_end
    found = np.array([any(overlaps(row, one) for one in spans.get((row.article_id, row.other), [])) for row in judged.itertuples()])
    assert len(judged) == 200 and found.mean() >= 0.98, f"only {found.sum()} of the matches that were read are still found: read a new sample"
    right = judged["judged"].isin(["same", "site"])
    print(f"precision {right.mean():.3f}, without furniture {(judged['judged'] == 'same').sum() / (judged['judged'] != 'site').sum():.3f}")
    assert right.mean() >= 0.95


def test_wire_copy_is_found_with_its_outlets(news):
    articles, shared = news
    source = articles.set_index("article_id")["source"]
    long = shared[(shared["n_units"] >= 20) & (shared["article_id"].map(source) != shared["other"].map(source))]
    chains = passage_chains(long)
    outlets = chains.assign(source=chains["article_id"].map(source)).groupby("chain")["source"].nunique()
    print(f"{len(long)} passages of twenty words and more in two outlets, {outlets.size} chains, up to {outlets.max()} outlets")
    assert len(long) >= 500 and (outlets >= 2).all() and (outlets >= 3).sum() >= 20
    assert chains.groupby("chain")["date"].apply(lambda days: days.is_monotonic_increasing).all()


@pytest.mark.parametrize("texts", [["One article about trade and industry."], ["", ""], ["Trade grew.", "Trade grew."], ["The ministry will expand trade with Kenya and lower tariffs.", "该部将扩大与肯尼亚的贸易并降低关税。"], ["…", "Trade."]])
def test_few_empty_identical_and_foreign_articles(texts):
    articles = make_articles([{"id": str(number), "text": text} for number, text in enumerate(texts)])
    passages = split_passages(articles)
    dtm, of = make_dtm(encode_tokens(passages)), passages["article_id"]
    for measure in (term_distance, lexical_overlap, second_order_similarity):
        assert measure(dtm, of).notna().all().all()
    assert keyness_all(dtm, of).columns[:3].tolist() == ["target", "reference", "term"]
    shared = shared_passages(articles)
    assert shared.columns[0] == "article_id" and passage_chains(shared).columns[0] == "chain"
    with pytest.warns(UserWarning, match="reads English only") if articles["lang"].eq("zh").any() else nullcontext():
        assert match_figures(find_figures(articles)).empty


def test_the_card_of_the_command(tmp_path, seeds):
    done = run_cli("compare", seeds, "000", "003", "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "indicators told by both: 2, of these with figures that disagree: 0." in done.stdout
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"index.html", "sides.csv", "distances.csv", "terms.csv", "topics.csv", "shared.csv", "figures.csv", "speakers.csv"}
    again = run_cli("compare", seeds, "000", "003", "-o", tmp_path / "again", "--jobs", "1")
    assert again.returncode == 0 and all((tmp_path / "again" / path.name).read_bytes() == path.read_bytes() for path in (tmp_path / "out").iterdir())
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "accelerate the formation of new productive forces" in page and "<script" not in page and "10.6%" in page
    for arguments, message in (((seeds, "00", "003"), "5 articles begin so"), ((seeds, "000", "000"), "is on both sides"), ((seeds, "x", "003"), "no article has this id"), ((seeds, "2023", "1999", "--by", "year"), "there are 2023, 2024"),
                               ((seeds, "a", "b", "--by", "colour"), "is no column")):
        wrong = run_cli("compare", *arguments, "-o", tmp_path / "wrong")
        assert wrong.returncode == 2 and message in wrong.stderr and len(wrong.stderr.splitlines()) == 1


def test_the_card_of_groups_and_of_hostile_texts():
    rows = [{"id": f"{side}{n}", "text": f"<img src=x onerror=alert(1)> The ministry of {side} said that output of steel grew by {n}.5% year-on-year in the first half of 2023. =cmd() trade, tariffs and Kenya {n}.", "source": side, "date": f"2023-07-0{n}"} for side in ("north", "south") for n in (1, 2, 3, 4)]
    articles = make_articles(rows)
    card = compare_sides(articles, choose_articles(articles, "north", "source"), choose_articles(articles, "south", "source"), names=("north", "south"))
    assert card.sides["n_articles"].tolist() == [4, 4] and "<img" not in card_page(card) and card.figures["side"].nunique() == 2
    assert card.figures["disagrees"].any()


def test_statistics_from_plain_arrays():
    assert [round(float(value), 4) for value in (dispersion([2, 1, 1, 1, 0], [10] * 5)["carroll"].iloc[0], dispersion([0, 4, 3, 2, 1], [10] * 5)["juilland"].iloc[0])] == [0.8277, 0.6464]
    delta, zeta = fightin_words(np.array([30, 5, 65]), np.array([10, 25, 165]))
    assert zeta[0] > 1.96 and zeta[1] < 0 and delta.shape == (3,)


def test_keyness_is_the_same_for_any_order_of_documents(clean):
    passages = split_passages(clean)
    order = np.random.default_rng(0).permutation(len(passages))
    tables = []
    for rows in (passages, passages.iloc[order]):
        dtm = make_dtm(encode_tokens(rows))
        tables.append(keyness(dtm, rows["article_id"], rows["article_id"].min(), articles=rows["article_id"]).sort_values("term", ignore_index=True))
    pd.testing.assert_frame_equal(*tables)


def test_distances_do_not_depend_on_the_numbering_of_topics(clean):
    mix = pd.DataFrame({"article_id": ["a", "a", "b", "b"], "topic": [1, 2, 1, 2], "share": [0.9, 0.1, 0.2, 0.8]})
    other = mix.assign(topic=3 - mix["topic"]).sort_values(["article_id", "topic"])
    articles = make_articles([{"id": "a", "text": "trade and industry"}, {"id": "b", "text": "trade and tariffs"}])
    passages = split_passages(articles)
    dtm = make_dtm(encode_tokens(passages))
    pd.testing.assert_frame_equal(article_distance([mix], dtm, passages["article_id"]), article_distance([other], dtm, passages["article_id"]))


def test_the_kept_tables_of_the_study_are_those_of_the_corpus(news):
    articles, shared = news
    source = articles.set_index("article_id")["source"]
    across = shared[(shared["article_id"].map(source) != shared["other"].map(source)) & (shared["n_units"] >= 20)]
    kept = pd.read_csv(HERE.parent / "nbs" / "analysis" / "results" / "wire_pairs.csv")
    assert kept["n_passages"].sum() == len(across)
    pd.testing.assert_series_equal(across.groupby([across["article_id"].map(source), across["other"].map(source)]).size(), kept.set_index(["source", "other_source"])["n_passages"], check_names=False)


def test_period_and_place_are_those_before_the_number():
    rows = find_figures(make_articles([{"id": "a", "date": "2023-05-01", "text": "In 2022, output in Jiangsu grew by 5% and in Shanghai by 6%, after 2021. Sales rose by 3% in the first quarter of 2023 in Guangdong."}]))
    assert rows[["value", "place", "period"]].values.tolist() == [[5.0, "Jiangsu", "2022"], [6.0, "Shanghai", "2022"], [3.0, "Guangdong", "the first quarter of 2023"]]
    assert rows["period_end"].dt.strftime("%Y-%m-%d").tolist() == ["2022-12-31", "2022-12-31", "2023-03-31"]


def test_a_title_alone_stands_for_the_one_who_has_it():
    said = find_statements(make_articles([{"id": "a", "text": "Finance Minister Anton Siluanov said that growth is slow. Mayor Gong Zheng added that it is not. The minister warned that taxes will rise."}]))
    assert said[["name", "office", "told_by"]].values.tolist()[-1] == ["Anton Siluanov", "Finance Minister", "title"]


def test_a_statement_translated_anew_is_found():
    anew = [{"id": "x", "text": "Officials stressed that local governments must speed up the building of a modern industrial system in Heilongjiang, guided by innovation. The weather was fine."},
            {"id": "y", "text": "Some said otherwise. It was emphasised that local governments need to speed up the creation of a modern system for industry in Heilongjiang, led by innovation."}]
    others = [{"id": str(n), "text": f"Another text number {n} about sports, music and food in the city; nothing else happened today."} for n in range(6)]
    found = shared_passages(make_articles(anew + others), read_lexicon(), min_score=0.5)
    assert found[["article_id", "other", "kind"]].values.tolist()[0] == ["x", "y", "reworded"] and "Heilongjiang" in found["text"].iloc[0] and "local governments" in found["text"].iloc[0]


def test_names_are_no_statements():
    plain = "Tractors harvest barley; pipelines carry kerosene; glaciers shrink."  # common to both, before the names in one and after them in the other
    for first, last in (("", ""), (plain, plain)):
        check_names(first, last)


def check_names(first, last):
    texts = [f"{start} White House Budget Director Mick Mulvaney and House Speaker Paul Ryan of Wisconsin {end}." for start, end in ((f"{first} Yesterday", "met at noon in a small office"), ("It rained when", f"left for the airport by car. {last}"))]
    shared = shared_passages(make_articles([{"id": str(n), "text": text} for n, text in enumerate(texts)]))
    assert not shared["text"].str.contains("Mulvaney").any()


def test_each_side_of_the_card_stands_on_its_side(clean):
    card = compare_sides(clean, choose_articles(clean, "000"), choose_articles(clean, "003"), read_lexicon(), ("000", "003"))
    page = card_page(card)
    pairs = re.findall(r'<div class="two"><div><blockquote>.*?</blockquote><p class="note">(\d{3})_.*?</div><div><blockquote>.*?</blockquote><p class="note">(\d{3})_', page, re.S)
    assert len(pairs) == min(len(card.shared), 12) and set(pairs) == {("000", "003")}
    turned = card_page(compare_sides(clean, choose_articles(clean, "003"), choose_articles(clean, "000"), read_lexicon(), ("003", "000")))
    assert set(re.findall(r'<div class="two"><div><blockquote>.*?</blockquote><p class="note">(\d{3})_.*?</div><div><blockquote>.*?</blockquote><p class="note">(\d{3})_', turned, re.S)) == {("003", "000")}
    figures = page[page.index("Figures of both"):page.index("Who speaks")]
    assert figures.index("11.4 percent") < figures.index("10.6%") and card.terms.query("term == 'new_quality_productive_forces'")["log_ratio"].item() < 0


def test_log_ratio_of_hardie_and_its_zero():
    assert log_ratio(0, 4, 100, 100)[0] == -3 and log_ratio(40, 10, 1000, 1000)[0] == 2 and np.isclose(log_ratio(3, 1, 100, 300)[0], np.log2(9))


@pytest.mark.parametrize("text", ["growth of 5% and " * 3000, "Alpha Beta Gamma " * 2000 + "said that 5%", "increased " + "by the total average " * 8000 + "5%", "“a " * 8000, "5%" * 1000])
def test_endless_sentences_are_cut(text):
    "A list without a full stop costs as much as its length: sentences are cut after 1,500 characters."
    articles = make_articles([{"id": "a", "text": text}])
    figures, said = find_figures(articles), find_statements(articles)
    assert figures["sentence"].str.len().max() <= 1500 or figures.empty
    assert all(text[row.start:row.end].strip() for row in figures.itertuples()) and said["sentence"].str.len().le(1500).all()


@pytest.mark.parametrize("least", [0.5, 0.67, 0.8, 0.9, 1.0])
def test_indicators_are_joined_as_by_comparing_all_pairs(least):
    rng = np.random.default_rng(int(100 * least))
    words = [frozenset(f"w{number}" for number in rng.zipf(1.4, rng.integers(1, 7)) % 15) for _ in range(60)]
    label = list(range(len(words)))  # the naive way: take over the smaller label until nothing changes
    while (new := [min(label[j] for j in range(len(words)) if 2 * len(words[i] & words[j]) >= least * (len(words[i]) + len(words[j]))) for i in range(len(words))]) != label:
        label = new
    assert len(set(zip(label, _same_indicator(words, least)))) == len(set(label)) == len(set(_same_indicator(words, least)))


def test_the_card_marks_topics_that_do_not_return(clean):
    card = compare_sides(clean, choose_articles(clean, "000"), choose_articles(clean, "003"), read_lexicon(), n_topics=12)
    assert card.topics["label"].str.endswith("(unstable)").sum() >= 4 and "(unstable)" in card_page(card)
