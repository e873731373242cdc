"""A questionnaire read and judged by every rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from survey.drafting.codebooks import plain_text, study_file, word
from survey.drafting.codebooks.codebook import Codebook
from survey.drafting.codebooks.read import read_codebook
from survey.drafting.lint.findings import Finding, settled, severities
from survey.drafting.lint.form import Asked, Form, Source, languages_of
from survey.drafting.lint.roles import with_role
from survey.drafting.lint.rules.bands import bands
from survey.drafting.lint.rules.languages import languages
from survey.drafting.lint.rules.length import length
from survey.drafting.lint.rules.margins import margins
from survey.drafting.lint.rules.missing import missing
from survey.drafting.lint.rules.options import options
from survey.drafting.lint.rules.order import order
from survey.drafting.lint.rules.personal import personal
from survey.drafting.lint.rules.precision import precision
from survey.drafting.lint.rules.scales import scales
from survey.drafting.lint.rules.skips import skips
from survey.drafting.lint.rules.wording import wording
from survey.errors import ExportError
from survey.exports.sheet import first_bytes
from survey.exports.workbooks import ZIP
from survey.study.toml_table import read_toml
from survey.text import decode

RULES: tuple[Callable[[Form], Iterator[Finding]], ...] = (
    wording, precision, options, scales, bands, margins, skips, languages, order, personal, missing, length,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rules find in a questionnaire.

    Attributes
    ----------
    findings : tuple of Finding
        What stands, the heaviest first.
    set_aside : tuple of (Finding, str)
        What the study file sets aside, with its reason.
    unused : tuple of str
        Entries of the study file that set nothing aside.
    """

    form: Form
    findings: tuple[Finding, ...]
    set_aside: tuple[tuple[Finding, str], ...] = ()
    unused: tuple[str, ...] = ()


def judge(form: Form) -> Judged:
    """Return what the rules find in a questionnaire."""
    found = settled(finding for rule in RULES for finding in rule(form))
    aside = tuple((finding, form.ignored[finding.key]) for finding in found if finding.key in form.ignored)
    kept = tuple(finding for finding in found if finding.key not in form.ignored)
    used = {finding.key for finding, _ in aside}
    return Judged(form, kept, aside, tuple(key for key in form.ignored if key not in used))


def read_form(path: str | Path, *, margins: Sequence[Path] = ()) -> Form:
    """Return the questionnaire in a study file, a codebook, a plain text or a Word file, read leniently.

    Parameters
    ----------
    margins : sequence of Path
        Files of population figures by which answers are to be weighted, beside those a study file names.

    Raises
    ------
    StudyError
        If a study file is missing or no TOML.
    ExportError
        If a file is none of these, or has no question.
    """
    path = Path(path)
    if path.suffix.casefold() == ".toml":
        tables = read_toml(path)
        book = study_file.of_tables(path.name, tables)
        figures = (*_named_margins(tables, path.parent), *margins)
        return form_of(book, "study", tables, figures=figures)
    start = first_bytes(path).lstrip(b"\xef\xbb\xbf \t\r\n")
    source: Source = "codebook"
    if start.startswith(ZIP) and word.is_word(path):
        book, source = plain_text.of_lines(path.name, word.lines_of(path)), "text"
    else:
        try:
            book = read_codebook(path)
        except ExportError as error:
            if error.key != "codebook.unknown" or (read := decode(path.read_bytes())) is None:
                raise
            book, source = plain_text.of_lines(path.name, read[0].splitlines()), "text"
    if not book.questions:
        raise ExportError(path.name, key="lint.no_questions")
    return form_of(book, source, {}, figures=margins)


def form_of(
    book: Codebook, source: Source, tables: Mapping[str, Any], *, figures: Sequence[Path] = ()
) -> Form:
    """Return a codebook as the rules see it.

    Parameters
    ----------
    tables : mapping
        The tables of its study file; empty for anything else.
    figures : sequence of Path
        Files of population figures by which answers are to be weighted.
    """
    spoken = languages_of(book)
    asked = tuple(with_role(Asked(q, i, spoken)) for i, q in enumerate(book.questions, 1))
    derived = tables.get("derived")
    names = frozenset(derived) if isinstance(derived, dict) else frozenset()
    return Form(
        file=book.file,
        asked=asked,
        languages=spoken,
        source=source,
        notes=book.notes,
        margins=tuple(figures),
        names=names,
        ignored=_ignored(tables.get("lint")),
    )


def _named_margins(tables: Mapping[str, Any], folder: Path) -> Iterator[Path]:
    weighting = tables.get("weighting")
    listed = weighting.get("margins") if isinstance(weighting, dict) else None
    for entry in listed if isinstance(listed, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("file"), str):
            yield folder / entry["file"]


def _ignored(table: object) -> dict[str, str]:
    """Return the findings a study file sets aside, with its reason; none without a reason."""
    if not isinstance(table, dict):
        return {}
    reason, listed = table.get("reason"), table.get("ignore")
    texts = [*reason.values()] if isinstance(reason, dict) else [reason]
    if not isinstance(listed, list) or not texts or not isinstance(texts[0], str) or not texts[0].strip():
        return {}
    return {str(key): texts[0] for key in listed if str(key).partition(":")[0] in severities()}
