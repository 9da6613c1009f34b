"""Coherence, stability, consensus, the number of topics and the reading of topics, on texts made to be known."""

import warnings

import numpy as np
import pandas as pd
import pytest
from gensim.corpora import Dictionary
from gensim.models import CoherenceModel

from policy_lda.checks import carried, choose_n_topics, corrected_se, heldout_perplexity, scan_topics, sensitivity, verdict
from policy_lda.coherence import WINDOWS, coherence, coherence_of, exclusivity, topic_diversity, window_counts
from policy_lda.dtm import Dtm, dtm_from_matrix, dtm_rows, make_dtm
from policy_lda.labels import label_contradictions, label_evidence, show_passages, term_places
from policy_lda.lda import LdaSpec, TopicFit, fit_from_topics, fit_lda
from policy_lda.stability import agreement, article_folds, consensus, ensemble, match_topics, repeats, stability
from policy_lda.tokens import encode_lists, encode_tokens
from policy_lda.topics import frex, top_terms, topic_correlations, topic_labels, topic_map


def planted(n_topics: int = 5, n_documents: int = 300, n_terms: int = 200, length: int = 80, seed: int = 0) -> tuple[pd.Series, Dtm, np.ndarray]:
    "Documents drawn from known topics: their tokens in random order, their counts, the topics."
    rng = np.random.default_rng(seed)
    topics = rng.dirichlet(np.full(n_terms, 0.05), n_topics)
    tokens = pd.Series([[f"w{term}" for term in rng.choice(n_terms, length, p=rng.dirichlet(np.full(n_topics, 0.1)) @ topics)] for _ in range(n_documents)])
    return tokens, make_dtm(tokens), topics


TOKENS, DTM, TOPICS = planted()
FIT = fit_lda(DTM, LdaSpec(5))


def reordered(fit: TopicFit, dtm: Dtm, order: list[int]) -> TopicFit:
    "The same topics in another order, with the same numbers on them."
    table = fit.topic_term.iloc[order]
    return TopicFit(fit.doc_topic[table.index], table, fit.topic_weight[table.index], fit.alpha[table.index], fit.n_terms, fit.curve, fit.stopped, fit.spec, fit.digest, fit.versions)


@pytest.mark.parametrize("measure", WINDOWS)
@pytest.mark.parametrize("seed", range(4))
def test_coherence_is_gensims(measure, seed):
    rng = np.random.default_rng(seed)
    texts = [[f"w{term}" for term in rng.zipf(1.6, rng.integers(0, 300)) if term < 30] for _ in range(40)]
    topics = [[f"w{term}" for term in rng.permutation(np.arange(1, 15))[:6]] for _ in range(5)]
    window = int(rng.integers(1, 40)) if measure != "u_mass" else None
    theirs = CoherenceModel(topics=topics, texts=texts, dictionary=Dictionary(texts), coherence=measure, window_size=window, processes=1).get_coherence_per_topic()
    for tokens in (pd.Series(texts), encode_lists(pd.Series(texts))):
        assert np.allclose(coherence_of(topics, tokens, measure, "gensim", window), theirs, rtol=0, atol=1e-12)


def test_windows_are_counted_as_they_are():
    rng = np.random.default_rng(1)
    words = list("abcdef")
    texts = pd.Series([[str(word) for word in rng.choice(words + ["x"], rng.integers(0, 25))] for _ in range(60)])
    for size in (1, 2, 5, 30):
        windows = [set(text[start:start + size]) for text in texts for start in range(max(1, len(text) - size + 1))]
        expected = [[sum(v in window and w in window for window in windows) for w in words] for v in words]
        for n_jobs in (1, 2):
            counts, n_windows = window_counts(words, texts, size, n_jobs=n_jobs)
            assert counts.tolist() == expected and n_windows == len(windows)


def test_published_coherence():
    postings = pd.Series([[], ["v"], ["v", "w"], ["v"], ["w"]])  # gensim's tests: v in three, w in two, both in one of five documents
    assert coherence_of([["v", "w"]], postings, "c_uci", "gensim") == pytest.approx(-0.182321557)
    assert coherence_of([["v", "w"]], postings, "c_npmi", "gensim") == pytest.approx(-0.113282753)
    assert coherence_of([["w", "v"]], pd.Series([["v"], ["v", "w"], ["w"], [], []]), "u_mass", "gensim") == pytest.approx(-0.693147181)


@pytest.mark.parametrize("mode", ["exact", "gensim"])
@pytest.mark.parametrize("measure", WINDOWS)
def test_an_absent_word_is_named_and_the_value_defined(measure, mode):
    with pytest.warns(UserWarning, match="nowhere"):
        value = coherence_of([["a", "b", "nowhere"]], pd.Series([["a", "b"], ["a"], ["c"]]), measure, mode)
    assert np.isfinite(value).all()
    with pytest.warns(UserWarning):
        assert np.isfinite(coherence_of([["x", "y"]], pd.Series([["a"]]), measure, mode)).all()


def test_npmi_has_its_limits():
    together, apart = pd.Series([["a", "b"], ["c"]]), pd.Series([["a"], ["b"], ["c"]])
    assert coherence_of([["a", "b"]], together, "c_npmi") == pytest.approx(1) and coherence_of([["a", "b"]], apart, "c_npmi") == pytest.approx(-1)


def test_coherence_needs_order_and_sense():
    with pytest.raises(ValueError, match="no order"):
        coherence(FIT, DTM, "c_npmi")
    assert np.allclose(coherence(FIT, DTM, "u_mass"), coherence(FIT, TOKENS, "u_mass"))
    with pytest.raises(ValueError, match="c_npmi"):
        coherence_of([["a", "b"]], TOKENS, "c_what")


def test_order_changes_nothing_but_the_order():
    order = [3, 0, 4, 2, 1]
    other, rows = reordered(FIT, DTM, order), np.random.default_rng(0).permutation(len(TOKENS))
    for measure in WINDOWS:
        base = coherence(FIT, TOKENS, measure)
        assert np.allclose(coherence(other, TOKENS, measure), base[other.topic_term.index])
        assert np.allclose(coherence(FIT, TOKENS.iloc[rows], measure), base)
    assert np.allclose(exclusivity(other), exclusivity(FIT)[other.topic_term.index]) and topic_diversity(other) == topic_diversity(FIT)
    assert np.allclose(frex(other), frex(FIT).loc[other.topic_term.index])
    fits = ensemble(DTM, LdaSpec(5), 3)
    by_topic = lambda reference: stability(fits, reference).set_index("topic").sort_index()
    pd.testing.assert_frame_equal(by_topic(other), by_topic(FIT))
    assert np.allclose(topic_correlations(other), topic_correlations(FIT).loc[other.topic_term.index, other.topic_term.index])


def test_frex_is_stms():
    # stm: tbeta <- t(exp(logbeta)); ex <- apply(tbeta / rowSums(tbeta), 2, rank) / V; fr <- apply(tbeta, 2, rank) / V; 1 / (w / ex + (1 - w) / fr)
    probability = pd.DataFrame([[0.5, 0.3, 0.2], [0.1, 0.3, 0.6]], index=[1, 2], columns=list("abc"))
    fit = fit_from_topics(dtm_from_matrix([[1, 1, 1]], "abc"), probability, LdaSpec(2), 0.1, "made")
    value = frex(fit, 0.7)
    first = value.loc[fit.topic_term["a"].idxmax()]
    assert first.tolist() == pytest.approx([1, 1 / (0.7 / (2 / 3) + 0.3 / (2 / 3)), 1 / 3])


def test_folds_keep_articles_whole_and_cover_all():
    articles = np.repeat(np.arange(30), 10)
    fold = article_folds(DTM, articles, 5, 3)
    assert pd.Series(fold).groupby(articles).nunique().eq(1).all() and np.bincount(fold).tolist() == [60] * 5
    assert set(article_folds(DTM, np.zeros(300), 5, 0)) == {0}


def test_planted_topics_are_stable_and_their_consensus_is_true():
    fits = ensemble(DTM, LdaSpec(5), 6, np.arange(300))
    agreed = consensus(fits, DTM)
    judged = stability(fits, agreed)
    assert judged["stable"].all() and (judged["stability"] > 0.97).all() and not judged["copy"].any()
    truth = pd.DataFrame(TOPICS, columns=[f"w{n}" for n in range(200)])[list(DTM.terms)]
    assert match_topics(agreed.topic_term, truth)["cosine"].min() > 0.97
    again = consensus(ensemble(DTM, LdaSpec(5), 6, np.arange(300), n_jobs=1), DTM, n_jobs=1)
    assert again.topic_term.equals(agreed.topic_term) and again.doc_topic.equals(agreed.doc_topic)


def test_copies_do_not_pass_for_stable():
    counts = FIT.counts()
    doubled = pd.concat([counts, counts.iloc[:1] / 2, counts.iloc[:1] * 0]).set_axis(range(1, 8))
    assert repeats(doubled).tolist() == [False] * 5 + [True, True]
    assert not repeats(counts).any() and agreement([FIT, FIT])[0, 1] == pytest.approx(1)


def test_the_planted_number_is_recommended():
    tokens, dtm, _ = planted(6, 400, 300)
    scan = scan_topics(dtm, tokens, np.arange(400), (2, 4, 5, 6, 7, 9, 12), n_fits=5)
    n, reason = choose_n_topics(scan)
    assert n == 6 and reason.startswith("6 topics:") and carried(scan)[scan["n_topics"] == 6].all()
    assert "400 passages of 400 articles" in verdict(scan) and "6" in verdict(scan)
    pd.testing.assert_frame_equal(scan, scan_topics(dtm, encode_lists(tokens), np.arange(400), (2, 4, 5, 6, 7, 9, 12), n_fits=5, n_jobs=1))


def test_noise_supports_nothing():
    rng = np.random.default_rng(2)
    tokens = pd.Series([[f"w{term}" for term in rng.integers(0, 100, 60)] for _ in range(60)])
    scan = scan_topics(make_dtm(tokens), tokens, np.arange(60), (2, 3, 5), n_fits=5)
    assert not carried(scan).any() and "support no" in verdict(scan)


@pytest.mark.parametrize("texts, articles", [
    ([["a", "b", "a"]], ["one"]), ([["a"], ["b"]], ["one", "two"]), ([["a", "b"], []], ["one", "two"]), ([["a"], ["a"], ["a"]], ["x", "y", "z"]),
    ([["a", "b", "c"]] * 3, ["x", "x", "y"])])
def test_small_corpora_get_a_verdict_and_never_a_crash(texts, articles):
    tokens = pd.Series(texts)
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        scan = scan_topics(make_dtm(tokens), tokens, articles, (2, 3, 20), n_fits=3)
        assert verdict(scan).endswith(".") and choose_n_topics(scan)[1].endswith(".")


def test_corrected_error_is_nadeau_and_bengios():
    scores = np.array([1.0, 2.0, 4.0, 3.0, 2.0])
    assert corrected_se(scores, 1 / 4) == pytest.approx(np.sqrt((1 / 5 + 1 / 4) * scores.var(ddof=1)))
    assert np.isnan(corrected_se(scores[:1]))


def test_heldout_articles_are_never_on_both_sides(monkeypatch):
    seen = []
    monkeypatch.setattr("policy_lda.checks.fit_lda", lambda dtm, spec, **settings: seen.append(set(dtm.doc_ids)) or fit_lda(dtm, spec, **settings))
    articles = np.repeat(np.arange(60), 5)
    table = heldout_perplexity(DTM, articles, [LdaSpec(5)], folds=10)
    assert len(table) == 10 and table["n_articles"].eq(12).all() and (table["perplexity"] < table["unigram"]).all()
    for trained in seen:
        held = set(DTM.doc_ids) - trained
        assert held and not {articles[doc] for doc in trained} & {articles[doc] for doc in held}


def test_sensitivity_knows_what_changed():
    order = np.random.default_rng(0).permutation(300)
    same = sensitivity(FIT, DTM, {"again": DTM, "half": dtm_rows(DTM, np.isin(np.arange(300), order[:150]))})
    assert np.allclose(same.loc[same["variant"] == "again", "cosine"], 1) and (same.loc[same["variant"] == "half", "matched_by"] == "terms").all()


def test_labels_say_what_is_unstable_and_are_no_markup():
    passages = pd.DataFrame({"passage_id": ["p:1", "p:2"], "article_id": "p", "start": [0, 40], "end": [34, 70], "text": ["<b>steel</b> and coal, steel & coal", "wine and cheese; cheese & wine"], "lang": "en"})
    dtm = make_dtm(encode_tokens(passages))
    fit = fit_lda(dtm, LdaSpec(2, alpha=0.1, eta=0.1))
    topic = int(fit.doc_topic.loc["p:1"].idxmax())
    markup = show_passages(fit, passages, topic, 1).markup
    assert "<b>steel" not in markup and "&lt;b&gt;" in markup and markup.count("<mark") == 4
    spans = term_places(passages, set(dtm.terms))[0]
    assert [passages["text"][0][start:end] for start, end, _ in spans] == ["steel", "coal", "steel", "coal"]
    judged = pd.DataFrame({"topic": [1, 2], "stable": [True, False]})
    assert topic_labels(fit, stability=judged)[2].endswith("(unstable)") and not topic_labels(fit, stability=judged)[1].endswith("(unstable)")
    evidence = label_evidence(fit, dtm)
    assert (evidence["n_here"] == 1).all() and evidence.query("rank == 1")["here"].eq(1).all()


def test_the_map_shows_distances_no_longer_than_they_are():
    places = topic_map(FIT)
    assert places["share"].sum() == pytest.approx(1) and 0 < places["shown"].iloc[0] <= 1 + 1e-9
    assert topic_map(fit_lda(DTM, LdaSpec(2)))["y"].abs().max() < 1e-6
    assert len(top_terms(FIT, 3, by="lift")) == 15
    with pytest.raises(ValueError, match="relevance, probability, lift or frex"):
        top_terms(FIT, by="luck")
