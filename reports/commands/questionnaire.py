"""What `parent-intent questionnaire` writes: a questionnaire to begin with, and its study file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from reports.folder.results import refuse_existing, write_together
from survey.drafting.recommended.write import around, recommended

# Chinese Excel reads a table with this mark in front as UTF-8.
MARKED = (".csv",)


def questionnaire(out: Path, districts: Sequence[str] = (), *, say: Callable[[str], None] = print) -> None:
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
        say(f"wrote {path}")
    for language, words in around().items():
        say(f"set on the platform ({language}):")
        for line in words["settings"]:
            say(f"  {line}")
    say("next: write what is marked 待填 or FILL IN, fill in margins-*.csv, then run parent-intent lint")
