"""`make mutants`: small faults put into the code one at a time, and which of them no test notices.

A mutant is one comparison, sign, number or condition changed. Of each room so many are drawn, seeded; the
tests that pass the changed line are run against each, quickest first, until one fails. Which tests pass which
line is measured once, by a run of all tests under `coverage`, and kept in out/mutants (about 25 minutes); it
is measured anew with --measure. Those that live are listed with their line, to be given a test or be shown to
change no result.

    python tests/faults/mutants.py [--each 40] [--seed 1] [--room analysis/publication] [--measure]
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
OUT = ROOT / "out" / "mutants"
COPIED = ("survey", "analysis", "reports", "tests", "data", "docs", "pyproject.toml", "README.md", "Makefile")
ROOMS = (
    "survey/weighting",
    "survey/numeric",
    "survey/privacy.py",
    "survey/identifiers.py",
    "analysis/publication",
    "analysis/numeric",
    "analysis/statistics",
    "analysis/models",
    "analysis/blending",
    "analysis/sensitivity",
    "analysis/study",
    "analysis/plans",
)
TESTS = ("tests/survey", "tests/analysis", "tests/reference", "tests/reports")
# Imports pass what stands outside functions; of so many test files, those that pass most of the file are run.
MOST = 25
# Seconds for the tests of a mutant: an endless loop is noticed as well.
PATIENCE = 300
SWAPPED: dict[type[ast.AST], tuple[bytes, bytes]] = {
    ast.Lt: (b"<", b"<="), ast.LtE: (b"<=", b"<"), ast.Gt: (b">", b">="), ast.GtE: (b">=", b">"),
    ast.Eq: (b"==", b"!="), ast.NotEq: (b"!=", b"=="), ast.Add: (b"+", b"-"), ast.Sub: (b"-", b"+"),
    ast.Mult: (b"*", b"/"), ast.Div: (b"/", b"*"), ast.And: (b"and", b"or"), ast.Or: (b"or", b"and"),
}  # fmt: skip


Passes = dict[str, dict[int, list[str]]]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of a file: the bytes from `start` to `end` become `new`."""

    file: str
    line: int
    start: int
    end: int
    new: bytes

    def told(self, source: bytes) -> str:
        """Return the place, what stood there and what stands there now, with the line."""
        lines = source.splitlines()
        old, new = source[self.start : self.end].decode(), self.new.decode()
        return f"{self.file}:{self.line}: {old} -> {new}    {lines[self.line - 1].decode().strip()[:80]}"


def _is_text(side: ast.expr) -> bool:
    return isinstance(side, ast.JoinedStr) or isinstance(getattr(side, "value", None), str)


class _Seeker(ast.NodeVisitor):
    """Collects the changes of a file; annotations and texts are left as they are."""

    def __init__(self, file: str, source: bytes) -> None:
        self.file, self.source, self.found = file, source, list[Mutant]()
        self.starts = [0]
        for line in source.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def _span(self, node: ast.expr) -> tuple[int, int]:
        start = self.starts[node.lineno - 1] + node.col_offset
        return start, self.starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)

    def _between(self, left: ast.expr, op: ast.AST, right: ast.expr) -> None:
        swap, start, end = SWAPPED.get(type(op)), self._span(left)[1], self._span(right)[0]
        if (
            swap
            and not _is_text(left)
            and not _is_text(right)
            and (at := self.source.find(swap[0], start, end)) >= 0
        ):
            self._add(at, at + len(swap[0]), swap[1])

    def _add(self, start: int, end: int, new: bytes) -> None:
        line = self.source.count(b"\n", 0, start) + 1
        self.found.append(Mutant(self.file, line, start, end, new))

    def visit_Compare(self, node: ast.Compare) -> None:
        for left, op, right in zip([node.left, *node.comparators], node.ops, node.comparators, strict=False):
            self._between(left, op, right)
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        self._between(node.left, node.op, node.right)
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        self._between(node.values[0], node.op, node.values[1])
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, (ast.Not, ast.USub)):
            self._add(self._span(node)[0], self._span(node.operand)[0], b"")
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if type(node.value) in (int, float):
            new = node.value + 1 if isinstance(node.value, int) else node.value * 1.5 or 1.0
            self._add(*self._span(node), repr(new).encode())

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_arg(self, node: ast.arg) -> None:
        """An argument has an annotation, and nothing to change."""


def mutants(file: Path) -> list[Mutant]:
    """Return every change of a file, in order."""
    source = file.read_bytes()
    seeker = _Seeker(file.relative_to(ROOT).as_posix(), source)
    seeker.visit(ast.parse(source))
    return seeker.found


def measured() -> Passes:
    """Return the test files that pass each line of each file, quickest first; measured if not kept."""
    kept = OUT / "passes.json"
    if not kept.exists():
        OUT.mkdir(parents=True, exist_ok=True)
        seconds, passes = {}, dict[str, dict[int, list[str]]]()
        for test in sorted(
            str(file.relative_to(ROOT)) for room in TESTS for file in (ROOT / room).glob("test_*.py")
        ):
            seconds[test] = _measure(test, passes)
            print(f"{test}: {seconds[test]:.0f} s", flush=True)
        for lines in passes.values():
            for tests in lines.values():
                tests.sort(key=seconds.__getitem__)
        kept.write_text(json.dumps(passes), encoding="utf-8")
    found = json.loads(kept.read_text(encoding="utf-8"))
    return {file: {int(line): tests for line, tests in lines.items()} for file, lines in found.items()}


def tests_of(mutant: Mutant, passes: Passes) -> list[str]:
    """Return the test files to run against a mutant, the quickest first."""
    lines = passes.get(mutant.file, {})
    tests = lines.get(mutant.line, [])
    if len(tests) <= MOST:
        return tests
    passed = Counter(test for here in lines.values() for test in here)
    most = {*sorted(tests, key=lambda test: -passed[test])[:MOST]}
    return [test for test in tests if test in most]


def _measure(test: str, passes: Passes) -> float:
    """Add the lines that a test file passes; return the seconds it took."""
    data, began = OUT / "coverage", time.monotonic()
    command = [sys.executable, "-m", "coverage", "run", f"--data-file={data}", "--source=survey,analysis"]
    subprocess.run([*command, "-m", "pytest", "-q", "-p", "no:cacheprovider", test], cwd=ROOT, check=False,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    took = time.monotonic() - began
    from coverage import CoverageData

    read = CoverageData(str(data))
    read.read()
    for file in read.measured_files():
        lines = passes.setdefault(Path(file).relative_to(ROOT).as_posix(), {})
        for line in read.lines(file) or ():
            lines.setdefault(line, []).append(test)
    return took


def drawn(room: str, each: int, seed: int, passes: Passes) -> list[Mutant]:
    """Return so many mutants of a room, in the order of its files."""
    path = ROOT / room
    files = [path] if path.is_file() else sorted(path.rglob("*.py"))
    found = [mutant for file in files for mutant in mutants(file)]
    return sorted(
        random.Random(f"{seed} {room}").sample(found, min(each, len(found))), key=lambda m: (m.file, m.start)
    )


def lives(mutant: Mutant, copy: Path, tests: list[str]) -> bool:
    """Say whether all tests pass with the mutant in the copy; a process of its own runs them."""
    file = copy / mutant.file
    source = file.read_bytes()
    file.write_bytes(source[: mutant.start] + mutant.new + source[mutant.end :])
    try:
        return all(_passes(copy, tests[i : i + 4]) for i in range(0, len(tests), 4))
    finally:
        file.write_bytes(source)


def _passes(copy: Path, tests: list[str]) -> bool:
    child = os.fork()
    if child == 0:
        os.setsid()
        os.chdir(copy)
        sys.path.insert(0, str(copy))
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        import pytest

        os._exit(int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *tests])))
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status == 0
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def copied() -> Path:
    """Return a fresh copy of the project, in which the mutants are made."""
    copy = OUT / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir(parents=True)
    for name in COPIED:
        source, unwanted = ROOT / name, shutil.ignore_patterns("__pycache__")
        shutil.copytree(source, copy / name, ignore=unwanted) if source.is_dir() else shutil.copy(
            source, copy / name
        )
    return copy


def tried(room: str, each: int, seed: int, passes: Passes, copy: Path) -> Iterator[str]:
    """Yield a line for each mutant that lives, then how many of the room were noticed."""
    chosen = drawn(room, each, seed, passes)
    living = 0
    for mutant in chosen:
        tests = tests_of(mutant, passes)
        if lives(mutant, copy, tests):
            living += 1
            yield f"  {mutant.told((ROOT / mutant.file).read_bytes())}    ({len(tests)} test files)"
    yield f"{room}: {len(chosen) - living} of {len(chosen)} noticed"


def main() -> None:
    """Print which mutants live."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--each", type=int, default=40, help="mutants of each room")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--room", action="append", default=[])
    options.add_argument("--measure", action="store_true", help="measure anew which tests pass which line")
    chosen = options.parse_args()
    if chosen.measure:
        (OUT / "passes.json").unlink(missing_ok=True)
    passes, copy = measured(), copied()
    os.environ |= {
        "PYTHONPATH": f"{copy}{os.pathsep}{copy / 'tests' / 'support'}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    sys.dont_write_bytecode = True
    # What every child would import again; none of it is changed.
    import hypothesis  # noqa: F401
    import matplotlib.pyplot  # noqa: F401
    import pandas  # noqa: F401
    import pytest  # noqa: F401
    import scipy.stats  # noqa: F401
    import statsmodels.api  # noqa: F401

    for room in chosen.room or ROOMS:
        for line in tried(room, chosen.each, chosen.seed, passes, copy):
            print(line, flush=True)


if __name__ == "__main__":
    main()
