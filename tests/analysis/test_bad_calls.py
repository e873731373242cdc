"""Mistakes of people who hand over a data frame: each is refused by name, and nothing warns."""

import numpy as np
import pandas as pd
import pytest

import analysis
import survey
from survey.errors import CalibrationError, EstimateError, MarginError, SurveyError

TICKS = {"concerns": ["price", "quality"]}


def frame(**columns):
    made = pd.DataFrame({
        "sex": ["m", "f"] * 20,
        "area": ["north"] * 10 + ["south"] * 30,
        "w": np.linspace(0.5, 2, 40),
        "size": [100.0] * 10 + [300.0] * 30,
        "unit": np.repeat(np.arange(8), 5),
        "fee": np.arange(40.0) * 50,
        "price": [1, 0, 0, 1] * 10,
        "quality": [0, 1, 1, 1] * 10,
        "zero": np.zeros(40),
        "huge": np.full(40, 1e300),
    })  # fmt: skip
    return made.assign(**columns)


def with_cell(column, row, value):
    return frame(**{column: frame()[column].astype(object).where(np.arange(40) != row - 1, value)})


def numbers_with(column, row, value):
    return frame(**{column: frame()[column].astype(float).where(np.arange(40) != row - 1, value)})


def sample(**arguments):
    return survey.from_frame(frame(), **{"multiple": TICKS, **arguments})


def of_waves(one, two):
    return [analysis.shares(sample(wave=wave), "sex") for wave in (one, two)]


def test_the_sound_calls_work():
    raked = survey.rake(sample(weight="w", strata="area", fpc="size"), {"sex": {"m": 0.4, "f": 0.6}})
    assert len(analysis.shares(raked, "concerns", by="area")) == 4
    assert len(analysis.change(*of_waves("2024", "2023"))) == 2
    mixed = survey.rake(sample(), {"sex": {"m": 4900, "f": 5100}, "area": {"north": 0.5, "south": 0.5}})
    assert mixed.scale == 250


# each name with the call, the error and words of its text
CALLS = {
    "NaN weight": (
        lambda: survey.from_frame(numbers_with("w", 3, np.nan), "w"), EstimateError,
        ["row 3", "nan", "above 0"]),
    "weight of 0": (
        lambda: survey.from_frame(numbers_with("w", 3, 0), "w"), EstimateError, ["row 3", "0.0", "above 0"]),
    "weight of 0 for all": (
        lambda: sample(weight="zero", strata="area"), EstimateError, ["base weights", "0 for everybody"]),
    "weights of 1e300": (lambda: sample(weight="huge"), EstimateError, ["base weights", "1e+300", "unit"]),
    "negative weight in a design": (
        lambda: survey.from_frame(numbers_with("w", 3, -1), "w", strata="area"), EstimateError,
        ["row 3", "-1.0", "from 0 up"]),
    "df unknown": (lambda: sample(df="rank"), EstimateError, ['df="rank"', '"design"']),
    "domain no mapping": (
        lambda: survey.rake(sample(), {"sex": {"m": 0.5, "f": 0.5}}, domain="north"), CalibrationError,
        ["domain", "'north'"]),
    "domain of no category": (
        lambda: survey.rake(sample(), {"sex": {"m": 0.5, "f": 0.5}}, domain={"area": "nort"}), EstimateError,
        ['domain "area"', '"nort"', 'did you mean "north"?']),
    "domain of numbers": (
        lambda: survey.rake(sample(), {"sex": {"m": 0.5, "f": 0.5}}, domain={"fee": "50"}), EstimateError,
        ['domain "fee"', "number", "astype(str)"]),
    "weights of no sample": (lambda: survey.weights(frame()), EstimateError, ["weights", "DataFrame"]),
    "weights of another frame": (
        lambda: survey.person_weights(sample(), frame().iloc[1:]), EstimateError, ["not made of these"]),
    "grouped by codes": (
        lambda: analysis.shares(sample(), "sex", by="unit"), EstimateError,
        ['by="unit"', "whole numbers", "astype(str)"]),
    "numbers as objects": (
        lambda: survey.from_frame(frame(fee=[*range(39), "x"])), EstimateError,
        ['column "fee"', "numbers as objects", "to_numeric"]),
    "empty text": (
        lambda: survey.from_frame(frame(sex=["m", ""] * 20)), EstimateError,
        ['column "sex"', "empty text", "NA"]),
    "grouped twice by one": (
        lambda: analysis.shares(sample(), "sex", by=["area", "area"]), EstimateError, ['by="area"', "twice"]),
    "shares of codes": (
        lambda: analysis.shares(sample(), "unit"), EstimateError, ["question unit: ", "astype(str)"]),
    "negative weight": (
        lambda: survey.from_frame(numbers_with("w", 3, -1), "w"), EstimateError, ["row 3", "-1.0"]),
    "infinite weight": (
        lambda: survey.from_frame(numbers_with("w", 3, np.inf), "w"), EstimateError, ["row 3", "inf"]),
    "weight as text": (lambda: survey.from_frame(frame(), "sex"), EstimateError, ['column "sex"', "numbers"]),
    "missing weight column": (
        lambda: survey.from_frame(frame(), "wt"), EstimateError, ['column "wt"', "sex, area, w"]),
    "missing stratum column": (
        lambda: sample(strata="aera"), EstimateError, ['column "aera"', 'did you mean "area"?']),
    "missing tick column": (
        lambda: sample(multiple={"c": ["price", "qualty"]}), EstimateError, ['column "qualty"', '"quality"']),
    "column twice": (
        lambda: survey.from_frame(pd.concat([frame(), frame()[["sex"]]], axis=1)), EstimateError,
        ['column "sex"', "twice"]),
    "no frame": (lambda: survey.from_frame([1, 2]), EstimateError, ["from_frame", "list", "DataFrame"]),
    "empty frame": (lambda: survey.from_frame(frame()[:0]), EstimateError, ["no rows", "at least two"]),
    "frame of one row": (lambda: survey.from_frame(frame()[:1]), EstimateError, ["one row", "at least two"]),
    "frame of weights alone": (lambda: survey.from_frame(frame()[["w"]], "w"), EstimateError, ["no answers"]),
    "unknown sample": (lambda: sample(sample="quota"), EstimateError, ['sample="quota"', '"opt-in"']),
    "stratum blank": (
        lambda: survey.from_frame(with_cell("area", 3, None), strata="area"), EstimateError,
        ['"area", row 3', "empty"]),
    "cluster blank": (
        lambda: survey.from_frame(with_cell("unit", 4, None), clusters="unit"), EstimateError,
        ['"unit", row 4']),
    "fpc under the sample": (
        lambda: survey.from_frame(frame(size=20.0), strata="area", fpc="size"), EstimateError,
        ["fpc", "20", "30 sampled"]),
    "fpc that varies": (
        lambda: sample(fpc="size"), EstimateError, ["fpc", "not one number", "whole stratum"]),
    "fpc of 0": (lambda: survey.from_frame(frame(size=0.0), fpc="size"), EstimateError, ["fpc", "above 0"]),
    "NaN fpc": (
        lambda: survey.from_frame(numbers_with("size", 3, np.nan), fpc="size"), EstimateError,
        ["fpc", "not one"]),
    "tick of 2": (
        lambda: survey.from_frame(numbers_with("price", 5, 2), multiple=TICKS), EstimateError,
        ['column "price", row 5', "0 and 1"]),
    "tick as text": (lambda: sample(multiple={"c": ["sex"]}), EstimateError, ['column "sex"', "numbers"]),
    "no tick columns": (
        lambda: sample(multiple={"concerns": []}), EstimateError, ['"concerns"', "no columns"]),
    "tick columns as one text": (
        lambda: sample(multiple={"c": "price"}), EstimateError, ['"c"', 'list', '"price"']),
    "ticks under a taken name": (
        lambda: sample(multiple={"sex": ["price"]}), EstimateError, ['"sex"', "another name"]),
    "totals that disagree": (
        lambda: survey.rake(sample(), {"sex": {"m": 50, "f": 50}, "area": {"north": 60, "south": 60}}),
        MarginError, ['margin "sex" and margin "area"', "100 and 120"]),
    "shares of 0.9": (
        lambda: survey.rake(sample(), {"sex": {"m": 0.4, "f": 0.5}}), MarginError,
        ['margin "sex"', "0.9", "not 1"]),
    "category without a target": (
        lambda: survey.rake(sample(), {"sex": {"m": 1.0}}), MarginError,
        ['margin "sex"', "figure for f", "20 people"]),
    "target without a category": (
        lambda: survey.rake(sample(), {"sex": {"m": 40, "f": 50, "x": 10}}), MarginError,
        ['margin "sex"', "category x has no respondents"]),
    "negative target": (
        lambda: survey.rake(sample(), {"sex": {"m": -1, "f": 2}}), MarginError,
        ['margin "sex"', "m", "-1", "from 0 up"]),
    "NaN target": (
        lambda: survey.rake(sample(), {"sex": {"m": np.nan, "f": 2}}), MarginError,
        ['margin "sex"', "m", "nan"]),
    "target of 0": (
        lambda: survey.rake(sample(), {"sex": {"m": 0, "f": 1}}), MarginError,
        ['margin "sex"', "m has a target of 0", "20 people"]),
    "target of 0 for all": (
        lambda: survey.rake(sample(), {"sex": {"m": 0, "f": 0}}), MarginError,
        ['margin "sex"', "sum to 0"]),
    "target as text": (
        lambda: survey.rake(sample(), {"sex": {"m": "half", "f": 1}}), MarginError, ['margin "sex"', "half"]),
    "category of another type": (
        lambda: survey.rake(sample(), {"sex": {1: 50, 2: 50}}), MarginError, ['margin "sex"', "f, m"]),
    "crossed category of one part": (
        lambda: survey.rake(sample(), {("sex", "area"): {"m": 50, "f": 50}}), MarginError,
        ["sex x area", "m", "2 parts"]),
    "no targets": (lambda: survey.rake(sample(), {"sex": {}}), MarginError, ['margin "sex"', "no figures"]),
    "no margins": (lambda: survey.rake(sample(), {}), MarginError, ["rake", "no margins"]),
    "unknown margin": (
        lambda: survey.rake(sample(), {"sexx": {"m": 1.0}}), EstimateError,
        ['question sexx: ', 'did you mean "sex"?']),
    "margin of a number": (
        lambda: survey.rake(sample(), {"fee": {"m": 1.0}}), MarginError, ['"fee"', "astype(str)"]),
    "margin of ticks": (
        lambda: survey.rake(sample(), {"concerns": {"price": 1.0}}), MarginError,
        ['"concerns"', "one answer"]),
    "bounds reversed": (
        lambda: survey.rake(sample(), {"sex": {"m": 0.5, "f": 0.5}}, bounds=(5, 0.2)), CalibrationError,
        ["bounds", "(5, 0.2)"]),
    "bounds of NaN": (
        lambda: survey.rake(sample(), {"sex": {"m": 0.5, "f": 0.5}}, bounds=(0.2, np.nan)), CalibrationError,
        ["bounds", "nan"]),
    "bounds too tight": (
        lambda: survey.rake(sample(), {"sex": {"m": 0.9, "f": 0.1}}, bounds=(0.2, 1.5)), CalibrationError,
        ['"sex"', "bounds = [0.2, 1.8] would do"]),
    "raked before": (
        lambda: survey.rake(survey.rake(sample(), {"sex": {"m": 0.5, "f": 0.5}}), {"area": {"north": 0.5,
        "south": 0.5}}),
        EstimateError, ["already been calibrated", "all margins at once"]),
    "unknown question": (
        lambda: analysis.shares(sample(), "concern"), EstimateError,
        ['question concern: ', 'did you mean "concerns"?']),
    "unknown group": (
        lambda: analysis.shares(sample(), "sex", by="aera"), EstimateError,
        ['question aera: ', 'did you mean "area"?']),
    "group of ticks": (
        lambda: analysis.shares(sample(), "sex", by="concerns"), EstimateError,
        ['by="concerns"', "multiple"]),
    "shares of a number": (lambda: analysis.shares(sample(), "fee"), EstimateError, ['n fee: ', "number"]),
    "nobody answered": (
        lambda: analysis.shares(survey.from_frame(frame(none=pd.Series([None] * 40, dtype=object),
        also=frame()["sex"])), "none"),
        EstimateError, ["question none: "]),
    "confidence of 95": (
        lambda: analysis.shares(sample(), "sex", confidence=95), EstimateError, ["confidence=95", "0.95"]),
    "confidence of NaN": (
        lambda: analysis.shares(sample(), "sex", confidence=np.nan), EstimateError, ["confidence=nan"]),
    "difference at confidence 95": (
        lambda: analysis.group_difference(sample(), "sex", "area", confidence=95), EstimateError,
        ["confidence=95", "0.95"]),
    "unknown interval": (
        lambda: analysis.shares(sample(), "sex", interval="wald"), EstimateError,
        ['interval="wald"', '"wilson"']),
    "unknown variance": (
        lambda: analysis.shares(sample(), "sex", variance="levrage"), EstimateError,
        ['variance="levrage"', '"leverage"']),
    "leverage with strata": (
        lambda: analysis.shares(sample(strata="area"), "sex", variance="leverage"), EstimateError,
        ["leverage", "strata", '"taylor"']),
    "leverage with clusters": (
        lambda: analysis.shares(sample(clusters="unit"), "sex", variance="leverage"), EstimateError,
        ["leverage", "clusters"]),
    "change of a wave with itself": (
        lambda: analysis.change(*of_waves("2024", "2024")), EstimateError,
        ['wave "2024"', "two different waves"]),
    "change of nameless waves": (
        lambda: analysis.change(*of_waves("", "")), EstimateError, ["change", "wave", "two different waves"]),
    "change of different questions": (
        lambda: analysis.change(of_waves("2024", "x")[0], analysis.shares(sample(wave="2023"), "concerns")),
        EstimateError, ['"2024" and "2023"', "no share in common"]),
    "difference of an unknown option": (
        lambda: analysis.option_difference(of_waves("a", "b")[0], "m", "x"), EstimateError,
        ['option "x"', "m"]),
    "combine nothing": (lambda: analysis.combine([]), EstimateError, ["combine", "at least one"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_a_wrong_call_is_refused_by_name(name):
    call, error, words = CALLS[name]
    with pytest.raises(SurveyError) as caught:
        call()
    line = str(caught.value)
    assert isinstance(caught.value, error), line
    assert [word for word in words if word not in line] == [], line
    assert len(line.splitlines()) == 1
