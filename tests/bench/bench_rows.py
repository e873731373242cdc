"""Made-up studies of any size for the benchmarks, drawn from the demonstration's answers."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np
import python_calamine
import xlsxwriter

DEMO = Path(__file__).parents[2] / "data" / "taiyuan"


def rows(n: int) -> Iterator[list[str | float]]:
    """Yield the header and n rows drawn with replacement, given new times and addresses."""
    rng = np.random.default_rng(n)
    book = python_calamine.CalamineWorkbook.from_path(DEMO / "responses-2023-text.xlsx")
    header, *drawn = book.get_sheet_by_index(0).to_python()
    yield [str(cell) for cell in header]
    minutes = rng.integers(0, 30_000, n)
    for i, place in enumerate(rng.integers(0, len(drawn), n)):
        row = [cell if isinstance(cell, float) else str(cell) for cell in drawn[place]]
        day, minute = divmod(int(minutes[i]), 1440)
        row[0], row[1] = float(i + 1), f"2023/9/{day + 4} {minute // 60}:{minute % 60:02}:00"
        row[5] = f"192.0.2.{i % 250}-{i // 250}"
        yield row


def made_up(folder: Path, n: int, form: Literal["csv", "xlsx"] = "csv") -> Path:
    """Write a study of one wave with n returned rows and return its path."""
    responses = folder / f"responses-2023.{form}"
    if form == "csv":
        with responses.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows(n))
    else:
        with xlsxwriter.Workbook(responses, {"constant_memory": True}) as book:
            sheet = book.add_worksheet()
            for i, row in enumerate(rows(n)):
                sheet.write_row(i, 0, row)
    for path in DEMO.glob("margins-*.csv"):
        shutil.copy(path, folder)
    text = (DEMO / "study.toml").read_text(encoding="utf-8")
    first = text.index("[[waves]]", text.index("[[waves]]") + 1)
    text = text[:first] + text[text.index("[questions.district]") :]
    text = text.replace("responses-2023-text.xlsx", responses.name)
    # A made-up file may have more people than the made-up city.
    text = text.replace("population = 120000", f"population = {1000 * n}")
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return folder / "study.toml"
