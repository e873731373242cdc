"""What `parent-intent init` does: an export in, a commented study file and tables to fill in out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args

from reports.commands.left import columns_not_read, left_to_do, listed, platform_name
from reports.folder.results import refuse_existing, write_together
from reports.results.paths import from_folder
from survey import read_study
from survey.drafting.codebooks.read import read_codebook
from survey.drafting.downloads.paired import is_download, read_pair
from survey.drafting.study_lines import days_of
from survey.drafting.study_text import Draft, draft_study
from survey.exports import wjx
from survey.exports.dates import Dates
from survey.exports.export import Export
from survey.exports.plain import PLATFORM, check_last_row
from survey.exports.platforms import read_export
from survey.messages.catalogue import ENGLISH
from survey.messages.lines import Line, Say, line, word
from survey.study.placeholders import UNFILLED
from survey.study.questionnaire import Kind
from survey.study.study import DateOrder


def init(
    export: Path,
    out: Path,
    *,
    numbers: Path | None = None,
    codebook: Path | None = None,
    platform: str | None = None,
    sheet: str | None = None,
    header: Sequence[int] = (),
    dates: DateOrder | None = None,
    language: str = ENGLISH,
    say: Say = print,
) -> Draft:
    """Return the draft of a study, written to `out` with the tables of population figures beside it.

    `platform`, `sheet`, `header` and `dates` are as on a wave of the study, into which they are written.
    `language` is that of the comments, "" for that of the questions.
    `numbers` is the other download of the same 问卷星 questionnaire, for the order of options; it may be
    named as the codebook too, and either may be the one with texts.

    Raises
    ------
    ExportError
        If the export or the codebook cannot be read.
    ReportError
        If a file of one of the names exists: nothing is overwritten.
    """
    refuse_existing(out)
    if numbers is None and codebook is not None and is_download(codebook):
        numbers, codebook = codebook, None
    pair = None
    if numbers is None:
        answers = read_export(export, platform, sheet=sheet, header=header, dates=Dates(dates))
    else:
        pair = read_pair(export, numbers, platform, sheet=sheet, header=header, dates=Dates(dates))
        export, answers, platform = pair.path, pair.text, pair.export
    if answers.platform == PLATFORM:
        check_last_row(answers)
    say(line("init.reading", file=export.name, platform=platform_name(answers.platform), n=len(answers)))
    if pair is not None:
        say(line("init.reading_numbers", file=pair.numbers.file))
    rows = header[0] if len(header) == 1 else [*header] or None
    declared = {"sheet": sheet, "header": rows, "dates": dates, "export": platform}
    name = re.sub(r"\W+", "_", export.stem).strip("_") or "study"
    draft = draft_study(
        answers,
        None if codebook is None else read_codebook(codebook),
        id=name,
        responses=from_folder(export, out.parent),
        declared=declared,
        pair=pair,
        prefix=_prefix(out),
        language=language,
    )
    _write(draft, out)
    left = listed(left_to_do(read_study(out, read=[export.parent])))
    for said in (*_written(draft, answers, out, alone=pair is None), *left):
        say(said)
    inside = export.resolve().is_relative_to(out.parent.resolve())
    say(line("init.next" if inside else "init.next_read", file=out, folder=export.parent))
    return draft


def _write(draft: Draft, out: Path) -> None:
    """Write a draft and its tables, all or none; refuse to overwrite."""
    for file in draft.margins:
        refuse_existing(out.parent / file)
    # With a mark, Chinese Excel reads UTF-8 as such.
    files = {file: text.encode("utf-8-sig") for file, text in draft.margins.items()}
    write_together(out.parent, {out.name: draft.study.encode("utf-8"), **files})


def _written(draft: Draft, answers: Export, out: Path, *, alone: bool) -> Iterator[Line]:
    """Yield lines on what was drafted, found and written; `alone` without the other download."""
    yield _kinds(draft, out)
    yield from _found(draft, answers)
    if answers.platform == wjx.PLATFORM and alone and (lacking := _lacking(draft)):
        yield line("init.both", what=lacking)
    for file in draft.margins:
        yield line("init.fill", file=out.parent / file)


def _kinds(draft: Draft, out: Path) -> Line:
    """Return how many questions of each kind were drafted."""
    asked = [question for question in draft.questions if not question.left_out]
    found = {kind: sum(question.kind == kind for question in asked) for kind in get_args(Kind)}
    kinds = [line("init.kind", n=n, kind=word("kind", kind)) for kind, n in found.items() if n]
    return line("init.drafted", file=out, n=len(asked), kinds=kinds)


def _found(draft: Draft, answers: Export) -> list[Line]:
    """Return lines on the questions found and left out, and on columns that are not read."""
    asked = [question for question in draft.questions if not question.left_out]
    roles = ("district", "sex", "age", "birth", "wave", "consent")
    lines = [
        line("init.role", role=word("role", role), text=question.text)
        for role in roles
        for question in asked
        if question.role == role
    ]
    lines += [line("init.left_out", reason=q.left_out, text=q.text) for q in draft.left_out]
    if days := days_of(answers):
        lines.append(line("init.days", first=days[0], last=days[1]))
    for question in asked:
        if outside := [option.label for option in question.options if option.outside]:
            lines.append(line("init.outside", question=question.id, options=outside))
    for question in asked:
        if question.missing:
            texts = [line("init.quoted", text=text) for text, _ in question.missing]
            lines.append(line("init.no_answer", question=question.id, texts=texts))
    lines += columns_not_read(answers.own, answers.left_out)
    if own := [q.id for q in asked if any(option.once for option in q.options)]:
        lines.append(line("init.once", questions=own))
    return lines


def _lacking(draft: Draft) -> Line | None:
    """Return what options lack that the other download has: labels, or their order; None for nothing."""
    asked = [question for question in draft.questions if not question.left_out]
    if any(UNFILLED.search(option.label) for question in asked for option in question.options):
        return line("init.labels")
    unordered = any(question.options and question.order != "questionnaire" for question in asked)
    return line("init.order") if unordered else None


def _prefix(out: Path) -> str:
    """Return what margin files begin with: the study's name, where another study has the plain names."""
    first = out.name == "study.toml" or not any(path != out for path in out.parent.glob("*.toml"))
    return "" if first and not any(out.parent.glob("margins-*.csv")) else f"{out.stem}-"
