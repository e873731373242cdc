"""Clear results as sentences: each is said or listed, nothing else is, and page 1 takes the first five."""

import pytest
from estimate_rows import HELD, change, rest, results_from, share
from hypothesis import given, settings
from hypothesis import strategies as st
from small_study import FORMER_WAVE, write_sound

from reports.findings.choice import MOST, choose
from reports.findings.clear import clear_findings
from survey import read_study

SAYS = (
    ('price = { zh = "价格"', 'price = { says = { zh = "嫌贵", en = "say it costs too much" }, zh = "价格"'),
    ('options.north =', 'groups = { zh = "区县", en = "districts" }\n'
     'group = { zh = "{}的家长", en = "parents in {}" }\noptions.north ='),
)  # fmt: skip
NOW = [share("price", 0.70), share("quality", 0.48), share("none", 0.06)]
APART = {"by": "district", "measure": "difference_from_rest"}


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return read_study(write_sound(tmp_path_factory.mktemp("plain"), FORMER_WAVE))


@pytest.fixture(scope="module")
def spoken(tmp_path_factory):
    return read_study(write_sound(tmp_path_factory.mktemp("spoken"), FORMER_WAVE, *SAYS))


def said(study, rows, language="en"):
    return [finding.sentence for finding in clear_findings(results_from(study, [*NOW, *rows], language))]


def test_a_change_is_said_with_the_share_it_led_to(plain, spoken):
    rows = [change("price", -0.10, 0.03)]
    assert said(plain, rows) == ["Fewer people who answered chose “Price” than in 2023: 70%, down 10 points."]
    assert said(spoken, rows) == [
        "Fewer people who answered say it costs too much than in 2023: 70%, down 10 points."
    ]
    assert said(plain, rows, "zh") == ["选择“价格”的受访者比例较2023下降10个百分点，为70%。"]
    assert said(spoken, rows, "zh") == ["嫌贵的受访者比例较2023下降10个百分点，为70%。"]
    assert said(spoken, [change("price", 0.01, 0.004)])[0].endswith("up 1 point.")


def test_groups_above_and_below_the_rest_make_one_sentence_and_further_ones_another(plain, spoken):
    rows = [rest(group, d, 0.01) for group, d in (("north", 0.19), ("south", -0.15), ("west", 0.07))]
    assert said(spoken, rows) == [
        "More parents in North (+19 points) and fewer parents in South (−15 points) "
        "than in other districts say it costs too much.",
        "More parents in West (+7 points) than in other districts say it costs too much.",
    ]
    assert said(plain, rows)[0].startswith("More in “North” (+19 points) and fewer in “South” (−15 points)")
    assert said(spoken, rows, "zh")[0] == (
        "北区（+19个百分点）的家长嫌贵的比例高于其他区县，南区（−15个百分点）的家长低于其他区县。"
    )


def test_of_two_groups_one_sentence_says_both(spoken):
    rows = [rest("north", 0.14, 0.01), rest("south", -0.14, 0.01)]
    found = clear_findings(results_from(spoken, [*NOW, *rows]))
    assert [f.sentence for f in found] == [
        "More parents in North than parents in South say it costs too much, by 14 points."
    ]
    assert len(found[0].keys) == 2


def test_changes_within_groups_and_pairs(spoken):
    rows = [change("price", d, 0.03, by="district", group=g) for g, d in (("north", -0.13), ("south", -0.2))]
    assert said(spoken, rows) == [
        "Fewer parents in South (−20 points) and North (−13 points) say it costs too much than in 2023."
    ]
    pair = share("price - quality", -0.22, 0.04, measure="difference")
    assert said(spoken, [pair]) == [
        "More people who answered chose “Quality” than say it costs too much, by 22 points."
    ]


def test_a_doubtful_row_keeps_its_mark_and_a_withheld_one_is_not_said(spoken):
    rows = [
        rest("north", 0.2, 0.01) | {"flag": "caution"},
        rest("south", -0.2, 0.01) | HELD,
        rest("west", 0, 1),
    ]
    (sentence,) = said(spoken, rows)
    assert "[u] North (+20 points)" in sentence
    assert "South" not in sentence


def test_an_earlier_wave_is_named(spoken):
    rows = [rest(g, d, 0.01) | {"wave": "2023"} for g, d in (("north", 0.1), ("south", 0.0), ("west", 0.0))]
    rows[1]["p_adjusted"] = rows[2]["p_adjusted"] = 1.0
    assert said(spoken, rows)[0].startswith("2023: More parents in North (+10 points)")


P = st.sampled_from([0.0, 0.001, 0.04, 0.05, 0.051, 0.5, 1.0])
SIZE = st.sampled_from([-0.4, -0.25, -0.1, -0.07, 0.07, 0.1, 0.25, 0.4])


@st.composite
def tables(draw):
    """Differences of every kind, clear or not, some of them withheld."""
    rows = []
    for option in ("price", "quality", "none"):
        numbers = {"p_adjusted": draw(P)} | (HELD if draw(st.booleans()) else {})
        rows.append(change(option, draw(SIZE), 0.03, **numbers))
        for group in ("north", "south", "west"):
            for more in ({"measure": "change", "wave": "2024 - 2023"}, {"measure": "difference_from_rest"}):
                more |= {"by": "district", "group": group, "p_adjusted": draw(P)}
                rows.append(share(option, draw(SIZE), 0.03, **more) | (HELD if draw(st.booleans()) else {}))
    return rows


@settings(max_examples=40, deadline=None)
@given(tables())
def test_every_clear_result_is_said_or_listed_once_and_nothing_else(plain, rows):
    results = results_from(plain, [*NOW, *rows])
    choice = choose(results)
    told = [key for f in (*choice.front, *choice.also) if f.kind != "none" for key in f.keys]
    clear = [
        key for key, row in results.table.items()
        if key[5] != "share" and row.flag != "suppress" and row.p_adjusted < 0.05
    ]  # fmt: skip
    assert sorted(told) == sorted(clear)
    assert len(choice.front) <= MOST
    assert not {f.sentence for f in choice.front} & {f.sentence for f in choice.also}


def test_page_1_takes_the_larger_first_and_few_of_one_question(plain):
    rows = [change(o, d, 0.01) for o, d in (("price", -0.1), ("quality", -0.2), ("none", 0.05))]
    rows += [rest("north", 0.3, 0.01), rest("west", 0.0, 1.0), rest("south", 0.0, 1.0)]
    choice = choose(results_from(plain, [*NOW, *rows]))
    assert [f.kind for f in choice.front] == ["groups", "change"]
    assert [f.size for f in choice.front] == [0.3, 0.2]
    assert [f.size for f in choice.also] == [0.1, 0.05]
    said_already = next(f for f in choice.front if f.kind == "change").keys
    assert [f.size for f in choose(results_from(plain, [*NOW, *rows]), said_already).front] == [0.3, 0.1]
