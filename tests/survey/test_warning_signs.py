"""Signs of careless or made-up questionnaires, by hand; two together set one aside."""

import numpy as np
import pytest
from people import COMPLETE, flagged, flow_of, person, read
from tiny_study import tiny_study

import survey
from survey.errors import StudyError
from survey.screening.screen import screening_flags, screening_frame

ITEMS = [f"item{i}" for i in range(1, 11)]
GRID = f"straight_lines = {{ grids = [{ITEMS[:6]}] }}\n".replace("'", '"')
CHECK = 'attention = [{ question = "item7", in = ["b"] }]\n'
BOTH = (
    "[[screening.contradictions]]\n"
    'all = [{ question = "item8", in = ["c"] }, { question = "item9", in = ["c"] }]\n'
    "[[screening.contradictions]]\n"
    'all = [{ question = "item8", in = ["c"] }, { question = "item10", not_in = ["c"] }]\n'
)


def test_one_answer_all_down_a_grid_is_a_straight_line(tmp_path):
    rows = [
        person("aaaaaa" + "abca"),
        person("aaaaab" + "aaaa"),
        person("aaaaa " + "bcaa"),
        person("a   aa" + "aaaa"),
    ]
    # Five of six are enough to judge by; three are not.
    assert flagged(tmp_path, rows, "straight_line", COMPLETE + GRID) == [0, 2]
    assert flagged(tmp_path, rows, "straight_line", COMPLETE + GRID.replace("] }", "], least = 3 }")) == [
        0,
        2,
        3,
    ]


def test_an_attention_check_is_failed_by_a_wrong_answer_or_none_but_not_by_whom_it_was_not_put_to(tmp_path):
    rows = [person("aaaaaa" + x + "aaa") for x in "ab "]
    assert flagged(tmp_path, rows, "attention", COMPLETE + CHECK) == [0, 2]


def test_contradictions_are_counted_each(tmp_path):
    rows = [person("abcabca" + x) for x in ("ccc", "cca", "aca", "cac")]
    responses, study = read(tmp_path, rows, screening=COMPLETE + BOTH)
    flags = screening_flags(responses, study.screening)
    assert np.flatnonzero(flags["contradiction"]).tolist() == [0, 1]
    # The second contradicts itself twice, which is two signs.
    assert np.flatnonzero(flags["suspect"]).tolist() == [1]


def test_two_signs_together_set_aside_and_one_does_not(tmp_path):
    rows = [
        person("aaaaaa" + "aabc"),
        person("aaaaaa" + "babc"),
        person("abcabc" + "aabc"),
        person("abcabc" + "babc"),
    ]
    screening = COMPLETE + GRID + CHECK
    responses, study = read(tmp_path, rows, screening=screening)
    kept, flow = survey.screen(responses, study)
    assert list(kept.paradata.rows) == [3, 4, 5]
    assert flow.removed("suspect") == 1
    assert {flag.name: flag.met for flag in flow.flags if flag.judged} == {
        "straight_line": 2, "attention": 2, "identical_answers": 0}  # fmt: skip
    frame = screening_frame(responses, study.screening)
    assert frame["set_aside"].tolist() == ["suspect", "", "", ""]
    assert frame["straight_line"].tolist() == [True, True, False, False]
    strict = flow_of(tmp_path, rows, screening + "suspect = { signs = 1 }\n")
    assert strict.removed("suspect") == 3


WORRIES = """
[questions.worries]
kind = "multiple"
column = "worries"
separator = ";"
text = "Worries"
options.a = { en = "a" }
options.b = { en = "b" }
options.c = { en = "c" }
options.none = { en = "none", exclusive = true }
"""


@pytest.mark.parametrize(
    ("options", "found"),
    [(WORRIES, [0]), (WORRIES.replace(", exclusive = true", ""), []),
     (WORRIES.replace('options.c = { en = "c" }\n', 'options.c = { en = "c", match = ["d"] }\n'), [0])],
)  # fmt: skip
def test_to_tick_everything_and_none_of_these_is_a_sign(tmp_path, options, found):
    cells = ["a;b;c;none", "a;b;c", "a;none", "none"]
    study = tiny_study(tmp_path, options, "\n".join(["worries", *cells]) + "\n")
    responses = survey.read_responses(study)
    assert np.flatnonzero(screening_flags(responses, study.screening)["all_ticked"]).tolist() == found


AGES = """
[questions.told]
kind = "number"
column = "told"
text = "Age in months"
[questions.birth]
kind = "month"
column = "birth"
text = "Birth"
[derived.months]
from = "birth"
age = "completed_months"
[[screening.contradictions]]
differ = ["told", "months"]
by = 1
"""


def test_an_age_told_is_held_against_the_birth_date_of_the_worked_example(vector, tmp_path):
    case = vector("data_quality")["child_age_vs_birthdate"]
    assert case["input"]["tolerance_months"] == 1
    lines = [
        f"{row['survey']} 12:00:00,{row['stated_months']},{row['birth']}" for row in case["input"]["rows"]
    ]
    study = tiny_study(tmp_path, AGES, "\n".join(["submitted,told,birth", *lines]) + "\n")
    flags = screening_flags(survey.read_responses(study), study.screening)
    assert flags["contradiction"].tolist() == [one["inconsistent"] for one in case["expected"]]


def test_who_did_not_consent_goes_first_and_so_does_who_said_nothing(tmp_path):
    consent = COMPLETE + 'consent = [{ question = "item2", in = ["a"] }]\n'
    rows = [person(), person("ab" + "a" * 8), person("a " + "a" * 8), person("bb" + "a" * 8, child="no")]
    flow = flow_of(tmp_path, rows, consent)
    assert [(step.rule, step.removed, step.met) for step in flow.steps if step.met] == [
        ("no_consent", 3, 3), ("ineligible", 0, 1)]  # fmt: skip


def test_bursts_of_the_same_answers_go_and_a_pair_stays(tmp_path):
    rng = np.random.default_rng(4)
    rows = [person("abcabcabca", at=f"9:0{i}:00") for i in (0, 3, 6)]
    rows += [person("bcabcabcab", at=f"10:0{i}:00") for i in (0, 1)]
    rows += [person("ccabcabcab", at=f"1{i}:00:10") for i in (1, 2, 3)]
    others = ["".join(rng.choice(list("abc"), 10)) for _ in range(150)]
    rows += [person(answers, at=f"{i % 24}:{i % 60:02}:30") for i, answers in enumerate(others)]
    assert flagged(tmp_path, rows, "burst") == [0, 1, 2]
    assert flagged(tmp_path, rows, "identical_answers")[:8] == list(range(8))
    assert flagged(tmp_path, rows, "burst", COMPLETE + "burst = { least = 4 }\n") == []
    assert flow_of(tmp_path, rows).removed("burst") == 3


def test_every_person_is_in_the_flow_whatever_the_rules(tmp_path):
    rng = np.random.default_rng(20261126)
    rows = [
        person("".join(rng.choice(list("abc "), 10)), child=rng.choice(["yes", "no"]),
               user=rng.choice(["", "u", "v"]), seconds=rng.integers(5, 900),
               at=f"{rng.integers(0, 24)}:{rng.integers(0, 60):02}:{rng.integers(0, 60):02}")
        for _ in range(300)
    ]  # fmt: skip
    screening = COMPLETE + GRID + CHECK + 'consent = [{ question = "item2", in = ["a", "b"] }]\n' + BOTH
    responses, study = read(tmp_path, rows, screening=screening)
    kept, flow = survey.screen(responses, study)
    assert flow.returned == 300 == flow.analysed + sum(step.removed for step in flow.steps)
    assert flow.analysed == len(kept)
    frame = screening_frame(responses, study.screening)
    for step in flow.steps:
        assert step.removed == (frame["set_aside"] == step.rule).sum()
        assert step.met == frame[step.rule].sum() >= step.removed
    assert sum(step.removed > 0 for step in flow.steps) >= 5


@pytest.mark.parametrize(
    ("written", "message"),
    [('straight_lines = { grids = ["item1"] }', r'expected lists of questions, such as \[\["rating1"'),
     ('straight_lines = { grids = [["item1", "itme2"]] }', 'there is no question "itme2"'),
     ("straight_lines = { least = 2 }", "a whole number, 3 or more"),
     ("suspect = { signs = 0 }", "a whole number, 1 or more"),
     ("burst = { least = 1.5 }", "a whole number, 2 or more"),
     ("[[screening.contradictions]]", "has no conditions"),
     ('[[screening.contradictions]]\ndiffer = ["item1"]', "expected two questions"),
     ('[[screening.contradictions]]\ndiffer = ["item1", "item2"]', "expected two numbers"),
     ('attention = [{ question = "item1", in = ["d"] }]', '"d" is not an option of "item1"'),
     ('unfinished = "maybe"', 'expected one of "exclude", "keep"')],
)  # fmt: skip
def test_mistakes_in_the_table_are_named(tmp_path, written, message):
    with pytest.raises(StudyError, match=message):
        read(tmp_path, [person()], screening=COMPLETE + written + "\n")
