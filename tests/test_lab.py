"""The way into JupyterLab: what `policy-lda lab` puts where and refuses, and the report's notebook run in a real JupyterLab in headless Chromium."""
import importlib.util
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import nbformat
import pytest
from conftest import COMPLETE, launched, run_cli

from policy_lda.cli import main
from policy_lda.lab import write_lab_notebook
from policy_lda.report import notebook_settings, verify_report


@pytest.fixture
def started(monkeypatch):
    "The commands that would have taken this process's place; none does."
    commands = []
    monkeypatch.setattr(os, "execve", lambda program, arguments, environment: commands.append(arguments))
    return commands


@pytest.mark.parametrize("content", ["missing", "empty", "unreadable", "inside"])
def test_what_cannot_be_opened_is_one_sentence_and_code_2(tmp_path, monkeypatch, capsys, started, content):
    folder = tmp_path / "articles"
    if content != "missing":
        folder.mkdir()
    if content == "unreadable":
        (folder / "a.txt").write_bytes(b"\0")
    if content == "inside":
        (folder / "a.txt").write_text("Growth is fast.")
    monkeypatch.chdir(folder if content == "inside" else tmp_path)
    assert main(["lab", str(folder), "--no-browser"]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith("policy-lda: ") and said.err.count("\n") == 1
    assert not started and not list(tmp_path.rglob("*.ipynb"))


def test_without_jupyterlab_it_says_what_to_install(tmp_path, monkeypatch, capsys, started):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "jupyterlab" else find(name, *rest))
    monkeypatch.chdir(tmp_path)
    assert main(["lab"]) == 2 and capsys.readouterr().err == "policy-lda: JupyterLab is not installed: install `policy-lda[lab]`.\n"
    assert not started and not list(tmp_path.iterdir())


def test_port_and_no_browser_reach_jupyterlab_and_a_second_call_finds_the_notebook(tmp_path, monkeypatch, capsys, seeds, started):
    monkeypatch.chdir(tmp_path)
    main(["lab", str(seeds), "--no-browser", "--port", "8899"])
    main(["lab", str(seeds)])
    main(["lab", str(seeds), "--new"])
    first, second, third = started
    assert {"--no-browser", "--port=8899"} <= set(first) and not {"--no-browser", "--port=8899"} & set(second)
    assert "--LabApp.default_url=/lab/tree/report_seeds.ipynb" in second and "--LabApp.default_url=/lab/tree/report_seeds_2.ipynb" in third
    assert [line.split(" (")[0] for line in capsys.readouterr().out.splitlines()] == [f"report_seeds.ipynb: a new notebook for {seeds}.", "report_seeds.ipynb: opened as you left it", f"report_seeds_2.ipynb: a new notebook for {seeds}."]


@pytest.mark.parametrize("port", ["0", "65536", "web"])
def test_a_port_that_is_none_is_code_2(port):
    done = run_cli("lab", "--port", port)
    assert done.returncode == 2 and "must be a whole number from 1 to 65535" in done.stderr


def test_a_file_of_records_and_odd_names(tmp_path):
    (tmp_path / "all.records.jsonl").write_text(json.dumps({"id": "a", "text": "Growth is fast."}))
    odd = tmp_path / "it's \"mixed\" {文章}\\tables"
    odd.mkdir()
    (odd / "a.txt").write_text("Growth is fast.")
    (tmp_path / "report_all").mkdir()
    path, new = write_lab_notebook(tmp_path / "all.records.jsonl", tmp_path)
    assert new and path.name == "report_all_2.ipynb", "the folder report_all is somebody's"
    path, _ = write_lab_notebook(odd, tmp_path)
    assert path.name == "report_it_s_mixed_文章_tables.ipynb" and notebook_settings(path)["FOLDER"] == str(odd.resolve())
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            compile(cell.source, "cell", "exec")


def test_other_peoples_notebooks_stay(tmp_path, seeds):
    (tmp_path / "report_seeds.ipynb").write_text("{\"mine\": 1}")
    (tmp_path / "report_seeds_2.ipynb").write_text("not even JSON")
    path, new = write_lab_notebook(seeds, tmp_path)
    assert new and path.name == "report_seeds_3.ipynb" and (tmp_path / "report_seeds.ipynb").read_text() == "{\"mine\": 1}"
    before = path.read_bytes()
    assert write_lab_notebook(seeds, tmp_path) == (path, False) and path.read_bytes() == before


@pytest.fixture
def lab(tmp_path):
    "JupyterLab as `policy-lda lab --no-browser` starts it in an empty folder, with no settings of the user's; its address and the folder."
    if not COMPLETE:
        pytest.importorskip("jupyterlab")
    here, own = tmp_path / "here", tmp_path / "jupyter"
    here.mkdir()
    environment = os.environ | {f"JUPYTER_{name}_DIR": str(own / name) for name in ("CONFIG", "DATA", "RUNTIME")} | {"IPYTHONDIR": str(own / "ipython")}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([Path(sys.executable).with_name("policy-lda"), "lab", "--no-browser", "--port", str(port)], cwd=here, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said, address = [], None
    try:
        for line in server.stdout:
            said.append(line)
            if address := re.search(rf"http://127\.0\.0\.1:{port}/\S+", line):
                break
        assert address, "".join(said)
        threading.Thread(target=lambda: said.extend(server.stdout), daemon=True).start()
        yield address[0], here
    finally:
        server.terminate()
        server.wait(30)


def wait_until(true, seconds: float, what: str):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"{what}: not after {seconds:.0f} seconds"
        time.sleep(0.2)


def run_all(page, here):
    "Choose Run All Cells in the menu and wait until the last cell has run and the kernel is idle."
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=60_000)
    kernel = page.locator("#jp-main-statusbar").get_by_text("| Idle")
    kernel.wait_for(timeout=60_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    wrong = page.locator("[data-mime-type='application/vnd.jupyter.stderr']")
    wait_until(lambda: re.fullmatch(r"\[\d+\]:", page.locator(".jp-CodeCell .jp-InputPrompt").last.text_content()) or wrong.count(), 240, "the last cell")
    assert not wrong.count(), wrong.first.text_content()
    kernel.wait_for(timeout=10_000)
    page.keyboard.press("Control+s")
    wait_until(lambda: nbformat.read(here / "report_seeds.ipynb", as_version=4).cells[-1].execution_count, 20, "saving")


@pytest.mark.xdist_group("report")
def test_the_report_runs_in_jupyterlab(lab, chromium, tmp_path):
    address, here = lab
    with launched(chromium) as browser:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        errors, hosts = [], set()
        page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda request: hosts.add(request.url.split("/")[2]) if request.url.startswith("http") else None)
        page.goto(address)
        run_all(page, here)

        # on disk: every cell has run, nothing went wrong, everything lies in one folder, which is a report
        notebook = nbformat.read(here / "report_seeds.ipynb", as_version=4)
        outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
        assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")
        assert not [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]
        assert not [output for output in outputs if "application/vnd.jupyter.widget-view+json" in output.get("data", {})], "bars that are done are gone"
        assert {path.name for path in here.iterdir()} - {".ipynb_checkpoints"} == {"report_seeds.ipynb", "report_seeds"}
        results = here / "report_seeds"
        assert {path.name for path in results.iterdir()} == {"tables", "figures", "model", "manifest.json"} and verify_report(results).empty

        # on the screen: every figure, tables set as tables are, keywords in one column, marks, links to the files
        output = page.locator(".jp-OutputArea-output")
        images = page.evaluate("[...document.querySelectorAll('.jp-OutputArea-output img')].map(i => [i.complete && i.naturalWidth > 0 && i.width <= i.closest('.jp-OutputArea').clientWidth, i.alt])")
        assert len(images) == len(list((results / "figures").glob("*.svg"))) >= 12 and all(shown and alt for shown, alt in images)
        first = output.locator(".table table").first
        assert [first.locator("td").nth(n).evaluate("cell => getComputedStyle(cell).textAlign") for n in (0, 6)] == ["left", "right"]
        assert output.locator(".table table").count() >= 20 and output.locator(".ledger mark").count() >= 20
        middle = page.evaluate("[...document.querySelectorAll('.jp-OutputArea-output > table.kwic tr, .jp-RenderedHTMLCommon > table.kwic tr')].map(row => { const box = row.cells[2].getBoundingClientRect(); return Math.round(box.left + box.width / 2) })")
        assert len(middle) >= 10 and len(set(middle)) == 1
        assert output.get_by_role("link", name="report_seeds/tables/articles.csv").first.is_visible()

        explorer = output.frame_locator("iframe[title='Topic explorer']")
        output.locator("iframe[title='Topic explorer']").scroll_into_view_if_needed()
        explorer.locator("#list label").nth(1).click()
        assert explorer.locator("#name").text_content().startswith("2. ")
        page.screenshot(path=tmp_path / "explorer.png")
        assert not errors and hosts == {address.split("/")[2]}
