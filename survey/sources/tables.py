"""Tables as an engine holds them, and which files they lie in."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args

from survey.errors import ExportError, shown
from survey.exports.delimited import check_quotes, separator_of, stated_separator
from survey.study.study import Wave

if TYPE_CHECKING:
    import narwhals as nw

Form = Literal["parquet", "csv"]
FORMS: tuple[Form, ...] = get_args(Form)
# What an engine would take for a pattern of names.
PATTERN = set("*?[]{}")


class Engine(Protocol):
    """An open table and what an engine does with expressions over it."""

    @property
    def table(self) -> nw.LazyFrame[Any]:
        """As stored; nothing is read before `rows` asks for it."""

    @property
    def form(self) -> str:
        """How it is stored: "parquet", "csv", "duckdb" or "table"."""

    def rows(self, lazy: nw.LazyFrame[Any]) -> Iterator[Sequence[object]]:
        """Yield the rows of an expression, in no order."""

    def kept(self, lazy: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """Return an expression worked out once, for others to use several times."""

    def small(self, names: Sequence[str], rows: Sequence[Sequence[str]]) -> nw.LazyFrame[Any]:
        """Return a small table of texts to join with."""


def is_table(wave: Wave) -> bool:
    """Say whether the answers of a wave are a table for an engine: a folder, or a table of a database."""
    try:
        return wave.table is not None or wave.responses.is_dir()
    except (OSError, ValueError):  # a name that none can be: refused by what reads files
        return False


def quoted(table: str, mark: str) -> str:
    """Return the name of a table in a database, perhaps with its schema, each part between marks.

    Raises
    ------
    ExportError
        If it holds a mark, or no name.
    """
    parts = table.split(".")
    if not all(parts) or mark in table or not table.isprintable():
        raise ExportError(f'table "{shown(table)}"', key="engine.table_name")
    return ".".join(f"{mark}{part}{mark}" for part in parts)


def files_of(folder: Path) -> tuple[Form, list[Path]]:
    """Return how the files of a folder are written, and the files in the order of their names.

    Names that begin with a dot or an underscore are an engine's own notes and are passed over.

    Raises
    ------
    ExportError
        If there are none, of two kinds, in folders that stand for a column, with a name that an engine
        would take for a pattern, or with other columns than the first.
    """
    by_form: dict[Form, list[Path]] = {form: [] for form in FORMS}
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        suffix = path.suffix.lower().removeprefix(".")
        if suffix not in FORMS or not path.is_file() or any(part[0] in "._" for part in parts):
            continue
        if any("=" in part for part in parts[:-1]):
            raise ExportError(str(folder), key="engine.partitions", folder=shown(parts[0]))
        by_form[suffix].append(path)
    forms = [form for form in FORMS if by_form[form]]
    if len(forms) != 1:
        raise ExportError(str(folder), key="engine.two_forms" if forms else "engine.no_files")
    form, files = forms[0], by_form[forms[0]]
    for path in files:
        if PATTERN & set(str(path)):
            raise ExportError(str(path), key="engine.pattern")
    check_headers(files, form)
    return form, files


def check_headers(files: Sequence[Path], form: Form) -> None:
    """Refuse a file with other columns than the first; raises ExportError naming it and them."""
    first: frozenset[str] | None = None
    for path, names in _headers(files, form):
        first = names if first is None else first
        if names != first:
            lacking, more = sorted(first - names), sorted(names - first)
            raise ExportError(
                path.name,
                key="engine.columns_lacking" if lacking else "engine.columns_besides",
                first=files[0].name,
                columns=[*map(shown, lacking or more)],
            )


def csv_separator(path: Path) -> str:
    """Return the separator of a CSV file of a folder.

    Raises
    ------
    ExportError
        If it is not UTF-8 text, states its separator in a line of its own, or can be split in two ways.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            if stated_separator(stream.readline()):
                raise ExportError(path.name, key="engine.stated_separator")
            stream.seek(0)
            return separator_of(stream, path.name)
    except UnicodeDecodeError:
        raise ExportError(path.name, key="engine.not_utf8") from None


def _headers(files: Sequence[Path], form: Form) -> Iterator[tuple[Path, frozenset[str]]]:
    """Yield each file with the names of its columns; raises ExportError if they cannot be read."""
    if form == "csv":
        for path in files:
            separator = csv_separator(path)
            if separator != csv_separator(files[0]):
                raise ExportError(path.name, key="engine.other_separator", first=files[0].name)
            try:
                with path.open(encoding="utf-8-sig", newline="") as stream:
                    check_quotes(stream, separator, path.name)
                    stream.seek(0)
                    header = next(csv.reader(stream, delimiter=separator), [])
            except UnicodeDecodeError:
                raise ExportError(path.name, key="engine.not_utf8") from None
            yield path, frozenset(header)
        return
    import duckdb

    with duckdb.connect(":memory:") as connection:
        for path in files:
            try:
                names = connection.read_parquet(str(path), hive_partitioning=False).columns
            except duckdb.Error as error:
                raise ExportError(
                    path.name, key="export.parquet_damaged", reason=type(error).__name__
                ) from None
            yield path, frozenset(map(str, names))
