"""A page for each group: what it holds, what it withholds, its file, and that verify makes it again."""

import io
import re
from dataclasses import replace

import numpy as np
import pikepdf
import pytest
from tiny_study import tiny_study

from reports.cli import main
from reports.commands.report import stored_estimates
from reports.page.fonts import find_fonts
from reports.page.group_pages import group_briefings
from reports.page.typeset import typeset
from reports.results.declared import issue_date
from reports.results.results import results_of
from reports.sections.document import document_of
from reports.sections.group_page import group_pages
from survey import read_study

STUDY = "data/taiyuan/study.toml"


def texts(value):
    if isinstance(value, dict):
        value = value.values()
    if isinstance(value, str):
        return value + "\n"
    return (
        "".join(map(texts, value)) if isinstance(value, (list, tuple)) or hasattr(value, "__iter__") else ""
    )


@pytest.fixture(scope="module")
def stored(demo):
    return read_study(STUDY), stored_estimates(demo)


@pytest.fixture(scope="module", params=["zh", "en"])
def pages(stored, request):
    return {page.code: page for page in group_pages(results_of(*stored, request.param), "district")}


def test_every_district_has_a_page_and_one_without_any_published_share_says_so(pages, stored):
    assert list(pages) == [
        code for code in read_study(STUDY).questionnaire["district"].codes if code != "outside"
    ]
    for code in ("yangqu", "loufan"):
        told = texts(pages[code].sections)
        assert "不予公布" in told or "No results for" in told
        assert not re.search(r"\d", told)
        assert not re.search(r"\d{2,}", pages[code].subtitle.replace("2024", ""))


def test_figures_are_those_published_and_what_is_clear_is_said(stored):
    results = results_of(*stored, "en")
    page = {page.code: page for page in group_pages(results, "district")}["yingze"]
    headings = [heading for heading, _ in page.sections]
    assert headings == ["Main findings", "Answers", "Amounts and fees", "How to read this"]
    assert page.sections[0][1][0]["texts"] == [
        "Fewer parents in Yingze (−18 points) than in other districts say nurseries cost too much."
    ]
    (table,) = page.sections[1][1]
    row = table["table"]["groups"][0]["rows"][0]
    own = results.row("share", "concerns", "price", by="district", group="yingze")
    assert row[:2] == ("Price", f"{100 * own.estimate:.0f}")
    assert row[3] == f"{100 * results.share('concerns', 'price').estimate:.0f}"
    assert row[4] == "−18 [d]"
    assert "336 people of Yingze" in page.subtitle


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_figure_of_a_withheld_row_is_on_any_page(stored, language):
    """Every withheld row is given a number that is nowhere else: none of it may come out."""
    study, estimates = stored
    frame = estimates.frame.copy()
    held = (frame["flag"] == "suppress").to_numpy()
    for name in ("estimate", "conf_low", "conf_high"):
        frame[name] = np.where(held, 7.7777, frame[name])
    frame["n"] = np.where(held, 7777.0, frame["n"])
    poisoned = results_of(study, replace(estimates, frame=frame), language)
    clean = results_of(study, estimates, language)
    for one, other in zip(group_pages(poisoned, "district"), group_pages(clean, "district"), strict=True):
        assert not re.search(r"7,?7?77|77[78]", texts([one.subtitle, one.sections]))
        assert (one.subtitle, texts(one.sections)) == (other.subtitle, texts(other.sections))


def test_a_page_is_one_sheet_with_row_headers(stored):
    document = document_of(*stored, "zh", inputs="")
    briefing = next(group_briefings(document, "district"))
    assert briefing.name == "groups/district-01-xiaodian-zh"
    data = typeset(briefing, find_fonts(), issued=issue_date(stored[0]), warn=pytest.fail)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert len(pdf.pages) == 1
        assert pdf.Root.MarkInfo.Marked
    assert data.count(b"/TH") or b"ObjStm" in data


TABLES = """
[questions.town]
kind = "single"
column = "town"
text = { zh = "区" }
options.a = { zh = "甲" }
options.b = { zh = "乙" }
[questions.price]
kind = "single"
column = "price"
text = { zh = "贵吗" }
options.yes = { zh = "贵" }
options.no = { zh = "不贵" }
[weighting]
method = "none"
[estimates]
shares = ["price"]
by = ["town"]
"""


def test_verify_makes_them_again_and_names_of_files_are_safe(tmp_path, capsys):
    rng = np.random.default_rng(4)
    rows = [f"{'甲乙'[i % 2]},{('贵', '不贵')[rng.integers(2)]}" for i in range(400)]
    tiny_study(tmp_path, TABLES, "town,price\n" + "\n".join(rows))
    path, out = str(tmp_path / "study.toml"), tmp_path / "out"
    assert main(["report", path, "--group", "price", "--out", str(out)]) == 2
    assert '"price" is not among by of [estimates] (town)' in capsys.readouterr().err
    assert not out.exists()
    assert main(["report", path, "--group", "town", "--out", str(out)]) == 0
    names = sorted(file.name for file in (out / "groups").iterdir())
    assert names == [f"town-{code}-{language}.pdf" for code in ("01-a", "02-b") for language in ("en", "zh")]
    assert main(["verify", str(out)]) == 0
    (out / "groups" / names[0]).write_bytes(b"%PDF-1.7 another")
    capsys.readouterr()
    assert main(["verify", str(out)]) == 1
    assert f"groups/{names[0]}: was altered since" in capsys.readouterr().out
    # Printed anew without them, they go.
    assert main(["report", path, "--all", "--out", str(out)]) == 0
    assert not (out / "groups").exists()
