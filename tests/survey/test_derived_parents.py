"""The demonstration's parents by sex and age: what the script derives, against the file and another run."""

import csv
import math
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data" / "taiyuan"
# The same steps from the same sources, worked out beforehand by another program that aged each birth on.
ELSEWHERE = {
    ("male", "a20_29"): 15594,
    ("male", "a30_39"): 29276,
    ("male", "a40_49"): 5131,
    ("female", "a20_29"): 22955,
    ("female", "a30_39"): 24131,
    ("female", "a40_49"): 2914,
}

# Births from November 2019 to October 2020 by the mother's age, 15 to 49, in the census yearbook of
# Fuzhou (its table 6-3, long form; 49 inferred from the sum).
FUZHOU = [
    2, 3, 5, 21, 32, 60, 100, 156, 265, 340, 391, 453,
    549, 565, 681, 632, 552, 448, 380, 306, 262, 223, 163, 120,
    64, 55, 46, 36, 29, 17, 11, 9, 3, 7, 12,
]  # fmt: skip


def derived(*arguments):
    command = [sys.executable, str(ROOT / "data" / "derive_parents.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=True, cwd=DATA)


def table(text):
    return {(row["sex"], row["age"]): int(row["population"]) for row in csv.DictReader(text)}


def test_the_margin_in_use_is_what_the_script_derives():
    found = table(derived("births-by-age.csv", "--fathers", 31.0, 5.5).stdout.splitlines())
    with (DATA / "margins-sex-age-parents-derived.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert found == {(row["sex"], row["age"]): int(row["population"]) for row in rows}
    assert all(row["source"].startswith("DERIVED, not counted") for row in rows)


def test_another_program_derives_the_same_within_a_twentieth_of_a_point():
    found = table(derived("births-by-age.csv", "--fathers", 31.0, 5.5).stdout.splitlines())
    assert found.keys() == ELSEWHERE.keys()
    for key, value in ELSEWHERE.items():
        assert found[key] == pytest.approx(value, abs=50), key


def test_births_by_single_years_by_hand(tmp_path):
    """All births at 27: a sixth of the mothers are 27 at the survey, a third 28, a third 29, a sixth 30."""
    (tmp_path / "one.csv").write_text("age,births\n26,0\n27,600\n28,0\n", encoding="utf-8")
    arguments = (tmp_path / "one.csv", "--fathers", 31.0, 5.5, "--bands", 20, 29, 30, 40)
    found = table(derived(*arguments).stdout.splitlines())
    mothers = [n for (sex, _), n in found.items() if sex == "female"]
    assert mothers == [25000, 16667, 8333]


def test_children_are_the_births_of_thirty_six_months():
    arguments = ("births-by-age.csv", "--fathers", 31.0, 5.5, "--births", "births.csv")
    said = derived(*arguments, "--before", "2023-09", "--part", 0.157).stderr
    births = 288_000 / 3 + 246_400 + 235_100 + 213_100 * 2 / 3
    assert said == f"children under three: {0.157 * births:,.0f}\n"
    assert round(0.157 * births, -3) == 113_000


def test_births_counted_in_fuzhou_give_what_the_page_on_margins_says(tmp_path):
    """5.0% of mothers over 39; and of husbands at 40 or more at a birth, 2016 to 2020, 6.4%."""
    rows = "".join(f"{age},{births}\n" for age, births in enumerate(FUZHOU, 15))
    (tmp_path / "fuzhou.csv").write_text("age,births\n" + rows, encoding="utf-8")
    bands = ("--bands", 20, 30, 40, 50)
    found = table(derived(tmp_path / "fuzhou.csv", "--fathers", 30.6, 5.5, *bands).stdout.splitlines())
    assert sum(FUZHOU) == 6998
    assert found["female", "a40_49"] / 50_000 == pytest.approx(0.050, abs=0.001)
    spread = math.sqrt(math.log(1 + (5.5 / 31.1) ** 2))
    z = (math.log(40) - math.log(31.1) + spread**2 / 2) / spread
    assert 0.5 - 0.5 * math.erf(z / math.sqrt(2)) == pytest.approx(0.064, abs=0.0005)


def test_residents_of_twenty_to_forty_nine_are_other_people():
    with (DATA / "margins-sex-age-residents.csv").open(encoding="utf-8", newline="") as file:
        residents = {(row["sex"], row["age"]): int(row["population"]) for row in csv.DictReader(file)}
    parents = table((DATA / "margins-sex-age-parents-derived.csv").read_text(encoding="utf-8").splitlines())
    over = [
        sum(n for (_, age), n in t.items() if age == "a40_49") / sum(t.values()) for t in (residents, parents)
    ]
    assert over == pytest.approx([0.29, 0.08], abs=0.001)
