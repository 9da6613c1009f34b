"""The numbers that the study of the government work reports shows when the reports are not at hand.

python benchmarks/government_reports.py DATA     (DATA: the folder with the corpora)
"""

import argparse
import os
from pathlib import Path

import nbformat
from nbclient import NotebookClient

STUDY = Path(__file__).resolve().parent.parent / "nbs" / "analysis" / "02_government_reports.ipynb"
SAVE = """
Path("results").mkdir(exist_ok=True)
trend[trend["concept"].isin([*slogans, *chosen])].to_csv("results/slogans.csv", index=False, float_format="%.6g")
words.to_csv("results/words.csv", index=False, float_format="%.6g")
"""


def main() -> None:
    "Run the study on the reports, and keep two of its tables."
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder with the corpora")
    os.environ["POLICY_LDA_DATA"] = str(parser.parse_args().data.resolve())
    notebook = nbformat.read(STUDY, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(SAVE))
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(STUDY.parent)}}).execute()


if __name__ == "__main__":
    main()
