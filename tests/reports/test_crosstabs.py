"""Printed crosstabs: letters, bases, nets, what is withheld, and columns that fit the page."""

import re

import pytest
from estimate_rows import HELD, results_from, share
from small_study import write_sound

from reports.results.nets import printed_questions, with_nets
from reports.sections.questions.crosstabs import ACROSS, _across, tables
from reports.sections.questions.topline import table as topline
from survey import read_study

NET = (
    "\n[derived.any]\n"
    'from = "intent"\nlabel = { zh = "两项", en = "Either" }\n'
    "[derived.any.options]\n"
    'open = { zh = "愿意或看情况", en = "Yes or it depends", of = ["yes", "depends"] }\n'
    'shut = { zh = "不愿意", en = "No", of = ["no"] }\n'
)


def grouped(option, group, p, **more):
    return share(option, p, by="district", group=group) | more


ALL = [share("price", 0.7), share("quality", 0.4), share("none", 0.1)]
BY = [grouped(o, g, p) for g, p in (("north", 0.8), ("south", 0.5)) for o in ("price", "quality", "none")]
PAIR = share("price", 0.3, 0.02, by="district", group="north - south", measure="pair_difference")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return read_study(write_sound(tmp_path_factory.mktemp("crosstabs")))


def cells(table):
    return {row[0]: row[1:] for group in table.groups for row in group.rows}


def test_a_letter_marks_the_group_that_is_clearly_above(study):
    (table,) = tables(results_from(study, [*ALL, *BY, PAIR | {"p_adjusted": 0.01}]))
    assert table.columns == ("Answer", "All", "North A", "South B")
    assert cells(table)["Price"] == ("70", "80 B", "50")
    assert cells(table)["Quality"] == ("40", "80", "50")
    (table,) = tables(results_from(study, [*ALL, *BY, PAIR | {"p_adjusted": 0.06}]))
    assert cells(table)["Price"] == ("70", "80", "50")


def test_a_withheld_cell_gives_no_letter_and_no_number(study):
    held = [row | (HELD if (row["group"], row["option"]) == ("south", "price") else {}) for row in BY]
    (table,) = tables(results_from(study, [*ALL, *held, PAIR | HELD]))
    assert cells(table)["Price"] == ("70", "80", "[c]")
    every = [row | (HELD if row["group"] == "south" else {}) for row in BY]
    (table,) = tables(results_from(study, [*ALL, *every]))
    assert {row[2] for row in cells(table).values()} == {"[c]"}
    assert not re.search(r"\d", "".join(row[2] for row in cells(table).values()))


@pytest.mark.parametrize(
    ("groups", "word", "across"), [(10, 2.0, 10), (40, 1.0, 10), (10, 6.0, 5), (10, 7.0, 4), (1, 99.0, 1)]
)
def test_as_many_columns_as_the_longest_word_leaves_room_for(groups, word, across):
    assert _across(groups, word) <= ACROSS
    assert _across(groups, word) == across


def test_a_net_stands_with_its_question_and_withheld_parts_do_not_withhold_it(tmp_path):
    study = read_study(write_sound(tmp_path, ("\n[screening]", NET + "\n[screening]")))
    intent = [share(code, p, question="intent") for code, p in (("yes", 0.4), ("depends", 0.3), ("no", 0.3))]
    nets = [share(code, p, question="any") for code, p in (("open", 0.7), ("shut", 0.3))]
    intent[1] |= HELD
    found = results_from(study, [*ALL, *intent, *nets])
    assert [question.id for question in printed_questions(found)] == ["concerns", "intent"]
    rows = with_nets(found, "intent", ["yes", "depends", "no"])
    assert rows == [
        ("intent", "yes", False),
        ("intent", "depends", False),
        ("any", "open", True),
        ("intent", "no", False),
    ]
    assert cells(topline(found))["Net: Yes or it depends"] == ("70", "67 to 73")
    # A derived grouping of which the source is not printed is a question like any other.
    alone = results_from(study, [*ALL, *nets])
    assert [question.id for question in printed_questions(alone)] == ["concerns", "any"]
