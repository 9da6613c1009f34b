"""Values that others have printed, recomputed by the installed package. Sources stand beside the numbers."""
import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import jensenshannon

from policy_lda import TokenSpec, encode_tokens, make_articles
from policy_lda.cleaning import _bands, detection_probability, detection_threshold
from policy_lda.compare import chi_square, dispersion, g2, log_odds_against_all, odds_ratio, simple_maths, topic_distance
from policy_lda.tokens import collocations, phrase_score, pointwise_mutual_information
from policy_lda.trends import poisson_interval, wilson_interval


@pytest.mark.parametrize("counts, value", [
    ((1048, 779, 43002, 108539), 764.4484), ((2089, 8094, 43002, 108539), 331.99069),       # without correction
    ((5, 1, 1660, 41342), 81.83024), ((40, 332, 1660, 41342), 48.03251)])                   # an expected count under 5 in the first
def test_chi_square_of_quanteda_textstat_keyness(counts, value):
    assert chi_square(*counts) == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize("counts, value", [((41, 351, 6182, 127260), 22.609878), ((6, 20, 6182, 127260), 8.909125)])
def test_g2_of_quanteda_textstat_keyness(counts, value):
    assert g2(*counts, yates=True) == pytest.approx(value, abs=1e-3)


def test_g2_of_dunning_1993_page_72():
    assert g2(10, 0, 13, 31764) == pytest.approx(167.23, abs=0.005)


def test_two_cells_differ_from_four():
    assert g2(41, 351, 6182, 127260, cells=2) < g2(41, 351, 6182, 127260, cells=4)


def test_odds_ratio_of_pojanapunya_and_todd():
    assert round(float(odds_ratio(16217, 735, 2_796_938, 2_087_946)), 1) == 16.6
    assert odds_ratio([5, 5, 0], [5, 0, 5], 100, 100).tolist() == [1, np.inf, 0]


def test_simple_maths_of_kilgarriff():
    assert round(float(simple_maths(35, 263, 112_289_811, 1_559_717_242)), 4) == 1.1224
    assert simple_maths([0, 7], [0, 7], 10, 10).tolist() == [1, 1] and simple_maths(2, 0, 1000, 1000, per=1000, smoothing=1) == 3
    assert simple_maths(2, 1, 1000, 1000, per=1000, smoothing=10) == 12 / 11


def test_mutual_information_of_church_and_hanks_1990():
    assert round(float(pointwise_mutual_information(8, 1105, 44, 15_000_000)), 1) == 11.3
    assert pointwise_mutual_information([1, 0], [2, 2], [2, 2], 8).tolist() == [1, -np.inf]


LETTERS = "a b c a b d e b d a b"


@pytest.mark.parametrize("tokens", [
    pd.Series([LETTERS.split()]), encode_tokens(make_articles([{"id": 1, "text": LETTERS}]), spec=TokenSpec(min_length=1, stop_words=(), phrases=False))], ids=["lists", "numbers"])
def test_collocations_of_quanteda(tokens):
    found = collocations(tokens)
    assert found.columns.tolist() == ["first", "second", "n", "pmi", "npmi", "lambda", "z"]
    pair = found.set_index(["first", "second"]).loc[("a", "b")]
    assert pair["n"] == 3 and pair["lambda"] == pytest.approx(3.412247, abs=5e-7) and pair["z"] == pytest.approx(1.936083, abs=5e-7)
    assert pair["pmi"] == pytest.approx(np.log2(3 * 11 / (3 * 4))) and pair["npmi"] == pytest.approx(phrase_score(3, 3, 4, 11, 0, TokenSpec(phrase_min_count=1)))
    assert len(collocations(tokens, min_count=1)) == 7 and set(zip(found["first"], found["second"])) == {("a", "b"), ("b", "d")} and found["z"].is_monotonic_decreasing


def test_collocations_stand_beside_each_other_in_one_document():
    assert collocations(pd.Series([["a", "b"], ["a", "b"], [], ["b"]]))[["first", "second", "n"]].values.tolist() == [["a", "b", 2]]
    texts = encode_tokens(make_articles([{"id": 1, "text": "Supply chain. Supply, chain; supply of chain supply chain"}]), spec=TokenSpec(phrases=False))
    assert collocations(texts, 1)[["first", "second", "n"]].sort_values("first").values.tolist() == [["chain", "supply", 1], ["supply", "chain", 2]]
    assert collocations(pd.Series([], dtype=object)).empty and collocations(pd.Series([["a"]])).empty


def test_dispersion_of_gries_toy_corpus():
    table = dispersion(np.array([[2, 2, 2, 2, 2], [1, 0, 0, 0, 0]]).T, np.array([9, 10, 10, 10, 11]))
    assert table["dp"].round(2).tolist() == [0.02, 0.82]
    assert table["dp_norm"].round(3).tolist() == [0.024, 1.0]
    assert round(table["kld"].iloc[0], 3) == 0.003


@pytest.mark.parametrize("count, n, low, high", [(81, 263, 0.2553, 0.3662), (0, 20, 0.0, 0.1611)])      # Newcombe 1998
def test_wilson(count, n, low, high):
    assert np.round(wilson_interval(count, n), 4).tolist() == [low, high]


def test_garwood():
    low, high = poisson_interval([25, 0])
    assert low.round(2).tolist() == [16.18, 0.0] and high[0] == pytest.approx(36.90, abs=0.006) and high[1] == pytest.approx(3.689, abs=5e-4)


def test_jensen_shannon():
    assert jensenshannon([1, 0], [0.5, 0.5]) == pytest.approx(0.4645014, abs=5e-8)
    mix = pd.DataFrame({"article_id": ["a", "a", "b", "b"], "topic": [1, 2, 1, 2], "share": [1.0, 0.0, 0.5, 0.5]})
    assert topic_distance(mix).loc["a", "b"] == pytest.approx(0.4645014, abs=5e-8)


def test_lda_on_the_deerwester_corpus_of_gensims_own_tests():
    from gensim.test.utils import common_texts
    from policy_lda import LdaSpec, fit_lda, make_dtm
    dtm = make_dtm(pd.Series(common_texts))
    fits = [fit_lda(dtm, LdaSpec(2, "vb", alpha=0.5, eta=0.5, passes=100, stop=None, start="random", random_state=state)) for state in range(5)]
    assert any(np.allclose(sorted(fit.doc_topic.iloc[0]), [0.13, 0.87], atol=0.1) for fit in fits)


def test_minhash_bands():
    assert round(detection_threshold(80, 3), 3) == 0.232
    assert round(float(detection_probability(0.8, 14, 8)), 3) == 0.924


def test_minhash_signatures_detect_as_often_as_the_formula_says():
    rng, n = np.random.default_rng(0), 400
    for shared in (40, 60):  # of sets of 100 shingles with `shared` in common
        common = rng.integers(0, 2**63, (n, shared), dtype="uint64")
        sets = [np.concatenate([common, rng.integers(0, 2**63, (n, 100 - shared), dtype="uint64")], axis=1) for _ in range(2)]
        bands = [_bands(part.ravel(), np.arange(0, 100 * n + 1, 100, dtype="uint64")) for part in sets]
        found = (bands[0] == bands[1]).any(axis=1).mean()
        expected = float(detection_probability(shared / (200 - shared)))
        assert abs(found - expected) < 4 * np.sqrt(expected * (1 - expected) / n) + 0.005


def test_weighted_log_odds_of_tidylo():
    assert round(float(log_odds_against_all(460, 460, 548_673, 3_253_909)), 1) == 27.0


def test_carroll_and_juilland():
    table = dispersion(np.array([[2, 1, 1, 1, 0], [0, 4, 3, 2, 1]]).T, np.full(5, 10)).round(4)
    assert table["carroll"].iloc[0] == 0.8277 and table["juilland"].iloc[1] == 0.6464
