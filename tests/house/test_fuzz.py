"""Whatever happens to the bytes of the files, the answer is a result or one line; never a traceback."""

import contextlib
import io
import re
import tempfile
from pathlib import Path

import duckdb
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_study import HEADER, answers, write_sound

from reports.cli import main

TEXT_FILES = ("study.toml", "answers.csv", "district.csv", "sex.csv")
TELLING = (b'"', b",", b"\n", b"\r", b"=", b"[", b"]", b"0", b"9", b"-", b".", b"e", b"\0", b"\xff", b";",
        b"#",
           "┋".encode(), "〖".encode(), "(空)".encode(), "(跳过)".encode())  # fmt: skip
WORDS = (
    b"0",
    b"-1",
    b"1",
    b"nan",
    b"inf",
    b"1e308",
    b"1e-308",
    b"99999999999999999999",
    b"",
    b"true",
    b"[]",
    b"{}",
)
WORD = re.compile(rb"[^\s,=\[\]{}\"]+")
PLACE = st.floats(0, 1, exclude_max=True)
CHANGE = st.one_of(
    st.tuples(st.just("flip"), PLACE, st.integers(1, 255)),
    st.tuples(st.just("cut"), PLACE, st.one_of(st.integers(1, 40), st.just(10**6))),
    st.tuples(
        st.just("insert"), PLACE, st.one_of(st.sampled_from(TELLING), st.binary(min_size=1, max_size=6))
    ),
    st.tuples(st.just("double"), PLACE, st.just(0)),
    st.tuples(st.just("drop"), PLACE, st.just(0)),
    st.tuples(st.just("swap"), PLACE, st.one_of(PLACE, st.sampled_from(WORDS))),
)


def changed(data, change):
    """Return bytes with one change at a place between their start (0) and their end (1)."""
    how, place, what = change
    at = int(place * len(data))
    if how == "flip" and data:
        return data[:at] + bytes([data[at] ^ what]) + data[at + 1 :]
    if how == "cut":
        return data[:at] + data[at + what :]
    if how == "insert":
        return data[:at] + what + data[at:]
    if how == "swap" and (words := list(WORD.finditer(data))):
        word = words[int(place * len(words))]
        other = what if isinstance(what, bytes) else words[int(what * len(words))][0]
        return data[: word.start()] + other + data[word.end() :]
    lines = data.splitlines(keepends=True)
    if lines:
        line = int(place * len(lines))
        lines[line : line + 1] = [lines[line]] * (2 if how == "double" else 0)
    return b"".join(lines)


def run(files):
    """Return the exit status and what the command says on stderr; an exception fails the test."""
    said = io.StringIO()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        study = write_sound(folder)
        for file, data in files.items():
            (folder / file).write_bytes(data)
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
            status = main(["estimate", str(study), "--out", str(folder / "out")])
        left = {p.name for p in (folder / "out").iterdir()}
        old = (folder / "out" / "estimates.csv").read_bytes() == b"old"
    assert left == {"estimates.csv", "run.json"}
    assert old == (status != 0)
    return status, said.getvalue()


def check(status, said):
    assert status in (0, 2)
    if status == 0:
        assert said == ""
    else:
        assert said.startswith("parent-intent: ")
        assert len(said.splitlines()) == 1
        assert len(said) < 2000


def sound_bytes():
    with tempfile.TemporaryDirectory() as name:
        write_sound(Path(name))
        return {file: (Path(name) / file).read_bytes() for file in TEXT_FILES}


def workbook():
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Sheet1")
        for i, row in enumerate([HEADER.split(","), *answers()]):
            sheet.write_row(i, 0, row)
    return made.getvalue()


def parquet():
    with tempfile.TemporaryDirectory() as name:
        made = Path(name) / "answers.parquet"
        write_sound(Path(name))
        duckdb.read_csv(f"{name}/answers.csv", all_varchar=True).write_parquet(str(made))
        return made.read_bytes()


BYTES = sound_bytes()
PARQUET = parquet()
WORKBOOK = workbook()


@settings(
    deadline=None, max_examples=60, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
@given(file=st.sampled_from(TEXT_FILES), changes=st.lists(CHANGE, min_size=1, max_size=4))
def test_damaged_text_files_give_a_result_or_one_line(file, changes):
    data = BYTES[file]
    for change in changes:
        data = changed(data, change)
    check(*run({file: data}))


@settings(
    deadline=None, max_examples=60, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
@given(changes=st.lists(CHANGE, min_size=1, max_size=4))
def test_damaged_workbooks_give_a_result_or_one_line(changes):
    data = WORKBOOK
    for change in changes:
        data = changed(data, change)
    check(*run({"answers.csv": data}))


@settings(
    deadline=None, max_examples=40, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
@given(changes=st.lists(CHANGE, min_size=1, max_size=4))
def test_damaged_parquet_gives_a_result_or_one_line(changes):
    data = PARQUET
    for change in changes:
        data = changed(data, change)
    check(*run({"answers.csv": data}))
