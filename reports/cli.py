"""The commands of ``parent-intent``: init, check, estimate, report, plan, code, verify."""

from __future__ import annotations

import argparse
import gc
import io
import json
import os
import sys
import tomllib
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from reports.folder import run_record

if TYPE_CHECKING:
    from survey.study.study import EngineName

INIT = "draft a study file from an export, with its questions and options, for a person to complete"


PLAN = "say how many answers the next wave needs, and from where, for a stated precision or change"
VERIFY = "make a report again from the same inputs and say which input, number, word or byte differs"
CODE = "list what people typed beside the options of a question, with proposed codes, for a person to accept"


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit status: 0, 1 where `verify` finds a difference, 2 after a mistake in the input."""
    # A run is short and charts are many small objects: looking for cycles less often saves a tenth.
    gc.set_threshold(5_000, 20, 100)
    for stream in (sys.stdout, sys.stderr):
        # A console of another encoding shows what it cannot as \\u…, and the run goes on.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int | None] = options.command
    try:
        return command(options) or 0
    except BrokenPipeError:
        # Whoever read the output, such as `head`, has had enough of it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("parent-intent: stopped; nothing half-written", file=sys.stderr)
        return 130
    except Exception as error:
        # Imported late: a run with nothing to do should not wait for pandas.
        from survey.errors import SurveyError

        if not isinstance(error, SurveyError):
            raise
        for line in str(error).splitlines():
            print(f"parent-intent: {line}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="parent-intent",
        description="From a questionnaire export to weighted shares and a printed briefing.",
    )
    parser.add_argument("--version", action="version", version=f"parent-intent {version('parent-intent')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_code(commands.add_parser("code", help=CODE, description=CODE))
    _add_init(commands.add_parser("init", help=INIT, description=INIT))
    for name, command, text in (
        ("report", _report, "estimate what is out of date, then print the briefings"),
        ("estimate", _estimate, "read, screen, weight and estimate; write estimates.csv and run.json"),
        ("check", _check, "say what would be read, set aside, merged and withheld; write nothing"),
    ):
        one = commands.add_parser(name, help=text, description=text)
        one.add_argument("study", metavar="STUDY", help="the study file, such as data/taiyuan/study.toml")
        _add_read(one)
        if name == "check":
            one.add_argument("--json", action="store_true", help="for scripts")
        else:
            one.add_argument(
                "--out", metavar="FOLDER", help="where to write (default: out/ and the study's id)"
            )
        if name == "estimate":
            one.add_argument(
                "--weights",
                metavar="KEY",
                default="",
                help='write each respondent\'s weight too, by "row" or by a column that tells them apart',
            )
        one.set_defaults(command=command)
    _add_plan(commands.add_parser("plan", help=PLAN, description=PLAN))
    _add_verify(commands.add_parser("verify", help=VERIFY, description=VERIFY))
    return parser


def _add_read(one: argparse.ArgumentParser) -> None:
    told = "a folder beside the study file's own from which it may name files; may be given several times"
    one.add_argument("--read", metavar="FOLDER", action="append", default=[], help=told)
    told = "what counts answers in a folder or a database: duckdb on this machine (default), or another"
    one.add_argument("--engine", choices=("duckdb", "spark", "postgresql"), default="duckdb", help=told)


def _add_plan(one: argparse.ArgumentParser) -> None:
    one.add_argument("study", metavar="STUDY", help="the study file")
    _add_read(one)
    one.add_argument("--out", metavar="FOLDER", help="where the report was written (default: as report)")
    for name, usual, text in (
        ("half", 3.0, "half the width of the interval wanted for the whole sample"),
        ("group-half", 8.0, "half the width of the interval wanted by group"),
        ("change", 5.0, "smallest change to detect"),
    ):
        told = f"{text}, in percentage points (default: {usual:g})"
        one.add_argument(f"--{name}", metavar="POINTS", type=float, default=usual, help=told)
    power = "probability of detecting that change, in per cent (default: 80)"
    one.add_argument("--power", metavar="PERCENT", type=float, default=80.0, help=power)
    one.set_defaults(command=_plan)


def _plan(options: argparse.Namespace) -> None:
    from analysis.study.next_wave import Goal
    from reports.commands.next_wave import plan_next_wave
    from reports.commands.report import run_estimates, stored_estimates
    from survey import read_study

    path, out = Path(options.study), _out(options)
    study = read_study(path, read=options.read, engine=options.engine)
    parts = (options.half, options.group_half, options.change, options.power)
    half, group_half, change, power = (part / 100 for part in parts)
    goal = Goal(half=half, group_half=group_half, change=change, power=power)
    if run_record.estimates_current(out, path):
        estimates = stored_estimates(out)
    else:
        estimates = run_estimates(study, out, say=_say)
    for written in plan_next_wave(study, estimates, out, goal=goal, say=_say):
        _say(f"wrote {written}")


def _add_verify(one: argparse.ArgumentParser) -> None:
    one.add_argument("run", metavar="RUN", help="the run.json of a report, such as out/taiyuan/run.json")
    one.add_argument("--study", metavar="FILE", help="the study file (default: looked for by its content)")
    _add_read(one)
    one.set_defaults(command=_verify)


def _verify(options: argparse.Namespace) -> int:
    from reports.commands.verify import verify

    study = Path(options.study) if options.study else None
    lines = verify(Path(options.run), study, say=_say, read=options.read, engine=options.engine)
    for line in lines:
        _say(line)
    if not lines:
        _say("nothing differs: same inputs, same software, every file the same to the last byte")
    return 1 if lines else 0


def _add_init(one: argparse.ArgumentParser) -> None:
    one.add_argument("export", metavar="EXPORT", help="the file as the platform wrote it")
    one.add_argument("--codebook", metavar="FILE", help="an XLSForm, .qsf or .lss: wording, options, skips")
    one.add_argument("--out", metavar="FILE", default="study.toml", help="default: study.toml")
    one.add_argument("--platform", metavar="NAME", help="which platform wrote it, where that cannot be told")
    one.set_defaults(command=_init)


def _add_code(one: argparse.ArgumentParser) -> None:
    one.add_argument("study", metavar="STUDY", help="the study file")
    _add_read(one)
    one.add_argument("question", metavar="QUESTION", help="the question beside whose options people typed")
    one.add_argument("--out", metavar="FILE", help="default: codes-QUESTION.csv beside the study file")
    one.set_defaults(command=_code)


def _code(options: argparse.Namespace) -> None:
    from reports.commands.code import code
    from survey import read_study

    out = Path(options.out) if options.out else None
    study = read_study(Path(options.study), read=options.read, engine=options.engine)
    code(study, options.question, out, say=_say)


def _init(options: argparse.Namespace) -> None:
    from reports.commands.init import init

    codebook = Path(options.codebook) if options.codebook else None
    init(Path(options.export), Path(options.out), codebook=codebook, platform=options.platform, say=_say)


def _out(options: argparse.Namespace) -> Path:
    return Path(options.out) if options.out else Path("out") / _folder(Path(options.study))


def _report(options: argparse.Namespace) -> None:
    report(Path(options.study), _out(options), read=options.read, engine=options.engine)


def _estimate(options: argparse.Namespace) -> None:
    estimate(
        Path(options.study), _out(options), weights=options.weights, read=options.read, engine=options.engine
    )


def _check(options: argparse.Namespace) -> None:
    from analysis.study.check import check_study
    from reports.commands.check import as_json, as_text
    from reports.results.settings import check_tables
    from survey import read_study
    from survey.errors import SeveralErrors

    study = read_study(Path(options.study), read=options.read, engine=options.engine)
    check_tables(study)
    found = check_study(study)
    if options.json:
        # Read by a program, so within what any encoding has.
        print(json.dumps(json.loads(as_json(found)), indent=1), flush=True)
    else:
        print(as_text(found), flush=True)
    problems = {str(check.problem): check.problem for check in found if check.problem is not None}
    if problems:
        raise SeveralErrors([*problems.values()])


def _folder(study: Path) -> str:
    """Return the study's id, read without loading anything else; "study" where it cannot be read."""
    try:
        name = tomllib.loads(study.read_bytes().decode("utf-8-sig"))["study"]["id"]
    except (OSError, ValueError, KeyError, TypeError):
        return "study"
    return name if isinstance(name, str) and name.isidentifier() else "study"


def _say(text: str) -> None:
    print(text, flush=True)


def estimate(
    study: Path, out: Path, *, weights: str = "", read: Sequence[str] = (), engine: EngineName = "duckdb"
) -> None:
    """Write estimates.csv and run.json of a study, and weights by respondent where a key is named."""
    from reports.commands.report import run_estimates
    from survey import read_study

    checked = read_study(study, read=read, engine=engine)
    run_estimates(checked, out, say=_say, weights=weights)
    _say(f"wrote {out / 'estimates.csv'} and {out / 'run.json'}")
    for wave in checked.waves if weights else ():
        _say(f"wrote {out / f'weights-{wave.id}.csv'}: keep it with the answers, and as safe")


def report(study: Path, out: Path, *, read: Sequence[str] = (), engine: EngineName = "duckdb") -> None:
    """Write estimates and briefings of a study, doing again only what is out of date."""
    fresh = run_record.estimates_current(out, study)
    if fresh and run_record.briefings_current(out):
        _say(f"{out} is up to date:")
        _list(out)
        return
    from reports.commands.report import run_briefings, run_report, stored_estimates
    from survey import read_study

    checked = read_study(study, read=read, engine=engine)
    if fresh:
        _say("estimates are up to date")
        run_briefings(checked, stored_estimates(out), out, say=_say)
    else:
        run_report(checked, out, say=_say)
    _say("wrote:")
    _list(out)


def _list(out: Path) -> None:
    printed = run_record.read_run(out)["briefings"]["sha256"]
    for name in (*(name for name in printed if "/" not in name), "estimates.csv", "run.json"):
        _say(f"  {out / name}")
    if any("/" in name for name in printed):
        _say(f"  {out / 'charts'}")


if __name__ == "__main__":
    sys.exit(main())
