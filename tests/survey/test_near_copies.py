"""Near copies sent together are found, people who agree are not taken for them; what is not told is said."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from people import COMPLETE, flagged, read
from planted import answers_of, found_shares, planted_study, waves_of_the_like_minded
from tiny_study import tiny_answers

import survey
from survey.errors import EstimateError
from survey.numeric import likeness
from survey.numeric.likeness import Neighbours, alike_far
from survey.numeric.near_copies import find_twins, information, share_seen

HOUR = 3600


def numbers(count):
    """Return the tables of so many questions that ask for a number."""
    table = '[questions.q{0}]\nkind = "number"\ncolumn = "q{0}"\ntext = "Q{0}"\n'
    return "".join(table.format(i) for i in range(count))


def twins_of(answers, minutes):
    return find_twins(answers, Neighbours(60 * minutes, HOUR, 3 * HOUR))


@pytest.mark.parametrize("name", ["exact_11", "near_6", "near_16_two_hours", "near_60"])
def test_the_worked_examples_row_by_row(vector, name):
    case = vector("near_copies")[name]
    minutes, expected = np.array(case["input"]["minutes"]), case["expected"]
    found = twins_of(answers_of(case["input"]["answers"]), minutes)
    assert found.bits == pytest.approx(expected["bits"], rel=1e-9)
    assert found.least_alike == expected["s"]
    assert found.twins.tolist() == expected["T"]
    assert found.near.tolist() == expected["L"]
    assert found.far_twins.tolist() == expected["far_twins"]
    assert found.far.tolist() == expected["far_n"]
    assert np.flatnonzero(found.twin).tolist() == expected["flagged"]
    assert {str(i): found.p[i] for i in np.flatnonzero(found.twin)} == pytest.approx(
        expected["p_of_flagged"], rel=1e-9, abs=1e-15
    )
    if "echo_flagged" in expected:
        assert np.flatnonzero(found.echo).tolist() == expected["echo_flagged"]


def test_arrivals_beside_what_day_and_hour_lead_to_expect(vector, tmp_path):
    case = vector("near_copies")["exact_11"]
    sent = np.datetime64("2024-05-01T00:00:00") + 60 * np.array(case["input"]["minutes"])
    pairs = zip(sent, case["input"]["answers"], strict=True)
    lines = [",".join([str(time).replace("T", " "), *row]) for time, row in pairs]
    header = ",".join(["submitted", *(f"q{i}" for i in range(11))])
    found = survey.near_copies(tiny_answers(tmp_path, numbers(11), "\n".join([header, *lines]) + "\n"))
    assert np.flatnonzero(found.flags("twin")).tolist() == case["expected"]["flagged"]
    table = found.arrivals.set_index([found.arrivals["day"].dt.day - 1, "hour"])
    for day, hour, n, expected in case["expected"]["arrivals_marked"]:
        assert table.loc[(day, hour), "n"] == n
        assert table.loc[(day, hour), "expected"] == pytest.approx(expected, rel=1e-12)


def test_a_batch_by_hand():
    # 40 responses two hours apart, each question halved: 40 bits. Five near copies of one come in minutes.
    rng = np.random.default_rng(7)
    answers = np.array([rng.permutation(40) % 2 for _ in range(40)]).T
    batch = np.repeat(answers[:1], 5, axis=0)
    batch[np.arange(5), np.arange(5)] ^= 1
    minutes = np.concatenate([120 * np.arange(40), 120 * 40 + 7 * np.arange(5)])
    rows = np.concatenate([answers, batch])
    found = twins_of(rows, minutes)
    assert information(answers) == pytest.approx(40)
    assert np.flatnonzero(found.twin).tolist() == [40, 41, 42, 43, 44]
    # Each has the four others near it, all alike in 38 of 40; the row they copy is far from them.
    assert found.near[40:].tolist() == found.twins[40:].tolist() == [4] * 5
    assert found.far_twins[40:].tolist() == [1] * 5
    assert found.far[40:].tolist() == [39] * 5
    assert found.p[40] == pytest.approx((2 / 40) ** 4)
    # Four of them are a family of four.
    assert not twins_of(rows[:-1], minutes[:-1]).twin.any()


def test_people_who_agree_at_any_time_are_no_batch():
    rng = np.random.default_rng(3)
    answers = rng.integers(0, 4, (500, 30))
    answers[::4] = answers[0]  # a quarter of the file has one opinion, spread over all days
    found = twins_of(answers, np.sort(rng.integers(0, 14 * 24 * 60, 500)))
    assert not found.twin.any()
    assert not found.echo.any()
    assert found.lump.sum() == 125


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_neither_the_order_of_rows_and_questions_nor_the_codes_matter(seed):
    rng = np.random.default_rng(seed)
    answers, minutes = rng.integers(-1, 4, (120, 14)), rng.choice(14 * 24 * 60, 120, replace=False)
    answers[60:70], minutes[60:70] = answers[60], 1000 + np.arange(10)
    order = np.argsort(minutes)
    first = twins_of(answers[order], minutes[order])
    codes = np.concatenate([rng.permutation(4) + 10, [-1]])
    again = twins_of(codes[answers[order]][:, rng.permutation(14)], minutes[order] + 10_000)
    assert again.bits == pytest.approx(first.bits)
    for name in ("twins", "near", "far_twins", "far", "twin", "echo", "lump", "judged"):
        assert np.array_equal(getattr(again, name), getattr(first, name)), name


def test_likeness_is_counted_as_by_a_loop_over_pairs():
    rng = np.random.default_rng(5)
    for gaps in (0.0, 0.1, 0.5):
        answers = rng.integers(0, 2, (40, 12))
        answers[rng.random(answers.shape) < gaps] = -1
        answers[(answers >= 0).sum(axis=1) < 6] = 1
        clock = np.sort(rng.integers(0, 20 * HOUR, 40))
        far, others = alike_far(answers, Neighbours(clock, HOUR, 3 * HOUR))
        for i in range(40):
            counts, compared = np.zeros(len(far.at_least[0]), dtype=int), 0
            for j in np.flatnonzero(np.abs(clock - clock[i]) > 3 * HOUR):
                both = (answers[i] >= 0) & (answers[j] >= 0)
                if both.sum() < 6:
                    continue
                compared += 1
                alike = (both & (answers[i] == answers[j])).sum() / both.sum()
                counts += alike >= (16 + np.arange(len(counts))) / 24 - 1e-12  # from 8 of 12 up
            assert (far.rows[i], far.at_least[i].tolist()) == (compared, counts.tolist())
        assert (others.rows >= far.rows).all()


def test_far_rows_of_a_large_file_are_sampled_and_the_batch_is_found_all_the_same(monkeypatch):
    monkeypatch.setattr(likeness, "PAIRS", 800 * 200)
    rng = np.random.default_rng(9)
    answers, minutes = rng.integers(0, 4, (800, 25)), np.sort(rng.integers(0, 14 * 24 * 60, 800))
    rows = np.searchsorted(minutes, 7 * 24 * 60) + np.arange(30)
    minutes[rows], answers[rows] = 7 * 24 * 60, answers[0]
    found = twins_of(answers, np.sort(minutes))
    assert found.far.max() <= 200
    assert np.flatnonzero(found.twin).tolist() == rows.tolist()


@pytest.mark.parametrize("gaps", [0.0, 0.1])
@pytest.mark.parametrize("times", ["timed", "untimed"])
def test_a_planted_batch_is_found_and_nobody_else(tmp_path, times, gaps):
    study, planted = planted_study(tmp_path, questions=22, batch=37, times=times, gaps=gaps)
    found = survey.near_copies(survey.read_responses(study))
    assert found.marked[planted].mean() > 0.95
    assert not found.marked[~planted].any()
    assert (found.looked_for, found.questions, found.compared) == ("near_copies", 22, 637)
    assert found.seen > 0.95
    assert 0 < found.false_alarm < 0.01
    assert found.reasons == (() if times == "timed" else ("no_times",))
    assert found.ordered_by == ("time" if times == "timed" else "file_order")
    (batch,) = found.batches
    assert batch.kind == "twins"
    if times == "timed":
        assert "2024-05-12T19:00" <= batch.first <= batch.last <= "2024-05-12T20:00"
    else:
        assert [batch.first, batch.last] == [str(r) for r in found.frame.index[found.marked][[0, -1]]]


def test_copies_of_real_answers_are_an_echo(tmp_path):
    study, planted = planted_study(tmp_path, questions=22, batch=30, copies="others")
    found = survey.near_copies(survey.read_responses(study))
    assert found.flags("echo")[planted].all()
    assert found.marked.sum() == 30
    assert [(batch.kind, batch.n) for batch in found.batches] == [("echo", 30)]


@pytest.mark.parametrize(
    ("questions", "looked_for", "reasons"),
    [(5, "nothing", ("too_few_questions",)), (7, "exact_copies", ("little_information",))],
)  # fmt: skip
def test_a_short_questionnaire_tells_exact_copies_only(tmp_path, questions, looked_for, reasons):
    study, planted = planted_study(tmp_path, questions=questions, batch=20)
    found = survey.near_copies(survey.read_responses(study))
    assert (found.looked_for, found.reasons) == (looked_for, reasons)
    assert not found.marked[~planted].any()
    assert found.least_alike == questions
    assert found.seen != found.seen or found.seen < 0.8


def test_a_sorted_file_without_times_is_not_judged_and_says_by_what_it_is_sorted(tmp_path):
    study, _ = planted_study(tmp_path, questions=22, batch=0, times="untimed", sort_by="q3")
    found = survey.near_copies(survey.read_responses(study))
    assert (found.looked_for, found.reasons, found.sorted_by) == ("nothing", ("no_times", "sorted"), ("q3",))
    assert not found.marked.any()
    assert found.frame["told"].sum() == 0


@pytest.mark.parametrize(
    ("times", "reasons", "looked_for"),
    [("by_day", ("coarse_times",), "near_copies"), ("one", ("coarse_times",), "near_copies"),
     ("by_day_mixed", ("coarse_times", "out_of_order"), "nothing")],
)  # fmt: skip
def test_coarse_times_give_way_to_the_order_of_the_file_unless_they_contradict_it(
    tmp_path, times, reasons, looked_for
):
    study, planted = planted_study(tmp_path, questions=22, batch=37, times=times)
    found = survey.near_copies(survey.read_responses(study))
    assert (found.reasons, found.looked_for) == (reasons, looked_for)
    assert found.marked[planted].mean() == (1.0 if looked_for == "near_copies" else 0.0)


def test_nothing_far_away_and_nothing_is_told(tmp_path):
    study, _ = planted_study(tmp_path, questions=22, batch=37, days=0.05)
    found = survey.near_copies(survey.read_responses(study))
    assert (found.looked_for, found.reasons) == ("nothing", ("too_few_far",))
    assert not found.marked.any()


def test_responses_with_few_answers_cannot_be_told(tmp_path):
    study, _ = planted_study(tmp_path, questions=22, batch=0, gaps=0.0, short=25)
    found = survey.near_copies(survey.read_responses(study))
    assert found.frame["told"].sum() == 600 - 25
    assert (found.summary.compared, found.summary.told) == (600, 575)


def test_a_block_of_tick_boxes_is_one_question(tmp_path):
    ticks = 'kind = "multiple"\ncolumn = "ticks"\nseparator = ";"\ntext = "Q"\n'
    options = "".join(f'options.o{i} = {{ en = "o{i}" }}\n' for i in range(8))
    sets = [";".join(f"o{j}" for j in range(8) if i >> j & 1) or "o0" for i in range(40)]
    lines = [f"{ticked},1,2,3,4,{i % 2}" for i, ticked in enumerate(sets)]
    text = "\n".join(["ticks,q0,q1,q2,q3,q4", *lines]) + "\n"
    responses = tiny_answers(tmp_path, f"[questions.ticks]\n{ticks}{options}{numbers(5)}", text)
    found = survey.near_copies(responses)
    assert found.questions == 6
    # 39 different sets among 40, and an answer that halves the rows.
    assert found.bits == pytest.approx(np.log2(40) - 2 / 40 + 1)


@pytest.mark.parametrize(
    ("given", "message"),
    [({"window": "0min"}, 'window is 0min; give a length of time above 0'),
     ({"window": "soon"}, "window is soon"),
     ({"leave_out": ["q99"]}, "q99")],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(tmp_path, given, message):
    study, _ = planted_study(tmp_path, questions=6, batch=0, n=30)
    with pytest.raises(EstimateError, match=message):
        survey.near_copies(survey.read_responses(study), **given)


def test_a_wider_window_finds_a_slower_batch(tmp_path):
    study, planted = planted_study(tmp_path, questions=22, batch=24, spread=16)
    responses = survey.read_responses(study)
    assert survey.near_copies(responses).marked[planted].mean() < 0.5
    wide = survey.near_copies(responses, window=pd.Timedelta("5h").to_pytimedelta())
    assert wide.marked[planted].mean() > 0.9


def test_near_copies_count_only_beside_a_sign_that_is_not_made_of_the_same_answers(tmp_path):
    grid = '[screening.straight_lines]\ngrids = [["q0", "q1", "q2", "q3", "q4"]]\n'
    study, planted = planted_study(
        tmp_path, questions=22, batch=37, model=[0] * 22, tables="[screening]\n" + grid
    )
    frame = survey.screening_frame(survey.read_responses(study), study.screening)
    assert frame["near_copies"][planted].all()
    assert frame["straight_line"][planted].mean() > 0.4
    assert not frame["suspect"].any()
    kept, flow = survey.screen(survey.read_responses(study), study)
    assert len(kept) == 637 == flow.analysed
    assert {flag.name: flag.met for flag in flow.flags}["near_copies"] == 37
    assert (flow.copies.counted, flow.copies.batches[0].n) == (37, 37)


def test_near_copies_sent_at_equal_gaps_are_suspect(tmp_path):
    study, planted = planted_study(tmp_path, questions=22, batch=37, spread=0, n=300)
    frame = survey.screening_frame(survey.read_responses(study), study.screening)
    assert frame["regular_arrivals"][planted].all()
    assert frame["suspect"][planted].all()
    assert not frame["suspect"][~planted].any()


@pytest.mark.parametrize(("bits", "least"), [(26, 0.85), (30, 0.95)])
def test_how_much_of_the_planted_is_found_by_the_information_in_the_answers(bits, least):
    found, honest = [], 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        questions = bits // 2 + 2
        chances = rng.dirichlet(np.full(4, 3.0), questions)
        answers = np.stack([rng.choice(4, 600, p=p) for p in chances], axis=1)
        minutes = np.sort(rng.integers(0, 14 * 24 * 60, 600))
        seconds = Neighbours(60 * minutes, HOUR, 3 * HOUR)
        twins = find_twins(answers, seconds)
        if twins.bits < bits:
            continue
        found.append(share_seen(answers, seconds, twins))
        honest += int(twins.twin.sum() + twins.echo.sum())
    assert len(found) > 5
    assert np.mean(found) >= least
    assert honest == 0


def test_the_table_of_the_documentation_is_what_its_command_prints():
    docs = Path(__file__).parents[2] / "docs" / "screening.md"
    assert "\n".join(found_shares()) in docs.read_text(encoding="utf-8")


@pytest.mark.parametrize("questions", [6, 12, 20, 60])
def test_files_without_a_batch_raise_next_to_no_alarm(questions):
    rows = marked = 0
    for seed in range(8):
        rng = np.random.default_rng(100 + seed)
        answers, minutes = waves_of_the_like_minded(rng, questions)
        found = twins_of(answers, minutes)
        rows += len(answers)
        marked += int((found.twin | found.echo).sum())
    assert marked <= 0.001 * rows


def test_few_rows_are_told_apart_from_none(tmp_path):
    rows = [["", 300, "", "", "yes", *"abcabcabca"] for _ in range(3)]
    responses, _ = read(tmp_path, rows)
    assert survey.near_copies(responses).looked_for == "nothing"
    assert flagged(tmp_path, rows, "near_copies", COMPLETE) == []
