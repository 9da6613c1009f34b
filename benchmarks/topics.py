"""Are the answers of the chapters on judging topics right: consensus, how many topics, and how long a scan takes?

python benchmarks/topics.py DATA [consensus] [planted] [curve] [scan]     (default: all parts)

consensus: Reuters-395, 20 topics; two independent ensembles of twenty fits against single fits     -> results/topics_consensus.csv
planted: texts drawn from 5, 10, 20 or 40 topics over 500, 1,000 or 3,000 terms; the number that is chosen     -> results/topics_planted.csv
curve: Reuters-395, the scan from 5 to 200 topics     -> results/topics_curve.csv
scan: 20 newsgroups, eight numbers of topics, seconds     -> results/topics_scan.csv
"""

import time
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from lda_engines import ALPHA, ETA, THREADS, load, records, split, write_parts
from scipy import sparse

from policy_lda import LdaSpec, choose_n_topics, fit_lda, scan_topics
from policy_lda.compiled import workers
from policy_lda.dtm import Dtm, dtm_from_matrix
from policy_lda.lda import completion_perplexity
from policy_lda.stability import consensus, ensemble, match_topics
from policy_lda.tokens import encode_lists


def token_lists(dtm: Dtm) -> pd.Series:
    "The terms of each document, as often as they are counted; their order is that of the columns."
    terms = np.array(dtm.terms, object)
    return pd.Series([np.repeat(terms[row.indices], row.data.astype(int)).tolist() for row in dtm.counts])


def consensus_study(data: Path) -> pd.DataFrame:
    "Mean matched cosine of topics between two single fits and between two consensus fits, and held-out perplexity; with the priors of the peers (alpha .1, eta .01) and our own."
    train, shown, hidden = split(load(data, "reuters"), "reuters")
    cosine = lambda a, b: match_topics(a.topic_term, b.topic_term)["cosine"].mean()

    def heldout(fit) -> float:
        with workers(THREADS) as each:
            return completion_perplexity(shown, hidden, np.ascontiguousarray(fit.topic_term.to_numpy().T), fit.alpha.to_numpy(), each)

    rows = []
    for priors, settings in (("peers'", {"alpha": ALPHA, "eta": ETA}), ("default", {})):
        since = time.perf_counter()
        groups = [ensemble(train, LdaSpec(20, random_state=100 * n, **settings), 20, n_jobs=THREADS) for n in range(6)]
        seconds = (time.perf_counter() - since) / 6
        means, singles = [consensus(group, train, n_jobs=THREADS) for group in groups], [fit for group in groups for fit in group]
        kinds = {"two single fits": (singles, [(a, b) for one, two in zip(groups[::2], groups[1::2]) for a, b in zip(one, two)]), "two consensus fits of twenty": (means, list(combinations(means, 2)))}
        for what, (fits, pairs) in kinds.items():
            values, scores = [cosine(a, b) for a, b in pairs], [heldout(fit) for fit in fits]
            rows.append({"what": what, "priors": priors, "cosine": np.mean(values), "cosine_lowest": min(values), "cosine_highest": max(values), "n_pairs": len(pairs), "heldout": np.median(scores), "heldout_best": min(scores), "heldout_worst": max(scores), "seconds": seconds})
    return pd.DataFrame(rows)


def planted(n_topics: int, n_terms: int, n_documents: int = 1500) -> Dtm:
    "Counts drawn by LDA itself: documents of some 120 tokens, topic shares from Dirichlet(.1), topics from Dirichlet(.05)."
    rng = np.random.default_rng(7 * n_topics + n_terms)
    topics = rng.dirichlet(np.full(n_terms, 0.05), n_topics)
    draw = lambda n, p: rng.multinomial(n, p / p.sum())
    rows = [draw(max(10, rng.poisson(120)), rng.dirichlet(np.full(n_topics, 0.1)) @ topics) for _ in range(n_documents)]
    return dtm_from_matrix(sparse.csr_matrix(np.array(rows)), [f"w{n}" for n in range(n_terms)])


NUMBERS = {5: (2, 3, 4, 5, 6, 7, 8, 10, 12), 10: (4, 6, 8, 9, 10, 11, 12, 14, 16, 20), 20: (8, 12, 16, 18, 20, 22, 24, 28, 34, 40), 40: (20, 28, 34, 38, 40, 44, 48, 56, 64)}


def planted_study(data: Path) -> pd.DataFrame:
    "The number that is recommended, where the true one is known."
    rows = []
    for n_topics, numbers in NUMBERS.items():
        for n_terms in (500, 1000, 3000):
            dtm = planted(n_topics, n_terms)
            chosen, reason = choose_n_topics(scan_topics(dtm, token_lists(dtm), np.arange(len(dtm.doc_ids)), numbers, n_jobs=THREADS))
            rows.append({"planted": n_topics, "n_terms": n_terms, "chosen": chosen, "within_20_percent": abs(chosen - n_topics) <= 0.2 * n_topics, "reason": reason})
            print(rows[-1], flush=True)
    return pd.DataFrame(rows)


def curve_study(data: Path) -> pd.DataFrame:
    "The scan of Reuters-395, whose held-out curve should have its best value inside."
    dtm = load(data, "reuters")
    return scan_topics(dtm, token_lists(dtm), np.arange(len(dtm.doc_ids)), (5, 10, 20, 30, 40, 60, 80, 100, 120, 160, 200), n_jobs=THREADS)


def scan_study(data: Path) -> pd.DataFrame:
    "Seconds of a scan of eight numbers, three runs; compiled code is loaded before."
    dtm, tokens = load(data, "ng20"), encode_lists(pd.Series([record["text"].split() for record in records(data, "octis_20newsgroup_rebuilt")]))
    fit_lda(dtm, LdaSpec(5), n_jobs=THREADS)
    rows = []
    for run in range(3):
        since = time.perf_counter()
        scan = scan_topics(dtm, tokens, np.arange(len(dtm.doc_ids)), (5, 10, 15, 20, 30, 40, 60, 80), n_jobs=THREADS)
        rows.append({"run": run + 1, "seconds": time.perf_counter() - since, "n_fits": 8 * scan["n_fits"].iloc[0], "chosen": choose_n_topics(scan)[0]})
    return pd.DataFrame(rows)


if __name__ == "__main__":
    write_parts({"consensus": consensus_study, "planted": planted_study, "curve": curve_study, "scan": scan_study}, "topics", __doc__)
