"""How long does the search for shared passages take, does it grow with the text, and what does it find of copies that were planted?

python benchmarks/reuse.py DATA [scale] [planted]     (default: both)

scale: the first 12,500 to 100,000 chunks of UN speeches (34 MB), and 3,762 news articles (13 MB, longer): seconds, memory, matches, and the exponent between sizes
    -> results/reuse_scale.csv
planted: into 20,000 chunks, 600 stretches of 12 to 40 words of other chunks: copied, with every sixth word replaced, or with every fourth; which of them are found (any overlap in both places)
    -> results/reuse_planted.csv
"""

import time
from pathlib import Path

import numpy as np
import pandas as pd
from lda_engines import forget_peak, records, resident, write_parts

from policy_lda import make_articles, read_articles, shared_passages


def chunks(data: Path, n: int) -> pd.DataFrame:
    "The first `n` chunks of UN speeches, a table of articles."
    rows = records(data, "scale_ungd_chunks_120k")[:n]
    return make_articles([{"id": f"{number:06}", "text": row["text"]} for number, row in enumerate(rows)])


def timed(articles: pd.DataFrame, corpus: str, run: int) -> dict:
    "One search."
    forget_peak()
    since = time.perf_counter()
    found = shared_passages(articles)
    seconds = time.perf_counter() - since
    return {"corpus": corpus, "articles": len(articles), "megabytes": articles["text"].str.len().sum() / 1e6, "seconds": seconds, "matches": len(found), "peak_gigabytes": resident(peak=True) * 2**20 / 1e9, "run": run}


def scale_study(data: Path) -> pd.DataFrame:
    "Three runs of each size."
    shared_passages(chunks(data, 200))  # compiled before the clock runs
    rows = []
    for corpus, n in [("UN chunks", 12_500), ("UN chunks", 25_000), ("UN chunks", 50_000), ("UN chunks", 100_000), ("news", None)]:
        articles = chunks(data, n) if n else read_articles(data / "news_articles_2016_2017" / "data.jsonl.gz")
        for run in range(3):
            rows.append(timed(articles, corpus, run + 1))
            print(rows[-1], flush=True)
    table = pd.DataFrame(rows)
    median = table[table["corpus"] == "UN chunks"].groupby("articles")["seconds"].median()
    exponent = (np.log(median).diff() / np.log(pd.Series(median.index, median.index)).diff()).rename("exponent")
    return table.merge(exponent.reset_index().assign(corpus="UN chunks"), how="left", on=["corpus", "articles"])


def planted_study(data: Path) -> pd.DataFrame:
    "Stretches planted at the end of 600 chunks; their first and last words are kept as they were."
    articles, rng, rows = chunks(data, 20_000), np.random.default_rng(0), []
    texts, words = articles["text"].tolist(), [text.split() for text in articles["text"]]
    others = [word for text in words[15_000:15_200] for word in text if word.isalpha()]
    sources = [number for number in range(10_000) if len(words[number]) >= 45]
    for place, source in enumerate(rng.choice(sources, 600, replace=False)):
        length, kind, target = int(rng.integers(12, 41)), ("copied", "every sixth word replaced", "every fourth word replaced")[place % 3], 10_000 + place
        start = int(rng.integers(0, len(words[source]) - length))
        stretch, step = words[source][start:start + length], {"copied": 10**9, "every sixth word replaced": 6, "every fourth word replaced": 4}[kind]
        stretch = [others[rng.integers(len(others))] if number % step == step - 1 else word for number, word in enumerate(stretch)]
        rows.append({"source": f"{source:06}", "target": f"{target:06}", "kind": kind, "words": length, "start": len(texts[target]) + 1})
        texts[target] += "\n" + " ".join(stretch)
    found = shared_passages(articles.assign(text=texts))
    ends = {pair: max(of["end"].where(of["article_id"] == pair[1], of["other_end"])) for pair, of in found.groupby([found[["article_id", "other"]].min(axis=1), found[["article_id", "other"]].max(axis=1)])}
    planted = pd.DataFrame(rows)
    planted["found"] = [ends.get((row.source, row.target), 0) > row.start for row in planted.itertuples()]
    planted["length"] = pd.cut(planted["words"], [0, 19, 29, 50], labels=["12 to 19", "20 to 29", "30 to 40"])
    return planted.groupby(["kind", "length"], observed=True)["found"].agg(planted="size", found="sum").reset_index().assign(recall=lambda table: table["found"] / table["planted"])


if __name__ == "__main__":
    write_parts({"scale": scale_study, "planted": planted_study}, "reuse", __doc__)
