"""The LDA engine: planted truth, the same bits, interruption, files, agreement with gensim."""
import ast
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import policy_lda
from policy_lda import FastLdaModel, InputError, LdaSpec, anchors, fit_lda, infer_topics, lda, make_dtm, update_lda
from policy_lda.compiled import workers
from policy_lda.cvb0 import _divide, symmetric
from policy_lda.dtm import dtm_from_matrix, dtm_rows
from policy_lda.lda import METHODS, TopicFit, fit_from_topics, load_fit, save_fit
from policy_lda.stability import match_topics

PLANTED = """
import numpy as np
from policy_lda.dtm import dtm_from_matrix
rng = np.random.default_rng(7)
topics = rng.dirichlet(np.full(400, 0.05), size=8)
mixtures = rng.dirichlet(np.full(8, 0.2), size=600)
dtm = dtm_from_matrix([rng.multinomial(80, mixture @ topics) for mixture in mixtures], [f"t{n}" for n in range(400)])
"""
exec(PLANTED)


def bbc(corpora) -> object:
    "The counts of the BBC set."
    with gzip.open(corpora / "octis_bbc_news" / "data.jsonl.gz", "rt", encoding="utf-8") as file:
        return make_dtm(pd.Series([json.loads(line)["text"].split() for line in file]))


@pytest.mark.parametrize("method", METHODS)
def test_planted_topics_are_found(method):
    fit = fit_lda(dtm, LdaSpec(8, method, alpha=0.2, eta=0.05, random_state=1))
    truth = pd.DataFrame(topics, columns=dtm.terms)
    matched = match_topics(truth, fit.topic_term)
    assert matched["cosine"].min() > 0.95, matched
    assert np.abs(fit.doc_topic[matched["match"]].to_numpy() - mixtures).mean() < 0.05


@pytest.mark.parametrize("method", METHODS)
def test_perplexity_of_long_documents(method):
    "Documents of thousands of tokens of a few terms: no product of probabilities under- or overflows, and no curve ends above the unigram model."
    rng = np.random.default_rng(1)
    long = dtm_from_matrix([rng.multinomial(5000, [[0.4, 0.4, 0.1, 0.1], [0.1, 0.1, 0.4, 0.4]][n % 2]) for n in range(20)], "abcd")
    curve = fit_lda(long, LdaSpec(2, method, alpha=0.1, eta=0.1, passes=40)).curve["perplexity"]
    assert (curve > 3).all() and abs(curve.iloc[-1] - np.exp(-2 * (0.4 * np.log(0.4) + 0.1 * np.log(0.1)))) < 0.05, curve


@pytest.mark.parametrize("start", ["anchors", "random"])
def test_the_start_is_a_start_only(start):
    fit = fit_lda(dtm, LdaSpec(8, alpha=0.2, eta=0.05, start=start, random_state=3))
    assert fit.curve["perplexity"].iloc[-1] < fit.curve["perplexity"].iloc[0] and np.allclose(fit.topic_term.sum(axis=1), 1)


def test_a_large_corpus_begins_with_a_part_of_it(monkeypatch):
    "With 200 of 600 documents and 24 anchors twenty planted topics are found before the first pass (with 20 anchors one or two are not); seeded topics keep their places."
    monkeypatch.setattr(anchors, "SAMPLE", 400)
    rng = np.random.default_rng(7)
    topics = rng.dirichlet(np.full(400, 0.05), size=20)
    counts = dtm_from_matrix([rng.multinomial(80, mixture @ topics) for mixture in rng.dirichlet(np.full(20, 0.2), size=600)], [f"t{n}" for n in range(400)]).counts
    seeds = [np.argsort(-topic)[:2].tolist() for topic in topics[[5, 2]]]
    unit = lambda rows: rows / np.linalg.norm(rows, axis=1, keepdims=True)
    starts = {}
    for n_jobs in (1, 2):
        with workers(n_jobs) as each:
            starts[n_jobs] = [anchors.good_start(counts, symmetric(0.2, 0.05, 20), np.random.default_rng(3), each, given) for given in ([], seeds)]
    free, guided = starts[1]
    cosine = unit(topics) @ unit(free.T).T
    assert cosine.max(axis=1).min() > 0.9 and sorted(cosine.argmax(axis=1)) == list(range(20)) and np.isclose(free.sum(), counts.sum()), cosine.round(2)
    assert (unit(topics) @ unit(guided.T).T).argmax(axis=0)[:2].tolist() == [5, 2]
    assert all(np.array_equal(one, two) for one, two in zip(*starts.values()))


@pytest.mark.parametrize("reaction", [0, 1])
def test_a_token_is_divided_as_the_formula_says(reaction):
    f = lambda *values: np.array(values, np.float32)
    theta, phi, alpha, inverse, eta, parts = f(3.1, 1.1, 0.4), f(0.02, 0.03, 0.001), f(0.1, 0.1, 0.1), f(0.005, 0.01, 0.02), np.float32(0.01), f(0, 0, 0)
    own = theta * phi / (theta @ phi)
    by_hand = np.maximum(theta - own * (1 + reaction * (1 - own)), alpha) * np.maximum(phi - own * inverse, eta * inverse)
    total, likelihood = _divide(theta, phi, alpha, inverse, eta, np.float32(1), np.float32(reaction), parts)
    assert np.allclose(parts, by_hand, rtol=1e-5) and np.isclose(total, by_hand.sum()) and np.isclose(likelihood, theta @ phi)


def test_the_reaction_by_default():
    "Taken out from 20,000 tokens on; the start of so small a corpus has no passes."
    for documents, default in ((200, False), (600, True)):
        part = dtm_rows(dtm, np.arange(600) < documents)
        fits = {reaction: fit_lda(part, LdaSpec(8, passes=12, reaction=reaction)) for reaction in (None, True, False)}
        assert fits[None].spec.reaction is default and fits[None].topic_term.equals(fits[default].topic_term)
        assert not fits[True].topic_term.equals(fits[False].topic_term)


def test_the_start_of_a_large_corpus_has_the_reaction_or_not(monkeypatch):
    "Where passes do nothing, the fit is the start."
    monkeypatch.setattr(lda, "sweep", lambda *_, **__: 1.0)
    first = {}
    for sample in (anchors.SAMPLE, 300):
        monkeypatch.setattr(anchors, "SAMPLE", sample)
        first[sample] = [fit_lda(dtm, LdaSpec(8, passes=1, reaction=reaction)).topic_term for reaction in (None, True, False)]
    small, (default, with_it, without) = first.values()
    assert small[1].equals(small[2]) and default.equals(with_it) and not with_it.equals(without)


def mistaken_start() -> TopicFit:
    "The planted topics, but the first two are one topic, and the third is there twice."
    wrong = np.vstack([(topics[0] + topics[1]) / 2, topics[2:], topics[2]])
    return fit_from_topics(dtm, pd.DataFrame(wrong, columns=dtm.terms), LdaSpec(8), 0.1, "planted")


def test_split_merge_by_default():
    "From 20,000 tokens on; never where topics are given, unless it is asked for: they keep their subjects."
    assert [fit_lda(dtm_rows(dtm, np.arange(600) < documents), LdaSpec(8, passes=2)).spec.split_merge for documents in (200, 600)] == [False, True]
    start = fit_lda(dtm, LdaSpec(8, passes=2))
    assert [fit_lda(dtm, LdaSpec(8, passes=2, split_merge=wish), start=start).spec.split_merge for wish in (None, True, False)] == [False, True, False]
    assert list(update_lda(start, replace(dtm, doc_ids=tuple(f"new {n}" for n in range(600))), passes=30).curve["stage"]).count("EM, CVB0") == 1


@pytest.mark.parametrize("method", ["cvb0", "hybrid"])
def test_split_merge_finds_what_passes_do_not(method, tmp_path):
    "Two subjects in one topic are parted; the curve says where it began anew; cut off before or after that and resumed, it comes to the same bits."
    matched = lambda fit: match_topics(pd.DataFrame(topics, columns=dtm.terms), fit.topic_term)["cosine"]
    start, spec = mistaken_start(), LdaSpec(8, method, alpha=0.1, eta=0.05, passes=40, split_merge=True)
    parted, as_it_was = fit_lda(dtm, spec, start=start), fit_lda(dtm, replace(spec, split_merge=False), start=start)
    assert (matched(as_it_was) < 0.9).sum() == 2 and (matched(parted) > 0.95).all(), (matched(as_it_was), matched(parted))
    assert parted.curve.loc[parted.curve["stage"] == "EM, CVB0", "pass"].tolist() == [1, 10] and as_it_was.curve["stage"].tolist().count("EM, CVB0") == 1

    def cut_off(run, n):
        if n == last:
            raise RuntimeError("power failure")

    for last in (9, 23):
        with pytest.raises(RuntimeError):
            fit_lda(dtm, spec, start=start, checkpoint=tmp_path / f"{last}.npz", on_pass=cut_off)
        again = fit_lda(dtm, spec, start=start, checkpoint=tmp_path / f"{last}.npz", n_jobs=1)
        assert again.topic_term.equals(parted.topic_term) and again.doc_topic.equals(parted.doc_topic) and again.curve.equals(parted.curve)


def test_split_merge_keeps_guided_topics():
    "A topic with the seeds of two subjects is not split, and two with seeds of the same subject are not merged."
    first = lambda subject: [dtm.terms[n] for n in np.argsort(-topics[subject])[:6]]
    correlation = lambda fit, topic, subject: np.corrcoef(fit.topic_term.loc[topic], topics[subject])[0, 1]
    broad = fit_lda(dtm, LdaSpec(6, seeds=[first(5)[:3] + first(2)[:3]], passes=40, random_state=2, split_merge=True))
    assert min(correlation(broad, 1, 5), correlation(broad, 1, 2)) > 0.5
    twice = fit_lda(dtm, LdaSpec(7, seeds=[first(2)[::2], first(2)[1::2]], passes=40, random_state=1, split_merge=True))
    assert correlation(twice, 2, 2) > 0.9


def test_asymmetric_alpha_follows_the_sizes():
    skewed = np.random.default_rng(1).dirichlet([2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2], size=600)
    rng = np.random.default_rng(2)
    counts = dtm_from_matrix([rng.multinomial(80, mixture @ topics) for mixture in skewed], dtm.terms)
    fit = fit_lda(counts, LdaSpec(8, "hybrid", alpha="auto", eta=0.05))
    assert fit.alpha.idxmax() == 1 and 1 < fit.alpha[1] < 4 and fit.alpha[2:].max() < 0.5


@pytest.mark.parametrize("method", METHODS)
def test_another_process_with_other_threads_gives_the_same_bits(method, tmp_path):
    "The first process compiles the kernels, the others load them: the code must be the same. Seven topics for eight subjects: some are split and merged."
    probe = PLANTED + f"""
import hashlib, sys
from policy_lda import LdaSpec, fit_lda
fit = fit_lda(dtm, LdaSpec(7, {method!r}, passes=26, random_state=5), n_jobs=int(sys.argv[1]))
print(hashlib.sha256(fit.doc_topic.to_numpy().tobytes() + fit.topic_term.to_numpy().tobytes() + fit.curve["perplexity"].to_numpy().tobytes()).hexdigest())
"""
    seen = {subprocess.run([sys.executable, "-c", probe, str(n_jobs)], capture_output=True, text=True, check=True, env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}).stdout for n_jobs in (1, 2, 4)}
    assert len(seen) == 1
    fit = fit_lda(dtm, LdaSpec(7, method, passes=26, random_state=5))
    assert fit.curve["stage"].tolist().count("EM, CVB0") == {"cvb0": 2, "hybrid": 2, "gibbs": 0, "vb": 0}[method]


def test_import_compiles_nothing(tmp_path):
    probe = "import policy_lda.gensim_model as g, policy_lda.cvb0 as c, policy_lda.gibbs as s; print(c._pass.signatures, s._sample.signatures)"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True, env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)})
    assert done.stdout.split() == ["[]", "[]"] and not list(tmp_path.rglob("*.nbi"))


def test_an_interrupt_leaves_the_fit(tmp_path):
    probe = PLANTED + """
import warnings, sys
from policy_lda import LdaSpec, fit_lda
fit_lda(dtm, LdaSpec(8, passes=2))
print("ready", flush=True)
fit = fit_lda(dtm, LdaSpec(8, passes=1_000_000, stop=None), n_jobs=2)
print(fit.stopped, len(fit.curve), abs(fit.topic_term.sum(axis=1) - 1).max() < 1e-6)
"""
    process = subprocess.Popen([sys.executable, "-W", "ignore", "-c", probe], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "ready\n"
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0 and out.startswith("interrupted after ") and out.rstrip().endswith("True"), out + err


def test_the_progress_bar_has_the_perplexity(capsys):
    fit_lda(dtm, LdaSpec(8, passes=3), progress=True)
    shown = capsys.readouterr().err
    assert "Fitting 8 topics: 100%" in shown and "3/3" in shown and "perplexity" in shown


@pytest.mark.parametrize("method", ["cvb0", "gibbs", "vb"])
def test_heldout_stops_at_the_best_state(method):
    fit = fit_lda(dtm, LdaSpec(8, method, passes=600, stop="heldout", alpha=0.2, eta=0.05))
    best = fit.curve["heldout"].idxmin()
    assert fit.stopped == f"no better on held-out documents after pass {best + 1}" and len(fit.doc_topic) == 600
    again = fit_lda(dtm, replace(fit.spec, passes=int(best) + 1))
    assert again.topic_term.equals(fit.topic_term) and again.doc_topic.equals(fit.doc_topic)


def test_guided_topics_keep_their_subject():
    strongest = [list(np.argsort(-topic)[:4]) for topic in topics]
    seeds = [[f"t{n}" for n in strongest[5]], [f"t{n}" for n in [*strongest[2], strongest[5][0]]]]
    fit = fit_lda(dtm, LdaSpec(8, seeds=seeds, alpha=0.2, eta=0.05))
    cosine = lambda a, b: a @ b / np.linalg.norm(a) / np.linalg.norm(b)
    assert cosine(fit.topic_term.loc[1].to_numpy(), topics[5]) > 0.8 and cosine(fit.topic_term.loc[2].to_numpy(), topics[2]) > 0.9
    with pytest.raises(ValueError, match="The seed term 'weather' of topic 2 is not among the 400 terms"):
        fit_lda(dtm, LdaSpec(8, seeds=[["t1"], ["weather"]]))


def test_new_documents_fit_in():
    first = np.arange(600) < 500
    fit = fit_lda(dtm_rows(dtm, first), LdaSpec(8, alpha=0.2, eta=0.05))
    rest = dtm_rows(dtm, ~first)
    match = match_topics(pd.DataFrame(topics, columns=dtm.terms), fit.topic_term)["match"]
    assert np.abs(infer_topics(fit, rest)[match].to_numpy() - mixtures[500:]).mean() < 0.05
    more = update_lda(fit, rest)
    assert np.abs(more.doc_topic[match].to_numpy()[500:] - mixtures[500:]).mean() < 0.05 and more.doc_topic.iloc[:500].equals(fit.doc_topic)
    with pytest.raises(ValueError, match="in the fit already"):
        update_lda(fit, dtm)


@pytest.mark.parametrize("damage", ["missing", "cut", "pickle", "foreign", "swapped"])
def test_damaged_models_are_refused(tmp_path, damage):
    save_fit(fit_lda(dtm, LdaSpec(4, passes=3)), tmp_path)
    path = tmp_path / "topic_term.npy"
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:2000])
    elif damage == "pickle":
        np.save(path, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    elif damage == "foreign":
        (tmp_path / "fit.json").write_text('{"name": "a web app"}', encoding="utf-8")
    else:
        np.save(path, np.load(path)[::-1])
    with pytest.raises(InputError, match="not a complete model saved by policy_lda"):
        load_fit(tmp_path)


def test_damaged_checkpoints_are_refused(tmp_path):
    path = tmp_path / "state.npz"
    fit_lda(dtm, LdaSpec(4, passes=12), checkpoint=path)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(InputError, match="delete it to begin anew"):
        fit_lda(dtm, LdaSpec(4, passes=12), checkpoint=path)


def test_inference_agrees_with_gensim(corpora):
    from gensim.models import LdaModel
    counts = bbc(corpora)
    corpus, dictionary = counts.to_gensim()
    bags = list(corpus)
    theirs = LdaModel(bags, id2word=dictionary, num_topics=20, alpha=[0.1] * 20, eta=0.01, passes=5, random_state=1)
    ours = FastLdaModel(id2word=dictionary, num_topics=20, alpha=[0.1] * 20, eta=0.01, random_state=1)
    ours.state = theirs.state
    ours.sync_state()
    shares = []
    for model in (theirs, ours):
        model.random_state = np.random.RandomState(3)
        gamma, _ = model.inference(bags if model is theirs else counts)
        shares.append(gamma / gamma.sum(axis=1, keepdims=True))
    assert np.quantile(np.abs(shares[0] - shares[1]), 0.999) < 1e-4


def test_bbc_topics_are_the_sections(corpora):
    counts = bbc(corpora)
    with gzip.open(corpora / "octis_bbc_news" / "data.jsonl.gz", "rt", encoding="utf-8") as file:
        section = pd.Series([json.loads(line)["label"] for line in file])
    fit = fit_lda(counts, LdaSpec(5, random_state=1))
    table = pd.crosstab(fit.doc_topic.idxmax(axis=1).to_numpy(), section)
    assert table.max(axis=1).sum() / len(section) > 0.9, table


@pytest.mark.parametrize("module", ["cvb0", "vb", "split_merge"])
def test_a_loop_that_sums_stores_nothing(module):
    "With fastmath such a loop adds up in an order that depends on where its arrays lie in memory (chapter 05a)."
    tree = ast.parse((Path(policy_lda.__file__).parent / f"{module}.py").read_text(encoding="utf-8"))
    kernels = [node for node in tree.body if isinstance(node, ast.FunctionDef) and any(name in ast.unparse(one) for one in node.decorator_list for name in ("FAST", "INLINE"))]
    assert kernels
    for loop in (node for kernel in kernels for node in ast.walk(kernel) if isinstance(node, ast.For)):
        inner = list(ast.walk(loop))[1:]
        if not any(isinstance(node, (ast.For, ast.While)) for node in inner):
            sums = any(isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) for node in inner)
            stores = any(isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) for node in inner)
            assert not (sums and stores), f"{module}: {ast.unparse(loop)}"
