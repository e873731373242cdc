"""Shares in words: a phrase is used only where it is true of the share and of its whole interval."""

import re
import tomllib
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.language.phrases import EXACT, PHRASES, phrase_for

ROOT = Path(__file__).parents[2]
WORDS = {
    language: tomllib.loads(
        (ROOT / "reports" / "language" / "words" / f"{language}.toml").read_text(encoding="utf-8")
    )
    for language in ("zh", "en")
}


@pytest.mark.parametrize(
    ("share", "low", "high", "key"),
    [
        # What was printed of Taiyuan in 2023: about 80%, nearly half, a quarter.
        (0.80, 0.78, 0.82, "tenths_8"), (0.477, 0.453, 0.502, "nearly_half"),
        (0.254, 0.233, 0.276, "quarter"),
        # A rounding phrase ends where the interval leaves its range, at either end.
        (0.80, 0.75, 0.85, "tenths_8"), (0.80, 0.7499, 0.85, "over_two_thirds"), (0.80, 0.66, 0.85, None),
        (0.80, 0.76, 0.8501, "over_three_quarters"), (0.77, 0.72, 0.82, "over_two_thirds"),
        (0.49, 0.46, 0.52, "nearly_half"), (0.4901, 0.46, 0.52, "half"), (0.49, 0.46, 0.5201, "half"),
        (0.52, 0.47, 0.55, "half"), (0.5201, 0.47, 0.55, None), (0.54, 0.501, 0.58, "over_half"),
        (0.54, 0.5, 0.58, None), (0.235, 0.21, 0.29, "quarter"), (0.2349, 0.21, 0.29, None),
        # A claim needs the whole interval on its side.
        (0.70, 0.667, 0.74, "tenths_7"), (0.735, 0.6667, 0.8, "over_two_thirds"),
        (0.735, 0.6666, 0.8, None), (0.64, 0.60, 0.68, "over_half"), (0.71, 0.60, 0.78, None),
        (0.95, 0.901, 0.99, "over_nine_tenths"), (1.0, 0.95, 1.0, "over_nine_tenths"),
        (0.95, 0.9, 0.99, "over_three_quarters"), (0.96, 0.9, 0.99, None),
        (0.0, 0.0, 0.05, "under_tenth"), (0.06, 0.02, 0.0999, "under_tenth"), (0.05, 0.02, 0.1, None),
        # What says less than the figure is not made: fewer than half, than a third, than a quarter.
        (0.44, 0.40, 0.4999, None), (0.30, 0.24, 0.33, None), (0.16, 0.10, 0.249, None),
    ],
)  # fmt: skip
def test_a_phrase_ends_where_its_range_ends(share, low, high, key):
    found = phrase_for((share, low, high))
    assert (found.key if found else None) == key


@given(share=st.floats(0, 1), below=st.floats(0, 1), above=st.floats(0, 1))
def test_a_phrase_is_never_used_where_its_interval_leaves_its_range(share, below, above):
    low, high = share - share * below, share + (1 - share) * above
    found = phrase_for((share, low, high))
    if found is None:
        return
    assert found.low <= low <= share <= high <= found.high
    said = {"half": "1/2", "tenth": "1/10", "quarter": "1/4", "third": "1/3", "two_thirds": "2/3",
            "three_quarters": "3/4", "nine_tenths": "9/10"}  # fmt: skip
    if found.key.startswith("over_"):
        assert Fraction(repr(low)) > Fraction(said[found.key.removeprefix("over_")])
    if found.key.startswith("under_"):
        assert Fraction(repr(high)) < Fraction(said[found.key.removeprefix("under_")])


@given(share=st.floats(0, 1))
def test_an_interval_as_wide_as_the_scale_has_no_phrase(share):
    assert phrase_for((share, 0.0, 1.0)) is None


def test_every_phrase_is_worded_and_can_be_reached():
    keys = [phrase.key for phrase in PHRASES]
    assert len(set(keys)) == len(keys)
    for language in WORDS.values():
        assert set(language["fraction"]) == {*keys, "of", "counted"}
        assert set(language["exact"]) == set(EXACT)
    reached = set()
    for share in range(1001):
        for half in (0.001, 0.01, 0.02, 0.03, 0.04, 0.06, 0.08):
            p = share / 1000
            found = phrase_for((p, max(p - half, 0), min(p + half, 1)))
            reached |= {found.key} if found else set()
    assert reached == {phrase.key for phrase in PHRASES if not phrase.poor}
    assert {p.key for p in PHRASES if p.poor} == {"under_quarter", "under_third", "under_half"}


def test_the_docs_print_the_rules_as_they_are():
    text = (ROOT / "docs" / "wording.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\S[^|]*) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)[1:]
    rows = [row for row in rows if not set(row[0]) <= {"-"}]

    def shown(value):
        return f"{100 * float(min(max(value, 0), 1)):.1f}".removesuffix(".0")

    expected = [
        (
            WORDS["zh"]["fraction"][p.key],
            WORDS["en"]["fraction"][p.key],
            f"{shown(p.least)}–{shown(p.most)}",
            f"{'strictly ' if p.claims else ''}{shown(p.low)}–{shown(p.high)}",
        )
        for p in PHRASES
    ]
    assert rows == expected, "\n".join("| " + " | ".join(row) + " |" for row in expected)


def test_one_phrase_stands_for_several_shares_or_none():
    assert phrase_for((0.38, 0.36, 0.40), (0.42, 0.40, 0.44)).key == "tenths_4"
    assert phrase_for((0.38, 0.36, 0.40), (0.36, 0.33, 0.39)) is None
    assert phrase_for((0.49, 0.47, 0.51), (0.51, 0.49, 0.53)).key == "half"
