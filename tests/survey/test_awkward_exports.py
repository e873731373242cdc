"""Exports as people hand them on, counted right or refused: a short run of `make fuzz`, and what it found."""

import random
import re
from unittest.mock import patch

import pytest
from awkward_exports import PLATFORMS, table_of
from folder_read import differences, plain_rows
from oddities import empty_columns, invisible_headings, title, total, written
from read_back import faults, outcome
from sample_people import QUESTIONS
from write_samples import csv_text

import survey
from survey.drafting.study_text import draft_study
from survey.errors import ExportError
from survey.responses.number_cells import is_number


@pytest.mark.parametrize("seed", range(1, 13))
def test_what_is_read_is_what_was_answered(tmp_path, seed):
    table, found, _ = outcome(seed, tmp_path)
    assert not found, table


def made(platform, *oddities, seed=3):
    rng = random.Random(seed)
    table = table_of(platform, rng)
    for oddity in oddities:
        table.oddities.append("")
        oddity(table, rng)
    return table


def read(folder, table, name="a.csv"):
    (folder / name).write_bytes(csv_text(table.rows, table.separator))
    return folder / name


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_header_is_found_under_a_title(tmp_path, platform):
    table = made(platform, title)
    assert table.rows[0][1] == ""
    assert faults(table, read(tmp_path, table)) == []


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_row_of_totals_is_refused_by_row_whatever_the_platform(tmp_path, platform):
    table = made(platform, total)
    path = read(tmp_path, table)
    with pytest.raises(ExportError, match=rf"row {len(table.rows)}\b"):
        faults(table, path)
    del table.rows[-1]
    assert faults(table, read(tmp_path, table)) == []


@pytest.mark.parametrize("platform", PLATFORMS)
def test_what_nobody_sees_in_a_heading_changes_nothing(tmp_path, platform):
    for seed in (1, 2):
        table = made(platform, invisible_headings, seed=seed)
        assert faults(table, read(tmp_path, table)) == [], table


def test_a_column_without_a_heading_is_no_row_of_a_matrix(tmp_path):
    table = made("wjx_text", empty_columns)
    for row in table.rows:
        row[-1] = ""
    assert faults(table, read(tmp_path, table)) == []


@pytest.mark.parametrize("platform", sorted({*PLATFORMS} - {"typeform"}))
@pytest.mark.parametrize("heading", ["备用", ""])
def test_an_empty_column_between_options_parts_no_question(tmp_path, platform, heading):
    # Typeform has nothing to tell it from an option that nobody chose.
    table = made(platform)
    for name in ("why", "value"):
        at = table.places(name)[-1]
        for i, row in enumerate(table.rows):
            row.insert(at, heading if i == 0 else "")
        table.asks.insert(at, "+")
    if heading:
        table.rows[0][at] += "2"
    assert faults(table, read(tmp_path, table)) == []


BY_PLACE = {"google_forms_download", "google_sheets"}


@pytest.mark.parametrize(
    ("platform", "at"), [(name, at) for name in PLATFORMS for at in (0, 2) if at or name not in BY_PLACE]
)
def test_an_empty_column_among_the_platforms_own_makes_none_of_them_a_question(tmp_path, platform, at):
    table = made(platform)
    for i, row in enumerate(table.rows):
        row.insert(at, "备用" if i == 0 else "")
    table.asks.insert(at, "+")
    assert faults(table, read(tmp_path, table)) == []


def test_an_invisible_mark_before_a_letter_leaves_the_options_whole(tmp_path):
    table = made("tencent")
    place = table.places("rel")[0]
    table.rows[3][place] = "\u2060" + table.rows[3][place]
    assert faults(table, read(tmp_path, table)) == []


@pytest.mark.parametrize("platform", ["odk", "surveymonkey", "typeform", "jinshuju", "tencent_docs"])
def test_the_platforms_own_columns_may_stand_behind_the_answers(tmp_path, platform):
    table = made(platform)
    first = min(i for i, name in enumerate(table.asks) if name in QUESTIONS)
    table.rows = [row[first:] + row[:first] for row in table.rows]
    table.asks = table.asks[first:] + table.asks[:first]
    assert faults(table, read(tmp_path, table)) == []


OPTIONS = (
    "顾虑:费用：太高",
    "顾虑:费用：不清楚",
    "顾虑:远",
    "看重：老师:多",
    "看重：老师:好",
    "看重：卫生:好",
    "看重：卫生:有人管",
)


def test_signs_between_question_and_option_may_stand_in_both(tmp_path):
    rng = random.Random(5)
    rows = [
        ["城市", *OPTIONS],
        *[["北", *(str(int(rng.random() < 0.5)) for _ in OPTIONS)] for _ in range(40)],
    ]
    (tmp_path / "a.csv").write_bytes(csv_text(rows))
    drafted = draft_study(survey.read_export(tmp_path / "a.csv"), id="a", responses="a.csv").questions
    found = {q.text: [o.label for o in q.options] for q in drafted if q.kind == "multiple"}
    assert found == {
        "顾虑": ["费用：太高", "费用：不清楚", "远"],
        "看重：老师": ["多", "好"],
        "看重：卫生": ["好", "有人管"],
    }


def test_ticks_in_capitals_are_the_same_options(tmp_path):
    cells = ["PRICE,STAFF,NEAR", *["Price,Staff", "Near", "Staff,Near", "Price"] * 6]
    rows = [["Town", "What counts?"], *[["x", cell] for cell in cells]]
    (tmp_path / "a.csv").write_bytes(csv_text(rows))
    drafted = draft_study(survey.read_export(tmp_path / "a.csv"), id="a", responses="a.csv").questions
    assert sorted(option.label.lower() for option in drafted[1].options) == ["near", "price", "staff"]


def test_an_arrow_in_a_remark_makes_no_ranking(tmp_path):
    words = [f"somebody's words, {i}" for i in range(20)]
    for cells, kind in ((["甲→乙", *words], "text"), (["甲→乙→丙", "乙→甲→丙", "丙"] * 7, "multiple")):
        (tmp_path / "a.csv").write_bytes(csv_text([["Town", "Remark"], *[["x", cell] for cell in cells]]))
        draft = draft_study(survey.read_export(tmp_path / "a.csv"), id="a", responses="a.csv")
        assert (draft.questions[1].kind, draft.questions[1].top) == (kind, int(kind == "multiple"))


@pytest.mark.parametrize(
    "cells",
    [("1 200", "800"), ("1200,00", "800"), ("1\u202f200", "1\u00a0800"), ("1'200", "800"),
     ("1.200,00", "800,00"), ("1,200.50", "¥800"), ("342,07", "1200,50"), ("342,07", "800")],
)  # fmt: skip
def test_amounts_in_the_usual_formats_are_drafted_as_numbers(tmp_path, cells):
    rows = [["Town", "Fee"], *[["x", cell] for cell in cells * 10]]
    (tmp_path / "a.csv").write_bytes(csv_text(rows))
    (_, fee) = draft_study(survey.read_export(tmp_path / "a.csv"), id="a", responses="a.csv").questions
    assert (fee.kind, fee.options) == ("number", ())


@pytest.mark.parametrize("cell", ["1,5", "1,2,3", "1 2", "2025-09-01", "8:00", "1-2", "½", "甲1", "-"])
def test_what_could_be_ticks_or_a_date_is_no_number(cell):
    assert not is_number(cell)


def test_a_file_is_drawn_the_same_from_the_same_seed(tmp_path):
    tables = [outcome(7, tmp_path)[0] for _ in range(2)]
    assert tables[0].rows == tables[1].rows
    assert re.search(r"\w+ as \w+", str(tables[0]))
    assert written(tables[0], random.Random(1))[0].startswith("a.")


@pytest.mark.parametrize("platform", ["wjx_text", "odk", "plain_columns"])
def test_one_file_and_a_folder_of_files_give_the_same_counts(tmp_path, platform):
    table = made(platform)
    export = survey.read_export(read(tmp_path, table))
    assert differences(export, tmp_path) == []
    # One person less in one of the files is seen.
    header, rows = plain_rows(export)
    with patch("folder_read.plain_rows", lambda _: (header, Rows(rows))):
        assert any(fault.startswith("people") for fault in differences(export, tmp_path))


class Rows(list):
    """Rows of which every part of several lacks its last."""

    def __getitem__(self, place):
        return super().__getitem__(place)[:-1] if isinstance(place, slice) else super().__getitem__(place)
