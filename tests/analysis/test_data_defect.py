"""The correlation of taking part with the answer, and what it does to a share."""

import numpy as np
import pytest
from volunteers import MARGINS, volunteers

import survey
from analysis import shares
from analysis.numeric.opt_in import self_selection_bias
from analysis.sensitivity.tipping import data_defect_correlation
from survey.errors import EstimateError


def test_the_correlation_moves_the_share_so_far():
    sample = survey.rake(volunteers(), MARGINS)
    table = shares(sample, "q")
    found = data_defect_correlation(table, 100_000).frame
    p = float(table.frame["estimate"].iloc[0])
    record = sample.history.weighting
    cv = np.sqrt(record.design_effect - 1)
    for distance, rho in zip(
        ("0.01", "0.05", "0.1"),
        found[(found["option"] == "yes") & (found["measure"] == "defect_correlation")]["estimate"],
        strict=True,
    ):
        moved = self_selection_bias(rho, p - float(distance), n=1200, population=100_000, cv=cv)
        assert moved == pytest.approx(float(distance))
    worth = found[(found["option"] == "yes") & (found["measure"] == "random_equivalent")]["estimate"]
    assert worth.is_monotonic_decreasing
    with pytest.raises(EstimateError, match="not more than the 1200 people"):
        data_defect_correlation(table, 1200)
