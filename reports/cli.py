"""The commands of ``parent-intent``, from the questionnaire to the briefing and its verification."""

from __future__ import annotations

import sys

STOPPED = "parent-intent: stopped; nothing half-written\n"
# Ctrl-C is answered in one line from the beginning; what else is needed is imported where `main` answers it.
try:
    import io
    from contextlib import suppress
    from pathlib import Path
    from typing import TYPE_CHECKING, Literal

    from survey.messages.lines import Line, plain
except KeyboardInterrupt:
    sys.stderr.write(STOPPED)
    sys.exit(130)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from reports.folder.results import Over
    from reports.results.declared import Extra
    from survey.messages.lines import Say
    from survey.study.study import Study


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit status: 1 where `verify` or `lint` finds something, 2 after a mistake in the input."""
    try:
        from reports.endings import prepare, stoppable

        prepare()
        with stoppable():
            return _done(arguments)
    except KeyboardInterrupt:
        with suppress(OSError):
            sys.stderr.write(STOPPED)
        return 130


def _done(arguments: Sequence[str] | None) -> int:
    """Return the exit status of a command line; what cannot go on ends in a line each, not in a traceback."""
    from reports.commands.arguments import parser
    from reports.endings import silenced, told
    from reports.language.reader import ENGLISH, argparse_words, help_words, reader_language

    language = ENGLISH
    try:
        asked, others = reader_language(sys.argv[1:] if arguments is None else arguments)
        language = asked or ENGLISH
        with argparse_words(language):
            options = parser(language).parse_args(others)
        options.asked, options.reader = asked, language
        status = _run(options, lambda line: print(line.told(language), flush=True))
        sys.stdout.flush()
        return status
    except SystemExit:  # after --help and the like
        with suppress(OSError):
            sys.stdout.flush()
        silenced()
        raise
    except KeyboardInterrupt:
        with suppress(OSError):
            print(f"parent-intent: {help_words(language)['stopped']}", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of the output, such as `head`, has closed it.
        silenced()
        return 0
    except Exception as error:
        lines = told(error, language)
        if not lines:
            raise
        silenced()
        with suppress(OSError):  # nobody can be told
            for line in lines:
                print(f"parent-intent: {line}", file=sys.stderr)
        return 2


def _run(options: argparse.Namespace, say: Say) -> int:
    """Return the exit status of a command; each loads only what it needs."""
    match options.command:
        case "init":
            from reports.commands.init import init

            export = Path(options.export)
            out = _file(options.out) or export.with_name("study.toml")
            known = {name: getattr(options, name) for name in ("platform", "sheet", "header", "dates")}
            numbers, codebook, asked = _file(options.other), _file(options.codebook), options.asked
            init(export, out, numbers=numbers, codebook=codebook, **known, language=asked, say=say)
        case "demo" | "desk" | "watch" | "check" | "estimate" | "report" | "plan":
            COMMANDS[options.command](options, say)
        case "lint" | "questionnaire":
            return _before_fieldwork(options, say)
        case "code":
            from reports.commands.code import code

            code(_study(options), options.question, _file(options.out), say=say)
        case "verify":
            from reports.commands.verify import verify

            lines = verify(
                Path(options.run), _file(options.study), say=say, read=options.read, engine=options.engine
            )
            for line in lines or [Line("verify.nothing")]:
                say(line)
            return 1 if lines else 0
    return 0


def _watch(options: argparse.Namespace, say: Say) -> None:
    """Write the page of a questionnaire that is still open, and say the same."""
    from reports.commands.watch import watch

    older: Literal["take", "refuse"] = "take" if options.force else "refuse"
    plan = {"planned": options.planned, "language": options.reader}
    watch(_study(options), _out(options), **plan, older=older, say=say)


def _demo(options: argparse.Namespace, say: Say) -> None:
    """Write the demonstration into a folder and print it there."""
    from reports.commands.arguments import parser
    from reports.commands.demo import RESULTS, write_demonstration

    folder = Path(options.folder)
    again = ["report", str(write_demonstration(folder, say=say)), "--out", str(folder / RESULTS)]
    _run(parser().parse_args(again), say)
    say(Line("files.demo", {"file": again[1], "command": f"parent-intent {' '.join(again)}"}))


def desk() -> int:
    """Open the desk from a shortcut, without a console, and return the exit status."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, io.StringIO())
    return main(["desk", *sys.argv[1:]])


def _desk(options: argparse.Namespace, say: Say) -> None:
    """Serve the desk until it is closed, or say which packages it lacks."""
    from importlib.util import find_spec

    from survey.errors import ReportError

    absent = [
        name for name in ("starlette", "uvicorn", "jinja2", "multipart", "tomlkit") if not find_spec(name)
    ]
    if absent:
        raise ReportError("desk", key="desk.no_packages", packages=absent)
    from reports.desk.serve import start
    from reports.desk.shortcut import put_shortcut

    if options.shortcut:
        say(plain(str(put_shortcut(language=options.reader))))
        return
    import webbrowser

    show = None if options.no_browser else webbrowser.open
    where = {"root": _file(options.root), "port": options.port, "language": options.reader}
    start(_file(options.place), **where, show=show, say=lambda text: say(plain(text)))


def _before_fieldwork(options: argparse.Namespace, say: Say) -> int:
    """Return 1 where something in a questionnaire must be changed, else 0."""
    if options.command == "questionnaire":
        from reports.commands.questionnaire import questionnaire

        questionnaire(Path(options.out), options.district, say=say)
        return 0
    from reports.commands.lint import as_json, as_text, is_sound, lint

    figures = [Path(file) for file in options.margins]
    language = options.language or options.asked
    judged, said = lint(Path(options.questionnaire), margins=figures, language=language)
    say(plain((as_json if options.json else as_text)(judged, said)))
    return 0 if is_sound(judged) else 1


def _check(options: argparse.Namespace, say: Say) -> None:
    """Say what a study would give and what is left to do; mistakes of its file as JSON too, if asked for."""
    from functools import partial

    from reports.commands.check import as_json, as_lines, check, mistakes_as_json
    from survey.errors import SurveyError

    try:
        study = _study(options)
    except SurveyError as error:
        if options.json:
            say(plain(mistakes_as_json(error, options.reader)))
        raise
    check(study, form=partial(as_json, language=options.reader) if options.json else as_lines, say=say)


def _estimate(options: argparse.Namespace, say: Say) -> None:
    """Write the table of estimates, with weights if asked for."""
    from reports.commands.report import run_estimates

    study, out = _study(options), _out(options)
    run_estimates(
        study, out, say=say, weights=options.weights, full=_file(options.full_precision), over=_over(options)
    )
    say(Line("files.wrote_two", {"file": out / "estimates.csv", "other": out / "run.json"}))
    for wave in study.waves if options.weights else ():
        say(Line("files.wrote_weights", {"file": out / f"weights-{wave.id}.csv"}))


def _study(options: argparse.Namespace) -> Study:
    from reports.commands.study_file import read_whole_study

    margins: Literal["needed", "later"] = "later" if options.command in ("check", "code") else "needed"
    return read_whole_study(Path(options.study), read=options.read, engine=options.engine, margins=margins)


def _out(options: argparse.Namespace) -> Path:
    """Return the folder of results: as named, else out/ and the study's id, read without loading anything."""
    import tomllib

    if options.out:
        return Path(options.out)
    try:
        name = tomllib.loads(Path(options.study).read_bytes().decode("utf-8-sig"))["study"]["id"]
    except (OSError, ValueError, KeyError, TypeError):
        name = ""  # what is wrong with the file is said when it is read
    return Path("out") / (name if isinstance(name, str) and name.isidentifier() else "study")


def _file(name: str | None) -> Path | None:
    return Path(name) if name else None


def _over(options: argparse.Namespace) -> Over:
    """Return what becomes of files in the folder of results that no run has written."""
    return "replace" if options.replace else "refuse"


def _extras(options: argparse.Namespace) -> Sequence[Extra]:
    """Return the files that the command asks for beside those of the study file."""
    if not options.all:
        return ()
    from reports.results.declared import EXTRAS

    return EXTRAS


def _report(options: argparse.Namespace, say: Say) -> None:
    """Write estimates and briefings, doing again what is out of date; all digits are only in a new run."""
    from reports.folder import run_record

    out, full = _out(options), _file(options.full_precision)
    current = full is None and run_record.estimates_current(out, Path(options.study))
    extras = _extras(options)
    if current and run_record.briefings_current(out, extras, options.group):
        say(Line("files.current", {"folder": out}))
    else:
        from reports.commands.report import run_briefings, run_report, stored_estimates

        study = _study(options)
        if current:
            say(Line("files.current_estimates"))
            run_briefings(study, stored_estimates(out), out, say=say, extras=extras, groups=options.group)
        else:
            over, groups = _over(options), options.group
            run_report(study, out, say=say, full=full, extras=extras, groups=groups, over=over)
        say(Line("files.list"))
    printed = run_record.printed_files(run_record.read_run(out))
    for name in (*(name for name in printed if "/" not in name), "estimates.csv", "run.json"):
        say(Line("files.file", {"file": out / name}))
    for folder in dict.fromkeys(name.partition("/")[0] for name in printed if "/" in name):
        say(Line("files.file", {"file": out / folder}))


def _plan(options: argparse.Namespace, say: Say) -> None:
    from analysis.study.next_wave import Goal
    from reports.commands.next_wave import plan_next_wave
    from reports.commands.report import run_estimates, stored_estimates
    from reports.folder import run_record

    out, study = _out(options), _study(options)
    goal = Goal(**{name: getattr(options, name) / 100 for name in ("half", "group_half", "change", "power")})
    if run_record.estimates_current(out, Path(options.study)):
        estimates = stored_estimates(out)
    else:
        estimates = run_estimates(study, out, say=say)
    for path in plan_next_wave(study, estimates, out, goal=goal, say=say):
        say(Line("files.wrote", {"file": path}))


COMMANDS = {"demo": _demo, "desk": _desk, "watch": _watch, "check": _check, "estimate": _estimate}
COMMANDS |= {"report": _report, "plan": _plan}

if __name__ == "__main__":
    sys.exit(main())
