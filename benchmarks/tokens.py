"""How fast are tokens, phrases and counts, beside gensim, with the same result? How does matching grow with the lexicon?

python benchmarks/tokens.py DATA [tokens] [memory] [lexicon]     (DATA: the folder with the corpora; default: all parts)
"""

import argparse
import json
import platform
import subprocess
import sys
import time
from importlib.metadata import version
from itertools import cycle
from pathlib import Path

import numpy as np
import pandas as pd
from gensim.corpora import Dictionary
from gensim.models.phrases import Phrases
from gensim.utils import simple_preprocess
from splices import load

from policy_lda import encode_tokens, find_mentions, make_dtm, read_lexicon
from policy_lda.tokens import GENSIM, Tokens

RESULTS = Path(__file__).parent / "results"
ENGLISH = ("scale_ungd_chunks_120k", "sotu_1790_2020s", "news_articles_2016_2017", "ungd_p5_india_1971_2024", "spliced_news_en", "house_of_commons_sample", "neardup_minhash_1000")
MACHINE = f"{platform.machine()}, two cores, Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in ("gensim", "numba", "numpy", "pandas"))


def texts(data: Path, megabytes: float = 100) -> pd.DataFrame:
    "The running English text of the corpora, begun again until there are so many megabytes."
    records, size, taken = [record["text"] for name in ENGLISH for record in load(data, name)], 0, []
    for text in cycle(records):
        if size >= megabytes * 1e6:
            return pd.DataFrame({"passage_id": range(len(taken)), "article_id": range(len(taken)), "start": 0, "lang": "en", "text": pd.Series(taken, dtype=object)})
        taken.append(text)
        size += len(text.encode())


def ours(table: pd.DataFrame) -> tuple[Tokens, object]:
    "Terms with phrases, and their counts."
    tokens = encode_tokens(table, spec=GENSIM)
    return tokens, make_dtm(tokens)


def theirs(table: pd.DataFrame) -> tuple[list, list, Dictionary, dict]:
    "The same by gensim; and the seconds of each step."
    clock, seconds = time.perf_counter, {}
    start = clock()
    plain = [simple_preprocess(text) for text in table["text"]]
    seconds["tokens"], start = clock() - start, clock()
    model = Phrases(plain, min_count=GENSIM.phrase_min_count, threshold=GENSIM.phrase_threshold).freeze()
    joined = [model[document] for document in plain]
    seconds["phrases"], start = clock() - start, clock()
    dictionary = Dictionary(joined)
    bags = [dictionary.doc2bow(document) for document in joined]
    seconds["counts"] = clock() - start
    return joined, bags, dictionary, seconds


def same(table: pd.DataFrame, found: tuple, peer: tuple) -> dict:
    "How many documents have the same terms and the same counts; documents with an underscore in a word, which gensim splits there, apart."
    tokens, dtm = found
    joined, bags, dictionary, _ = peer
    under = np.array(["_" in text for text in table["text"]])
    equal = np.array([mine == other for mine, other in zip(tokens.to_series(), joined)])
    column = {term: place for place, term in enumerate(dtm.terms)}
    counts = np.array([sorted((column.get(dictionary[word], -1), n) for word, n in bag) == list(zip(row.indices.tolist(), row.data.tolist()))
                       for bag, row in ((bags[i], dtm.counts[i]) for i in range(0, len(bags), max(1, len(bags) // 5000)))])
    return {"documents": len(table), "same_terms": int(equal.sum()), "with_underscore": int(under.sum()), "same_terms_else": int(equal[~under].sum()),
            "counts_compared": len(counts), "same_counts": int(counts.sum())}


def tokens(data: Path, runs: int = 3) -> None:
    "Seconds of both, in turn."
    table = texts(data)
    ours(table.head(50))
    rows, result = [], {}
    for run in range(runs):
        start = time.perf_counter()
        found = ours(table)
        seconds = time.perf_counter() - start
        peer = theirs(table)
        rows.append({"run": run + 1, "ours_s": seconds, "gensim_s": sum(peer[3].values()), **{f"gensim_{name}_s": value for name, value in peer[3].items()}})
        rows[-1]["ratio"] = rows[-1]["gensim_s"] / seconds
        print(rows[-1], flush=True)
        result = same(table, found, peer) if not run else result
        del found, peer
    print(result)
    frame = pd.DataFrame(rows)
    frame.loc["median"] = frame.median()
    frame["run"] = frame["run"].astype(object)
    frame.loc["median", "run"] = "median"
    frame.round(2).assign(megabytes=round(sum(len(text.encode()) for text in table["text"]) / 1e6, 1), **result, machine=MACHINE).to_csv(RESULTS / "tokens_speed.csv", index=False)


MEASURE = """
import json, sys
sys.path.insert(0, {here!r})
from pathlib import Path
from lda_engines import forget_peak, resident
from tokens import ours, texts
small = texts(Path({data!r}), 0.1)
ours(small)
forget_peak()
before = resident()
table = texts(Path({data!r}))
forget_peak()
loaded = resident()
found = ours(table)
peak = resident(peak=True)
print(json.dumps(dict(text_utf8=sum(len(text.encode()) for text in table["text"]) / 2**20, text_in_memory=loaded - before, peak_with_text=peak - before, peak_above_text=peak - loaded)))
"""


def memory(data: Path) -> None:
    "The largest resident memory of tokens, phrases and counts, in MiB, in a process of its own."
    code = MEASURE.format(here=str(Path(__file__).parent), data=str(data))
    rows = [json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.splitlines()[-1]) for _ in range(3)]
    frame = pd.DataFrame(rows).median().round(0).to_frame().T
    frame["above_text_over_utf8"] = (frame["peak_above_text"] / frame["text_utf8"]).round(2)
    frame["with_text_over_in_memory"] = (frame["peak_with_text"] / frame["text_in_memory"]).round(2)
    print(frame.to_string())
    frame.to_csv(RESULTS / "tokens_memory.csv", index=False)


def lexicon(data: Path, runs: int = 3) -> None:
    "Seconds of `find_mentions` with 100 and with 10,000 wordings, in turn: the lexicon that is shipped, filled up with word pairs and triples of the texts."
    table, shipped = texts(data), read_lexicon()
    words = [words for text in table["text"].head(40_000) for words in [[word for word in text.split() if word.isalpha() and len(word) > 3]] if len(words) > 9]
    random = np.random.default_rng(0)
    drawn = {" ".join(words[i][j:j + 2 + i % 2]).lower() for i, j in zip(random.integers(len(words), size=30_000), random.integers(8, size=30_000))}
    extra = pd.DataFrame({"concept": "extra", "chinese": "", "canonical": "", "variant": sorted(drawn)[:20_000:2], "source": "", "note": ""})
    english = shipped[~shipped["variant"].str.contains("[\u4e00-\u9fff]")]
    sizes = {100: english.head(100), 10_000: pd.concat([english, extra]).drop_duplicates("variant").head(10_000)}
    rows = []
    for run in range(runs):
        for n, part in sizes.items():
            start = time.perf_counter()
            found = find_mentions(table, part)
            rows.append({"wordings": len(part), "seconds": time.perf_counter() - start, "mentions": len(found)})
            print(rows[-1], flush=True)
    frame = pd.DataFrame(rows).groupby("wordings").agg(median_s=("seconds", "median"), min_s=("seconds", "min"), max_s=("seconds", "max"), mentions=("mentions", "first")).reset_index()
    frame.assign(ratio=frame["median_s"] / frame["median_s"].iloc[0], machine=MACHINE).round(2).to_csv(RESULTS / "lexicon_speed.csv", index=False)


def main() -> None:
    "Run the parts that are named, or all."
    parts = {"tokens": tokens, "memory": memory, "lexicon": lexicon}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder with the corpora")
    parser.add_argument("parts", nargs="*", choices=[[], *parts], help="what to measure")
    asked = parser.parse_args()
    if not asked.data.is_dir():
        parser.error(f"{asked.data}: no such folder; give the folder with the corpora")
    for name in asked.parts or parts:
        parts[name](asked.data)


if __name__ == "__main__":
    main()
