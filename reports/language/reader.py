"""The language of what a person reads at the screen, decided nowhere else; no result depends on it."""

from __future__ import annotations

import argparse
import locale
import os
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from reports.language.grammar import languages

VARIABLE = "PARENT_INTENT_LANG"
ENGLISH = "en"
# In the order in which a system asks them.
LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")


def reader_language(
    arguments: Sequence[str], environment: Mapping[str, str] | None = None
) -> tuple[str, list[str]]:
    """Return the language asked for, "" where nothing tells it, and the arguments without ``--lang``.

    The first that tells it counts: ``--lang``, wherever it stands; the variable PARENT_INTENT_LANG; the
    language of the system; the first language of a study file among the arguments.

    Raises
    ------
    SystemExit
        With status 2, if it is asked for in a language that there is none of.

    Examples
    --------
    >>> reader_language(["check", "study.toml", "--lang", "zh"], {})
    ('zh', ['check', 'study.toml'])
    >>> reader_language(["check", "study.toml"], {"LANG": "zh_CN.UTF-8"})[0]
    'zh'
    """
    environment = os.environ if environment is None else environment
    usual = _of_system(environment)
    with argparse_words(usual or ENGLISH):
        first = argparse.ArgumentParser(prog="parent-intent", add_help=False, allow_abbrev=False)
        first.add_argument("--lang", choices=languages())
        asked, others = first.parse_known_args(arguments)
        named = environment.get(VARIABLE, "")
        if not asked.lang and named and named not in languages():
            words = help_words(usual or ENGLISH)["bad_variable"]
            first.error(words.format(value=named, choices=", ".join(languages())))
    return asked.lang or named or usual or _of_study(others), others


def _of_system(environment: Mapping[str, str]) -> str:
    """Return the language of the system, "" where it has none that there are words in."""
    name = next((environment[key] for key in LOCALES if environment.get(key)), "")
    if not name and sys.platform == "win32":
        import ctypes

        name = locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
    first = name.replace("-", "_").partition("_")[0]
    return first if first in languages() else ""


def _of_study(arguments: Sequence[str]) -> str:
    """Return the first language of the first argument that is a study file; its mistakes are said later."""
    for name in arguments:
        if name.endswith(".toml"):
            try:
                text = Path(name).read_bytes().decode("utf-8-sig")
                first = tomllib.loads(text)["study"]["languages"][0]
            except (OSError, ValueError, LookupError, TypeError):
                continue
            return str(first) if first in languages() else ""
    return ""


@cache
def help_words(language: str) -> Mapping[str, Any]:
    """Return the words of ``--help`` in a language, those of argparse itself in the table `argparse`."""
    text = files("reports.language").joinpath("help", f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@contextmanager
def argparse_words(language: str) -> Iterator[None]:
    """Let argparse say its own words, such as "usage:", in a language."""
    own, other = (help_words(name)["argparse"] for name in (ENGLISH, language))
    words = {text: other[key] for key, text in own.items()}

    def said(text: str) -> str:
        return str(words.get(text, text))

    def counted(one: str, many: str, number: int) -> str:
        return said(one if number == 1 else many)

    # argparse looks these up among gettext's compiled files, which we have none of.
    before = {name: vars(argparse)[name] for name in ("_", "ngettext")}
    vars(argparse).update(_=said, ngettext=counted)
    try:
        yield
    finally:
        vars(argparse).update(before)
