"""People alike, grouped by an engine: one expression, the same for every engine, then plain answers.

The engine is asked for no more than it must be. Cells are read here, each distinct one once, by the code
that reads any export, and rules that a questionnaire is judged by alone are judged here as well. What
depends on several rows at once is asked of the engine: the median time and who was quicker than a share of
it, and which addresses or accounts appear again. These last come one by one, since their times decide.
"""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from survey.errors import Cell, ExportError, shown
from survey.exports.dates import Dates
from survey.exports.export import Export
from survey.exports.labelled_columns import value_text
from survey.exports.times import CLOCK, read_durations, times_and_order
from survey.identifiers import MOST
from survey.numeric.array_types import Ints
from survey.privacy import NO_ACCOUNT, placeholder_accounts, placeholder_note
from survey.responses.responses import responses_of
from survey.screening.screen import usable_people
from survey.sources import duck, postgres, spark
from survey.sources.grouped_rows import NEVER, Rows, Sent, Times, grouped_answers, naming_file_only
from survey.sources.needed_columns import (
    DAY,
    DEVICE,
    PACE,
    TAKEN,
    USER,
    WHEN,
    NeededColumns,
    judged_first,
    needed_columns,
    needs_days,
)
from survey.sources.tables import Engine
from survey.study.screening_plan import STRICT_SPEED
from survey.study.study import Study, Wave

OPENERS = {"duckdb": duck.opened, "spark": spark.opened, "postgresql": postgres.opened}
N, AGAIN = "n", "again"
Lazy = nw.LazyFrame[Any]


def grouped_export(study: Study, wave: Wave) -> Export:
    """Return the answers of a wave with people alike in one row, as the engine of the study counts them.

    Raises
    ------
    ExportError
        If the table cannot be read, or has no column for a question.
    """
    file = wave.responses.name
    with OPENERS[study.engine](wave) as engine:
        headers = engine.table.collect_schema().names()
        columns = needed_columns(headers, study.questionnaire, wave=wave.id, file=file)
        table = _short_named(engine.table, columns, file)
        table, remarks, accounts = _without_placeholders(engine, table)
        judged = {"users"} if accounts else set[str]()
        judged |= {"addresses"} if "device" in columns.paradata else set()
        usual = Dates(wave.dates, wave.fieldwork)
        sent = _sent(engine, table, columns, file=file, dates=usual)
        days = WHEN in table.collect_schema().names() and needs_days(study.questionnaire)
        keys = [*columns.answers.values(), *([DAY] if days else [])]
        outside = _outside(engine, table, columns, study=study, wave=wave)
        times, pace = _times(engine, table, outside, study=study, file=file)
        if times is not None:
            table = table.with_columns(pace.alias(PACE))
            keys.append(PACE)
        names: list[str] = []
        persons: Rows = []
        identifiers = [name for name in (DEVICE, USER) if name in table.collect_schema().names()]
        if identifiers:  # those who appear again come one by one
            again = nw.lit(0)
            for name in identifiers:
                often = table.filter(nw.col(name) != "").group_by(name).agg(nw.len().alias("times"))
                often = often.filter(nw.col("times") > 1).select(name, nw.lit(1).alias(f"{name}_again"))
                table = table.join(engine.kept(often), on=name, how="left")
                again = again + nw.col(f"{name}_again").fill_null(0)
            names = [name for name in table.collect_schema().names() if not name.endswith("_again")]
            table = table.with_columns((again > 0).alias(AGAIN)).select(*names, AGAIN)
            names.append(AGAIN)
            persons = _rows(engine, table.filter(nw.col(AGAIN)))[0]
            table = table.filter(~nw.col(AGAIN))
        rows, count = _rows(engine, table.group_by(*keys).agg(nw.len().alias(N)), counted=True)
        return grouped_answers(
            (keys, rows, count),
            (names, persons),
            columns,
            times=times,
            sent=sent,
            form=engine.form,
            file=file,
            notes=remarks,
            judged=frozenset(judged),
        )


def _without_placeholders(engine: Engine, table: Lazy) -> tuple[Lazy, tuple[str, ...], bool]:
    """Return the table without placeholder accounts, a remark on them, and whether any account is left.

    Otherwise everybody with the account "anonymous" would come one by one.
    """
    if USER not in table.collect_schema().names():
        return table, (), False
    n = _counted(engine, table)
    account = nw.col(USER)
    with_account = table.filter(account != "")
    counts = with_account.group_by(USER).agg(nw.len().alias(N))
    counts = counts.filter((nw.col(N) > MOST * n) | account.str.to_lowercase().is_in(NO_ACCOUNT))
    times = {str(name): int(str(people)) for name, people in engine.rows(counts)}
    placeholders = placeholder_accounts(times, n)
    shared = sum(times[name] for name in placeholders)
    left = _counted(engine, with_account) > shared
    if not placeholders:
        return table, (), left
    blanked = nw.when(account.is_in(placeholders)).then(nw.lit("")).otherwise(account)
    return table.with_columns(blanked.alias(USER)), (placeholder_note(shared),), left


def _counted(engine: Engine, table: Lazy) -> int:
    return int(str(next(iter(engine.rows(table.select(nw.len().alias(N)))))[0]))


def _short_named(table: Lazy, columns: NeededColumns, file: str) -> Lazy:
    """Return the columns that are read, under short names; of typed texts only whether there is one.

    Raises
    ------
    ExportError
        If a cell of theirs holds a list or a table.
    """
    schema = table.collect_schema()
    for header in (*columns.answers, *columns.paradata.values()):
        if schema[header].is_nested():
            raise ExportError(Cell(file=file, column=shown(header)), key="export.nested")
    chosen = []
    for header, alias in columns.answers.items():
        filled = nw.when(_text(header) != "").then(nw.lit("x")).otherwise(nw.lit(""))
        chosen.append((filled if alias in columns.typed else nw.col(header)).alias(alias))
    for name, header in columns.paradata.items():
        alias = {"submitted": WHEN, "seconds": TAKEN, "device": DEVICE, "user": USER}[name]
        chosen.append((nw.col(header) if alias == TAKEN else _text(header)).alias(alias))
    named = table.select(*chosen)
    if "submitted" in columns.paradata:
        when = nw.col(WHEN)
        # Of a spreadsheet's serial number the whole days, of other times what stands before the clock.
        day = nw.when(when.str.contains(r"^[0-9]{5}\.[0-9]+$")).then(when.str.slice(0, 5))
        named = named.with_columns(day.otherwise(when.str.replace_all(CLOCK, "")).alias(DAY))
    return named


def _text(name: str) -> nw.Expr:
    return nw.col(name).cast(nw.String).fill_null("").str.strip_chars()


def _outside(
    engine: Engine, table: Lazy, columns: NeededColumns, *, study: Study, wave: Wave
) -> tuple[list[str], Rows]:
    """Return the combinations of answers, as texts, that make a questionnaire ineligible or incomplete."""
    first = judged_first(study.questionnaire, study.screening, wave.id)
    names = list(dict.fromkeys(c for q in first for c in columns.of_question.get(q.id, ())))
    names += [DAY] if needs_days(first) and "submitted" in columns.paradata else []
    if not names or "seconds" not in columns.paradata:
        return [], []
    texts = {name: f"{name}_text" for name in names}
    asked = table.with_columns(*(_text(name).alias(alias) for name, alias in texts.items()))
    rows, count = _rows(engine, asked.group_by(*names, *texts.values()).agg(nw.len().alias(N)), counted=True)
    export = grouped_answers(
        (names, [row[: len(names)] for row in rows], count),
        ([], []),
        columns,
        form=engine.form,
        file=wave.responses.name,
    )
    responses = responses_of(export, first, wave)
    usable = usable_people(responses, study.screening)
    return list(texts.values()), [
        row[len(names) :] for row, good in zip(rows, usable, strict=True) if not good
    ]


def _times(
    engine: Engine, table: Lazy, outside: tuple[list[str], Rows], *, study: Study, file: str
) -> tuple[Times | None, nw.Expr]:
    """Return the median time of the eligible and complete, and how many shares of it a time is under.

    None where no times were taken; -1 where one was not.
    """
    untimed = nw.lit(-1)
    if TAKEN not in table.collect_schema().names():
        return None, untimed
    names, combinations = outside
    known = table.with_columns(nw.lit(1).alias(AGAIN))
    if combinations:
        short = [name.removesuffix("_text") for name in names]
        keyed = table.with_columns(*(_text(a).alias(b) for a, b in zip(short, names, strict=True)))
        out = engine.small(names, combinations).with_columns(nw.lit(0).alias("out"))
        known = keyed.join(out, on=names, how="left").with_columns(nw.col("out").fill_null(1).alias(AGAIN))
    rows = [*engine.rows(known.group_by(TAKEN, AGAIN).agg(nw.len().alias(N)))]
    values = [row[0] for row in rows]
    cells = np.array(["" if value is None else value_text(value) for value in values], dtype=object)
    with naming_file_only(file):
        seconds = read_durations(cells, file, np.arange(len(cells)))
    count = np.array([row[2] for row in rows], dtype=np.int64)
    usable = np.array([row[1] == 1 for row in rows], dtype=bool) & ~np.isnan(seconds)
    if not usable.any():
        return None, untimed
    share = study.screening.share_of_median
    paces = tuple(sorted({share, max(share, STRICT_SPEED)}))
    times = Times(_median(seconds[usable], count[usable]), paces)
    # Times in words are compared here, each distinct one once; numbers by the engine.
    typed = {v: float(s) for v, s in zip(values, seconds, strict=True) if isinstance(v, str)}
    taken = nw.col(TAKEN)
    pace: nw.Expr = nw.lit(0)
    for limit in times.limits:
        quick = [cell for cell, seconds_taken in typed.items() if seconds_taken < limit]
        pace = pace + (_among(taken, quick) if typed else taken < limit).cast(nw.Int64)
    blank = _among(taken, [cell for cell, seconds_taken in typed.items() if np.isnan(seconds_taken)])
    return times, nw.when(taken.is_null() | blank).then(untimed).otherwise(pace)


def _median(values: np.ndarray, count: Ints) -> float:
    """Return the median of values that stand for so many people each."""
    order = np.argsort(values)
    below = np.cumsum(count[order])
    middle = [(int(below[-1]) - 1) // 2, int(below[-1]) // 2]
    return float(values[order][np.searchsorted(below, middle, side="right")].mean())


def _among(column: nw.Expr, cells: list[str]) -> nw.Expr:
    """Return whether a cell is one of these; engines know no list of none."""
    return column.is_in(cells) if cells else nw.lit(False)  # noqa: FBT003 - a column, no switch


def _sent(engine: Engine, table: Lazy, columns: NeededColumns, *, file: str, dates: Dates) -> Sent:
    """Return how many answers were sent on each day, and whether any cell has the hour."""
    if "submitted" not in columns.paradata:
        return NEVER
    clock = (nw.col(WHEN) != nw.col(DAY)).alias(AGAIN)
    rows, count = _rows(engine, table.group_by(DAY, clock).agg(nw.len().alias(N)), counted=True)
    cells = np.array([row[0] for row in rows], dtype=object)
    with naming_file_only(file):
        times, order, remark = times_and_order(cells, file, np.arange(len(rows)), dates=dates)
    people = pd.Series(count).groupby(times.astype("datetime64[D]")).sum()
    return Sent(
        tuple((pd.Timestamp(str(day)).date(), int(n)) for day, n in people.items()),
        any(row[1] == "True" for row in rows),
        # Only all days together tell the day from the month.
        Dates(order),
        (remark,) if remark else (),
    )


def _rows(engine: Engine, lazy: Lazy, *, counted: bool = False) -> tuple[Rows, Ints]:
    """Return the rows of an expression as texts in their order, whatever order an engine gives them in.

    Where the last column is a count, the counts are returned separately.
    """
    texts: dict[object, str] = {}

    def text(value: object) -> str:
        # Most cells repeat: each text is made once. True equals 1, so the type is part of the key.
        key = (type(value), value)
        if key not in texts:
            texts[key] = "" if value is None else value_text(value)
        return texts[key]

    counted_rows: list[tuple[tuple[str, ...], int]] = []
    for row in engine.rows(lazy):
        cells = row[:-1] if counted else row
        counted_rows.append((tuple(map(text, cells)), int(str(row[-1])) if counted else 1))
    counted_rows.sort()
    return [cells for cells, _ in counted_rows], np.array([n for _, n in counted_rows], dtype=np.int64)
