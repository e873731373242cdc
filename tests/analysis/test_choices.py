"""Whether other choices move an estimate further than half of its interval: worked, and by hand."""

import pytest
from volunteers import MARGINS, volunteers

import survey
from analysis import change, shares, weighting_alternatives
from analysis.estimates import Estimates, combine, make_estimates
from analysis.sensitivity.alternatives import Alternative, changes_of, distinct, effect_of_choices


def near(value):
    return pytest.approx(value, rel=1e-9, abs=1e-12)


def test_worked_choices(vector):
    cases = [case for name, case in vector("robust").items() if name.startswith("choices")]
    assert len(cases) == 3
    for case in cases:
        i, expected = case["input"], case["expected"]
        found = effect_of_choices(i["share"], *i["interval"], i["choices"])
        assert found.largest_move == near(expected["largest_move"])
        assert found.half == near(expected["half_interval"])
        assert found.matters_more == expected["matters_more"]
        assert list(found.outside) == expected["outside_interval"]
        assert list(found.withheld) == expected["withheld"]


def alternatives_from(wave, choices):
    rows = [
        {"wave": wave, "question": "q", "option": "a", "estimate": p, "n": 100.0 + i}
        | Alternative("bounds", name).keys
        for i, (name, p) in enumerate(choices.items())
    ]
    return make_estimates(rows, None, {})


def test_worked_choices_of_a_change(vector):
    cases = [case for name, case in vector("robust").items() if name.startswith("change_choices")]
    assert len(cases) == 2
    for case in cases:
        i, expected = case["input"], case["expected"]
        d = i["new"] - i["old"]
        own = {"wave": "2024 - 2023", "question": "q", "option": "a", "measure": "change", "estimate": d}
        found = changes_of(
            alternatives_from("2024", i["choices_new"]),
            alternatives_from("2023", i["choices_old"]),
            make_estimates([own | {"conf_low": i["lower"], "conf_high": i["upper"]}], None, {}),
        ).frame
        made = {row["group"]: None if row["flag"] else row["estimate"] for row in found.to_dict("records")}
        assert made == {
            name: value if value is None else near(value) for name, value in expected["changes"].items()
        }
        effect = effect_of_choices(d, i["lower"], i["upper"], made)
        assert effect.largest_move == near(expected["largest_move"])
        assert effect.half == near(expected["half_interval"])
        assert effect.matters_more == expected["matters_more"]
        assert effect.sign_kept == expected["sign_kept"]
        assert list(effect.withheld) == expected["withheld"]


def test_a_choice_that_leaves_people_and_weights_as_another_is_none():
    sample = survey.rake(volunteers(tie=0.4), MARGINS)
    table = weighting_alternatives(sample, "q")
    again = table.frame[table.frame["by"] == "margin_left_out"].assign(by="screening", group="minimal")
    first = again.iloc[:2].assign(group="strict", n=again["n"].iloc[0] - 1)
    own = table.frame[table.frame["by"] == "as_here"].assign(by="screening", group="none")
    parts = [Estimates(own), table, Estimates(again.iloc[:2]), Estimates(first)]
    found = distinct(combine(parts), "q").frame
    assert found["note"].iloc[0] == "no_choice", "the study's own way comes first"
    notes = found.groupby(["by", "group"], sort=False)["note"].first()
    assert notes["screening", "minimal"] == "no_choice"
    assert notes["screening", "strict"] == ""  # one person fewer
    # Wide enough bounds change nothing; the first of its like stays a choice.
    assert notes["as_here", ""] == notes["margin_left_out", "sex"] == ""
    assert notes["bounds", "wider"] == "no_choice"


def test_a_change_is_no_choice_only_where_both_waves_are_alike():
    waves = [survey.rake(volunteers(seed=seed, tie=0.4), MARGINS) for seed in (1, 2)]
    old, new = (weighting_alternatives(wave, "q") for wave in waves)
    for table, wave in ((old, "1"), (new, "2")):
        table.frame["wave"] = wave
    tables = [shares(wave, "q") for wave in waves]
    for table, wave in zip(tables, ("1", "2"), strict=True):
        table.frame["wave"] = wave
    changes = change(tables[1], tables[0])
    found = changes_of(new, old, changes).frame.set_index(["by", "group", "option"])
    own = changes.frame["estimate"].iloc[0]
    assert found.loc[("as_here", "", "yes"), "estimate"] == near(own)
    assert found.loc[("bounds", "wider", "yes"), "note"] == "no_choice"
    shifted = old.frame.assign(n=old.frame["n"].where(old.frame["group"] != "wider", 7.0))
    found = changes_of(new, Estimates(shifted), changes).frame.set_index(["by", "group", "option"])
    assert found.loc[("bounds", "wider", "yes"), "note"] == ""
