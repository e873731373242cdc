"""Which place of a study is which field of which page, and what the engine says about each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reports.commands.left import left_to_do
from reports.commands.study_file import read_whole_study
from reports.desk.root import Kept
from reports.desk.words import DeskWords, desk_words
from survey import Study
from survey.errors import Keys, SeveralErrors, SurveyError
from survey.study.placeholders import UNFILLED
from survey.study.toml_table import LANGUAGES

# The page of each table of a study file.
PAGES = {
    "waves": "data",
    "questions": "questions",
    "derived": "screening",
    "screening": "screening",
    "weighting": "margins",
    "study": "about",
    "disclosure": "about",
    "briefing": "about",
    "estimates": "questions",
    "honesty": "about",
}
# Messages about several things at once, by the field that lists them: each stands beside its own.
SPLIT = {
    "left.disclosure": "keys",
    "left.order": "questions",
    "left.labels": "questions",
    "left.wording": "questions",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What the engine says: its words, its place, and how much it stops.

    Attributes
    ----------
    kind : {"mistake", "run", "final", "nothing"}
        "mistake": the study cannot be read or used; the others as `ToDo.stops`.
    """

    what: SurveyError
    text: str
    kind: str
    place: Keys

    @property
    def page(self) -> str:
        """The page on which it is put right; "check" where no page has the place."""
        return PAGES.get(str(self.place[0]), "check") if self.place else "check"

    @property
    def must(self) -> bool:
        """Whether a final briefing cannot be had before it is done."""
        return self.kind != "nothing"


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that the engine says about a study file.

    Attributes
    ----------
    study : Study or None
        The study, where it could be read.
    """

    title: str
    study: Study | None
    found: tuple[Finding, ...]

    def of_page(self, page: str) -> list[Finding]:
        """Return what is put right on a page."""
        return [finding for finding in self.found if finding.page == page]

    def at(self, name: str) -> list[Finding]:
        """Return what is said about a field, by its name."""
        place = place_of(name)
        return [finding for finding in self.found if _touches(finding.place, place)]

    def elsewhere(self, page: str, names: Iterable[str]) -> list[Finding]:
        """Return what is said about a page and none of its fields."""
        places = [place_of(name) for name in names]
        return [f for f in self.of_page(page) if not any(_touches(f.place, place) for place in places)]

    @property
    def stops(self) -> bool:
        """Whether nothing can be estimated yet."""
        return any(finding.kind in ("mistake", "run") for finding in self.found)

    def state(self, page: str, t: DeskWords) -> dict[str, str]:
        """Return in words how far a step is, and its colour."""
        if page == "report":
            return {"state": "", "colour": ""}
        found = [f for f in self.found if page in ("check", f.page)]
        must = sum(finding.must for finding in found)
        if must:
            return {"state": t("state.left", n=must), "colour": "red"}
        if found and page != "check":
            return {"state": t("state.look", n=len(found)), "colour": "amber"}
        return {"state": "" if page == "check" else t("state.done"), "colour": "green"}


def _touches(place: Keys, field: Keys) -> bool:
    """Say whether a message belongs to a field: its place, a part of it, or the list or text it is in."""
    if not place or not field:
        return False
    if place[: len(field)] == field:
        return True
    # A text in one language has its messages at the text.
    return len(field) == len(place) + 1 and field[:-1] == place and field[-1] in LANGUAGES


def name_of(place: Keys) -> str:
    """Return the name of the field of a place.

    Examples
    --------
    >>> name_of(("waves", 0, "first"))
    'waves.0.first'
    """
    return ".".join(map(str, place))


def place_of(name: str) -> Keys:
    """Return the place of a field's name."""
    return tuple(int(part) if part.isdecimal() and i else part for i, part in enumerate(name.split(".")))


def findings(kept: Kept, language: str) -> Findings:
    """Return what the engine says about a study file, in a language."""
    study: Study | None = None
    found: list[Finding] = []
    try:
        study = read_whole_study(kept.file, margins="later")
    except SurveyError as error:
        several = error.errors if isinstance(error, SeveralErrors) else (error,)
        found += [_found(one, "mistake", language) for one in several]
    title = ""
    if study is not None:
        title = "" if UNFILLED.search(str(study.title)) else study.title.in_(language)
        for todo in left_to_do(study):
            parts = SPLIT.get(todo.what.key)
            for part in todo.what.fields[parts] if parts else ("",):
                found.append(_found(todo.what, todo.stops, language, part))
    else:
        title = _title(kept, language)
    return Findings(title, study, tuple(found))


def _found(error: SurveyError, kind: str, language: str, part: str = "") -> Finding:
    """Return what the engine says, in the words of the desk where it has any for it."""
    t, fields = desk_words(language), error.fields
    place = (*error.place, part) if part else error.place
    for name in (f"told.{error.key}.{part or fields.get('name', '')}", f"told.{error.key}"):
        if t.has(name):
            shown = {key: "、".join(map(str, v)) if isinstance(v, list) else v for key, v in fields.items()}
            return Finding(error, t(name, n=len(fields.get("lacking", ())), **shown), kind, place)
    return Finding(error, error.told(language), kind, place)


def _title(kept: Kept, language: str) -> str:
    """Return the title of a study that cannot be read, as far as it has one."""
    head = kept.values().get("study", {})
    text = head.get("title", "") if isinstance(head, dict) else ""
    text = (text.get(language) or next(iter(text.values()), "")) if isinstance(text, dict) else text
    return "" if UNFILLED.search(str(text)) else str(text)
