"""Made-up questionnaires of 问卷星 with answers, written as a text download and as a number download."""

import csv
from dataclasses import dataclass

import numpy as np

WORDS = (
    "价格", "质量", "离家太远", "没有顾虑", "其他【请注明】", "愿意", "看情况", "不愿意", "师资、安全",
    "（都）可以", "亲戚/朋友", "不清楚",
)  # fmt: skip
BANDS = ("500元以下", "500-799元", "800-1499元", "1500～3499元", "3500元及以上")
POINTS = ("0分", "1分", "2分", "3分", "4分", "5分")
NOBODY = (-2, -3)
MARKS = {-2: "(空)", -3: "(跳过)"}


@dataclass(frozen=True)
class Asked:
    """A question with its options in the order of the questionnaire, and what each person chose.

    Attributes
    ----------
    kind : {"single", "ticks", "number"}
    chosen : list
        Places from 0 for each person (one, or a list of ticks), an amount, or -2 and -3 for none.
    """

    kind: str
    options: tuple
    chosen: list

    @property
    def seen(self):
        """Places that somebody chose."""
        ticked = (c if isinstance(c, list) else [c] for c in self.chosen if c not in NOBODY)
        return sorted({place for places in ticked for place in places})


def questionnaire(rng, people=30):
    """Return one to six questions with options in random order, some of which nobody chose."""
    return [_asked(rng, people) for _ in range(rng.integers(1, 7))]


def _asked(rng, people):
    kind = ("single", "single", "single", "ticks", "ticks", "number")[rng.integers(6)]
    if kind == "number":
        amounts = [int(n) for n in rng.integers(45, 4000, people)]
        return Asked(kind, (), [_or_gap(rng, n) for n in amounts])
    pool = (WORDS, WORDS, BANDS, BANDS[::-1], POINTS)[rng.integers(5 if kind == "single" else 2)]
    options = tuple(pool)
    if pool is WORDS:
        options = tuple(str(w) for w in rng.permutation(WORDS)[: rng.integers(2, 8)])
    liked = rng.permutation(len(options))[: rng.integers(1, len(options) + 1)]
    if kind == "single":
        return Asked(kind, options, [_or_gap(rng, int(p)) for p in rng.choice(liked, people)])
    chosen = []
    for _ in range(people):
        ticked = sorted(int(p) for p in liked if rng.random() < 0.5)
        chosen.append(_or_gap(rng, ticked or [int(liked[0])]))
    return Asked(kind, options, chosen)


def _or_gap(rng, value):
    return int(rng.choice(NOBODY)) if rng.random() < 0.1 else value


def write_text(path, asked):
    """Write the text download."""
    header = [f"{i}、问题{i}的内容" for i in range(1, len(asked) + 1)]
    columns = []
    for question in asked:
        cells = []
        for person, value in enumerate(question.chosen):
            if not isinstance(value, list) and value in NOBODY:
                cells.append(MARKS[value])
            elif question.kind == "number":
                cells.append(str(value))
            else:
                labels = [question.options[p] for p in (value if question.kind == "ticks" else [value])]
                typed = [f"{x}〖自{person}┋写〗" if x == "其他【请注明】" else x for x in labels]
                cells.append("┋".join(typed))
        columns.append(cells)
    _write(path, header, columns)


def write_numbers(path, asked):
    """Write the number download: a place, or a column of 0 and 1 for each option."""
    header, columns = [], []
    for i, question in enumerate(asked, 1):
        if question.kind != "ticks":
            header.append(f"{i}、问题{i}的内容")
            shift = question.kind == "single"
            columns.append([str(v if v in NOBODY else v + shift) for v in question.chosen])
            continue
        for place, option in enumerate(question.options):
            header.append(f"第{i}题({option})")
            columns.append([str(int(place in v)) if isinstance(v, list) else str(v) for v in question.chosen])
    _write(path, header, columns)


def _write(path, header, columns):
    own = ["序号", "提交答卷时间", "所用时间"]
    rows = zip(*columns, strict=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow([*own, *header])
        for i, row in enumerate(rows):
            time = f"{8 + i // 600 % 10}:{i // 10 % 60:02}:{i % 10:02}"
            table.writerow([i + 1, f"2024/9/{2 + i // 6000} {time}", f"{60 + i % 600}秒", *row])


def drawn(seed, people=30):
    """Return the questionnaire of a seed."""
    return questionnaire(np.random.default_rng(seed), people)
