"""Lexicon files, suggestions, dictionaries and the concordance, on files and texts as people have them."""
import os
import random
import re
import warnings

import pandas as pd
import pytest
from conftest import run_cli

from policy_lda import (InputError, add_variants, apply_ledger, check_lexicon, dictionary_counts, find_mentions, find_noise, kwic, make_articles,
                        make_dictionary, read_articles, read_dictionary, read_lexicon, show_kwic, suggest_variants)
from policy_lda.terms import LEXICON_COLUMNS, SHIPPED, SUGGESTION_COLUMNS, _columns, _forms, find_entries, format_kwic, kwic_kind, normalize_tokens, sort_kwic

OFFICIAL = "new quality productive forces"
OTHERS = {"new quality productivity", "new productive forces", "new productivity"}


def corpus(*texts, **fields) -> pd.DataFrame:
    return make_articles([{"id": f"a{number}", "text": text} | fields for number, text in enumerate(texts)])


def lexicon_of(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["concept", "chinese", "variant"])


@pytest.fixture
def write(tmp_path):
    "A function that writes a file and gives its path."
    def write(content, name="mine.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path
    return write


@pytest.fixture(scope="module")
def clean(seeds) -> pd.DataFrame:
    articles = read_articles(seeds)
    return apply_ledger(articles, find_noise(articles))


# What a lexicon file may be

MANY = "concept,variant\n" + "".join(f"c{number % 2000},wording {number} of it\n" for number in range(10_000))
MALFORMED = {  # content, line, what the sentence says
    "double row": ("concept,variant\na,plant\nb,mill\na,Plant\n", 4, "stands in line 2 already"),
    "double in another form": ("concept,variant\na,smart factory\nb,Smart-factories\n", 3, "as a variant of a; keep one"),
    "under two concepts": ("concept,variant\na,plant\n\nb,plant\n", 4, "as a variant of a; keep one"),
    "none and a concept": ("concept,variant\nnone,plant\nb,plant\n", 3, "as a variant of none; keep one"),
    "empty concept": ("concept,variant\n,plant\n", 2, "`concept` is empty"),
    "empty variant": ("concept,variant\na,plant\nb, \n", 3, "`variant` is empty"),
    "row cut short": ("concept,variant\na,plant\nb\n", 3, "`variant` is empty"),
    "no letter": ("concept,variant\na,—\n", 2, "no letter and no digit"),
    "only a soft hyphen": ("concept,variant\na,\u00ad\n", 2, "no letter and no digit"),
    "header only": ("concept,variant\n", 1, "a header and no row"),
    "empty file": ("", 1, "expected the columns"),
    "blank file": ("\n\r\n \n", 1, "expected the columns"),
    "missing column": ("concept,wording\na,plant\n", 1, "`variant` is missing"),
    "no header": ("a,plant\nb,mill\n", 1, "`concept` is missing"),
    "too many cells": ("concept,variant\na,plant\nb,mill, and more\n", 3, "3 cells under 2 columns"),
    "unclosed quote": ('concept,variant\na,plant\nb,"mill\nc,works\n', 3, "not valid CSV"),
    "quote in the middle": ('concept,variant\na,"plant" x\n', 2, "not valid CSV"),
    "two originals": ("concept,chinese,variant\na,工厂,factory\na,厂,plant\n", 3, "`chinese` of a is '厂'"),
    "two canonical forms": ("concept,canonical,variant\na,Plant,factory\na,Works,plant\n", 3, "`canonical` of a is 'Works'"),
    "NUL": (b"concept,variant\na,plant\nb,\0mill\n", 3, "NUL"),
    "NULs": (bytes(500), 1, "NUL"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + random.Random(1).randbytes(2000), None, ""),
    "broken UTF-8": ("concept,variant\na,".encode() + "新质生产力".encode() * 30 + b"\xff\n", 2, "cannot be read in the encoding"),
    "the last of 10,000 double": (MANY + "c7,Wording 7 of it\n", 10_002, "stands in line 9 already"),
    "the last of 10,000 under two concepts": (MANY + "c8,wording 7 of it\n", 10_002, "as a variant of c7"),
    "line breaks in a cell": ('concept,variant\n"a\nb",plant\n"a\nb",plant\n', 4, "stands in line 2 already"),
    "an escape in a cell": ("concept,variant\n\x1b[31ma,plant\nb,plant\n", 3, "as a variant of"),
    "an escape in the header": ("\x1b[31mconcept,variant\na,plant\n", 1, "`concept` is missing")}
READ = {  # content, concepts and wordings
    "UTF-16": ("concept,variant\na,新质\nb,plant\n".encode("utf-16"), [("a", "新质"), ("b", "plant")]),
    "UTF-16 without a mark": ("concept,variant\na,plant\n".encode("utf-16-le"), [("a", "plant")]),
    "GB18030": ("concept,variant\na,新质生产力\nb,高质量发展\n".encode("gb18030"), [("a", "新质生产力"), ("b", "高质量发展")]),
    "GB18030, one word": ("concept,variant\na,新质生产力\n".encode("gb18030"), [("a", "新质生产力")]),
    "Latin-1": ("concept,variant\na,café society\nb,Zürich\n".encode("latin-1"), [("a", "café society"), ("b", "Zürich")]),
    "BOM and CRLF": ("\ufeffconcept,variant\r\na,plant\r\n", [("a", "plant")]),
    "old line ends": ("concept,variant\ra,plant\rb,mill\r", [("a", "plant"), ("b", "mill")]),
    "semicolons": ("concept;variant\na;plant, mill\n", [("a", "plant, mill")]),
    "tabs": ("concept\tvariant\na\tplant, mill\n", [("a", "plant, mill")]),
    "capitals and blanks": (" Concept , VARIANT\n a , plant \n", [("a", "plant")]),
    "quotes": ('concept,variant\na,"plant, ""mill"""\n', [("a", 'plant, "mill"')]),
    "no last line end": ("concept,variant\na,plant", [("a", "plant")]),
    "the word none": ("concept,variant\na,none\nb,NaN\nc,null\n", [("a", "none"), ("b", "NaN"), ("c", "null")])}


def one_sentence(message: str):
    assert len(message.splitlines()) == 1 and message.isprintable() and message.endswith("."), repr(message)


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_lexicon_is_one_sentence_with_file_and_line(write, name):
    content, line, says = MALFORMED[name]
    path = write(content)
    with pytest.raises(InputError) as caught:
        read_lexicon(path)
    message = str(caught.value)
    one_sentence(message)
    assert message.startswith(f"{path}, line {line or ''}") and says in message
    assert line is None or re.match(r"\D", message.removeprefix(f"{path}, line {line}"))


@pytest.mark.parametrize("name", ["double row", "under two concepts", "empty file", "unclosed quote", "NUL", "a picture", "line breaks in a cell", "the last of 10,000 double"])
def test_the_command_line_says_the_same_and_ends_with_code_2(write, seeds, name):
    done = run_cli("kwic", seeds, "x", "--lexicon", write(MALFORMED[name][0]))
    assert done.returncode == 2 and done.stdout == "" and done.stderr.count("\n") == 1 and "mine.csv, line " in done.stderr


@pytest.mark.parametrize("name", READ)
def test_a_lexicon_is_read_in_the_encoding_and_with_the_separator_it_has(write, name):
    content, rows = READ[name]
    assert list(read_lexicon(write(content))[["concept", "variant"]].itertuples(index=False, name=None)) == rows


def test_ten_thousand_wordings_are_read_in_their_order(write):
    lexicon = read_lexicon(write(MANY))
    assert lexicon.columns.tolist() == LEXICON_COLUMNS and lexicon["variant"].tolist() == [f"wording {number} of it" for number in range(10_000)]


@pytest.mark.parametrize("path", ["nowhere.csv", "folder"])
def test_a_lexicon_that_is_no_file_is_one_sentence(tmp_path, path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="cannot be read .*give a CSV file, or one of lexicon") as caught:
        read_lexicon(tmp_path / path)
    one_sentence(str(caught.value))


def test_a_short_file_name_is_no_excuse(write, tmp_path, monkeypatch):
    write("a,b\n1,2\n", "e")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="^e, line 1: expected"):
        read_lexicon("e")


def test_canonical_and_original_hold_for_all_rows_of_a_concept(write):
    lexicon = read_lexicon(write("concept,chinese,canonical,variant\na,,,工厂\na,工厂,,plant\na,,Works,mill\nb,,,厂房\nb,,,shed\nnone,,,plant pot\n"))
    assert lexicon.groupby("concept", sort=False)[["chinese", "canonical"]].agg(lambda values: "/".join(values.unique())).values.tolist() == [["工厂", "Works"], ["", "shed"], ["", ""]]


def test_one_original_under_two_concepts_is_told(write):
    with pytest.raises(InputError, match="line 3"):
        read_lexicon(write("concept,chinese,variant\na,厂,plant\nb,厂,works\n"))


# A lexicon of one's own

def test_an_extension_joins_makes_and_takes_over(write):
    mine = write("concept,variant\nnew_quality_productive_forces,productivity of a new kind\nlocal,Liangjiang New Area\nmine,New productivity\nnone,5G\n")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        lexicon = read_lexicon("lexicon", mine)
    told = [str(warning.message) for warning in caught]
    assert len(told) == 1 + ("5G" in set(read_lexicon()["variant"])) and all(re.search(r"mine\.csv, line [45]: '.*' now counts as (mine|none); in lexicon it is \w+\.", text) for text in told)
    text = "Productivity of a new kind. New productivity. New productive forces. Liangjiang New Area. 5G."
    assert find_mentions(corpus(text), lexicon)["concept"].tolist() == ["new_quality_productive_forces", "mine", "new_quality_productive_forces", "local"]
    joined = lexicon[lexicon["variant"] == "productivity of a new kind"].iloc[0]
    assert joined["chinese"] == "新质生产力" and joined["canonical"] == "new quality productive forces"


def test_the_last_of_three_files_holds(write):
    files = [write(f"concept,variant\n{concept},smart factory\n", f"{number}.csv") for number, concept in enumerate("aba")]
    with pytest.warns(UserWarning, match="now counts as"):
        lexicon = read_lexicon(*files)
    assert lexicon["concept"].tolist() == ["a"]


@pytest.mark.parametrize("row", ["mine,,新质生产力", "mine,新质生产力,new thing"])
def test_a_chinese_original_is_taken_over_with_a_warning(write, row):
    with pytest.warns(UserWarning, match="新质生产力.* now counts as mine"):
        lexicon = read_lexicon("lexicon", write(f"concept,chinese,variant\n{row}\n"))
    assert find_mentions(corpus("发展新质生产力。"), lexicon)["concept"].tolist() == ["mine"]


def test_an_original_that_stands_in_one_row_is_taken_over_in_all_rows(write):
    first, later = write("concept,chinese,variant\na,厂,plant\na,,mill\n", "first.csv"), write("concept,chinese,variant\nb,厂,works\n", "later.csv")
    with pytest.warns(UserWarning, match="later.csv, line 2: '厂' now counts as b; in .*first.csv it is a"):
        lexicon = read_lexicon(first, later)
    assert lexicon[["concept", "chinese", "variant"]].values.tolist() == [["a", "", "plant"], ["a", "", "mill"], ["b", "厂", "works"]]
    assert find_mentions(corpus("建厂。", lang="zh"), lexicon)["concept"].tolist() == ["b"]


@pytest.mark.parametrize("column, before, after", [("chinese", "厂", "工厂"), ("canonical", "Plant", "Works")])
def test_another_original_or_canonical_form_in_a_later_file_holds_with_a_warning(write, column, before, after):
    files = [write(f"concept,{column},variant\na,{value},{wording}\n", f"{wording}.csv") for value, wording in ((before, "plant"), (after, "mill"))]
    with pytest.warns(UserWarning, match=f"mill.csv.*{after}"):
        lexicon = read_lexicon(*files)
    assert lexicon[column].tolist() == [after] * 2


def test_an_original_that_is_changed_and_changed_back_is_told_as_it_holds(write):
    files = [write(f"concept,chinese,variant\na,{value},{wording}\n", f"{wording}.csv") for value, wording in (("厂", "plant"), ("工厂", "mill"), ("厂", "works"))]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        lexicon = read_lexicon(*files)
    assert lexicon["chinese"].tolist() == ["厂"] * 3 and not any("is now '工厂'" in str(warning.message) for warning in caught)


def test_check_lexicon_tells_what_stands_inside():
    lexicon = lexicon_of(("a", "能源", "energy"), ("b", "新能源", "new energy"), ("b", "", "new energies of the sea"), ("c", "", "energy. New"), ("d", "", "renewal"))
    found = check_lexicon(lexicon)
    assert set(found[["variant", "concept", "inside", "inside_concept"]].itertuples(index=False, name=None)) == {
        ("energy", "a", "new energy", "b"), ("energy", "a", "new energies of the sea", "b"), ("energy", "a", "energy. New", "c"), ("能源", "a", "新能源", "b")}
    assert found["message"].iloc[0] == "'energy' (a) stands inside 'new energy' (b): where the longer one occurs, only it is counted"
    assert check_lexicon(lexicon.iloc[:0]).empty


def test_normal_forms_of_chinese_are_simplified():
    assert [form for form, _, _ in normalize_tokens("新質生產力, the 綠色發展")] == ["新质生产力", ",", "the", "绿色发展"]


# Suggestions

def test_the_three_other_wordings_of_the_seeds_come_first(clean, seeds):
    for articles in (clean, read_articles(seeds)):
        found = suggest_variants(articles, OFFICIAL)
        assert found.columns.tolist() == SUGGESTION_COLUMNS and OTHERS <= set(found["variant"].head(10))


def test_they_come_first_where_the_given_wording_never_occurs(clean):
    articles = clean[clean["article_id"].str.startswith("003")]
    assert not articles["text"].str.contains(OFFICIAL, case=False).any()
    found = suggest_variants(articles, OFFICIAL)
    assert OTHERS <= set(found["variant"].head(10)) and (found["context"] == 0).all()


@pytest.mark.parametrize("texts", [[], [""], ["", " \n "], ["发展新质生产力，推进高质量发展。"] * 3, ["The cat sat on the mat. The cat sat on the mat."]], ids=["none", "empty", "blank", "Chinese", "other"])
@pytest.mark.parametrize("shipped", [True, False])
def test_without_anything_to_propose_the_table_is_empty(texts, shipped):
    found = suggest_variants(corpus(*texts), "new_quality_productive_forces", read_lexicon()) if shipped else suggest_variants(corpus(*texts), OFFICIAL)
    assert found.empty and found.columns.tolist() == SUGGESTION_COLUMNS


def test_suggestions_point_at_what_no_known_wording_covers(clean):
    found = suggest_variants(clean, OFFICIAL).set_index("variant")
    sure = lexicon_of(("known", "", OFFICIAL), *(("other", "", wording) for wording in OTHERS))
    mentions = find_mentions(clean, sure).query("concept == 'other'").groupby("variant")["article_id"].agg(["size", "nunique"])
    assert found.loc[sorted(OTHERS), ["n_mentions", "n_articles"]].values.tolist() == mentions.loc[sorted(OTHERS)].values.tolist()
    assert all(variant in sentence.lower() for variant in OTHERS for sentence in found.loc[variant, "sentences"]) and (found["sentences"].str.len() > 0).all()
    assert found["score"].is_monotonic_decreasing and (found["n_mentions"] >= 2).all()


def test_suggestions_depend_neither_on_the_run_nor_on_the_order_of_articles(clean):
    first, again = (suggest_variants(clean, "new_quality_productive_forces", read_lexicon()) for _ in range(2))
    pd.testing.assert_frame_equal(first, again, check_exact=True)
    for order in (clean.iloc[::-1], clean.sample(frac=1, random_state=3)):
        other = suggest_variants(order, "new_quality_productive_forces", read_lexicon())
        pd.testing.assert_frame_equal(first.drop(columns="sentences"), other.drop(columns="sentences"), rtol=1e-9)


def test_suggestions_from_many_places_do_not_depend_on_the_order_of_articles():
    east = ["Eastern ports gain smart growth of trade by sea. Eastern ports gain growth of smart trade by sea."] * 320
    west = ["Western farms lose smart growth of herds on land. Western farms lose growth of clever herds on land."] * 320
    articles = corpus(*east, *west)
    first, other = suggest_variants(articles, "smart growth"), suggest_variants(articles.iloc[::-1], "smart growth")
    assert len(first)
    pd.testing.assert_frame_equal(first.drop(columns="sentences"), other.drop(columns="sentences"), rtol=1e-9)


@pytest.mark.parametrize("concept, lexicon, says", [("nothing", True, "must be a concept of the lexicon"), ("the of", False, "no English wording"), ("", False, "no English wording"), ("12%", False, "no English wording")])
def test_suggestions_for_what_is_no_concept_are_refused(concept, lexicon, says):
    with pytest.raises(ValueError, match=says):
        suggest_variants(corpus("New growth."), concept, read_lexicon() if lexicon else None)


# Accepting suggestions

def test_accepted_wordings_are_added_once(tmp_path, clean):
    mine, wordings = tmp_path / "mine.csv", suggest_variants(clean, OFFICIAL)["variant"].head(3)
    assert add_variants(mine, "a", wordings, chinese="新质生产力") == 3
    before = mine.read_bytes()
    assert add_variants(mine, "a", [wording.upper() for wording in wordings]) == 0 == add_variants(mine, "a", []) and mine.read_bytes() == before
    assert read_lexicon(mine)["variant"].tolist() == wordings.tolist() and os.listdir(tmp_path) == ["mine.csv"]


@pytest.mark.parametrize("content, concept, wording", [
    ("concept,variant\na,plant\n", "b", "Plants"), ("concept,variant\na,plant\n", "", "mill"), ("concept,variant\na,plant\n", "a", "—"),
    ("concept,variant\na,plant\n", "b", "—"), (None, "b", "—"), ("concept,variant\na,plant\nb,plant\n", "a", "mill"), ("", "a", "mill"), (b"\0\1", "a", "mill"),
    ("concept,chinese,variant\na,厂,plant\n", "a", "mill")], ids=["other", "no concept", "no letter", "no letter, new concept", "no letter, new file", "malformed", "empty", "binary", "original"])
def test_what_would_be_malformed_leaves_the_file_as_it_was(tmp_path, write, content, concept, wording):
    mine = tmp_path / "mine.csv" if content is None else write(content)
    before = mine.read_bytes() if mine.exists() else None
    with pytest.raises(InputError, match=re.escape(str(mine))) as caught:
        add_variants(mine, concept, ["good wording", wording], chinese="工厂")
    one_sentence(str(caught.value))
    assert (mine.read_bytes() if mine.exists() else None) == before and os.listdir(tmp_path) == ["mine.csv"] * (before is not None)


def test_a_write_that_fails_leaves_the_file_as_it_was(tmp_path, write, monkeypatch):
    mine = write("concept,variant\na,plant\n")
    monkeypatch.setattr("policy_lda.terms.os.replace", lambda *paths: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        add_variants(mine, "a", ["mill"])
    assert mine.read_text() == "concept,variant\na,plant\n" and os.listdir(tmp_path) == ["mine.csv"]


@pytest.mark.parametrize("content", [
    "concept;variant;mine\na;plant;007\n", "concept\tvariant\tmine\na\tplant\t007\n", " Concept , Variant ,mine\na,plant,007\n", "concept,variant,mine\na,plant,007,\n",
    "sep=,\nconcept,variant,mine\na,plant,007\n", "\ufeffconcept,variant,mine\r\n a ,plant,007\r\n"], ids=["semicolons", "tabs", "capitals", "empty cell too many", "sep", "BOM, CRLF, blanks"])
def test_every_file_that_is_read_can_be_added_to_and_keeps_its_own_column(write, content):
    mine = write(content)
    assert read_lexicon(mine)["variant"].tolist() == ["plant"]
    assert add_variants(mine, "a", ["plants", "mill"]) == 1
    assert read_lexicon(mine)[["concept", "variant"]].values.tolist() == [["a", "plant"], ["a", "mill"]] and "007" in mine.read_text() and "Unnamed" not in mine.read_text()


def test_one_wording_may_be_added_without_a_list(tmp_path):
    try:
        assert add_variants(tmp_path / "mine.csv", "a", "works") == 1 and read_lexicon(tmp_path / "mine.csv")["variant"].tolist() == ["works"]
    except (TypeError, ValueError):
        assert os.listdir(tmp_path) == []


def test_a_concept_with_blanks_around_it_is_the_same_concept(write):
    mine = write("concept,variant\na,plant\n")
    assert add_variants(mine, " a ", ["plants", "mill"]) == 1 and read_lexicon(mine)["concept"].tolist() == ["a", "a"]


def test_no_added_cell_is_a_formula_for_a_spreadsheet(tmp_path):
    mine, wordings = tmp_path / "mine.csv", ['=HYPERLINK("http://x.example","plant")', "+1 plant", "-1 mill", "@works", "=cmd|' /C calc'!A0"]
    try:
        add_variants(mine, "a", wordings, source="=1+1", chinese="=厂")
    except InputError:
        return
    cells = pd.read_csv(mine, dtype=str, keep_default_na=False)
    assert not cells.map(lambda cell: cell.startswith(tuple("=+-@\t\r"))).any(axis=None)
    assert _forms(read_lexicon(mine)["variant"]) == _forms(wordings) and add_variants(mine, "a", wordings) == 0


# Dictionaries

@pytest.mark.parametrize("name", SHIPPED[1:])
def test_no_pattern_of_a_shipped_dictionary_stands_under_two_entries(name):
    table = read_dictionary(name)
    assert table.columns.tolist() == ["category", "entry", "pattern", "chinese"] and len(table) > 100 and (table[["category", "entry", "pattern"]] != "").all(axis=None)
    for column in ("pattern", "chinese"):
        given = table[table[column] != ""]
        entries = pd.Series(list(zip(given["category"], given["entry"]))).groupby([" ".join(form) for form in _forms(given[column])]).nunique()
        assert entries[entries > 1].empty
    assert table.groupby("entry")["category"].nunique().max() == 1


def test_wildcards_stand_for_letters_of_one_word():
    own = make_dictionary({"A": {"industry": ["industr*"], "colour": ["colo?r", "colo??r"], "phrase": ["new indust* of"]}})
    found = find_entries(corpus("Industrial industries; industriousness! Dust. Color, colour, colouur. The new industry of wool, a new industrial area."), own)
    assert found["entry"].tolist() == ["industry"] * 3 + ["colour"] * 2 + ["phrase", "industry"]


@pytest.mark.parametrize("text, pattern, n", [
    ("High-technology and high-tech plans", "high-tech*", 2), ("Co-operation, cooperation", "co-operat*", 1), ("R&D and R&Ds", "R&D*", 2),
    ("China’s plan, China's plan", "China's pl*", 2), ("China’s plan, China's plan", "Chin*'s", 2)])
def test_wildcards_in_words_with_hyphens_and_apostrophes(text, pattern, n):
    assert len(find_entries(corpus(text), make_dictionary({"x": {"y": [pattern]}}))) == n


def test_a_chinese_pattern_with_a_wildcard_matches_or_is_refused():
    try:
        assert len(find_entries(corpus("发展新质生产力。"), make_dictionary({"x": {"y": ["新质*"]}}))) == 1
    except ValueError:
        pass


def test_entries_are_found_in_both_languages():
    own = pd.DataFrame([("East", "Jiangsu", "Jiangsu", "江苏"), ("East", "Jiangsu", "Nanjing", "南京")], columns=["category", "entry", "pattern", "chinese"])
    articles = make_articles([dict(id="en", text="Jiangsu and Nanjing; 江苏."), dict(id="zh", text="江苏省南京市。Jiangsu")])
    assert dictionary_counts(articles, own)[["article_id", "entry", "n_mentions"]].values.tolist() == [["en", "Jiangsu", 2], ["zh", "Jiangsu", 2]]


LEVELS = make_dictionary({"State": {"Legislature": {"NPC": ["National People's Congress", "NPC"]}, "Courts": {"Court": ["court"]}}, "Army": {"PLA": ["army"]}, "Loose": ["loose end"]})
DATED = make_articles([dict(id="1", text="The NPC and the army, the NPC.", date="2024-01-05"), dict(id="2", text="The army; the army.", date="2024-01-20"),
                       dict(id="3", text="A court.", date="2024-03"), dict(id="4", text="The National People’s Congress met an army.", date="2024"), dict(id="5", text="Nothing.")])


def test_counts_by_article_are_in_the_order_of_articles_and_of_the_dictionary():
    counts = dictionary_counts(DATED, LEVELS)
    assert counts[["article_id", "category", "entry", "n_mentions"]].values.tolist() == [
        ["1", "State/Legislature", "NPC", 2], ["1", "Army", "PLA", 1], ["2", "Army", "PLA", 2], ["3", "State/Courts", "Court", 1], ["4", "State/Legislature", "NPC", 1], ["4", "Army", "PLA", 1]]


def test_counts_by_period_have_the_undated_articles_apart():
    counts = dictionary_counts(DATED, LEVELS, freq="M").sort_values(["period", "category"], ascending=[True, False])
    assert counts.columns.tolist() == ["period", "category", "entry", "n_mentions", "n_with", "n_articles"]
    assert counts.drop(columns="entry").values.tolist() == [
        ["2024-01", "State/Legislature", 2, 1, 2], ["2024-01", "Army", 3, 2, 2], ["2024-03", "State/Courts", 1, 1, 1], ["undated", "State/Legislature", 1, 1, 2], ["undated", "Army", 1, 1, 2]]


@pytest.mark.parametrize("options, order", [
    (dict(freq="M"), ["State/Legislature", "Army", "State/Courts", "State/Legislature", "Army"]), (dict(level=1), ["State", "Army", "Army", "State", "State", "Army"]),
    (dict(freq="M", level=1), ["State", "Army", "State", "State", "Army"])], ids=["periods", "level", "both"])
def test_periods_and_levels_are_in_the_order_of_the_dictionary(options, order):
    assert dictionary_counts(DATED, LEVELS, **options)["category"].tolist() == order


def test_levels_sum_their_entries():
    counts = dictionary_counts(DATED, LEVELS, level=1)
    assert (counts["entry"] == "").all() and counts.groupby("category")["n_mentions"].sum().to_dict() == {"State": 4, "Army": 4}
    assert dictionary_counts(DATED, LEVELS, freq="Y", level=2).query("category == 'State/Legislature'")["n_mentions"].tolist() == [3]
    for options in (dict(), dict(freq="M"), dict(level=1), dict(freq="M", level=1)):
        assert dictionary_counts(corpus("Nothing."), LEVELS, **options).empty and dictionary_counts(corpus(), LEVELS, **options).empty


@pytest.mark.parametrize("content, line, says", [
    ("category,entry\na,b\n", 1, "`pattern` is missing"), ("category,entry,pattern\na,b,c*\n", 2, "fewer than two letters"), ("category,entry,pattern\na,b,new *\n", 2, "fewer than two letters"),
    ("category,entry,pattern\na,b,coal\na,c,Coals\n", 3, "stands in line 2 under b"), ("category,entry,pattern\na,b,coal\nd,b,coal\n", 3, "stands in line 2 under b"),
    ("category,entry,pattern\n,b,coal\n", 2, "`category` is empty"), ("category,entry,pattern\na,b,—\n", 2, "no letter"), ("category,entry,pattern\n", 1, "a header and no row"),
    (b"category,entry,pattern\na,b,\0\n", 2, "NUL"), ('category,entry,pattern\na,"b\nx",coal\na,c,coal\n', 4, "stands in line 2 under b")])
def test_a_malformed_dictionary_is_one_sentence_with_file_and_line(write, content, line, says):
    path = write(content)
    with pytest.raises(InputError, match=re.escape(f"{path}, line {line}: ")) as caught:
        read_dictionary(path)
    one_sentence(str(caught.value))
    assert says in str(caught.value)


def test_a_pattern_that_is_no_list_is_one_pattern_or_refused():
    try:
        assert make_dictionary({"Energy": {"Coal": "coal"}})["pattern"].tolist() == ["coal"]
    except (TypeError, ValueError):
        pass


# The concordance

def test_lines_of_the_seeds_counted_by_hand(seeds):
    lines = kwic(read_articles(seeds), "new productivity", window=12)
    assert lines[["left", "keyword", "right"]].values.tolist() == [
        ["idance from ", "new productivity", " theory, and"], ["theory, and ", "new productivity", " has been fo"],
        ["summarized: ", "New productivity", " is characte"], ["ive forces. ", "New productivity", " is itself g"]]
    assert set(lines["article_id"].str[:3]) == {"003"} and lines["start"].is_monotonic_increasing
    words = {"left": ["and", "forces", "from", "summarized"], "right": ["has", "is", "is", "theory"]}
    assert sort_kwic(lines, "left")["left"].str.findall(r"\w+").str[-1].tolist() == words["left"]
    assert sort_kwic(lines, "right")["right"].str.findall(r"\w+").str[0].tolist() == words["right"]
    assert sort_kwic(lines, "right")["right"].tolist()[1:3] == [" is characte", " is itself g"] and sort_kwic(lines, "text").equals(lines)
    everywhere = kwic(read_articles(seeds), "integrated circuits?", window=0)
    assert everywhere["article_id"].str[:3].tolist() == ["000", "003", "004"] and (everywhere[["left", "right"]] == "").all(axis=None)


KINDS = [("smart_factory", "concept"), ("East", "category"), ("Jiangsu", "category"), ("industr*", "term"), ("5G+", "term"), ("R&D", "term"), ("China's", "term"), ("新质", "term"),
         ("colou?r", "regex"), ("Co., Ltd", "regex"), ("new.*forces", "regex"), ("", "regex"), ("Eas", "term")]


@pytest.mark.parametrize("pattern, kind", KINDS)
def test_what_a_pattern_is_taken_for(pattern, kind):
    assert kwic_kind(pattern, read_lexicon(), read_dictionary("provinces")) == kind


def test_a_category_has_the_lines_of_its_entries():
    articles = corpus("An army and a court; the NPC, the courts.")
    keywords = lambda pattern: kwic(articles, pattern, dictionary=LEVELS)["keyword"].tolist()
    assert keywords("State") == ["court", "NPC", "courts"] and keywords("State/Courts") == ["court", "courts"] == keywords("Court") and keywords("PLA") == ["army"]


@pytest.mark.parametrize("pattern, kind", [("factory", "term"), ("fact*", "term"), ("f.ctor(y|ies)", "regex"), ("smart_factory", "concept"), ("Works", "category")])
def test_offsets_quote_the_text(pattern, kind):
    articles = corpus("A smart\n factory’s \u00adowner.\r\nSmart “factories” and a fac\u00adtory 𝔘 of ours", "Smart factories 😀 and a smart factory")
    lines = kwic(articles, pattern, lexicon_of(("smart_factory", "", "smart factory")), 20, make_dictionary({"Works": {"Plant": ["smart factory"]}}), kind)
    texts = articles.set_index("article_id")["text"]
    assert len(lines) >= 4 and all(" ".join(texts[row.article_id][row.start:row.end].split()) == row.keyword for row in lines.itertuples())
    assert (lines["left"].str.len() <= 20).all() and (lines["right"].str.len() <= 20).all()
    assert all(" ".join((row.left + row.keyword + row.right).split()) in " ".join(texts[row.article_id].split()) for row in lines.itertuples())


def test_chinese_terms_are_found_wherever_they_stand():
    lines = kwic(corpus("发展新质生产力，形成新质。"), "新质", window=3)
    assert lines[["left", "keyword", "right"]].values.tolist() == [["发展", "新质", "生产力"], ["，形成", "新质", "。"]]


def test_no_line_has_a_character_that_a_terminal_obeys():
    text = "a \x1b[31m\x07\u202e growth \x9b2J\x00 b \u2066 growth\u200b \x7f"
    lines = kwic(corpus(text), "growth")
    shown = format_kwic(lines)
    assert len(lines) == 2 and shown.count("\n") == 1 and not re.search("[\0-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e\u2066]", shown)


@pytest.mark.parametrize("sort, order", [("text", "cab"), ("keyword", "abc"), ("right", "bca"), ("left", "acb")])
def test_the_orders_of_lines(sort, order):
    articles = make_articles([dict(id="c", text="a y Growths of it"), dict(id="a", text="b x growing when"), dict(id="b", text="A Z grown a lot")])
    assert "".join(kwic(articles, "grow*", sort=sort)["article_id"]) == order


def test_keywords_stand_in_one_column_beside_wide_characters():
    articles = make_articles([dict(id="一二", text="Short growth here"), dict(id="b", text="发展很快很快很快很快 growth 快", lang="en"), dict(id="c", text="e\u0301te\u0301 ＡＢ growth"), dict(id="d", text="growth first")])
    for window in (4, 10, 40):
        lines = kwic(articles, "growth", window=window)
        shown = format_kwic(lines, window).split("\n")
        assert len(shown) == 4 and len({_columns(line[:line.index("growth")]) for line in shown}) == 1
    plain, colored = format_kwic(lines, 40), format_kwic(lines, 40, color=True)
    assert re.sub("\x1b\\[[0-9;]*m", "", colored) == plain != colored and format_kwic(lines.head(0)) == ""
    assert [_columns(text) for text in ("ab", "发展", "e\u0301", "Ａ", "")] == [2, 4, 1, 2, 0]


def test_untrusted_texts_stay_text():
    evil = "<script>alert(1)</script> & \"growth\" '<img src=x onerror=alert(1)>"
    lines = kwic(make_articles([{"id": '"><b onclick=x>', "text": evil}]), "growth")
    html = show_kwic(lines)._repr_html_()
    assert "<script" not in html and "<img" not in html and "<b onclick" not in html and "&lt;script&gt;" in html and "&amp;" in html
    assert set(re.findall(r"</?(\w+)", html)) == {"table", "tbody", "tr", "td", "b"} and "first 1 of 3" in show_kwic(pd.concat([lines] * 3, ignore_index=True), 1)._repr_html_()


@pytest.mark.parametrize("options, says", [(dict(kind="x"), "`kind` must be one of"), (dict(sort="x"), "`sort` must be one of"), (dict(kind="concept"), "lexicon"), (dict(kind="category"), "dictionary")])
def test_what_a_concordance_cannot_be_made_of_is_said(options, says):
    with pytest.raises(ValueError, match=says):
        kwic(corpus("Growth."), "growth", **options)


@pytest.mark.parametrize("pattern, kind", [("(", None), ("a*", None), ("—", "term"), ("*", "term"), ("", "term")])
def test_a_pattern_that_cannot_be_looked_for_is_input_that_cannot_be_used(pattern, kind):
    with pytest.raises(InputError) as caught:
        kwic(corpus("An apple."), pattern, kind=kind)
    one_sentence(str(caught.value))


def test_without_a_match_the_concordance_is_empty():
    for sort in ("text", "left", "right", "keyword"):
        lines = kwic(corpus("Growth.", ""), "zebra", sort=sort)
        assert lines.empty and lines.columns.tolist() == ["article_id", "date", "start", "end", "left", "keyword", "right"] and str(lines["date"].dtype).startswith("datetime64")
    assert kwic(corpus(), "zebra").empty and kwic(corpus("Growth."), "x*", kind="regex").empty


def test_the_name_of_a_concept_without_its_lexicon_is_not_taken_for_words(seeds):
    articles = read_articles(seeds)
    with pytest.raises(InputError, match="give the lexicon that has it"):
        kwic(articles, "new_quality_productive_forces")
    with pytest.raises(InputError, match="the lexicon that was given does not have it"):
        kwic(articles, "new_quality_productive_farces", read_lexicon())
    assert len(kwic(articles, "new_quality_productive_forces", read_lexicon())) > len(kwic(articles, "new quality productive forces")) > 0
