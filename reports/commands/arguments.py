"""The arguments of ``parent-intent``: each command with what it takes."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib.metadata import version

from reports.language.grammar import languages

CODE = "list what people typed beside the options of a question, with proposed codes, for a person to accept"
OTHER = "the other download of a 问卷星 questionnaire, with option numbers or texts, for the order of options"
HEADER = "the row of the column headers, or two such rows, 1,2, where they are not found"
LINT = "find what in a questionnaire would make a figure wrong, before the link is sent out; write nothing"
FORMS = "a study file, an XLSForm, .qsf, .lss or REDCap dictionary, or a .txt or .docx as 问卷星 imports it"
FORM = "write a recommended questionnaire as text in Chinese and English, with its study file"
INIT = "draft a study file from an export, with its questions and options, for a person to complete"
REPORT = "estimate what is out of date, then print the briefings"
FULL = "write the table with all its digits too, which give suppressed figures away: not for publication"
ESTIMATE = "read, screen, weight and estimate; write estimates.csv and run.json"
WEIGHTS = 'write each respondent\'s weight too, by "row" or by a column that tells them apart'
ALL = "make Word files, slides, pictures and the archive for replication too, asked for or not"
CHECK = "report what would be read, excluded, merged and suppressed; write nothing"
PLAN = "say how many answers the next wave needs, and from where, for a stated precision or change"
VERIFY = "make a report again from the same inputs and say which input, number, word or byte differs"
# What the next wave is to show, with its default.
GOALS = (
    ("--half", 3.0, "half the width of the interval wanted for the whole sample"),
    ("--group-half", 8.0, "half the width of the interval wanted by group"),
    ("--change", 5.0, "smallest change to detect"),
)

Add = Callable[..., argparse.Action]


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="parent-intent",
        description="From a questionnaire export to weighted shares and a printed briefing.",
    )
    parser.add_argument("--version", action="version", version=f"parent-intent {version('parent-intent')}")
    commands = parser.add_subparsers(required=True, dest="command", metavar="COMMAND")

    def command(name: str, text: str) -> Add:
        return commands.add_parser(name, help=text, description=text).add_argument

    _add_lint(command("lint", LINT))
    add = command("questionnaire", FORM)
    add("--out", metavar="FOLDER", default=".", help="where to write (default: here); overwrites nothing")
    add("--district", metavar="NAME", action="append", default=[], help="such as 小店区=Xiaodian; give each")
    add = command("code", CODE)
    _add_study(add)
    add("question", metavar="QUESTION", help="the question with open-text answers")
    add("--out", metavar="FILE", help="default: codes-QUESTION.csv beside the study file")
    _add_init(command("init", INIT))
    add = command("report", REPORT)
    _add_results(add)
    add("--all", action="store_true", help=ALL)
    add = command("estimate", ESTIMATE)
    _add_results(add)
    add("--weights", metavar="KEY", default="", help=WEIGHTS)
    add = command("check", CHECK)
    _add_study(add)
    add("--json", action="store_true", help="for scripts")
    add = command("plan", PLAN)
    _add_study(add)
    add("--out", metavar="FOLDER", help="where the report was written (default: as report)")
    for name, usual, text in GOALS:
        text = f"{text}, in percentage points (default: {usual:g})"
        add(name, metavar="POINTS", type=float, default=usual, help=text)
    text = "probability of detecting that change, in per cent (default: 80)"
    add("--power", metavar="PERCENT", type=float, default=80.0, help=text)
    add = command("verify", VERIFY)
    add("run", metavar="RUN", help="the run.json of a report, such as out/taiyuan/run.json")
    add("--study", metavar="FILE", help="the study file (default: looked for by its content)")
    _add_read(add)
    return parser


def _add_results(add: Add) -> None:
    _add_study(add)
    add("--out", metavar="FOLDER", help="where to write (default: out/ and the study's id)")
    add("--full-precision", metavar="FILE", help=FULL)


def _add_init(add: Add) -> None:
    add("export", metavar="EXPORT", help="the file as the platform wrote it")
    add("other", metavar="OTHER", nargs="?", help=OTHER)
    add(
        "--codebook",
        metavar="FILE",
        help="an XLSForm, .qsf, .lss or REDCap dictionary: wording, options, skips",
    )
    add("--out", metavar="FILE", default="study.toml", help="default: study.toml")
    add("--platform", metavar="NAME", help="which platform wrote it, where that cannot be told")
    add("--sheet", metavar="NAME", help="which sheet of a workbook holds the answers")
    add("--header", metavar="ROW", type=_rows, default=(), help=HEADER)
    add("--dates", choices=("dmy", "mdy", "ymd"), help="day, month or year first, where no date decides")


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


def _add_study(add: Add) -> None:
    add("study", metavar="STUDY", help="the study file, such as data/taiyuan/study.toml")
    _add_read(add)


def _add_read(add: Add) -> None:
    folders = "a folder beside the study file's own from which it may name files; may be given several times"
    add("--read", metavar="FOLDER", action="append", default=[], help=folders)
    engines = "what counts answers in a folder or a database: duckdb on this machine (default), or another"
    add("--engine", choices=("duckdb", "spark", "postgresql"), default="duckdb", help=engines)
