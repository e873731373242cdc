"""Characters that nobody sees tell no two texts apart, in the answers or in a draft."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_study import tiny_answers

from reports.cli import main
from survey.text import normalised, visible

UNSEEN = ["\u200b", "\u200c", "\u200d", "\u2060", "\u200e", "\u200f", "\u00ad", "\ufeff"]


@pytest.mark.parametrize("mark", UNSEEN)
def test_a_character_nobody_sees_is_taken_out(mark):
    assert visible(f"{mark}价{mark}格 a{mark}b{mark}") == "价格 ab"
    assert normalised(f"Ａ{mark} {mark} b") == "a b"


def test_a_joiner_inside_an_emoji_stays():
    family, pride = "\U0001f469\u200d\U0001f467", "\U0001f3f3\ufe0f\u200d\U0001f308"
    assert visible(family) == family
    assert visible(pride) == pride
    assert visible("\U0001f469\u200da") == "\U0001f469a"
    assert visible("a\u200d\U0001f469") == "a\U0001f469"


@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(UNSEEN), st.integers(0, 30))
def test_texts_that_look_alike_are_equal(text, mark, place):
    text = "".join(c for c in text if c not in UNSEEN and ord(c) < 0x2190)
    place = min(place, len(text))
    assert visible(text[:place] + mark + text[place:]) == text


QUESTION = """
[questions.q]
kind = "KIND"
column = "Worry"
separator = ";"
text = "Worry"
options.price = { en = "价格" }
options.far = { en = "距离" }
"""
CELLS = ["价\u200b格", "价格", "\u200f距离", "距\u00ad离", "质\u2060量"]


@pytest.mark.parametrize("kind", ["single", "multiple"])
def test_options_are_found_whatever_is_pasted_into_them(tmp_path, kind):
    table = "n,Worry\n" + "".join(f"{i},{cell}\n" for i, cell in enumerate(CELLS[:4]))
    found = tiny_answers(tmp_path, QUESTION.replace("KIND", kind), table)["q"].values
    expected = [0, 0, 1, 1] if kind == "single" else [[True, False]] * 2 + [[False, True]] * 2
    assert found.tolist() == expected


@settings(deadline=None, max_examples=10)
@given(st.permutations(CELLS * 4), st.booleans())
def test_a_draft_lists_each_option_once_as_it_is_seen(tmp_path_factory, cells, ticks):
    folder = tmp_path_factory.mktemp("draft")
    rows = [f"{cell};{'快' if i % 2 else '慢'}" if ticks else cell for i, cell in enumerate(cells)]
    (folder / "a.csv").write_text("Where,Worry\n" + "".join(f"x,{row}\n" for row in rows), encoding="utf-8")
    assert main(["init", str(folder / "a.csv"), "--out", str(folder / "study.toml")]) == 0
    draft = tomllib.loads((folder / "study.toml").read_text(encoding="utf-8"))
    (question,) = [q for q in draft["questions"].values() if q["column"] == "Worry"]
    labels = sorted(next(iter(option.values())) for option in question["options"].values())
    assert labels == sorted(["价格", "距离", "质量", *(["快", "慢"] if ticks else [])])
    assert not any("match" in option for option in question["options"].values())
