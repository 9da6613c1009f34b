"""The tables that the studies of corpora show when the corpora are not at hand: the notebooks are run on them, and some of their tables kept.

python benchmarks/studies.py DATA [02_government_reports] [05_speeches] [06_wire_copy]     (DATA: the folder with the corpora; default: all) -> nbs/analysis/results/
"""

import argparse
import os
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parent.parent / "nbs" / "analysis"
TABLES = {
    "02_government_reports": {"slogans": 'trend[trend["concept"].isin([*slogans, *chosen])]', "words": "words"},
    "05_speeches": {"sotu_by_year": "by_year[(by_year['concept'] == 'terrorism') & (by_year['n_articles'] > 0)]", "sotu_by_decade": "by_decade", "sotu_bursts": "bursts", "sotu_changes": "changes", "sotu_sentences": "sentences", "sotu_windows": "course", "sotu_drift": "drift",
                    "un_by_state": "states", "un_tests": "tests"},
    "06_wire_copy": {"wire_pairs": "pairs", "wire_outlets": "outlets[['source', 'n_articles', 'n_with']]", "wire_chains": "chains"}}


def main() -> None:
    "Run the studies on their corpora, and keep some of their tables."
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder with the corpora")
    parser.add_argument("studies", nargs="*", choices=[[], *TABLES], help="which to run")
    arguments = parser.parse_args()
    os.environ["POLICY_LDA_DATA"] = str(arguments.data.resolve())
    (FOLDER / "results").mkdir(exist_ok=True)
    for study in arguments.studies or TABLES:
        notebook = nbformat.read(FOLDER / f"{study}.ipynb", as_version=4)
        save = "\n".join(f'{table}.to_csv("results/{name}.csv", index=False, float_format="%.6g")' for name, table in TABLES[study].items())
        notebook.cells.append(nbformat.v4.new_code_cell(save))
        NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(FOLDER)}}).execute()


if __name__ == "__main__":
    main()
