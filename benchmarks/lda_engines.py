"""How fast and how good is LDA, beside its peers, on the same counts, with the same priors, on two cores?

python benchmarks/lda_engines.py DATA [curves] [tables] [inference] [compile] [scaling] [quality] [rules]     (default: all parts, in this order)

`curves` runs every engine in a process of its own, three times, in turn; the clock stands still while a snapshot of the topics is taken, and
all snapshots are judged afterwards by one evaluator (document completion, folded in by EM). Raw results: results/lda_curves.jsonl.
python benchmarks/lda_engines.py DATA one ENGINE SET K SEED     one such run, which adds its lines to the raw results
"""

import argparse
import ctypes
import gc
import gzip
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from llvmlite.binding import get_host_cpu_name
from scipy import sparse
from scipy.optimize import linear_sum_assignment

from policy_lda import LdaSpec, encode_tokens, fit_lda, make_dtm
from policy_lda.compiled import workers
from policy_lda.dtm import Dtm, dtm_from_matrix, dtm_rows, dtm_trim
from policy_lda.lda import completion_perplexity, halves

RESULTS = Path(__file__).parent / "results"
RAW = RESULTS / "lda_curves.jsonl"
ALPHA, ETA, THREADS = 0.1, 0.01, 2
SNAPSHOTS = {1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 17, 20, 24, 28, 34, 40, 48, 56, 68, 80, 96, 112, 136, 160, 192, 224, 272, 320, 384, 450, 540, 640, 768, 900, 1080, 1280, 1536, 1800}
PROCESSOR = get_host_cpu_name()  # as compilers call it
VERSIONS = f"two cores, Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in ("gensim", "scikit-learn", "tomotopy", "lda", "numba", "numpy"))
MACHINE = f"{platform.machine()} ({PROCESSOR}), {VERSIONS}"

# (set, topics): seconds of training at most, for each engine; ours end by themselves, a peer is stopped when its curve has been flat for long or its time is up
SECONDS = {
    ("ng20", 20): {"policy_lda cvb0": 30, "policy_lda hybrid": 30, "policy_lda gibbs": 30, "tomotopy 2": 80, "tomotopy 1": 100, "scikit-learn batch": 120, "scikit-learn online": 40,
                   "gensim batch": 45, "gensim online": 45, "multicore batch": 120, "multicore online": 120, "lda": 40},
    ("ng20", 100): {"policy_lda cvb0": 30, "policy_lda hybrid": 60, "policy_lda gibbs": 60, "tomotopy 2": 60, "tomotopy 1": 75, "scikit-learn batch": 75, "scikit-learn online": 50,
                    "gensim batch": 60, "gensim online": 60, "multicore batch": 75, "multicore online": 75, "lda": 60},
    ("bbc", 20): {"policy_lda cvb0": 20, "policy_lda hybrid": 20, "policy_lda gibbs": 20, "tomotopy 2": 20, "tomotopy 1": 20, "scikit-learn batch": 20, "scikit-learn online": 20,
                  "gensim batch": 20, "gensim online": 20, "multicore batch": 20, "multicore online": 20, "lda": 20},
    ("reuters", 20): {"policy_lda cvb0": 10, "policy_lda hybrid": 10, "policy_lda gibbs": 10, "tomotopy 2": 10, "tomotopy 1": 10, "scikit-learn batch": 10, "scikit-learn online": 10,
                      "gensim batch": 10, "gensim online": 10, "multicore batch": 10, "multicore online": 10, "lda": 10},
    ("synthetic", 100): {"policy_lda cvb0": 200, "policy_lda hybrid": 600, "tomotopy 2": 750, "scikit-learn batch": 900, "multicore batch": 200, "multicore online": 300},
    ("ungd", 50): {"policy_lda cvb0": 60, "policy_lda hybrid": 120, "tomotopy 2": 90, "scikit-learn batch": 200, "gensim online": 90, "multicore batch": 90, "multicore online": 90},
}


def records(data: Path, name: str) -> list[dict]:
    "The records of a corpus."
    with gzip.open(data / name / "data.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@cache
def synthetic(n_documents: int = 100_000, n_terms: int = 30_000, n_topics: int = 100) -> tuple[Dtm, np.ndarray]:
    "Counts drawn from known topics, whose terms have frequencies as in Zipf's law; and the topics."
    rng, base = np.random.default_rng(5), 1 / (np.arange(n_terms) + 20.0)
    topics = np.array([rng.dirichlet(base / base.sum() * 600 + 1e-3) for _ in range(n_topics)])
    running, rows = np.cumsum(topics, axis=1), []
    for length in np.maximum(5, rng.lognormal(np.log(130), 0.5, n_documents)).astype(int):
        n = rng.multinomial(length, rng.dirichlet(np.full(n_topics, 0.1)))
        terms = np.concatenate([np.searchsorted(running[k] / running[k, -1], rng.random(n[k])) for k in np.flatnonzero(n)])
        rows.append(np.unique(np.minimum(terms, n_terms - 1), return_counts=True))
    counts = sparse.csr_matrix((np.concatenate([n for _, n in rows]), np.concatenate([terms for terms, _ in rows]), np.cumsum([0] + [len(n) for n, _ in rows])), shape=(n_documents, n_terms))
    return dtm_from_matrix(counts, [f"w{n}" for n in range(n_terms)]), topics


TEXTS = {"ungd": "scale_ungd_chunks_120k", "commons": "house_of_commons_sample", "news": "news_articles_2016_2017", "sotu": "sotu_1790_2020s"}  # sets whose paragraphs are the documents


def load(data: Path, name: str) -> Dtm:
    "The counts of a set."
    if name in ("ng20", "bbc"):
        folder = {"ng20": "octis_20newsgroup_rebuilt", "bbc": "octis_bbc_news"}[name]
        return make_dtm(pd.Series([record["text"].split() for record in records(data, folder)]))
    if name == "reuters":
        import lda.datasets
        return dtm_from_matrix(lda.datasets.load_reuters(), lda.datasets.load_reuters_vocab())
    if name in TEXTS:
        texts = pd.DataFrame({"text": [paragraph for record in records(data, TEXTS[name]) for paragraph in record["text"].split("\n\n")]})
        return dtm_trim(make_dtm(encode_tokens(texts.assign(passage_id=texts.index, article_id=texts.index, start=0, lang="en"))), min_docs=5)
    return synthetic()[0]


def split(dtm: Dtm, name: str) -> tuple[Dtm, sparse.csr_matrix, sparse.csr_matrix]:
    "Nine tenths of the documents to train on (98% of the synthetic ones), the shown and the hidden tokens of the others."
    rng = np.random.default_rng(0)
    usable, held = np.asarray(dtm.counts.sum(axis=1)).ravel() >= 4, rng.random(len(dtm.doc_ids)) < (0.02 if name == "synthetic" else 0.1)
    return dtm_rows(dtm, usable & ~held), *halves(dtm.counts[usable & held], rng)


class Done(Exception):
    "The time is up."


class Clock:
    "Takes snapshots of the topics, and does not count the time that this takes."

    def __init__(self, budget: float):
        self.budget, self.seconds, self.snapshots = budget, 0.0, []

    def start(self):
        self.since = time.perf_counter()

    def after(self, n: int, topics) -> None:
        "Pass number `n` is done; `topics()` gives weights of shape (K, terms)."
        self.seconds += time.perf_counter() - self.since
        if n in SNAPSHOTS or self.seconds > self.budget:
            self.snapshots.append((n, self.seconds, np.array(topics(), np.float32)))
        if self.seconds > self.budget:
            raise Done
        self.start()


def run_ours(clock: Clock, dtm: Dtm, method: str, k: int, seed: int) -> None:
    "Our engine, with its own rule of when to stop; the start counts. What a corpus of 20,000 tokens or more has by default is said, so that the warm-up has it too."
    clock.start()
    fit = fit_lda(dtm, LdaSpec(k, method, ALPHA, ETA, random_state=seed, reaction=True, split_merge=True), n_jobs=THREADS, on_pass=lambda run, n: clock.after(n, lambda: run.found()[1]))
    clock.snapshots.append((len(fit.curve), clock.seconds, fit.topic_term.to_numpy()))


def run_tomotopy(clock: Clock, dtm: Dtm, n_workers: str, k: int, seed: int) -> None:
    "tomotopy; documents are added before the clock starts."
    import tomotopy
    model, terms, counts = tomotopy.LDAModel(k=k, alpha=ALPHA, eta=ETA, seed=seed), np.array(dtm.terms, object), dtm.counts
    model.optim_interval = 0
    for a, b in zip(counts.indptr[:-1], counts.indptr[1:]):
        model.add_doc(np.repeat(terms[counts.indices[a:b]], counts.data[a:b]).tolist())
    model.train(0, workers=int(n_workers))
    columns = [{term: n for n, term in enumerate(dtm.terms)}[term] for term in model.used_vocabs]

    def topics() -> np.ndarray:
        size = np.asarray(model.get_count_by_topics())[:, None] + ETA * len(columns)
        table = np.full((k, len(dtm.terms)), ETA)  # terms that only the held-out documents have get their prior, as with the other engines
        table[:, columns] = size * np.array([model.get_topic_word_dist(topic) for topic in range(k)])
        return table

    clock.start()
    for n in range(1, 100_000):
        model.train(1, workers=int(n_workers))
        clock.after(n, topics)


def run_sklearn(clock: Clock, dtm: Dtm, form: str, k: int, seed: int) -> None:
    "scikit-learn's LatentDirichletAllocation."
    from sklearn.decomposition import LatentDirichletAllocation

    class Timed(LatentDirichletAllocation):
        seen = 0

        def _em_step(self, X, *args, **kwargs):
            super()._em_step(X, *args, **kwargs)
            self.seen += X.shape[0]
            if self.seen % len(dtm.doc_ids) == 0:
                clock.after(self.seen // len(dtm.doc_ids), lambda: self.components_)

    model = Timed(k, doc_topic_prior=ALPHA, topic_word_prior=ETA, learning_method=form, batch_size=2000, learning_decay=0.5 if form == "online" else 0.7, max_iter=100_000,
                  n_jobs=THREADS, random_state=seed, evaluate_every=-1)
    clock.start()
    model.fit(dtm.counts.astype(np.float64))


def run_gensim(clock: Clock, dtm: Dtm, form: str, k: int, seed: int, parallel: bool = False) -> None:
    "gensim's LdaModel, or LdaMulticore with two workers, in the faster of their precisions (double: chapter 05d); bags are made before the clock starts."
    from gensim.models import LdaModel, LdaMulticore
    corpus, dictionary = dtm.to_gensim()
    bags, kind = list(corpus), LdaMulticore if parallel else LdaModel

    class Timed(kind):
        seen = 0

        def do_mstep(self, rho, other, extra_pass=False):
            n = other.numdocs
            super().do_mstep(rho, other, extra_pass)
            self.seen += n
            if self.seen % len(bags) == 0:
                clock.after(self.seen // len(bags), lambda: self.state.get_lambda())

    form = {"batch": {"batch": True} if parallel else {"update_every": 0}, "online": {}}[form]
    clock.start()
    Timed(bags, id2word=dictionary, num_topics=k, alpha=[ALPHA] * k, eta=ETA, passes=100_000, chunksize=2000, eval_every=None, random_state=seed, dtype=np.float64, **form, **({"workers": THREADS} if parallel else {}))


def run_lda(clock: Clock, dtm: Dtm, _: str, k: int, seed: int) -> None:
    "The package `lda`."
    import lda
    import logging
    logging.getLogger("lda").setLevel(logging.ERROR)

    class Timed(lda.LDA):
        n = 0

        def _sample_topics(self, rands):
            if not self.n:
                clock.start()
            super()._sample_topics(rands)
            self.n += 1
            clock.after(self.n, lambda: np.asarray(self.nzw_) + ETA)

        def loglikelihood(self):
            return 0.0

    Timed(k, n_iter=100_000, alpha=ALPHA, eta=ETA, random_state=seed, refresh=10 ** 9).fit(dtm.counts.toarray())


ENGINES = {"policy_lda": run_ours, "tomotopy": run_tomotopy, "scikit-learn": run_sklearn, "gensim": run_gensim, "lda": run_lda,
           "multicore": lambda *args: run_gensim(*args, parallel=True)}


def recovery(topics: np.ndarray, truth: np.ndarray) -> float:
    "Mean cosine of the true topics with the found ones matched to them."
    unit = lambda table: table / np.linalg.norm(table, axis=1, keepdims=True)
    cosines = unit(truth) @ unit(topics).T
    return float(cosines[linear_sum_assignment(-cosines)].mean())


def one(data: Path, engine: str, name: str, k: int, seed: int) -> None:
    "One run in this process; a warm-up on some documents comes first (of ours to its end), so that nothing is compiled or imported on the clock."
    dtm, shown, hidden = split(load(data, name), name)
    kind, _, form = engine.partition(" ")
    for documents, clock in ((200, Clock(60 if kind == "policy_lda" else 0.5)), (len(dtm.doc_ids), Clock(SECONDS[name, k][engine]))):
        try:
            ENGINES[kind](clock, dtm_rows(dtm, np.arange(len(dtm.doc_ids)) < documents), form, k, seed)
        except Done:
            pass
    with workers(THREADS) as each, open(RAW, "a", encoding="utf-8") as file:
        for place, (n, seconds, topics) in enumerate(clock.snapshots):
            phi = np.maximum(topics / topics.sum(axis=1, keepdims=True), 1e-12).T
            row = {"engine": engine, "set": name, "k": k, "seed": seed, "pass": n, "seconds": round(seconds, 4), "perplexity": completion_perplexity(shown, hidden, phi, np.full(k, ALPHA), each), "processor": PROCESSOR}
            if name == "synthetic" and place == len(clock.snapshots) - 1:
                row["recovery"] = recovery(phi.T, synthetic()[1])
            file.write(json.dumps(row) + "\n")
    print(engine, name, k, seed, json.dumps(row), flush=True)


def curves(data: Path, seeds=(1, 2, 3)) -> None:
    "Set by set, all engines in turn, once for each seed; runs that are in the raw results already are not made again."
    seen = {(row["engine"], row["set"], row["k"], row["seed"]) for row in map(json.loads, RAW.read_text(encoding="utf-8").splitlines())} if RAW.exists() else set()
    for (name, k), engines in SECONDS.items():
        for seed in seeds:
            for engine in engines:
                if (engine, name, k, seed) not in seen:
                    subprocess.run([sys.executable, __file__, data, "one", engine, name, str(k), str(seed)], check=True)


def tables() -> None:
    """From the raw results: the best and the final perplexity of each engine, and how long ours takes to the levels that each peer reaches.

    The mark of a peer is the median over its runs of the best perplexity (`near-final`: of .1% above it), and its time the median of the times at which each run
    reaches its own. Our time is the median over our runs of the time to that mark; a run that never reaches it counts as infinitely long.
    """
    raw = pd.read_json(RAW, lines=True)
    keys = ["set", "k", "engine"]
    runs = [(key[:3], run.sort_values("seconds")) for key, run in raw.groupby([*keys, "seed"])]
    reach = lambda run, level: run.loc[run["perplexity"] <= level, "seconds"].min()
    facts = [(*key, run["perplexity"].min(), reach(run, run["perplexity"].min()), reach(run, run["perplexity"].min() * 1.001), run["perplexity"].iloc[-1], run["seconds"].iloc[-1],
              run["recovery"].iloc[-1] if "recovery" in run else np.nan) for key, run in runs]
    one = pd.DataFrame(facts, columns=[*keys, "best", "seconds_to_best", "seconds_to_near_final", "final", "seconds", "recovery"])
    peers = one.groupby(keys).median()
    peers.insert(0, "runs", one.groupby(keys).size())
    processor, machine = raw.groupby(keys)["processor"].first().fillna("not recorded"), f"{platform.machine()}, {VERSIONS}"
    peers.round(4).assign(processor=processor).reset_index().assign(machine=machine).to_csv(RESULTS / "lda_peers.csv", index=False)
    rows = []
    for (name, k, peer), mark in peers[~peers.index.get_level_values("engine").str.startswith("policy_lda")].iterrows():
        for what, level, seconds in [("best", mark["best"], mark["seconds_to_best"]), ("near-final", mark["best"] * 1.001, mark["seconds_to_near_final"])]:
            for engine in sorted({key[2] for key, _ in runs if key[:2] == (name, k) and key[2].startswith("policy_lda")}):
                times = [reach(run, level) for key, run in runs if key == (name, k, engine)]
                ours = np.median(np.nan_to_num(times, nan=np.inf))
                rows.append((name, k, peer, what, level, seconds, engine, ours, int(np.isfinite(times).sum()), len(times), seconds / ours))
    columns = ["set", "k", "peer", "mark", "perplexity", "peer_seconds", "engine", "engine_seconds", "runs_that_reach_it", "runs", "ratio"]
    pd.DataFrame(rows, columns=columns).round(3).assign(machine=machine).to_csv(RESULTS / "lda_ratios.csv", index=False)


def resident(peak: bool = False) -> float:
    "Mebibytes of this process in memory: now, or the most since `forget_peak`. (`getrusage` counts the peak of the process that started this one too.)"
    facts = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(facts["VmHWM" if peak else "VmRSS"].split()[0]) / 1024


def forget_peak() -> None:
    "From now on the peak of memory is counted anew; what is free goes back to the system first."
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")


def inference(data: Path) -> None:
    """`LdaModel.inference` of gensim and ours, from the same model and the same random numbers; the ratio is with the faster of gensim's two precisions.

    Single precision is gensim's default; many processors are slow with the very small numbers that it then has (chapter 05d).
    """
    from gensim.models import LdaModel

    from policy_lda import FastLdaModel
    rows = []
    for name in ("ng20", "bbc", "ungd"):
        dtm = load(data, name)
        dtm = dtm_rows(dtm, np.arange(len(dtm.doc_ids)) < 20_000)
        corpus, dictionary = dtm.to_gensim()
        bags = list(corpus)
        for k in (20, 100):
            settings = dict(id2word=dictionary, num_topics=k, alpha=[ALPHA] * k, eta=ETA, random_state=1)
            double, single, ours = LdaModel(bags, passes=10, eval_every=None, dtype=np.float64, **settings), LdaModel(**settings), FastLdaModel(n_jobs=THREADS, **settings)
            for model in (single, ours):
                model.state.sstats[:] = double.state.sstats
                model.sync_state()
            shares, seconds = {}, {"single": [], "double": [], "ours": []}
            ours.inference(dtm.counts[:10], True)
            for _ in range(7):
                for engine, model, documents in (("single", single, bags), ("double", double, bags), ("ours", ours, dtm.counts)):
                    model.random_state = np.random.RandomState(3)
                    start = time.perf_counter()
                    gamma, _ = model.inference(documents, collect_sstats=True)
                    seconds[engine].append(time.perf_counter() - start)
                    shares[engine] = gamma / gamma.sum(axis=1, keepdims=True)
            difference, (single, double, ours) = np.abs(shares["ours"] - shares["single"]), (np.array(seconds[engine]) for engine in seconds)
            rows.append((name, k, len(dtm.doc_ids), np.median(single), np.median(double), np.median(ours), np.median(np.minimum(single, double) / ours), np.quantile(difference, 0.999), difference.max()))
    pd.DataFrame(rows, columns=["set", "k", "documents", "gensim_seconds", "gensim_double_seconds", "our_seconds", "ratio", "share_difference_999", "share_difference_max"]).assign(machine=MACHINE).to_csv(RESULTS / "lda_inference.csv", index=False)


def compilation() -> None:
    "Seconds of the first fit in a new environment (all kernels of the method, those of splitting and merging too), of the first in a later process, and of importing."
    probe = ("import time; s = time.perf_counter(); import policy_lda.lda; from policy_lda.dtm import dtm_from_matrix; from policy_lda import LdaSpec, fit_lda; i = time.perf_counter() - s; "
             "import sys; d = dtm_from_matrix([[3, 1, 0], [0, 2, 2]], 'abc'); s = time.perf_counter(); fit_lda(d, LdaSpec(2, sys.argv[1], passes=26, split_merge=True)); print(i, time.perf_counter() - s)")
    rows = []
    for method in ("cvb0", "gibbs", "hybrid", "vb"):
        for _ in range(3):
            with tempfile.TemporaryDirectory() as folder:
                for when in ("new environment", "later process"):
                    done = subprocess.run([sys.executable, "-c", probe, method], env={**os.environ, "NUMBA_CACHE_DIR": folder}, capture_output=True, text=True, check=True)
                    rows.append((method, when, *map(float, done.stdout.split())))
    table = pd.DataFrame(rows, columns=["method", "when", "import_seconds", "first_fit_seconds"]).groupby(["method", "when"], sort=False).median().round(2)
    table.reset_index().assign(machine=MACHINE).to_csv(RESULTS / "lda_compile.csv", index=False)


def scaling(data: Path) -> None:
    "Seconds for a pass and the most memory that a fit adds, against topics, documents and terms; each in a process of its own."
    probe = ("import sys, time; sys.path.insert(0, sys.argv[1]); from pathlib import Path; import numpy as np; from lda_engines import forget_peak, load, resident; from policy_lda import LdaSpec, fit_lda; from policy_lda.dtm import dtm_rows, dtm_trim\n"
             "dtm = load(Path(sys.argv[2]), sys.argv[3]); share, least, k, method = float(sys.argv[4]), int(sys.argv[5]), int(sys.argv[6]), sys.argv[7]\n"
             "dtm = dtm_trim(dtm_rows(dtm, np.arange(len(dtm.doc_ids)) < share * len(dtm.doc_ids)), min_docs=least, max_share=1)\n"
             "fit_lda(dtm_rows(dtm, np.arange(len(dtm.doc_ids)) < 100), LdaSpec(2, method, passes=12))\n"
             "forget_peak()\n"
             "before, ticks = resident(), [time.perf_counter()]\n"
             "fit_lda(dtm, LdaSpec(k, method, 0.1, 0.01, passes=16, stop=None), n_jobs=2, on_pass=lambda run, n: ticks.append(time.perf_counter()))\n"
             "print(len(dtm.doc_ids), len(dtm.terms), int(dtm.counts.sum()), dtm.counts.nnz, np.median(np.diff(ticks)[4:]), ticks[1] - ticks[0], resident(peak=True) - before)")
    rows = []
    cases = [("ng20", 1, 1, k) for k in (10, 20, 50, 100, 200, 500, 1000)] + [("ungd", 1, 5, k) for k in (200, 500, 1000)] + [("ungd", share, 5, 50) for share in (0.125, 0.25, 0.5, 1)] + [("ungd", 1, least, 50) for least in (200, 50, 10)]
    for method in ("cvb0", "gibbs"):
        for name, share, least, k in cases:
            done = subprocess.run([sys.executable, "-c", probe, Path(__file__).parent, data, name, str(share), str(least), str(k), method], capture_output=True, text=True, check=True)
            rows.append((method, name, k, *map(float, done.stdout.split()[-7:])))
            print(rows[-1], flush=True)
    table = pd.DataFrame(rows, columns=["method", "set", "k", "documents", "terms", "tokens", "entries", "seconds_a_pass", "seconds_to_the_first", "mebibytes_above_the_counts"]).astype({"documents": int, "terms": int, "tokens": int, "entries": int})
    table["ns_per_token_and_topic"] = 1e9 * table["seconds_a_pass"] / table["tokens"] / table["k"]
    table.round({"seconds_a_pass": 4, "seconds_to_the_first": 3, "mebibytes_above_the_counts": 0, "ns_per_token_and_topic": 3}).assign(machine=MACHINE).to_csv(RESULTS / "lda_scaling.csv", index=False)


RULES = {"published": dict(reaction=False, split_merge=False), "reaction": dict(reaction=True, split_merge=False), "both": dict(reaction=True, split_merge=True)}


def quality(data: Path) -> None:
    "c_npmi (as gensim counts, windows of ten) and diversity of ten top terms, in three orders; three fits each of 10 to 50 topics, by the protocol of the OCTIS comparisons."
    from policy_lda.coherence import coherence_of
    from policy_lda.topics import top_terms
    rows = []
    for name, folder in (("ng20", "octis_20newsgroup_rebuilt"), ("bbc", "octis_bbc_news")):
        dtm, texts = load(data, name), pd.Series([record["text"].split() for record in records(data, folder)])
        for method, settings in (("cvb0", {}), ("cvb0 with reaction only", RULES["reaction"]), ("cvb0 as published", RULES["published"]), ("hybrid", {})):
            for k in (10, 20, 30, 40, 50):
                for seed in (1, 2, 3):
                    fit = fit_lda(dtm, LdaSpec(k, method.split()[0], random_state=seed, **settings), n_jobs=THREADS)
                    for order in ("probability", "relevance", "frex"):
                        words = top_terms(fit, 10, by=order).groupby("topic")["term"].apply(list).tolist()
                        rows.append((name, method, order, k, seed, coherence_of(words, texts, mode="gensim").mean(), len({word for topic in words for word in topic}) / (10 * k)))
    table = pd.DataFrame(rows, columns=["set", "method", "order", "k", "seed", "c_npmi", "diversity"])
    table.round(4).to_csv(RESULTS / "lda_quality_runs.csv", index=False)
    table.groupby(["set", "method", "order"], sort=False)[["c_npmi", "diversity"]].mean().round(3).reset_index().assign(machine=MACHINE).to_csv(RESULTS / "lda_quality.csv", index=False)


def rules(data: Path) -> None:
    "Final held-out perplexity of `cvb0` as published, with the reaction of neighbours, and with topics split and merged as well; Commons, news and addresses had no part in choosing the rules."
    rows = []
    for name, k in [("ng20", 20), ("ng20", 100), ("bbc", 20), ("bbc", 50), ("reuters", 20), ("ungd", 50), ("synthetic", 100), ("commons", 20), ("commons", 50), ("news", 20), ("news", 50), ("sotu", 20), ("sotu", 50)]:
        dtm, shown, hidden = split(load(data, name), name)
        for seed in (1, 2, 3):
            for rule, settings in RULES.items():
                fit = fit_lda(dtm, LdaSpec(k, "cvb0", ALPHA, ETA, random_state=seed, **settings), n_jobs=THREADS)
                topics = fit.topic_term.to_numpy()
                with workers(THREADS) as each:
                    found = completion_perplexity(shown, hidden, topics.T, np.full(k, ALPHA), each)
                rows.append((name, k, len(dtm.doc_ids), int(hidden.sum()), seed, rule, len(fit.curve), found, recovery(topics, synthetic()[1]) if name == "synthetic" else np.nan))
                print(*rows[-1], flush=True)
    table = pd.DataFrame(rows, columns=["set", "k", "documents", "hidden_tokens", "seed", "rules", "passes", "perplexity", "recovery"])
    table.round(3).assign(machine=MACHINE).to_csv(RESULTS / "lda_rules.csv", index=False)


def write_parts(parts: dict, prefix: str, about: str) -> None:
    "The command line of a benchmark whose parts each give a table: those that are named, or all, are printed and written to `results/`."
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder with the corpora")
    parser.add_argument("parts", nargs="*", choices=[[], *parts], help="what to measure")
    asked = parser.parse_args()
    for part in asked.parts or parts:
        found = parts[part](asked.data)
        found.assign(machine=MACHINE, date=date.today()).to_csv(RESULTS / f"{prefix}_{part}.csv", index=False, float_format="%.5g")
        print(found.round(4).to_string(index=False), flush=True)


PARTS = {"curves": curves, "tables": lambda data: tables(), "inference": inference, "compile": lambda data: compilation(), "scaling": scaling, "quality": quality, "rules": rules}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("parts", nargs="*", help="parts, or `one` and its arguments")
    options = parser.parse_args()
    if options.parts[:1] == ["one"]:
        engine, name, k, seed = options.parts[1:]
        one(options.data, engine, name, int(k), int(seed))
    else:
        for part in options.parts or PARTS:
            PARTS[part](options.data)
