"""The files of the recommended questionnaire: a text in each language, a study file, tables to fill in."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from survey.drafting.codebooks import study_file
from survey.drafting.codebooks.codebook import Codebook
from survey.study.questionnaire import TO_FILL

POINTS = range(11)
SOURCE = ("population", "source", "date", "address")
# Where no districts are named, so many stand to be filled in.
UNNAMED = 3


def recommended(districts: Sequence[tuple[str, str]] = ()) -> dict[str, str]:
    """Return the files of the recommended questionnaire by name.

    Parameters
    ----------
    districts : sequence of (str, str)
        The districts asked for, in Chinese and in English; places to fill in by default.

    Examples
    --------
    >>> sorted(recommended([("小店区", "Xiaodian"), ("迎泽区", "Yingze")]))[-2:]
    ['questionnaire-zh.txt', 'study.toml']
    """
    study = _study(districts)
    tables = tomllib.loads(study)
    book = study_file.of_tables("study.toml", tables)
    titles = tables["study"]["title"]
    texts = {f"questionnaire-{key}.txt": as_text(book, titles[key], key) for key in book.languages}
    margins = {
        "margins-district.csv": _margin(tables, ["district"]),
        "margins-sex-age.csv": _margin(tables, ["sex", "age"]),
    }
    return texts | margins | {"study.toml": study}


@cache
def around() -> dict[str, Any]:
    """Return, by language, the names of kinds of question, and what is set on the platform."""
    return tomllib.loads(files(__package__).joinpath("texts.toml").read_text(encoding="utf-8"))


def _study(districts: Sequence[tuple[str, str]]) -> str:
    """Return the study file with its districts and the points of the scale of chances."""
    unnamed = [tuple(f"{TO_FILL[language]} {i}" for language in TO_FILL) for i in range(1, UNNAMED + 1)]
    named = [*districts] or [(zh, en) for zh, en in unnamed]
    lines = [f"d{i} = {{ zh = {_quoted(zh)}, en = {_quoted(en)} }}" for i, (zh, en) in enumerate(named, 1)]
    points = [f'p{i} = {{ zh = "{i}", en = "{i}" }}' for i in POINTS]
    template = files(__package__).joinpath("study.toml").read_text(encoding="utf-8")
    return template.replace("DISTRICTS", "\n".join(lines)).replace("POINTS", "\n".join(points))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def as_text(book: Codebook, title: str, language: str) -> str:
    """Return a questionnaire as a platform imports it: number, wording and kind, then an option a line."""
    blocks = [title]
    for number, question in enumerate(book.questions, 1):
        kind = around()[language][question.kind]
        lines = [f"{number}. {dict(question.texts)[language]} [{kind}]"]
        lines += [dict(option.labels)[language] for option in question.options]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _margin(tables: dict[str, Any], names: Sequence[str]) -> str:
    """Return a table of population figures by one or two questions, the figures left blank."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow([*names, *SOURCE])
    cells: list[list[str]] = [[]]
    for name in names:
        options = tables["questions"][name]["options"]
        codes = [code for code, option in options.items() if not option.get("ineligible")]
        cells = [[*cell, code] for cell in cells for code in codes]
    table.writerows([*cell, *("" for _ in SOURCE)] for cell in cells)
    return text.getvalue()
