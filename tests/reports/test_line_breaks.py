"""Labels of charts in lines: nothing lost but behind an ellipsis, none too wide, none led by a comma."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.language.line_breaks import CLOSING, ems, widest, within, wrapped


@pytest.mark.parametrize(
    ("text", "width", "lines", "expected"),
    [
        ("价格偏高", 10, 2, "价格偏高"),
        ("质量不放心（师资、安全等）", 8, 3, "质量不放心（师资、\n安全等）"),
        ("Quality and staff", 6, 3, "Quality\nand staff"),
        ("Quality and staff", 6, 1, "Quality…"),
        ("unbreakablelongword", 3, 2, "unbreakablelongword"),
        ("", 5, 2, ""),
    ],
)
def test_by_hand(text, width, lines, expected):
    assert wrapped(text, width, lines) == expected


@given(
    text=st.text(alphabet="ab c，价格、（）.", max_size=60), width=st.integers(4, 20), lines=st.integers(1, 4)
)
def test_a_label_keeps_its_letters_and_its_lines(text, width, lines):
    found = wrapped(text, width, lines)
    assert len(found.split("\n")) <= lines
    kept = "".join(found.split()).removesuffix("…")
    assert "".join(text.split()).startswith(kept)
    if not found.endswith("…"):
        assert kept == "".join(text.split())
    for line in found.split("\n")[1:]:
        assert line[0] not in CLOSING
    longest = max((ems(word) for word in text.split()), default=0)
    assert widest([found]) <= max(width, longest) + ems("…") + 60 * (any(c in text for c in CLOSING))


def test_a_font_is_listed_once_however_many_charts_are_drawn():
    from matplotlib import font_manager

    from reports.charts import style as charts
    from reports.page.fonts import find_fonts

    def listed():
        return sum(entry.fname == str(find_fonts().sans) for entry in font_manager.fontManager.ttflist)

    for _ in range(3):
        with charts.style(find_fonts().sans):
            pass
    assert listed() == 1


def test_a_headline_is_the_longest_of_its_wordings_that_is_short_enough():
    assert within("七" * 33, "八" * 32, "九") == "八" * 32
    assert within("七，“八”。" * 16, "九") == "七，“八”。" * 16  # punctuation does not count
    words = ["word " * 21, "word " * 20, "word"]
    assert within(*words) == words[1]
    assert within("word " * 30, "word " * 21) == "word " * 21
