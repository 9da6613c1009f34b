"""Invariants, on generated input."""
import string

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_lda import LdaSpec, apply_ledger, find_mentions, find_noise, fit_lda, make_articles, make_dtm, read_lexicon, restore, split_passages, tokenize
from policy_lda.articles import decode_text
from policy_lda.checks import match_topics
from policy_lda.cleaning import split_words
from policy_lda.dates import parse_dates
from policy_lda.report import safe_cells
from policy_lda.terms import _form
from policy_lda.trends import poisson_interval

LEXICON = read_lexicon()
WORDS = ["new", "quality", "productive", "forces", "productivity", "industrialization", "the", "of", "Jiangsu", "5G+", "her", "mother", "<>", "R&D", "12%", "新质生产力"]
texts = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from([" ", ". ", ", ", "\n\n", "-", "” ", " “", "\r\n"])), max_size=80).map(lambda parts: "".join(word + gap for word, gap in parts))
any_text = st.text(max_size=300)


def corpus(*contents):
    return make_articles([{"id": f"a{i}", "text": text, "lang": "en"} for i, text in enumerate(contents)])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(texts, any_text), min_size=1, max_size=4))
def test_restore_undoes_the_ledger(contents):
    articles = corpus(*contents)
    ledger = find_noise(articles)
    clean = apply_ledger(articles, ledger)
    assert restore(clean, ledger).equals(articles)
    assert clean["text"].str.len().equals(articles["text"].str.len())
    source = articles.set_index("article_id")["text"]
    assert all(source[row.article_id][row.start:row.end] == row.text for row in ledger.itertuples())
    assert ledger["score"].between(0, 1).all()


OVERLAPPING = pd.DataFrame([("a", "", "new quality"), ("b", "", "quality productive"), ("c", "", "productive forces"), ("d", "", "quality productive forces"),
                            ("e", "", "the"), ("f", "", "the of")], columns=["concept", "chinese", "variant"])


def test_the_longest_form_wins_and_the_walk_goes_on_behind_it():
    mentions = find_mentions(corpus("new quality productive forces, quality productive forces of the of"), OVERLAPPING)
    assert mentions["concept"].tolist() == ["a", "c", "d", "f"]


@pytest.mark.parametrize("lexicon", [LEXICON, OVERLAPPING], ids=["shipped", "overlapping"])
@settings(max_examples=60, deadline=None)
@given(texts)
def test_mentions_quote_the_text_and_never_overlap(lexicon, text):
    mentions = find_mentions(corpus(text), lexicon)
    assert all(_form(text[row.start:row.end]) == _form(row.variant) for row in mentions.itertuples())
    assert (mentions["start"].to_numpy()[1:] >= mentions["end"].to_numpy()[:-1]).all()


@settings(max_examples=60, deadline=None)
@given(st.one_of(texts, any_text), st.integers(1, 30))
def test_passages_quote_their_article_in_order(text, target):
    passages = split_passages(corpus(text), target)
    assert all(text[row.start:row.end] == row.text for row in passages.itertuples())
    assert (passages["start"].to_numpy()[1:] >= passages["end"].to_numpy()[:-1]).all()


@given(any_text)
def test_clauses_are_in_order_and_inside(text):
    clauses = split_words(make_articles([dict(id="x", text=text)])).clauses
    assert (clauses["start"] < clauses["end"]).all() and (clauses["end"] <= len(text)).all()
    assert (clauses["start"].to_numpy()[1:] >= clauses["end"].to_numpy()[:-1]).all()


@given(any_text)
def test_dates_quote_the_text(text):
    for start, end, day in parse_dates(text + " 2024-08-03"):
        assert str(day.year) in (text + " 2024-08-03")[start:end]


@given(st.text(min_size=1))
def test_utf8_is_read_as_it_is(text):
    if "\0" not in text and not text.startswith("\ufeff"):
        assert decode_text(text.encode("utf-8", "replace"))[0] == text.encode("utf-8", "replace").decode()


@given(st.text())
def test_no_cell_is_a_formula(text):
    assert not safe_cells(pd.DataFrame({"text": [text]}))["text"].iloc[0].startswith(tuple("=+-@\t\r"))


@given(st.lists(st.lists(st.sampled_from(string.ascii_lowercase[:8]), max_size=20), min_size=1, max_size=8), st.randoms())
def test_counts_do_not_depend_on_the_order_of_documents(lists, random):
    tokens = pd.Series(lists, index=[f"d{i}" for i in range(len(lists))], dtype="object")
    order = list(tokens.index)
    random.shuffle(order)
    assert make_dtm(tokens).to_frame().loc[order].equals(make_dtm(tokens[order]).to_frame())


@given(st.integers(0, 2000), st.floats(0.5, 0.99))
def test_poisson_interval_holds_the_count(count, level):
    low, high = poisson_interval(count, level)
    assert low <= count <= high


def test_a_fit_is_repeatable_and_its_rows_sum_to_one(seeds):
    from policy_lda import read_articles
    tokens = tokenize(split_passages(read_articles(seeds)), LEXICON)
    a, b, other = (fit_lda(make_dtm(tokens), LdaSpec(3, random_state=state)) for state in (7, 7, 8))
    assert a.topic_term.equals(b.topic_term) and a.doc_topic.equals(b.doc_topic) and not a.topic_term.equals(other.topic_term)
    assert np.allclose(a.topic_term.sum(axis=1), 1) and np.allclose(a.doc_topic.sum(axis=1), 1)
    assert (match_topics(a.topic_term, a.topic_term.iloc[[2, 0, 1]]).pipe(lambda m: m["topic"] == m["match"])).all()


@pytest.mark.parametrize("kind", ["injected", "boilerplate"])
def test_a_planted_splice_is_found_and_a_clean_corpus_is_left_alone(kind, seeds):
    from policy_lda import read_articles
    articles = read_articles(seeds)
    host = articles.loc[1, "text"]
    novel = "She buried her face in her hands and wept, because her husband had never once come home to her that winter."
    at = host.index("Zhang Li") if kind == "injected" else len(host)
    planted = articles.assign(text=[text if i != 1 else host[:at] + ("\n\n" if kind == "boilerplate" else "") + novel + " " + host[at:] for i, text in enumerate(articles["text"])])
    before, after = find_noise(articles), find_noise(planted)
    removed = lambda ledger: " ".join(ledger[(ledger["article_id"] == articles.loc[1, "article_id"]) & (ledger["action"] == "removed")]["text"])
    assert "wept" in removed(after) and removed(before) == ""
