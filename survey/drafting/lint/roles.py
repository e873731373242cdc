"""Which question asks what, by its name in the file, else by its wording."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

from survey.drafting.lint.form import Asked, Role, Said
from survey.drafting.roles import role_like

POINTS, SHADES = 8, 3  # of a scale of chances, and of how sure somebody is, at least
FEWEST_DISTRICTS = 3
CONSENT_OPTIONS = 3


def with_role(asked: Asked) -> Asked:
    """Return a question with the role that its name, its label or its wording gives it."""
    named: Role = next((role for role in get_args(Role) if role and role in _names(asked)), "")
    if named:
        return replace(asked, role=named)
    found: Role = next(
        (role for role, is_role in LOOKS if any(is_role(asked, said) for said in asked.said)), ""
    )
    return replace(asked, role=found)


def _names(asked: Asked) -> set[str]:
    return {asked.name.casefold(), *(text.strip().casefold() for _, text in asked.entry.label)}


def _consent(asked: Asked, said: Said) -> bool:
    few = asked.entry.kind in ("single", "multiple") and len(said.labels) <= CONSENT_OPTIONS
    return few and bool(said.words.find("roles.consent", said.whole))


def _attention(asked: Asked, said: Said) -> bool:
    return asked.entry.kind == "single" and bool(said.words.find("roles.attention", said.whole))


def _district(asked: Asked, said: Said) -> bool:
    if said.find("roles.district"):
        return asked.entry.kind in ("single", "text") and not said.find("wording.rated")
    return asked.entry.kind == "single" and len(said.labels_with("roles.district_label")) >= FEWEST_DISTRICTS


def _sex(asked: Asked, said: Said) -> bool:
    labels = said.labels_with("roles.sex_label")
    of_child = said.find("roles.child") and not said.find("roles.sex_label")
    return asked.entry.kind == "single" and not of_child and bool(said.find("roles.sex") or len(labels) > 1)


def _age(asked: Asked, said: Said) -> bool:
    own = not said.find("roles.child")
    text = said.find("roles.age") or role_like(said.whole, asked.entry.kind) == "age"
    return own and bool(text) and asked.entry.kind in ("single", "number", "month", "text")


def _child_birth(asked: Asked, said: Said) -> bool:
    if not (said.find("roles.child") or (asked.entry.kind == "month" and not said.find("roles.own"))):
        return False
    in_months = len(said.labels_with("roles.months_label")) > 1 or (
        asked.entry.kind == "number" and said.words.find("roles.months_label", said.whole)
    )
    aged = said.find("roles.child_age") and in_months
    return asked.entry.kind == "month" or bool(said.find("roles.born") or aged)


def _child_age(asked: Asked, said: Said) -> bool:
    of_child = said.find("roles.child") and said.find("roles.child_age")
    timing = said.find("roles.wishes") or said.find("roles.future") or said.find("wording.believed")
    return bool(of_child) and not timing and asked.entry.kind != "multiple"


def _plain(name: str) -> Callable[[Asked, Said], bool]:
    return lambda asked, said: asked.entry.kind != "multiple" and bool(said.find(f"roles.{name}"))


def _care(asked: Asked, said: Said) -> bool:
    wish = said.find("roles.wishes") or said.find("roles.concerns")
    return asked.closed and not wish and bool(said.find("roles.care") or said.find("roles.enrolled"))


def _juster(asked: Asked, said: Said) -> bool:
    many = len(said.labels) >= POINTS or asked.entry.kind == "number"
    shades = asked.entry.kind == "single" and len(said.labels) >= SHADES
    return (many and bool(said.find("roles.juster"))) or (shades and bool(said.find("roles.certainty")))


def _fee(asked: Asked, said: Said) -> bool:
    if asked.entry.kind == "single" and said.find("roles.ladder"):
        return True
    bands = len(said.labels_with("wording.money_label")) > 1 and len(said.labels_with("bands.any_unit")) > 1
    amount = asked.entry.kind == "number" or (asked.entry.kind == "single" and bands)
    return amount and bool(said.find("roles.fee")) and not said.find("roles.not_fee")


def _intent(asked: Asked, said: Said) -> bool:
    about = said.find("topic") or said.find("roles.child")
    return (
        asked.entry.kind == "single"
        and bool(about and said.find("roles.intent"))
        and not said.find("roles.not_intent")
    )


def _concerns(asked: Asked, said: Said) -> bool:
    listed = asked.closed and len(said.labels) > 2
    return listed and bool(said.find("roles.concerns"))


def _channel(asked: Asked, said: Said) -> bool:
    return asked.closed and bool(said.find("roles.channel") and said.find("roles.channel_of"))


LOOKS: tuple[tuple[Role, Callable[[Asked, Said], bool]], ...] = (
    ("attention", _attention), ("consent", _consent), ("juster", _juster), ("channel", _channel),
    ("children", _plain("children")),
    ("child_birth", _child_birth), ("sex", _sex), ("age", _age), ("child_age", _child_age),
    ("district", _district), ("income", _plain("income")), ("schooling", _plain("schooling")),
    ("hukou", _plain("hukou")), ("housing", _plain("housing")), ("fee", _fee),
    ("intent", _intent), ("concerns", _concerns), ("care", _care),
)  # fmt: skip
