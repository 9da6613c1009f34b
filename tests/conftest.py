"""What several tests share: the folder of real corpora, the browser, and one report of the seeds."""
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
COMPLETE = os.environ.get("POLICY_LDA_COMPLETE") == "1"


def missing(what: str):
    "Skip with the reason; under POLICY_LDA_COMPLETE=1 (CI) fail instead."
    (pytest.fail if COMPLETE else pytest.skip)(what)


def run_cli(*arguments, cwd=None) -> subprocess.CompletedProcess:
    "Run the installed command line in a process of its own."
    return subprocess.run([Path(sys.executable).with_name("policy-lda"), *map(str, arguments)], cwd=cwd, capture_output=True, text=True)


@pytest.fixture(scope="session")
def corpora() -> Path:
    "The folder of real corpora, from POLICY_LDA_DATA."
    folder = os.environ.get("POLICY_LDA_DATA")
    if not folder or not Path(folder).is_dir():
        missing("POLICY_LDA_DATA does not name the folder of corpora")
    return Path(folder)


@pytest.fixture(scope="session")
def chromium() -> str:
    "The path of Chromium."
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not path:
        missing("Chromium is not installed")
    return path


@contextmanager
def launched(chromium: str):
    "A headless browser that asks nothing of any host by itself."
    from playwright.sync_api import sync_playwright
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def seeds() -> Path:
    return ROOT / "seeds"


@pytest.fixture(scope="session")
def seed_report() -> Path:
    "The report of the seeds, made once by the command line, also for the site; tests that use it carry the xdist group `report`."
    from notebooks import seed_report
    return seed_report()
