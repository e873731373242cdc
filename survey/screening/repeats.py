"""The same answers more than once: duplicates of a person, bursts, shared addresses (methods 7.1)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from survey.numeric.array_types import Bools, Floats, Ints
from survey.responses.answers import Answers
from survey.responses.responses import Responses
from survey.study.questionnaire import Missing

UNKNOWN = np.iinfo(np.int64).max


def clock(responses: Responses) -> Ints:
    """Return submission in seconds, or the order of the file where there are no times, shape (n,)."""
    submitted = responses.paradata.submitted
    if submitted is None:
        return np.arange(len(responses), dtype=np.int64)
    seconds = submitted.astype("datetime64[s]").astype(np.int64)
    return np.where(np.isnat(submitted), UNKNOWN, seconds)


def timed(responses: Responses) -> Bools:
    """Return who has a time of day, shape (n,): a day alone says nothing of minutes."""
    submitted = responses.paradata.submitted
    if submitted is None:
        return np.zeros(len(responses), dtype=bool)
    days = submitted.astype("datetime64[D]")
    return np.asarray(~np.isnat(submitted) & (submitted != days), dtype=bool)


def duplicates(responses: Responses, usable: Bools, *, minutes: float, identical: float) -> Bools:
    """Return later questionnaires of one account, or near-identical ones of one device within minutes.

    Parameters
    ----------
    usable : bool array, shape (n,)
        Who is compared: the eligible and complete.
    minutes : float
    identical : float
        Least share of equal answers among the questions either answered, 0–1.
    """
    repeated = np.zeros(len(responses), dtype=bool)
    order = np.argsort(clock(responses), kind="stable")
    order = order[usable[order]]
    known = order[responses.user[order] >= 0]
    repeated[known[pd.Series(responses.user[known]).duplicated().to_numpy()]] = True
    order = order[timed(responses)[order]]
    if not len(order):
        return repeated
    return repeated | _same_device(responses, order, minutes, identical)


def _same_device(responses: Responses, order: Ints, minutes: float, identical: float) -> Bools:
    """Compare each questionnaire with the earlier ones of its device, neighbour by neighbour."""
    repeated = np.zeros(len(responses), dtype=bool)
    order = order[responses.device[order] >= 0]
    order = order[np.argsort(responses.device[order], kind="stable")]
    device, seconds = responses.device[order], clock(responses)[order]
    answers = answer_matrix(responses)
    for lag in range(1, len(order)):
        near = (device[lag:] == device[:-lag]) & (seconds[lag:] - seconds[:-lag] < 60 * minutes)
        if not near.any():
            break
        later, earlier = order[lag:][near], order[:-lag][near]
        repeated[later[_identical(answers[later], answers[earlier]) >= identical]] = True
    return repeated


def shared_addresses(responses: Responses, usable: Bools) -> Bools:
    """Return who shares an address with somebody else: families and offices do, so it is a mark only."""
    known = usable & (responses.device >= 0)
    shared = np.zeros(len(responses), dtype=bool)
    shared[known] = pd.Series(responses.device[known]).duplicated(keep=False).to_numpy()
    return shared


def identical_answers(responses: Responses, usable: Bools) -> Bools:
    """Return whose answers to every question somebody else gave too."""
    same = np.zeros(len(responses), dtype=bool)
    if usable.any():
        frame = pd.DataFrame(answer_matrix(responses)[usable])
        same[usable] = frame.duplicated(keep=False).to_numpy() | (responses.paradata.count[usable] > 1)
    return same


def answer_matrix(responses: Responses) -> Ints:
    """Return every answer as a number, shape (n, questions); negative for the kinds of missing."""
    columns = [
        _as_numbers(a)
        for a in responses.answers.values()
        if a.question.derived_from is None and a.question.kind != "text"
    ]
    return np.column_stack(columns) if columns else np.zeros((len(responses), 0), dtype=np.int64)


def _as_numbers(answers: Answers) -> Ints:
    values = answers.values
    if answers.question.kind == "multiple":
        codes = _as_bits(values)
    elif values.dtype.kind in "iu":
        codes = values.astype(np.int64)
    else:
        codes = pd.factorize(values)[0].astype(np.int64)
    return np.where(answers.missing == Missing.ANSWERED, codes, -answers.missing)


def _as_bits(ticks: Bools) -> Ints:
    """Return a number a row that is the same where the same options are ticked, whatever their number."""
    codes = np.zeros(len(ticks), dtype=np.int64)
    for first in range(0, ticks.shape[1], 32):
        part = ticks[:, first : first + 32]
        mixed = codes * 2**32 + part @ (1 << np.arange(part.shape[1], dtype=np.int64))
        codes = pd.factorize(mixed)[0].astype(np.int64)
    return codes


def _identical(left: Ints, right: Ints) -> Floats:
    """Return the proportion of equal answers among questions that either answered, per row."""
    either = (left >= 0) | (right >= 0)
    same = ((left == right) & either).sum(axis=1)
    return np.asarray(same / np.maximum(either.sum(axis=1), 1), dtype=np.float64)
