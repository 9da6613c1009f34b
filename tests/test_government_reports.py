"""The study of the government work reports: what it shows without the reports is what it found in them."""
import os

import nbformat
import pandas as pd
import pytest
from conftest import ROOT
from nbclient import NotebookClient

from policy_lda import keyword_trend, read_articles, read_lexicon

STUDY = ROOT / "nbs" / "analysis"


@pytest.fixture(scope="module")
def kept() -> pd.DataFrame:
    return pd.read_csv(STUDY / "results" / "slogans.csv", dtype={"period": str}).fillna({"interval": ""})


def test_the_kept_numbers_are_those_of_the_reports(corpora, kept):
    articles = read_articles(corpora / "zh_government_work_reports_1954_2025" / "data.jsonl.gz")
    reports = articles[~articles["title"].str.contains("决议")]
    trend = keyword_trend(reports, read_lexicon(), freq="Y")
    fresh = trend[trend["concept"].isin(kept["concept"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(fresh, kept, check_dtype=False, rtol=1e-5)


def test_what_the_study_says_in_words(kept):
    found = kept[kept["n_mentions"] > 0].groupby("concept")["period"].agg(["min", "max"])
    peak = kept.dropna(subset="estimate").sort_values("estimate").groupby("concept")["period"].last()
    assert found.loc["harmonious_society"].tolist() == ["2005", "2007"] and found.loc["reform_and_opening_up", "min"] == "1985"
    assert found.loc["class_struggle", "max"] == "1986" and found.loc["high_quality_development", "min"] == "2018"
    assert peak[["class_struggle", "self_reliance", "reform_and_opening_up", "high_quality_development"]].tolist() == ["1964", "1964", "1992", "2024"]
    assert sorted(kept.loc[kept["n_articles"] == 0, "period"].unique()) == [str(year) for year in [*range(1961, 1964), *range(1965, 1975), 1976, 1977, 1989, 1990, 1991, 1996, 2020]]


def test_the_study_runs_without_the_reports():
    notebook = nbformat.read(STUDY / "02_government_reports.ipynb", as_version=4)
    environment = {name: value for name, value in os.environ.items() if name != "POLICY_LDA_DATA"}
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(STUDY)}}).execute(env=environment)
    assert any("The reports are not here" in output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", []))
