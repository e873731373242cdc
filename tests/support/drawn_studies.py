"""Made-up studies of awkward shapes, printed, and a check of every text box on their pages.

make layout       sixty of them, both languages; prints time, size and faults of each
"""

from __future__ import annotations

import itertools
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2
from pdf import failures

import survey
from analysis.estimates import make_estimates
from reports.commands.report import write_briefing

ZH = "家里老人可以帮忙照看孩子所以暂时不考虑送托机构也不了解附近有哪些托育服务以及收费标准"
EN = "grandparents can look after the child so that a nursery is not needed for the time being at all"
MARGIN = 20.0  # points left white


@dataclass(frozen=True)
class Shape:
    """How awkward a study is."""

    options: int
    groups: int
    waves: int
    length: int
    kind: str
    withheld: str

    @property
    def name(self) -> str:
        """Return the shape in a few words."""
        return (
            f"{self.options} options, {self.groups} groups, {self.waves} waves, {self.kind}, {self.withheld}"
        )


def shapes() -> list[Shape]:
    """Return sixty shapes, the extremes of each direction among them, in a fixed order."""
    every = list(
        itertools.product(
            (2, 3, 6, 12, 30), (0, 1, 4, 10, 40), (1, 2, 3, 8), (6, 18, 40), ("multiple", "single")
        )
    )
    chosen = np.random.default_rng(5).permutation(len(every))[:58]
    held = ("none", "one group", "all groups", "everything")
    found = [Shape(*every[i], held[j % 4]) for j, i in enumerate(chosen)]
    return [Shape(30, 40, 8, 40, "multiple", "one group"), Shape(2, 0, 1, 6, "single", "everything"), *found]


def study_text(shape: Shape) -> str:
    """Return the study file of a shape, both languages."""

    def label(i: int) -> str:
        zh, en = f"选项{i}{ZH[: shape.length]}", f"Option {i} {EN[: 2 * shape.length]}".strip()
        return f'{{ zh = "{zh}", en = "{en}" }}'

    waves = "\n".join(
        f'[[waves]]\nid = "w{i}"\nlabel = {{ zh = "{2017 + i}年", en = "{2017 + i}" }}\nresponses = "w{i}"'
        for i in range(shape.waves)
    )
    options = "\n".join(f"o{i} = {label(i)}" for i in range(shape.options))
    groups = "\n".join(
        f'g{i} = {{ zh = "第{i}区", en = "District {i}" }}' for i in range(max(shape.groups, 1))
    )
    sections = (
        '["results", "sensitivity", "groups", "change", "topline", "methods", "flow", "disclosure", "marks"]'
    )
    return f"""
[study]
id = "drawn"
title = {{ zh = "调查简报{ZH[: shape.length]}", en = "A survey of {EN[: 2 * shape.length]}" }}
publisher = {{ zh = "示例研究组", en = "Example group" }}
population = {{ zh = "家长", en = "parents" }}
sample = "opt-in"
languages = ["zh", "en"]
synthetic = true
{waves}
[questions.why]
kind = "{shape.kind}"
column = 1
text = {{ zh = "为什么？{ZH}", en = "Why? {EN}" }}
[questions.why.options]
{options}
[questions.other]
kind = "single"
column = 3
text = {{ zh = "还有一题？{ZH}", en = "And another? {EN}" }}
[questions.other.options]
{options}
[questions.district]
kind = "single"
column = 2
text = {{ zh = "哪个区？", en = "Which district?" }}
label = {{ zh = "区县", en = "District" }}
[questions.district.options]
{groups}
[briefing]
headline = "why"
sections = {sections}
"""


def rows_of(shape: Shape) -> list[dict[str, object]]:
    """Return estimates as a run would make them: shares, changes, groups against the rest."""
    rng = np.random.default_rng(shape.options * 100 + shape.groups)
    found: list[dict[str, object]] = []
    for i, share in enumerate(rng.dirichlet(np.ones(shape.options))):
        row = {"wave": f"w{shape.waves - 1}", "question": "other", "option": f"o{i}", "measure": "share",
               "method": "t", "confidence": 0.95, "n": 900.0}  # fmt: skip
        held = shape.withheld == "everything" or (shape.withheld == "one group" and i == 0)
        found.append(_numbers(row, float(share), min(0.03, float(share)), held=held))
    for w, g in itertools.product(range(shape.waves), range(-1, shape.groups)):
        p = rng.dirichlet(np.ones(shape.options)) if shape.kind == "single" else rng.random(shape.options)
        held = shape.withheld == "everything" or (
            g >= 0 and (shape.withheld == "all groups" or (shape.withheld == "one group" and g == 0))
        )
        for i, share in enumerate(p):
            half = min(0.12 if g >= 0 else 0.02, share, 1 - share)
            row = {"wave": f"w{w}", "question": "why", "option": f"o{i}", "measure": "share", "method": "t",
                   "by": "district" if g >= 0 else "", "group": f"g{g}" if g >= 0 else "", "confidence": 0.95,
                   "n": 300.0 if g >= 0 else 12_000.0}  # fmt: skip
            found.append(_numbers(row, share, half, held=held))
            if w == shape.waves - 1 and w:
                moved = row | {
                    "wave": f"w{w} - w{w - 1}",
                    "measure": "change",
                    "p_adjusted": float(rng.random() / 4),
                }
                found.append(_numbers(moved, float(rng.normal(0, 0.1)), 0.05, held=held))
            if w == shape.waves - 1 and g < 0:
                for by, group in (("as_here", ""), ("unweighted", ""), ("margin_left_out", "district"),
                                  ("rule_left_out", "speeder")):  # fmt: skip
                    moved = row | {"measure": "alternative_share", "by": by, "group": group}
                    found.append(_numbers(moved, float(share), half, held=held))
                said = row | {"by": "claim", "group": "half", "measure": "tipping_ratio"}
                ratio = float(share / (1 - share))
                found.append(_numbers(said, ratio, 0.3 * ratio, held=held))
            if w == shape.waves - 1 and g >= 0 and shape.groups > 2:
                low = int(rng.integers(1, shape.groups + 1))
                rank = row | {"measure": "rank", "conf_low": low, "conf_high": shape.groups}
                found.append(rank | ({"flag": "suppress"} if held else {}))
            if w == shape.waves - 1 and g >= 0:
                rest = row | {"measure": "difference_from_rest", "p_adjusted": float(rng.random() / 4)}
                found.append(_numbers(rest, float(rng.normal(0, 0.1)), 0.1, held=held))
    return found


def _numbers(row: dict[str, object], value: float, half: float, *, held: bool) -> dict[str, object]:
    if held:
        return row | {"flag": "suppress", "note": "few_answers"}
    return row | {"estimate": value, "conf_low": value - half, "conf_high": value + half}


def printed(shape: Shape, folder: Path) -> list[Path]:
    """Return the briefings of a shape."""
    path = folder / "study.toml"
    path.write_text(study_text(shape), encoding="utf-8")
    estimates = make_estimates(rows_of(shape), None, {})
    return write_briefing(survey.read_study(path), estimates, folder / "out", say=lambda _: None)


def faults(path: Path) -> list[str]:
    """Return what is wrong with a file: texts outside the page or over each other, a standard not met."""
    found = [f"{rule}: {message[:60]}" for rule, message in failures(path)]
    document = pypdfium2.PdfDocument(path)
    try:
        for number, page in enumerate(document, 1):
            text = page.get_textpage()
            width, height = page.get_size()
            boxes = [text.get_rect(i) for i in range(text.count_rects())]
            named = [(box, text.get_text_bounded(*box).strip()) for box in boxes]
            named = [(box, words) for box, words in named if words and words not in ("草稿", "DRAFT")]
            for box, words in named:
                left, bottom, right, top = box
                if left < MARGIN or right > width - MARGIN or bottom < MARGIN or top > height - MARGIN:
                    found.append(f"page {number}: outside: {words[:40]}")
            found += [f"page {number}: {a[:30]!r} over {b[:30]!r}" for a, b in _overlaps(named)]
    finally:
        document.close()
    return found


def _overlaps(named: list[tuple[tuple[float, ...], str]]) -> list[tuple[str, str]]:
    """Return the pairs of texts whose boxes share more than a third of the smaller one."""
    if not named:
        return []
    boxes = np.array([box for box, _ in named])
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    found = []
    for i, box in enumerate(boxes):
        wide = np.minimum(boxes[:, 2], box[2]) - np.maximum(boxes[:, 0], box[0])
        tall = np.minimum(boxes[:, 3], box[3]) - np.maximum(boxes[:, 1], box[1])
        shared = np.clip(wide, 0, None) * np.clip(tall, 0, None) > np.minimum(area, area[i]) / 3
        found += [(named[i][1], named[j][1]) for j in np.flatnonzero(shared) if j > i]
    return found


def main() -> None:
    """Print a line a study."""
    bad = 0
    for shape in shapes():
        with tempfile.TemporaryDirectory() as name:
            start = time.perf_counter()
            files = printed(shape, Path(name))
            seconds = time.perf_counter() - start
            wrong = [f"{path.stem}: {fault}" for path in files for fault in faults(path)]
            size = sum(path.stat().st_size for path in files) / 1000
        bad += bool(wrong)
        print(f"{seconds:5.2f}s {size:6.0f} kB {len(wrong):3} faults  {shape.name}", flush=True)
        for fault in wrong[:6]:
            print("        " + fault)
    print(f"{bad} of {len(shapes())} studies have faults")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
