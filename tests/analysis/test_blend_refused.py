"""What two samples cannot be joined by is refused by name; and joined again in every replicate."""

import numpy as np
import pandas as pd
import pytest
from two_samples import link_and_names, two_samples

import survey
from analysis import balance, blend, composite, reference_bias, worth_in_random_answers
from survey.errors import EstimateError

LINK, NAMES = link_and_names()


def samples(link=LINK, names=NAMES, **given):
    return survey.from_frame(link), survey.reference(names, **({"weight": "w"} | given))


def refused(words, call, *arguments, **given):
    with pytest.raises(EstimateError, match=words):
        call(*arguments, **given)


def test_a_category_that_only_one_sample_has():
    few = NAMES[NAMES["district"] != "west"]
    words = 'covariate "district": .* of the volunteers are west, and nobody of the reference sample; merge'
    refused(words, blend, *samples(names=few), "sends", covariates=["district"])
    few = LINK[LINK["age"] != "old"]
    words = r'covariate "age": \d+ of the reference sample are old, and none of the volunteers'
    for method in ("ipw", "doubly_robust", "mass_imputation"):
        refused(words, blend, *samples(link=few), "sends", covariates=["age", "income"], method=method)
    # Answers carried over need no more than the categories of the random sample.
    few = NAMES[NAMES["district"] != "west"]
    found = blend(*samples(names=few), "sends", covariates=["district"], method="mass_imputation")
    assert found.frame["estimate"].notna().all()


def test_nobody_overlaps():
    apart = LINK.assign(income=LINK["income"] + 100)
    words = "the volunteers and the reference sample do not overlap in income; leave it out"
    for method in ("ipw", "ipw_calibrated", "doubly_robust"):
        refused(words, blend, *samples(link=apart), "sends", covariates=["age", "income"], method=method)
    refused(words, balance, *samples(link=apart), ["income"])


def test_totals_that_no_weights_give():
    random = np.random.default_rng(2)
    link = pd.DataFrame({"x": random.uniform(0, 1, 200), "yes": random.integers(0, 2, 200)})
    names = pd.DataFrame({"x": np.r_[random.uniform(1.2, 3, 98), 0.01, 0.02], "w": np.full(100, 40.0)})
    words = "no weights above 1 give the volunteers the totals of the reference sample in x"
    refused(words, blend, *samples(link, names), "yes", covariates=["x"], method="ipw_calibrated")


def test_weights_that_do_not_say_how_many_each_stands_for():
    refused("nothing that says how many people", survey.reference, NAMES)
    words = "do not say how many each stands for; give weights that add up to the population"
    refused(words, blend, *samples(names=NAMES.assign(w=1.0)), "sends", covariates=["age"])
    scaled = NAMES.assign(w=NAMES["w"] / NAMES["w"].mean())
    refused(words, blend, *samples(names=scaled), "sends", covariates=["age"])
    # Of answers carried over only the proportions of the weights count.
    blend(*samples(names=scaled), "sends", covariates=["age"], method="mass_imputation")


def test_volunteers_that_are_none():
    drawn = survey.reference(NAMES, weight="w")
    refused("have weights of their own", blend, drawn, drawn, "sends", covariates=["age"])
    clusters = survey.from_frame(LINK, clusters="district")
    refused("strata, clusters or replicate weights", blend, clusters, drawn, "sends", covariates=["age"])
    trimmed = survey.trim(survey.rake(samples()[0], {"age": {"old": 0.6, "young": 0.4}}), value=1.1)
    refused("one raking, or unweighted", blend, trimmed, drawn, "sends", covariates=["age"])
    refused("was given", blend, LINK, drawn, "sends", covariates=["age"])


def test_questions_of_other_kinds_or_options():
    other = NAMES.assign(age=np.arange(len(NAMES)))
    words = '"age": is a single question among the volunteers and a number question in the reference'
    refused(words, blend, *samples(names=other), "sends", covariates=["age"])
    refused(words, reference_bias, *samples(names=other), "age")
    other = NAMES.assign(sends=NAMES["sends"].map({"yes": "1", "no": "2"}))
    words = (
        "has other options among the volunteers than in the reference sample: no, yes, 1, 2; code both alike"
    )
    refused(words, reference_bias, *samples(names=other), "sends")
    refused(words, composite, *samples(names=other), "sends")
    ticked = LINK.assign(a=1, b=0)
    both = survey.from_frame(ticked, multiple={"m": ["a", "b"]})
    drawn = survey.reference(NAMES.assign(a=1, b=0), weight="w", multiple={"m": ["a", "b"]})
    refused("is a multiple question; name single questions", blend, both, drawn, "sends", covariates=["m"])


def test_covariates_that_depend_on_each_other_or_tell_the_answer():
    twice = [frame.assign(half=frame["income"] / 2) for frame in (LINK, NAMES)]
    words = r"volunteers: has covariates that depend on each other \(income, half\)"
    refused(words, blend, *samples(*twice), "sends", covariates=["income", "half"])
    told = [frame.assign(told=np.where(frame["sends"] == "yes", 1.0, 0.0)) for frame in (LINK, NAMES)]
    given = {"covariates": ["told"], "method": "mass_imputation"}
    words = 'told tell exactly who answered no, .*use family="linear"'
    refused(words, blend, *samples(*told), "sends", **given)
    assert blend(*samples(*told), "sends", family="linear", **given).frame["estimate"].notna().all()
    refused(
        "is a covariate of the joining",
        reference_bias,
        *samples(),
        "age",
        adjustment="ipw",
        covariates=["age"],
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"covariates": []}, "has none to join the samples by"),
        ({"size": 0}, "is not a number of people"),
        ({"size": True}, "is not a recognised value"),
        ({"size": "all"}, "is not a recognised value"),
        ({"size": 6000, "by": "district"}, "one number for several groups"),
        ({"neighbours": 0, "method": "nearest_neighbour"}, "is not a whole number above 0"),
        ({"method": "raking"}, "is not a recognised value"),
        ({"family": "poisson"}, "is not a recognised value"),
        ({"joining": "gee"}, "is not a recognised value"),
        ({"question": "fee", "family": "logistic"}, "is for shares"),
        ({"covariates": ["agee"]}, "age"),
        ({"by": "income"}, "by"),
    ],
)
def test_arguments_that_mean_nothing(given, words):
    given = {"covariates": ["age"]} | given
    refused(words, blend, *samples(), given.pop("question", "sends"), **given)


def test_a_bias_that_is_none():
    refused('use "same", "cautious", a table', composite, *samples(), "sends", bias_from="other")
    refused('use "same", "cautious", a table', composite, *samples(), "sends", bias_from=None)
    refused(
        "no row of a bias",
        composite,
        *samples(),
        "sends",
        bias_from=blend(*samples(), "sends", covariates=["age"]),
    )
    refused("names no question", reference_bias, *samples(), [])
    refused("has no shares|fee", worth_in_random_answers, *samples(), "fee")


def test_people_without_a_covariate_are_left_out_of_means_and_refused_in_totals():
    gaps = NAMES.assign(income=NAMES["income"].where(np.arange(len(NAMES)) % 10 > 0))
    found = blend(*samples(names=gaps), "sends", covariates=["age", "income"]).frame
    assert found["estimate"].sum() == pytest.approx(1)
    words = "some of the reference sample have no answer to a covariate"
    refused(words, blend, *samples(names=gaps), "sends", covariates=["income"], measure="total")


def test_a_group_that_the_random_sample_does_not_know():
    drawn = survey.reference(NAMES.drop(columns="district"), weight="w")
    link = samples()[0]
    found = blend(link, drawn, "sends", covariates=["age"], by="district").frame
    assert found["group"].unique().tolist() == ["east", "north", "west"]
    words = 'by="district": is no question of the reference sample'
    refused(words, blend, link, drawn, "sends", covariates=["age"], by="district", method="doubly_robust")


@pytest.mark.parametrize("method", ["ipw", "mass_imputation", "doubly_robust"])
def test_replicates_do_everything_again_by_either_sample_s_own_design(method):
    link, drawn = two_samples(link=500, names=150)
    margins = {"age": {"old": 0.6, "young": 0.4}}
    link = survey.rake(link, margins, bounds=(0, np.inf)) if method == "ipw" else link
    given = {"covariates": ["district", "income"], "method": method}
    linear = blend(link, drawn, "sends", **given).frame.iloc[0]
    again = blend(
        survey.make_replicates(link, "multinomial", replicates=200, seed=3),
        survey.make_replicates(drawn, "rao_wu", replicates=200, seed=4),
        "sends",
        **given,
    ).frame.iloc[0]
    assert again["estimate"] == pytest.approx(linear["estimate"], rel=1e-9)
    for name in ("se_volunteers", "se_reference"):
        assert again[name] == pytest.approx(linear[name], rel=0.15), name
    assert again["se_volunteers"] != linear["se_volunteers"]
    # Those that leave one out are near the linearised errors.
    left_out = survey.make_replicates(drawn, "jkn")
    assert blend(link, left_out, "sends", **given).frame["se_reference"].iloc[0] == pytest.approx(
        linear["se_reference"], rel=0.03
    )
    jackknifed = survey.make_replicates(link, "jk1")
    assert blend(jackknifed, drawn, "sends", **given).frame["se_volunteers"].iloc[0] == pytest.approx(
        linear["se_volunteers"], rel=0.08
    )


def test_replicates_give_neighbours_the_volunteers_error_and_a_bias_its_covariance():
    link, drawn = two_samples(link=300, names=120)
    both = (
        survey.make_replicates(link, "multinomial", replicates=60, seed=3),
        survey.make_replicates(drawn, "jkn"),
    )
    given = {"covariates": ["income"]}
    found = blend(*both, "sends", method="nearest_neighbour", **given).frame.iloc[0]
    assert found["se_volunteers"] > 0
    assert found["note"] != "error_of_reference_alone"
    linear = reference_bias(link, drawn, "sends", adjustment="ipw", **given).frame.iloc[0]
    again = reference_bias(*both, "sends", adjustment="ipw", **given).frame.iloc[0]
    assert again["std_error"] == pytest.approx(linear["std_error"], rel=0.15)
