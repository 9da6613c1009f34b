"""The ledger on labelled corpora: what it finds, and what it leaves alone."""
import gzip
import json

import numpy as np
import pytest

from policy_lda import make_articles
from policy_lda.cleaning import find_boilerplate, find_injected


def records(path, n):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line, _ in zip(lines, range(n))]


def test_spliced_news(corpora):
    found = records(corpora / "spliced_news_en" / "data.jsonl.gz", 400)
    articles = make_articles([dict(id=one["id"], text=one["text"]) for one in found])
    spliced = {name: np.zeros(len(text), bool) for name, text in zip(articles["article_id"], articles["text"])}
    for name, one in zip(articles["article_id"], found):
        for span in one["injected_spans"]:
            start, end = (span["start"], span["end"]) if isinstance(span, dict) else span
            spliced[name][start:end] = True
    ledger = find_injected(articles)
    removed = ledger[ledger["action"] == "removed"]
    right = sum(spliced[row.article_id][row.start:row.end].sum() for row in removed.itertuples())
    assert right / (removed["end"] - removed["start"]).sum() >= 0.93
    assert right / sum(mask.sum() for mask in spliced.values()) >= 0.55


@pytest.mark.parametrize("name, limit", [("news_articles_2016_2017", 0.03), ("house_of_commons_sample", 0.03)])
def test_corpora_without_splices_lose_little(corpora, name, limit):
    articles = make_articles([dict(id=one["id"], text=one["text"]) for one in records(corpora / name / "data.jsonl.gz", 400)])
    length = articles["text"].str.len().sum()
    for ledger in (find_injected(articles), find_boilerplate(articles)):
        removed = ledger[ledger["action"] == "removed"]
        assert (removed["end"] - removed["start"]).sum() / length <= limit
