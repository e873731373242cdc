"""Shares, weights and errors against R's survey package (tests/reference, each case with its R call)."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rules import ANYTHING

import survey
from analysis import option_difference, shares
from analysis.numeric.intervals import clopper_pearson, korn_graubard, t_quantile

HERE = Path(__file__).parents[1] / "reference"
CASES = {c["id"]: c["result"] for c in json.loads((HERE / "cases.json").read_text(encoding="utf-8"))["cases"]}
DESIGNS = {
    "srs": ("apisrs", {"fpc": "fpc"}),
    "srs_w": ("apisrs", {"weight": "pw"}),
    "strat_wonly": ("apistrat", {"weight": "pw"}),
}
N = {"stype": {"E": 4421, "H": 755, "M": 1018}, "sch.wide": {"No": 1072, "Yes": 5122},
     "awards": {"No": 2027, "Yes": 4167}}  # fmt: skip
CROSSED = {("E", "No"): 472, ("H", "No"): 334, ("M", "No"): 266, ("E", "Yes"): 3949, ("H", "Yes"): 421,
           ("M", "Yes"): 752}  # fmt: skip
MARGINS = {
    "rake2": {name: N[name] for name in ("stype", "sch.wide")},
    "rake3": N,
    "calrake": N,
    "post": {"stype": N["stype"]},
    "postx": {("stype", "sch.wide"): CROSSED},
}
WEIGHTED = [f"{design}_{method}" for design in DESIGNS for method in MARGINS]
QUESTIONS = ("stype", "sch.wide", "awards", "comp.imp")


def frame_of(file):
    frame = pd.read_csv(
        HERE / "data" / f"{file}.csv", dtype={"stype": object}, keep_default_na=False, na_values=[""]
    )
    frame["highmeals"] = np.where(frame["meals"] > 60, "yes", "no")
    return frame[[*QUESTIONS, "highmeals", "pw", "fpc"]]


def design_of(name):
    file, columns = DESIGNS[name]
    return survey.from_frame(frame_of(file), columns.get("weight"), fpc=columns.get("fpc"))


def weighted(name):
    design, method = name.rsplit("_", 1)
    return survey.rake(design_of(design), MARGINS[method], bounds=(0, np.inf))


def share_table(sample, question, by=None):
    return shares(sample, question, by=by, variance="taylor", rules=ANYTHING)


@pytest.mark.parametrize("name", DESIGNS)
def test_groups_domains_and_degrees_of_freedom(name):
    sample, expected = design_of(name), CASES[f"{name}/by/awards_stype"]["columns"]
    table = share_table(sample, "awards", "stype").frame.set_index(["option", "group"])
    for option, suffix in (("Yes", "FALSE"), ("No", "TRUE")):
        column = f'I(awards == "No"){suffix}'
        np.testing.assert_allclose(table.loc[option]["estimate"], expected[column], rtol=1e-9)
        np.testing.assert_allclose(table.loc[option]["std_error"], expected[f"se.{column}"], rtol=1e-9)
    domain = share_table(sample, "awards", "highmeals").frame.query("group == 'yes'")
    np.testing.assert_allclose(
        domain["estimate"], CASES[f"{name}/domain/prop_highmeals"]["estimate"], rtol=1e-9
    )
    np.testing.assert_allclose(domain["std_error"], CASES[f"{name}/domain/prop_highmeals"]["se"], rtol=1e-9)
    assert set(domain["df"]) == set(CASES[f"{name}/domain/degf_highmeals"]["values"])
    assert share_table(sample, "awards").frame["df"].iloc[0] == CASES[f"{name}/degf"]["values"][0]


@pytest.mark.parametrize("name", DESIGNS)
def test_a_contrast_of_two_groups_on_the_joint_covariance(name):
    found = share_table(design_of(name), "awards", "stype")
    places = [
        found.frame.index[(found.frame["option"] == "No") & (found.frame["group"] == g)][0] for g in "EH"
    ]
    gradient = np.zeros(len(found))
    gradient[places] = 1, -1
    expected = CASES[f"{name}/by/contrast_prop_E_H"]
    assert gradient @ found.frame["estimate"] == pytest.approx(expected["estimate"][0], rel=1e-9)
    assert gradient @ found.covariance @ gradient == pytest.approx(expected["vcov"][0][0], rel=1e-9)


@pytest.mark.parametrize("name", DESIGNS)
def test_korn_graubard_intervals_of_groups(name):
    """R counts the degrees of freedom of the whole design here and does not cap at n."""
    expected = CASES[f"{name}/by/ciprop_stype_beta"]["columns"]
    table = share_table(design_of(name), "awards", "stype").frame.query("option == 'No'")
    p, n_eff = table["estimate"].to_numpy(), table["n_eff"].to_numpy()
    df = table["df"].to_numpy()
    ratio = (t_quantile(0.95, table["n"].to_numpy() - 1) / t_quantile(0.95, df)) ** 2
    low, high = clopper_pearson(p, n_eff * ratio, 0.95)
    np.testing.assert_allclose(low, expected["ci_l"], rtol=1e-9)
    np.testing.assert_allclose(high, expected["ci_u"], rtol=1e-9)
    capped = korn_graubard(p, table["n"].to_numpy(), n_eff, df, 0.95)
    narrower = n_eff * ratio > table["n"].to_numpy()
    np.testing.assert_allclose(capped[0][~narrower], low[~narrower], rtol=1e-12)
    assert (capped[0][narrower] < low[narrower]).all()


@pytest.mark.parametrize("name", WEIGHTED)
def test_weights_after_calibration(name):
    sample = weighted(name)
    frame = frame_of(DESIGNS[name.rsplit("_", 1)[0]][0])
    margins = [q for q in QUESTIONS if q in N]
    levels = {q: sample.tally.question(q)[0].options for q in margins}
    records = {
        tuple(levels[q][sample.tally.codes[q][i]] for q in margins): weight
        for i, weight in enumerate(sample.weight)
    }
    found = [records[tuple(row)] for row in frame[margins].itertuples(index=False)]
    np.testing.assert_allclose(found, CASES[f"{name}/weights"]["weights"], rtol=1e-7)
    total, least, most, deff = CASES[f"{name}/summary"]["values"]
    record, mean = sample.history.weighting, sample.scale * sample.tally.base.sum() / sample.tally.n
    assert mean * record.n == pytest.approx(total, rel=1e-9)
    assert record.smallest * mean == pytest.approx(least, rel=1e-7)
    assert record.largest * mean == pytest.approx(most, rel=1e-7)
    assert record.design_effect == pytest.approx(deff, rel=1e-7)


def swept_error(name, inside, chosen, *, sweeps=10):
    """Error of a share as R's rake() has it: residuals from ten sweeps of unweighted margin means.

    That is the projection of methods 2.3 where base weights are equal and the sweeps have settled;
    R's calibrate() ("calrake") takes the base-weighted projection itself.
    """
    design, method = name.rsplit("_", 1)
    frame, w = frame_of(DESIGNS[design][0]), np.array(CASES[f"{name}/weights"]["weights"])
    p = w[inside] @ chosen[inside] / w[inside].sum()
    e = pd.Series(np.where(inside, (chosen - p) / w[inside].sum(), 0.0))
    for _ in range(sweeps):
        for margin in MARGINS[method]:
            e = e - e.groupby(frame[margin]).transform("mean")
    z, n = w * e.to_numpy(), len(w)
    f = n / 6194 if design == "srs" else 0.0
    return np.sqrt((1 - f) * n / (n - 1) * ((z - z.mean()) ** 2).sum())


@pytest.mark.parametrize("name", WEIGHTED)
def test_shares_and_errors_after_calibration(name):
    sample, expected = weighted(name), CASES[f"{name}/prop"]
    found = pd.concat([share_table(sample, q).frame for q in QUESTIONS])
    assert (found["question"] + found["option"]).tolist() == expected["names"]
    np.testing.assert_allclose(found["estimate"], expected["estimate"], rtol=1e-7)
    groups = CASES[f"{name}/by"]["columns"]
    no = share_table(sample, "comp.imp", "stype").frame.query("option == 'No'")
    np.testing.assert_allclose(no["estimate"], groups['I(comp.imp == "No")TRUE'], rtol=1e-7)
    if "_rake" in name:
        return
    # A category that calibration fixes has error 0; R leaves rounding noise there.
    fixed = (found["std_error"] == 0).to_numpy()
    assert (np.array(expected["se"])[fixed] < 1e-9).all()
    np.testing.assert_allclose(found["std_error"][~fixed], np.array(expected["se"])[~fixed], rtol=1e-7)
    np.testing.assert_allclose(no["std_error"], groups['se.I(comp.imp == "No")TRUE'], rtol=1e-7)


@pytest.mark.parametrize("name", [n for n in WEIGHTED if "_rake" in n])
def test_errors_after_raking(name):
    frame = frame_of(DESIGNS[name.rsplit("_", 1)[0]][0])
    chosen, everybody = (frame["comp.imp"] == "No").to_numpy(), np.ones(len(frame), dtype=bool)
    of_r = dict(zip(CASES[f"{name}/prop"]["names"], CASES[f"{name}/prop"]["se"], strict=True))
    assert swept_error(name, everybody, chosen) == pytest.approx(of_r["comp.impNo"], rel=1e-9)
    in_groups = CASES[f"{name}/by"]["columns"]['se.I(comp.imp == "No")TRUE']
    for group, error in zip("EHM", in_groups, strict=True):
        inside = (frame["stype"] == group).to_numpy()
        assert swept_error(name, inside, chosen) == pytest.approx(error, rel=1e-9)
    if name.startswith("strat_wonly"):  # unequal base weights: R's rake() projects without them
        return
    table = share_table(weighted(name), "comp.imp", "stype").frame.query("option == 'No'")
    for group, error in zip("EHM", table["std_error"], strict=True):
        inside = (frame["stype"] == group).to_numpy()
        assert error == pytest.approx(swept_error(name, inside, chosen, sweeps=300), rel=1e-9)
    if name.endswith("rake2"):  # two margins settle within R's ten sweeps
        np.testing.assert_allclose(table["std_error"], in_groups, rtol=1e-7)


@pytest.mark.parametrize("name", [n for n in WEIGHTED if "_rake" not in n])
def test_korn_graubard_intervals_after_calibration(name):
    row = share_table(weighted(name), "comp.imp").frame.query("option == 'No'").iloc[0]
    limits = clopper_pearson(np.array(row["estimate"]), np.array(row["n_eff"]), 0.95)
    np.testing.assert_allclose(limits, CASES[f"{name}/ciprop_beta"]["ci"], rtol=1e-7)


def test_two_options_as_one_question_equal_a_contrast_of_the_reference():
    """With two exclusive options the difference is 2p - 1, its error twice that of p."""
    table = share_table(design_of("strat_wonly"), "awards")
    pair = option_difference(table, "Yes", "No").frame.iloc[0]
    yes = table.frame.query("option == 'Yes'").iloc[0]
    assert pair["estimate"] == pytest.approx(2 * yes["estimate"] - 1, rel=1e-12)
    assert pair["std_error"] == pytest.approx(2 * yes["std_error"], rel=1e-12)


def test_every_stored_case_is_used():
    source = Path(__file__).read_text(encoding="utf-8")
    kinds = {re.sub(r"^[a-z_0-9]+?(?=/)", "", name) for name in CASES}
    assert [kind for kind in kinds if kind.rsplit("/", 1)[-1] not in source] == []
