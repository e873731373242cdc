"""The demonstration study agrees with a second computation, person by person, and with the truth."""

import json
import shutil
import tomllib
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from demonstration_by_hand import FOLDER, KEYS, RULES, work_out

from analysis import estimate
from reports.language.phrases import phrase_for
from survey import read_responses, read_study, screen, weigh, weights

TRUTH = json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"))["waves"]
WAVES = ("2023", "2024")


@pytest.fixture(scope="module")
def by_hand():
    waves, frame = work_out(WAVES)
    return SimpleNamespace(waves=waves, frame=frame)


@pytest.fixture(scope="module")
def product():
    study = read_study(FOLDER / "study.toml")
    kept, flows = {}, {}
    for wave in WAVES:
        kept[wave], flows[wave] = screen(read_responses(study, wave=wave), study)
    samples = {wave: weigh(kept[wave], study) for wave in WAVES}
    return SimpleNamespace(kept=kept, flows=flows, samples=samples, frame=estimate(study, samples).frame)


@pytest.fixture(scope="module")
def compared(by_hand, product):
    """The two tables side by side, the product's columns with ``_product`` behind their names."""
    same = product.frame[product.frame["measure"].isin(set(by_hand.frame["measure"]))]
    return by_hand.frame.merge(same, how="outer", on=KEYS, suffixes=("", "_product"), indicator=True)


@pytest.mark.parametrize("wave", WAVES)
def test_rows_are_screened_out_as_they_were_built_in(by_hand, product, wave):
    flow = product.flows[wave]
    assert by_hand.waves[wave].removed == TRUTH[wave]["built"]
    assert {step.rule: step.removed for step in flow.steps if step.removed} == TRUTH[wave]["built"]
    # Nobody made up looks like a batch.
    assert {step.rule for step in flow.steps if not step.removed} == {"burst", "suspect"}
    assert [step.rule for step in flow.steps if step.removed] == list(RULES)
    assert flow.returned == TRUTH[wave]["returned"]
    assert flow.analysed == len(by_hand.waves[wave].kept)


@pytest.mark.parametrize("wave", WAVES)
def test_weights_equal_those_worked_out_by_hand(by_hand, product, wave):
    found, expected = np.sort(weights(product.samples[wave])), np.sort(by_hand.waves[wave].weight)
    np.testing.assert_allclose(found.sum(), len(product.kept[wave]), rtol=1e-12)
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_both_tables_have_the_same_rows_flags_and_methods(compared):
    assert compared["_merge"].eq("both").all()
    assert compared["flag"].tolist() == compared["flag_product"].tolist()
    assert compared["note"].tolist() == compared["note_product"].tolist()
    shown = compared[compared["flag"] != "suppress"]
    assert shown["method"].tolist() == shown["method_product"].tolist()
    assert set(shown["method"]) == {"wilson_smoothed", "score_skewness", "score_paired"}


@pytest.mark.parametrize("measure", ["share", "difference", "difference_from_rest", "change"])
def test_numbers_equal_those_worked_out_by_hand(compared, measure):
    rows = compared[compared["measure"] == measure]
    shown, withheld = rows[rows["flag"] != "suppress"], rows[rows["flag"] == "suppress"]
    assert len(shown) >= 2
    columns = ["estimate", "std_error", "conf_low", "conf_high", "df", "n", "n_eff", "deff"]
    for column in [*columns, "statistic", "p_value", "p_adjusted"]:
        found, expected = shown[f"{column}_product"], shown[column]
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12, err_msg=column)
        assert withheld[f"{column}_product"].isna().all()


@pytest.mark.parametrize("wave", WAVES)
def test_the_fee_is_the_mean_and_the_median_of_those_who_named_one(by_hand, product, wave):
    one = by_hand.waves[wave]
    fee = pd.to_numeric(one.kept["fee"]).to_numpy(dtype=float)
    named = ~np.isnan(fee)
    order = np.argsort(fee[named], kind="stable")
    values, weight = fee[named][order], one.weight[named][order]
    below = np.cumsum(weight) / weight.sum()
    rows = product.frame[(product.frame["wave"] == wave) & (product.frame["question"] == "fee")]
    means = rows[(rows["measure"] == "mean") & rows["by"].eq("income")].set_index("group")
    for group in means.index:
        inside = named & (one.kept["income"] == group).to_numpy()
        expected = np.average(fee[inside], weights=one.weight[inside])
        assert means.loc[group, ["estimate", "n"]].tolist() == pytest.approx([expected, inside.sum()])
    rows = rows[rows["measure"].isin(["mean", "quantile", "share_named"]) & rows["by"].eq("")]
    found = rows.set_index(["measure", "option"])["estimate"]
    quantiles = {("quantile", p) for p in ("0.25", "0.5", "0.75")}
    assert set(found.index) == {("mean", ""), ("share_named", ""), *quantiles}
    assert found["share_named", ""] == pytest.approx(weight.sum() / one.weight.sum())
    assert found["mean", ""] == pytest.approx(np.average(values, weights=weight))
    for p in (0.25, 0.5, 0.75):
        assert found["quantile", f"{p:g}"] == values[np.searchsorted(below, p - 1e-12)]
    assert rows.loc[rows["measure"] != "share_named", "n"].eq(named.sum()).all()


def test_number_download_gives_the_answers_of_the_text_download(product, tmp_path):
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    (tmp_path / "responses-2023-number.xlsx").replace(tmp_path / "responses-2023-text.xlsx")
    study = read_study(tmp_path / "study.toml")
    kept, flow = screen(read_responses(study, wave="2023"), study)
    assert flow == product.flows["2023"]
    pd.testing.assert_frame_equal(kept.frame, product.kept["2023"].frame)
    pd.testing.assert_frame_equal(kept.missing, product.kept["2023"].missing)


def test_price_was_built_in_at_eighty_and_seventy_percent():
    assert [TRUTH[wave]["overall"]["price"] for wave in WAVES] == [0.80, 0.70]


@pytest.mark.parametrize("wave", WAVES)
@pytest.mark.parametrize("option", ["price", "quality", "distance", "safety"])
def test_shares_lie_within_three_standard_errors_of_the_truth(product, wave, option):
    row = product.frame.set_index(KEYS).loc[(wave, "concerns", option, "", "", "share")]
    assert abs(row["estimate"] - TRUTH[wave]["overall"][option]) <= 3 * row["std_error"]


@pytest.mark.parametrize("wave", WAVES)
def test_weighting_brings_price_at_least_two_points_nearer_to_the_truth(product, wave):
    truth = TRUTH[wave]["overall"]["price"]
    weighted = product.frame.set_index(KEYS).loc[(wave, "concerns", "price", "", "", "share"), "estimate"]
    plain = product.kept[wave].frame["concerns.price"].astype(float).mean()
    assert abs(plain - truth) - abs(weighted - truth) >= 0.02


@pytest.mark.parametrize("wave", WAVES)
@pytest.mark.parametrize("answers", ["yes", "yes+depends"])
def test_demand_at_the_ceiling_lies_within_three_standard_errors_of_the_truth(product, wave, answers):
    row = product.frame.set_index(KEYS).loc[(wave, "fee", f"{answers}@1298", "", "", "demand")]
    assert abs(row["estimate"] - TRUTH[wave]["demand"]["1298"][answers]) <= 3 * row["std_error"]


def test_the_shares_of_2023_are_in_words_what_the_newspaper_said(product):
    """约八成, 近一半, 四分之一: by the rules for phrases and from this wave alone."""
    rows = product.frame.set_index(KEYS)
    said = []
    for option in ("price", "quality", "distance"):
        row = rows.loc[("2023", "concerns", option, "", "", "share")]
        said.append(phrase_for((row["estimate"], row["conf_low"], row["conf_high"])).key)
    words = tomllib.loads((FOLDER.parents[1] / "reports/language/words/zh.toml").read_text(encoding="utf-8"))
    assert [words["fraction"][key] for key in said] == ["约八成", "近一半", "四分之一"]


def test_district_intervals_cover_the_truth(product):
    rows = product.frame.query("measure == 'share' and question == 'concerns' and by == 'district'")
    rows = rows[rows["flag"] != "suppress"]
    truth = [TRUTH[r.wave]["by_district"][r.group][r.option] for r in rows.itertuples()]
    assert len(rows) >= 70
    assert ((rows["conf_low"] <= truth) & (truth <= rows["conf_high"])).mean() >= 0.85
