"""Whether two waves asked the same thing: changes are given only where they did (methods 2.7)."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from analysis.estimates import Estimates
from analysis.publication.complementary import suppress
from survey.study.questionnaire import Question, Questionnaire
from survey.text import normalised

Unlike = Literal["", "not_asked", "wording", "options"]


def unlike(question: Question, one: str, other: str) -> Unlike:
    """Return why the answers of two waves to a question cannot be compared; "" if they can.

    Not where a wave did not ask it; nor where wording or options differ, unless the study file says
    of either wave that the question is comparable for all that.
    """
    forms = question.form(one), question.form(other)
    if not all(form.asked for form in forms):
        return "not_asked"
    if any(form.comparable for form in forms):
        return ""
    first, second = (dict((form.text or question.text).texts) for form in forms)
    languages = first.keys() & second.keys()
    if not languages or any(normalised(first[key]) != normalised(second[key]) for key in languages):
        return "wording"
    return "" if len({question.as_asked(wave).codes for wave in (one, other)}) == 1 else "options"


def only_comparable(
    changes: Estimates, questionnaire: Questionnaire, *, earlier: str, later: str
) -> Estimates:
    """Return changes with those suppressed that compare unlike questions (note "not_comparable").

    An option that only one of the waves offered has no change either, whatever the study file says.
    """
    unlike_rows = []
    for row in changes.frame.to_dict("records"):
        name, option, by = str(row["question"]), str(row["option"]), str(row["by"])
        asked = [questionnaire[part] for part in (name, *by.split(" x ")) if part in questionnaire]
        offered = all(_offered(questionnaire[name], option, wave) for wave in (earlier, later))
        unlike_rows.append(not offered or any(unlike(question, earlier, later) for question in asked))
    return suppress(changes, np.array(unlike_rows, dtype=bool), "not_comparable")


def unasked(table: Estimates, *, earlier: str, later: str) -> Estimates:
    """Return the changes of a question that only one of the waves asked, all of them suppressed.

    Parameters
    ----------
    table : Estimates
        Shares of the wave that asked it.
    """
    changes = replace(
        table,
        frame=table.frame.assign(wave=f"{later} - {earlier}", measure="change", method="score_skewness"),
        joint=None,
    )
    return suppress(changes, np.ones(len(changes.frame), dtype=bool), "not_comparable")


def only_offered(shares: Estimates, questionnaire: Questionnaire, wave: str) -> Estimates:
    """Return shares with those suppressed of options the wave did not offer (note "not_offered")."""
    unoffered = [
        not _offered(questionnaire[str(row["question"])], str(row["option"]), wave)
        for row in shares.frame.to_dict("records")
    ]
    return suppress(shares, np.array(unoffered, dtype=bool), "not_offered")


def _offered(question: Question, option: str, wave: str) -> bool:
    return option not in question.codes or option in question.as_asked(wave).codes
