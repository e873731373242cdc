"""A study with a random sample beside it: what is measured, withheld, and allowed for."""

import numpy as np
import pytest
from beside import write_beside

from analysis.study.check import check_study
from analysis.study.run import run_study
from survey import read_study

TICKS = ("concerns.price", "concerns.quality", "concerns.none")


def run(path):
    return run_study(read_study(path)).estimates


def test_bias_of_what_both_have_and_joined_shares_of_the_rest(tmp_path):
    found = run(write_beside(tmp_path))
    measured = found.rows(question="intent", measure="bias_weighted")
    shares, drawn = (
        found.rows(measure="share", question="intent", by=""),
        found.rows(measure="reference_share"),
    )
    for option in ("yes", "depends", "no"):
        bias = float(measured[measured["option"] == option]["estimate"].iloc[0])
        own, theirs = (float(t[t["option"] == option]["estimate"].iloc[0]) for t in (shares, drawn))
        assert bias == pytest.approx(own - theirs, abs=2e-4)
    assert found.rows(measure="bias_unweighted")["p_adjusted"].notna().all()
    for method in ("ipw", "doubly_robust"):
        joined = found.rows(measure=method, by="")
        assert joined["question"].unique().tolist() == ["concerns"]
        assert (joined["flag"] != "suppress").all()
        assert (joined["se_volunteers"] > 0.01).all()
        assert len(found.rows(measure=f"bias_{method}")) == 3
    assert found.rows(measure="ipw", by="district")["group"].unique().tolist() == ["north", "south", "west"]
    assert found.rows(measure="doubly_robust", by="district").empty
    assert found.rows(measure="overlap")["estimate"].iloc[0] > 0.9
    # The headline question was not asked of the random sample: the other counts as a benchmark.
    assert found.rows(measure="total_error")["note"].unique().tolist() == ["reference"]
    assert sorted(found.rows(measure="total_error")["group"].unique()) == ["0.06", "0.1"]


def test_nothing_is_joined_where_a_bias_remains(tmp_path):
    found = run(write_beside(tmp_path, intent=lambda i: ("yes", "yes", "yes", "no")[i % 4]))
    assert (found.rows(measure="bias_ipw")["p_adjusted"] < 0.05).any()
    for method in ("ipw", "doubly_robust"):
        joined = found.rows(measure=method)
        assert (joined["flag"] == "suppress").all()
        assert set(joined["note"]) <= {"bias_remains", "few_answers", "share_withheld"}
        assert joined["estimate"].isna().all()


def test_joined_shares_are_marked_where_no_bias_could_be_tested(tmp_path):
    found = run(write_beside(tmp_path, columns=()))
    assert found.rows(measure="bias_weighted").empty
    assert set(found.rows(measure="ipw", by="")["note"]) == {"bias_not_tested"}


def test_what_was_measured_is_what_is_allowed_for(tmp_path):
    found = run(write_beside(tmp_path, columns=("intent", *TICKS)))
    limits = found.rows(measure="total_error")
    assert limits["group"].unique().tolist() == ["reference"]
    bias = found.rows(measure="bias_weighted", question="concerns").iloc[0]
    share = found.rows(measure="share", question="concerns", by="").iloc[0]
    allowed = np.hypot(bias["estimate"], bias["std_error"])
    low = share["estimate"] - np.hypot(share["estimate"] - share["conf_low"], 1.959963985 * allowed)
    assert limits["conf_low"].iloc[0] == pytest.approx(max(low, 0), abs=3e-4)
    assert found.rows(measure="ipw").empty


def test_what_rests_on_a_withheld_share_is_withheld(tmp_path):
    found = run(write_beside(tmp_path, people=24, columns=("intent", *TICKS)))
    for measure in ("reference_share", "bias_unweighted", "bias_weighted", "random_answers", "total_error"):
        rows = found.rows(measure=measure)
        assert len(rows)
        assert (rows["flag"] == "suppress").all(), measure
        assert rows[["estimate", "se_reference", "conf_low"]].isna().all(axis=None)


def test_check_says_what_the_random_sample_is_set_against(tmp_path):
    notes = check_study(read_study(write_beside(tmp_path)))[-1].notes
    assert str(notes[-1]) == (
        "random sample names.csv: 150 people; asked as well: intent; joined for concerns by district, sex"
    )
