"""Does `suggest_variants` find wordings that are hidden from it? Writes the table that the chapter on terms shows.

python benchmarks/variants.py DATA     (DATA: the folder with the corpora)
"""

import argparse
from pathlib import Path

import pandas as pd
from splices import load

from policy_lda import apply_ledger, find_mentions, find_noise, make_articles, read_articles, read_lexicon, suggest_variants
from policy_lda.terms import _form

ROOT = Path(__file__).resolve().parent.parent
CORPORA = {"UN speeches, P5 and India": "ungd_p5_india_1971_2024", "news 2016-2017": "news_articles_2016_2017"}


def hidden(articles: pd.DataFrame, lexicon: pd.DataFrame, n: int = 10) -> pd.DataFrame:
    "For each wording that is not the most frequent of its concept its rank among the proposals, or NaN; wordings that occur twice or more."
    counts = find_mentions(articles, lexicon).groupby(["concept", "variant"]).size()
    rows = []
    for concept, group in counts[counts >= 2].groupby(level="concept"):
        given, *others = group.droplevel("concept").sort_values(ascending=False, kind="stable").index
        proposed = [_form(variant) for variant in suggest_variants(articles, given, n=n)["variant"]] if others else []
        rows += [(concept, given, other, proposed.index(_form(other)) + 1 if _form(other) in proposed else None) for other in others]
    return pd.DataFrame(rows, columns=["concept", "given", "hidden", "rank"]).astype({"rank": float})


def main() -> None:
    "Seeds and two corpora of English."
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder with the corpora")
    data, lexicon = parser.parse_args().data, read_lexicon()
    seeds = read_articles(ROOT / "seeds")
    corpora = {"seeds": apply_ledger(seeds, find_noise(seeds))}
    for name, folder in CORPORA.items():
        corpora[name] = make_articles([{key: record[key] for key in ("id", "text")} for record in load(data, folder)])
    rows = []
    for name, articles in corpora.items():
        ranks = hidden(articles, lexicon)
        print(ranks.to_string())
        rows.append({"corpus": name, "concepts": ranks["concept"].nunique(), "hidden": len(ranks), "found": int(ranks["rank"].notna().sum()),
                     "first": int((ranks["rank"] == 1).sum()), "mean_reciprocal_rank": round((1 / ranks["rank"]).fillna(0).mean(), 3)})
    pd.DataFrame(rows).to_csv(ROOT / "benchmarks" / "results" / "variants.csv", index=False)


if __name__ == "__main__":
    main()
