"""What the [briefing] table says of the document itself: its masthead, and what its authors recommend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from survey.errors import noting
from survey.study.questionnaire import Label
from survey.study.study import Study

LABELS = ("series", "issue", "distribution", "contact")


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What the authors recommend, and the results it rests on, as the study file names them."""

    text: Label
    rests_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """The masthead of a briefing.

    Attributes
    ----------
    series, issue, distribution, contact : Label or None
        Name of the series, number of the issue, to whom it goes, whom to ask.
    released : date or None
        The day of issue.
    address : str
        Where it is found on the web; "" where it is not said.
    """

    series: Label | None
    issue: Label | None
    distribution: Label | None
    contact: Label | None
    released: date | None
    address: str


def issue_of(study: Study) -> Issue:
    """Return the masthead of a study; raises StudyError where address or day is none."""
    table = study.briefing
    series, issue, distribution, contact = (table.optional(table.label, key) for key in LABELS)
    address = table.optional(table.text, "address") or ""
    if address and not address.startswith(("https://", "http://")):
        table.spoilt("address", table.refuse("address", "web_address"))
    released = table.raw("released") if table.has("released") else None
    if released is not None and type(released) is not date:
        table.spoilt("released", table.refuse("released", "day"))
        released = None
    return Issue(series, issue, distribution, contact, released, address)


def recommendations_of(study: Study) -> list[Recommendation]:
    """Return the recommendations declared; raises StudyError where one rests on nothing."""
    found = []
    for table in study.briefing.tables("recommendations"):
        with noting():
            text, rests_on = table.label("text"), table.texts("rests_on")
            table.raw("rests_on")
            table.done()
            table.check_sound()
            if not rests_on:
                raise table.refuse("rests_on", "results")
            found.append(Recommendation(text, rests_on))
    return found
