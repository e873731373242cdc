"""``parent-intent watch``: how a questionnaire that is still open stands, before estimates are looked at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from analysis.study.watch.downloads import STATE, as_data, refuse_older, stored
from analysis.study.watch.watch import watch_study
from reports.fieldwork.page import page
from reports.fieldwork.sheet import sheet_of
from reports.fieldwork.terminal import terminal
from reports.folder.results import write_together
from survey.messages.lines import Say, line
from survey.study.study import Study

Older = Literal["refuse", "take"]


def watch(
    study: Study,
    out: Path,
    *,
    language: str,
    planned: int | None = None,
    older: Older = "refuse",
    say: Say = print,
) -> None:
    """Write a page in each language of the study and the record of this look; say the same in the terminal.

    Parameters
    ----------
    language : str
        Of the terminal's text.
    planned : int, optional
        Answers to analyse at the end, in place of the study file's.
    older : {"refuse", "take"}
        What becomes of an export that ends before that of the last look.

    Raises
    ------
    SurveyError
        If the export cannot be read, is older, or of another study than the last look's.
    """
    earlier = stored(out / STATE)
    watched, now = watch_study(study, earlier, planned=planned)
    if older == "refuse":
        refuse_older(earlier, now, watched.file)
    files = {f"watch-{name}.html": page(sheet_of(watched, name)) for name in study.languages}
    state = json.dumps(as_data(now), ensure_ascii=False, indent=1, sort_keys=True)
    written = write_together(out, files | {STATE: f"{state}\n".encode()})
    for text in terminal(sheet_of(watched, language), watched):
        say(line("watch.told", text=text))
    for path in written:
        say(line("files.wrote", file=path))
