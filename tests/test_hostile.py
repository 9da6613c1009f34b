"""A folder of hostile and odd files is read to the end, with a correct account of each of them."""
import gzip
import io
import json
import os
import random
import re
import socket
import subprocess
import sys
import tracemalloc
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from docx import Document
from pypdf import PdfReader, PdfWriter

from policy_lda import InputError, read_articles, skipped_files
from policy_lda.articles import reading_notes

GOOD = "An article about the digital economy and industrial policy."
ZH = "发展新质生产力是推动高质量发展的内在要求和重要着力点。2024年8月3日，记者从国家发展改革委获悉。"
TW = "發展新質生產力是推動高質量發展的內在要求和重要著力點。記者從國家發展改革委獲悉。"
FR = "Le développement de qualité est élevé, a déclaré le ministère à l’été 2024."
CAFE = "Le café était fermé pendant la réunion du conseil d'État."
IT = "Il governo ha deciso che la città avrà più università perché è così."
PL = "Rząd przyjął ustawę o ochronie środowiska. Żółć i źdźbło, łąka, świat pełen możliwości."
RU = "Правительство приняло закон об охране окружающей среды."
JA = "政府は環境保護に関する法律を採択しました。"
SPARSE = "The council met on Tuesday to discuss the plan for the economy of the province. " * 60 + "£15,000 paid"
RECORD = json.dumps({"id": "r", "text": GOOD}) + "\n"


def page(body: str, head: str = "") -> str:
    return f"<html><head><title>A page</title>{head}</head><body>{body}</body></html>"


def docx(*paragraphs: str, title: str = "") -> bytes:
    document, file = Document(), io.BytesIO()
    document.core_properties.title = title
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(file)
    return file.getvalue()


def bomb(megabytes: int) -> bytes:
    "A Word file with a part that is nothing but spaces."
    file = io.BytesIO(docx(GOOD))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("word/more.xml", "w") as part:
        for _ in range(megabytes):
            part.write(b" " * 2**20)
    return file.getvalue()


def pdf(*lines: str, password: str = "", title: str = "") -> bytes:
    "A PDF of one page, written by hand so that the test needs no library that sets type."
    shown = "BT /F1 12 Tf 14 TL 72 720 Td " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
    parts = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
             "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
             f"<< /Length {len(shown)} >>\nstream\n{shown}\nendstream", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    body, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{part}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    body += f"xref\n0 6\n0000000000 65535 f \n{table}trailer << /Size 6 /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF"
    writer, file = PdfWriter(clone_from=PdfReader(io.BytesIO(body.encode()))), io.BytesIO()
    if title:
        writer.add_metadata({"/Title": title})
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(file)
    return file.getvalue()


def parquet(**columns) -> bytes:
    file = io.BytesIO()
    pd.DataFrame(columns).to_parquet(file)
    return file.getvalue()


def fifo(path: Path):
    os.mkfifo(path)


def listener(path: Path):
    with socket.socket(socket.AF_UNIX) as one:
        here = os.getcwd()
        os.chdir(path.parent)
        one.bind(path.name)
        os.chdir(here)


def link_to(target: str):
    return lambda path: os.symlink(target, path)


def folder(path: Path):
    path.mkdir()
    (path / "inside.txt").write_text(GOOD)


def locked(path: Path):
    path.write_text(GOOD)
    path.chmod(0)


def locked_folder(path: Path):
    folder(path)
    path.chmod(0)


JUNK = random.Random(1).randbytes(3000)

# name, content (text, bytes, or what makes the file), articles read, what each reason must say (None: no reason), text of the first
FILES = [
    ("plain.txt", GOOD, 1, None, GOOD),
    ("empty.txt", "", 0, "the file is empty", None),
    ("blank.txt", " \n\t\r\n\u3000", 0, "the file is empty", None),
    ("dots.txt", "… — !!!", 0, "holds no words", None),
    ("junk.txt", JUNK, 0, "binary|no known encoding", None),
    ("nul.txt", GOOD + "\0", 0, "NUL", None),
    ("nuls.txt", bytes(1000), 0, "NUL", None),
    ("crlf.txt", "One.\r\nTwo.\rThree.\n", 1, None, "One.\r\nTwo.\rThree.\n"),
    ("bom.txt", GOOD.encode("utf-8-sig"), 1, None, GOOD),
    ("utf16.txt", ZH.encode("utf-16"), 1, None, ZH),
    ("utf16le.txt", GOOD.encode("utf-16-le"), 1, None, GOOD),
    ("utf16be-zh.txt", ZH.encode("utf-16-be"), 1, None, ZH),
    ("utf16-cut.txt", ZH.encode("utf-16")[:-1], 1, None, ZH[:-1] + "\ufffd"),
    ("utf32.txt", ZH.encode("utf-32"), 1, None, ZH),
    ("gb18030.txt", ZH.encode("gb18030"), 1, None, ZH),
    ("gbk-short.txt", ZH[:7].encode("gbk"), 1, None, ZH[:7]),
    ("big5.txt", TW.encode("big5"), 1, None, TW),
    ("latin1.txt", FR.replace("’", "'").encode("latin-1"), 1, None, FR.replace("’", "'")),
    ("cp1252.txt", FR.encode("cp1252"), 1, None, FR),
    ("pounds.txt", SPARSE.encode("latin-1"), 1, None, SPARSE),
    ("café.txt", CAFE.encode("latin-1"), 1, None, CAFE),
    ("cafés.txt", (CAFE * 20).encode("latin-1"), 1, None, CAFE * 20),
    ("città.txt", IT.encode("latin-1"), 1, None, IT),
    ("polish.txt", PL.encode("cp1250"), 1, None, PL),
    ("russian.txt", RU.encode("cp1251"), 1, None, RU),
    ("koi8.txt", RU.encode("koi8-r"), 1, None, RU),
    ("sjis.txt", JA.encode("shift_jis"), 1, None, JA),
    ("latin1-says-utf8.html", page(f"<p>{CAFE}</p>", '<meta charset="utf-8">').encode("latin-1"), 1, None, CAFE),
    ("sparse-says-utf8.html", page(f"<p>{SPARSE}</p>", '<meta charset="utf-8">').encode("latin-1"), 1, None, SPARSE),
    ("utf8-cut.txt", ZH.encode()[:-1], 1, None, ZH[:-1] + "\ufffd"),
    ("mojibake.txt", "Itâ€™s “new” quality.", 1, None, "It’s “new” quality."),
    ("mojibake-zh.txt", "A report on " + "新质生产力".encode().decode("latin-1") + ".", 1, None, "A report on 新质生产力."),
    ("width.txt", "ﬁrst ｆｕｌｌ “quotes”", 1, None, "ﬁrst ｆｕｌｌ “quotes”"),
    ("long-utf8.txt", ("policy " * 149_796 + "é’" * 3), 1, None, "policy " * 149_796 + "é’" * 3),
    ("one-line.txt", "policy " * 7_500_000, 1, None, "policy " * 7_500_000),
    ("a.md", "# A heading\n\nText.", 1, None, "# A heading\n\nText."),
    ("a.txt", GOOD, 1, None, GOOD),
    ("a.txt.gz", gzip.compress(GOOD.encode()), 1, None, GOOD),
    ("a.md.gz", gzip.compress(GOOD.encode()), 1, None, GOOD),
    ("not.txt.gz", GOOD, 0, "damaged, or not a .gz file", None),
    ("cut.txt.gz", gzip.compress(random.Random(2).randbytes(9000).hex().encode())[:-100], 0, "damaged, or not a .gz file", None),
    ("bomb.txt.gz", gzip.compress(bytes(150 * 2**20)), 0, "unpacks to more than", None),
    ("bomb.jsonl.gz", gzip.compress(b" " * 150 * 2**20), 0, "unpacks to more than", None),
    ("packed.pdf.gz", gzip.compress(b"x"), 0, r"packed \.pdf files are not read", None),
    ("archive.tar.gz", gzip.compress(b"x"), 0, r"kind \.gz are not read", None),
    ("photo.jpg", b"\xff\xd8", 0, r"kind \.jpg", None),
    ("old.doc", b"\xd0\xcf\x11\xe0", 0, r"kind \.doc", None),
    ("no-ending", GOOD, 0, "without an ending", None),
    ("README.md", "# About", 0, "a README", None),
    (".hidden.txt", GOOD, 0, "a hidden file", None),
    (".DS_Store", b"\0", 0, "a hidden file", None),
    (".hidden", folder, 0, "a hidden folder", None),
    ("folder.txt", folder, 1, None, GOOD),
    ("circle", link_to("."), 0, "links are not followed", None),
    ("self.txt", link_to("self.txt"), 0, "a link to nothing", None),
    ("broken-link.txt", link_to("nowhere.txt"), 0, "a link to nothing", None),
    ("pipe.txt", fifo, 0, "neither a file nor a folder", None),
    ("socket.txt", listener, 0, "neither a file nor a folder", None),
    ("locked.txt", locked, 0, "cannot be opened: Permission denied", None),
    ("locked", locked_folder, 0, "cannot be opened: Permission denied", None),
    ("new\nline.txt", GOOD, 1, None, GOOD),
    ("right-to-left-\u202etxt.exe.txt", GOOD, 1, None, GOOD),
    ("smile \U0001f600.txt", GOOD, 1, None, GOOD),
    ("not-utf8-\udcff.txt", GOOD, 1, None, GOOD),
    ("lines.jsonl", RECORD + "{broken\n\n[1]\n5\n" + RECORD, 2, r"line 2: not valid JSON.*|line [45]: expected an object", GOOD),
    ("same.jsonl", RECORD * 3, 3, None, GOOD),
    ("cut.jsonl", RECORD + RECORD[:20], 1, "line 2: not valid JSON", GOOD),
    ("deep.jsonl", '{"id": "d", "text": ' + "[" * 200_000 + "\n" + RECORD, 1, "line 1: not valid JSON", GOOD),
    ("huge-int.jsonl", '{"id": ' + "9" * 5000 + ', "text": "x"}\n' + RECORD, 1, "line 1: not valid JSON", GOOD),
    ("numbers.jsonl", '{"id": 1, "text": 5}\n{"id": 2, "text": null}\n{"id": 3, "text": NaN}\n{"id": [4], "text": "x"}\n', 0,
     "line 1: `text` must be a string; found int|line 2: `text` missing|line 3: .* found float|line 4: `id` must", None),
    ("keys.jsonl", '{"title": "x"}\n' + RECORD, 1, "line 1: `id` and `text` missing", GOOD),
    ("surrogate.jsonl", '{"id": "s", "text": "half \\ud83d here"}\n', 1, None, "half \ufffd here"),
    ("dates.jsonl", '{"id": "d", "text": "x", "date": "0000-00-00"}\n{"id": "e", "text": "y", "date": "9999-12-31"}\n', 2, "line 1: '0000-00-00' is not a date .*read as undated", "x"),
    ("bytes.jsonl", (json.dumps({"id": "z", "text": ZH}, ensure_ascii=False) + "\n").encode() + b'{"id": "y", "text": "\xff"}\n', 1, "line 2: bytes that are not", ZH),
    ("utf16.jsonl", json.dumps({"id": "u", "text": ZH}, ensure_ascii=False).encode("utf-16"), 1, None, ZH),
    ("bom.jsonl.gz", gzip.compress(b"\xef\xbb\xbf" + RECORD.encode()), 1, None, GOOD),
    ("array.jsonl", json.dumps([{"id": 1, "text": GOOD}]), 0, "line 1: expected an object.*found list", None),
    ("none.jsonl", "\n", 0, "no records|the file is empty", None),
    ("small-cut.jsonl.gz", gzip.compress((RECORD + json.dumps({"id": "n", "text": random.Random(3).randbytes(9000).hex()})).encode())[:-2000], 1, "damaged, or not a .gz file", GOOD),
    ("half.jsonl.gz", gzip.compress((RECORD * 50_000).encode(), 1)[:-30], None, "damaged, or not a .gz file", GOOD),
    ("good.csv", f'id,text,date\nc1,"{GOOD}",2024-05-01\nc2,,\nc3,"{GOOD}",yesterday\n', 2, "line 3: `text` missing|line 4: 'yesterday' is not a date", GOOD),
    ("bom.csv", f"id,text\n1,{GOOD}\n".encode("utf-8-sig"), 1, None, GOOD),
    ("semicolon.csv", f"ID; Text \n1;{GOOD}, and more\n", 1, None, GOOD + ", and more"),
    ("tab.csv", f"id\ttext\n1\t{GOOD}\n", 1, None, GOOD),
    ("gbk.csv", f"id,text\n1,{ZH}\n".encode("gbk"), 1, None, ZH),
    ("quotes.csv", f'id,text\n1,"{GOOD}"\n2,"opens\n3,"{GOOD}"\n4,"x"y\n5,"{GOOD}"\n', 3, "line [35]: not valid CSV", GOOD),
    ("unclosed.csv", f'id,text\n1,{GOOD}\n2,"never closed\n3,{GOOD}\n', 2, "line 3: not valid CSV .unexpected end of data", GOOD),
    ("commas.csv", "id,text\n1,one, two\n2,three\n", 1, "line 2: 3 cells under 2 columns", "three"),
    ("columns.csv", "name,body\n1,x\n", 0, "`id` is missing among those found: name, body", None),
    ("header.csv", "id,text\n", 0, "holds no records", None),
    ("empty.csv", "", 0, "`id` is missing among those found: none", None),
    ("nul.csv", f"id,text\n1,\0\n2,{GOOD}\n", 1, "line 2: bytes that are not text", GOOD),
    ("nul.jsonl", RECORD[:-10] + "\0" + RECORD[-10:] + RECORD, 1, "line 1: not valid JSON", GOOD),
    ("flipped.jsonl", b'{"id": "f", "text": "a\x81b"}\n' + RECORD.encode() * 3, 3, "line 1: bytes that are not text", GOOD),
    ("junk.csv", JUNK, 0, "no known encoding|is missing among", None),
    ("good.parquet", parquet(id=[1, 2], text=[GOOD, None]), 1, "row 2: `text` missing", GOOD),
    ("columns.parquet", parquet(name=["a"]), 0, "`id` is missing among those found: name", None),
    ("cut.parquet", parquet(id=[1], text=[GOOD])[:-9], 0, "damaged, or not a .parquet file", None),
    ("junk.parquet", JUNK, 0, "damaged, or not a .parquet file", None),
    ("good.docx", docx(GOOD, "Second.", title="A title"), 1, None, GOOD + "\nSecond."),
    ("empty.docx", docx(), 0, "holds no text", None),
    ("text.docx", GOOD, 0, "damaged, or not a .docx file", None),
    ("bomb.docx", bomb(150), 0, "unpacks to more than", None),
    ("good.pdf", pdf(GOOD, title="A title"), 1, None, GOOD),
    ("scan.pdf", pdf(), 0, "no text layer", None),
    ("locked.pdf", pdf(GOOD, password="secret"), 0, "encrypted", None),
    ("junk.pdf", JUNK, 0, "damaged, or not a .pdf file", None),
    ("cut.pdf", pdf(GOOD)[:200], 0, "damaged, or not a .pdf file|no text layer", None),
    ("empty.pdf", b"", 0, "damaged, or not a .pdf file", None),
    ("good.html", page(f"<article><p>{GOOD * 4}</p><p>{FR}</p></article><script>evil</script>"), 1, None, GOOD * 4 + "\n" + FR),
    ("short.htm", page(f"<p>{GOOD}</p>"), 1, None, GOOD),
    ("gbk.html", page(f"<p>{ZH}</p>", '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">').encode("gbk"), 1, None, ZH),
    ("koi8.html", page("<p>Газ и нефть</p>", "<meta charset=koi8-r>").encode("koi8-r"), 1, None, "Газ и нефть"),
    ("lies.html", page(f"<p>{ZH}</p>", '<meta charset="gbk">'), 1, None, ZH),
    ("odd-charset.html", page(f"<p>{ZH}</p>", '<meta charset="zlib_codec">'), 1, None, ZH),
    ("xml.html", '<?xml version="1.0" encoding="gb2312"?>' + page(f"<p>{GOOD}</p>"), 1, None, GOOD),
    ("packed.html.gz", gzip.compress(page(f"<p>{GOOD}</p>").encode()), 1, None, GOOD),
    ("scripts.html", page("<script>var evil = 1</script><style>p {color: red}</style>"), 0, "no article text", None),
    ("no-tags.html", GOOD, None, None, None),
    ("nothing.html", "", 0, "no article text", None),
    ("deep.html", page("<div>" * 100_000 + GOOD + "</div>" * 100_000), None, None, None),
    ("future.html", page(f"<p>{GOOD}</p>", '<meta name="pubdate" content="2999-01-01">'), 1, "the page gives the date 2999-01-01, but the file was saved", GOOD),
    ("half-future.html", page(f"<p>{GOOD}</p>", '<meta name="pubdate" content="2024-01-01"><meta name="date" content="2999">'), 1, "the page gives the date 2024-01-01 to 2999-12-31", GOOD),
    ("odd-date.html", page(f"<p>{GOOD}</p>", '<meta name="pubdate" content="03/08/2024">'), 1, "'03/08/2024' is not a date", GOOD),
]


def make(path: Path, content):
    if callable(content):
        content(path)
    else:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.fixture(scope="module")
def read(tmp_path_factory) -> pd.DataFrame:
    root = tmp_path_factory.mktemp("hostile")
    for name, content, *_ in FILES:
        make(root / name, content)
    return read_articles(root)


def of_file(table: pd.DataFrame, name: str) -> pd.DataFrame:
    "The rows of a table that are about one file, or what is in one folder."
    shown = re.sub("[\n\u202e\udcff]", "\ufffd", name)
    return table[(table["path"] == shown) | table["path"].str.startswith(shown + "/")]


def test_there_are_enough_of_them():
    assert len(FILES) >= 40 and len({name for name, *_ in FILES}) == len(FILES)


@pytest.mark.parametrize("name, content, n_articles, reason, text", FILES, ids=[name.encode("ascii", "backslashreplace").decode().replace("\n", "-") for name, *_ in FILES])
def test_each_file_has_its_account(read, name, content, n_articles, reason, text):
    articles, reasons = of_file(read, name), of_file(skipped_files(read), name)["reason"].tolist()
    if content in (locked, locked_folder) and len(articles):
        pytest.skip("permissions do not bind this user (root?)")
    assert n_articles is None or len(articles) == n_articles, reasons
    assert len(articles) or reasons, "neither read nor named"
    if reason is not None:
        assert reasons and all(re.search(reason, one) for one in reasons), reasons
    elif n_articles is not None:
        assert not reasons
    if text is not None:
        assert articles["text"].iloc[0] == text


def test_ids_and_names_are_unique_and_can_be_shown(read):
    assert read["article_id"].is_unique and not read["article_id"].str.contains("[\n\u202e]").any()
    assert {"a", "a.md", "a.txt.gz", "a.md.gz", "folder.txt/inside"} <= set(read["article_id"])


def test_every_file_but_one_has_a_modification_day(read):
    assert set(read["path"]) <= set(read.attrs["modified"]) and all(re.fullmatch(r"\d{4}-\d\d-\d\d", day) for day in read.attrs["modified"].values())


def test_notes_say_how_files_were_read(read):
    notes = reading_notes(read).groupby("path")["note"].agg(" / ".join)
    assert "gb18030" in notes["gb18030.txt"] and "cp1252" in notes["latin1.txt"] and "big5" in notes["big5.txt"] and "';'" in notes["semicolon.csv"]
    assert "1 characters are lost" in notes["utf8-cut.txt"] and "'â€™' was read as '’' (1 times)" in notes["mojibake.txt"]
    assert not {"plain.txt", "bom.txt", "width.txt", "good.csv"} & set(notes.index)


def test_titles_of_documents(read):
    titles = read.drop_duplicates("path").set_index("path")["title"]
    assert titles[["good.docx", "good.pdf", "good.html", "a.md"]].tolist() == ["A title", "A title", "A page", "A heading"]


@pytest.mark.parametrize("head, date, start, end", [
    ('<meta property="article:published_time" content="2024-08-03T22:00:00+08:00">', "2024-08-03", "2024-08-03", "2024-08-03"),
    ('<meta name="PubDate" content="2024-08">', None, "2024-08-01", "2024-08-31"),
    ('<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2024-08-03"}</script>', "2024-08-03", "2024-08-03", "2024-08-03"),
    ('<script type="application/ld+json">[{"datePublished": "2024-08-03"}, {"datePublished": "2020-01-01"}]</script>', None, None, None),
    ('<meta name="pubdate" content="1970-01-01T00:00:00Z">', None, None, None),
    ('<meta property="article:modified_time" content="2024-08-03">', None, None, None),
    ('<link rel="canonical" href="https://example.org/2024/08/03/a.html">', None, None, None),
])
def test_only_stated_dates_of_pages_count(tmp_path, head, date, start, end):
    (tmp_path / "a.html").write_text(page(f"<p>On 5 May 2023. {GOOD}</p><footer>© 2024-01-01</footer>", head))
    row = read_articles(tmp_path).iloc[0]
    assert [None if pd.isna(row[name]) else str(row[name].date()) for name in ("date", "date_start", "date_end")] == [date, start, end]
    assert row["date_source"].startswith("html metadata" if start else "none") and bool(row["date_evidence"]) == bool(start)


@pytest.mark.parametrize("library, name, content", [("pypdf", "b.pdf", b"x"), ("docx", "b.docx", b"x"), ("pyarrow.parquet", "b.parquet", b"x")])
def test_a_missing_extra_is_named_and_the_rest_is_read(tmp_path, monkeypatch, library, name, content):
    (tmp_path / "a.txt").write_text(GOOD)
    (tmp_path / name).write_bytes(content)
    monkeypatch.setitem(sys.modules, library, None)
    articles = read_articles(tmp_path)
    assert len(articles) == 1 and "install `policy-lda[files]`" in skipped_files(articles)["reason"].iloc[0]


@pytest.mark.parametrize("name, content, reason", [("a.pdf", b"x", "damaged, or not a .pdf file"), ("a.doc", b"x", "kind .doc"), ("a.txt", fifo, "neither a file nor a folder"), ("a.csv", b"x,y\n", "`id` is missing")])
def test_a_single_file_that_cannot_be_read_is_one_sentence(tmp_path, name, content, reason):
    make(tmp_path / name, content)
    with pytest.raises(InputError, match=re.escape(reason)) as caught:
        read_articles(tmp_path / name)
    assert "\n" not in str(caught.value) and str(tmp_path / name) in str(caught.value)


def test_metadata_overrides_every_kind_of_file(tmp_path):
    for name, content in {"a.html": page(f"<p>{GOOD}</p>", '<meta name="date" content="2999"><meta name="pubdate" content="2024-01-01">'), "b.docx": docx(GOOD), "c.pdf": pdf(GOOD), "d.txt.gz": gzip.compress(GOOD.encode()), "metadata.csv": "file;date\na.html;2021-02-03\nb.docx;2021-02-03\nc.pdf;2021-02-03\nd.txt.gz;2021-02-03\n"}.items():
        make(tmp_path / name, content)
    articles = read_articles(tmp_path)
    assert len(articles) == 4 and skipped_files(articles).empty and (articles["date"] == "2021-02-03").all() and (articles["date_source"] == "metadata.csv").all()


def test_accounts_are_not_copied_with_every_column(tmp_path):
    (tmp_path / "a.txt").write_text(GOOD)
    articles = read_articles(tmp_path)
    assert articles["text"].attrs["modified"] is articles.attrs["modified"] and json.dumps(articles.attrs)


def test_many_records_are_never_all_in_memory_twice(tmp_path):
    text, number = "policy " * 300, 12_000
    (tmp_path / "many.jsonl").write_text("".join(json.dumps({"id": i, "text": text}) + "\n" for i in range(number)))
    tracemalloc.start()
    articles = read_articles(tmp_path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(articles) == number and peak < 0.75 * number * len(text), "Python held more than a piece of the texts beside the table"


def test_reading_prints_nothing(tmp_path, caplog, capfd):
    for name, content in {"a.txt": GOOD, "b.pdf": JUNK, "c.html": "", "d.html": page("<script>x</script>"), "e.docx": JUNK, "f.pdf": pdf(GOOD)}.items():
        make(tmp_path / name, content)
    assert len(read_articles(tmp_path)) == 2
    assert not [record for record in caplog.records if record.levelname in ("WARNING", "ERROR", "CRITICAL")] and not "".join(capfd.readouterr())


def test_libraries_are_loaded_when_they_are_needed():
    probe = "import sys, policy_lda.articles; print([name for name in ('trafilatura', 'ftfy', 'pypdf', 'docx', 'pyarrow.parquet') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout.strip() == "[]"
