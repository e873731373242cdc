"""Crosstabs: worked tables, letters by hand, what is withheld, waves, and the tests of whole tables."""

import json
from dataclasses import replace
from pathlib import Path
from string import ascii_uppercase

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import survey
from analysis import crosstab, panel_change, score_test, shares
from analysis.publication.rules import NCHS
from analysis.statistics.crosstabs.pairs import letters_of, marks, pair_tests
from analysis.statistics.crosstabs.spans import span_of_groups
from analysis.statistics.testing.adjust import adjusted_p_values

VECTORS = Path(__file__).parents[1] / "vectors"
CLOSE = {"rtol": 1e-7, "atol": 1e-10}
TICKS = ["price", "quality", "distance"]
TABLES = [
    "optin400_ticks_by_district",
    "optin900_main_by_district",
    "optin900_ticks_by_district",
    "optin900_main_by_income",
    "optin900_ticks_by_income",
    "optin900_intent_by_income",
]
FAMILIES = ["score_span", "score_row", "score_none", "linear_span", "linear_row", "linear_none"]


def people(name):
    """Return a made-up file as the vectors have it, options and groups by their numbers as texts."""
    data = json.loads((VECTORS / "data_crosstab.json").read_text(encoding="utf-8"))[name]
    frame = pd.DataFrame(data["columns"])
    for column in frame.columns.difference(TICKS):
        frame[column] = frame[column].map(lambda code: None if pd.isna(code) else str(int(code)))
    return frame, {q: {str(i): v for i, v in enumerate(m)} for q, m in data["margins"].items()}


def raked(name, df="answers"):
    frame, margins = people(name)
    sample = survey.from_frame(frame, multiple={"ticks": TICKS}, sample="opt-in", df=df)
    return survey.rake(sample, margins, bounds=(0, np.inf))


@pytest.fixture(scope="module")
def samples():
    return {(name, df): raked(name, df) for name in ("optin400", "optin900") for df in ("answers", "design")}


def asked(case):
    given_ = case["input"]
    question = "ticks" if given_["kind"] == "multiple" else given_["question"]
    return given_["data"].split("#")[1], question, given_["span"]


@pytest.mark.parametrize("name", TABLES)
def test_worked_tables(vector, samples, name):
    case = vector("crosstab")[name]
    file, question, by = asked(case)
    sample, expected = samples[file, "answers"], case["expected"]
    found = crosstab(sample, question, by=by, variance="taylor")
    np.testing.assert_allclose(found.bases["n"], [c["n"] for c in expected["columns"]], **CLOSE)
    np.testing.assert_allclose(found.bases["n_kish"], [c["kish_n"] for c in expected["columns"]], **CLOSE)
    span = span_of_groups(
        sample, question, by, wave="", confidence=0.95, variance="taylor", rules=NCHS
    )  # fmt: skip
    leverage = span_of_groups(sample, question, by, wave="", confidence=0.95, variance=None, rules=NCHS)
    pairs = {family: pair_tests(span, family) for family in FAMILIES}
    for j, row in enumerate(expected["rows"]):
        np.testing.assert_allclose(span.p[:, j], row["shares"], **CLOSE)
        np.testing.assert_allclose(span.covariance[j], row["cov"], **CLOSE)
        np.testing.assert_allclose(np.sqrt(np.diag(leverage.covariance[j])), row["se_leverage"], **CLOSE)
        np.testing.assert_allclose(span.size[:, j], row["effective_m"], **CLOSE)
        assert ["shown" if shown else "withheld" for shown in span.shown[:, j]] == row["cell"]
        check_pairs(span, j, row["pairs"], pairs)
    for family in FAMILIES:
        wanted = expected["letters"][family]
        letters = crosstab(sample, question, by=by, letters=family, variance="taylor").letters
        shown = [[x or "" for x in cells] for cells in letters.to_numpy().tolist()]
        assert shown == [[x or "" for x in cells] for cells in wanted]


def check_pairs(span, j, wanted, pairs):
    """Compare the pairs of one row; those not tested have no numbers."""
    of_row = {family: found[found["option"] == span.options[j]] for family, found in pairs.items()}
    for at, pair in enumerate(wanted):
        score, linear = (of_row[family].iloc[at] for family in ("score_none", "linear_none"))
        names = "".join(ascii_uppercase[span.columns.index(score[side])] for side in ("first", "second"))
        assert names == pair["pair"]
        assert score["tested"] == linear["tested"] == pair["tested"]
        a, b = (ascii_uppercase.index(letter) for letter in names)
        np.testing.assert_allclose(span.correlation[j, a, b], pair["correlation"], **CLOSE)
        numbers = [
            score["difference"],
            score["statistic"],
            score["p_value"],
            linear["statistic"],
            linear["p_value"],
        ]
        if pair["tested"]:
            keys = ("difference", "score", "p_score", "t_linear", "p_linear")
            np.testing.assert_allclose(numbers, [pair[key] for key in keys], **CLOSE)
        else:
            assert np.isnan(numbers).all()


@pytest.mark.parametrize("name", TABLES)
def test_p_values_after_holm_and_the_test_of_the_whole_table(vector, samples, name):
    case = vector("crosstab")[name]
    file, question, by = asked(case)
    expected = case["expected"]
    found = crosstab(samples[file, "answers"], question, by=by, variance="taylor")
    tested = found.pairs[found.pairs["tested"]]
    of_columns = dict(zip(found.bases["column"], found.bases["letter"], strict=True))
    holm = {
        f"{row.option}:{of_columns[row.first]}{of_columns[row.second]}": row.p_adjusted
        for row in tested.itertuples()
    }
    assert holm == pytest.approx(expected["p_holm_score_span"], rel=1e-7, abs=1e-10)
    assert set(tested["family"]) == {f"holm, {len(holm)} tests: {question} by {by}"}
    if "rao_scott" in expected:
        # R counts all units of the design.
        whole = crosstab(samples[file, "design"], question, by=by, variance="taylor").rao_scott.iloc[0]
        wanted = [expected["rao_scott"][key] for key in ("X2", "F", "ndf", "ddf", "p")]
        keys = ["chi_square", "statistic", "numerator", "denominator", "p_value"]
        np.testing.assert_allclose(whole[keys].to_numpy(float), wanted, **CLOSE)


@pytest.mark.parametrize("name", ["letters_hand_1", "letters_hand_2"])
def test_letters_by_hand(vector, samples, name):
    case = vector("crosstab")[name]
    shown = np.array(case["input"]["shown"], dtype=bool)
    span = span_of_groups(
        samples["optin900", "answers"], "main", "income", wave="", confidence=0.95, variance=None, rules=NCHS
    )
    table = replace(
        span.table, frame=span.table.frame.iloc[[0, 4, 8]].assign(flag=np.where(shown, "", "suppress"))
    )
    one = replace(
        span,
        options=("a",),
        table=table,
        p=np.array(case["input"]["shares"])[:, None],
        size=span.size[:, :1],
        df=span.df[:, :1],
        score_df=span.score_df[:, :1],
        correlation=span.correlation[:1],
        varies=np.ones((3, 1), dtype=bool),
    )
    pairs = pair_tests(one, "score_span")
    tested = pairs["tested"].to_numpy()
    given_ = np.array([case["input"]["p"][key] for key in ("AB", "AC", "BC")])
    adjusted = np.full(3, np.nan)
    adjusted[tested] = adjusted_p_values(given_[tested])
    wanted = [case["expected"]["p_holm"].get(key, np.nan) for key in ("AB", "AC", "BC")]
    np.testing.assert_allclose(adjusted, wanted)
    found = marks(one, pairs.assign(p_adjusted=adjusted), 1 - case["input"]["alpha"])
    assert found == [letter or "" for letter in case["expected"]["letters"]]


def test_what_a_total_column_would_give_away_is_withheld_too(vector, samples):
    case = vector("crosstab")["complementary"]
    sample = samples["optin400", "answers"]
    each, together = (crosstab(sample, "ticks", by="district", withheld=how) for how in ("each", "together"))

    def hidden(found):
        cells = found.frame[found.frame["span"] == "district"]
        gone = cells.assign(gone=cells["flag"] == "suppress").groupby("column")["gone"].all()
        return [int(column) for column in gone.index[gone]]

    assert hidden(each) == case["input"]["withheld"]
    assert sorted(hidden(together)) == sorted(case["input"]["withheld"] + case["expected"]["also_withheld"])
    total = together.frame[together.frame["span"] == ""]
    np.testing.assert_array_equal(total["estimate"], shares(sample, "ticks").frame["estimate"])
    for found in (each, together):  # neither number nor letter in or against a withheld cell
        gone = found.frame[found.frame["flag"] == "suppress"]
        assert gone[["estimate", "std_error", "conf_low", "n"]].isna().all(axis=None)
        assert (gone["letters"] == "").all()
        for row in gone.itertuples():
            letter = dict(zip(found.bases["column"], found.bases["letter"], strict=True))[row.column]
            assert (
                not found.frame.loc[found.frame["option"] == row.option, "letters"].str.contains(letter).any()
            )


def test_every_worked_table_is_tried(vector):
    assert {*TABLES, "letters_hand_1", "letters_hand_2", "complementary"} == set(vector("crosstab"))


def test_the_wide_table_has_labels_bases_and_no_withheld_share(samples):
    found = crosstab(samples["optin400", "answers"], "ticks", by=["district", "sexage"])
    wide = found.table({"ticks": {"": "What worries you", "price": "Price"}, "district": {"0": "Centre"}})
    assert list(wide.index[:3]) == [
        ("What worries you", "n"), ("What worries you", "n_kish"), ("What worries you", "Price")
    ]  # fmt: skip
    assert wide.loc[("What worries you", "n"), ("", "district", "Centre", "share")] == 134
    assert wide.loc[("What worries you", "Price"), ("", "district", "4", "share")] is None
    assert wide.columns.get_level_values("span").unique().tolist() == ["district", "sexage"]
    assert {len(name) for name in found.letters.to_numpy().ravel().tolist() if name} <= {1, 2, 3, 4, 5}


def coded(n, seed, **columns):
    rng = np.random.default_rng(seed)
    return pd.DataFrame({name: rng.choice(codes, n, p=p) for name, (codes, p) in columns.items()})


USE = {"use": (["yes", "no", "unsure"], [0.5, 0.3, 0.2])}


def test_waves_as_a_span_are_independent_samples():
    frames = [coded(n, seed, **USE) for n, seed in ((400, 1), (300, 2))]
    waves = {name: survey.from_frame(f, wave=name) for name, f in zip(("2023", "2024"), frames, strict=True)}
    found = crosstab(waves, "use", by="wave")
    yes = found.pairs[found.pairs["option"] == "yes"].iloc[0]
    p = [(frame["use"] == "yes").mean() for frame in frames]
    by_hand = score_test(p[0], 399, p[1], 299)  # n* = p(1-p)/V with V over n - 1
    assert yes["statistic"] == pytest.approx(by_hand.statistic, rel=2e-3)
    assert (yes["first"], yes["second"]) == ("2023", "2024")
    assert found.rao_scott.empty
    assert found.letters.columns.get_level_values("column").tolist() == ["2023", "2024"]


def test_people_in_both_waves_count_once():
    rng = np.random.default_rng(4)
    before = coded(300, 5, **USE).assign(person=np.arange(300))
    stays = rng.random(300) < 0.8
    after = before.assign(use=np.where(stays, before["use"], coded(300, 6, **USE)["use"]))
    waves = {n: survey.from_frame(f, key="person", wave=n) for n, f in (("2023", before), ("2024", after))}
    found = crosstab(waves, "use", by="wave", letters="linear_none").pairs
    change = panel_change(waves["2024"], waves["2023"], "use").frame
    for option in ("yes", "no", "unsure"):
        t = found.loc[found["option"] == option, "statistic"].item()
        row = change.set_index("option").loc[option]
        assert abs(t) == pytest.approx(abs(row["estimate"]) / row["std_error"], rel=1e-6)
    unlinked = {
        n: survey.from_frame(f[["use"]], wave=n) for n, f in (("2023", before), ("2024", after))
    }  # fmt: skip
    apart = crosstab(unlinked, "use", by="wave", letters="linear_none").pairs
    assert (found["statistic"].abs() > 1.5 * apart["statistic"].abs()).all()


def test_an_option_of_one_wave_is_withheld_in_the_other():
    waves = {
        "2023": survey.from_frame(pd.DataFrame({"use": ["yes", "no"] * 60}), wave="2023"),
        "2024": survey.from_frame(pd.DataFrame({"use": ["yes", "no", "unsure"] * 40}), wave="2024"),
    }
    found = crosstab(waves, "use", by=["wave"])
    row = found.frame[(found.frame["option"] == "unsure") & (found.frame["column"] == "2023")].iloc[0]
    assert (row["flag"], row["note"]) == ("suppress", "not_offered")
    assert not found.pairs.loc[found.pairs["option"] == "unsure", "tested"].any()


def test_each_wave_has_its_own_columns_and_family():
    frames = {
        name: coded(300, seed, area=(["n", "s"], [0.5, 0.5]), **USE) for name, seed in (("a", 1), ("b", 2))
    }
    found = crosstab(
        {name: survey.from_frame(frame, wave=name) for name, frame in frames.items()}, "use", by="area"
    )
    assert sorted(set(found.pairs["family"])) == [f"holm, 3 tests: use by area, {name}" for name in "ab"]
    alone = crosstab(survey.from_frame(frames["b"]), "use", by="area")
    np.testing.assert_array_equal(found.pairs["p_value"].iloc[3:], alone.pairs["p_value"])


def test_a_share_that_margins_fix_is_not_tested():
    frame = coded(300, 3, sex=(["f", "m"], [0.6, 0.4]), area=(["n", "s"], [0.5, 0.5]))
    sample = survey.rake(
        survey.from_frame(frame), {("sex", "area"): {(s, a): 0.25 for s in "fm" for a in "ns"}}
    )  # fmt: skip
    found = crosstab(sample, "sex", by="area")
    assert not found.pairs["tested"].any()
    assert found.rao_scott["note"].str.contains("fixed by the margins").all()


@settings(deadline=None, max_examples=15, derandomize=True)
@given(st.integers(0, 500), st.integers(2, 4))
def test_the_order_of_columns_changes_no_test(seed, groups):
    codes = [f"g{i}" for i in range(groups)]
    frame = coded(500, seed, area=(codes, np.full(groups, 1 / groups)), **USE)
    turned = frame.assign(area=frame["area"].map(dict(zip(codes, codes[::-1], strict=True))))
    one, other = (crosstab(survey.from_frame(f), "use", by="area") for f in (frame, turned))
    for option in ("yes", "no", "unsure"):
        found = [sorted(t.pairs.loc[t.pairs["option"] == option, "p_adjusted"]) for t in (one, other)]
        np.testing.assert_allclose(*found, rtol=1e-9)


def test_letters_go_on_after_z():
    assert letters_of(range(53))[25:28] == ["Z", "AA", "AB"]
    assert letters_of(range(53))[-1] == "BA"
