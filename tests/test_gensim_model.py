"""gensim's own tests of `LdaModel`, pointed at `FastLdaModel`, without exceptions."""
from gensim.test import test_ldamodel as theirs

from policy_lda.gensim_model import FastLdaModel


class TestFastLdaModel(theirs.TestLdaModel):
    def setUp(self):
        super().setUp()
        self.class_ = FastLdaModel
        self.model = FastLdaModel(theirs.corpus, id2word=theirs.dictionary, num_topics=2, passes=100)


class TestFastLdaModelVb(theirs.TestLdaModel):
    "The same with gensim's own method."

    def setUp(self):
        super().setUp()
        self.class_ = lambda *args, **kwargs: FastLdaModel(*args, method="vb", **kwargs)
        self.class_.load = FastLdaModel.load
        self.model = self.class_(theirs.corpus, id2word=theirs.dictionary, num_topics=2, passes=100)
