"""The ledger on labelled corpora: what it finds, what it leaves alone, and that it can be trusted to the character."""
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_lda import make_articles, read_articles
from policy_lda.cleaning import apply_ledger, find_duplicates, find_noise, restore, score_clauses, score_sentences, show_ledger, split_words

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
from splices import corpora as spliced_corpora, load

SPLICES_OF_003 = [
    "Pei’s mother’s heartbeat suddenly skipped a beat, and the answer she had never gotten from her son before was clearly revealed at this moment.",
    "Although you are not stupid, you have been pampered by your parents since you were a child. My mother is afraid that you will be lazy.",
    "Xi Caixiu looked at her speechlessly, not knowing what to say.", "changes will be made. Grades dropped.",
    "and the doctor came and went. My father came and went, but my mother was always by my side. After feeding her porridge and medicine, "
    "she forcibly ordered her to close her eyes and sleep.", "I will be teaching in Tianjin. “She said seriously.",
    "How many innocent people were harmed by her reckless behavior in her youth? It’s really not wrong for her to be in this situation now, she really deserves it."]


def labels(records):
    "For each article whether each character was spliced in."
    marks = {record["id"]: np.zeros(len(record["text"]), bool) for record in records}
    for record in records:
        for start, end in record["injected_spans"]:
            marks[record["id"]][start:end] = True
    return marks


def average_precision(positive, score):
    "Area under the precision-recall curve, by steps."
    order = np.argsort(-score, kind="stable")
    hits = positive[order]
    return (np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits].mean()


def measured(records):
    "Sentence-level average precision; precision and recall of what is removed, and the loss of untouched articles, by characters."
    articles, marks = make_articles([dict(id=one["id"], text=one["text"], lang="en") for one in records]), labels(records)
    registers = score_clauses(articles)
    sentences = score_sentences(registers)
    positive = np.array([marks[row.article_id][row.start:row.end].mean() > 0.5 for row in sentences.itertuples()])
    ledger, removed = find_noise(articles, registers=registers), {name: np.zeros(len(mark), bool) for name, mark in marks.items()}
    for row in ledger[ledger["action"] == "removed"].itertuples():
        removed[row.article_id][row.start:row.end] = True
    gone, foreign = np.concatenate(list(removed.values())), np.concatenate(list(marks.values()))
    untouched = np.concatenate([np.full(len(mark), not mark.any()) for mark in marks.values()])
    return dict(average_precision=average_precision(positive, sentences["score"].to_numpy()) if positive.any() else None,
                precision=foreign[gone].mean() if gone.any() else 1.0, recall=gone[foreign].mean() if foreign.any() else None,
                untouched_removed=gone[untouched].mean())


@pytest.fixture(scope="module")
def known(corpora):
    "The spliced corpora of the benchmark."
    return spliced_corpora(corpora)


def test_spliced_news_as_the_benchmark_says(known):
    name = "news + novels (labelled set)"
    found = measured(known[name])
    assert found["average_precision"] >= 0.94 and found["precision"] >= 0.97 and found["recall"] >= 0.70
    assert found["untouched_removed"] <= 0.003
    table = pd.read_csv(Path(__file__).parents[1] / "benchmarks" / "results" / "cleaning_quality.csv").set_index("corpus").loc[name]
    assert all(abs(table[key] - value) < 0.01 for key, value in found.items())


@pytest.mark.parametrize("name, precision, recall, ranking", [
    ("UN speeches + novels", 0.95, 0.8, 0.95), ("Commons speeches + novels", 0.97, 0.7, 0.95),
    ("news + novels, also within sentences", 0.97, 0.6, 0.95), ("12 UN speeches + novels", 0.95, 0.1, 0.9)])
def test_other_sources(known, name, precision, recall, ranking):
    found = measured(known[name])
    assert found["precision"] >= precision and found["recall"] >= recall and found["average_precision"] >= ranking
    assert found["untouched_removed"] <= 0.003


@pytest.mark.parametrize("name", ["news", "UN speeches", "Commons speeches", "addresses"])
def test_corpora_without_splices_lose_next_to_nothing(known, name):
    assert measured(known[name])["untouched_removed"] <= 0.003


def test_every_splice_of_the_seeds_is_in_the_ledger(seeds):
    articles = read_articles(seeds)
    ledger = find_noise(articles)
    texts = articles.set_index("article_id")["text"]
    marked = {name: {action: np.zeros(len(text), bool) for action in ("removed", "flagged")} for name, text in texts.items()}
    for row in ledger.itertuples():
        marked[row.article_id][row.action][row.start:row.end] = True
    name, four = texts.index[3], texts.index[4]
    spliced = np.zeros(len(texts[name]), bool)
    for passage in SPLICES_OF_003:
        start = texts[name].index(passage)
        spliced[start:start + len(passage)] = True
        assert (marked[name]["removed"] | marked[name]["flagged"])[start:start + len(passage)].mean() > 0.95, passage
    lines = texts[four].split("\n")
    for edge in (lines[0], "Graphic design - Design", "An accelerator for your business development", "Head Office"):
        assert any(edge in row.text and row.action == "removed" for row in ledger[ledger["article_id"] == four].itertuples()), edge
    injected = ledger[(ledger["kind"] == "injected") & (ledger["action"] == "removed")]
    assert set(injected["article_id"]) == {name}
    assert not any((~spliced)[row.start:row.end].any() for row in injected.itertuples())


@pytest.mark.parametrize("slogan", [
    "The government will deepen supply-side structural reform, foster new quality productive forces and pursue high-quality development.",
    "The minister stressed that we must hold high the great banner of socialism and rally more closely around the core."])
@pytest.mark.parametrize("n_quoting", [12, 40])
def test_a_slogan_that_many_articles_quote_is_not_removed(corpora, slogan, n_quoting):
    texts = [one["text"] for one in load(corpora, "news_articles_2016_2017") if one["text"].count("minister") + one["text"].count("government") > 5][:40]
    quoting = [text.replace(". ", f". {slogan} ", 1) if place < n_quoting else text for place, text in enumerate(texts)]
    ledger = find_noise(make_articles([dict(id=str(place), text=text) for place, text in enumerate(quoting)]))
    assert not any(slogan[:40] in text for text in ledger.loc[ledger["action"] == "removed", "text"])


def test_other_languages_within_english_articles_are_left_alone():
    english = [f"The council said that it would build road number {place} to the sea, and that the money for it was there." for place in range(30)]
    french = "Le gouvernement a annoncé que la réforme des retraites serait présentée au parlement avant la fin du mois de juin."
    articles = make_articles([dict(id=str(place), text=f"{text}\n{french}") for place, text in enumerate(english)])
    ledger, judged = find_noise(articles), score_clauses(articles).clauses
    assert ledger[ledger["kind"] == "injected"].empty
    length = dict(zip(articles["article_id"], map(len, english)))
    assert len(judged) >= 30 and (judged["end"] <= judged["article_id"].map(length)).all()


def test_bulletins_that_differ_in_their_figures_stay():
    lines = ["Grain output was {} million tons.", "The population was {} million people", "Steel exports: {} tons", "Prices rose by {} percent"] * 2
    articles = make_articles([dict(id=str(month), source="Statistics Office", text="\n".join(line.format(month * 7 + place) for place, line in enumerate(lines)))
                              for month in range(12)])
    assert not (find_noise(articles)["action"] == "removed").any()


def test_hard_line_breaks_are_no_paragraphs(corpora):
    import textwrap
    texts = [one["text"] for one in load(corpora, "news_articles_2016_2017")[:40]]
    for line_end in ("\n", " \n", "\r\n"):
        articles = make_articles([dict(id=str(place), text=line_end.join(textwrap.wrap(text, 60))) for place, text in enumerate(texts)])
        ledger = find_noise(articles)
        assert not ((ledger["kind"] == "boilerplate") & (ledger["action"] == "removed")).any()


def test_a_written_ledger_restores_awkward_ids_and_texts(tmp_path):
    from policy_lda.cleaning import read_ledger
    from policy_lda.report import save_table
    articles = make_articles([dict(id=name, text=f"Growth <> rose. NA <>,<> {name}") for name in ("=cmd", "-5", "NA", "007", "+1")])
    ledger = find_noise(articles)
    save_table(ledger, tmp_path / "ledger.csv")
    again = read_ledger(tmp_path / "ledger.csv")
    assert again.equals(ledger) and restore(apply_ledger(articles, again), again).equals(articles)
    with pytest.raises(ValueError, match="does not fit"):
        apply_ledger(articles[1:], ledger)


def test_near_duplicates(corpora):
    articles = make_articles([dict(id=one["id"], text=one["text"]) for one in load(corpora, "neardup_minhash_1000")])
    truth = {frozenset(line.split()) for line in (corpora / "neardup_minhash_1000" / "truth_pairs.tsv").read_text().splitlines()}
    found = find_duplicates(articles)
    assert {frozenset((row.article_id, row.rule.split()[-1])) for row in found.itertuples()} == truth
    assert (found["action"] == "removed").all()


def test_of_copies_the_dated_is_kept_and_copies_of_copies_form_one_group():
    words = [f"word{number}" for number in range(200)]
    texts = [" ".join(words), " ".join([*words[:190], "new", "end"]), " ".join([*words[5:190], "other", "end"]), "unrelated words altogether"]
    articles = make_articles([dict(id=name, text=text, date=date) for name, text, date in zip("abcd", texts, ("", "", "2024-08-03", ""))])
    found = find_duplicates(articles).set_index("article_id")
    assert set(found.index) == {"a", "b"} and found["rule"].str.endswith(" c").all()
    flagged = found[found["action"] == "flagged"]
    assert (flagged["score"] < 0.9).all() and (found.loc[found["action"] == "removed", "score"] >= 0.9).all()


def test_exact_copies_of_a_near_copy_and_short_words():
    core = " ".join(f"core{number}" for number in range(300))
    longest, copy = core + " " + " ".join(f"more{number}" for number in range(120)), core + " " + " ".join(f"end{number}" for number in range(20))
    found = find_duplicates(make_articles([dict(id="A", text=longest), dict(id="B", text=copy), dict(id="C", text=copy)])).set_index("article_id")
    assert found.loc["B", "action"] == "flagged" and found.loc["C", ["action", "rule"]].tolist() == ["removed", "same words as B"]
    spoken = make_articles([dict(id=name, text="Will the hon. Gentleman give way?") for name in "ab"])
    assert find_duplicates(spoken)["action"].tolist() == ["flagged"]


def test_articles_that_share_less_than_the_threshold_are_no_copies():
    half = [" ".join(f"w{pair}x{number}" for number in range(60)) for pair in range(20)]
    own = [" ".join(f"own{number}x{place}" for place in range(30)) for number in range(40)]
    articles = make_articles([dict(id=str(number), text=f"{half[number // 2]} {own[number]}") for number in range(40)])
    assert find_duplicates(articles).empty          # each pair shares 58 of 118 sequences, 0.49
    assert (find_duplicates(articles, flag=0.45)["score"].round(2) == 0.49).sum() >= 10


def test_a_flagged_copy_stands_beside_its_own_rows():
    words = " ".join(f"word{number}" for number in range(60))
    articles = make_articles([dict(id="a", text=words), dict(id="b", text=f"{words} and <> {words.replace('word1', 'other1')}")])
    ledger = find_noise(articles)
    assert ledger["kind"].tolist() in (["duplicate", "placeholder"], ["placeholder"])
    assert "<mark" in show_ledger(articles, ledger, "b").markup


def test_order_of_articles_changes_nothing(seeds):
    articles, key = read_articles(seeds), ["article_id", "start"]
    mixed = articles.iloc[[3, 0, 4, 2, 1]].reset_index(drop=True)
    one, other = (find_noise(table).sort_values(key).reset_index(drop=True) for table in (articles, mixed))
    pd.testing.assert_frame_equal(one, other, rtol=1e-4)


def test_other_languages_and_empty_texts_are_left_alone():
    articles = make_articles([dict(id="x", text="高质量发展是全面建设社会主义现代化国家的首要任务。"), dict(id="y", text="", lang="en"), dict(id="z", text="... !", lang="en")])
    assert find_noise(articles).empty and score_clauses(articles).clauses.empty
    assert find_noise(articles[:0]).empty


PIECES = st.sampled_from(["Growth rose, ", "she said. ", "<>", "\n", "“Real” ", "Release Date:\n", "9000 million ", "and the doctor came and went. ", "中国", "\ufffd", "  ", "x"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(PIECES, max_size=12).map("".join), min_size=1, max_size=5))
def test_any_text_gives_a_ledger_that_quotes_it_and_can_be_undone(texts):
    articles = make_articles([dict(id=str(number), text=text) for number, text in enumerate(texts)])
    ledger, own = find_noise(articles), dict(zip(articles["article_id"], articles["text"]))
    assert all(own[row.article_id][row.start:row.end] == row.text for row in ledger.itertuples())
    assert ledger["score"].between(0, 1).all()
    assert restore(apply_ledger(articles, ledger), ledger).equals(articles)
    for _, rows in ledger[ledger["action"] == "removed"].groupby("article_id"):
        assert (rows["start"].to_numpy()[1:] >= rows["end"].to_numpy()[:-1]).all()


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from("aB.,;:!?“”’'\n 中。，"), max_size=80))
def test_clauses_follow_each_other_and_lose_no_word(text):
    articles = make_articles([dict(id="x", text=text)])
    clauses = split_words(articles).clauses
    assert (clauses["start"] < clauses["end"]).all() and (clauses["start"].to_numpy()[1:] >= clauses["end"].to_numpy()[:-1]).all()
    inside = "".join(text[row.start:row.end] for row in clauses.itertuples())
    assert sum(map(str.isalpha, inside)) == sum(map(str.isalpha, text))
