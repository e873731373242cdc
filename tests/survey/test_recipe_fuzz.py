"""Recipes edited by hand and calls with the wrong kind of value: one line each, or a sound result."""

import copy
import json

import numpy as np
import pandas as pd
import pytest

import survey
from analysis import adjust, group_difference, quantiles, shares, suppress_complementary, trimming_error
from survey.weighting.recipe import recipe_from_json

WRONG = (None, True, -1, 0, 1.5, "x", "", [], {}, ["a", "b"], [1, 2, 3], float("nan"), 1e300, "\u0000")


def sample():
    random = np.random.default_rng(1)
    frame = pd.DataFrame({"sex": random.choice(["m", "f"], 120), "age": random.choice(list("abc"), 120)})
    frame = frame.assign(came=random.choice(["y", "n"], 120), income=random.normal(5, 1, 120))
    frame["price"] = random.integers(0, 2, 120).astype(float)
    return survey.from_frame(frame, multiple={"c": ["price"]}, sample="opt-in")


def recipe():
    """A recipe with a step of every kind."""
    made = survey.adjust_nonresponse(sample(), "came", "y", classes=["sex"])
    margins = {"sex": {"m": 0.5, "f": 0.5}, "age": {"a": 0.3, "b": 0.4, "c": 0.3}}
    made = survey.rake(made, margins, collapse={"age": "neighbours"}, margin_errors={"sex": 500})
    return survey.trim(made, value=3)


def places(value, path=()):
    """Return the path of every value in nested lists and dicts."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*path, key))


TEXT, SAMPLE = json.loads(recipe().recipe.to_json()), sample()


@pytest.mark.parametrize("path", [p for p in places(TEXT) if p], ids=str)
def test_a_recipe_edited_by_hand_is_refused_or_runs(path):
    lines = []
    for value in WRONG:
        edited = copy.deepcopy(TEXT)
        at = edited
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = value
        try:
            made = survey.run_recipe(recipe_from_json(json.dumps(edited)), SAMPLE)
        except survey.SurveyError as error:
            lines.append(str(error))
            continue
        assert np.isfinite(made.weight).all()
        assert (made.weight > 0).all()
    assert all(len(line.splitlines()) == 1 for line in lines)


def test_a_recipe_with_a_mark_before_its_text_is_read(tmp_path):
    path = tmp_path / "recipe.json"
    path.write_text(recipe().recipe.to_json(), encoding="utf-8-sig")
    assert survey.read_recipe(path) == recipe().recipe
    with pytest.raises(survey.SurveyError, match="cannot be written"):
        recipe().recipe.to_json(tmp_path / "no" / "recipe.json")


def test_numbers_of_numpy_go_into_recipes_and_records():
    made = survey.rake(
        sample(), {"sex": {"m": 0.5, "f": 0.5}}, collapse_below=np.int64(30), bounds=np.array([0.2, 5])
    )
    again = survey.make_replicates(made, "rao_wu", replicates=np.int64(50), seed=np.int64(3))
    from survey.history import history_to_dict

    assert json.loads(json.dumps(history_to_dict(again.history)))["weighting"]["replication"]["seed"] == 3
    assert recipe_from_json(made.recipe.to_json()) == made.recipe


CALLS = {
    "figures as a list": lambda s: survey.rake(s, {"sex": [0.5, 0.5]}),
    "figures missing": lambda s: survey.rake(s, {"sex": None}),
    "key a number": lambda s: survey.rake(s, {1: {"m": 1}}),
    "bounds a number": lambda s: survey.rake(s, {"sex": {"m": 0.5, "f": 0.5}}, bounds=5),
    "bounds missing": lambda s: survey.rake(s, {"sex": {"m": 0.5, "f": 0.5}}, bounds=None),
    "errors a number": lambda s: survey.rake(s, {"sex": {"m": 0.5, "f": 0.5}}, margin_errors=100),
    "collapse a text": lambda s: survey.rake(s, {"sex": {"m": 0.5, "f": 0.5}}, collapse="neighbours"),
    "partners missing": lambda s: survey.rake(s, {"sex": {"m": 0.5, "f": 0.5}}, collapse={"sex": None}),
    "partners flat": lambda s: survey.rake(s, {"sex": {"m": 0.5, "f": 0.5}}, collapse={"sex": ["m", "f"]}),
    "partners twice": lambda s: survey.rake(
        s, {"sex": {"m": 0.5, "f": 0.5}}, collapse={"sex": [["m", "f"], ["m"]]}
    ),
    "minimum a text": lambda s: survey.rake(s, {"sex": {"m": 0.5, "f": 0.5}}, collapse_below="30"),
    "rho missing": lambda s: survey.make_replicates(s, "fay", rho=None),
    "seed negative": lambda s: survey.make_replicates(s, "rao_wu", seed=-1),
    "replicates not whole": lambda s: survey.make_replicates(s, "rao_wu", seed=1, replicates=50.0),
    "recipe and sample swapped": lambda s: survey.run_recipe(s, survey.Recipe()),
    "recipe of nothing": lambda s: survey.run_recipe(survey.Recipe(), s) and survey.read_recipe(None),
    "a frame for a sample": lambda s: shares(pd.DataFrame(), "c"),
    "question a number": lambda s: shares(s, 1),
    "question a list": lambda s: shares(s, ["c"]),
    "question missing": lambda s: shares(s, None),
    "group a number": lambda s: shares(s, "c", by=5),
    "family missing": lambda s: adjust(group_difference(s, "c", "sex"), None),
    "probability a text": lambda s: quantiles(s, "income", "half"),
    "multiple of zero": lambda s: trimming_error(s, "c", "price", multiples=0),
    "classes a number": lambda s: survey.adjust_nonresponse(s, "came", "y", classes=5),
    "columns a list": lambda s: survey.from_frame(pd.DataFrame({"a": [1, 2]}), ["a"]),
    "columns missing": lambda s: survey.from_frame(pd.DataFrame({"a": [1, 2]}), multiple={"m": None}),
    "multiple a list": lambda s: survey.from_frame(pd.DataFrame({"a": [1, 2]}), multiple=["a"]),
    "margin of numbers": lambda s: survey.rake(s, {"income": {"1": 1}}),
    "responded by a number": lambda s: survey.adjust_nonresponse(s, "income", 1),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_wrong_kind_of_value_is_refused_in_a_line(name):
    with pytest.raises(survey.SurveyError) as caught:
        CALLS[name](sample())
    assert len(str(caught.value).splitlines()) == 1


def test_single_values_stand_for_lists_of_one():
    s = sample()
    assert len(quantiles(s, "income", 0.5)) == 1
    assert len(trimming_error(s, "c", "price", multiples=5)) == 2
    assert survey.adjust_nonresponse(s, "came", "y", classes="sex").recipe.steps[0].classes == ("sex",)
    table = shares(s, "sex")
    assert suppress_complementary(table, adding="sex") is suppress_complementary(table, adding=None) is table
    assert survey.calibrate(s, {"sex": {"m": 60, "f": 60}}, totals=pd.Series({"income": 600.0})).recipe.steps
