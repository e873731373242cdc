"""A result made again from the same inputs, and what of it differs: input, software, number, word or byte."""

from __future__ import annotations

import difflib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import read_estimates
from analysis.estimates import KEYS, NUMBERS
from reports.commands.file_texts import file_texts
from reports.commands.report import run_report
from reports.folder import run_record
from survey import read_study
from survey.errors import ReportError, SurveyError
from survey.messages.lines import Line, Say, line
from survey.study.study import EngineName

MOST = 20


def verify(
    run: Path,
    study: Path | None,
    *,
    say: Say,
    read: Sequence[str] = (),
    engine: EngineName = "duckdb",
) -> list[Line]:
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
        hashes = {"estimates.csv": record["estimates"]["sha256"], **record["briefings"]["sha256"]}
    except (KeyError, TypeError):
        raise ReportError(str(run), key="output.not_a_record") from None
    path = study
    if path is None:
        name, value = next(iter(inputs.items()))
        places = (Path.cwd(), folder, *folder.resolve().parents[:2])
        paths = (
            path
            for place in places
            for pattern in (name, f"*/{name}", f"*/*/{name}")
            for path in sorted(place.glob(pattern))
        )
        path = next((path for path in paths if path.is_file() and run_record.sha256(path) == value), None)
        if path is None:
            raise ReportError(str(folder / "run.json"), key="output.other_input", name=name, sha256=value[:8])
    lines = [*_changed(record, path.parent)]
    with tempfile.TemporaryDirectory() as name:
        again = Path(name)
        try:
            made = record["briefings"]
            files, groups = made.get("files", ()), made.get("groups", "")
            run_report(
                read_study(path, read=read, engine=engine), again, say=say, extras=files, groups=groups
            )
        except SurveyError as error:
            if error.key.startswith("output."):  # of this machine, not of what is verified
                raise
            return [*lines, line("verify.cannot", reason=error)]
        for file, value in hashes.items():
            lines += _file(file, value, folder, again)
    return lines


def _changed(record: dict[str, Any], folder: Path) -> Iterator[Line]:
    """Yield the inputs, packages and code that are not those of the record."""
    for name, then in record["estimates"]["inputs"].items():
        if not (folder / name).exists():
            yield line("verify.input_missing", file=name)
        elif (now := run_record.sha256(folder / name)) != then:
            yield line("verify.input_other", file=name, now=now[:8], before=then[:8])
    printers = run_record.printers(record["briefings"].get("files", ()))
    for part, names, after in (
        ("estimates", ("survey", "analysis"), run_record.versions(run_record.PACKAGES)),
        ("briefings", ("reports",), printers),
    ):
        before = record[part].get("packages", {})
        for name in sorted({*before, *after}):
            if before.get(name) != after.get(name):
                versions = [found.get(name, line("verify.none")) for found in (after, before)]
                yield line("verify.version", package=name, now=versions[0], before=versions[1])
        if record[part].get("code") != run_record.code_hash(*names):
            yield line("verify.code", packages=names)


def _file(name: str, value: str, folder: Path, again: Path) -> Iterator[Line]:
    """Yield how a file differs, from its hash in the record and from the file made again."""
    old_path, new_path = folder / name, again / name
    old = old_path.read_bytes() if old_path.is_file() else b""
    if run_record.sha256_of(old) != value:
        yield line("verify.altered" if old else "verify.missing", file=name)
    if not new_path.is_file():
        yield line("verify.not_made", file=name)
        return
    new = new_path.read_bytes()
    if run_record.sha256_of(new) == value or not old or old == new:
        return
    same = next(
        (i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new))
    )
    yield line("verify.byte", file=name, byte=same + 1)
    if name == "estimates.csv":
        yield from _first(_numbers(old_path, new_path), "verify.more")
    else:
        lines = (
            line("verify.now" if text[0] == "+" else "verify.was", part=part, text=text[2:].strip())
            for (part, then), (_, now) in zip(file_texts(old_path), file_texts(new_path), strict=False)
            for text in difflib.ndiff(then, now)
            if text[:2] in ("- ", "+ ")
        )
        yield from _first(lines, "verify.more_lines")


def _first(differences: Iterator[Line], more: str) -> Iterator[Line]:
    """Yield the first differences, and how many more there are under the key `more`."""
    every = list(differences)
    yield from every[:MOST]
    if len(every) > MOST:
        yield line(more, n=len(every) - MOST)


def _numbers(old_path: Path, new_path: Path) -> Iterator[Line]:
    """Yield the numbers and texts of estimates.csv that differ."""
    try:
        old, new = (read_estimates(path).frame.set_index([*KEYS]) for path in (old_path, new_path))
    except SurveyError as error:
        yield line("verify.unread", reason=error)
        return
    for key in old.index.union(new.index, sort=False):
        label = " ".join(filter(None, map(str, key)))
        if key not in new.index or key not in old.index:
            yield line("verify.gone" if key in old.index else "verify.new", row=label)
            continue
        for column in old.columns:
            then, now = old.loc[key, column], new.loc[key, column]
            if then != now and not (column in NUMBERS and pd.isna(then) and pd.isna(now)):
                yield line("verify.figure", row=label, column=column, now=now, before=then)
