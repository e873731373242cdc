"""The joint covariance of demand at all fees and in all groups, computed again from its definition."""

import numpy as np
import pytest
from fees import DATA, answers_of, clustered, raked
from rules import ANYTHING

from analysis import demand

AT = [500, 800, 1000, 1200, 1500, 2000]


def raking_weights(frame, margins):
    """Return weights by iterative proportional fitting (Deming & Stephan 1940), none bounded."""
    weight, indicators = np.ones(len(frame)), categories(frame, margins)
    targets = np.concatenate([*margins.values()])
    for _ in range(500):
        for chosen, target in zip(indicators.T, targets, strict=True):
            weight = np.where(chosen, weight * target / weight[chosen].sum(), weight)
    return weight


def categories(frame, margins):
    """Return who is in each category of the margins, one after the other."""
    columns = [frame[name] == f"c{i}" for name, targets in margins.items() for i in range(len(targets))]
    return np.column_stack(columns)


def linearised(frame, weight, inside):
    """Return S = Σ P G at each fee inside a domain, and the influence of each record (methods 8.1)."""
    asked = inside & frame["intent"].notna().to_numpy()
    total, share, values = weight[asked].sum(), np.zeros(len(AT)), np.zeros((len(frame), len(AT)))
    for answer in ("yes", "depends"):
        chosen = asked & (frame["intent"] == answer).to_numpy()
        named = chosen & frame["fee"].notna().to_numpy()
        p = weight[chosen].sum() / total
        for j, fee in enumerate(AT):
            accepts = (frame["fee"] >= fee).to_numpy()
            g = weight[named & accepts].sum() / weight[named].sum()
            share[j] += p * g
            values[:, j] += g * asked * (chosen - p) / total
            values[:, j] += p * named * (accepts - g) / weight[named].sum()
    return share, values


def of_the_raked(frame):
    """Return the weights, and a function of the covariance of sums: of residuals on the margins."""
    margins = DATA["optin400"]["margins"]
    weight, x = raking_weights(frame, margins), categories(frame, margins).astype(float)

    def covariance(values):
        residuals = weight[:, None] * (values - x @ np.linalg.lstsq(x, values)[0])
        return len(frame) * np.cov(residuals.T)

    return weight, covariance


def of_clusters(frame):
    """Return the weights, and a function of the covariance of sums: between clusters within strata."""
    weight = frame["weight"].to_numpy()

    def covariance(values):
        within = np.zeros((values.shape[1],) * 2)
        for stratum in frame["stratum"].unique():
            units = [
                (weight[:, None] * values)[rows].sum(0)
                for psu in frame.loc[frame["stratum"] == stratum, "psu"].unique()
                if (rows := ((frame["stratum"] == stratum) & (frame["psu"] == psu)).to_numpy()).any()
            ]
            within += len(units) * np.cov(np.array(units).T)
        return within

    return weight, covariance


@pytest.mark.parametrize("by", [None, "district"])
@pytest.mark.parametrize(
    ("name", "design", "definition"),
    [("optin400", raked, of_the_raked), ("strat24", clustered, of_clusters)],
)
def test_thresholds_and_groups_vary_together_as_the_definition_says(name, design, definition, by):
    frame = answers_of(name)
    weight, covariance = definition(frame)
    inside = [np.ones(len(frame), bool)]
    if by:
        inside = [(frame[by] == group).to_numpy() for group in sorted(frame[by].unique())]
    parts = [linearised(frame, weight, domain) for domain in inside]
    expected = covariance(np.column_stack([values for _, values in parts]))
    table = demand(
        design(), intent="intent", willing=("yes", "depends"), fee="fee", at=AT, by=by,
        variance="taylor", rules=ANYTHING,
    )  # fmt: skip
    shares = np.concatenate([share for share, _ in parts])
    np.testing.assert_allclose(table.frame["estimate"], shares, rtol=1e-9)
    np.testing.assert_allclose(table.covariance, expected, rtol=1e-8, atol=1e-9 * np.abs(expected).max())
