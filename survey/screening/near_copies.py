"""Near copies among responses, and what could not be told (methods 7.1)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

import numpy as np
import pandas as pd

from survey.errors import EstimateError, shown
from survey.history import CopiesSeen, CopyBatch
from survey.numeric import near_copies as numeric
from survey.numeric.array_types import Bools, Ints
from survey.numeric.likeness import FEWEST_QUESTIONS, Neighbours, fewest_answers
from survey.numeric.near_copies import Twins
from survey.responses.responses import Responses
from survey.screening.arrival_order import Reason, arrival_clock, sorted_by
from survey.screening.repeats import answer_matrix, compared_questions

HOUR = "60min"
# Far is three times the window, in time; in the order of the file so many rows.
FAR, NEAR_ROWS, FAR_ROWS = 3, 25, 100
# So much of the batches planted in the file itself must be seen for "none was seen" to say anything.
SEEN = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class NearCopies:
    """Batches of responses that agree with each other far more than with responses sent at other times.

    A warning sign, never proof: people who pass a link on may answer alike within an hour (methods 7.1).

    Attributes
    ----------
    frame : DataFrame
        A row a response, by its row number in the file: `told`, whether it could be judged (enough answers,
        and a fifth of the file far away); `twin`, near copies of each other; `echo`, exact copies of
        responses sent at other times; `lump`, responses with which a tenth of all others nearly agree, at
        any time; `near` and `far`, how many are near and far, and `near_alike` and `far_alike`, how many
        of those agree in `least_alike` questions.
    looked_for : {"near_copies", "exact_copies", "nothing"}
        What could be told in this file.
    ordered_by : {"time", "file_order", "nothing"}
        What near and far mean: the times of submission, or the order of the file in their place.
    reasons : tuple of str
        What limits the answer, each one of `Reason`.
    sorted_by : tuple of str
        Questions by which the file seems sorted.
    compared : int
        Responses that were to be compared.
    questions, least_alike : int
        Questions compared, a block of tick boxes as one; how many of them near copies have in common.
    bits : float
        Information that a response carries: the entropies of the questions, base 2, added up.
    seen : float
        Share seen of five batches planted in this file, 0-1; NaN where nothing was looked for.
    false_alarm : float
        Responses expected to be marked had the same answers come in any other order; NaN likewise.
    batches : tuple of CopyBatch
        From when to when the marked responses were sent.
    """

    frame: pd.DataFrame
    looked_for: Literal["near_copies", "exact_copies", "nothing"]
    ordered_by: Literal["time", "file_order", "nothing"]
    reasons: tuple[Reason, ...]
    compared: int
    questions: int
    least_alike: int
    bits: float
    seen: float
    false_alarm: float
    sorted_by: tuple[str, ...] = ()
    batches: tuple[CopyBatch, ...] = ()
    submitted: np.ndarray | None = field(default=None, repr=False)

    @property
    def marked(self) -> Bools:
        """Who shows the warning sign, shape (n,): near copies of each other, or copies of others."""
        return self.flags("twin") | self.flags("echo")

    def flags(self, name: Literal["told", "twin", "echo", "lump"]) -> Bools:
        """Return a column of the frame as an array, shape (n,)."""
        return np.asarray(self.frame[name], dtype=bool)

    @property
    def arrivals(self) -> pd.DataFrame:
        """Responses by day and hour, beside the number that the day and the hour of day lead to expect.

        A description: launches and reminders make busy hours too. Empty without times.
        """
        return self.hours[self.hours["n"] > 0].reset_index(drop=True)

    @property
    def hours(self) -> pd.DataFrame:
        """The same of every hour of the day of which there are responses on any day."""
        sent = np.zeros(0, dtype="datetime64[s]") if self.submitted is None else self.submitted
        sent = sent[~np.isnat(sent)]
        day, hour = sent.astype("datetime64[D]"), sent.astype("datetime64[h]").astype(np.int64) % 24
        table = pd.crosstab(day, hour)
        by_day, by_hour, n = table.sum(axis=1), table.sum(axis=0), len(sent)
        counts = table.stack()
        days, hours = counts.index.get_level_values(0), counts.index.get_level_values(1)
        same_day = by_day.loc[days].to_numpy() - counts.to_numpy()
        same_hour = by_hour.loc[hours].to_numpy() - counts.to_numpy()
        elsewhere = n - same_day - same_hour - counts.to_numpy()
        expected = np.where(elsewhere > 0, same_day * same_hour / np.maximum(elsewhere, 1), np.nan)
        return pd.DataFrame({"day": days, "hour": hours, "n": counts.to_numpy(), "expected": expected})

    @property
    def summary(self) -> CopiesSeen:
        """What a report says of it, as run.json keeps it."""
        return CopiesSeen(
            looked_for=self.looked_for,
            ordered_by=self.ordered_by,
            reasons=self.reasons,
            sorted_by=self.sorted_by,
            questions=self.questions,
            least_alike=self.least_alike,
            bits=self.bits,
            seen=None if np.isnan(self.seen) else self.seen,
            false_alarm=None if np.isnan(self.false_alarm) else self.false_alarm,
            compared=self.compared,
            told=int(self.flags("told").sum()),
            batches=self.batches,
        )


def near_copies(
    responses: Responses,
    *,
    window: str | timedelta = HOUR,
    among: Bools | None = None,
    leave_out: Collection[str] = (),
) -> NearCopies:
    """Return the responses that are near copies of others sent within the window (methods 7.1).

    Each response is held against its own near copies at other times, more than three windows away. Without
    times, or where they are coarse, the order of the file stands in, unless the file is sorted. Where answers
    carry under 25 bits, near copies cannot be told from people who agree: only exact copies are looked for.

    Parameters
    ----------
    window : str or timedelta
        Within which a batch is sent, such as "60min".
    among : bool array, shape (n,), optional
        Responses compared; all of them by default.
    leave_out : collection of str
        Questions not compared.

    Raises
    ------
    EstimateError
        If the window is no length of time above 0, a row stands for several people, or there is no such
        question.
    """
    seconds = _seconds(window)
    if responses.paradata.grouped is not None:
        raise EstimateError("near_copies", key="call.grouped_rows")
    for name in leave_out:
        responses[name]
    usable = np.ones(len(responses), dtype=bool) if among is None else among
    answers, names = answer_matrix(responses, leave_out), compared_questions(responses, leave_out)
    asked = np.flatnonzero((answers[usable] >= 0).any(axis=0))
    answers, names = answers[:, asked], [names[i] for i in asked]
    if len(names) < FEWEST_QUESTIONS:
        return _nothing(responses, answers[usable], ("too_few_questions",))
    clock, reasons = arrival_clock(responses.paradata.submitted, usable)
    unit: Literal["seconds", "rows"] = "seconds"
    if clock is None:
        clock, unit = np.arange(len(usable)), "rows"
        by = sorted_by(answers[usable], names)
        if "out_of_order" in reasons or by:
            reasons += ("sorted",) if by else ()
            return _nothing(responses, answers[usable], reasons, by)
    known = usable & (clock >= 0) & ((answers >= 0).sum(axis=1) >= fewest_answers(len(names)))
    order = np.flatnonzero(known)[np.argsort(clock[known], kind="stable")]
    if unit == "rows":
        neighbours = Neighbours(np.arange(len(order)), NEAR_ROWS, FAR_ROWS, "rows")
    else:
        neighbours = Neighbours(clock[order], seconds, FAR * seconds)
    return _found(responses, order, neighbours, answers, reasons, int(usable.sum()))


def _seconds(window: str | timedelta) -> int:
    """Return the window in whole seconds."""
    try:
        seconds = pd.Timedelta(window).total_seconds()
    except (TypeError, ValueError):
        seconds = float("nan")
    if not seconds >= 1:
        raise EstimateError("near_copies", key="call.window", found=shown(str(window)))
    return int(seconds)


def _nothing(
    responses: Responses, answers: Ints, reasons: tuple[Reason, ...], by: tuple[str, ...] = ()
) -> NearCopies:
    """Return that nothing can be told, and why."""
    return NearCopies(
        _frame(responses, np.arange(0), None),
        looked_for="nothing",
        ordered_by="nothing",
        reasons=reasons,
        compared=len(answers),
        questions=answers.shape[1],
        least_alike=answers.shape[1],
        bits=numeric.information(answers),
        seen=float("nan"),
        false_alarm=float("nan"),
        sorted_by=by,
        submitted=responses.paradata.submitted,
    )


def _found(
    responses: Responses,
    order: Ints,
    neighbours: Neighbours,
    answers: Ints,
    reasons: tuple[Reason, ...],
    compared: int,
) -> NearCopies:
    """Return what is found among the rows `order`, of so many that were to be compared."""
    twins = numeric.find_twins(answers[order], neighbours, of=compared)
    seen = numeric.share_seen(answers[order], neighbours, twins)
    told = bool(twins.judged.any())
    if not told:
        reasons += ("too_few_far",)
    elif not twins.rare:
        reasons += ("little_information" if twins.bits < numeric.NEAR_COPY_BITS else "no_threshold",)
    elif seen < SEEN:
        reasons += ("trial_missed",)
    frame = _frame(responses, order, twins)
    return NearCopies(
        frame,
        looked_for="nothing" if not told else "near_copies" if twins.rare else "exact_copies",
        ordered_by="time" if neighbours.unit == "seconds" else "file_order",
        reasons=reasons,
        compared=compared,
        questions=answers.shape[1],
        least_alike=twins.least_alike,
        bits=twins.bits,
        seen=seen,
        false_alarm=twins.false_alarm,
        batches=_batches(frame, order, neighbours, responses.paradata.submitted),
        submitted=responses.paradata.submitted,
    )


def _frame(responses: Responses, order: Ints, twins: Twins | None) -> pd.DataFrame:
    """Return the columns of `NearCopies.frame`: of the rows `order` as found, of others 0."""
    columns = {}
    names = {"told": "judged", "twin": "twin", "echo": "echo", "lump": "lump"}
    names |= {"near": "near", "near_alike": "twins", "far": "far", "far_alike": "far_twins"}
    for name, found in names.items():
        values = np.zeros(
            len(responses), dtype=bool if name in ("told", "twin", "echo", "lump") else np.int64
        )
        if twins is not None:
            values[order] = getattr(twins, found)
        columns[name] = values
    return pd.DataFrame(columns, index=pd.Index(responses.paradata.rows, name="row"))


def _batches(
    frame: pd.DataFrame, order: Ints, neighbours: Neighbours, submitted: np.ndarray | None
) -> tuple[CopyBatch, ...]:
    """Return from when to when, or from which row to which, the marked responses were sent."""
    batches, ordered = [], frame.iloc[order]
    kinds: tuple[tuple[Literal["twins", "echo"], pd.Series], ...]
    kinds = (("twins", ordered["twin"]), ("echo", ordered["echo"] & ~ordered["twin"]))
    for kind, flags in kinds:
        places = np.flatnonzero(flags)
        apart = np.flatnonzero(np.diff(neighbours.clock[places]) > neighbours.near) + 1
        for members in np.split(places, apart) if len(places) else ():
            ends = members[[0, -1]]
            first, last = map(str, ordered.index[ends])
            if neighbours.unit == "seconds" and submitted is not None:
                first, last = map(str, submitted[order[ends]].astype("datetime64[m]"))
            batches.append(CopyBatch(kind, len(members), first, last))
    return tuple(batches)
