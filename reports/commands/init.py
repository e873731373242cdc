"""What `parent-intent init` does: an export in, a commented study file and tables to fill in out."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from reports.commands.check import columns_not_read
from reports.folder.results import refuse_existing, write_together
from reports.language.numbers import whole
from survey.drafting.codebooks.read import read_codebook
from survey.drafting.study_text import Draft, draft_study
from survey.exports.dates import Dates
from survey.exports.plain import PLATFORM, check_last_row
from survey.exports.platforms import LABELS, read_export
from survey.study.study import DateOrder


def init(
    export: Path,
    out: Path,
    *,
    codebook: Path | None = None,
    platform: str | None = None,
    sheet: str | None = None,
    dates: DateOrder | None = None,
    say: Callable[[str], None] = print,
) -> Draft:
    """Return the draft of a study, written to `out` with the tables of population figures beside it.

    `platform`, `sheet` and `dates` are as on a wave of the study, into which they are written.

    Raises
    ------
    ExportError
        If the export or the codebook cannot be read.
    ReportError
        If a file of one of the names exists: nothing is overwritten.
    """
    refuse_existing(out)
    answers = read_export(export, platform, sheet=sheet, dates=Dates(dates))
    if answers.platform == PLATFORM:
        check_last_row(answers)
    platform = LABELS.get(answers.platform, answers.platform)
    say(f"reading {export.name}: {platform}, {whole(len(answers))} answers")
    name = re.sub(r"\W+", "_", export.stem).strip("_") or "study"
    known = None if codebook is None else read_codebook(codebook)
    path = Path(os.path.relpath(export, out.parent)).as_posix()
    draft = draft_study(answers, known, id=name, responses=path, declared={"sheet": sheet, "dates": dates})
    for file in draft.margins:
        refuse_existing(out.parent / file)
    # With a mark, Chinese Excel reads UTF-8 as such.
    files = {file: text.encode("utf-8-sig") for file, text in draft.margins.items()}
    write_together(out.parent, {out.name: draft.study.encode("utf-8"), **files})
    asked = [question for question in draft.questions if not question.left_out]
    kinds = {
        kind: sum(q.kind == kind for q in asked) for kind in ("single", "multiple", "number", "month", "text")
    }
    counts = ", ".join(f"{whole(n)} {kind}" for kind, n in kinds.items() if n)
    say(f"wrote {out}: {whole(len(asked))} questions ({counts})")
    for role in ("district", "sex", "age", "birth", "wave", "consent"):
        for question in asked:
            if question.role == role:
                say(f"  {role}: {question.text}")
    for question in draft.left_out:
        say(f"  left out, {question.left_out}: {question.text}")
    for line in columns_not_read(answers.own, answers.left_out):
        say(line)
    for file in draft.margins:
        say(f"wrote {out.parent / file}: fill in the population of each category")
    fill = "fill in the margins, " if draft.margins else ""
    inside = export.resolve().is_relative_to(out.parent.resolve())
    read = "" if inside else f" --read {export.parent}"
    say(f"next: {fill}look at {out}, then parent-intent check {out}{read}")
    return draft
