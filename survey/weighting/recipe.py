"""How a sample is weighted, step by step, as a value that can be printed, saved and run again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import inf, isfinite
from pathlib import Path
from typing import Any, Literal

import numpy as np

from survey.errors import CalibrationError, EstimateError, MarginError, check_choice, listing
from survey.numeric.calibration import Distance
from survey.numeric.trimming import Cap, Rounds, Sharing
from survey.shown import Facts, Shown
from survey.study.weighting_settings import (
    Partners,
    Unit,
    Unknown,
    check_members,
    checked_bounds,
    checked_count,
    checked_number,
    checked_partners,
    domain_of,
    refusal,
)
from survey.weighting.margins.margins import Margin, margin_from_values
from survey.weighting.tally import question_names

Excess = Literal["share", "rake"]


@dataclass(frozen=True, slots=True)
class CalibrationStep:
    """Calibration to margins and totals in one solve (methods 1.1-1.3, 1.5, 1.6).

    Attributes
    ----------
    totals : tuple of (question, total)
    bounds : tuple of float
        Smallest and largest weight in the unit of `relative_to`.
    relative_to : {"average", "base"}
        The base weight scaled to the population, which is the average weight where base weights are
        equal; or the base weight as it was given.
    unknown : {"own_target", "fractional"}
        How people without a known category are treated.
    partners : tuple of (margin, partners)
        Categories to merge where fewer than `minimum` people are in them.
    domain : tuple of (question, categories)
        Who is weighted, everybody in one of the categories of each question; the others get weight 0.
    """

    margins: tuple[Margin, ...]
    totals: tuple[tuple[str, float], ...] = ()
    distance: Distance = "raking"
    bounds: tuple[float, float] = (0.2, 5.0)
    relative_to: Unit = "average"
    unknown: Unknown = "own_target"
    partners: tuple[tuple[str, Partners], ...] = ()
    minimum: int = 0
    domain: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __post_init__(self) -> None:
        """Check every setting; raises CalibrationError or MarginError."""
        check_choice("distance", self.distance, Distance, error=CalibrationError)
        check_choice("relative_to", self.relative_to, Unit, error=CalibrationError)
        check_choice("unknown", self.unknown, Unknown, error=CalibrationError)
        if not self.margins or not all(isinstance(margin, Margin) for margin in self.margins):
            raise MarginError("calibration", key="call.no_margins")
        bounds = checked_bounds(
            self.bounds,
            refusal("bounds", self.bounds),
            distance=self.distance,
            relative_to=self.relative_to,
        )
        minimum = checked_count(self.minimum, refusal("collapse_below", self.minimum))
        object.__setattr__(self, "bounds", bounds)
        object.__setattr__(self, "totals", totals_of(self.totals))
        object.__setattr__(self, "partners", partners_of(self.partners, self.margins))
        object.__setattr__(self, "minimum", minimum)
        object.__setattr__(self, "domain", domain_of(self.domain))

    def __str__(self) -> str:
        """Return the step in a line."""
        names = [margin.name for margin in self.margins] + [f"the total of {name}" for name, _ in self.totals]
        low, high = self.bounds
        unit = "the base weight" + (" scaled to the population" if self.relative_to == "average" else "")
        limits = f", weights from {max(low, 0):g} to {high:g} times {unit}" if isfinite(high) else ""
        kind = "raking" if self.distance == "raking" else f"{self.distance} calibration"
        among = "".join(f" among {name} = {' or '.join(codes)}" for name, codes in self.domain)
        return f"{kind}{among} to {listing(names, 20)}{limits}; unknown categories: {self.unknown}"


@dataclass(frozen=True, slots=True)
class TrimmingStep:
    """A cap on weights (methods 1.7).

    Attributes
    ----------
    cap, value
        As `survey.numeric.trimming.cap_at`; a fixed cap is in the unit of the weights.
    floor : float
        Smallest weight, in the unit of the weights.
    excess : {"share", "rake"}
        Others take up what was cut, after which margins are off; or cutting and raking take turns.
    """

    cap: Cap = "median"
    value: float = 5.0
    floor: float = 0.0
    sharing: Sharing = "proportional"
    rounds: Rounds = "once"
    excess: Excess = "share"

    def __post_init__(self) -> None:
        """Check every setting; raises CalibrationError."""
        for name, choices in (("cap", Cap), ("sharing", Sharing), ("rounds", Rounds), ("excess", Excess)):
            check_choice(name, getattr(self, name), choices, error=CalibrationError)
        for name in ("value", "floor"):
            value = getattr(self, name)
            object.__setattr__(self, name, checked_number(value, refusal(name, value)))

    def __str__(self) -> str:
        """Return the step in a line."""
        caps = {
            "fixed": f"{self.value:g}",
            "median": f"{self.value:g} times the median",
            "median_iqr": f"the median + {self.value:g} interquartile ranges",
        }
        floor = f" and below {self.floor:g}" if self.floor > 0 else ""
        shared = "in proportion" if self.sharing == "proportional" else "equally"
        then = "raking again, in turns" if self.excess == "rake" else f"what was cut shared {shared}"
        strict = ", until nobody is outside" if self.rounds == "strict" else ""
        return f"trimming above {caps[self.cap]}{floor}, {then}{strict}"


@dataclass(frozen=True, slots=True)
class NonresponseStep:
    """Weighting classes: respondents stand for the invited of their class (methods 1.9).

    Attributes
    ----------
    question, answer : str
        Who responded: those with this answer to this question.
    classes : tuple of str
        Single questions known of everybody invited; their combinations are the classes.
    """

    question: str
    answer: str
    classes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check the names of questions; raises EstimateError."""
        question_names("question", [self.question])
        object.__setattr__(self, "answer", str(self.answer))
        object.__setattr__(self, "classes", question_names("classes", self.classes))

    def __str__(self) -> str:
        """Return the step in a line."""
        classes = " x ".join(self.classes) or "one class"
        return f"weighting classes for nonresponse ({self.question} = {self.answer}) by {classes}"


def totals_of(totals: Any) -> tuple[tuple[str, float], ...]:
    """Return totals as pairs of question and number; raises MarginError."""
    pairs = totals.items() if hasattr(totals, "items") else totals
    try:
        named = tuple((str(name), value) for name, value in pairs)
    except (TypeError, ValueError):
        raise MarginError("totals", key="call.totals", found=repr(totals)) from None
    for name, value in named:
        number = isinstance(value, (int, float, np.number)) and isfinite(value)
        if not number or value == 0:
            raise MarginError(f'total of "{name}"', key="call.total", found=repr(value))
    return tuple((name, float(value)) for name, value in named)


def partners_of(collapse: Any, margins: Sequence[Margin]) -> tuple[tuple[str, Partners], ...]:
    """Return for margins groups of categories to merge, or "neighbours"; raises MarginError."""
    pairs = collapse.items() if isinstance(collapse, Mapping) else collapse
    if isinstance(pairs, str) or not isinstance(pairs, Iterable):
        raise MarginError("collapse", key="call.collapse", found=repr(collapse))
    partners: dict[str, Partners] = {}
    for pair in pairs:
        if isinstance(pair, str) or len(pair) != 2:
            raise MarginError("collapse", key="call.collapse", found=repr(pair))
        name = pair[0] if isinstance(pair[0], str) else " x ".join(map(str, pair[0]))
        partners[name] = checked_partners(pair[1], refusal(f'collapse "{name}"', pair[1], MarginError))
    check_members(partners, [margin.name for margin in margins], "collapse", "margin")
    return tuple(partners.items())


Step = CalibrationStep | TrimmingStep | NonresponseStep
STEPS: dict[str, type[Any]] = {
    "calibration": CalibrationStep,
    "trimming": TrimmingStep,
    "nonresponse": NonresponseStep,
}


@dataclass(frozen=True, slots=True, repr=False)
class Recipe(Shown):
    """The steps from base to final weights; `str()` prints them, a line each (methods 1.11)."""

    steps: tuple[Step, ...] = ()

    def _facts(self) -> Facts:
        return {str(i): step for i, step in enumerate(self.steps, 1)} or {"": "base weights only"}

    def __str__(self) -> str:
        """Return a numbered line a step."""
        return "\n".join(f"{i + 1}. {step}" for i, step in enumerate(self.steps)) or "base weights only"

    def to_json(self, path: str | Path | None = None) -> str:
        """Return the recipe as JSON, and write it if a path is given; `read_recipe` reads it back."""
        kinds = {step: name for name, step in STEPS.items()}
        steps = [{"step": kinds[type(step)], **_jsonable(asdict(step))} for step in self.steps]
        text = json.dumps({"recipe": steps}, ensure_ascii=False, indent=1) + "\n"
        if path is not None:
            try:
                Path(path).write_text(text, encoding="utf-8", newline="")
            except OSError as error:
                raise EstimateError(str(path), key="output.cannot_write", reason=error.strerror) from None
        return text


def read_recipe(path: str | Path) -> Recipe:
    """Return the recipe that `Recipe.to_json` wrote (methods 1.11).

    Raises
    ------
    EstimateError
        If the file is missing or is not a recipe file.
    """
    if not isinstance(path, (str, Path)):
        raise EstimateError("read_recipe", key="call.file_name", found=repr(path))
    path = Path(path)
    try:
        # Some editors put a mark before the text.
        return recipe_from_json(path.read_text(encoding="utf-8-sig"), path.name)
    except OSError:
        raise EstimateError(str(path), key="recipe.not_found") from None
    except UnicodeDecodeError:
        raise EstimateError(path.name, key="recipe.not_utf8") from None


def recipe_from_json(text: str, where: str = "recipe") -> Recipe:
    """Return the recipe of a JSON text; raises EstimateError if the text is not a recipe."""
    try:
        return Recipe(tuple(_step(dict(values)) for values in json.loads(text)["recipe"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise EstimateError(where, key="recipe.not_one", reason=str(error)) from None


def _step(values: dict[str, Any]) -> Step:
    """Return the step of a recipe that its JSON object describes; raises what the step does."""
    kind = STEPS[values.pop("step")]
    if kind is CalibrationStep:
        margins = []
        for fields in map(_tuples, values["margins"]):
            check_choice("use", fields["use"], ("counts", "shares"), error=CalibrationError)
            figures: dict[str | tuple[str, ...], float] = {
                tuple(map(str, codes)): float(figure) for codes, figure in fields.pop("figures")
            }
            margin = margin_from_values(tuple(fields["questions"]), figures, fields.pop("covariance"))
            margins.append(replace(margin, **fields))
        values["margins"] = margins
        values["bounds"] = [{"inf": inf, "-inf": -inf}.get(bound, bound) for bound in values["bounds"]]
    step: Step = kind(**_tuples(values))
    return step


def _jsonable(value: Any) -> Any:
    """Return values as JSON stores them: mappings with tuples as keys as pairs, infinity as a text."""
    if isinstance(value, dict):
        if any(isinstance(key, tuple) for key in value):
            return [[list(key), _jsonable(v)] for key, v in value.items()]
        return {key: _jsonable(v) for key, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_jsonable(v) for v in value]
    return str(value) if isinstance(value, float) and not isfinite(value) else value


def _tuples(value: Any) -> Any:
    """Return values as steps hold them: tuples in place of lists."""
    if isinstance(value, dict):
        return {key: _tuples(v) for key, v in value.items()}
    return tuple(_tuples(v) for v in value) if isinstance(value, list) else value
