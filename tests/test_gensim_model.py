"""gensim's own tests of `LdaModel`, pointed at `FastLdaModel`; with one exception for soft counts, none for gensim's own method."""
import numpy as np
import pyLDAvis.gensim_models
import pytest
from gensim.corpora import Dictionary
from gensim.test import test_ldamodel as theirs

from policy_lda.gensim_model import FastLdaModel


class TestFastLdaModel(theirs.TestLdaModel):
    def setUp(self):
        super().setUp()
        self.class_ = FastLdaModel
        self.model = FastLdaModel(theirs.corpus, id2word=theirs.dictionary, num_topics=2, passes=100)

    def test_transform(self):
        """Nine documents of three terms, alpha and eta 1/2: run to its end, `cvb0` finds the two topics equal, which is what these priors say of so little text.

        gensim's test asks for shares of .13 and .87, as after a few passes; `cvb0` gives them there (`method="vb"` does at the end, too).
        Two rules that would pass it were tried on the seeds and on Reuters, whole and cut down to 9 to 80 documents. To go back to the pass of lowest perplexity:
        held-out text is predicted no better there (of 22 fits that rise by .3%, worse in 11, better in 6). To stop when perplexity is 5% above its lowest: 59 of 360
        fits do that on their way, most of them between passes 5 and 7, and fall again; they would end there.
        """
        for passes, alike in ((8, False), (100, True)):
            fits = [FastLdaModel(theirs.corpus, id2word=theirs.dictionary, num_topics=2, passes=passes, random_state=n) for n in range(6)]
            shares = [min(share for _, share in fit.get_document_topics(theirs.corpus[0], minimum_probability=0)) for fit in fits]
            assert (min(shares) > 0.4) == alike, shares


class TestFastLdaModelVb(theirs.TestLdaModel):
    "The same with gensim's own method."

    def setUp(self):
        super().setUp()
        self.class_ = lambda *args, **kwargs: FastLdaModel(*args, method="vb", **kwargs)
        self.class_.load = FastLdaModel.load
        self.model = self.class_(theirs.corpus, id2word=theirs.dictionary, num_topics=2, passes=100)


@pytest.mark.parametrize("method", ["cvb0", "vb"])
def test_pyldavis_gives_each_topic_its_share_of_the_tokens(method):
    texts = [["factory", "chip", "battery", "factory"], ["market", "order", "law", "law"], ["chip", "battery", "robot"]] * 20
    dictionary = Dictionary(texts)
    corpus = [dictionary.doc2bow(text) for text in texts]
    model = FastLdaModel(corpus, id2word=dictionary, num_topics=2, passes=50, alpha=[0.1] * 2, eta=0.01, random_state=1, method=method)
    seen = pyLDAvis.gensim_models.prepare(model, corpus, dictionary, mds="pcoa", n_jobs=1)
    assert np.allclose(seen.topic_coordinates["Freq"], [100 * 7 / 11, 100 * 4 / 11], atol=1.5)
    assert set(seen.topic_info["Term"]) == set(dictionary.values())
