"""Values that others have printed, recomputed by the installed package. Sources stand beside the numbers."""
import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon

from policy_lda.compare import chi_square, dispersion, g2, topic_distance
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
    import pandas as pd
    assert jensenshannon([1, 0], [0.5, 0.5]) == pytest.approx(0.4645014, abs=5e-8)
    mix = pd.DataFrame({"article_id": ["a", "a", "b", "b"], "topic": [1, 2, 1, 2], "share": [1.0, 0.0, 0.5, 0.5]})
    assert topic_distance(mix).loc["a", "b"] == pytest.approx(0.4645014, abs=5e-8)


def test_lda_on_the_deerwester_corpus_of_gensims_own_tests():
    import pandas as pd
    from gensim.test.utils import common_texts
    from policy_lda import LdaSpec, fit_lda, make_dtm
    dtm = make_dtm(pd.Series(common_texts))
    fits = [fit_lda(dtm, LdaSpec(2, alpha=0.5, eta=0.5, passes=100, random_state=state)) for state in range(5)]
    assert any(np.allclose(sorted(fit.doc_topic.iloc[0]), [0.13, 0.87], atol=0.1) for fit in fits)
