"""A real survey that nobody here made: which Star Wars films people have seen (tests/star_wars)."""

import json
import shutil
from pathlib import Path

import numpy as np
import pypdfium2
import pytest

from analysis import read_estimates
from reports.cli import main
from survey import read_export, read_responses, read_study
from survey.study.questionnaire import Missing

HERE = Path(__file__).parents[1]
EXPORT = "surveymonkey_two_header_rows.csv"


@pytest.fixture(scope="module")
def folder(shared, tmp_path_factory):
    path = tmp_path_factory.mktemp("star_wars")
    for source in (HERE / "star_wars").iterdir():
        shutil.copy(source, path)
    shutil.copy(shared / "exports" / "real" / EXPORT, path)
    return path


def test_the_select_all_counts_equal_those_expected(folder, shared):
    path = shared / "exports" / "real" / "expected.json"
    expected = json.loads(path.read_text(encoding="utf-8"))["surveymonkey_star_wars"]
    export = read_export(folder / EXPORT)
    assert (export.platform, export.encoding) == ("surveymonkey", "windows-1252")
    responses = read_responses(read_study(folder / "study.toml"))
    assert len(responses) == expected["n"]
    films = responses["films"]
    counts = {
        o.match[0]: int(n) for o, n in zip(films.question.options, films.values.sum(axis=0), strict=True)
    }
    assert counts == expected["ticked_per_film"]
    assert int((films.missing == Missing.ANSWERED).sum()) == expected["respondents_ticking_any"]
    seen = responses.frame["seen_any"].value_counts()
    assert {"Yes": seen["yes"], "No": seen["no"]} == expected["Have you seen any"]


def test_people_who_saw_none_were_not_asked(folder):
    responses = read_responses(read_study(folder / "study.toml"))
    seen, films = responses["seen_any"], responses["films"]
    no = (seen.missing == Missing.ANSWERED) & (seen.values == 1)
    assert no.sum() > 200
    assert set(films.missing[no]) == {Missing.NOT_ASKED}
    assert not films.values[no].any()


def test_both_briefings_are_printed(folder, tmp_path):
    assert main(["report", str(folder / "study.toml"), "--out", str(tmp_path)]) == 0
    for language, words in (("en", "The Empire Strikes Back"), ("zh", "帝国反击战")):
        document = pypdfium2.PdfDocument(tmp_path / f"briefing-{language}.pdf")
        try:
            text = document[0].get_textpage().get_text_range()
        finally:
            document.close()
        assert words in text
        assert "%" in text
    frame = read_estimates(tmp_path / "estimates.csv").frame
    films = frame.query("question == 'films' and by == '' and measure == 'share'").set_index("option")
    assert films["estimate"].idxmax() == "ep5"
    assert set(films["n"]) == {819.0}
    record = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["waves"][0]
    # In a short questionnaire many people answer alike: a mark, nothing more.
    assert {flag["name"]: flag["met"] for flag in record["flow"].pop("flags") if flag["judged"]} == {
        "near_copies": 1, "identical_answers": 735}  # fmt: skip
    copies = record["flow"].pop("copies")
    assert (copies["looked_for"], copies["ordered_by"], copies["counted"]) == (
        "exact_copies",
        "file_order",
        1,
    )
    # Of the six questions most were put only to people who had seen a film: 10 bits, far too few.
    assert (copies["questions"], round(copies["bits"]), copies["reasons"]) == (
        6, 10, ["no_times", "little_information"])  # fmt: skip
    assert record["flow"] == {
        "returned": 1186,
        "steps": [
            {"rule": "ineligible", "removed": 0, "met": 0, "judged": False},
            {"rule": "incomplete", "removed": 140, "met": 140, "judged": True},
            {"rule": "duplicate", "removed": 0, "met": 0, "judged": False},
            {"rule": "speeder", "removed": 0, "met": 0, "judged": False},
        ],
        "analysed": 1046,
    }
    assert record["weighting"]["gap"] < 1e-8
    targets = [c["target"] for m in record["weighting"]["margins"] for c in m["categories"]]
    weighted = [c["weighted"] for m in record["weighting"]["margins"] for c in m["categories"]]
    np.testing.assert_allclose(weighted, targets, atol=1e-9)
