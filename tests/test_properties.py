"""Invariants, on generated input."""
import re
import string
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from gensim.models.phrases import Phrases
from gensim.utils import simple_preprocess
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_lda import LdaSpec, TokenSpec, apply_ledger, encode_tokens, find_mentions, find_noise, fit_lda, make_articles, make_dtm, read_lexicon, restore, split_passages, tokenize
from policy_lda.articles import decode_text
from policy_lda.stability import match_topics
from policy_lda.cleaning import split_words
from policy_lda.dates import parse_dates
from policy_lda.report import safe_cells
from policy_lda.terms import _HAN, _form, _matcher, normalize_tokens
from policy_lda.tokens import GENSIM, _cutter, phrase_score, split_sentences
from policy_lda.trends import poisson_interval
from policy_lda.words import scan_words

LEXICON = read_lexicon()
WORDS = ["new", "quality", "productive", "forces", "productivity", "industrialization", "the", "of", "Jiangsu", "5G+", "her", "mother", "<>", "R&D", "12%", "新质生产力"]
texts = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from([" ", ". ", ", ", "\n\n", "-", "” ", " “", "\r\n"])), max_size=80).map(lambda parts: "".join(word + gap for word, gap in parts))
any_text = st.text(max_size=300)


def odd_texts(words: list[str], gaps: list[str], size: int = 60):
    return st.lists(st.tuples(st.sampled_from(words), st.sampled_from(gaps)), max_size=size).map(lambda parts: "".join(word + gap for word, gap in parts))


GAPS = [" "] * 6 + [". ", ", ", "! ", "? ", "; ", "… ", ".” ", "\n", "\r\n", "\n\n", "\u2029", "-", " “", "” ", " (", ") ", "’ ", "’s ", "\x1e", "\u00ad ", "\u3000", "", "."]
ENGLISH = [*WORDS, "New", "Quality", "productive", "Forces", "pro\u00adductive", "qua\u200blity", "energy", "Energy", "vehicles", "3.5", "9,000", "AI", "ＡＩ", "𝐀𝐈", "e\u0301", "😀", "industrial internet"]
CHINESE = ["新质生产力", "生产力", "新", "质", "高质量发展", "发展", "加强国防", "强国", "的", "了", "5G", "AI", "互联网+", "互联网＋", "new energy", "\U00020000", "3.5", "２０２４", "我们", "数字经济"]
CHINESE_GAPS = [""] * 6 + ["，", "。", "！”", "：", "、", "\n", "\r\n", "\n\n", "“", "”", "（", "）", " ", "\u3000", "\x1e", "\u00ad", "…", ". "]
english, chinese = odd_texts(ENGLISH, GAPS), odd_texts(CHINESE, CHINESE_GAPS)
in_either = st.one_of(st.tuples(st.just("en"), english), st.tuples(st.just("zh"), chinese), st.tuples(st.sampled_from(["en", "zh"]), any_text))


def corpus(*contents, lang="en"):
    return make_articles([{"id": f"a{i}", "text": text, "lang": lang} for i, text in enumerate(contents)])


def mixed(contents):
    "Articles of (language, text)."
    return make_articles([{"id": f"a{i}", "text": text, "lang": lang} for i, (lang, text) in enumerate(contents)])


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
@settings(max_examples=100, deadline=None)
@given(st.lists(in_either, min_size=1, max_size=3))
def test_mentions_quote_the_text_and_never_overlap(lexicon, contents):
    articles = mixed(contents)
    mentions, texts = find_mentions(articles, lexicon), articles.set_index("article_id")["text"]
    for name, own in mentions.groupby("article_id"):
        assert all(_form(re.sub("[\n\u2029]", " ", texts[name][row.start:row.end])) == _form(row.variant) for row in own.itertuples())
        assert (own["start"].to_numpy()[1:] >= own["end"].to_numpy()[:-1]).all() and (own["start"] < own["end"]).all() and own["end"].max() <= len(texts[name])


def naive_mentions(text: str, lang: str, lexicon: pd.DataFrame) -> list[tuple[int, int, str]]:
    "Longest match, one word after the other, in plain Python."
    def words(text):
        for form, start, end in normalize_tokens(text):
            yield from ((character, start + i, start + i + 1) for i, character in enumerate(form)) if _HAN.match(form) and end - start == len(form) else [(form, start, end)]
    forms, wordings = {}, lexicon[["concept", "variant"]].values.tolist() + lexicon.loc[lexicon["chinese"] != "", ["concept", "chinese"]].values.tolist()
    for concept, wording in wordings:
        if bool(_HAN.search(wording)) == (lang == "zh"):
            forms.setdefault(tuple(form for form, _, _ in words(wording)), concept)
    found, longest, units, place = [], max(map(len, forms), default=0), list(words(text)), 0
    while place < len(units):
        fits = [n for n in range(1, longest + 1) if tuple(form for form, _, _ in units[place:place + n]) in forms and place + n <= len(units)]
        if fits:
            found.append((units[place][1], units[place + fits[-1] - 1][2], forms[tuple(form for form, _, _ in units[place:place + fits[-1]])]))
        place += fits[-1] if fits else 1
    return [mention for mention in found if mention[2] != "none"]


STOPPED = pd.DataFrame([("a", "", "new, quality"), ("b", "新，质", "of. The"), ("c", "质", "new"), ("none", "", "new quality"), ("d", "新", "quality productive forces")], columns=["concept", "chinese", "variant"])


@pytest.mark.parametrize("lexicon", [LEXICON, OVERLAPPING, STOPPED], ids=["shipped", "overlapping", "stops"])
@settings(max_examples=60, deadline=None)
@given(st.one_of(st.tuples(st.just("en"), english), st.tuples(st.just("zh"), chinese)))
def test_mentions_are_those_of_a_naive_search_for_the_longest_wording(lexicon, content):
    lang, text = content
    mentions = find_mentions(corpus(text, lang=lang), lexicon)
    assert list(mentions[["start", "end", "concept"]].itertuples(index=False, name=None)) == naive_mentions(text, lang, lexicon)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(english, chinese, any_text), max_size=4))
def test_words_quote_the_texts_in_order(contents):
    for rule in ("words", "letters"):
        scan = scan_words(contents, rule)
        assert len(scan.bounds) == len(contents) + 1 and scan.bounds[-1] == len(scan.ids) and len(set(scan.spellings)) == len(scan.spellings)
        for text, first, last in zip(contents, scan.bounds, scan.bounds[1:]):
            starts, ends = scan.starts[first:last], scan.ends[first:last]
            assert (starts < ends).all() and (starts[1:] >= ends[:-1]).all()
            assert [text[start:end] for start, end in zip(starts, ends)] == [scan.spellings[number] for number in scan.ids[first:last]]


@settings(max_examples=150, deadline=None)
@given(st.one_of(english, chinese, any_text))
def test_every_letter_is_in_exactly_one_sentence(text):
    sentences = split_sentences(text)
    assert all(0 <= start < end <= len(text) and text[start:end] == text[start:end].strip() for start, end, _ in sentences)
    assert all(end <= start for (_, end, _), (start, _, _) in zip(sentences, sentences[1:]))
    inside = np.zeros(len(text), int)
    for start, end, _ in sentences:
        inside[start:end] += 1
    assert all(inside[place] == 1 for place, character in enumerate(text) if character.isalnum())


@settings(max_examples=60, deadline=None)
@given(st.one_of(texts, any_text), st.integers(1, 30))
def test_passages_quote_their_article_in_order(text, target):
    passages = split_passages(corpus(text), target)
    assert all(text[row.start:row.end] == row.text for row in passages.itertuples())
    assert (passages["start"].to_numpy()[1:] >= passages["end"].to_numpy()[:-1]).all()


@pytest.fixture(scope="module")
def one_cutter():
    "Chinese is cut by one tokenizer: to load its words takes a second."
    cut = _cutter(_matcher(LEXICON))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("policy_lda.tokens._cutter", lambda matcher: cut)
        yield


QUOTED = [" “", "\n“", "” ", ".” ", "\n("]


@pytest.mark.parametrize("phrases", [False, True])
@settings(max_examples=100, deadline=None)
@given(contents=st.lists(st.one_of(st.tuples(st.just("en"), odd_texts(ENGLISH, GAPS + QUOTED)), st.tuples(st.just("zh"), chinese)), min_size=1, max_size=4), target=st.sampled_from([None, 1, 2, 5, 12, 80]))
def test_passages_have_the_terms_of_their_articles(one_cutter, phrases, contents, target):
    articles, spec = mixed(contents), TokenSpec(phrases=phrases, phrase_min_count=2, phrase_threshold=0.1, numbers=True, stop_words=("the", "of", "的"))
    passages, whole = split_passages(articles, target), tokenize(articles, LEXICON, spec)
    parts = tokenize(passages, LEXICON, spec)
    joined = {name: [] for name in articles["article_id"]}
    for name, terms in zip(passages["article_id"], parts):
        joined[name] += terms
    assert list(joined.values()) == whole.tolist()


@pytest.mark.parametrize("opening", ["“", "(“", "  ", ""])
def test_a_passage_that_begins_with_a_quotation_mark_has_the_terms_of_its_article(opening):
    articles = corpus(f"It rose and rose and rose again and again and again. {opening}Our plan was in new\nEnergy grows.")
    lexicon = pd.DataFrame([("new_energy", "", "new energy")], columns=["concept", "chinese", "variant"])
    passages = split_passages(articles, 11)
    assert len(passages) == 2 and sum(tokenize(passages, lexicon), []) == tokenize(articles, lexicon).iloc[0]
    assert find_mentions(passages, lexicon)["start"].tolist() == find_mentions(articles, lexicon)["start"].tolist()


@settings(max_examples=60, deadline=None)
@given(contents=st.lists(in_either, min_size=1, max_size=4))
def test_concepts_among_the_terms_are_the_mentions(one_cutter, contents):
    articles, names = mixed(contents), set(LEXICON["concept"])
    mentions = find_mentions(articles, LEXICON).groupby("article_id")["concept"].agg(list).to_dict()
    found = {name: [term for term in terms if term in names] for name, terms in tokenize(articles, LEXICON, TokenSpec(phrases=False)).items()}
    assert {name: terms for name, terms in found.items() if terms} == mentions


@settings(max_examples=25, deadline=None)
@given(contents=st.lists(in_either, min_size=1, max_size=6), group=st.integers(1, 200), phrases=st.booleans())
def test_terms_depend_neither_on_threads_nor_on_groups(one_cutter, contents, group, phrases):
    articles, spec = mixed(contents), TokenSpec(phrases=phrases, phrase_min_count=2, phrase_threshold=0.1)
    whole = encode_tokens(articles, LEXICON, spec, n_jobs=1)
    for size, n_jobs in ((1_000_000, 2), (group, 1), (group, 2), (1, 3)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("policy_lda.terms.GROUP", size)
            parts, mentions, passages = encode_tokens(articles, LEXICON, spec, n_jobs=n_jobs), find_mentions(articles, LEXICON), split_passages(articles, 5)
        assert parts.to_series().equals(whole.to_series()) and (parts.bounds == whole.bounds).all() and (parts.beside == whole.beside).all()
        assert mentions.equals(find_mentions(articles, LEXICON)) and passages.equals(split_passages(articles, 5))
        if size == 1_000_000:
            assert parts.terms == whole.terms and (parts.ids == whole.ids).all()


@settings(max_examples=60, deadline=None)
@given(contents=st.lists(in_either, max_size=4))
def test_counts_of_numbers_are_counts_of_lists(one_cutter, contents):
    tokens = encode_tokens(mixed(contents), LEXICON, TokenSpec(phrase_min_count=1, phrase_threshold=0.0))
    numbers, lists = make_dtm(tokens), make_dtm(tokens.to_series())
    assert numbers.digest() == lists.digest() and numbers.to_frame().equals(lists.to_frame())
    for row, terms in enumerate(tokens.to_series()):
        columns, counts = (part[numbers.counts.indptr[row]:numbers.counts.indptr[row + 1]].tolist() for part in (numbers.counts.indices, numbers.counts.data))
        assert [(numbers.terms[column], n) for column, n in zip(columns, counts)] == sorted(Counter(terms).items())


LETTERS = st.lists(st.one_of(any_text, english, chinese, st.text(st.sampled_from("aBİıΣσςßéＡ_ -’5新ーǅ\u0307\u0345\x1e\n😀𝐀"), max_size=40)), min_size=1, max_size=5)


@settings(max_examples=200, deadline=None)
@given(LETTERS)
def test_the_rule_letters_is_gensims_simple_preprocess(contents):
    spec = TokenSpec(**vars(GENSIM) | {"phrases": False})
    assert encode_tokens(corpus(*contents), spec=spec).to_series().tolist() == [simple_preprocess(text) for text in contents]


def test_scores_of_phrases_have_gensims_last_bit():
    "A score that equals the threshold (3 * 17 / 100 and .51) is joined by both or by neither."
    from gensim.models.phrases import original_scorer
    grid = [(both, a, b, different) for both in range(1, 9) for a in range(both, 26) for b in range(both, 26) for different in (7, 13, 17, 30)]
    spec = TokenSpec(**vars(GENSIM) | dict(phrase_min_count=1))
    ours = [float(phrase_score(both, a, b, 100, different, spec)) for both, a, b, different in grid]
    assert ours == [original_scorer(a, b, both, different, 1, 100) for both, a, b, different in grid]


@pytest.mark.parametrize("scoring, thresholds", [("default", [0.13, 0.51, 1.7, 4.9]), ("npmi", [-0.71, -0.13, 0.29, 0.77])])
@settings(max_examples=100, deadline=None)
@given(documents=st.lists(st.lists(st.sampled_from(["aa", "bb", "cc", "dd", "ee"]), max_size=25), min_size=1, max_size=8), min_count=st.integers(1, 4), place=st.integers(0, 3))
def test_phrases_are_those_of_gensim(scoring, thresholds, documents, min_count, place):
    spec = TokenSpec(**vars(GENSIM) | dict(phrase_scoring=scoring, phrase_min_count=min_count, phrase_threshold=thresholds[place]))
    theirs = Phrases(documents, min_count=min_count, threshold=thresholds[place], scoring=scoring)
    assert encode_tokens(corpus(*map(". ".join, documents)), spec=spec).to_series().tolist() == [theirs[document] for document in documents]


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
