"""Made-up studies of awkward shapes, from their answers to the printed pages.

Unlike `drawn_studies`, whose estimates are made up, these are surveys: people answer, and a report is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from reports.cli import main

ZH = ["价格偏高", "质量和师资", "离家太远", "安全与健康", "孩子太小", "老人可以帮忙", "其他"]
EN = ["Price", "Quality and staff", "Distance", "Safety and health", "Child too young", "Grandparents help",
      "Other"]  # fmt: skip
ZH_LONG = "收费超出家庭能够承担的范围，并且没有普惠性补贴，或者补贴申请手续过于繁琐"
EN_LONG = "Fees are beyond what the household can pay, and subsidies are missing or too hard to apply for"
SAYS = [
    ("嫌托育价格偏高", "say nurseries cost too much"),
    ("担心质量和师资", "worry about quality and staff"),
]
RATED = [("很不满意", "Very dissatisfied"), ("不太满意", "Fairly dissatisfied"), ("一般", "Neither"),
         ("比较满意", "Fairly satisfied"), ("非常满意", "Very satisfied")]  # fmt: skip
TICKED = np.array([0.72, 0.47, 0.26, 0.40, 0.16, 0.11, 0.05])
TITLE = "示例市3岁以下婴幼儿送托意愿调查简报"
CONTEXT = """
[[briefing.context]]
text = { zh = "全市有托育机构534家、托位22,300个", en = "The city has 534 nurseries with 22,300 places" }
source = { zh = "示例统计年鉴", en = "Example yearbook" }
[[briefing.comparison]]
question = "concerns"
option = "o0"
name = { zh = "甲省调查", en = "Survey of a province" }
design = { zh = "多阶段抽样", en = "multistage sample" }
date = "2021"
source = { zh = "示例文献", en = "An example paper" }
share = 0.35
"""
DISCLOSURE = "\n".join(
    ["[disclosure]"]
    + [
        f'{key} = {{ zh = "示例研究组", en = "Example group" }}'
        for key in ("sponsor", "conductor", "recruitment", "mode", "quality", "limits", "contact")
    ]
)


@dataclass(frozen=True)
class MadeUp:
    """The shape of a study.

    Attributes
    ----------
    options : int
        Answers to the question on worries; 2 make it a single choice, 0 leave it out.
    ratings : int
        Questions with a scale of five.
    top : float
        How many give the first answer.
    fills : bool
        Whether texts are left to fill in.
    """

    name: str
    n: int = 900
    waves: int = 1
    options: int = 7
    ratings: int = 0
    districts: int = 6
    long: bool = False
    weighted: bool = True
    fee: bool = False
    status: str = ""
    fills: bool = False
    margins: str = ""
    says: bool = False
    top: float = 0.72
    more: str = ""


# Each is printed in both languages for the tests. Of 44 people an answer of half of them is withheld.
STUDIES = (
    MadeUp("plain", fee=True, ratings=1, says=True),
    MadeUp("waves", waves=3, ratings=1, districts=5, says=True),
    MadeUp("two", options=2, districts=3, margins="gb9704"),
    MadeUp("twenty", options=20, districts=0),
    MadeUp("questions", n=900, ratings=23, districts=8),
    MadeUp("districts", n=4000, districts=40),
    MadeUp("few", n=80, waves=2, districts=5, ratings=1),
    MadeUp("held", n=44, districts=0, top=0.56, weighted=False),
    MadeUp("many", n=100_000, districts=4),
    MadeUp("draft", n=600, waves=2, status="draft", fills=True),
    MadeUp("long", n=1200, waves=2, districts=8, long=True, margins="gb9704"),
    MadeUp("bare", n=600, options=6, districts=0, weighted=False),
    MadeUp("rating", n=500, options=0, ratings=1, districts=0, weighted=False),
    MadeUp("final", n=900, waves=2, ratings=3, status="final", more=CONTEXT),
)


def _label(zh: str, en: str) -> str:
    return f'{{ zh = "{zh}", en = "{en}" }}'


def _options(codes: list[str], zh: list[str], en: list[str], says: Sequence[tuple[str, str]] = ()) -> str:
    lines = []
    for i, (code, z, e) in enumerate(zip(codes, zh, en, strict=True)):
        more = f", says = {_label(*says[i])}" if i < len(says) else ""
        lines.append(f'{code} = {{ zh = "{z}", en = "{e}"{more} }}')
    return "\n".join(lines)


def _question(
    name: str, text: tuple[str, str], label: tuple[str, str], more: str, kind: str = "single"
) -> str:
    return (
        f'[questions.{name}]\nkind = "{kind}"\ncolumn = "{name}"\n'
        f"text = {_label(*text)}\nlabel = {_label(*label)}\n{more}"
    )


def study_text(made: MadeUp) -> str:
    """Return the study file, both languages."""
    title, publisher = ("标题待填", "发布者待填") if made.fills else (TITLE, "示例研究组")
    people = _label("示例市有3岁以下孩子的家长", "parents in Example City with a child under three")
    parts = [
        "\n".join([
            f'[study]\nid = "{made.name}"',
            f'title = {_label(title, "Nursery care in Example City")}',
            f'publisher = {_label(publisher, "Example group")}',
            f"population = {people}",
            'sample = "opt-in"\nlanguages = ["zh", "en"]\nsynthetic = true',
        ])
    ]  # fmt: skip
    parts += [
        f'[[waves]]\nid = "{wave}"\nlabel = {_label(f"{wave}年", wave)}\nresponses = "{wave}.csv"\n'
        f"fieldwork = [{wave}-09-01, {wave}-09-20]"
        for wave in _waves(made)
    ]
    if made.districts:
        codes = [f"d{i}" for i in range(made.districts)]
        options = _options(codes, [f"第{i + 1}区" for i in range(made.districts)],
                           [f"District {i + 1}" for i in range(made.districts)])  # fmt: skip
        groups = 'groups = { zh = "区县", en = "districts" }\ngroup = { zh = "{}", en = "parents in {}" }\n'
        parts.append(
            _question("district", ("您住在哪个区？", "Which district?"), ("区县", "District"),
                      f"{groups}[questions.district.options]\n{options}")
        )  # fmt: skip
    parts.append(
        _question("sex", ("您的性别？", "Your sex?"), ("性别", "Sex"),
                  "[questions.sex.options]\n" + _options(["m", "f"], ["男", "女"], ["Men", "Women"]))
    )  # fmt: skip
    parts += _asked(made)
    parts += _settings(made)
    return "\n".join(parts)


def _asked(made: MadeUp) -> list[str]:
    """Return the questions that are estimated."""
    parts = []
    if made.options:
        single, codes = made.options == 2, _codes(made)
        zh = [*ZH, *(f"第{i}项顾虑" for i in range(8, 30))][: made.options]
        en = [*EN, *(f"Worry {i}" for i in range(8, 30))][: made.options]
        if made.long:
            zh, en = [f"{z}：{ZH_LONG}" for z in zh], [f"{e}: {EN_LONG}" for e in en]
        more = "" if single else 'separator = "|"\n'
        text = (
            "对于送托，您有哪些顾虑？（可选多项）",
            "What worries you about a nursery? (tick all that apply)",
        )
        if single:
            text = ("对于送托，您最大的顾虑是什么？", "What worries you most about a nursery?")
        options = _options(codes, zh, en, SAYS if made.says else [])
        parts.append(
            _question("concerns", text, ("送托顾虑", "Concerns"),
                      f"{more}[questions.concerns.options]\n{options}", "single" if single else "multiple")
        )  # fmt: skip
        says = [("愿意送托", "would send their child")] if made.says else []
        zh, en = ["愿意", "看情况", "不愿意"], ["Yes", "It depends", "No"]
        options = _options(["yes", "depends", "no"], zh, en, says)
        parts.append(
            _question("intent", ("您是否愿意送托？", "Would you send your child to a nursery?"),
                      ("送托意愿", "Intent to send the child"), f"[questions.intent.options]\n{options}")
        )  # fmt: skip
    zh, en = zip(*RATED, strict=True)
    options = _options([f"s{i}" for i in range(5)], [*zh], [*en])
    parts += [
        _question(f"q{k}", (f"您对第{k + 1}个方面是否满意？", f"How satisfied are you with {k + 1}?"),
                  (f"第{k + 1}方面满意度", f"Satisfaction with aspect {k + 1}"),
                  f"[questions.q{k}.options]\n{options}")
        for k in range(made.ratings)
    ]  # fmt: skip
    if made.fee:
        asked = 'asked_if = [{ question = "intent", in = ["yes", "depends"] }]\n'
        asked += 'unit = { zh = "元", en = "yuan" }\n'
        parts.append(
            _question("fee", ("最多能付多少元？", "How much could you pay a month?"),
                      ("可接受月托费", "Acceptable monthly fee"), asked, "number")
        )  # fmt: skip
    return parts


def _settings(made: MadeUp) -> list[str]:
    """Return weighting, estimates, briefing and disclosure."""
    parts = [f'[weighting]\nmethod = "{"raking" if made.weighted else "none"}"']
    names = ["district"] if made.districts else []
    if made.weighted:
        parts += [f'[[weighting.margins]]\nfile = "m-{name}.csv"\nuse = "shares"' for name in (*names, "sex")]
    shares = [*(["concerns", "intent"] if made.options else []), *(f"q{k}" for k in range(made.ratings))]
    listed = ", ".join(f'"{name}"' for name in shares)
    parts.append(f"[estimates]\nshares = [{listed}]")
    if made.districts:
        parts.append('by = ["district"]')
    if made.fee:
        parts.append('amounts = ["fee"]')
        parts.append('[demand]\nintent = "intent"\nwilling = ["yes", "depends"]\nfee = "fee"')
        parts.append("at = [800, 1200, 1600, 2000]")
    people = _label("受访家长", "parents who answered")
    parts.append(f'[briefing]\nheadline = "{shares[0]}"\npeople = {people}')
    if made.districts:
        parts.append('by = "district"')
    for key in ("status", "margins"):
        if getattr(made, key):
            parts.append(f'{key} = "{getattr(made, key)}"')
    return [*parts, made.more, DISCLOSURE]


def _waves(made: MadeUp) -> list[str]:
    return [str(2025 - made.waves + i) for i in range(made.waves)]


def _codes(made: MadeUp) -> list[str]:
    return [f"o{i}" for i in range(made.options)]


def answers(made: MadeUp, wave: int) -> pd.DataFrame:
    """Return who answered what in a wave, one row a person."""
    rng = np.random.default_rng([made.options, made.districts, made.ratings, wave])
    n, columns = made.n, dict[str, object]()
    where = np.zeros(n, dtype=int)
    if made.districts:
        where = rng.choice(made.districts, n, p=_residents(made.districts))
        columns["district"] = np.char.add("d", where.astype(str))
    columns["sex"] = np.where(rng.random(n) < 0.7, "f", "m")
    if made.options == 2:
        columns["concerns"] = np.where(rng.random(n) < 0.62 + 0.05 * (where % 3 - 1), "o0", "o1")
    elif made.options:
        likely = np.resize([made.top, *TICKED[1:]], made.options) * np.where(
            np.arange(made.options) < len(TICKED), 1, 0.4
        )
        likely = likely - 0.05 * wave * (np.arange(made.options) == 0)
        ticks = rng.random((n, made.options)) < np.clip(likely + 0.08 * (where % 3 - 1)[:, None], 0.02, 0.97)
        ticks[~ticks.any(axis=1), -1] = True
        codes = np.array(_codes(made))
        columns["concerns"] = ["|".join(codes[row]) for row in ticks]
    if made.options:
        columns["intent"] = rng.choice(["yes", "depends", "no"], n, p=[0.45, 0.31, 0.24])
    for k in range(made.ratings):
        columns[f"q{k}"] = np.char.add(
            "s", rng.choice(5, n, p=np.roll([0.1, 0.15, 0.35, 0.25, 0.15], k % 3)).astype(str)
        )
    if made.fee:
        fee = (rng.gamma(6, 280, n) / 100).round() * 100
        columns["fee"] = np.where(columns["intent"] == "no", "", fee.astype(int).astype(str))
    return pd.DataFrame(columns)


def _residents(districts: int) -> np.ndarray:
    """Return the shares of districts, the largest about five times the smallest."""
    sizes = np.linspace(1, 0.2, districts)
    return sizes / sizes.sum()


def write(made: MadeUp, folder: Path) -> Path:
    """Write a study with its answers and margins to a folder, and return its file."""
    folder.mkdir(parents=True, exist_ok=True)
    for i, wave in enumerate(_waves(made)):
        answers(made, i).to_csv(folder / f"{wave}.csv", index=False)
    head = "population,source,date\n"
    if made.districts:
        people = np.roll(_residents(made.districts), 1) * 500_000 + _residents(made.districts) * 500_000
        rows = [f"d{i},{round(one)},示例统计年鉴,2023-12-31\n" for i, one in enumerate(people)]
        (folder / "m-district.csv").write_text(f"district,{head}{''.join(rows)}", encoding="utf-8")
    sexes = "m,500000,示例统计年鉴,2023-12-31\nf,490000,示例统计年鉴,2023-12-31\n"
    (folder / "m-sex.csv").write_text(f"sex,{head}{sexes}", encoding="utf-8")
    path = folder / "study.toml"
    path.write_text(study_text(made), encoding="utf-8")
    return path


def reported(made: MadeUp, folder: Path) -> Path:
    """Return the folder of a report on a study."""
    out = folder / made.name / "out"
    status = main(["report", str(write(made, folder / made.name)), "--out", str(out)])
    assert status == 0, made.name
    return out
