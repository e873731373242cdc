"""A result made again from the same inputs, and what of it differs: input, software, number, word or byte."""

from __future__ import annotations

import difflib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import read_estimates
from analysis.estimates import KEYS, NUMBERS
from reports.commands.report import run_report
from reports.folder import run_record
from reports.language.numbers import whole
from survey import read_study
from survey.errors import ReportError, SurveyError
from survey.study.study import EngineName

MOST = 20


def verify(
    run: Path,
    study: Path | None,
    *,
    say: Callable[[str], None],
    read: Sequence[str] = (),
    engine: EngineName = "duckdb",
) -> list[str]:
    """Return a line for each thing that differs where a run is done again; nothing is written to its folder.

    Parameters
    ----------
    run : Path
        run.json, or the folder that holds it.
    study : Path or None
        The study file; else it is looked for by its content, below the working folder and beside the run.
    read, engine
        As `survey.read_study`.

    Raises
    ------
    ReportError
        If the record is not whole, or the study file is not found.
    """
    folder = run if run.is_dir() else run.parent
    record = run_record.read_run(folder)
    try:
        inputs: dict[str, str] = record["estimates"]["inputs"]
        made = {"estimates.csv": record["estimates"]["sha256"], **record["briefings"]["sha256"]}
    except (KeyError, TypeError):
        raise ReportError(
            str(run), "is not a whole record of a report", "give the run.json of a finished report"
        ) from None
    path = study if study is not None else _find(inputs, folder)
    lines = [*_inputs(inputs, path.parent), *_software(record)]
    with tempfile.TemporaryDirectory() as name:
        again = Path(name)
        try:
            checked = read_study(path, read=read, engine=engine)
            run_report(checked, again, say=say)
        except SurveyError as error:
            return [*lines, f"cannot be done again: {error}"]
        for file, value in made.items():
            lines += _file(file, value, folder, again)
    return lines


def _find(inputs: dict[str, str], folder: Path) -> Path:
    """Return the study file that the record was made from, known by its hash."""
    name, value = next(iter(inputs.items()))
    places = (Path.cwd(), folder, *folder.resolve().parents[:2])
    for place in places:
        for pattern in (name, f"*/{name}", f"*/*/{name}"):
            for found in sorted(place.glob(pattern)):
                if found.is_file() and run_record.sha256(found) == value:
                    return found
    raise ReportError(
        str(folder / "run.json"),
        f"was made from a {name} that is not here (sha256 {value[:8]}…)",
        "name the study file with --study",
    )


def _inputs(inputs: dict[str, str], folder: Path) -> Iterator[str]:
    for name, value in inputs.items():
        path = folder / name
        if not path.exists():
            yield f"{name}: the input is missing"
        elif run_record.sha256(path) != value:
            yield f"{name}: the input is another file now ({run_record.sha256(path)[:8]}…, was {value[:8]}…)"


def _software(record: dict[str, Any]) -> Iterator[str]:
    for part, names, packages in (
        ("estimates", ("survey", "analysis"), run_record.PACKAGES),
        ("briefings", ("reports",), run_record.PRINTERS),
    ):
        then, now = record[part].get("packages", {}), run_record.versions(packages)
        for name in sorted({*then, *now}):
            if then.get(name) != now.get(name):
                yield f"{name}: version {now.get(name, 'none')}, was {then.get(name, 'none')}"
        if record[part].get("code") != run_record.code_hash(*names):
            yield f"parent-intent: the code of {', '.join(names)} is another"


def _file(name: str, value: str, folder: Path, again: Path) -> Iterator[str]:
    """Yield how a file differs, from the record where it stands and from itself made again."""
    stands, new = folder / name, again / name
    old = stands.read_bytes() if stands.is_file() else b""
    if run_record.sha256_of(old) != value:
        yield f"{name}: {'was altered since' if old else 'is missing'}"
    if not new.is_file():
        yield f"{name}: is not made any more"
        return
    data = new.read_bytes()
    if run_record.sha256_of(data) == value or not old or old == data:
        return
    yield f"{name}: differs from byte {whole(_first_byte(old, data))}"
    if name == "estimates.csv":
        yield from _numbers(stands, new)
    elif name.endswith(".pdf"):
        yield from _words(stands, new)


def _first_byte(old: bytes, new: bytes) -> int:
    return next(
        (i for i, (a, b) in enumerate(zip(old, new, strict=False), 1) if a != b), min(len(old), len(new)) + 1
    )


def _numbers(stands: Path, new: Path) -> Iterator[str]:
    """Yield the numbers and texts of estimates.csv that differ, the first of them."""
    try:
        old, made = (read_estimates(path).frame.set_index([*KEYS]) for path in (stands, new))
    except SurveyError as error:
        yield f"  {error}"
        return
    found = []
    for key in old.index.union(made.index, sort=False):
        label = " ".join(filter(None, map(str, key)))
        if key not in made.index or key not in old.index:
            found.append(f"  {label}: {'is not made any more' if key in old.index else 'is new'}")
            continue
        for column in old.columns:
            then, now = old.loc[key, column], made.loc[key, column]
            if then != now and not (column in NUMBERS and pd.isna(then) and pd.isna(now)):
                found.append(f"  {label}: {column} is {now}, was {then}")
    yield from found[:MOST]
    if len(found) > MOST:
        yield f"  and {whole(len(found) - MOST)} more"


def _words(stands: Path, new: Path) -> Iterator[str]:
    """Yield the lines of text that differ, page by page, the first of them."""
    found = []
    for number, (then, now) in enumerate(zip(*map(_pages, (stands, new)), strict=False), 1):
        changed = [line for line in difflib.ndiff(then, now) if line[:2] in ("- ", "+ ")]
        found += [
            f"  page {number}, {'now' if line[0] == '+' else 'was'}: {line[2:].strip()}" for line in changed
        ]
    yield from found[:MOST]
    if len(found) > MOST:
        yield f"  and {whole(len(found) - MOST)} more lines"


def _pages(path: Path) -> list[list[str]]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError:
        return []
    try:
        return [page.get_textpage().get_text_range().splitlines() for page in document]
    finally:
        document.close()
