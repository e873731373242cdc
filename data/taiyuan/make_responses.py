"""Make the demonstration answers: two waves of a made-up 问卷星 survey of parents in Taiyuan.

Nobody was asked: persons and answers are drawn from the model below, whose true shares go to
truth.json. Only the two margins beside this file are real: the districts are counted, the parents
derived from births by derive_parents.py.  python make_responses.py [OUT_DIR]
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from math import erf, floor, log, sqrt
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import xlsxwriter
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
HERE = Path(__file__).resolve().parent
ABOUT = "示例数据，非真实调查结果 / made-up data"
LEADING = ("序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP")
BLANK, NOT_ASKED = -2, -3
MARKS = {"-2": "(空)", "-3": "(跳过)"}
FORM = """您目前居住在太原市的哪个区（县、市）？|小店区|迎泽区|杏花岭区|尖草坪区|万柏林区|晋源区|\
清徐县|阳曲县|娄烦县|古交市|不在太原市
您的性别？|男|女
您的年龄？|20～29岁|30～39岁|40～49岁|其他年龄
您最小的孩子出生年月是？
您的受教育程度？|初中及以下|高中或中专|大专|本科及以上
您家庭的月收入？|5000元以下|5000～9999元|10000～19999元|20000元及以上
您是否愿意把孩子送到托育机构？|愿意|看情况|不愿意
对于送托，您有哪些顾虑？ (多选题)|价格偏高|质量和师资让人不放心|离家、离单位较远|担心孩子的安全与健康|\
其他【请注明】|没有顾虑
您每月最多能接受的托育费用是多少元？
您对所在区域托育机构收费的满意程度？|1分|2分|3分|4分|5分
您对所在区域托育机构质量的满意程度？|1分|2分|3分|4分|5分"""
QUESTIONS = {str(i): line.split("|") for i, line in enumerate(FORM.splitlines(), start=1)}
TICKED = [f"8_{i}" for i in range(1, 7)]
TYPED = (
    "老人不放心",
    "孩子太小，不会说话",
    "生病怕传染",
    "没有合适的班型",
    "#排不上号",
    "吃饭┋睡觉┋都担心",
    "接送不方便,单位又远",
    '听说有的园"虎头蛇尾"',
    "班额<20人才放心",
    "奶奶&姥姥轮流带",
    "过敏，怕照顾不到",
    "“监控”不让家长看",
)
BLANKS = {"1": 0.015, "2": 0.004, "3": 0.006, "5": 0.008, "6": 0.033, "10": 0.018, "11": 0.025}
# Who names no fee, of those who would use a place and of those for whom it depends.
NO_FEE = (0.03, 0.08)

# The population: cells of district x (sex and age) x income, 240 of them.
MARGINS = [pd.read_csv(HERE / f"margins-{name}.csv") for name in ("district", "sex-age-parents-derived")]
DISTRICT, PERSON, INCOME = (a.ravel() for a in np.indices((10, 6, 4)))
INCOMES, SCHOOLING = (0.14, 0.38, 0.34, 0.14), (0.17, 0.26, 0.29, 0.28)
WEALTH = (0.35, 0.40, 0.15, -0.15, 0.05, -0.10, -0.30, -0.70, -0.90, -0.45)  # tilts the incomes
# How those who answer are spread: mothers, parents of 30 to 39 and the centre are too many.
ANSWERED_DISTRICT = (0.271, 0.156, 0.170, 0.080, 0.165, 0.051, 0.056, 0.0090, 0.0082, 0.034)
ANSWERED_SEX_AGE = (0.078, 0.150, 0.030, 0.240, 0.440, 0.062)
# Log-odds of an answer by district, by sex and age, and by income; the constant is found later.
EFFECTS = {
    "price": (
        (0.02, -0.62, -0.05, 0.10, 0.0, 0.05, 0.62, 0.45, 0.50, 0.45),
        (0.45, 0.35, 0.80, -0.20, -0.25, 0.20),
        (0.40, 0.15, -0.10, -0.40),
    ),
    "quality": (
        (0.0, 0.15, 0.10, -0.05, 0.0, -0.05, -0.10, -0.30, -0.30, -0.10),
        (-0.15, -0.10, -0.20, 0.05, 0.15, -0.05),
        (-0.15, -0.05, 0.05, 0.15),
    ),
    "distance": (
        (0.0, -0.20, -0.10, 0.25, 0.0, 0.30, 0.40, 0.70, 0.80, 0.50),
        (0.0, 0.0, 0.05, 0.05, 0.0, 0.05),
        (0.10, 0.0, 0.0, -0.10),
    ),
    "safety": (
        (0.0, 0.05, 0.0, 0.0, 0.0, 0.0, 0.0, 0.10, 0.10, 0.05),
        (-0.15, -0.10, -0.20, 0.15, 0.10, 0.05),
        (0.0, -0.05, 0.0, 0.05),
    ),
    "other": ((0.0,) * 10, (-0.10, 0.0, 0.0, 0.10, 0.10, 0.0), (0.0, 0.0, 0.0, 0.05)),
    "yes": (
        (0.05, 0.15, 0.05, -0.05, 0.0, -0.05, -0.15, -0.25, -0.25, -0.10),
        (0.0, 0.05, -0.20, 0.10, 0.15, -0.10),
        (-0.20, -0.05, 0.10, 0.20),
    ),
}
# The older the child (0, 1, 2 years; months 1 to 35 are equally many), the likelier a yes.
CHILD_AGES, CHILD_SHARES, CHILD_EFFECTS = (12, 24, 36), (11 / 35, 12 / 35, 12 / 35), (-0.5, 0.05, 0.4)
# The highest fee accepted: its middle by income, its spread on the log scale, and how the fees of those for
# whom it depends compare. Six in ten name a multiple of 500, the others one of 100.
FEES, FEE_SPREAD, DEPENDS_FEE = (1000, 1500, 2100, 3000), 0.35, 0.9
ROUND, ROUND_SHARE = 500, 0.6
TRUE_AT = (1298,)
TICKS = ("price", "quality", "distance", "safety", "other")
SHARED = 0.4  # how much likelier a worried person is to tick any of them
SAME = {"quality": 0.475, "distance": 0.25, "safety": 0.42, "other": 0.06, "yes": 0.46}


class Wave(NamedTuple):
    """One wave: true share of price, satisfaction with charges, and rows by kind."""

    seed: int
    first: datetime
    price: float
    satisfied: float
    honest: int
    built: dict[str, int]


WAVES = {
    "2023": Wave(
        106,
        datetime(2023, 9, 4),
        0.80,
        0.33,
        2265,
        {"ineligible": 118, "incomplete": 79, "duplicate": 64, "speeder": 77},
    ),
    "2024": Wave(
        266,
        datetime(2024, 9, 2),
        0.70,
        0.43,
        2083,
        {"ineligible": 107, "incomplete": 71, "duplicate": 60, "speeder": 72},
    ),
}


def tilted(base: tuple[float, ...], by: Floats) -> Floats:
    """Return a distribution over four ordered classes tilted upwards by each of `by`, (n, 4)."""
    weight = np.array(base) * np.exp(np.outer(by, [-1.5, -0.5, 0.5, 1.5]))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def cell_shares(district: Floats, sex_age: Floats) -> Floats:
    """Return the share of each of the 240 cells; income depends on district alone."""
    shares = district[DISTRICT] * sex_age[PERSON]
    shares *= tilted(INCOMES, np.array(WEALTH))[DISTRICT, INCOME]
    return np.asarray(shares / shares.sum())


POPULATION = cell_shares(*(margin["population"].to_numpy(dtype=np.float64) for margin in MARGINS))


def chances(
    answer: str, target: float, tilt: tuple[float, ...] = (0.0,), parts: tuple[float, ...] = (1.0,)
) -> Floats:
    """Return the chance of an answer in each cell and part of it, (240, parts), whose mean is `target`."""
    district, sex_age, income = (np.array(part) for part in EFFECTS[answer])
    score, low, high = district[DISTRICT] + sex_age[PERSON] + income[INCOME], -8.0, 8.0
    score = score[:, None] + np.array(tilt)
    for _ in range(60):
        middle = (low + high) / 2
        short = POPULATION @ (1 / (1 + np.exp(-middle - score))) @ np.array(parts) < target
        low, high = (middle, high) if short else (low, middle)
    return np.asarray(1 / (1 + np.exp(-low - score)))


YES = chances("yes", SAME["yes"], CHILD_EFFECTS, CHILD_SHARES)
# By cell and the child's age: yes, it depends, no; and over all ages.
INTENT = np.stack([YES, (1 - YES) * 0.575, (1 - YES) * 0.425], axis=2)
INTENT_OF_ALL = np.einsum("cai,a->ci", INTENT, np.array(CHILD_SHARES))


def paying(fee: float, factor: float) -> Floats:
    """Return each cell's share naming at least a fee, with its fees times a factor, (240,)."""
    parts = []
    for step, part in ((ROUND, ROUND_SHARE), (100, 1 - ROUND_SHARE)):
        least = -floor(-fee / step) * step - step / 2  # what is rounded to the fee or more
        below = [(log(least) - log(middle * factor)) / FEE_SPREAD for middle in FEES]
        parts.append(part * np.array([0.5 - 0.5 * erf(z / sqrt(2)) for z in below]))
    return np.asarray(np.sum(parts, axis=0)[INCOME])


def tick_chances(price: float) -> Floats:
    """Return the chances of the five ticks in each cell, calm and worried, (240, 5, 2)."""
    mean = np.stack([chances(k, (SAME | {"price": price})[k]) for k in TICKS], axis=1)
    return np.asarray(mean + np.array([-SHARED, SHARED]) * mean * (1 - mean))


def demand(fee: float) -> Floats:
    """Return each cell's share that would use a place at a fee: "yes", and with "it depends", (240, 2)."""
    willing = np.column_stack([paying(fee, 1.0), paying(fee, DEPENDS_FEE)]) * INTENT_OF_ALL[:, :2]
    return np.asarray(willing.cumsum(axis=1))


def truth(wave: Wave) -> dict[str, object]:
    """Return the true shares of a wave, summed over the cells of the population."""
    ticks = tick_chances(wave.price)
    shares = np.column_stack([ticks.mean(axis=2), (1 - ticks).prod(axis=1).mean(axis=1)])

    def told(values: Floats, names: tuple[str, ...], part: NDArray[np.bool_]) -> dict[str, float]:
        mean = np.average(values[part], axis=0, weights=POPULATION[part])
        return {name: round(float(share), 5) for name, share in zip(names, mean, strict=True)}

    everybody, options, codes = DISTRICT >= 0, (*TICKS, "none"), MARGINS[0]["district"]
    return {
        "overall": told(shares, options, everybody),
        "by_district": {code: told(shares, options, i == DISTRICT) for i, code in enumerate(codes)},
        "intent": told(INTENT_OF_ALL, ("yes", "depends", "no"), everybody),
        "demand": {str(fee): told(demand(fee), ("yes", "yes+depends"), everybody) for fee in TRUE_AT},
        "returned": wave.honest + sum(wave.built.values()),
        "built": wave.built,
    }


def draw(rng: np.random.Generator, chance: Floats) -> Ints:
    """Return one 1-based option a row, drawn from its distribution, shape (n, options)."""
    passed = rng.random((len(chance), 1)) > chance.cumsum(axis=1)[:, :-1]
    return np.asarray(1 + passed.sum(axis=1))


def month_text(rng: np.random.Generator, submitted: datetime, age: int) -> str:
    """Return the month of birth of a child `age` months old, written in one of three ways."""
    year, month = divmod(submitted.year * 12 + submitted.month - 1 - age, 12)
    ways = ("{}-{:02}", "{}年{}月", "{}/{:02}")
    return ways[rng.choice(3, p=[0.94, 0.03, 0.03])].format(year, month + 1)


def circumstances(rng: np.random.Generator, wave: Wave, n: int) -> pd.DataFrame:
    """Return when, how long, through what and from which example address each row came."""
    busy = np.repeat(np.arange(6, 23), [2, 3, 5, 6, 6, 5, 6, 5, 4, 5, 5, 5, 5, 6, 8, 8, 6])
    past = (rng.integers(0, 21, n) * 24 + rng.choice(busy, n)) * 3600 + rng.integers(0, 3600, n)
    way = rng.choice(3, n, p=[0.78, 0.15, 0.07])
    net, host = rng.choice(["192.0.2", "198.51.100", "203.0.113"], n), rng.integers(1, 255, n)
    return pd.DataFrame(
        {
            "submitted": [wave.first + timedelta(seconds=int(s)) for s in past],
            "seconds": 61 + (rng.gamma(2, 54, n) * rng.choice([1, 8], n, p=[0.99, 0.01])).astype(int),
            "来源": np.array(["手机提交", "手机提交", "链接"])[way],
            "来源详情": np.array(["微信", "直接访问", "N/A"])[way],
            "来自IP": [f"{a}.{b}(山西-太原)" for a, b in zip(net, host, strict=True)],
        }
    )


def fees(rng: np.random.Generator, income: Ints, depends: pd.Series) -> Ints:
    """Return the highest fee each accepts, in yuan, a multiple of 500 or of 100."""
    fee = (
        np.array(FEES)[income]
        * np.where(depends, DEPENDS_FEE, 1)
        * np.exp(rng.normal(0, FEE_SPREAD, len(income)))
    )
    step = np.where(rng.random(len(income)) < ROUND_SHARE, ROUND, 100)
    return np.asarray(np.maximum(np.floor(fee / step + 0.5) * step, step).astype(np.int64))


def answers(rng: np.random.Generator, wave: Wave, n: int) -> pd.DataFrame:
    """Return n complete honest rows: option positions, and texts for questions 4 and 9."""
    rows = circumstances(rng, wave, n)
    answering = cell_shares(np.array(ANSWERED_DISTRICT), np.array(ANSWERED_SEX_AGE))
    cell = rng.choice(answering.size, n, p=answering)
    rows["1"], rows["6"] = DISTRICT[cell] + 1, INCOME[cell] + 1
    rows["2"], rows["3"] = PERSON[cell] // 3 + 1, PERSON[cell] % 3 + 1
    months = rng.integers(1, 36, n)
    rows["4"] = [month_text(rng, s, int(m)) for s, m in zip(rows["submitted"], months, strict=True)]
    rows["5"] = draw(rng, tilted(SCHOOLING, (INCOME[cell] - 1.3) * 0.55))
    rows["7"] = draw(rng, INTENT[cell, np.searchsorted(CHILD_AGES, months, side="right")])
    ticks = rng.random((n, 5)) < tick_chances(wave.price)[cell, :, rng.integers(0, 2, n)]
    rows[TICKED] = np.column_stack([ticks, ~ticks.any(axis=1)]).astype(np.int64)
    rows["typed"] = rng.choice(TYPED, n)
    rows["9"] = fees(rng, INCOME[cell], rows["7"] == 2)
    rows["10"] = 1 + rng.binomial(4, wave.satisfied - 0.08 * ticks[:, 0])
    rows["11"] = 1 + rng.binomial(4, 0.58 - 0.15 * ticks[:, 1])
    for question, rate in BLANKS.items():
        rows.loc[rng.random(n) < rate, question] = BLANK
    rows.loc[rng.random(n) < np.where(rows["7"] == 2, NO_FEE[1], NO_FEE[0]), "9"] = BLANK
    rows.loc[rows["7"] == 3, "9"] = NOT_ASKED
    return rows


def spoil_ineligible(rng: np.random.Generator, rows: pd.DataFrame) -> None:
    """Make rows of people outside the population: elsewhere, of another age, an older child."""
    why = np.arange(len(rows)) % 3
    rows.loc[why == 0, "1"] = 11
    rows.loc[why == 1, "3"] = 4
    rows.loc[why == 2, "4"] = [
        month_text(rng, s, int(rng.integers(37, 72))) for s in rows.loc[why == 2, "submitted"]
    ]


def spoil_incomplete(rng: np.random.Generator, rows: pd.DataFrame) -> None:
    """Make rows broken off at question 7 or 8, or without question 8, 4 or 7 alone."""
    why = rng.choice(5, len(rows), p=[0.38, 0.26, 0.2, 0.08, 0.08])
    rows.loc[(why == 0) | (why == 4), "7"] = BLANK
    rows.loc[why <= 2, TICKED] = BLANK
    rows.loc[why <= 1, ["9", "10", "11"]] = BLANK
    rows.loc[why == 3, "4"] = str(BLANK)
    rows.loc[why == 4, "9"] = NOT_ASKED


def spoil_speeder(rng: np.random.Generator, rows: pd.DataFrame) -> None:
    """Make rows of people who tapped through: 15 to 40 seconds and careless answers."""
    n = len(rows)
    rows["seconds"] = rng.integers(15, 41, n)
    for question, options in {"2": 2, "3": 3, "5": 4, "6": 4, "7": 2}.items():
        rows[question] = np.where(rng.random(n) < 0.5, 1, rng.integers(1, options + 1, n))
    rows["9"] = rng.choice([1, 100, 500, 1000, 1111], n)
    rows["10"] = rows["11"] = rng.integers(1, 6, n)
    rows[TICKED] = np.eye(6, dtype=np.int64)[rng.integers(0, 6, n)]


def duplicates(rng: np.random.Generator, honest: pd.DataFrame, n: int) -> pd.DataFrame:
    """Return copies sent 1 to 8 minutes later from the same address; some change one rating."""
    full = honest[(honest[[*BLANKS, "9"]] > 0).all(axis=1)]
    rows = full.iloc[rng.choice(len(full), n, replace=False)].reset_index(drop=True)
    gap = rng.integers(90, 475, n)
    rows["submitted"] += pd.to_timedelta(gap, unit="s")
    rows["seconds"] = rng.integers(61, gap)
    rows["10"] = np.where(rng.random(n) < 0.35, rows["10"] % 5 + 1, rows["10"])
    return rows


def returned(wave: Wave) -> pd.DataFrame:
    """Return every row of a wave in the order of submission."""
    rng = np.random.default_rng(wave.seed)
    honest = answers(rng, wave, wave.honest)
    honest.loc[rng.choice(np.flatnonzero(honest["8_6"] == 0), 10, replace=False), "8_6"] = 1
    parts = [honest, duplicates(rng, honest, wave.built["duplicate"])]
    for kind, spoil in (
        ("ineligible", spoil_ineligible),
        ("incomplete", spoil_incomplete),
        ("speeder", spoil_speeder),
    ):
        parts.append(answers(rng, wave, wave.built[kind]))
        spoil(rng, parts[-1])
    rows = pd.concat(parts).sort_values("submitted", kind="stable", ignore_index=True)
    rows["序号"], rows["所用时间"] = rows.index + 1, rows["seconds"].astype(str) + "秒"
    rows["提交答卷时间"] = [f"{t:%Y}/{t.month}/{t.day} {t.hour}:{t:%M:%S}" for t in rows.submitted]
    return rows


def ticks_text(row: pd.Series) -> str:
    """Return one cell of question 8: the ticked options and what was typed beside 其他."""
    options = [*QUESTIONS["8"][1:5], f"{QUESTIONS['8'][5]}〖{row['typed']}〗", QUESTIONS["8"][6]]
    return "┋".join(o for o, c in zip(options, TICKED, strict=True) if row[c] > 0) or MARKS["-2"]


def download(rows: pd.DataFrame, *, numbers: bool) -> pd.DataFrame:
    """Return the cells of a download under their headers, as option numbers or in words."""
    cells = rows[list(LEADING)].astype(str)
    for number, (text, *options) in QUESTIONS.items():
        names = {} if numbers else {str(i + 1): o for i, o in enumerate(options)} | MARKS
        if number == "8" and numbers:
            cells[[f"第8题({option})" for option in options]] = rows[TICKED].astype(str)
        elif number == "8":
            cells[f"8、{text}"] = rows.apply(ticks_text, axis=1)
        else:
            cells[f"{number}、{text}"] = rows[number].astype(str).replace(names)
    return cells


def save(path: Path, cells: pd.DataFrame) -> None:
    """Write one sheet of text cells, the same bytes every time."""
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": datetime(2024, 10, 1), "comments": ABOUT})
        sheet = book.add_worksheet("Sheet1")
        for (i, j), cell in np.ndenumerate(np.vstack([cells.columns, cells.to_numpy(object)])):
            sheet.write_string(i, j, cell)


def main(out: Path) -> None:
    """Write three workbooks and truth.json into a folder."""
    for name, wave in WAVES.items():
        rows = returned(wave)
        save(out / f"responses-{name}-text.xlsx", download(rows, numbers=False))
        if name == "2023":
            save(out / f"responses-{name}-number.xlsx", download(rows, numbers=True))
    told = {
        "about": f"{ABOUT}: true shares of the model that the answers were drawn from",
        "waves": {name: truth(wave) for name, wave in WAVES.items()},
    }
    text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    (out / "truth.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
