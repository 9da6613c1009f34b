"""Folders as they are: every odd file is read or named, and the rest is processed."""
import gzip
import json
import os

import pandas as pd
import pytest

from policy_lda import InputError, find_dates, make_articles, read_articles, skipped_files
from policy_lda.articles import reading_notes


def write(folder, **files):
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def test_each_odd_file_is_named_and_the_rest_is_read(tmp_path):
    good = "An article about the digital economy and industrial policy."
    for name, content in {
            "good.txt": good, "empty.txt": "", "blank.txt": " \n\n", "nul.txt": b"abc\0def", "bom.txt": b"\xef\xbb\xbf" + good.encode(),
            "utf16.txt": good.encode("utf-16"), "gb.txt": ("发展新质生产力是推动高质量发展的内在要求和重要着力点。" * 4).encode("gb18030"),
            "=cmd().txt": good, "名字 with space.txt": good, ".hidden.txt": good, "noending": good, "image.png": b"\x89PNG", "README.md": "# about",
            "packed.txt.gz": gzip.compress(good.encode()), "broken.txt.gz": b"\x1f\x8bnonsense",
            "records.jsonl": json.dumps({"id": "r1", "text": good, "date": "2024-08"}) + "\n{broken\n" + json.dumps({"id": "r1", "text": good}) + "\n[1]\n" + json.dumps({"id": "r3", "text": 5}) + "\n", "none.csv": "", "none.jsonl": "",
            "table.csv": f'id,text,date\nc1,"{good}",2024-05-01\nc2,,\nc3,"{good}",yesterday\n'}.items():
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "good.txt").write_text(good)
    os.symlink(tmp_path, tmp_path / "sub" / "loop")
    articles = read_articles(tmp_path)
    ids = set(articles["article_id"])
    assert {"good", "bom", "utf16", "gb", "=cmd()", "名字 with space", "packed.txt.gz", "sub/good", "r1", "r1~2", "c1", "c3"} == {i.removesuffix(".txt") for i in ids}
    assert articles.set_index("article_id").loc["gb", "lang"] == "zh" and articles.set_index("article_id").loc["utf16", "text"] == good
    reasons = skipped_files(articles)
    assert {".hidden.txt", "sub/loop", "empty.txt", "blank.txt", "nul.txt", "noending", "image.png", "README.md", "broken.txt.gz", "records.jsonl", "table.csv", "none.csv", "none.jsonl"} == set(reasons["path"])
    assert (reasons["path"] == "records.jsonl").sum() == 3 and (reasons["path"] == "table.csv").sum() == 2
    assert reasons["reason"].str.len().min() > 10


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind this user")
def test_unreadable_file_is_named(tmp_path):
    write(tmp_path, **{"a.txt": "Text.", "b.txt": "Text."})
    (tmp_path / "b.txt").chmod(0)
    assert skipped_files(read_articles(tmp_path))["reason"].tolist() == ["the file cannot be opened: Permission denied"]


def test_dates_of_the_seeds(seeds):
    dated = find_dates(read_articles(seeds))
    assert dated["date"].notna().all()
    assert str(dated.loc[1, "date"].date()) == "2023-09-25" and dated.loc[1, "date_source"] == "text (label)"
    assert dated["date_source"].str.startswith("metadata.csv").sum() == 4


def test_metadata_overrides_and_names_files_that_are_missing(tmp_path):
    write(tmp_path, **{"a.txt": "date 2020-01-01 A text.", "metadata.csv": "file,date,source,evidence\na.txt,2021-02-03,Agency,the masthead\ngone.txt,2021-01-01,,\n"})
    articles = find_dates(read_articles(tmp_path))
    assert articles.loc[0, ["source", "date_source", "date_evidence"]].tolist() == ["Agency", "metadata.csv", "the masthead"]
    assert articles.loc[0, "date"] == pd.Timestamp("2021-02-03")
    assert skipped_files(read_articles(tmp_path))["path"].tolist() == ["gone.txt"]


@pytest.mark.parametrize("header", ["name,date\na.txt,2020-01-01\n", b"\0\1"])
def test_bad_metadata_is_one_sentence(tmp_path, header):
    write(tmp_path, **{"a.txt": "Text.", "metadata.csv": header})
    with pytest.raises(InputError, match="metadata.csv"):
        read_articles(tmp_path)


def test_a_bad_date_costs_the_date_only(tmp_path):
    write(tmp_path, **{"a.txt": "Text.", "b.txt": "Text.", "metadata.csv": "file,date,date_start,date_end\na.txt,soon,,\nb.txt,2024-08-03,2024-08-04,2024-08-10\n"})
    articles = read_articles(tmp_path)
    assert articles["article_id"].tolist() == ["a", "b"] and articles["date"].isna().all()
    assert "soon" in skipped_files(articles)["reason"].iloc[0] and "must lie between" in skipped_files(articles)["reason"].iloc[1]


def test_a_single_file_of_records(corpora):
    articles = read_articles(corpora / "zh_government_work_reports_1954_2025" / "data.jsonl.gz")
    assert len(articles) == 72 and (articles["lang"] == "zh").all() and articles["date"].isna().all()
    assert (articles["date_start"].dt.year == articles["date_end"].dt.year).all()


def test_metadata_is_found_and_its_faults_are_named(tmp_path):
    write(tmp_path, **{"same.txt": "Text.", "twice.txt": "Text.", "Metadata.csv": "file,titel,title,note\n./same.txt,x,One,\ntwice.txt,,Old,\n,,None,\ntwice.txt,,New,\n"})
    articles = read_articles(tmp_path)
    assert articles["article_id"].tolist() == ["same", "twice"] and articles["title"].tolist() == ["One", "New"]
    reasons = skipped_files(articles)
    assert set(reasons["path"]) == {"Metadata.csv"} and len(reasons) == 2
    assert reasons["reason"].tolist() == ["line 4: `file` is empty; the row is not used", "line 3: twice.txt comes again in line 5; line 5 counts, not this one"]
    notes = reading_notes(articles)
    assert notes["path"].tolist() == ["Metadata.csv"] and "titel, note; known are file, date," in notes["note"].iloc[0]


def test_stated_dates_after_the_file_are_kept_and_noted_once(tmp_path):
    records = [{"id": f"r{number}", "text": "Text.", "date": date} for number, date in enumerate(["2024-08-03", "2024-08-04", "2030-01-01", "2999", "2024"])]
    pd.DataFrame(records).to_parquet(tmp_path / "c.parquet")
    write(tmp_path, **{"a.txt": "Text.", "b.jsonl": "".join(json.dumps(record) + "\n" for record in records),
                       "d.csv": "id,text,date\nd1,Text.,2024-09-01\n", "e.csv": "id,text,date\ne1,Text.,2024-08-03\n", "metadata.csv": "file,date\na.txt,2025-01-01\n"})
    for path in tmp_path.iterdir():
        os.utime(path, (1722700000,) * 2)  # 2024-08-03
    articles = read_articles(tmp_path)
    assert articles["date_start"].notna().all() and str(articles.set_index("article_id").loc["r2", "date"].date()) == "2030-01-01"
    said = "dated after the file was saved (2024-08-03), and kept so: "
    assert skipped_files(articles).empty and reading_notes(articles).values.tolist() == [
        ["a.txt", f"1 record is {said}a 2025-01-01"], ["b.jsonl", f"2 records are {said}r2 2030-01-01, …"],
        ["c.parquet", f"2 records are {said}r2 2030-01-01, …"], ["d.csv", f"1 record is {said}d1 2024-09-01"]]


def test_a_stated_separator_and_odd_ids(tmp_path):
    write(tmp_path, **{"a.csv": "\ufeffsep=;\r\nid;text\r\n 1 ;One, two, three\r\n2;\r\n", "b.jsonl": '{"id": true, "text": "x"}\n{"id": " b ", "text": "x"}\n', "c.csv": "sep=\t\nid\ttext\nc\tx\n"})
    articles = read_articles(tmp_path)
    assert articles["article_id"].tolist() == ["1", "b", "c"] and articles["text"].iloc[0] == "One, two, three"
    assert skipped_files(articles)["reason"].tolist() == ["line 4: `text` missing or empty", "line 1: `id` must be a string or a whole number; found bool"]


def test_a_table_of_pandas_may_have_empty_cells_and_must_have_id_and_text():
    table = pd.DataFrame({"id": ["a", "b"], "text": ["One.", "Two."], "title": [None, "Second"], "source": [float("nan"), "Daily"], "date": [pd.NaT, "2024-03-01"]})
    articles = make_articles(table)
    assert articles["title"].tolist() == ["One.", "Second"] and articles["source"].tolist() == ["", "Daily"] and articles["date"].notna().tolist() == [False, True]
    with pytest.raises(InputError, match="has no text"):
        make_articles([{"id": "a"}])
    with pytest.raises(InputError, match="has no id and no text"):
        make_articles([{"name": "a"}])
