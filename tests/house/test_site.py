"""The notebook of the first hour is current, and every cell of it runs; the site names what there is."""

import json
from pathlib import Path

import pytest
from build_site import PACKAGES, SETTINGS, public_names
from make_notebook import CELLS, PATH

import analysis
import reports
import survey

ROOT = Path(__file__).parents[2]


def test_the_notebook_has_the_cells_that_the_command_writes():
    cells = json.loads(PATH.read_text(encoding="utf-8"))["cells"]
    assert [(cell["cell_type"], "".join(cell["source"])) for cell in cells] == list(CELLS), "make notebook"
    assert all(cell["outputs"] for cell in cells if cell["cell_type"] == "code" and "import" not in cell)


def test_every_cell_of_the_notebook_runs(monkeypatch):
    monkeypatch.chdir(ROOT)
    names = {}
    for kind, text in CELLS:
        if kind == "code":
            exec(compile(text, PATH.name, "exec"), names)
    assert names["flow"].analysed == 2083
    assert len(names["table"]) == len(names["estimates"])


@pytest.mark.parametrize("package", [survey, analysis, reports])
def test_the_reference_of_the_site_has_every_public_name(package):
    assert package.__name__ in PACKAGES
    assert public_names(package.__name__) == sorted(package.__all__)


def pages(entry):
    if isinstance(entry, str):
        return [entry]
    return [page for part in (entry.values() if isinstance(entry, dict) else entry) for page in pages(part)]


def test_every_page_that_the_site_lists_is_there():
    listed = pages(SETTINGS["nav"])
    assert len(listed) > 15
    assert all((ROOT / page).exists() for page in listed if not page.startswith("api/"))
