"""Times and durations in every form that platforms and spreadsheets write, or refused by row."""

from contextlib import suppress
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import survey
from survey.errors import ExportError
from survey.exports.dates import Dates
from survey.exports.times import read_durations, read_times, times_and_order


def cells(*texts):
    return np.array(texts, dtype=object), "a.csv", np.arange(2, 2 + len(texts))


def times(*texts, **known):
    return read_times(*cells(*texts), dates=Dates(**known)).astype(str).tolist()


AT_TEN = "2025-09-03T10:04:11"


@pytest.mark.parametrize(
    ("cell", "time"),
    [("2025/9/3 上午10:04:11", AT_TEN), ("2025/9/3 下午3:00:00", "2025-09-03T15:00:00"),
     ("2025年9月3日 10:04", "2025-09-03T10:04:00"), ("2025年9月3日", "2025-09-03T00:00:00"),
     ("2025年9月3日星期三 10时04分11秒", AT_TEN), ("2025/9/3 凌晨3:05", "2025-09-03T03:05:00"),
     ("2025/9/3 中午12:30", "2025-09-03T12:30:00"), ("2025/9/3 晚上8:05", "2025-09-03T20:05:00"),
     ("2025. 9. 3 오전 10:04:11", AT_TEN), ("03 Sep 2025 10:04:11 AM", AT_TEN),
     ("Sep 3, 2025", "2025-09-03T00:00:00"), ("3-Sep-25", "2025-09-03T00:00:00"),
     ("September 3, 2025, 12:00 p.m.", "2025-09-03T12:00:00"), ("03.09.2025", "2025-09-03T00:00:00"),
     ("Wed Sep 03 2025 10:04:11 GMT+0800", AT_TEN), ("2025-09-03T10:04:11.500+08:00", AT_TEN),
     ("2025/09/03 10:04:11 AM GMT+8", AT_TEN), ("2025-09-03T02:04:11Z", "2025-09-03T02:04:11"),
     ("45903.41957176", AT_TEN), ("９/３/２０２５ １０:０４:１１", None), ("", "NaT"),
     ("2025/9/3 12:30 AM", "2025-09-03T00:30:00")],
)  # fmt: skip
def test_a_time_is_read_in_every_form(cell, time):
    if time is None:
        with pytest.raises(ExportError, match=r"2025-03-09, 2025-09-03|2025-09-03, 2025-03-09"):
            times(cell)
        assert times(cell, declared="mdy") == [AT_TEN]
    else:
        assert times(cell) == [time]


@pytest.mark.parametrize(
    "cell",
    ["now", "today", "soon", "20250903", "1756865051000", "2025/13/1", "2025/2/30", "2025/9/3 25:00",
     "2025/9/3 晚上12:00", "2025/9/3 上午13:00", "2025/9/310:04", "2025/9/3 10:61"],
)  # fmt: skip
def test_what_is_no_time_is_refused_by_row(cell):
    with pytest.raises(ExportError, match=r"row 3: .* is not a time"):
        times("2025/9/3", cell)


def test_one_order_holds_for_the_whole_column():
    assert times("3/9/2025", "13/9/2025") == ["2025-09-03T00:00:00", "2025-09-13T00:00:00"]
    assert times("3/9/2025", "9/13/2025")[0] == "2025-03-09T00:00:00"
    assert times("7/27/26 19:06:23", "7/3/26 1:00")[1] == "2026-07-03T01:00:00"
    with pytest.raises(ExportError, match=r"row 4: .*in another order than"):
        times("3/9/2025", "13/9/2025", "9/13/2025")


def test_an_open_order_is_declared_or_shown_by_the_fieldwork_or_usual_or_refused():
    both = ("3/9/2025", "4/9/2025")
    with pytest.raises(ExportError, match=r'row 2: .*2025-09-03, 2025-03-09.*dates = one of "dmy", "mdy"'):
        times(*both)
    september = date(2025, 9, 1), date(2025, 9, 30)
    assert times(*both, declared="mdy", fieldwork=september)[0] == "2025-03-09T00:00:00"
    assert times(*both, usual="mdy", fieldwork=september)[0] == "2025-09-03T00:00:00"
    assert times(*both, usual="dmy")[1] == "2025-09-04T00:00:00"
    with pytest.raises(ExportError, match="can be read as"):  # the days hold both readings
        times(*both, fieldwork=(date(2025, 1, 1), date(2025, 12, 31)))
    with pytest.raises(ExportError, match='row 3: "4/13/2025" is not a date with the day first'):
        times("3/9/2025", "4/13/2025", declared="dmy")
    *_, remark = times_and_order(*cells(*both), dates=Dates(usual="dmy"))
    assert 'dates such as "3/9/2025" are read with the day first (2025-09-03)' in remark


def test_dates_that_a_spreadsheet_half_turned_are_refused():
    with pytest.raises(ExportError, match=r"row 3: .*may have turned round"):
        times("2025-03-09 00:00:00", "13/9/2025")
    assert times("2025-03-19 00:00:00", "13/9/2025")[1] == "2025-09-13T00:00:00"


ORDERS = {"dmy": "{d}{s}{m}{s}{y}", "mdy": "{m}{s}{d}{s}{y}", "ymd": "{y}{s}{m}{s}{d}"}
CLOCKS = {
    " %H:%M:%S": 1, " %I:%M:%S %p": 1, " %H.%M.%S": 1, "T%H:%M:%S": 1, " %H:%M": 60,
    " %H:%M:%S GMT+8": 1, "": 86400,
}  # fmt: skip


@given(
    st.lists(st.datetimes(datetime(2001, 1, 1), datetime(2060, 12, 31)), min_size=1, max_size=6),
    st.sampled_from(list(ORDERS)), st.sampled_from("/-."), st.sampled_from(list(CLOCKS)),
    st.booleans(), st.booleans(), st.sampled_from([None, "usual", "declared", "fieldwork"]),
)  # fmt: skip
def test_known_times_are_read_exactly_or_refused(when, order, sign, clock, short, padded, known):
    when = [one.replace(microsecond=0) for one in when]
    assume(not (short and order == "ymd" and sign == "-"))
    digits = "02d" if padded else "d"
    texts = [
        ORDERS[order].format(d=f"{w.day:{digits}}", m=f"{w.month:{digits}}", s=sign,
                             y=f"{w.year % 100:02d}" if short else w.year) + w.strftime(clock)
        for w in when
    ]  # fmt: skip
    told = {
        "usual": {"usual": order}, "declared": {"declared": order},
        "fieldwork": {"fieldwork": (min(when).date(), max(when).date())}, None: {},
    }[known]  # fmt: skip
    size = timedelta(seconds=CLOCKS[clock])
    right = [np.datetime64(datetime.min + (w - datetime.min) // size * size, "s") for w in when]
    # No country writes 09.03.2025 for 3 September.
    assume(not (sign == "." and order == "mdy" and known is None and all(w.day < 13 for w in when)))
    if known == "declared" or (order == "ymd" and not short):
        assert list(read_times(*cells(*texts), dates=Dates(**told))) == right
    else:
        with suppress(ExportError):
            assert list(read_times(*cells(*texts), dates=Dates(**told))) == right


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [("00:02:16", 136), ("1:02:16", 3736), ("2分16秒", 136), ("2 min 16 s", 136), ("1h 2m", 3720),
     ("136 seconds", 136), ("136.5", 136.5), ("１３６秒", 136), ("1天2小时", 93600), ("", np.nan)],
)  # fmt: skip
def test_times_taken_in_every_form(cell, seconds):
    np.testing.assert_array_equal(read_durations(*cells(cell, "70")), [seconds, 70])


def test_two_parts_are_minutes_and_seconds_only_where_the_column_says_so():
    with pytest.raises(
        ExportError, match=r'row 3: "2:16" can be 2 minutes 16 seconds, or 2 hours 16 minutes'
    ):
        read_durations(*cells("70", "2:16"))
    assert list(read_durations(*cells("1:00:05", "2:16"))) == [3605, 136]


@pytest.mark.parametrize("cell", ["2:75:00", "soon", "1900-01-01 02:00:00", "-5"])
def test_what_is_no_time_taken_is_refused(cell):
    with pytest.raises(ExportError, match=r"row 3: .*not a time taken"):
        read_durations(*cells("70", cell))


def test_parts_of_a_day_are_not_taken_for_seconds():
    with pytest.raises(ExportError, match="looks like a part of a day"):
        read_durations(*cells("0.0015", "0.00157"))


@pytest.mark.parametrize(
    ("cells", "column"),
    [("2025-09-01,soon,60", "提交时间"), ("2025-09-01,2025-09-01,a while", "所用时间")],
)  # fmt: skip
def test_an_error_of_a_time_names_its_column(tmp_path, cells, column):
    first, second, seconds = cells.split(",")
    lines = ["城市,提交时间,所用时间", f"北,{first},60", f"南,{second},{seconds}"]
    (tmp_path / "a.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(ExportError, match="row 3") as caught:
        survey.read_export(tmp_path / "a.csv")
    assert caught.value.where == f'a.csv, column "{column}", row 3'
