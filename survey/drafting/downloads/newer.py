"""How a newer download, or that of another wave, differs from the file that a study reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from survey.drafting.questions import DraftQuestion, draft_questions
from survey.drafting.study_lines import days_of
from survey.errors import ExportError
from survey.exports.export import Export
from survey.study.questionnaire import Question
from survey.study.study import Study
from survey.text import normalised

Days = tuple[date, date] | None


@dataclass(frozen=True, slots=True)
class Change:
    """A question of a study that a newer file has elsewhere, in other words, or not at all.

    Attributes
    ----------
    column : int, str or None
        Where the newer file has it; None where it has it not, or in a column for each option.
    text : str
        Its wording there.
    """

    question: str
    kind: Literal["moved", "reworded", "absent"]
    column: int | str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class OptionChange:
    """An option that one of two files has and the other has not, by its label."""

    question: str
    kind: Literal["new", "gone"]
    label: str


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs between the file in use and a newer one, each pair as (in use, newer).

    Attributes
    ----------
    kept : int
        Answers of the file in use that the newer file has too: the same time, and the same cells in all
        columns that both have.
    unread : tuple of str
        Questions of the newer file that the study does not read, in its words.
    """

    answers: tuple[int, int]
    kept: int
    days: tuple[Days, Days]
    questions: tuple[int, int]
    options: tuple[int, int]
    changes: tuple[Change, ...] = ()
    option_changes: tuple[OptionChange, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def gone(self) -> int:
        """Answers of the file in use that the newer one has not, or has otherwise."""
        return self.answers[0] - self.kept


def differences(study: Study, wave: str, used: Export, newer: Export) -> Differences:
    """Return how a newer file differs from the one that a wave reads.

    A question is found by its wording, whatever its number; one of the same number and kind in other words,
    which no other question has, is taken as reworded.

    Raises
    ------
    ExportError
        If the files are of different platforms or coded differently, and so no two downloads of one link.
    """
    if (used.platform, used.coding) != (newer.platform, newer.coding):
        raise ExportError(newer.file, key="export.other_download", used=used.file)
    old, new = ([q for q in draft_questions(file) if not q.left_out] for file in (used, newer))
    changes: list[Change] = []
    options: list[OptionChange] = []
    read: list[DraftQuestion] = []
    for question in study.questionnaire:
        before = None if question.derived_from is not None else _read_by(question.as_asked(wave), old)
        if before is None:
            continue
        after = _alike(before, old, new)
        if after is None:
            changes.append(Change(question.id, "absent"))
            continue
        read.append(after)
        if normalised(after.text) != normalised(before.text):
            changes.append(Change(question.id, "reworded", _column(after), after.text))
        elif after.column != before.column:
            changes.append(Change(question.id, "moved", _column(after)))
        options += _options(question, before, after)
    unread = tuple(dict.fromkeys(q.text for q in new if q.kind != "text" and q not in read and q not in old))
    return Differences(
        (len(used), len(newer)),
        _kept(used, newer),
        (days_of(used), days_of(newer)),
        (len(old), len(new)),
        (sum(len(q.options) for q in old), sum(len(q.options) for q in new)),
        tuple(changes),
        tuple(options),
        tuple(text for text in unread if not any(normalised(text) == normalised(q.text) for q in old)),
    )


def _column(draft: DraftQuestion) -> int | str | None:
    return draft.column or None


def _read_by(question: Question, drafts: Sequence[DraftQuestion]) -> DraftQuestion | None:
    """Return what a study's question reads, by column or else wording; None where that is not clear."""
    rows = [q for q in drafts if normalised(q.row) == normalised(question.row or "")]
    here = [q for q in rows if question.column is not None and str(q.column) == str(question.column)]
    worded = [q for q in rows if question.is_called(q.text)]
    own = {option.column for option in question.options if option.column is not None}
    columns = [q for q in rows if own and own & {option.column for option in q.options}]
    return next((found[0] for found in (here, worded, columns) if len(found) == 1), None)


def _alike(
    before: DraftQuestion, old: Sequence[DraftQuestion], new: Sequence[DraftQuestion]
) -> DraftQuestion | None:
    """Return the question of a newer file that is the same, by wording or else by place; None for none."""

    def same(q: DraftQuestion) -> bool:
        return (normalised(q.text), normalised(q.row)) == (normalised(before.text), normalised(before.row))

    worded = [q for q in new if same(q)]
    if worded:
        return next((q for q in worded if q.column == before.column), worded[0])
    known = {normalised(q.text) for q in old}
    return next(
        (
            q
            for q in new
            if (q.column, q.row, q.kind) == (before.column, before.row, before.kind)
            and normalised(q.text) not in known
        ),
        None,
    )


def _options(question: Question, before: DraftQuestion, after: DraftQuestion) -> list[OptionChange]:
    """Return options that are new in the newer file; and gone, where each has its own column."""
    if question.kind not in ("single", "multiple") or after.kind != before.kind:
        return []
    old, new = ({normalised(o.label): o.label for o in q.options} for q in (before, after))
    added = [label for text, label in new.items() if text not in old and question.spelt(label) is None]
    found = [OptionChange(question.id, "new", label) for label in added]
    if question.kind == "multiple" and not before.separator and not after.separator:
        lost = [label for text, label in old.items() if text not in new and question.spelt(label) is not None]
        found += [OptionChange(question.id, "gone", label) for label in lost]
    return found


def _kept(used: Export, newer: Export) -> int:
    """Return how many answers both files have; times and cells are hashed, and counted as they come."""
    here, there = ({c.heading or c.header + c.option + c.row: c for c in f.columns} for f in (used, newer))
    both = [name for name in here if name in there]
    counted = []
    for file, columns in ((used, here), (newer, there)):
        cells = {str(i): columns[name].cells for i, name in enumerate(both)}
        sent = file.paradata.submitted
        times = {} if sent is None else {"sent": sent.astype("datetime64[s]").astype("int64")}
        table = pd.DataFrame({**cells, **times}, index=range(len(file)))
        counted.append(Counter(pd.util.hash_pandas_object(table, index=False).tolist()))
    return (counted[0] & counted[1]).total()
