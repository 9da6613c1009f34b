"""The shipped lexicon: its rows, its notes, and its mentions in the seed articles against a count by hand."""
import re
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT

from policy_lda import apply_ledger, find_dates, find_mentions, find_noise, make_articles, read_articles, read_lexicon
from policy_lda.terms import LEXICON_COLUMNS, NO_CONCEPT, _forms, _wordings

NOTE = re.compile(r"(?:in (\d+) of 52 government work reports, first (\d{4})|not in the government work reports 1954-2025)$")
KNOWN_MISSES = {  # article and concept: by how much the lexicon counts too little (below 0: too much), and why
    ("002", "digital_transformation"): (1, "`digital and green transformation` names two concepts with one head; a word counts once, for green_transition"),
    ("003", "new_growth_driver"): (1, "`new impetus` is everyday English: 18 times in UN speeches and news, never for 新动能"),
    ("003", "new_quality_productive_forces"): (1, "torn apart by the novel that was spliced in"),
    ("003", "seeking_progress_while_maintaining_stability"): (-1, "稳中有进, how the economy fared; the English is that of the principle 稳中求进"),
}


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    "The rows of the file as they stand there."
    import policy_lda
    return pd.read_csv(Path(policy_lda.__file__).parent / "data" / "lexicon.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def concepts(rows):
    return rows[rows["concept"] != NO_CONCEPT].groupby("concept", sort=False)


@pytest.fixture(scope="module")
def hand() -> dict[tuple[str, str], int]:
    "Mentions of each concept in each seed article, counted by hand."
    table = pd.read_csv(Path(__file__).with_name("seed_concepts.csv"), dtype={"article": str}, keep_default_na=False)
    counts = {(row.article, row.concept): row.n for row in table.itertuples()}
    assert len(counts) == len(table)
    return counts


def test_every_concept_has_one_chinese_original_and_one_canonical_english(rows, concepts):
    assert rows.columns.tolist() == LEXICON_COLUMNS and concepts.ngroups >= 230
    assert (concepts[["chinese", "canonical"]].nunique() == 1).all(axis=None) and (concepts[["chinese", "canonical"]].first() != "").all(axis=None)
    assert not concepts["chinese"].first().duplicated().any()
    assert (rows.loc[rows["concept"] == NO_CONCEPT, ["chinese", "canonical", "source"]] == "").all(axis=None)


def test_the_canonical_english_is_a_wording_of_its_concept(concepts):
    assert [name for name, group in concepts if group["canonical"].iloc[0] not in set(group["variant"])] == []


def test_no_wording_stands_under_two_concepts(rows):
    assert not rows.duplicated(["concept", "variant"]).any()
    wordings = _wordings(rows)
    of_form = wordings.groupby([" ".join(form) for form in _forms(wordings["variant"])])
    assert [group["variant"].tolist() for _, group in of_form if group["concept"].nunique() > 1] == []


def test_the_notes_give_the_reports_that_name_the_concept(concepts, corpora):
    articles = read_articles(corpora / "zh_government_work_reports_1954_2025")
    reports = articles[articles["article_id"].str.endswith("_r")]
    assert len(reports) == 52
    mentions = find_mentions(reports, read_lexicon())
    mentions["year"] = mentions["article_id"].map(dict(zip(reports["article_id"], reports["date_start"].dt.year)))
    counted = mentions.groupby("concept").agg(n=("article_id", "nunique"), first=("year", "min"))
    noted, expected = {}, {}
    for name, group in concepts:
        notes = [NOTE.search(note) for note in group["note"] if "government work reports" in note]
        noted[name] = [note and note.groups() for note in notes]
        expected[name] = [(str(counted.n[name]), str(counted["first"][name])) if name in counted.index else (None, None)]
    assert noted == expected


@pytest.mark.parametrize("text, concepts", [
    ("加强国有企业改革，增强国家安全，做强国内大循环。", ["state_owned_enterprise", "national_security", "domestic_circulation"]),
    ("加强国防，巩固政治局面，依法治税，预算外资金同比例增长。", []),
    ("注重大数据，增加大数据投入，扩大数据规模，发生重大数据事故。", ["big_data", "big_data"]),
    ("深化国企改革，我国企业与外国企业合作；农民企业家支持民企。", ["state_owned_enterprise", "private_enterprise"]),
    ("摆脱贫困不同于脱贫攻坚；国内需要不同于国内需求和扩大内需。", ["poverty_alleviation", "domestic_demand", "domestic_demand"]),
    ("全面依法治国，推进“互联网+”与“人工智能＋”行动，发展互联网和人工智能。", ["law_based_governance", "internet_plus", "ai_plus", "artificial_intelligence"]),
    ("中共中央政治局召开会议；繁榮發展新質生產力。", ["political_bureau", "new_quality_productive_forces"]),
    ("Under the leadership of the Party committee, the leadership of the Party grew; a great leap forward, not the Great Leap Forward.", ["leadership_of_the_party", "great_leap_forward"]),
    ("The Political Bureau of the CPC Central Committee met; the CPC Central Committee decided.", ["political_bureau", "central_committee"])])
def test_exceptions_and_longer_wordings_leave_the_true_mentions(text, concepts):
    articles = make_articles([{"id": "a", "text": text, "lang": "en" if text.isascii() else "zh"}])
    assert find_mentions(articles, read_lexicon())["concept"].tolist() == concepts


def test_mentions_in_the_seeds_are_those_counted_by_hand(seeds, hand):
    articles = find_dates(read_articles(seeds))
    mentions = find_mentions(apply_ledger(articles, find_noise(articles)), read_lexicon())
    found = mentions.groupby([mentions["article_id"].str[:3], "concept"]).size().to_dict()
    missed = {key: n for key, (n, _) in KNOWN_MISSES.items()}
    counted = {key: found.get(key, 0) + missed.get(key, 0) for key in found | missed}
    assert {key: n for key, n in counted.items() if n} == hand


def test_few_mentions_in_the_seeds_are_known_to_be_missed(hand):
    assert sum(abs(n) for n, _ in KNOWN_MISSES.values()) <= 0.03 * sum(hand.values())


def test_the_readme_tells_the_size_of_the_lexicon():
    counted = read_lexicon().query("concept != @NO_CONCEPT")
    assert f"a lexicon of {counted['concept'].nunique()} concepts with their Chinese originals and {len(counted):,} wordings" in (ROOT / "README.md").read_text(encoding="utf-8")
