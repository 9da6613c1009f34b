"""How fast is coherence, beside gensim's CoherenceModel with the same result?

python benchmarks/coherence.py DATA     20 newsgroups, 100 topics, ten terms each; medians of three runs, in turn. Result: results/coherence_speed.csv
"""

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from gensim.corpora import Dictionary
from gensim.models import CoherenceModel
from lda_engines import MACHINE, RESULTS, THREADS, load, records

from policy_lda import LdaSpec, fit_lda
from policy_lda.coherence import WINDOWS, coherence
from policy_lda.tokens import encode_lists
from policy_lda.topics import top_words


def main(data: Path) -> None:
    "gensim reads lists of terms; ours reads the same lists, or the encoded terms of `encode_tokens`."
    lists = pd.Series([record["text"].split() for record in records(data, "octis_20newsgroup_rebuilt")])
    fit, encoded, texts = fit_lda(load(data, "ng20"), LdaSpec(100), n_jobs=THREADS), encode_lists(lists), lists.tolist()
    words, dictionary, rows = top_words(fit), Dictionary(texts), []
    for measure in WINDOWS:
        engines = {
            "gensim": lambda: CoherenceModel(topics=words, texts=texts, dictionary=dictionary, coherence=measure, processes=1).get_coherence_per_topic(),
            "lists": lambda: coherence(fit, lists, measure, mode="gensim", n_jobs=THREADS),
            "encoded": lambda: coherence(fit, encoded, measure, mode="gensim", n_jobs=THREADS)}
        engines["encoded"]()  # compiled before the clock starts
        times, values = {engine: [] for engine in engines}, {}
        for _ in range(3):
            for engine, work in engines.items():
                start = time.perf_counter()
                values[engine] = np.array(work())
                times[engine].append(time.perf_counter() - start)
        median = {engine: np.median(all_times) for engine, all_times in times.items()}
        rows.append((measure, median["gensim"], median["lists"], median["encoded"], median["gensim"] / median["lists"], median["gensim"] / median["encoded"], np.abs(values["lists"] - values["gensim"]).max()))
        print(*rows[-1], flush=True)
    columns = ["measure", "gensim_seconds", "seconds_from_lists", "seconds_from_encoded_terms", "ratio_from_lists", "ratio_from_encoded_terms", "largest_difference"]
    pd.DataFrame(rows, columns=columns).round({name: 4 for name in columns[1:4]} | {name: 0 for name in columns[4:6]}).assign(machine=MACHINE).to_csv(RESULTS / "coherence_speed.csv", index=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
