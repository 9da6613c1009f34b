"""The command line from outside: what it prints and how it ends."""
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from conftest import run_cli

from policy_lda import apply_ledger, read_articles, restore


def test_help_names_the_commands():
    done = run_cli("--help")
    assert done.returncode == 0 and all(name in done.stdout for name in ("report", "clean", "kwic", "verify", "lab"))


@pytest.mark.parametrize("content", ["missing", "empty", "unreadable", "file"])
def test_unusable_input_is_one_sentence_and_code_2(tmp_path, content):
    folder = tmp_path / "articles"
    if content != "missing":
        folder.mkdir()
    if content == "unreadable":
        (folder / "a.txt").write_bytes(b"\0")
    if content == "file":
        folder = folder / "picture.png"
        folder.write_bytes(b"\x89PNG")
    for command in (["report", folder, "-o", tmp_path / "out"], ["clean", folder, "-o", tmp_path / "out"], ["kwic", folder, "growth"]):
        done = run_cli(*command)
        assert done.returncode == 2 and done.stdout == ""
        assert done.stderr.startswith("policy-lda: ") and done.stderr.count("\n") == 1 and "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_wrong_usage_is_code_2():
    assert run_cli("report").returncode == 2 and run_cli("nonsense").returncode == 2


def test_report_never_overwrites_what_is_not_a_report(tmp_path, seeds):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter1.txt").write_text("Years of work.")
    done = run_cli("report", seeds, "-o", tmp_path / "thesis")
    assert done.returncode == 2 and "is not a report" in done.stderr
    assert (tmp_path / "thesis" / "chapter1.txt").read_text() == "Years of work."


def test_a_broken_lexicon_is_one_sentence_with_file_and_line(tmp_path, seeds):
    (tmp_path / "mine.csv").write_text("concept,variant\na,smart factory\nb,Smart factories\n")
    done = run_cli("report", seeds, "-o", tmp_path / "out", "--lexicon", tmp_path / "mine.csv")
    assert done.returncode == 2 and "mine.csv, line 3" in done.stderr and done.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists() and not (tmp_path / "out.partial").exists()


def test_clean_writes_ledger_scores_and_articles(tmp_path, seeds):
    done = run_cli("clean", seeds, "-o", tmp_path)
    assert done.returncode == 0 and "5 articles" in done.stdout
    ledger = pd.read_csv(tmp_path / "ledger.csv")
    assert ledger.columns.tolist() == ["article_id", "start", "end", "kind", "rule", "score", "action", "text"]
    scores = pd.read_csv(tmp_path / "scores.csv")
    assert scores.columns.tolist() == ["article_id", "start", "end", "score"] and scores["score"].between(0, 1).all() and len(scores) > 150
    clean = read_articles(tmp_path / "articles.jsonl").set_index("article_id")["text"]
    raw = read_articles(seeds)
    assert clean[raw["article_id"]].tolist() == apply_ledger(raw, ledger)["text"].tolist()
    assert restore(apply_ledger(raw, ledger), ledger)["text"].tolist() == raw["text"].tolist()


@pytest.mark.parametrize("given, out", [("folder", "folder/out"), ("folder", "folder")])
def test_clean_writes_nothing_that_the_next_run_would_read(tmp_path, given, out):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.txt").write_text("Growth is fast.")
    done = run_cli("clean", tmp_path / given, "-o", tmp_path / out)
    assert done.returncode == 2 and "lies inside the folder of articles" in done.stderr and done.stderr.count("\n") == 1
    assert os.listdir(tmp_path / "folder") == ["a.txt"]


def test_clean_of_a_single_file_may_write_beside_it(tmp_path):
    (tmp_path / "a.txt").write_text("Growth is fast.")
    assert run_cli("clean", tmp_path / "a.txt", "-o", tmp_path / "out").returncode == 0


@pytest.mark.parametrize("command", ["clean", "report"])
def test_a_place_that_cannot_be_written_is_one_sentence_and_code_2(tmp_path, seeds, command):
    (tmp_path / "file").write_text("Mine.")
    (tmp_path / "locked").mkdir(mode=0o500)
    for out in ["file", "file/out"] + ["locked/out"] * (os.name != "nt" and os.geteuid() != 0):
        done = run_cli(command, seeds, "-o", tmp_path / out)
        assert done.returncode == 2 and "choose another place" in done.stderr and done.stderr.count("\n") == 1, done.stderr
    assert (tmp_path / "file").read_text() == "Mine."


def test_the_module_runs_like_the_command():
    done = subprocess.run([sys.executable, "-m", "policy_lda.cli", "kwic", "nowhere", "growth"], capture_output=True, text=True)
    assert done.returncode == 2 and done.stderr.startswith("policy-lda: nowhere: no such file") and done.stderr.count("\n") == 1


def test_kwic_is_plain_when_piped_and_obeys_no_escape(tmp_path):
    (tmp_path / "a.txt").write_text("Growth \033[31mred\033[0m growth.")
    done = run_cli("kwic", tmp_path, "growth")
    assert done.returncode == 0 and "\033" not in done.stdout and len(done.stdout.splitlines()) == 2
    assert run_cli("kwic", tmp_path, "(").returncode == 2


@pytest.mark.xdist_group("report")
def test_verify_tells_what_changed(seed_report, tmp_path):
    import shutil
    copy = tmp_path / "copy"
    shutil.copytree(seed_report, copy)
    assert run_cli("verify", copy).returncode == 0
    (copy / "tables" / "topics.csv").write_text("changed")
    done = run_cli("verify", copy)
    assert done.returncode == 1 and "tables/topics.csv: changed" in done.stdout
    assert run_cli("verify", tmp_path).returncode == 2


@pytest.mark.xdist_group("report")
def test_verify_makes_the_report_again_and_says_what_differs(seed_report, seeds, tmp_path):
    import shutil
    moved = tmp_path / "far" / "away" / "moved"
    shutil.copytree(seed_report, moved)
    lost = run_cli("verify", moved, "--rerun")
    assert lost.returncode == 2 and lost.stderr.count("\n") == 1 and "say where it is now with --rerun FOLDER" in lost.stderr
    same = run_cli("verify", moved, "--rerun", seeds)
    files = len(json.loads((moved / "manifest.json").read_text(encoding="utf-8"))["outputs"])
    assert same.returncode == 0 and same.stdout.splitlines()[-1] == f"{moved}: made again, all {files} files of tables, figures and model are the same."
    other = tmp_path / "other"
    shutil.copytree(seeds, other)
    (other / "new.txt").write_text("New quality productive forces grow.")
    (other / "000_0c12a70ccf4ab39d.txt").unlink()
    changed = run_cli("verify", moved, "--rerun", other)
    assert changed.returncode == 1 and changed.stderr == ""
    assert {"The article new is there now and was not read then.", "The article 000_0c12a70ccf4ab39d was read then and is not there now.", "tables/articles.csv comes out differently."} <= set(changed.stdout.splitlines())


def test_rerun_finds_articles_lexicon_and_labels_by_itself_and_where_they_are_said_to_be(tmp_path):
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("Good words grow. New quality productive forces.")
    (tmp_path / "mine.csv").write_text("concept,variant\ngood,good word\n")
    (tmp_path / "labels.csv").write_text("topic,label,terms\n1,Mine,a b c\n")
    options = ["--lexicon", "lexicon", "--lexicon", tmp_path / "mine.csv", "--labels", tmp_path / "labels.csv"]
    assert run_cli("report", tmp_path / "texts", "-o", tmp_path / "out", *options).returncode == 0
    assert json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["settings"]["labels"] == "labels.csv"
    found = run_cli("verify", tmp_path / "out", "--rerun")
    assert found.returncode == 0, found.stderr + found.stdout
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "mine.csv").rename(tmp_path / "elsewhere" / "mine.csv")
    lost = run_cli("verify", tmp_path / "out", "--rerun")
    assert lost.returncode == 2 and "mine.csv does not exist; say where it is now with --lexicon FILE" in lost.stderr
    (tmp_path / "elsewhere" / "mine.csv").write_text("concept,variant\ngood,good words\ngood,grow\n")
    other = run_cli("verify", tmp_path / "out", "--rerun", "--lexicon", tmp_path / "elsewhere" / "mine.csv")
    assert other.returncode == 1 and "tables/variants.csv comes out differently." in other.stdout


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_ends_a_report_without_traceback_and_leaves_nothing(tmp_path, seeds):
    import signal
    import time
    running = subprocess.Popen([Path(sys.executable).with_name("policy-lda"), "report", seeds, "-o", tmp_path / "out"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 120
    while not list(tmp_path.glob(".out-*/tables/articles.csv")):
        assert time.monotonic() < end and running.poll() is None
        time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out, err) == (130, "", "policy-lda: stopped.\n") and not list(tmp_path.iterdir())


def test_the_example_needs_no_folder(tmp_path):
    for wrong, says in (["report"], "give a folder"), (["report", "x", "--example"], "not both"), (["report", "x"], "-o OUT"):
        done = run_cli(*wrong, cwd=tmp_path)
        assert done.returncode == 2 and says in done.stderr and done.stderr.count("\n") == 1
    done = run_cli("report", "--example", "--topics", 2, cwd=tmp_path)
    assert done.returncode == 0 and (tmp_path / "example_report" / "index.html").is_file(), done.stderr
    assert len(json.loads((tmp_path / "example_report" / "manifest.json").read_text(encoding="utf-8"))["inputs"]) == 5


@pytest.mark.parametrize("arguments", [["--help"], ["report", "--help"], ["lab", "--help"], ["--version"]])
def test_help_is_there_at_once(arguments):
    "The best of three: half a second is the limit on a machine that has nothing else to do."
    import time
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        assert run_cli(*arguments).returncode == 0
        taken.append(time.perf_counter() - start)
    assert min(taken) < 0.5


@pytest.mark.parametrize("pattern, options, says", [
    ("a*", [], "two letters beside a wildcard"), ("—", ["--kind", "term"], "needs a letter or digit"), ("East", ["--kind", "category"], "--dictionary"), ("[", ["--kind", "regex"], "not a valid regular expression"),
    ("East", ["--dictionary", "nowhere.csv"], "nowhere.csv: cannot be read")])
def test_a_pattern_that_cannot_be_looked_for_is_one_sentence_and_code_2(seeds, pattern, options, says):
    done = run_cli("kwic", seeds, pattern, *options)
    assert done.returncode == 2 and done.stdout == "" and done.stderr.count("\n") == 1 and says in done.stderr, done.stderr


def test_kwic_finds_concepts_categories_and_terms_of_ones_own(tmp_path):
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("A smart factory in Jiangsu. Smart-factories of Sichuan, works of 江苏.")
    (tmp_path / "mine.csv").write_text("concept,variant\nworks,works\nsmart_factory,factory that is smart\n")
    lines = lambda *options: run_cli("kwic", tmp_path / "texts", *options).stdout.splitlines()
    assert len(lines("smart_factory")) == 2 and len(lines("works")) == 1
    assert [line.split()[-2:] for line in lines("smart_factory", "--lexicon", "lexicon", "--lexicon", tmp_path / "mine.csv", "--window", "0")] == [["smart", "factory"], ["a", "Smart-factories"]]
    assert len(lines("East", "--dictionary", "provinces")) == 1
    assert [line.split("  ")[-1].strip() for line in lines("smart factor*", "--window", "9", "--sort", "right")] == ["A smart factory in Jiang", "Jiangsu. Smart-factories of Sichu"]


def test_what_a_lexicon_takes_over_is_told_in_one_line(tmp_path, seeds):
    (tmp_path / "mine.csv").write_text("concept,variant\nmine,New productivity\n")
    done = run_cli("kwic", seeds, "mine", "--lexicon", "lexicon", "--lexicon", tmp_path / "mine.csv")
    told, counted = done.stderr.splitlines()
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 4 and counted.startswith("4 matches")
    assert told == f"policy-lda: {tmp_path / 'mine.csv'}, line 2: 'new productivity' now counts as mine; in lexicon it is new_quality_productive_forces."


def test_topics_writes_tables_labels_and_an_explorer(tmp_path, seeds):
    done = run_cli("topics", seeds, "-o", tmp_path / "out", "--topics", 3, "--jobs", 1)
    assert done.returncode == 0, done.stderr
    out = tmp_path / "out"
    assert "support" in done.stdout and {"explorer.html", "labels.csv", "model", "topics.csv", "topic_trend.csv"} <= {path.name for path in out.iterdir()}
    labels = pd.read_csv(out / "labels.csv", keep_default_na=False)
    labels.assign(label=["Mine", "", ""]).to_csv(out / "labels.csv", index=False)
    again = run_cli("topics", seeds, "-o", out, "--topics", 3, "--jobs", 2)
    assert again.returncode == 0, again.stderr
    assert pd.read_csv(out / "topics.csv")["label"].str.startswith("Mine").sum() == 1 and pd.read_csv(out / "labels.csv", keep_default_na=False)["label"].tolist() == ["Mine", "", ""]
    done = run_cli("report", seeds, "-o", tmp_path / "report", "--topics", 3, "--labels", out / "labels.csv")
    assert done.returncode == 0, done.stderr
    assert pd.read_csv(tmp_path / "report" / "tables" / "topics.csv")["label"].str.startswith("Mine").sum() == 1
    few = tmp_path / "few"
    few.mkdir()
    (few / "a.txt").write_text("Too little.", encoding="utf-8")
    short = run_cli("topics", few, "-o", tmp_path / "x")
    assert short.returncode == 2 and "too little for a topic model" in short.stderr
