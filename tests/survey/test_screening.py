"""From returned to analysed: each rule by hand, at its limits, and in its order."""

import itertools
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from people import CHILD, COMPLETE, ITEMS, flagged, flow_of, items, person, read
from tiny_study import tiny_study

import survey
from survey.errors import ExportError
from survey.history import Flow, FlowStep
from survey.screening import repeats, rules
from survey.screening.screen import screening_flags
from survey.study.screening_plan import RULE_NAMES

RULES = ("ineligible", "incomplete", "duplicate", "speeder")


def test_speeders_of_the_worked_example(vector, tmp_path):
    case = vector("data_quality")["speeders"]
    rows = [person(seconds=s) for s in case["input"]["seconds"]]
    assert flagged(tmp_path, rows, "speeder") == case["expected"]["flagged_lt_third"]
    half = COMPLETE + "speeder = { share_of_median = 0.5 }\n"
    assert flagged(tmp_path, rows, "speeder", half) == case["expected"]["flagged_lt_half"]
    assert flagged(tmp_path, rows, "speeder", half.replace("0.5", "0.51")) == [0, 1]


def test_a_third_of_the_median_is_not_yet_too_fast(tmp_path):
    responses, study = read(tmp_path, [person()] * 5)
    for third in (1, 7, 33, 100, 1001, 12345, 0.1):
        seconds = np.array([third, third * (1 - 1e-9), 3 * third, 4 * third, 5 * third])
        timed = replace(responses, paradata=replace(responses.paradata, seconds=seconds))
        flags = screening_flags(timed, study.screening)
        assert flags["speeder"].tolist() == [False, True, False, False, False]


def test_the_median_is_taken_among_eligible_complete_questionnaires(tmp_path):
    usable = [person(seconds=s) for s in (99, 100, 300, 300, 310)]
    others = [person(seconds=9, child="no")] * 9 + [person(" " * ITEMS, seconds=9)] * 9
    rows = usable + others
    assert flagged(tmp_path, rows, "speeder")[:2] == [0, 5]
    flow = flow_of(tmp_path, rows)
    assert flow.steps == (FlowStep("ineligible", 9, 9), FlowStep("incomplete", 9, 9),
                          FlowStep("duplicate", 0, 0, judged=False), FlowStep("speeder", 1, 19))  # fmt: skip
    assert flow.analysed == 4


def test_unknown_times_are_no_speeders(tmp_path):
    rows = [person(seconds=s) for s in ("", 99, 300, 300, "")]
    assert flagged(tmp_path, rows, "speeder") == [1]
    assert flagged(tmp_path, [person(seconds="")] * 3, "speeder") == []


def test_the_worked_flow(vector, tmp_path):
    case = vector("data_quality")["flow"]
    told, steps = case["input"], case["expected"]["steps"]
    rows = [person(child="no")] * (told["consented"] - told["eligible"])
    rows += [person(" " * ITEMS)] * (told["eligible"] - told["completed"])
    rows += [person(user="u")] * (1 + told["duplicate"]) + [person(seconds=10)] * told["speeder"]
    rows += [person()] * (told["consented"] - len(rows))
    flow = flow_of(tmp_path, rows)
    assert flow.returned == told["consented"]
    remaining = flow.frame.set_index("rule")["remaining"]
    assert remaining["ineligible"] == told["eligible"]
    assert remaining["incomplete"] == told["completed"]
    assert [["duplicate", remaining["incomplete"], remaining["duplicate"]],
            ["speeder", remaining["duplicate"], remaining["speeder"]]] == steps[:2]  # fmt: skip
    assert flow.analysed == steps[1][2]
    whole = Flow(told["completed"], tuple(FlowStep(rule, told[rule], told[rule]) for rule, _, _ in steps),
                 case["expected"]["final"])  # fmt: skip
    assert whole.frame["remaining"].tolist() == [told["completed"], *(after for _, _, after in steps)]
    assert whole.frame["rule"].tolist() == ["returned", *(rule for rule, _, _ in steps)]


def test_child_age_of_the_worked_example(vector, tmp_path):
    case = vector("data_quality")["child_age_vs_birthdate"]
    given_rows, expected = case["input"]["rows"], case["expected"]
    lines = [f"{row['survey']} 12:00:00,{row['birth']}" for row in given_rows]
    tables = (
        '[questions.birth]\nkind = "month"\ncolumn = "birth"\ntext = "Birth"\n'
        '[derived.months]\nfrom = "birth"\nage = "completed_months"\n'
        '[screening]\neligible = [{ question = "months", between = [0, 35] }]\n'
    )
    study = tiny_study(tmp_path, tables, "\n".join(["submitted,birth", *lines]) + "\n")
    responses = survey.read_responses(study)
    # The day counts in the age and is dropped then.
    assert responses["months"].values.tolist() == [one["months"] for one in expected]
    assert (responses["birth"].values % 1 == 0).all()
    kept, flow = survey.screen(responses, study)
    assert (kept.paradata.rows - 2).tolist() == [i for i, one in enumerate(expected) if one["under_3"]]
    assert flow.steps[0] == FlowStep("ineligible", 2, 2)


def test_answers_outside_the_population_and_unmet_conditions_are_ineligible(tmp_path):
    only_a = COMPLETE + 'eligible = [{ question = "item2", in = ["a"] }]\n'
    rows = [person(), person(child="no"), person("ab" + "a" * 8), person("a " + "a" * 8), person(child="")]
    # Whose answer is unknown may stay.
    assert flagged(tmp_path, rows, "ineligible", only_a) == [1, 2]


def test_blank_answers_to_required_questions_are_incomplete_but_skipped_ones_are_not(tmp_path):
    rows = [person("ab" + "a" * 8), person(" " + "a" * 9), person("a " + "a" * 8), person("bc" + "a" * 8),
            person("b " + "a" * 8)]  # fmt: skip
    rule = 'asked_if = [{ question = "item1", in = ["a"] }]\n'
    text = items().replace('text = "Item 2"\n', 'text = "Item 2"\n' + rule)
    both = COMPLETE.replace('"item1"', '"item1", "item2"')
    responses, study = read(tmp_path, rows, CHILD + text, both)
    assert screening_flags(responses, study.screening)["incomplete"].tolist() == [0, 1, 1, 0, 0]


TWO_MINUTES = COMPLETE + "duplicate = { minutes = 2, identical = 0.5 }\n"


@pytest.mark.parametrize(
    ("second", "screening", "found"),
    [
        ({"at": "09:09:59"}, COMPLETE, [1]),
        ({"at": "09:10:00"}, COMPLETE, []),
        ({"at": "09:00:00"}, COMPLETE, [1]),
        ({"at": "09:01:59"}, TWO_MINUTES, [1]),
        ({"at": "09:02:00"}, TWO_MINUTES, []),
        ({"at": "09:01:00", "ip": "203.0.113.9"}, COMPLETE, []),
        ({"at": "08:55:00"}, COMPLETE, [0]),
        ({"at": "23:00:00", "user": "u"}, COMPLETE, [1]),
        ({"at": "08:00:00", "user": "u", "ip": ""}, COMPLETE, [0]),
        ({"at": "09:00:01", "user": "v", "ip": ""}, COMPLETE, []),
    ],
)
def test_the_same_address_within_minutes_or_the_same_account_is_a_duplicate(
    tmp_path, second, screening, found
):
    first = person(at="09:00:00", ip="203.0.113.1", user="u" if second.get("user") else "")
    rows = [first, person(**{"ip": "203.0.113.1", **second})]
    assert flagged(tmp_path, rows, "duplicate", screening) == found


def test_a_response_is_compared_with_so_many_before_it_from_its_address(tmp_path, monkeypatch):
    monkeypatch.setattr(repeats, "MOST_EARLIER", 2)
    texts = ["aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc", "bbbbbbbbbb", "cccccccccc", "bcbcbcbcbc", "bbbbbbbbbb"]
    rows = [person(text, at="09:00:00", ip="203.0.113.1") for text in texts]
    assert flagged(tmp_path, rows, "duplicate") == [3, 4]


@pytest.mark.parametrize(("same", "found"), [(89, []), (90, [1]), (91, [1])])
def test_ninety_per_cent_of_equal_answers_make_a_duplicate(tmp_path, same, found):
    # The question on the child makes 100.
    first, second = "a" * 99, "a" * (same - 1) + "b" * (100 - same)
    rows = [person(answers, at="09:00:00", ip="203.0.113.1") for answers in (first, second)]
    assert flagged(tmp_path, rows, "duplicate") == found


def test_questions_neither_answered_do_not_count_as_equal(tmp_path):
    # Of the child, item1 and item2 two are equal; with the eight blanks it would be ten of eleven.
    rows = [person(f"a{c}" + " " * 8, at="09:00:00", ip="203.0.113.1") for c in "bc"]
    assert flagged(tmp_path, rows, "duplicate") == []
    assert flagged(tmp_path, rows, "duplicate", COMPLETE + "duplicate = { identical = 0.66 }\n") == [1]


def test_the_first_in_time_is_kept_whatever_the_order_of_the_file(tmp_path):
    times = ["09:08:00", "09:04:00", "09:00:00", "09:30:00"]
    rows = [person(at=at, ip="203.0.113.1") for at in times]
    assert flagged(tmp_path, rows, "duplicate") == [0, 1]
    rows = [person(at=at, user="u") for at in times]
    assert flagged(tmp_path, rows, "duplicate") == [0, 1, 3]
    # Without times the order of the file decides.
    assert flagged(tmp_path, [person(user="u")] * 3, "duplicate") == [1, 2]


def test_of_a_chain_of_neighbours_every_later_one_is_a_duplicate(tmp_path):
    rows = [person(at=f"09:{m:02d}:00", ip="203.0.113.1") for m in (0, 8, 16, 27)]
    assert flagged(tmp_path, rows, "duplicate") == [1, 2]


def test_another_questionnaire_in_between_does_not_hide_a_duplicate(tmp_path):
    answers = ("a" * ITEMS, "b" * ITEMS, "a" * ITEMS)
    rows = [person(a, at=f"09:0{m}:00", ip="203.0.113.1") for m, a in enumerate(answers)]
    assert flagged(tmp_path, rows, "duplicate") == [2]


def test_unusable_questionnaires_neither_are_nor_make_duplicates(tmp_path):
    rows = [person(child="no", user="u"), person(user="u"), person(" " + "a" * 9, user="u")]
    assert flagged(tmp_path, rows, "duplicate") == []


@pytest.mark.parametrize("times", [("", "09:00:00"), ("", ""), ("09:00:00", "")])
def test_without_a_known_time_an_address_makes_no_duplicate(tmp_path, times):
    rows = [person(at=at, ip="203.0.113.1") for at in (*times, "23:00:00")]
    assert flagged(tmp_path, rows, "duplicate") == []


MIXED = [person(child="no", seconds=5), person(" " + "a" * 9, child="no"), person(" " + "a" * 9, seconds=5),
         person(user="u"), person(user="u", seconds=5), person(seconds=5), *[person()] * 6]  # fmt: skip


def test_each_counts_at_the_first_rule_that_meets_it(tmp_path):
    flow = flow_of(tmp_path, MIXED)
    assert flow.steps == (FlowStep("ineligible", 2, 2), FlowStep("incomplete", 1, 2),
                          FlowStep("duplicate", 1, 1), FlowStep("speeder", 1, 4))  # fmt: skip
    assert (flow.returned, flow.analysed) == (12, 7)
    assert flow.frame["remaining"].tolist() == [12, 10, 9, 8, 7]
    assert flow.frame["met"].tolist() == [0, 2, 2, 1, 4]


@pytest.mark.parametrize(
    "rules", [c for n in range(len(RULES) + 1) for c in itertools.combinations(reversed(RULES), n)]
)
def test_rules_can_be_switched_off_but_keep_their_order(tmp_path, rules):
    listed = ", ".join(f'"{rule}"' for rule in rules)
    flow = flow_of(tmp_path, MIXED, COMPLETE + f"rules = [{listed}]\n")
    assert [step.rule for step in flow.steps] == [rule for rule in RULES if rule in rules]
    met = {"ineligible": 2, "incomplete": 2, "duplicate": 1, "speeder": 4}
    assert [step.met for step in flow.steps] == [met[step.rule] for step in flow.steps]
    hit = {"ineligible": {0, 1}, "incomplete": {1, 2}, "duplicate": {4}, "speeder": {0, 2, 4, 5}}
    assert flow.analysed == 12 - len(set().union(*(hit[rule] for rule in rules)))


ROW = st.builds(
    person,
    st.sampled_from(["a" * ITEMS, " " + "a" * 9, "b" * ITEMS, "ab" * 5]),
    child=st.sampled_from(["yes", "yes", "no", ""]),
    at=st.sampled_from(["09:00:00", "09:09:59", "09:10:00", "21:00:00"]),
    seconds=st.sampled_from([5, 100, 300, 301, ""]),
    ip=st.sampled_from(["", "203.0.113.1", "203.0.113.2"]),
    user=st.sampled_from(["", "", "u", "v"]),
)


@settings(deadline=None, max_examples=60, derandomize=True)
@given(st.lists(ROW, min_size=1, max_size=25), st.sets(st.sampled_from(RULES)))
def test_returned_is_analysed_plus_all_removed(rows, rules):
    listed = ", ".join(f'"{rule}"' for rule in rules)
    with tempfile.TemporaryDirectory() as name:
        responses, study = read(Path(name), rows, screening=COMPLETE + f"rules = [{listed}]\n")
    flags = screening_flags(responses, study.screening)
    hit = np.any([flags[rule] for rule in rules], axis=0) if rules else np.zeros(len(rows), dtype=bool)
    if hit.all():
        with pytest.raises(ExportError, match="no response is left after screening"):
            survey.screen(responses, study)
        return
    kept, flow = survey.screen(responses, study)
    assert flow.returned == len(rows) == flow.analysed + sum(step.removed for step in flow.steps)
    assert flow.analysed == len(kept) == flow.frame["remaining"].iloc[-1]
    assert kept.paradata.rows.tolist() == responses.paradata.rows[~hit].tolist()
    assert kept.flow == flow
    for step in flow.steps:
        assert 0 <= step.removed <= step.met == flags[step.rule].sum()


def test_worked_rates_of_a_flow(vector):
    case = vector("data_quality")["flow"]
    i, rules = case["input"], ("duplicate", "speeder", "attention_fail", "inconsistent")
    removed = {"ineligible": i["consented"] - i["eligible"], "incomplete": i["eligible"] - i["completed"]}
    removed |= {rule: i[rule] for rule in rules}
    flow = Flow(
        i["consented"], tuple(FlowStep(r, n, n) for r, n in removed.items()), case["expected"]["final"]
    )
    assert flow.completion_rate == pytest.approx(case["expected"]["completion_rate"])
    assert flow.exclusion_rate == pytest.approx(case["expected"]["exclusion_rate"])
    left = flow.frame["remaining"].tolist()
    assert [[r, left[k + 2], left[k + 3]] for k, r in enumerate(rules)] == case["expected"]["steps"]
    assert np.isnan(Flow(0, (), 0).completion_rate)


def test_every_rule_that_a_study_file_may_name_is_one_value_and_each_name_stands_once():
    assert tuple(rule.name for rule in rules.RULES) == RULE_NAMES
    names = [rule.name for rule in (*rules.RULES, *rules.SIGNS, *rules.MARKS)]
    assert len(set(names)) == len(names)
