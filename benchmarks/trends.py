"""How long do trends take, and how do topics over windows of time compare with gensim's dynamic topic model?

python benchmarks/trends.py DATA [scale] [dynamic]     (default: both)

scale: 100,000 articles (six passages of UN speeches each, dated at random over ten years), 500 concepts, by month, with bootstrap intervals: seconds and memory
    -> results/trends_scale.csv
dynamic: State of the Union addresses from 1945, by decade, five topics (every eighth passage, terms of fifteen passages at least, because LdaSeqModel is slow); `fit_windows` and LdaSeqModel on the same counts: seconds, held-out perplexity by document
    completion, coherence -> results/trends_dynamic.csv
"""

import time
from pathlib import Path

import numpy as np
import pandas as pd
from gensim.models import LdaSeqModel
from lda_engines import THREADS, forget_peak, records, resident, write_parts

from policy_lda import LdaSpec, article_periods, dtm_trim, encode_tokens, keyword_trend, make_articles, make_dtm, read_articles, split_passages
from policy_lda.coherence import coherence
from policy_lda.compiled import workers
from policy_lda.dtm import dtm_rows
from policy_lda.dynamics import fit_windows
from policy_lda.lda import completion_perplexity, fit_from_topics, halves


def scale_study(data: Path) -> pd.DataFrame:
    "Three runs; concepts are the most frequent words of at least six letters, each a lexicon entry of its own."
    chunks, rng = np.array([record["text"] for record in records(data, "scale_ungd_chunks_120k")], object), np.random.default_rng(0)
    texts = ["\n".join(chunks[rng.integers(0, len(chunks), 6)]) for _ in range(100_000)]
    days = np.datetime64("2010-01-01") + rng.integers(0, 3652, len(texts))
    articles = make_articles([{"id": str(n), "text": text, "date": str(day)} for n, (text, day) in enumerate(zip(texts, days))])
    words = pd.Series(" ".join(texts[:5_000]).lower().split()).value_counts()
    chosen = [word for word in words.index if word.isalpha() and len(word) >= 6][:575]
    lexicon, rows = pd.DataFrame({"concept": chosen, "chinese": "", "variant": chosen}), []
    for run in range(3):
        forget_peak()
        since = time.perf_counter()
        trend = keyword_trend(articles, lexicon)
        rows.append({"articles": len(articles), "megabytes": sum(map(len, texts)) / 1e6, "concepts": trend["concept"].nunique(), "periods": trend["period"].nunique(), "bootstrap": (trend["interval"] == "bootstrap").mean(),
                     "seconds": time.perf_counter() - since, "peak_gigabytes": resident(peak=True) * 2**20 / 1e9, "run": run + 1})
        print(rows[-1], flush=True)
    return pd.DataFrame(rows)


def dynamic_study(data: Path) -> pd.DataFrame:
    "Passages of addresses from 1945, a tenth held out in each decade; LdaSeqModel with its default settings but for the number of passes of its start."
    articles = read_articles(data / "sotu_1790_2020s" / "data.jsonl.gz")
    articles = articles[articles["date"].dt.year >= 1945].reset_index(drop=True)
    passages = split_passages(articles, target=150).iloc[::8].reset_index(drop=True)
    passages = passages.assign(period=passages["article_id"].map(article_periods(articles, "10Y"))).sort_values("period", kind="stable", ignore_index=True)
    periods, dtm = passages["period"].to_numpy(dtype=object), dtm_trim(make_dtm(encode_tokens(passages)), min_docs=15)
    held = np.random.default_rng(0).random(len(periods)) < 0.1
    train, slices = dtm_rows(dtm, ~held), pd.Series(periods[~held]).value_counts().sort_index()
    tests = {name: halves(dtm.counts[held & (periods == name)], np.random.default_rng(1)) for name in slices.index}

    def heldout(topics: dict) -> float:
        with workers(THREADS) as each:
            logs = [(np.log(completion_perplexity(shown, hidden, np.ascontiguousarray(topics[name].T), np.full(5, 0.1), each)), hidden.sum()) for name, (shown, hidden) in tests.items()]
        return float(np.exp(np.average([log for log, _ in logs], weights=[n for _, n in logs])))

    def coherent(topics: dict) -> float:
        index = range(1, 6)
        return float(np.mean([coherence(fit_from_topics(train, pd.DataFrame(phi / phi.sum(axis=1, keepdims=True), index, train.terms), LdaSpec(5), 0.1, "given"), train_tokens).mean() for phi in topics.values()]))

    train_tokens = pd.Series([np.repeat(np.array(train.terms, object)[row.indices], row.data).tolist() for row in train.counts])
    rows = []
    for run in range(3):
        since = time.perf_counter()
        fits = fit_windows(train, periods[~held], LdaSpec(5, alpha=0.1, random_state=run), width=1, n_jobs=THREADS)
        seconds = time.perf_counter() - since
        topics = {name: fit.topic_term.to_numpy() for name, fit in zip(slices.index, fits.values())}
        rows.append({"engine": "fit_windows", "run": run, "seconds": seconds, "heldout": heldout(topics), "c_npmi": coherent(topics)})
        print(rows[-1], flush=True)
    corpus = [list(zip(row.indices.tolist(), row.data.tolist())) for row in train.counts]
    since = time.perf_counter()
    model = LdaSeqModel(corpus, slices.tolist(), dict(enumerate(train.terms)), num_topics=5, alphas=0.1, passes=10, random_state=np.random.RandomState(0))
    seconds = time.perf_counter() - since
    topics = {name: np.exp(np.array([chain.e_log_prob[:, n] for chain in model.topic_chains])) for n, name in enumerate(slices.index)}
    rows.append({"engine": "LdaSeqModel", "run": 0, "seconds": seconds, "heldout": heldout({name: phi / phi.sum(axis=1, keepdims=True) for name, phi in topics.items()}), "c_npmi": coherent(topics)})
    return pd.DataFrame(rows).assign(documents=len(train.doc_ids), terms=len(train.terms), tokens=int(train.counts.sum()), slices=len(slices))


if __name__ == "__main__":
    write_parts({"scale": scale_study, "dynamic": dynamic_study}, "trends", __doc__)
