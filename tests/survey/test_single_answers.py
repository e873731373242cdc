"""Cells that look like an answer and are none are refused, never read as something else."""

import numpy as np
import pytest
from tiny_study import tiny_answers

import survey
from survey.errors import ExportError
from survey.study.questionnaire import Missing

TICKS = """\
[questions.q]
kind = "multiple"
text = "Worries"
options.price = { en = "Price", column = "Price" }
options.other = { en = "Other (please specify)", column = "Other (please specify)" }
"""


def read(folder, question, cells, header="Answer"):
    lines = [f"n,{header}", *(f'{i},"{cell}"' for i, cell in enumerate(cells, 1))]
    return tiny_answers(folder, question, "\n".join(lines) + "\n")["q"]


def one(kind, more=""):
    return f'[questions.q]\nkind = "{kind}"\ntext = "Question"\ncolumn = "Answer"\n{more}'


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1,500,000", 1500000), ("12,345,678.5", 12345678.5), ("2000", 2000), ("-3", -3), ("1,500元/月", 1500)],
)
def test_numbers_as_people_write_them(tmp_path, cell, value):
    assert read(tmp_path, one("number"), [cell]).values[0] == value


@pytest.mark.parametrize("cell", ["1500,000", "①", "½", "2000-3000", "1.5万", "约500"])
def test_what_is_not_one_number_is_refused(tmp_path, cell):
    with pytest.raises(ExportError, match="row 3"):
        read(tmp_path, one("number"), ["7", cell])


def test_two_units_in_one_column_are_refused(tmp_path):
    assert list(read(tmp_path, one("number"), ["950元", "1200", "800块"]).values) == [950, 1200, 800]
    with pytest.raises(ExportError, match='row 3, question q: "24个月" is in another unit than "2岁"'):
        read(tmp_path, one("number"), ["2岁", "24个月"])


@pytest.mark.parametrize(
    "cell", ["2021-05", "2021/5", "2021年5月", "2021.5", "2021-05-03", "2021年5月3日", "2021-05-03 00:00:00"]
)
def test_months_as_platforms_write_them(tmp_path, cell):
    assert read(tmp_path, one("month"), [cell]).values[0] == 12 * 2021 + 4


@pytest.mark.parametrize(
    "cell",
    [
        "2021.5-2022.3",
        "2021年5月和2023年6月",
        "2021.1",
        "202105",
        "2021-13",
        "2021",
        "05/2021",
        "2021-5 or 6",
    ],
)
def test_what_is_not_one_month_is_refused(tmp_path, cell):
    with pytest.raises(ExportError, match="row 3"):
        read(tmp_path, one("month"), ["2021-05", cell])


HEADER = "Price,Other (please specify)"


def ticked(folder, *rows, more=""):
    cells = [f'{a}","{b}' for a, b in rows]
    return read(folder, TICKS + more, cells, HEADER)


def test_ticks_are_a_mark_the_options_own_text_or_typed_text(tmp_path):
    found = ticked(tmp_path, ("1", "0"), ("Price", ""), ("price", "my mother"), ("no", "yes"), ("", ""))
    assert found.values.tolist() == [
        [True, False],
        [True, False],
        [True, True],
        [False, True],
        [False, False],
    ]
    assert found.missing.tolist() == [0, 0, 0, 0, Missing.BLANK]


def test_a_row_of_noughts_is_an_answer_and_a_row_of_blanks_is_none(tmp_path):
    found = ticked(tmp_path, ("0", "0"), ("1", "0"), ("", ""), ("", "0"))
    assert found.missing.tolist() == [0, 0, Missing.BLANK, 0]
    assert found.values.sum(axis=0).tolist() == [1, 0]


@pytest.mark.parametrize("cell", ["-1", "NULL", "未选", "—", "N/A", "maybe", "2"])
def test_what_is_no_tick_is_refused(tmp_path, cell):
    with pytest.raises(ExportError, match=r"row 3, question q: .*is not a tick"):
        ticked(tmp_path, ("1", "0"), (cell, "0"))
    if cell not in ("maybe", "2"):  # words that somebody may type
        with pytest.raises(ExportError, match="is not a tick"):
            ticked(tmp_path, ("1", "0"), ("1", cell))


def test_declared_missing_texts_are_blank_in_columns_of_options_too(tmp_path):
    found = ticked(tmp_path, ("1", "0"), ("NA", "NA"), more='missing = ["NA"]\n')
    assert found.missing.tolist() == [0, Missing.BLANK]


HOLDS = 'separator = ";"\noptions.a = { en = "price;quality" }\noptions.b = { en = "far" }\n'


def test_an_option_may_hold_the_separator(tmp_path):
    found = read(tmp_path, one("multiple", HOLDS), ["far", "price;quality;far", "far;price;quality"])
    assert found.values.tolist() == [[False, True], [True, True], [True, True]]


def test_an_option_that_reads_like_two_others_is_refused(tmp_path):
    more = HOLDS + 'options.c = { en = "price" }\noptions.d = { en = "quality" }\n'
    with pytest.raises(ExportError, match='option "a" reads like several others joined by ";"'):
        read(tmp_path, one("multiple", more), ["far"])


OTHER = 'separator = ";"\noptions.a = { en = "far" }\noptions.o = { en = "Other", typed = true }\n'


def test_words_on_no_list_count_as_the_typed_option_only_where_the_study_says_so(tmp_path):
    found = read(tmp_path, one("multiple", OTHER), ["far;too; small", "far", "cold", "Other"])
    assert found.values.tolist() == [[True, True], [True, False], [False, True], [False, True]]
    single = read(tmp_path, one("single", OTHER), ["far", "cold"])
    assert single.values.tolist() == [0, 1]
    with pytest.raises(ExportError, match='"cold" is not one of its options'):
        read(tmp_path, one("multiple", OTHER.replace(", typed = true", "")), ["far", "cold"])


KINDS = 'missing = { dont_know = ["DK"], refused = ["no say"], invalid = ["?"], blank = ["-"] }\n'


def test_kinds_of_missing_are_kept_apart(tmp_path):
    found = read(tmp_path, one("number", KINDS + "valid = [0, 100]"), ["5", "DK", "no say", "?", "-", "101"])
    names = ["ANSWERED", "DONT_KNOW", "REFUSED", "INVALID", "BLANK", "INVALID"]
    assert [Missing(kind).name for kind in found.missing] == names
    assert found.values.tolist()[:1] == [5.0]
    assert np.isnan(found.values[1:]).all()


def test_numbers_alone_are_not_taken_for_texts(tmp_path):
    """In a number download of a question with the options 0, 1, 2 a 1 is the first option, not the second."""
    (tmp_path / "wjx.csv").write_text(
        "序号,提交答卷时间,1、几个孩子？\n1,2024/9/2 9:00:00,1\n2,2024/9/2 9:00:00,3\n", encoding="utf-8"
    )
    with pytest.raises(ExportError, match='export = "wjx_text" or export = "wjx_number"'):
        survey.read_export(tmp_path / "wjx.csv")
    assert survey.read_export(tmp_path / "wjx.csv", "wjx_number").coding == "position"
    assert survey.read_export(tmp_path / "wjx.csv", "wjx_text").coding == "text"


def test_frames_whose_names_or_categories_print_alike_are_refused():
    import pandas as pd

    frame = pd.DataFrame({"a": np.array([1, "1", "2"], dtype=object)})
    for made, words in (
        (pd.DataFrame({1: ["x", "y"], "1": ["x", "y"]}), "twice"),
        (frame, "holds numbers as objects"),
        (frame.assign(a=pd.Series([True, "True", "x"], dtype=object)), "print alike"),
        (pd.DataFrame({"a": [[1], [2]]}), "values that cannot be categories"),
    ):
        with pytest.raises(survey.EstimateError, match=words):
            survey.from_frame(made)
    with pytest.raises(survey.EstimateError, match="does not hold numbers"):
        survey.from_frame(frame.assign(w=pd.Timestamp("2024-01-01"), b="x")[["b", "w"]], "w")
    with pytest.raises(survey.EstimateError, match="range from"):
        survey.from_frame(pd.DataFrame({"b": ["x", "y"], "w": [1e-300, 1.0]}), "w")


def test_the_other_in_mother_takes_no_words(tmp_path):
    own = '[questions.q]\nkind = "multiple"\ntext = "q"\n'
    own += (
        'options.m = { en = "Mother", column = "Mother" }\noptions.o = { en = "Other", column = "Other" }\n'
    )
    found = tiny_answers(tmp_path, own, "n,Mother,Other\n1,1,aunt\n2,0,\n")["q"]
    assert found.values.tolist() == [[True, True], [False, False]]
    with pytest.raises(ExportError, match=r'"aunt" in column "Mother" is not a tick'):
        tiny_answers(tmp_path, own, "n,Mother,Other\n1,aunt,1\n2,0,\n")
