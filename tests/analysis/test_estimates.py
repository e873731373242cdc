"""The table of results: its columns, its exact round trip through CSV, and what it refuses."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import survey
from analysis import change, combine, group_difference, option_difference, read_estimates, shares
from analysis.estimates import COLUMNS, NUMBERS, TEXTS, make_estimates
from survey.errors import EstimateError


def sample(seed, wave="1", n=300):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"area": rng.choice(["n", "s", "w"], n, p=[0.5, 0.45, 0.05])})
    frame[["price", "quality", "never"]] = (rng.random((n, 3)) < [0.7, 0.4, 0]).astype(int)
    return survey.from_frame(frame, multiple={"q": ["price", "quality", "never"]}, wave=wave)


def everything():
    one, two = sample(1, "1"), sample(2, "2")
    new, old = shares(two, "q"), shares(one, "q")
    grouped = shares(two, "q", by="area")
    parts = [old, new, grouped, option_difference(new, "price", "quality"),
             group_difference(two, "q", "area"), change(new, old)]  # fmt: skip
    return combine(parts)


def test_every_option_has_its_row_and_nobody_is_marked():
    row = shares(sample(1), "q").frame.set_index("option").loc["never"]
    assert (row["estimate"], row["flag"], row["note"]) == (0.0, "caution", "nobody")
    assert row["conf_low"] == 0
    assert 0.005 < row["conf_high"] < 0.02


def test_a_suppressed_row_holds_no_numbers():
    frame = everything().frame
    held = frame[frame["flag"] == "suppress"]
    assert len(held) > 0
    assert held["group"].eq("w").any()
    assert held[[n for n in NUMBERS if n != "confidence"]].isna().all(axis=None)
    assert held["note"].ne("").all()
    shown = frame[frame["flag"] != "suppress"]
    assert shown[["estimate", "std_error", "conf_low", "conf_high", "n"]].notna().all(axis=None)


def test_the_columns_are_fixed_and_shares_lie_between_0_and_1():
    frame = everything().frame
    assert tuple(frame.columns) == COLUMNS
    of_shares = frame[(frame["measure"] == "share") & (frame["flag"] != "suppress")]
    for name in ("estimate", "conf_low", "conf_high"):
        assert of_shares[name].between(0, 1).all()
    assert (of_shares["conf_low"] <= of_shares["estimate"]).all()
    assert (of_shares["estimate"] <= of_shares["conf_high"]).all()


def test_csv_round_trip_is_exact(tmp_path):
    estimates = everything()
    text = estimates.to_csv(tmp_path / "e.csv")
    again = read_estimates(tmp_path / "e.csv")
    pd.testing.assert_frame_equal(again.frame, estimates.frame, check_exact=True)
    assert again.to_csv() == text


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=12)
VALUE = st.one_of(st.floats(allow_infinity=False, allow_nan=True), st.just(float("inf")))


@settings(deadline=None, max_examples=80, derandomize=True)
@given(st.lists(st.tuples(*[TEXT] * len(TEXTS), *[VALUE] * len(NUMBERS)), min_size=1, max_size=4))
def test_any_table_round_trips_to_the_last_bit(tmp_path_factory, rows):
    made = [dict(zip((*TEXTS, *NUMBERS), row, strict=True)) for row in rows]
    estimates = make_estimates(made, None, {})
    path = tmp_path_factory.mktemp("csv") / "e.csv"
    estimates.to_csv(path)
    pd.testing.assert_frame_equal(read_estimates(path).frame, estimates.frame, check_exact=True)


def test_combining_keeps_the_covariance_within_parts_and_knows_none_between_them():
    one, two = shares(sample(1, "1"), "q"), shares(sample(2, "2"), "q")
    joint = combine([one, two]).covariance
    np.testing.assert_array_equal(joint[:3, :3], one.covariance)
    np.testing.assert_array_equal(joint[:3, 3:], 0)
    same = combine([one, shares(sample(1, "1"), "area")]).covariance
    assert np.isnan(same[:3, 3:]).all()


def test_a_file_of_another_kind_is_refused(tmp_path):
    for data, words in (("a,b\n1,2\n", "has the columns a, b"), ("", "has the columns")):
        (tmp_path / "e.csv").write_text(data, encoding="utf-8")
        with pytest.raises(EstimateError, match=words):
            read_estimates(tmp_path / "e.csv")
    (tmp_path / "e.csv").write_text(
        ",".join(COLUMNS) + "\n" + "x," * (len(COLUMNS) - 1) + "x\n", encoding="utf-8"
    )
    with pytest.raises(EstimateError, match="cannot be read"):
        read_estimates(tmp_path / "e.csv")
    with pytest.raises(EstimateError, match="no such file"):
        read_estimates(tmp_path / "none.csv")


def test_rows_are_found_by_their_keys():
    estimates = everything()
    assert len(estimates.rows(measure="change")) == 3
    assert set(estimates.rows(wave="2", by="area", option="price")["group"]) == {"n", "s", "w"}
