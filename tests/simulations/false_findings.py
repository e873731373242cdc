"""How often a briefing says "up", "above the rest" or "more often" where nothing differs.

Waves of volunteers are drawn from a made-up city of ten districts, raked to district and sex, and put
through the comparisons of a study; no answer ever changes, and five answers are equally common. `make
coverage` prints the tables of docs/methods.md 3.10, first the exact size of the test.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from itertools import combinations, product

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from scipy.stats import binom

import survey
from analysis import (
    change,
    combine,
    difference_from_first,
    group_difference,
    option_difference,
    ranks,
    shares,
    trend,
)
from analysis.numeric.score import score, two_sided_p_value
from analysis.statistics.crosstabs.clear_pairs import clear_pairs
from analysis.statistics.testing.adjust import adjust_families
from survey.errors import SurveyError

DRAWS, SIZES = 400, (600, 2000)
DISTRICTS = np.array((0.256, 0.179, 0.147, 0.112, 0.100, 0.065, 0.060, 0.040, 0.024, 0.017))
NAMES = [f"d{i}" for i in range(10)]
OPTIONS = [f"o{i}" for i in range(5)]
ANSWERS = {"frequent": 0.4, "rare": 0.05}
# How far the districts' shares lie apart, as standard deviation of their log odds.
APART = {"alike": 0.0, "not alike": 0.5}


def exact_size(n, rest, p, alpha):
    """Return the chance that a group of n is told from the rest where both have the share p, over alpha."""
    ways = [(np.arange(m + 1), binom.pmf(np.arange(m + 1), m, p)) for m in (n, rest)]
    (one, chance), (other, chance_other) = ((k[c > 1e-14], c[c > 1e-14]) for k, c in ways)
    first, second = np.meshgrid(one / n, other / rest, indexing="ij")
    m = [np.array(float(size)) for size in (n, rest)]
    z = score(first, m[0], second, m[1], d=np.array(0.0), correlation=np.array(0.0))
    p_value = two_sided_p_value(z, np.array(np.inf))
    return float((np.outer(chance, chance_other) * (p_value < alpha)).sum() / alpha)


def drawn(wave, n, share, odds, random):
    """Return a raked wave of n volunteers, some districts and women joining more; None if none can be."""
    joining = DISTRICTS * np.exp(np.linspace(0.4, -0.4, 10))
    district = random.choice(10, n, p=joining / joining.sum())
    sex = np.where(random.random(n) < 0.65, "f", "m")
    ticks = random.random((n, len(OPTIONS))) < expit(logit(share) + odds[district])[:, None]
    frame = pd.DataFrame(ticks.astype(float), columns=OPTIONS)
    frame["district"] = pd.Categorical([NAMES[i] for i in district], categories=NAMES)
    frame["sex"] = sex
    sample = survey.from_frame(frame, multiple={"q": OPTIONS}, sample="opt-in", wave=wave)
    margins = {"district": dict(zip(NAMES, DISTRICTS, strict=True)), "sex": {"f": 0.5, "m": 0.5}}
    try:
        return survey.rake(sample, margins, collapse={"district": [NAMES[5:]]})
    except SurveyError:
        return None


def clear(estimates):
    """Return the differences that stand after Holm's adjustment and would be said."""
    frame = adjust_families(estimates).frame
    away = (frame["conf_low"] > 0) | (frame["conf_high"] < 0)
    return frame[away & (frame["p_adjusted"] <= 0.05)]


def said(samples, odds):
    """Return for each kind of sentence whether the waves make it say what is not so."""
    whole, by = ([shares(s, "q", by=b) for s in samples] for b in (None, "district"))
    found = {
        "up or down": len(clear(change(whole[2], whole[1]))) > 0,
        "up or down, by district": len(clear(change(by[2], by[1]))) > 0,
        "first to last": len(clear(change(whole[2], whole[0]))) > 0,
    }
    pairs = [option_difference(whole[2], *pair) for pair in combinations(OPTIONS, 2)]
    found["more often"] = len(clear(combine(pairs))) > 0
    found["a line through the waves"] = len(clear(trend(whole))) > 0
    first = difference_from_first(whole[2])
    found["comes first"] = first is not None and bool((first.frame["conf_low"] > 0).all())
    rest = clear(group_difference(samples[2], "q", "district"))
    true = pd.Series(odds - (DISTRICTS @ odds), NAMES)
    wrong = np.sign(rest["estimate"]) != np.sign(rest["group"].map(true).astype(float))
    found["above or below the rest"] = bool(wrong.any())
    pairs = clear_pairs(by[2]).frame
    larger, smaller = (pairs["group"].str.split(" - ").str[i].map(true).astype(float) for i in (0, 1))
    found["letters by district"] = bool((larger <= smaller).any())
    place = ranks(by[2]).frame
    place = place[(place["flag"] != "suppress") & (place["option"] == OPTIONS[0])]
    level = place["group"].map(pd.Series(odds, NAMES)).to_numpy(float)
    # Of the groups that are shown: how many are larger, and how many as large.
    first = (level > level[:, None]).sum(axis=1) + 1
    last = (level >= level[:, None]).sum(axis=1)
    found["rank"] = bool(((place["conf_low"] > first) | (place["conf_high"] < last)).any())
    return found


def setting(n, answers, apart, draws, seed):
    """Return how often each kind of sentence was false, over the draws that could be weighted."""
    random = np.random.default_rng(seed)
    odds = APART[apart] * np.random.default_rng(3).normal(size=10)
    rows = []
    for _ in range(draws):
        samples = [drawn(wave, n, ANSWERS[answers], odds, random) for wave in ("1", "2", "3")]
        if all(sample is not None for sample in samples):
            rows.append(said(samples, odds))
    return {"n": n, "answers": answers, "districts": apart, "draws": len(rows), **pd.DataFrame(rows).mean()}


def main(draws=DRAWS):
    """Print the exact size of the test, and false findings by kind of sentence."""
    print("chance of p < alpha over alpha, a group of n against the rest of 2,000 (exact)")
    for n, p in product((40, 76, 150, 600), (0.05, 0.1, 0.3, 0.5)):
        size = [exact_size(n, 2000 - n, p, alpha) for alpha in (0.05, 0.05 / 40)]
        print(f"n={n} p={p}: {size[0]:.2f} at .05, {size[1]:.2f} at .05/40")
    jobs = list(product(SIZES, ANSWERS, APART))
    columns = [*zip(*jobs, strict=True), [draws] * len(jobs), range(len(jobs))]
    with ProcessPoolExecutor(2) as pool:
        rows = []
        for row in pool.map(setting, *columns):
            print(row, file=sys.stderr, flush=True)
            rows.append(row)
    print(pd.DataFrame(rows).to_string(float_format=lambda v: f"{v:.3f}"))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
