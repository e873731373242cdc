"""The arguments of ``parent-intent``: each command with what it takes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Any

from reports.folder.run_record import PACKAGES, PRINTERS, versions
from reports.language.grammar import languages

DEMO = "write the demonstration, a study with made-up answers, into a folder and print it"
COMPLETION = "print what makes a shell complete commands and options; to be kept in a file of that shell"
CODE = "list what people typed beside the options of a question, with proposed codes, for a person to accept"
OTHER = "the other download of a 问卷星 questionnaire, with option numbers or texts, for the order of options"
HEADER = "the row of the column headers, or two such rows, 1,2, where they are not found"
LINT = "find what in a questionnaire would make a figure wrong, before the link is sent out; write nothing"
FORMS = "a study file, an XLSForm, .qsf, .lss or REDCap dictionary, or a .txt or .docx as 问卷星 imports it"
FORM = "write a recommended questionnaire as text in Chinese and English, with its study file"
INIT = "draft a study file from an export, with its questions and options, for a person to complete"
REPORT = "estimate what is out of date, then print the briefings"
STUDY = "the study file, such as data/taiyuan/study.toml"
OUT = "where to write (default: out/ and the study's id)"
CODEBOOK = "an XLSForm, .qsf, .lss or REDCap dictionary: wording, options, skips"
REPLACE = "write over files of the same names, though no run.json says that they are of an earlier run"
FULL = "write the table with all its digits too, which give suppressed figures away: not for publication"
ESTIMATE = "read, screen, weight and estimate; write estimates.csv and run.json"
WEIGHTS = 'write each respondent\'s weight too, by "row" or by a column that tells them apart'
ALL = "make Word files, slides, pictures, Parquet and the archive for replication too, asked for or not"
CHECK = "report what would be read, excluded, merged and suppressed; write nothing"
PLAN = "say how many answers the next wave needs, and from where, for a stated precision or change"
VERIFY = "make a report again from the same inputs and say which input, number, word or byte differs"
DESK = "open a page in the browser, on this machine only, to work without a terminal"
PLACE = "a study file or its folder, opened at once, or a folder of studies"
ROOT = "where studies are kept (default: a folder in your documents)"
# What the next wave is to show, with its default.
GOALS = (
    ("--half", 3.0, "half the width of the interval wanted for the whole sample"),
    ("--group-half", 8.0, "half the width of the interval wanted by group"),
    ("--change", 5.0, "smallest change to detect"),
)

Add = Callable[..., argparse.Action]
# What a shell completes by the files that are there, by its metavar.
NAMES_A_FILE = {"STUDY", "EXPORT", "OTHER", "QUESTIONNAIRE", "RUN", "FILE", "FOLDER"}


class Versions(argparse.Action):
    """Print the versions of everything that decides a result, as a report of a fault needs them."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        """Print a line each, and end."""
        lines = {"python": sys.version.split()[0], "platform": sys.platform}
        known = versions(["parent-intent"]) | lines | versions(dict.fromkeys([*PACKAGES, *PRINTERS]))
        sys.stdout.write("".join(f"{name} {found}\n" for name, found in known.items()))
        parser.exit()


class Completion(argparse.Action):
    """Print the completion of a shell."""

    def __call__(
        self, parser: argparse.ArgumentParser, _: Any, shell: str | Sequence[Any] | None, *__: Any
    ) -> None:
        """Print it, and end."""
        import shtab

        for action in _every_action(parser):
            if action.metavar in NAMES_A_FILE:
                action.complete = shtab.FILE  # type: ignore[attr-defined]
        sys.stdout.write(shtab.complete(parser, shell=str(shell)) + "\n")
        parser.exit()


def _every_action(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """Return the arguments of a parser and of its commands."""
    found = [*parser._actions]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            found += [inner for each in action.choices.values() for inner in each._actions]
    return found


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="parent-intent",
        description="From a questionnaire export to weighted shares and a printed briefing.",
    )
    parser.add_argument("--version", action=Versions, nargs=0, help="print the versions that decide a result")
    parser.add_argument("--completion", action=Completion, choices=("bash", "zsh", "tcsh"), help=COMPLETION)
    commands = parser.add_subparsers(required=True, dest="command", metavar="COMMAND")

    def command(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text)

    add = command("demo", DEMO).add_argument
    add("folder", metavar="FOLDER", nargs="?", default="demo", help="default: demo; overwrites nothing")
    _add_lint(command("lint", LINT).add_argument)
    add = command("questionnaire", FORM).add_argument
    add("--out", metavar="FOLDER", default=".", help="where to write (default: here); overwrites nothing")
    add("--district", metavar="NAME", action="append", default=[], help="such as 小店区=Xiaodian; give each")
    _add_init(command("init", INIT))
    _add_check(command("check", CHECK))
    _add_report(command("report", REPORT))
    _add_estimate(command("estimate", ESTIMATE))
    _add_code(command("code", CODE))
    _add_plan(command("plan", PLAN))
    _add_verify(command("verify", VERIFY))
    _add_desk(command("desk", DESK))
    return parser


def _seldom(parser: argparse.ArgumentParser) -> Add:
    """Return what adds options that most never need, which stand last in the help."""
    return parser.add_argument_group("seldom needed").add_argument


def _add_report(parser: argparse.ArgumentParser) -> None:
    add, seldom = parser.add_argument, _seldom(parser)
    add("study", metavar="STUDY", help=STUDY)
    add("--out", metavar="FOLDER", help=OUT)
    add("--all", action="store_true", help=ALL)
    seldom("--replace", action="store_true", help=REPLACE)
    seldom("--full-precision", metavar="FILE", help=FULL)
    _add_read(seldom)


def _add_estimate(parser: argparse.ArgumentParser) -> None:
    add, seldom = parser.add_argument, _seldom(parser)
    add("study", metavar="STUDY", help=STUDY)
    add("--out", metavar="FOLDER", help=OUT)
    seldom("--weights", metavar="KEY", default="", help=WEIGHTS)
    seldom("--replace", action="store_true", help=REPLACE)
    seldom("--full-precision", metavar="FILE", help=FULL)
    _add_read(seldom)


def _add_check(parser: argparse.ArgumentParser) -> None:
    seldom = _seldom(parser)
    parser.add_argument("study", metavar="STUDY", help=STUDY)
    seldom("--json", action="store_true", help="for scripts")
    _add_read(seldom)


def _add_code(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("study", metavar="STUDY", help=STUDY)
    add("question", metavar="QUESTION", help="the question with open-text answers")
    add("--out", metavar="FILE", help="default: codes-QUESTION.csv beside the study file")
    _add_read(_seldom(parser))


def _add_plan(parser: argparse.ArgumentParser) -> None:
    add, seldom = parser.add_argument, _seldom(parser)
    add("study", metavar="STUDY", help=STUDY)
    add("--out", metavar="FOLDER", help="where the report was written (default: as report)")
    for name, usual, text in GOALS:
        text = f"{text}, in percentage points (default: {usual:g})"
        add(name, metavar="POINTS", type=float, default=usual, help=text)
    text = "probability of detecting that change, in per cent (default: 80)"
    seldom("--power", metavar="PERCENT", type=float, default=80.0, help=text)
    _add_read(seldom)


def _add_verify(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("run", metavar="RUN", help="the run.json of a report, such as out/taiyuan/run.json")
    add("--study", metavar="FILE", help="the study file (default: looked for by its content)")
    _add_read(_seldom(parser))


def _add_desk(parser: argparse.ArgumentParser) -> None:
    add, seldom = parser.add_argument, _seldom(parser)
    add("place", metavar="STUDY", nargs="?", help=PLACE)
    add("--root", metavar="FOLDER", help=ROOT)
    add("--no-browser", action="store_true", help="say the address and open nothing")
    add("--shortcut", action="store_true", help="put a shortcut to the desk on the desktop, and end")
    seldom("--port", metavar="PORT", type=int, default=0, help="default: one that is free")


def _add_init(parser: argparse.ArgumentParser) -> None:
    add, seldom = parser.add_argument, _seldom(parser)
    add("export", metavar="EXPORT", help="the file as the platform wrote it")
    add("other", metavar="OTHER", nargs="?", help=OTHER)
    add("--out", metavar="FILE", help="default: study.toml beside the export")
    add("--sheet", metavar="NAME", help="which sheet of a workbook holds the answers")
    add("--codebook", metavar="FILE", help=CODEBOOK)
    seldom("--platform", metavar="NAME", help="which platform wrote it, where that cannot be told")
    seldom("--header", metavar="ROW", type=_rows, default=(), help=HEADER)
    seldom("--dates", choices=("dmy", "mdy", "ymd"), help="day, month or year first, where no date decides")


def _add_lint(add: Add) -> None:
    add("questionnaire", metavar="QUESTIONNAIRE", help=FORMS)
    add("--margins", metavar="FILE", action="append", default=[], help="population figures to weight by")
    add("--language", choices=languages(), default="", help="of the findings (default: the questionnaire's)")
    add("--json", action="store_true", help="for scripts")


def _rows(text: str) -> tuple[int, ...]:
    """Return one row, or two in order, as typed behind --header."""
    rows = tuple(int(part) for part in text.split(","))
    if not 0 < len(rows) < 3 or rows[0] < 1 or rows[-1] < rows[0]:
        raise ValueError
    return tuple(dict.fromkeys(rows))


def _add_read(add: Add) -> None:
    folders = "a folder beside the study file's own from which it may name files; may be given several times"
    add("--read", metavar="FOLDER", action="append", default=[], help=folders)
    engines = "what counts answers in a folder or a database: duckdb on this machine (default), or another"
    add("--engine", choices=("duckdb", "spark", "postgresql"), default="duckdb", help=engines)
