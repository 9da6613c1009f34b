"""How well and how fast is cleaning? Writes the tables and curves that the chapter on cleaning shows.

python benchmarks/cleaning.py DATA [quality] [duplicates] [speed]     (DATA: the folder with the corpora; default: all parts)
"""

import os

os.environ.update({name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS", "RENSA_NUM_THREADS", "RAYON_NUM_THREADS")})

import argparse
import platform
import re
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score
from splices import corpora, load

from policy_lda.articles import make_articles
from policy_lda.cleaning import apply_ledger, find_duplicates, find_noise, score_clauses, score_sentences, split_words

RESULTS = Path(__file__).parent / "results"


def table(records: list[dict]) -> pd.DataFrame:
    "The article table of `records`, with the titles they have."
    return make_articles([{key: record[key] for key in ("id", "text", "title", "source", "date") if record.get(key)} | {"lang": "en"} for record in records])


def clean(articles: pd.DataFrame):
    "Everything that `policy-lda clean` does between reading and writing: ledger, what was learned, sentence scores, clean articles."
    words = split_words(articles)
    registers = score_clauses(articles, words)
    ledger = find_noise(articles, words=words, registers=registers)
    return ledger, registers, score_sentences(registers), apply_ledger(articles, ledger)


def spliced(record: dict) -> np.ndarray:
    "For each character of a record, whether it was spliced in."
    inside = np.zeros(len(record["text"]), bool)
    for start, end in record["injected_spans"]:
        inside[start:end] = True
    return inside


def measure(name: str, records: list[dict]) -> tuple[dict, pd.DataFrame]:
    "One row of figures for a corpus, and the precision-recall curve of its sentence scores, by characters."
    articles = table(records)
    ledger, registers, scores, _ = clean(articles)
    labels = dict(zip(articles["article_id"], map(spliced, records)))
    taken = {key: np.zeros(len(label), bool) for key, label in labels.items()}
    for row in ledger[ledger["action"] == "removed"].itertuples():
        taken[row.article_id][row.start:row.end] = True
    label, removed = (np.concatenate([part[key] for key in labels]) for part in (labels, taken))
    untouched = np.concatenate([np.full(len(part), not part.any()) for part in labels.values()])
    scores["foreign"] = [labels[row.article_id][row.start:row.end].sum() for row in scores.itertuples()]
    scores["length"] = scores["end"] - scores["start"]
    flagged = ledger[(ledger["action"] == "flagged") & (ledger["kind"] != "duplicate")]
    row = {"corpus": name, "articles": len(articles), "spliced": label.mean(), "precision": label[removed].mean() if removed.any() and label.any() else np.nan,
           "recall": removed[label].mean() if label.any() else np.nan, "untouched_removed": removed[untouched].mean() if untouched.any() else np.nan,
           "flagged": (flagged["end"] - flagged["start"]).sum() / len(label), "gain": registers.gain, "ends_at_comma": registers.ends_at_comma}
    if label.any():
        row["average_precision"] = average_precision_score(scores["foreign"] > scores["length"] / 2, scores["score"])
    ranked = scores.sort_values("score", ascending=False, kind="stable")
    curve = pd.DataFrame({"corpus": name, "score": ranked["score"], "precision": ranked["foreign"].cumsum() / ranked["length"].cumsum(),
                          "recall": ranked["foreign"].cumsum() / max(1, label.sum())})
    return row, curve.iloc[np.unique(np.linspace(0, len(curve) - 1, 200).astype(int))]


def quality(data: Path) -> None:
    "Detection on spliced corpora, and what is lost where nothing was spliced."
    rows, curves = [], []
    for name, records in corpora(data).items():
        row, curve = measure(name, records)
        print({key: round(value, 4) if isinstance(value, float) else value for key, value in row.items()}, flush=True)
        rows.append(row)
        if row["spliced"] > 0.05 and len(records) > 100:
            curves.append(curve)
    pd.DataFrame(rows).round(4).to_csv(RESULTS / "cleaning_quality.csv", index=False)
    pd.concat(curves).round(4).to_csv(RESULTS / "cleaning_curve.csv", index=False)


def datasketch_pairs(articles: pd.DataFrame) -> set:
    "The peer: candidate pairs of datasketch's MinHashLSH on the same three-word sequences."
    from datasketch import MinHash, MinHashLSH

    index, hashes = MinHashLSH(threshold=0.6, num_perm=128), {}
    for name, text in zip(articles["article_id"], articles["text"]):
        words = re.findall(r"\w+", text.lower())
        hashes[name] = MinHash(num_perm=128)
        hashes[name].update_batch([" ".join(words[i:i + 3]).encode() for i in range(len(words) - 2)])
        index.insert(name, hashes[name])
    return {tuple(sorted((name, other))) for name, own in hashes.items() for other in index.query(own) if other != name}


def duplicates(data: Path) -> None:
    "The planted pairs of the labelled set, and how time grows with the number of articles."
    labelled = table(load(data, "neardup_minhash_1000"))
    truth = {tuple(sorted(line.split())) for line in (data / "neardup_minhash_1000" / "truth_pairs.tsv").read_text().splitlines()}
    found = find_duplicates(labelled)
    pairs = {tuple(sorted((row.article_id, row.rule.split()[-1]))) for row in found.itertuples()}
    print(f"planted pairs found: {len(pairs & truth)} of {len(truth)}; false pairs: {len(pairs - truth)}")
    pieces, rows = table(load(data, "scale_ungd_chunks_120k")[:100_000]), []
    for n in (1_000, 10_000, 100_000):
        some = pieces.head(n).copy()
        some.loc[some.index[-n // 100:], "text"] = [text + " The end." for text in some["text"].head(n // 100)]
        start = time.perf_counter()
        words = split_words(some)
        split = time.perf_counter() - start
        copies = find_duplicates(some, words)
        ours = time.perf_counter() - start
        start = time.perf_counter()
        peer = datasketch_pairs(some)
        rows.append({"articles": n, "megabytes": some["text"].str.len().sum() / 1e6, "planted": n // 100, "found": len(copies), "splitting_s": split,
                     "whole_s": ours, "datasketch_s": time.perf_counter() - start, "datasketch_pairs": len(peer)})
        print(rows[-1], flush=True)
    pd.DataFrame(rows).round(3).to_csv(RESULTS / "duplicates.csv", index=False)


def speed(data: Path, runs: int = 5) -> None:
    "Megabytes of text cleaned in a second, on one core, after the kernels are compiled."
    start = time.perf_counter()
    clean(table(load(data, "spliced_news_en")[:5]))
    print(f"first call, kernels compiled or loaded: {time.perf_counter() - start:.1f} s")
    rows = []
    for name in ("spliced_news_en", "news_articles_2016_2017", "sotu_1790_2020s", "ungd_p5_india_1971_2024"):
        articles, times = table(load(data, name)), []
        for _ in range(runs):
            start = time.perf_counter()
            clean(articles)
            times.append(time.perf_counter() - start)
        megabytes = sum(len(text.encode()) for text in articles["text"]) / 1e6
        rows.append({"corpus": name, "articles": len(articles), "megabytes": megabytes, "median_s": np.median(times), "min_s": min(times),
                     "max_s": max(times), "megabytes_per_s": megabytes / np.median(times)})
        print(rows[-1], flush=True)
    versions = ", ".join(f"{name} {version(name)}" for name in ("pandas", "numpy", "numba", "rensa", "wordfreq"))
    machine = f"{platform.machine()}, one core, Python {platform.python_version()}, {versions}"
    pd.DataFrame(rows).round(3).assign(machine=machine).to_csv(RESULTS / "cleaning_speed.csv", index=False)


def main() -> None:
    "Run the parts that are named, or all."
    parts = {"quality": quality, "duplicates": duplicates, "speed": speed}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder with the corpora")
    parser.add_argument("parts", nargs="*", choices=[[], *parts], help="what to measure")
    asked = parser.parse_args()
    if not asked.data.is_dir():
        parser.error(f"{asked.data}: no such folder; give the folder with the corpora")
    RESULTS.mkdir(exist_ok=True)
    for name in asked.parts or parts:
        parts[name](asked.data)


if __name__ == "__main__":
    main()
