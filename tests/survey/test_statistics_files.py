"""SPSS, Stata and Parquet: labels, declared missing values, sets, and damaged files."""

import io
import pickle
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyreadstat
import pytest

import survey
from survey.drafting.study_text import draft_study
from survey.errors import ExportError
from survey.exports import statistics_file
from survey.exports.statistics_child import DICTIONARY, StatisticsFile, packed, unpacked
from survey.study.questionnaire import Missing


def cells(export, *, name=None, option=None, header=None):
    """Return the cells of the one column that has this short name, option or header."""
    found = [
        c
        for c in export.columns
        if name in (None, c.name) and option in (None, c.option) and header in (None, c.header)
    ]
    assert len(found) == 1, [(c.name, c.option, c.header) for c in found]
    return found[0].cells.tolist()


def test_both_sets_of_the_real_spss_file(shared):
    export = survey.read_export(shared / "exports" / "real" / "spss_multiple_response_sets.sav")
    assert cells(export, name="mymrset", option="Response #1")[:3] == ["1", "1", "0"]
    assert cells(export, name="mymrset", option="Response #2")[:3] == ["1", "0", "1"]
    assert cells(export, name="categorical_array")[:3] == ["a┋b", "a┋b┋c", "b┋c┋d"]
    declared = next(c for c in export.columns if c.name == "z")
    assert declared.missing.tolist()[0] == Missing.BLANK  # -9 lies in -999 to 0, which has no label
    assert Missing.NOT_ASKED in declared.missing  # 999 is labelled skipped


def test_kinds_of_missing_by_their_labels(tmp_path):

    frame = pd.DataFrame({"q": [1.0, 2.0, 97.0, 98.0, 99.0, np.nan]})
    labels = {"q": {1: "是", 2: "否", 97: "不知道", 98: "拒答", 99: "不适用"}}
    pyreadstat.write_sav(frame, str(tmp_path / "a.sav"), variable_value_labels=labels,
                         missing_ranges={"q": [97, 98, 99]}, column_labels={"q": "愿意吗？"})  # fmt: skip
    export = survey.read_export(tmp_path / "a.sav")
    assert cells(export, name="q") == ["是", "否", "", "", "", ""]
    kinds = [
        Missing.ANSWERED,
        Missing.ANSWERED,
        Missing.DONT_KNOW,
        Missing.REFUSED,
        Missing.NOT_ASKED,
        Missing.BLANK,
    ]
    assert export.columns[0].missing.tolist() == kinds
    assert export.columns[0].listed == (("是", "是"), ("否", "否"))


def test_days_without_their_format_are_days_and_telephone_numbers_are_none(tmp_path):
    # 13,948,243,200 seconds after 14 October 1582 begins 14 October 2024.
    days = [13_948_243_200.0 + 86_400 * i for i in range(8)] + [np.nan]
    phones = [13_912_345_678.0 + 1_111 * i for i in range(8)] + [np.nan]
    frame = pd.DataFrame({"when": days, "call": phones, "n": [86_400.0 * i for i in range(9)]})
    pyreadstat.write_sav(frame, str(tmp_path / "a.sav"))
    export = survey.read_export(tmp_path / "a.sav")
    assert cells(export, name="when") == [*(f"2024-10-{day}" for day in range(14, 22)), ""]
    assert cells(export, name="n")[1] == "86400"
    drafts = draft_study(export, id="a", responses="a.sav").questions
    assert [str(q.left_out) for q in drafts] == ["", "telephone number", ""]


def test_a_stata_file_with_its_own_missing_values(tmp_path):

    frame = pd.DataFrame({"q": pd.Series([1, 2, "a", "b"], dtype=object), "town": ["A", "B", "A", "B"]})
    pyreadstat.write_dta(frame, str(tmp_path / "a.dta"), missing_user_values={"q": ["a", "b"]},
                         variable_value_labels={"q": {1: "yes", 2: "no", "a": "refused"}})  # fmt: skip
    export = survey.read_export(tmp_path / "a.dta")
    assert export.platform == "stata"
    assert cells(export, name="q") == ["yes", "no", "", ""]
    assert export.columns[0].missing.tolist() == [0, 0, Missing.REFUSED, Missing.BLANK]


def write_parquet(path, columns):
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"COPY (SELECT {columns}) TO '{path}' (FORMAT parquet)")


def test_parquet_is_the_table_it_holds_whatever_platform_wrote_that(tmp_path):
    table = """unnest([1, 2]) AS "序号", '2025/9/1 9:04:11' AS "提交答卷时间",
               unnest(['小店区', '(跳过)']) AS "1、您住哪？", unnest([1.0::DOUBLE, NULL]) AS "2、x" """
    write_parquet(tmp_path / "a [1]*", table)
    export = survey.read_export(tmp_path / "a [1]*")
    assert (export.platform, export.encoding, export.file) == ("wjx", "parquet", "a [1]*")
    assert cells(export, header="x") == ["1", ""]
    assert export.columns[0].missing.tolist() == [0, Missing.NOT_ASKED]


def test_lists_in_cells_are_refused_by_column(tmp_path):
    write_parquet(tmp_path / "a", "unnest([1, 2]) AS n, ['a', 'b'] AS why")
    with pytest.raises(
        ExportError, match='a, column "why": holds lists or tables in its cells; write a column'
    ):
        survey.read_export(tmp_path / "a")


DAMAGED = {
    "a.sav": b"$FL2@(#)",
    "a.dta": b"<stata_dta><header>",
    "b.dta": b"\x72\x02\x01\x00",
    "c.parquet": b"PAR1",
}


@pytest.mark.parametrize(("name", "start"), DAMAGED.items())
def test_a_damaged_file_is_refused_by_name(tmp_path, name, start):
    (tmp_path / name).write_bytes(start + bytes(range(256)) * 3)
    with pytest.raises(ExportError, match=rf"^{name}: .*(?:cannot be read|is not a whole)"):
        survey.read_export(tmp_path / name)


HELD = StatisticsFile(
    pd.DataFrame({
        "n": [1.5, np.nan, -9.0],
        "day": np.array([date(2025, 9, 1), None, date(2025, 9, 1)], dtype=object),
        "said": ["是", " a", "是"],
        "dictionary": pd.Series([2, "a", np.nan], dtype=object),
    }),
    {"n": "多少？", "day": None, "said": "", "dictionary": None},
    {"n": {-9.0: "拒答"}, "dictionary": {2: "yes", "a": "refused"}},
    {"n": [{"lo": -9.0, "hi": -9.0}]},
    {"dictionary": ["a"]},
    {"why": {"label": "", "is_dichotomy": True, "counted_value": 1, "variable_list": ["n"]}},
    "utf-8",
)  # fmt: skip


def test_a_statistics_file_comes_back_as_it_was_packed():
    back = unpacked(packed(HELD))
    for name in ("headers", "labels", "ranges", "user_missing", "sets", "encoding"):
        assert getattr(back, name) == getattr(HELD, name)
    assert back.frame["n"].equals(HELD.frame["n"])
    assert back.frame["day"].tolist()[::2] == ["2025-09-01"] * 2
    assert back.frame["said"].tolist() == ["是", " a", "是"]
    assert back.frame["dictionary"].tolist()[:2] == [2, "a"]
    assert back.frame.isna().equals(HELD.frame.isna())


class Harm:
    """Makes a file where it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def archive(**arrays):
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


def with_code(place):
    """Return a packed file with this place of a text in the list of its different texts."""
    with np.load(io.BytesIO(packed(HELD))) as whole:
        arrays = dict(whole)
    arrays["2"] = np.array([0, 1, place])
    return archive(**arrays)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda harm: pickle.dumps(harm),
        lambda harm: archive(**{DICTIONARY: np.array([harm], dtype=object)}),
        lambda harm: packed(HELD)[:-40],
        lambda harm: with_code(2),
        lambda harm: with_code(-2),
        lambda harm: archive(**{DICTIONARY: np.frombuffer(b"{}", np.uint8)}),
        lambda harm: b"",
    ],
)
def test_a_spoilt_answer_of_the_process_that_reads_is_refused_and_runs_nothing(tmp_path, monkeypatch, spoil):
    harmed = tmp_path / "harmed"
    (tmp_path / "answer").write_bytes(spoil(Harm(harmed)))
    (tmp_path / "a.sav").write_bytes(b"$FL2@(#)")
    written = "import sys; from pathlib import Path; sys.stdout.buffer.write(Path({!r}).read_bytes())"
    monkeypatch.setattr(statistics_file, "CHILD", written.format(str(tmp_path / "answer")))
    with pytest.raises(ExportError, match=r"^a\.sav: .*its reader crashed"):
        survey.read_export(tmp_path / "a.sav")
    assert not harmed.exists()


def test_a_platform_that_does_not_fit_the_file_is_refused(samples, tmp_path):
    sav = samples / "spss.sav"
    with pytest.raises(ExportError, match='is not what export = "wjx" says, but SPSS; leave export out'):
        survey.read_export(sav, "wjx")
    (tmp_path / "a.csv").write_text("n,q\n1,a\n", encoding="utf-8")
    with pytest.raises(ExportError, match='is not what export = "stata" says, but text or a workbook'):
        survey.read_export(tmp_path / "a.csv", "stata")
