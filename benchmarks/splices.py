"""Corpora whose splices are known: sentences of one collection put into the articles of another."""

import gzip
import json
import random
import re
from pathlib import Path

SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“‘(]?[A-Z0-9])")
SHARES = (0, 0, 0.05, 0.15, 0.3, 0.5)  # of the sentences, article by article: a third stays untouched


def load(data: Path, name: str) -> list[dict]:
    "The records of one corpus of the data folder."
    with gzip.open(data / name / "data.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def cut(text: str, length: int | None) -> str:
    "`text` up to the last full stop before `length` characters."
    return text if length is None or len(text) <= length else text[:length].rsplit(".", 1)[0] + "."


def splice(texts: list[str], foreign: list[str], seed: int, shares=SHARES, within: bool = False) -> list[dict]:
    """`texts` with sentences of `foreign` put in, in runs of one to three; each record has `id`, `text`, `injected_spans`.

    `within`: some are also put behind the first comma of a sentence.
    """
    rng, records = random.Random(seed), []
    for number, text in enumerate(texts):
        share = shares[number % len(shares)]
        sentences = [(sentence, place) for place, line in enumerate(line for line in text.split("\n") if line.strip())
                     for sentence in SENTENCE_END.split(line)]
        to_add, left = {}, round(len(sentences) * share / (1 - share))
        while left > 0:
            run = min(left, rng.randint(1, 3))
            to_add.setdefault(rng.randrange(len(sentences) + 1), []).extend(rng.choice(foreign) for _ in range(run))
            left -= run
        records.append({"id": str(number), **_join(sentences, to_add, foreign, share if within else 0, rng)})
    return records


def _join(sentences, to_add, foreign, within, rng) -> dict:
    "The spliced text and its spans."
    text, spans, line = "", [], 0
    for number, (sentence, place) in enumerate([*sentences, ("", None)]):
        for added in to_add.get(number, []):
            text += "" if not text or text[-1] in " \n" else " "
            spans.append([len(text), len(text) + len(added)])
            text += added
        if place is not None and place != line:
            text, line = text.rstrip(" ") + "\n\n", place
        elif text and text[-1] != "\n" and sentence:
            text += " "
        comma = sentence.find(", ", 15) + 2
        if comma > 1 and rng.random() < within:
            added = rng.choice(foreign)
            spans.append([len(text) + comma, len(text) + comma + len(added)])
            sentence = f"{sentence[:comma]}{added} {sentence[comma:]}"
        text += sentence
    return {"text": text, "injected_spans": spans}


def corpora(data: Path) -> dict[str, list[dict]]:
    "All spliced corpora of the benchmark by name, the labelled set first."
    labelled = load(data, "spliced_news_en")
    taken = {record["id"] for record in labelled}
    novels = sorted({record["text"][start:end].strip() for record in labelled for start, end in record["injected_spans"]})
    news = [record["text"] for record in load(data, "news_articles_2016_2017") if record["id"] not in taken]
    speeches = [cut(record["text"], 9000) for record in load(data, "ungd_p5_india_1971_2024")]
    commons = [record["text"] for record in load(data, "house_of_commons_sample") if len(record["text"]) > 600]
    addresses = [cut(record["text"], 12000) for record in load(data, "sotu_1790_2020s")]
    for number, texts in enumerate((news, speeches, commons, addresses)):
        random.Random(number).shuffle(texts)
    old = [sentence for text in addresses for sentence in SENTENCE_END.split(text.replace("\n", " "))[5:25] if 40 < len(sentence) < 300]
    of_news, of_speeches = ([sentence for text in texts for sentence in SENTENCE_END.split(text.replace("\n", " "))[5:25] if 40 < len(sentence) < 300]
                            for texts in (news[1000:1200], speeches[200:]))
    whole = lambda name: [{**record, "injected_spans": []} for record in load(data, name)]
    return {
        "news + novels (labelled set)": labelled,
        "news + novels, also within sentences": splice(news[:300], novels, 1, within=True),
        "news + presidents' addresses": splice(news[300:600], old, 2),
        "news + UN speeches": splice(news[300:500], of_speeches, 10),
        "UN speeches + news": splice(speeches[:150], of_news, 11),
        "UN speeches + novels": splice(speeches[:200], novels, 3),
        "Commons speeches + novels": splice(commons[:300], novels, 4),
        "addresses + novels": splice(addresses[:120], novels, 5),
        "30 news + novels": splice(news[600:630], novels, 6),
        "12 UN speeches + novels": splice(speeches[200:212], novels, 7),
        "6 news + novels": splice(news[630:636], novels, 8),
        "news, 1% of text spliced": splice(news[700:1000], novels, 9, shares=(0,) * 9 + (0.1,)),
        "news": splice(news[1000:2000], novels, 0, shares=(0,)),
        "UN speeches": whole("ungd_p5_india_1971_2024"),
        "Commons speeches": whole("house_of_commons_sample"),
        "addresses": whole("sotu_1790_2020s")}
