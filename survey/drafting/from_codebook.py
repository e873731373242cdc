"""Drafted questions with what a codebook says of them: wording, options in both languages, skips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from survey.drafting.codebooks.codebook import Codebook, CodebookOption, CodebookQuestion
from survey.drafting.options import draft_options
from survey.drafting.questions import DraftQuestion
from survey.messages.lines import line
from survey.study.questionnaire import Condition, Order
from survey.text import normalised


def with_codebook(questions: Sequence[DraftQuestion], codebook: Codebook) -> list[DraftQuestion]:
    """Return the drafts with the codebook's wording, options and skips, where it has the question."""
    entries = []
    for question in questions:  # by short name, by number, or by the label exports may write
        name = f"Q{question.column}" if isinstance(question.column, int) else question.column
        entry = codebook.question(name)
        if entry is None and isinstance(question.column, str):
            wanted = normalised(question.column)
            same = [q for q in codebook.questions if any(normalised(text) == wanted for _, text in q.texts)]
            entry = same[0] if len(same) == 1 else None
        entries.append(entry)
    merged = [q if e is None else _merged(q, e) for q, e in zip(questions, entries, strict=True)]
    by_name = {e.name: q for q, e in zip(merged, entries, strict=True) if e is not None and not q.row}
    drafts = []
    for question, entry in zip(merged, entries, strict=True):
        if entry is not None and entry.skip and not question.left_out:
            translated = [_translated(condition, by_name) for condition in entry.asked_if]
            asked_if = tuple(condition for condition in translated if condition is not None)
            if asked_if and len(asked_if) == len(translated):
                question = replace(question, asked_if=asked_if)
            else:
                note = line("draft.skip", file=codebook.file, condition=entry.skip)
                question = replace(question, notes=(*question.notes, note))
        drafts.append(question)
    return drafts


def _merged(question: DraftQuestion, entry: CodebookQuestion) -> DraftQuestion:
    if question.left_out:
        return question
    row = next((r for r in entry.rows if normalised(question.row) in _spellings(r)), None)
    texts = entry.texts
    if row is not None:
        labels = dict(row.labels)
        texts = tuple((lang, f"{text} — {labels.get(lang, row.labels[0][1])}") for lang, text in texts)
    question = replace(question, texts=texts)
    if entry.kind not in ("single", "multiple") or not entry.options:
        numeric = entry.kind == "number" and question.kind in ("single", "number")
        return replace(question, kind="number", options=()) if numeric else question
    if question.kind not in ("single", "multiple", "number", "text"):
        return question
    # The codebook's options in its order, and what the file has beside them.
    listed = [
        (option.value, option.labels[0][1] if option.labels else option.value) for option in entry.options
    ]
    by_label = {option.label: option for option in draft_options(listed, {})}
    options = []
    for option, (value, label) in zip(entry.options, listed, strict=True):
        if label in by_label:
            match = (value,) if normalised(value) not in (normalised(label), by_label[label].code) else ()
            drafted = by_label.pop(label)
            alone = drafted.exclusive or option.exclusive is True
            options.append(replace(drafted, labels=option.labels, match=match, exclusive=alone))
    known = set().union(*(_spellings(option) for option in entry.options))
    codes = {option.code for option in options}
    extra = [
        option
        for option in question.options
        if not {normalised(text) for text in (option.label, *option.match)} & known
        and option.code not in codes
    ]
    order: Order = "unknown" if extra else "questionnaire"
    gaps = tuple((text, kind) for text, kind in question.missing if normalised(text) not in known)
    listed_options = (*options, *extra)
    return replace(question, kind=entry.kind, options=listed_options, missing=gaps, notes=(), order=order)


def _spellings(option: CodebookOption) -> set[str]:
    return {normalised(text) for text in (option.value, *(label for _, label in option.labels))}


def _translated(condition: Condition, by_name: Mapping[str, DraftQuestion]) -> Condition | None:
    """Return a condition as one on the draft's questions and codes; None if it has none for it."""
    source = by_name.get(condition.question)
    if source is None or source.left_out or source.kind not in ("single", "multiple"):
        return None
    codes = {
        normalised(text): option.code
        for option in source.options
        for text in (option.code, option.label, *option.match)
    }
    wanted = condition.codes or condition.not_codes
    drafted = tuple(codes[normalised(value)] for value in wanted if normalised(value) in codes)
    if len(drafted) < len(wanted):
        return None
    return Condition(
        source.id, codes=drafted if condition.codes else (), not_codes=() if condition.codes else drafted
    )
