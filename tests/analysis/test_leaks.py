"""Attacks on what is published: sums of figures, and whole numbers of answers that fit them.

The attacker knows the questionnaire, how many people of the population are in each group, and all that a run
publishes. Sums are tried by linear algebra over the smallest cells, whole numbers by counting all that fit.
"""

import subprocess
import sys
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_study import tiny_study

from analysis import suppress_complementary
from analysis.estimates import make_estimates
from analysis.publication.sums import Overlap, Ties
from analysis.study.run import run_study
from reports.cli import main

OPTIONS = ("yes", "maybe", "no")
# How a second grouping lies across the four districts: nested, overlapping in two parts, or crossing.
GROUPINGS = {
    "nested": [("a", "r"), ("b", "r"), ("c", "s"), ("d", "s")],
    "two parts": [*product("ab", "rs"), *product("cd", "tu")],
    "crossing": [*product("abcd", "rst")],
    "the same": [("a", "r"), ("b", "s"), ("c", "t"), ("d", "u")],
}  # fmt: skip
OVERLAPS = {
    "nested": [(("a", "b"), ("r",)), (("c", "d"), ("s",))],
    "two parts": [(("a", "b"), ("r", "s")), (("c", "d"), ("t", "u"))],
    "crossing": [],
    "the same": [(("a",), ("r",)), (("b",), ("s",)), (("c",), ("t",)), (("d",), ("u",))],
}


class Cells:
    """A made-up table by two groupings: each figure as a sum over the smallest cells."""

    def __init__(self, kind, random, held):
        self.atoms = [*product(GROUPINGS[kind], OPTIONS)]
        self.counts = random.integers(60, 200, len(self.atoms))
        self.rows = []
        for (by, group), question in product(self.groups(kind), ("q", "recoded")):
            inside = self.mask(lambda at, _, by=by, group=group: not by or at["de".index(by)] == group)
            options = OPTIONS if question == "q" else ("open", "no")
            for option in options:
                chose = inside & self.mask(
                    lambda _, o, option=option: o == option or (option == "open" and o != "no")
                )
                n = int(self.counts @ inside)
                self.rows.append(
                    {"wave": "1", "question": question, "option": option, "by": by, "group": group,
                     "measure": "share", "estimate": self.counts @ chose / n, "n": n, "confidence": 0.95,
                     "flag": "suppress" if random.random() < held else "", "sum": chose, "of": inside}
                )  # fmt: skip

    def groups(self, kind):
        sides = ([*dict.fromkeys(atom[i] for atom in GROUPINGS[kind])] for i in (0, 1))
        return [("", "")] + [(by, group) for by, names in zip("de", sides, strict=True) for group in names]

    def mask(self, of):
        return np.array([of(at, option) for at, option in self.atoms], dtype=bool)

    def leaks(self, frame):
        """The suppressed figures that follow from the others and from how many are in each group."""
        known = [row["of"] for row in self.rows]
        known += [
            row["sum"] for row, flag in zip(self.rows, frame["flag"], strict=True) if flag != "suppress"
        ]
        space = np.array(known, dtype=float)
        rank = np.linalg.matrix_rank(space)
        return [
            (row["by"], row["group"], row["question"], row["option"])
            for row, flag in zip(self.rows, frame["flag"], strict=True)
            if flag == "suppress" and np.linalg.matrix_rank(np.vstack([space, row["sum"]])) == rank
        ]


def protected(cells, kind, *, overlaps=True):
    rows = [{k: v for k, v in row.items() if k not in ("sum", "of")} for row in cells.rows]
    found = [Overlap("1", ("d", one), ("e", other)) for one, other in OVERLAPS[kind]]
    found += [Overlap("1", ("q", ("yes", "maybe")), ("recoded", ("open",)))]
    found += [Overlap("1", ("q", ("no",)), ("recoded", ("no",)))]
    ties = Ties(("q", "recoded"), tuple(found) if overlaps else ())
    return suppress_complementary(make_estimates(rows, None, {}), ties=ties).frame


@pytest.mark.parametrize("kind", GROUPINGS)
@settings(deadline=None, max_examples=40, derandomize=True)
@given(seed=st.integers(0, 10_000), held=st.sampled_from([0.03, 0.1, 0.3]))
def test_no_suppressed_figure_is_a_sum_of_others(kind, seed, held):
    cells = Cells(kind, np.random.default_rng(seed), held)
    assert not cells.leaks(protected(cells, kind))


def test_the_attack_finds_what_is_not_protected():
    seeds = range(20)
    for kind in ("nested", "two parts", "the same"):
        cells = [Cells(kind, np.random.default_rng(seed), 0.1) for seed in seeds]
        assert any(one.leaks(protected(one, kind, overlaps=False)) for one in cells)


def question(name, kind, codes):
    options = "".join(f'options.{code} = {{ zh = "{code}" }}\n' for code in codes)
    separator = 'separator = "|"\n' if kind == "multiple" else ""
    head = f'[questions.{name}]\nkind = "{kind}"\ncolumn = "{name}"\ntext = {{ zh = "{name}" }}\n'
    return head + separator + options


WORRIES = ("price", "quality", "distance")
STUDY = (
    question("district", "single", "abcde")
    + question("region", "single", ("left", "right"))
    + question("intent", "single", OPTIONS)
    + question("worries", "multiple", WORRIES)
    + """
[derived.stance]
from = "intent"
options.open = { zh = "open", of = ["yes", "maybe"] }
options.against = { zh = "against", of = ["no"] }
[weighting]
bounds = [0.05, 20]
[[weighting.margins]]
file = "margin.csv"
use = "shares"
[estimates]
shares = ["worries", "intent", "stance"]
by = ["district", "region"]
"""
)
PEOPLE = {"a": 90_000, "b": 60_000, "c": 20_000, "d": 8_000, "e": 5_000}


def small_groups(folder, seed, sizes):
    """What a study publishes that is weighted by district alone, with so many answers in each."""
    return run_study(written(folder, seed, sizes)).estimates.frame


def written(folder, seed, sizes):
    random = np.random.default_rng(seed)
    lines = ["district,region,intent,worries"]
    for district, n in zip(PEOPLE, sizes, strict=True):
        for _ in range(n):
            intent = random.choice(OPTIONS, p=[0.5, 0.3, 0.2])
            ticked = [w for w in WORRIES if random.random() < 0.45] or ["price"]
            region = "left" if district in "abc" else "right"
            lines.append(f"{district},{region},{intent},{'|'.join(ticked)}")
    margin = ["district,population", *(f"{name},{people}" for name, people in PEOPLE.items())]
    (folder / "margin.csv").write_text("\n".join(margin) + "\n", encoding="utf-8")
    return tiny_study(folder, STUDY, "\n".join(lines) + "\n")


def fits(frame, question, option, by, groups):
    """For each number of answers of the withheld groups but the last, in how many ways what is printed fits.

    Parameters
    ----------
    groups : dict of str to float
        People of the population in each group, which the weights reproduce.
    """
    rows = frame[(frame["question"] == question) & (frame["option"] == option)]
    whole = rows[(rows["measure"] == "share") & (rows["by"] == "")].iloc[0]
    shown = rows[(rows["measure"] == "share") & (rows["by"] == by)].set_index("group")
    held = [group for group in groups if shown["flag"][group] == "suppress"]
    if not held or whole["flag"] == "suppress":
        return held, 0, {}
    shown = shown.drop(held)
    total, weight = sum(groups.values()), np.array([groups[group] for group in shown.index])
    people = int(whole["n"] - shown["n"].sum())
    left = total * whole["estimate"] - weight @ shown["estimate"]
    exact = 0.5e-4 * (total + weight.sum()) * (1 + 1e-9)
    chose = None
    counted = rows[(rows["by"] == "unweighted") & (rows["flag"] != "suppress")]
    if len(counted):
        chose = round(counted["estimate"].iloc[0] * whole["n"]) - int(
            (shown["n"] * shown["estimate"]).round().sum()
        )
    ways = {}
    for sizes in divisions(people, len(held)):
        last = people - sum(sizes)
        if last < 1:
            continue
        yes = np.array([*product(*(range(n + 1) for n in sizes))])
        rest = left - yes @ np.array([groups[g] / n for g, n in zip(held, sizes, strict=False)])
        low, high = ((rest + side * exact) * last / groups[held[-1]] for side in (-1, 1))
        low, high = np.maximum(np.ceil(low), 0), np.minimum(np.floor(high), last)
        if chose is not None:
            low, high = np.maximum(low, chose - yes.sum(axis=1)), np.minimum(high, chose - yes.sum(axis=1))
        ways[sizes] = int(np.maximum(high - low + 1, 0).sum())
        if len(held) > 2 and sum(ways.values()) >= MANY:
            break
    return held, people, ways


def divisions(people, groups):
    """How so many people may be divided among groups: all ways, of four and more a seeded choice of them.

    What fits some of the divisions is a lower bound of what fits.
    """
    if groups < 4:
        yield from product(range(1, people), repeat=groups - 1)
        return
    random = np.random.default_rng(people)
    for _ in range(2000):
        ends = np.sort(random.choice(np.arange(1, people), groups - 1, replace=False))
        yield tuple(np.diff(ends, prepend=0).tolist())


MANY, SOLUTIONS, TOGETHER = 50, 5, 30
SIZES = [
    (200, 150, 60, 31, 13),  # two withheld
    (200, 150, 45, 28, 5),
    (200, 150, 20, 31, 13),  # three or more
    (140, 120, 40, 38, 12),  # one, to begin with
    (29, 21, 80, 70, 60),  # two that stand for most of the population
    (29, 27, 120, 100, 100),
    (260, 29, 25, 22, 18),  # four
    (29, 28, 27, 26, 25),  # all
]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("sizes", SIZES)
def test_no_few_whole_numbers_fit_what_is_published(tmp_path, sizes, seed):
    frame = small_groups(tmp_path, seed, sizes)
    asked = {"intent": OPTIONS, "stance": ("open", "against"), "worries": WORRIES}
    together = {}
    for question, options in asked.items():
        for option in options:
            held, people, ways = fits(frame, question, option, "district", PEOPLE)
            assert len(held) != 1
            if ways:
                assert people >= TOGETHER
                assert sum(ways.values()) >= SOLUTIONS
            if len(held) == 2:
                together.setdefault((*held, people), []).append(ways)
    for same in together.values():
        # The number of answers in each group is the same in all shares of the same people.
        possible = [size for size in same[0] if all(ways[size] for ways in same)]
        for ways in same:
            assert sum(ways[size] for size in possible) >= SOLUTIONS


def test_two_groups_and_a_public_margin_keep_their_whole_numbers(shared, tmp_path):
    """The case as it was found: with all digits one pair of whole numbers fits, with those published 93."""
    case = shared / "cases" / "reliability" / "differencing"
    out, full = tmp_path / "out", tmp_path / "full" / "estimates.csv"
    assert main(["report", str(case / "study.toml"), "--out", str(out), "--full-precision", str(full)]) == 0
    full.write_text(full.read_text(encoding="utf-8").split("\n", 1)[1], encoding="utf-8")
    pairs = {}
    for folder, digits in ((out, "4"), (full.parent, "")):
        command = [sys.executable, "attack.py", str(folder), *filter(None, [digits])]
        ran = subprocess.run(command, cwd=case, capture_output=True, text=True, check=True)
        pairs[digits] = int(ran.stdout.split()[0])
    assert pairs == {"4": 93, "": 1}


def test_the_errors_of_the_whole_and_the_weights_leave_whole_numbers_open(tmp_path):
    """With equal weights in a group the variance of the whole, and Kish's effect, are equations too."""
    run = run_study(written(tmp_path, 1, SIZES[0]))
    rows = run.estimates.rows(question="intent", option="maybe", measure="share")
    whole, shown = rows[rows["by"] == ""].iloc[0], rows[rows["by"] == "district"].set_index("group")
    held, people, _ = fits(run.estimates.frame, "intent", "maybe", "district", PEOPLE)
    assert held == ["d", "e"]
    total, p = sum(PEOPLE.values()), whole["estimate"]

    def share_of_variance(n, share, group):
        return (PEOPLE[group] / total) ** 2 * share * (1 - share) * n / (n - 1) ** 2

    known = sum(share_of_variance(shown["n"][g], shown["estimate"][g], g) for g in "abc")
    history = run.estimates.histories["2024"].weighting
    numbers = {category.codes[0]: category.n for category in history.margins[0].categories}
    assert numbers == {"a": 200, "b": 150, "c": 60, "d": None, "e": None}
    possible = set()
    for first in range(2, people - 1):
        effect = sum(PEOPLE[g] ** 2 / n for g, n in (("a", 200), ("b", 150), ("c", 60), ("d", first)))
        effect = (effect + PEOPLE["e"] ** 2 / (people - first)) * whole["n"] / total**2
        fitting = abs(effect - history.design_effect) <= 0.05
        for one, other in product(range(first + 1), range(people - first + 1)):
            left = total * p - sum(PEOPLE[g] * shown["estimate"][g] for g in "abc")
            chose = PEOPLE["d"] * one / first + PEOPLE["e"] * other / (people - first)
            if not fitting or abs(left - chose) > 0.5e-4 * 1.93 * total:
                continue
            v = known + share_of_variance(first, one / first, "d")
            v += share_of_variance(people - first, other / (people - first), "e")
            near = abs(np.sqrt(v) - whole["std_error"]) <= 0.005
            if near and float(f"{p * (1 - p) / v:.1g}") == whole["n_eff"]:
                possible.add((first, one, other))
    assert len(possible) >= SOLUTIONS
