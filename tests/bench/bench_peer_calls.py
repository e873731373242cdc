"""How each of the other packages is asked to do what bench_peers.py times, and what its three shares are.

Each function returns the task, to be called over and over, and what reads the shares from what it gives.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

QUESTIONS = {"district": 10, "child": 4, "urban": 2, "schooling": 4, "income": 5}
CONCERNS = ("price", "quality", "distance")
REPLICATES = 500
Targets = dict[str, dict[str, float]]
Calls = tuple[Callable, Callable]


def svy(frame: pd.DataFrame, targets: Targets, task: str) -> Calls:
    """Return the task of svy, and what reads the three shares from what it gives."""
    import polars
    import svy as package

    columns = {name: frame[name].astype(str).tolist() for name in QUESTIONS}
    columns |= {name: frame[name].to_numpy().astype("int64") for name in CONCERNS}
    data = polars.DataFrame(columns | {"w": np.ones(len(frame))})
    start = package.Sample(data, package.Design(wgt="w"))

    def rake(sample=start):
        return sample.weighting.rake(shares=targets, tol=1e-8, max_iter=1000)

    def estimates(sample):
        whole = [sample.estimation.mean(name) for name in CONCERNS]
        return whole, [sample.estimation.mean(name, by="district") for name in CONCERNS]

    def read(sample):
        return [float(one.estimates[0].est) for one in estimates(sample)[0]]

    if task == "rake":
        return rake, read
    if task == "shares":
        sample = rake()
        return (lambda: estimates(sample)), (lambda _: read(sample))
    made = start.weighting.create_bs_wgts(REPLICATES, kind="poisson", rstate=1)
    return (lambda: estimates(rake(made))), (lambda _: read(rake()))


def leafblower(frame: pd.DataFrame, targets: Targets, task: str) -> Calls:
    """Return the raking of leafblower."""
    from leafblower import harvest

    data = frame.astype(dict.fromkeys(QUESTIONS, "str"))
    return (lambda: harvest(data, targets, max_weight=1e9, method="raking")), _weighted_shares(
        frame, "weights"
    )


def weightipy(frame: pd.DataFrame, targets: Targets, task: str) -> Calls:
    """Return the raking of weightipy."""
    import weightipy as package

    per_cent = {name: {k: 100 * v for k, v in one.items()} for name, one in targets.items()}
    scheme = package.scheme_from_dict(per_cent, rim_params={"max_iterations": 1000, "convcrit": 1e-9})
    data = frame.astype(dict.fromkeys(QUESTIONS, "str"))
    return (lambda: package.weight_dataframe(data, scheme, weight_column="weights")), _weighted_shares(
        frame, "weights"
    )


def _weighted_shares(frame: pd.DataFrame, column: str):
    def read(made):
        weight = np.asarray(made[column] if hasattr(made, "columns") else made, dtype=float)
        return [float(np.average(frame[name], weights=weight)) for name in CONCERNS]

    return read


def rimpy(frame: pd.DataFrame, targets: Targets, task: str) -> Calls:
    """Return the raking of rimpy."""
    import rimpy as package

    return (lambda: package.rake(frame, targets)), _weighted_shares(frame, "weight")


def balance(frame: pd.DataFrame, targets: Targets, task: str) -> Calls:
    """Return the raking of balance."""
    from balance.weighting_methods.rake import rake

    data, ones = frame[[*QUESTIONS]].astype(str), pd.Series(np.ones(len(frame)))

    def run():
        options = {"transformations": None, "convergence_rate": 1e-10, "max_iteration": 1000}
        return rake(data, ones, None, None, target_margins=targets, **options)["weight"]

    return run, _weighted_shares(frame, "weight")


def samplics(frame: pd.DataFrame, targets: Targets, task: str) -> Calls:
    """Return the shares of samplics with weights it is given, which it takes as they are."""
    from samplics import PopParam, TaylorEstimator

    columns = {name: frame[name].to_numpy(dtype=float) for name in CONCERNS}
    district = frame["district"].astype(object).to_numpy()
    run, _ = leafblower(frame, targets, task)
    weight = np.asarray(run()["weights"], dtype=float)

    def one(name: str, **domain: np.ndarray):
        estimator = TaylorEstimator(PopParam.mean)
        estimator.estimate(y=columns[name], samp_weight=weight, **domain)
        return estimator

    def estimates():
        whole = [one(name) for name in CONCERNS]
        return whole, [one(name, domain=district) for name in CONCERNS]

    return estimates, (lambda found: [float(e.point_est) for e in found[0]])


PACKAGES: dict[str, Callable[[pd.DataFrame, Targets, str], Calls]] = {
    "svy": svy,
    "leafblower": leafblower,
    "weightipy": weightipy,
    "rimpy": rimpy,
    "balance": balance,
    "samplics": samplics,
}
