"""The arguments of ``parent-intent``: each command with what it takes; their words are in language/help."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Any

from reports.folder.run_record import PACKAGES, PRINTERS, versions
from reports.language.grammar import languages
from reports.language.reader import ENGLISH, help_words

# What the next wave is to show, in percentage points, with its default.
GOALS = (("--half", 3.0), ("--group-half", 8.0), ("--change", 5.0))
# What a shell completes by the files that are there, by its metavar.
NAMES_A_FILE = ("STUDY", "EXPORT", "OTHER", "QUESTIONNAIRE", "RUN", "FILE", "FOLDER")

Add = Callable[..., argparse.Action]


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

        names = {help_words(language)["metavars"][name] for language in languages() for name in NAMES_A_FILE}
        for action in _every_action(parser):
            if action.metavar in names:
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


class Arguments:
    """The arguments of a command, each worded by its name in the table of the command, or in `shared`.

    Attributes
    ----------
    add, seldom : callable
        As ``add_argument``, without the help; `seldom` adds options that most never need, which stand last.
    """

    def __init__(self, parser: argparse.ArgumentParser, command: str, language: str) -> None:
        self.words, self.command, self.parser = help_words(language), command, parser
        parser.add_argument("-h", "--help", action="help", help=self.words["help"])
        # The language is decided before any of this is read (`reader_language`).
        metavar = self.words["metavars"]["LANGUAGE"]
        parser.add_argument("--lang", metavar=metavar, default=argparse.SUPPRESS, help=self.words["lang"])
        self.add = self._adder(parser)

    @property
    def seldom(self) -> Add:
        """What adds options that stand last."""
        return self._adder(self.parser.add_argument_group(self.words["seldom"]))

    def _adder(self, to: argparse._ActionsContainer) -> Add:
        def add(name: str, **settings: Any) -> argparse.Action:
            key = name.lstrip("-").replace("-", "_")
            if "metavar" in settings:
                settings["metavar"] = self.words["metavars"][settings["metavar"]]
            text = self.words.get(self.command, {}).get(key) or self.words["shared"][key]
            return to.add_argument(name, help=text, **settings)

        return add


def parser(language: str = ENGLISH) -> argparse.ArgumentParser:
    """Return the parser of the command line, its help in a language.

    Examples
    --------
    >>> parser().parse_args(["check", "study.toml"]).command
    'check'
    """
    words = help_words(language)
    parser = argparse.ArgumentParser(prog="parent-intent", description=words["description"], add_help=False)
    top = Arguments(parser, "", language)
    top.add("--version", action=Versions, nargs=0)
    top.add("--completion", action=Completion, choices=("bash", "zsh", "tcsh"))
    name = words["metavars"]["COMMAND"]
    commands = parser.add_subparsers(required=True, dest="command", metavar=name)
    for name, arguments in COMMANDS.items():
        about = words[name]["about"]
        added = commands.add_parser(name, help=about, description=about, add_help=False)
        arguments(Arguments(added, name, language))
    return parser


def _demo(command: Arguments) -> None:
    command.add("folder", metavar="FOLDER", nargs="?", default="demo")


def _lint(command: Arguments) -> None:
    add = command.add
    add("questionnaire", metavar="QUESTIONNAIRE")
    add("--margins", metavar="FILE", action="append", default=[])
    add("--language", choices=languages(), default="")
    add("--json", action="store_true")


def _questionnaire(command: Arguments) -> None:
    command.add("--out", metavar="FOLDER", default=".")
    command.add("--district", metavar="NAME", action="append", default=[])


def _watch(command: Arguments) -> None:
    command.add("study", metavar="STUDY")
    command.add("--planned", metavar="NUMBER", type=int)
    command.add("--out", metavar="FOLDER")
    command.seldom("--force", action="store_true")
    _read(command.seldom)


def _init(command: Arguments) -> None:
    add, seldom = command.add, command.seldom
    add("export", metavar="EXPORT")
    add("other", metavar="OTHER", nargs="?")
    add("--out", metavar="FILE")
    add("--sheet", metavar="NAME")
    add("--codebook", metavar="FILE")
    seldom("--platform", metavar="NAME")
    seldom("--header", metavar="ROW", type=rows, default=())
    seldom("--dates", choices=("dmy", "mdy", "ymd"))


def _check(command: Arguments) -> None:
    seldom = command.seldom
    command.add("study", metavar="STUDY")
    seldom("--json", action="store_true")
    _read(seldom)


def _report(command: Arguments) -> None:
    add, seldom = command.add, command.seldom
    add("study", metavar="STUDY")
    add("--out", metavar="FOLDER")
    add("--all", action="store_true")
    add("--group", metavar="QUESTION", default="")
    seldom("--replace", action="store_true")
    seldom("--full-precision", metavar="FILE")
    _read(seldom)


def _estimate(command: Arguments) -> None:
    add, seldom = command.add, command.seldom
    add("study", metavar="STUDY")
    add("--out", metavar="FOLDER")
    seldom("--weights", metavar="KEY", default="")
    seldom("--replace", action="store_true")
    seldom("--full-precision", metavar="FILE")
    _read(seldom)


def _code(command: Arguments) -> None:
    add = command.add
    add("study", metavar="STUDY")
    add("question", metavar="QUESTION")
    add("--out", metavar="FILE")
    _read(command.seldom)


def _plan(command: Arguments) -> None:
    add, seldom = command.add, command.seldom
    add("study", metavar="STUDY")
    add("--out", metavar="FOLDER")
    for name, usual in GOALS:
        add(name, metavar="POINTS", type=float, default=usual)
    seldom("--power", metavar="PERCENT", type=float, default=80.0)
    _read(seldom)


def _verify(command: Arguments) -> None:
    command.add("run", metavar="RUN")
    command.add("--study", metavar="FILE")
    _read(command.seldom)


def _desk(command: Arguments) -> None:
    add = command.add
    add("place", metavar="STUDY", nargs="?")
    add("--root", metavar="FOLDER")
    add("--no-browser", action="store_true")
    add("--shortcut", action="store_true")
    command.seldom("--port", metavar="PORT", type=int, default=0)


def _read(add: Add) -> None:
    add("--read", metavar="FOLDER", action="append", default=[])
    add("--engine", choices=("duckdb", "spark", "postgresql"), default="duckdb")


def rows(text: str) -> tuple[int, ...]:
    """Return one row, or two in order, as typed behind --header."""
    found = tuple(int(part) for part in text.split(","))
    if not 0 < len(found) < 3 or found[0] < 1 or found[-1] < found[0]:
        raise ValueError
    return tuple(dict.fromkeys(found))


COMMANDS: dict[str, Callable[[Arguments], None]] = {
    "demo": _demo,
    "lint": _lint,
    "questionnaire": _questionnaire,
    "watch": _watch,
    "init": _init,
    "check": _check,
    "report": _report,
    "estimate": _estimate,
    "code": _code,
    "plan": _plan,
    "verify": _verify,
    "desk": _desk,
}
