"""Estimates looked up by key, with the labels to print them under."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import TypedDict, Unpack

from analysis import Estimates
from analysis.estimates import BAND, KEYS
from analysis.sensitivity.alternatives import with_present_keys
from analysis.statistics.testing.adjust import FAMILIES
from reports.language.line_breaks import wrapped
from reports.language.words import Words, words_of
from reports.results.settings import read_settings
from survey.history import WaveHistory
from survey.study.questionnaire import Question
from survey.study.study import Study

# Wave, question, option, by, group and measure of an estimate.
Key = tuple[str, str, str, str, str, str]
# Ems of a label in a sentence: page 1 holds seven or more of them.
SHORT = 20.0


class At(TypedDict, total=False):
    """Where an estimate stands; left out: the whole sample, and the latest wave."""

    by: str
    group: str
    wave: str


@dataclass(frozen=True, slots=True)
class Row:
    """One estimate as it may be printed; numbers are NaN where suppressed."""

    estimate: float
    low: float
    high: float
    n: float
    confidence: float
    p_adjusted: float
    flag: str
    note: str
    # Of a curve; of a difference that stands the limits that hold together, which `low` and `high` are too.
    band: tuple[float, float] = (nan, nan)

    @property
    def suppressed(self) -> bool:
        """Whether no number of the row may be printed."""
        return self.flag == "suppress"

    @property
    def doubtful(self) -> bool:
        """Whether the row is to be used with care; what weighting fixes has a mark of its own."""
        return self.flag == "caution" and self.note != "fixed_by_margins"

    @property
    def clear(self) -> bool:
        """Whether the interval of a difference leaves out 0, and still does among all of its table."""
        if self.suppressed or self.note == "fixed_by_margins":
            return False
        if isnan(self.band[0]) and not (self.low > 0 or self.high < 0):
            return False
        return not self.p_adjusted >= 1 - self.confidence - 1e-12


def falling(rows: Mapping[str, Row]) -> list[str]:
    """Return keys in falling order of their estimates, suppressed ones last, else in the order given."""
    return sorted(
        rows, key=lambda key: (rows[key].suppressed, 0.0 if rows[key].suppressed else -rows[key].estimate)
    )


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """What one briefing prints, in one language.

    Attributes
    ----------
    latest, previous : str
        The last wave of the estimates and the one before it; previous is "" if there is none.
    headline : str
        The question of page 1.
    by : str
        The question that groups page 2; "" if nothing is grouped.
    """

    study: Study
    estimates: Estimates
    words: Words
    table: Mapping[Key, Row]
    waves: tuple[str, ...]
    headline: str
    by: str
    lead: tuple[str, ...]

    @property
    def language(self) -> str:
        """Language of the briefing."""
        return self.words.language

    @property
    def latest(self) -> str:
        """The last wave."""
        return self.waves[-1]

    @property
    def previous(self) -> str:
        """The wave before the last, "" if there is none."""
        return self.waves[-2] if len(self.waves) > 1 else ""

    def row(self, measure: str, question: str, option: str, **at: Unpack[At]) -> Row | None:
        """Return one estimate, of the latest wave unless named; None if it was not computed."""
        latest = f"{self.latest} - {self.previous}" if measure == "change" else self.latest
        wave = at.get("wave", latest)
        return self.table.get((wave, question, option, at.get("by", ""), at.get("group", ""), measure))

    def printed(self, measure: str, question: str, option: str, **at: Unpack[At]) -> Row | None:
        """Return one estimate as `row` does; None too where it may not be printed."""
        row = self.row(measure, question, option, **at)
        return None if row is None or row.suppressed else row

    def share(self, question: str, option: str, **at: Unpack[At]) -> Row:
        """Return a share that was computed."""
        row = self.row("share", question, option, **at)
        assert row is not None
        return row

    def changed(self, *, by: str = "") -> bool:
        """Say whether changes since the wave before were computed, overall or by group."""
        return any(key[5] == "change" and key[3] == by for key in self.table)

    def questions(self) -> list[Question]:
        """Return the questions with shares of the whole sample, the headline question first."""
        names = dict.fromkeys(
            k[1] for k in self.table if k[5] == "share" and not k[3] and k[0] == self.latest
        )
        headline_first = sorted(names, key=lambda name: name != self.headline)
        return [self.study.questionnaire[name] for name in headline_first]

    def groupings(self) -> list[str]:
        """Return the questions that shares of the latest wave are grouped by, in the order estimated."""
        found = (key[3] for key in self.table if key[0] == self.latest and key[5] == "share")
        return [by for by in dict.fromkeys(found) if by]

    def ordered(self, question: str, codes: Sequence[str]) -> list[str]:
        """Return options in falling order of their share, suppressed ones last."""
        return falling({code: self.share(question, code) for code in codes})

    def options(self, question: str) -> list[str]:
        """Return the options that have a share, as the study file lists them."""
        codes = self.study.questionnaire[question].codes
        return [code for code in codes if (self.latest, question, code, "", "", "share") in self.table]

    def listed(self, question: str) -> list[str]:
        """Return the options that have a share as printed: as listed if that is an order, else falling."""
        codes = self.options(question)
        in_order = self.study.questionnaire[question].order != "unknown"
        return codes if in_order else self.ordered(question, codes)

    def groups(self, code: str = "") -> list[str]:
        """Return the groups in falling order of a leading option, the first unless said, suppressed last."""
        if not self.by:
            return []
        codes = list(self.study.questionnaire[self.by].codes)
        for option in (self.lead[0], code or self.lead[0]):
            rows = {g: self.row("share", self.headline, option, by=self.by, group=g) for g in codes}
            codes = falling({group: row for group, row in rows.items() if row is not None})
        return codes

    def base(self, question: str) -> float | None:
        """Return how many answered a question, None where no share of it may be printed."""
        shares = [self.share(question, code) for code in self.options(question)]
        return max((share.n for share in shares if not share.suppressed), default=None)

    def histories(self) -> dict[str, WaveHistory]:
        """Return what was done to each wave, by wave, as far as it is known."""
        known = self.estimates.histories
        return {wave: known[wave] for wave in self.waves if wave in known}

    def option_label(self, question: str, code: str) -> str:
        """Return the label of an option."""
        return self.study.questionnaire[question].option(code).label.in_(self.language)

    def wrapped_labels(self, question: str, codes: Sequence[str], width: float, lines: int) -> list[str]:
        """Return the labels of options in lines of at most so many ems."""
        return [wrapped(self.option_label(question, code), width, lines) for code in codes]

    def flagged(self, row: Row, text: str) -> str:
        """Return a figure as printed, after the mark of caution where its row is doubtful."""
        return f"{self.words.mark('caution')} {text}" if row.doubtful else text

    def short_label(self, question: str, code: str) -> str:
        """Return the label of an option as sentences have it, cut where it is very long."""
        return wrapped(self.option_label(question, code), SHORT, 1)

    def quoted(self, question: str, code: str) -> str:
        """Return the label of an option in quotation marks, as sentences have it."""
        return self.words.quoted(self.short_label(question, code))

    def question_label(self, name: str) -> str:
        """Return the short name of a question: its label, else its id, which reads better than wording."""
        label = self.study.questionnaire[name].label
        return name if label is None else label.in_(self.language)

    @property
    def by_noun(self) -> str:
        """What groups the results, as it stands inside a sentence; "" if nothing is grouped."""
        return self.words.noun(self.question_label(self.by)) if self.by else ""

    def question_heading(self, name: str) -> str:
        """Return what stands above a question's answers: its label, else its wording."""
        question = self.study.questionnaire[name]
        return (question.label or question.text).in_(self.language)

    def wave_label(self, wave: str) -> str:
        """Return the label of a wave; its name if the study does not list it."""
        for known in self.study.waves:
            if known.id == wave:
                return known.label.in_(self.language)
        return wave

    def people(self) -> str:
        """Return what the respondents are called."""
        table = self.study.briefing
        if table.has("people"):
            return table.label("people").in_(self.language)
        return self.words.text("people")

    def asked(self, question: str) -> str:
        """Return what those are called to whom a question was put, all respondents or some."""
        some = bool(self.study.questionnaire[question].asked_if)
        return self.words.text("people_asked") if some else self.people()


def results_of(study: Study, estimates: Estimates, language: str) -> Results:
    """Return the results of a study ready for print in one language.

    Raises
    ------
    StudyError, ReportError
        If the [briefing] table is wrong, or there is nothing to print.
    """
    estimates = with_present_keys(estimates, study.questionnaire)
    settings = read_settings(study, estimates)
    table = {}
    for values in estimates.frame.to_dict("records"):
        wave, question, option, by, group, measure = (str(values[name]) for name in KEYS)
        band = (float(values.get(BAND[0], nan)), float(values.get(BAND[1], nan)))
        limits = (float(values["conf_low"]), float(values["conf_high"]))
        if measure in FAMILIES and not isnan(band[0]):
            limits = band
        table[wave, question, option, by, group, measure] = Row(
            estimate=float(values["estimate"]),
            low=limits[0],
            high=limits[1],
            n=float(values["n"]),
            confidence=float(values["confidence"]),
            p_adjusted=float(values["p_adjusted"]),
            flag=str(values["flag"]),
            note=str(values["note"]),
            band=band,
        )
    return Results(
        study,
        estimates,
        words_of(language),
        table,
        waves=settings.waves,
        headline=settings.headline,
        by=settings.by,
        lead=settings.lead,
    )
