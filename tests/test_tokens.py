"""Passages, terms and counts: every setting, both languages, and the way to other libraries and back."""
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from policy_lda import InputError, TokenSpec, article_periods, dtm_group, dtm_trim, encode_tokens, find_mentions, keyword_trend, make_articles, make_dtm, read_lexicon, split_passages, tokenize
from policy_lda.dtm import dtm_from_frame, dtm_from_gensim, dtm_from_matrix, dtm_rows
from policy_lda.tokens import GENSIM, stop_words
from policy_lda.trends import count_terms

TEXT = "The 5G Vehicles of China grew by 12.5% in 2024, and vehicles were selling. Strong China’s AI, R&D!"
LEXICON = pd.DataFrame([("strong_country", "强国", "strong China"), ("new_energy", "新能源", "new energy"), ("none", "", "加强国"), ("none", "", "new energy drink")], columns=["concept", "chinese", "variant"])
PLAIN = dict(phrases=False)


def corpus(*texts, **fields) -> pd.DataFrame:
    return make_articles([{"id": f"a{number}", "text": text} | fields for number, text in enumerate(texts)])


def terms_of(*texts, lexicon=None, **settings) -> list:
    return tokenize(corpus(*texts), lexicon, TokenSpec(**settings)).tolist()


# Settings

@pytest.mark.parametrize("settings, says", [
    (dict(rule="word"), "`rule` must be one of words, letters; got 'word'."), (dict(phrase_scoring="pmi"), "`phrase_scoring` must be one of npmi, default; got 'pmi'."),
    (dict(stop_words="english"), "`stop_words` must be 'library' or a tuple of words; got 'english'."), (dict(lower=False), "`lemmas` are in lower case; set `lemmas=False` with `lower=False`."),
    (dict(phrase_min_count=0), "`phrase_min_count` must be at least 1; got 0.")])
def test_settings_that_cannot_be_are_one_sentence(settings, says):
    with pytest.raises(ValueError) as caught:
        TokenSpec(**settings)
    assert str(caught.value) == says


@pytest.mark.parametrize("settings", [dict(max_length=0), dict(min_length=5, max_length=3)])
def test_lengths_that_leave_nothing_are_refused_or_leave_nothing(settings):
    try:
        assert terms_of(TEXT, **settings) == [[]]
    except ValueError as error:
        assert "length" in str(error)


@pytest.mark.parametrize("settings, expected", [
    (dict(), "vehicle china grow vehicle sell strong china ai r&d"),
    (dict(numbers=True), "5g vehicle china grow 12.5 2024 vehicle sell strong china ai r&d"),
    (dict(lemmas=False), "vehicles china grew vehicles selling strong china’s ai r&d"),
    (dict(lemmas=False, lower=False), "Vehicles China grew vehicles selling Strong China’s AI R&D"),
    (dict(min_length=3), "vehicle china grow vehicle sell strong china r&d"), (dict(min_length=1, max_length=4), "grow sell ai r&d"),
    (dict(stop_words=()), "the vehicle of china grow by in and vehicle be sell strong china ai r&d"),
    (dict(stop_words=("vehicle", "selling", "ai")), "the of china grow by in and be strong china r&d"),
    (dict(stop_words=("Vehicle", "CHINA")), "the of grow by in and be sell strong ai r&d"),
    (dict(lemmas=False, lower=False, stop_words=("the", "vehicles")), "of China grew by in and were selling Strong China’s AI R&D"),
    (dict(rule="letters", stop_words=(), lemmas=False), "the vehicles of china grew by in and vehicles were selling strong china ai"),
    (dict(rule="letters", lower=False, lemmas=False, stop_words=(), min_length=5), "Vehicles China vehicles selling Strong China")])
def test_each_setting_does_what_it_says(settings, expected):
    assert " ".join(terms_of(TEXT, **PLAIN, **settings)[0]) == expected


def test_concepts_are_single_terms_unless_they_are_off():
    assert terms_of(TEXT, lexicon=LEXICON, **PLAIN) == [["vehicle", "china", "grow", "vehicle", "sell", "strong_country", "ai", "r&d"]]
    assert terms_of(TEXT, lexicon=LEXICON, concepts=False, **PLAIN) == terms_of(TEXT, **PLAIN)
    assert terms_of("A new energy, a new energy drink.", lexicon=LEXICON, **PLAIN) == [["new_energy", "new", "energy", "drink"]]


def test_concepts_need_the_rule_words():
    with pytest.raises(ValueError, match="set `concepts=False` with the rule 'letters'"):
        terms_of("Buy new. Energy is new energy.", lexicon=LEXICON, rule="letters", **PLAIN)
    assert terms_of("Buy new. Energy", lexicon=LEXICON, rule="letters", concepts=False, **PLAIN) == [["buy", "new", "energy"]]


def test_one_text_does_not_change_the_case_of_another():
    settings = dict(rule="letters", lower=False, lemmas=False, stop_words=(), **PLAIN)
    assert terms_of("Alpha Beta", "Gamma ΣΑΣ İx", **settings)[0] == ["Alpha", "Beta"]


def test_a_phrase_never_counts_as_a_concept_that_is_named_like_it():
    renewable = LEXICON.assign(variant=LEXICON["variant"].replace("new energy", "renewable power"))
    for lexicon, wording in [(renewable, "new energy"), (read_lexicon(), "new normal")]:
        articles = corpus(*[f"This is the {wording} of masks."] * 8)
        found = make_dtm(encode_tokens(articles, lexicon)).to_frame().sum()
        mentions = find_mentions(articles, lexicon)
        name = wording.replace(" ", "_")
        assert name in set(lexicon["concept"]) and found.get(name, 0) == (mentions["concept"] == name).sum()


def test_phrases_are_pairs_beside_each_other_from_left_to_right():
    texts = ["supply chain grows", "a supply chain", "supply, chain", "supply of chain", "supply chain. Chain supply"] * 2
    found = terms_of(*texts, phrase_min_count=3, phrase_threshold=0.0)
    assert found[:5] == [["supply_chain", "grow"], ["supply_chain"], ["supply", "chain"], ["supply", "chain"], ["supply_chain", "chain", "supply"]]
    assert terms_of(*texts, phrase_min_count=7, phrase_threshold=0.0) == terms_of(*texts, **PLAIN)
    assert terms_of("new energy supply chain", *texts, lexicon=LEXICON, phrase_min_count=3, phrase_threshold=0.0)[0] == ["new_energy", "supply_chain"]


def test_stop_words_come_from_libraries_or_from_the_user():
    assert {"the", "of"} <= stop_words(TokenSpec()) and not {"system", "interest"} & stop_words(TokenSpec()) and "我们" in stop_words(TokenSpec(), "zh")
    assert stop_words(TokenSpec(stop_words=("a",)), "zh") == {"a"} and stop_words(GENSIM) == frozenset()


# Passages

@pytest.mark.parametrize("target", [None, 1, 5, 10**9])
def test_articles_without_words_have_no_passage_and_the_others_keep_their_order(target):
    articles = corpus("", "One sentence. Another one!", "… — !!!", "新质生产力。第二句", " \n ", "Last")
    passages = split_passages(articles, target)
    assert passages.columns.tolist() == ["passage_id", "article_id", "start", "end", "lang", "text"]
    assert passages["article_id"].unique().tolist() == ["a1", "a3", "a5"] and passages["passage_id"].is_unique
    assert len(passages) == (5 if target == 1 else 3) and passages["lang"].tolist() == ["zh" if name == "a3" else "en" for name in passages["article_id"]]
    assert split_passages(corpus(), target).empty


def test_passages_have_about_as_many_words_as_asked_for():
    text = "\n\n".join(["One two three four five six seven eight. " * 5] * 8)
    lengths = split_passages(corpus(text), 40)["text"].str.split().str.len()
    assert (lengths == 40).all() and len(lengths) == 8
    assert split_passages(corpus("一二三四五六七八九十。" * 8), 10)["text"].str.len().tolist() == [22] * 4


def test_passages_prefer_the_ends_of_paragraphs_and_keep_their_closing_marks():
    text = "“One two three.” Four five six.\n\nSeven eight! “Nine ten eleven twelve?” Thirteen…\n一二三四。”五六，七八九十。"
    assert split_passages(corpus(text, lang="en"), 12)["text"].tolist() == ["“One two three.” Four five six.", "Seven eight! “Nine ten eleven twelve?” Thirteen…", "一二三四。”五六，七八九十。"]
    assert split_passages(corpus(text, lang="en"), 1)["text"].tolist() == [
        "“One two three.”", "Four five six.", "Seven eight!", "“Nine ten eleven twelve?”", "Thirteen…", "一二三四。”", "五六，七八九十。"]


def test_cutting_many_short_texts_looks_at_each_spelling_once(monkeypatch):
    from policy_lda import tokens
    asked, texts = [], [" ".join(f"w{number}x{place}" for place in range(20)) for number in range(200)]

    class Counted:
        def match(self, spelling):
            asked.append(spelling)

    monkeypatch.setattr(tokens, "_HAN", Counted())
    assert len(split_passages(corpus(*texts))) == 200 and len(asked) <= 2 * 200 * 20


# Two languages

BOTH = make_articles([{"id": f"{number}", "text": text} for number, text in enumerate(
    ["We use new energy in a strong China.", "我们要发展新能源，建设强国，加强国防。", "New energy grows.", "新能源车 and new energy 很多。", "", "强国", "Strong China"])])


def test_english_and_chinese_alternate_in_one_frame():
    found = tokenize(BOTH, LEXICON, TokenSpec(**PLAIN))
    alone = pd.concat([tokenize(BOTH[BOTH["lang"] == lang], LEXICON, TokenSpec(**PLAIN)) for lang in ("zh", "en")])
    assert found.tolist() == alone[found.index].tolist() and found.index.tolist() == BOTH["article_id"].tolist()
    assert [[term for term in terms if term in set(LEXICON["concept"])] for terms in found] == [
        ["new_energy", "strong_country"], ["new_energy", "strong_country"], ["new_energy"], ["new_energy"], [], ["strong_country"], ["strong_country"]]
    assert "发展" in found.iloc[1] and "国防" in found.iloc[1] and "我们" not in found.iloc[1]


def test_traditional_characters_give_the_terms_of_simplified_ones():
    assert tokenize(corpus("發展經濟，建設強國。", lang="zh"), LEXICON).tolist() == tokenize(corpus("发展经济，建设强国。", lang="zh"), LEXICON).tolist()


def no_extra(name):
    raise InputError("install `policy-lda[zh]`")


def test_without_the_extra_chinese_is_reduced_to_its_concepts_with_a_warning(monkeypatch):
    monkeypatch.setattr("policy_lda.tokens._extra", no_extra)
    with pytest.warns(UserWarning, match=r"install `policy-lda\[zh\]`.* reduced to the concepts") as caught:
        found = tokenize(BOTH, LEXICON)
    assert len(caught) == 1 and found.tolist()[1:4:2] == [["new_energy", "strong_country"], ["new_energy"]] and found.iloc[0] == ["use", "new_energy", "strong_country"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert tokenize(BOTH[BOTH["lang"] == "en"], LEXICON).tolist() == [["use", "new_energy", "strong_country"], ["new_energy", "grow"], [], ["strong_country"]]


def test_the_extra_that_is_missing_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "jieba", None)
    with pytest.warns(UserWarning, match=r"install `policy-lda\[zh\]`"):
        assert tokenize(corpus("发展强国。"), LEXICON).tolist() == [["strong_country"]]


def test_trends_are_told_by_language_and_never_added_up():
    articles = make_articles([dict(id="e1", text="New energy. " * 3, date="2024-01-10"), dict(id="z1", text="新能源。新能源。", date="2024-01-20"),
                              dict(id="e2", text="Strong China.", date="2024-03-01"), dict(id="z2", text="强国", date="2024"), dict(id="e3", text="...", date="2024-02-01")])
    trend = keyword_trend(articles, LEXICON)
    assert trend.columns[:3].tolist() == ["period", "lang", "concept"] and not trend.duplicated(["period", "lang", "concept"]).any()
    rows = trend.set_index(["period", "lang", "concept"])
    assert rows.loc[("2024-01", "en", "new_energy"), ["n_mentions", "n_terms", "n_articles", "n_with", "estimate"]].tolist() == [3, 6, 1, 1, 500]
    assert rows.loc[("2024-01", "zh", "new_energy"), ["n_mentions", "n_terms", "n_articles", "n_with"]].tolist() == [2, 6, 1, 1]
    assert rows.loc[("undated", "zh", "strong_country"), "n_mentions"] == 1 and ("undated", "en", "strong_country") not in rows.index
    assert rows.loc[("2024-02", "en", "new_energy"), "n_articles"] == 0 and np.isnan(rows.loc[("2024-02", "en", "new_energy"), "estimate"])
    assert rows["n_mentions"].sum() == len(find_mentions(articles, LEXICON)) == 7
    assert count_terms(articles).tolist() == [6, 6, 2, 2, 0]


# Counts

LISTS = pd.Series([["b", "a", "b"], [], ["c"], ["a", "c", "c"]], index=["x:1", "x:2", "y:1", "y:2"])


def same(a, b):
    assert a.digest() == b.digest() and a.to_frame().equals(b.to_frame()) and a.counts.dtype == b.counts.dtype == np.int32 and a.counts.has_sorted_indices and b.counts.has_sorted_indices


def test_counts_remember_documents_terms_and_settings():
    spec = TokenSpec(**PLAIN)
    dtm = make_dtm(LISTS, spec)
    assert dtm.terms == ("a", "b", "c") and dtm.doc_ids == tuple(LISTS.index) and dtm.spec is spec and dtm.to_frame().values.tolist() == [[1, 2, 0], [0, 0, 0], [0, 0, 1], [1, 0, 2]]
    articles = corpus("new energy grows", "energy")
    assert make_dtm(encode_tokens(articles, LEXICON, spec)).spec is spec
    assert make_dtm(encode_tokens(articles, LEXICON, spec)).terms == ("energy", "grow", "new_energy"), "a word inside a mention has no column of its own"


@pytest.mark.parametrize("lists", [LISTS, LISTS.iloc[:0], LISTS.iloc[1:2], LISTS.iloc[::-1]], ids=["all", "none", "empty", "reversed"])
def test_counts_go_to_other_libraries_and_back(lists):
    dtm = make_dtm(lists)
    same(dtm, dtm_from_gensim(*dtm.to_gensim(), dtm.doc_ids))
    same(dtm, dtm_from_frame(dtm.to_frame()))
    counts, names = dtm.to_sklearn()
    for matrix in (counts, counts.tocsc(), counts.tocoo(), sparse.csr_array(counts), counts.astype(np.float64), counts.astype(np.int64), counts.toarray().reshape(counts.shape)):
        same(dtm, dtm_from_matrix(matrix, names, dtm.doc_ids))
    bags, dictionary = dtm.to_gensim()
    assert dictionary.token2id == {term: column for column, term in enumerate(dtm.terms)} and len(list(bags)) == len(lists) == dictionary.num_docs
    assert [{dictionary[column]: n for column, n in bag} for bag in bags] == [pd.Series(found, dtype=object).value_counts().to_dict() for found in lists]


def test_a_matrix_as_another_library_leaves_it_is_put_in_order():
    messy = sparse.csr_matrix((np.array([1, 0, 2, 1]), np.array([2, 1, 0, 2]), np.array([0, 4])), shape=(1, 3))
    dtm = dtm_from_matrix(messy, np.array(["x", "y", "z"]))
    assert dtm.counts.indices.tolist() == [0, 2] and dtm.counts.data.tolist() == [2, 2] and dtm.doc_ids == (0,) and dtm.terms == ("x", "y", "z") and type(dtm.terms[0]) is str
    assert messy.nnz == 4, "the matrix that was given stays as it was"


@pytest.mark.parametrize("counts, terms, docs, says", [
    ([[0.5]], ["a"], None, "whole numbers"), ([[-1]], ["a"], None, "whole numbers"), ([[3e9]], ["a"], None, "whole numbers"), ([[np.inf]], ["a"], None, "whole numbers"),
    ([[np.nan]], ["a"], None, "whole numbers"), ([[1, 2]], ["a"], None, "2 different `terms`; got 1 and 1"), ([[1, 2]], ["a", "a"], None, "2 different `terms`"),
    ([[1, 2]], ["1", 1], None, "different `terms`"), ([[1], [2]], ["a"], ["x"], "2 `doc_ids`")])
@pytest.mark.filterwarnings("ignore:invalid value encountered in cast:RuntimeWarning")
def test_what_is_no_table_of_counts_is_refused(counts, terms, docs, says):
    with pytest.raises(ValueError, match=says):
        dtm_from_matrix(counts, terms, docs)


def test_trimming_is_by_documents_and_drops_none():
    dtm = make_dtm(LISTS)
    assert dtm_trim(dtm, 2, 1).terms == ("a", "c") and dtm_trim(dtm, 1, 0.25).terms == ("b",) and dtm_trim(dtm, 1, 0.5).terms == ("a", "b", "c")
    small = dtm_trim(dtm, 3, 1)
    assert small.terms == () and small.doc_ids == dtm.doc_ids and small.counts.shape == (4, 0) and dtm_trim(dtm, 2, 1).counts.has_sorted_indices
    for share in (0, -1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="max_share"):
            dtm_trim(dtm, 1, share)
    assert dtm_rows(dtm, [True, False, False, True]).doc_ids == ("x:1", "y:2") and dtm_rows(dtm, [False] * 4).counts.shape == (0, 3)


def test_groups_by_article_source_and_period():
    articles = make_articles([dict(id="x", text="b a b", source="S", date="2024-01-01"), dict(id="y", text="c", source="R", date="2023-05")])
    dtm, by = make_dtm(LISTS), articles.set_index("article_id")
    rows = lambda groups: {name: row.tolist() for name, row in zip(dtm_group(dtm, groups).doc_ids, dtm_group(dtm, groups).counts.toarray())}
    assert rows(by["source"]) == {"R": [1, 0, 3], "S": [1, 2, 0]} and list(rows(by["source"])) == ["R", "S"]
    assert rows(article_periods(articles, "M")) == {"2023-05": [1, 0, 3], "2024-01": [1, 2, 0]} == rows(article_periods(articles, "M")[::-1])
    assert rows(pd.Series(["x", "x", "y", "y"])) == rows(["x", "x", "y", "y"]) == rows(pd.Series({"x": "x", "y": "y"})) == {"x": [1, 2, 0], "y": [1, 0, 3]}
    assert rows(pd.Series({"y:2": "p", "y:1": "q", "x:2": None, "x:1": "q"})) == {"p": [1, 0, 2], "q": [1, 2, 1]}
    assert rows(pd.Series([None] * 4)) == {} and dtm_group(dtm, by["source"]).counts.has_sorted_indices and dtm_group(dtm, by["source"]).counts.dtype == np.int32
    for groups in (["x"], pd.Series({"x": "x"}), pd.Series({"x": "x", "z": "y"})):
        with pytest.raises(ValueError, match="one group for each of the 4 documents"):
            dtm_group(dtm, groups)


# Memory

PROBE = """
import random
from itertools import accumulate
from policy_lda import encode_tokens, make_articles, read_lexicon
rng, letters = random.Random(1), "abcdefghijklmnopqrstuvwxyz"
words = ["the", "of", "and", "to", "in"] + ["".join(rng.choices(letters, k=rng.randint(2, 10))) for _ in range(20_000)]
shares = list(accumulate(1 / (rank + 5) for rank in range(len(words))))  # Zipf's law
texts = (" ".join(rng.choices(words, cum_weights=shares, k=430)) + "." for _ in range(22_000))
articles, lexicon = make_articles({"id": number, "text": text, "lang": "en"} for number, text in enumerate(texts)), read_lexicon()
encode_tokens(articles.head(300), lexicon)  # compiled code and dictionaries are loaded before it counts
value = lambda name: int(next(line for line in open("/proc/self/status") if line.startswith(name)).split()[1]) * 1024
open("/proc/self/clear_refs", "w").write("5")
before = value("VmRSS")
tokens = encode_tokens(articles, lexicon)
print(articles["text"].str.len().sum(), value("VmHWM") - before, len(tokens.ids))
"""


def test_terms_take_at_most_three_times_the_memory_of_the_texts():
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("peak memory is read from /proc, which this system does not have")
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    size, grown, n = map(int, done.stdout.split())
    assert size > 60e6 and n > 6e6 and grown < 3 * size, f"{grown / size:.2f} times the text"
