"""Time reading and drafting of a wide 问卷星 download against pandas reading it, and how both grow.

    make bench        seconds of processor, children included, of each step in one process a file

The columns are made up: of thirteen questions nine have one answer, two ticks in one cell, one an amount and
one a typed text that four in ten gave.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

OWN = ("序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP")
# Rows, columns and form; the first is the one that the target names.
FILES = (
    (100_000, 45, "csv"), (100_000, 45, "xlsx"), (25_000, 45, "csv"), (400_000, 45, "csv"),
    (2_000, 81, "csv"), (2_000, 306, "csv"), (2_000, 1206, "csv"),
)  # fmt: skip


def column(i: int, rows: int, random: np.random.Generator) -> tuple[str, list[str]]:
    """Return the heading and the cells of question i."""
    if i % 13 in (3, 9):
        ticks = random.random((rows, 8)) < 0.35
        cells = [
            "┋".join(f"方面{i}{c}" for c, t in zip("甲乙丙丁戊己庚辛", row, strict=True) if t)
            for row in ticks
        ]
        return f"{i}、您看重哪些方面（{i}）？", [cell or "(空)" for cell in cells]
    if i % 13 == 6:
        return f"{i}、每月最多愿意付多少元（{i}）？", [
            str(50 * n) for n in random.integers(0, 60, rows).tolist()
        ]
    if i % 13 == 12:
        texts = [f"希望离家近、价格便宜，第{n}条" if n % 5 < 2 else "(空)" for n in range(rows)]
        return f"{i}、您还有什么建议（{i}）？", texts
    options = np.array([*(f"第{i}题的回答{c}" for c in "一二三四五六"[: 2 + i % 5]), "(跳过)"], dtype=object)
    return f"{i}、您怎么看（{i}）？", options[random.integers(0, len(options), rows)].tolist()


def written(path: Path, rows: int, columns: int) -> None:
    """Write a text download of so many rows and columns, the same for the same size."""
    random = np.random.default_rng([rows, columns])
    minutes = random.integers(0, 30_000, rows).tolist()
    table: list[list[str]] = [
        [str(i + 1) for i in range(rows)],
        [f"2025/9/{m // 1440 + 4} {m % 1440 // 60}:{m % 60:02}:00" for m in minutes],
        [f"{n}秒" for n in random.integers(60, 1500, rows).tolist()],
        ["手机提交"] * rows,
        ["直接访问"] * rows,
        [f"192.0.2.{i % 250}-{i // 250}" for i in range(rows)],
    ]
    asked = [column(i, rows, random) for i in range(1, columns - len(OWN) + 1)]
    lines = [
        (*OWN, *(heading for heading, _ in asked)),
        *zip(*table, *(cells for _, cells in asked), strict=True),
    ]
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows(lines)
        return
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for i, line in enumerate(lines):
            sheet.write_row(i, 0, line)


def took(step: Callable[[], object]) -> float:
    """Return the seconds of processor that a step takes, in this process and those it waits for."""
    before = os.times()
    step()
    after = os.times()
    return sum(after[:4]) - sum(before[:4])


def one(path: Path) -> None:
    """Print a line of the table for one file."""
    import pandas as pd

    import survey
    from survey.drafting.study_text import draft_study

    alone = took(
        lambda: pd.read_csv(path) if path.suffix == ".csv" else pd.read_excel(path, engine="calamine")
    )
    exports: list[survey.Export] = []
    read = took(lambda: exports.append(survey.read_export(path)))
    draft = took(lambda: draft_study(exports[0], id="wide", responses=path.name))
    figures = f"{alone:.2f} | {read:.2f} | {draft:.2f} | {(read + draft) / alone:.1f} ×"
    print(
        f"| {len(exports[0]):,} × {len(OWN) + len(exports[0].columns):,} {path.suffix} | {figures} |",
        flush=True,
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        one(Path(sys.argv[1]))
        sys.exit()
    print("\n| file | pandas alone | read | drafted | read and drafted / pandas |", flush=True)
    print("| --- | --- | --- | --- | --- |", flush=True)
    for rows, columns, form in FILES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"answers.{form}"
            written(path, rows, columns)
            subprocess.run([sys.executable, "-P", __file__, str(path)], check=True)
