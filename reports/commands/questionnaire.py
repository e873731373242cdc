"""What `parent-intent questionnaire` writes: a questionnaire to begin with, and its study file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reports.folder.results import refuse_existing, write_together
from survey.drafting.recommended.write import around, recommended
from survey.messages.lines import Say, line

# Chinese Excel reads a table with this mark in front as UTF-8.
MARKED = (".csv",)


def questionnaire(out: Path, districts: Sequence[str] = (), *, say: Say = print) -> None:
    """Write the recommended questionnaire in both languages, its study file and tables to fill in.

    Parameters
    ----------
    districts : sequence of str
        Those to choose from, such as ``"小店区=Xiaodian"``; a name alone stands for both languages.

    Raises
    ------
    ReportError
        If one of the files exists already.
    """
    pairs = [(name, english or name) for name, _, english in (text.partition("=") for text in districts)]
    written = recommended(pairs)
    for name in written:
        refuse_existing(out / name)
    out.mkdir(parents=True, exist_ok=True)
    encoded = {
        name: text.encode("utf-8-sig" if name.endswith(MARKED) else "utf-8") for name, text in written.items()
    }
    for path in write_together(out, encoded):
        say(line("files.wrote", file=path))
    for language, words in around().items():
        say(line("questionnaire.settings", language=language))
        for text in words["settings"]:
            say(line("questionnaire.setting", text=text))
    say(line("questionnaire.next"))
