"""What is said of near copies: how many and when, what was not seen, and what could not be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import floor, log10

from reports.language.numbers import percent, whole
from reports.language.words import Words, words_of
from survey.history import CopiesSeen, CopyBatch

SPANS = 3  # named at most
MOST_FILES = 10_000
WHY_NOT = ("too_few_questions", "sorted", "out_of_order", "too_few_far")


def copies_text(words: Words, copies: CopiesSeen, *, without: Sequence[str] = ()) -> str:
    """Return the sentences on near copies in one wave.

    Parameters
    ----------
    without : sequence of str
        Sentences with the shares without the responses marked, where any are counted.
    """
    if copies.looked_for == "nothing":
        why = next(reason for reason in WHY_NOT if reason in copies.reasons)
        fields = {"questions": whole(copies.questions), "names": words.few(copies.sorted_by)}
        return words(f"copies.{why}", **fields)
    sentences = []
    exact, marked = copies.looked_for == "exact_copies", sum(batch.n for batch in copies.batches)
    if exact:
        sentences.append(words("copies.exact", questions=whole(copies.questions)))
    for kind in ("twins", "echo"):
        batches = [batch for batch in copies.batches if batch.kind == kind]
        if batches:
            sentences.append(_found(words, copies, kind, batches))
    if marked:
        form = "_all" if copies.counted == marked else "" if copies.counted else "_none"
        sentences.append(words(f"copies.counted{form}", counted=whole(copies.counted), marked=whole(marked)))
        sentences += without
    elif exact:
        sentences.append(words("copies.exact_none"))
    else:
        place = "none_missed" if "trial_missed" in copies.reasons else "none"
        sentences.append(words(f"copies.{place}", seen=percent(copies.seen or 0.0)))
    if copies.ordered_by == "file_order":
        sentences.append(words("copies.file_order"))
    if copies.told < copies.compared:
        sentences.append(words("copies.untold", n=whole(copies.compared - copies.told)))
    sentences.append(words("copies.false_alarm", files=whole(_files(copies.false_alarm or 0.0))))
    return words.sentences(sentences)


@dataclass(frozen=True, slots=True)
class CopiesTold:
    """The same for `parent-intent check`, which shows no estimate, worded in the language of its reader."""

    copies: CopiesSeen

    def told(self, language: str) -> str:
        """Return the sentences in a language."""
        return copies_text(words_of(language), self.copies)


def _files(expected: float) -> int:
    """Return in how many such files one has a response marked by chance, at most, as a power of ten."""
    return MOST_FILES if expected <= 1 / MOST_FILES else max(10, 10 ** floor(-log10(expected)))


def _found(words: Words, copies: CopiesSeen, kind: str, batches: Sequence[CopyBatch]) -> str:
    """Return how many responses are copies, and when they were sent or in which rows they stand."""
    timed = copies.ordered_by == "time"
    spans = [_span(words, batch) if timed else words("copies.span_rows", **_ends(batch)) for batch in batches]
    return words(
        f"copies.{kind}_{'time' if timed else 'rows'}",
        n=whole(sum(batch.n for batch in batches)),
        spans=words.few(spans, SPANS),
        least=whole(copies.least_alike),
        questions=whole(copies.questions),
    )


def _ends(batch: CopyBatch) -> dict[str, str]:
    return {"first": batch.first, "last": batch.last}


def _span(words: Words, batch: CopyBatch) -> str:
    """Return from when to when, to the minute."""
    first, last = datetime.fromisoformat(batch.first), datetime.fromisoformat(batch.last)
    months = words.texts("days.months")
    days = [words("copies.day", day=time.day, month=months[time.month - 1]) for time in (first, last)]
    fields = {"first": f"{first:%H:%M}", "last": f"{last:%H:%M}", "day": days[0], "last_day": days[1]}
    return words("copies.span_time" if first.date() == last.date() else "copies.span_days", **fields)
