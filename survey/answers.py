"""The answers to one question, as codes and kinds of missing."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from survey.array_types import Bools, Ints
from survey.questionnaire import Question


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """The answers to one question.

    Attributes
    ----------
    values : array
        single: int, shape (n,), place among the options, -1 where there is no answer;
        multiple: bool, shape (n, options), False where there is no answer;
        number and month: float, shape (n,), NaN where there is no answer;
        text: empty, since typed text is not kept.
    missing : int array, shape (n,)
        Kinds of `Missing`, 0 where answered.
    """

    question: Question
    values: np.ndarray
    missing: Ints

    def take(self, keep: Bools | Ints) -> Answers:
        """Return the answers of the rows chosen."""
        return replace(self, values=self.values[keep], missing=self.missing[keep])
