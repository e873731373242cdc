"""Names of questions, options, rules, days and hours, as the page of a fieldwork says them."""

from __future__ import annotations

from datetime import date, datetime

from analysis.plans.estimates import read_estimate_plan
from analysis.study.watch.missing import Category
from analysis.study.watch.watch import Watched
from reports.language.words import words_of
from survey.study.study import Study


class Labels:
    """Names in one language."""

    def __init__(self, study: Study, language: str) -> None:
        self.study, self.language, self.words = study, language, words_of(language)
        self.confidence = read_estimate_plan(study).confidence

    def question(self, name: str) -> str:
        """Return the label of a question."""
        question = self.study.questionnaire[name]
        return (question.label or question.text).in_(self.language)

    def option(self, question: str, code: str) -> str:
        """Return the label of an option."""
        return self.study.questionnaire[question].option(code).label.in_(self.language)

    def rule(self, name: str) -> str:
        """Return what a screening rule sets aside."""
        text = self.words.text(f"flow.{name}")
        for sign in ("：", ": "):
            text = text.partition(sign)[2] or text
        return text[:1].upper() + text[1:]

    def channel(self, watched: Watched, name: str) -> str:
        """Return the name of a channel: of an option, or as the platform names it."""
        return self.option(watched.channel_question, name) if watched.channel_question else name

    def category(self, category: Category) -> str:
        """Return the name of a margin's category, merged ones joined."""
        return self.words.text("watch.merged").join(
            self.one(category.questions, code) for code in category.codes
        )

    def one(self, questions: tuple[str, ...], code: str) -> str:
        """Return the name of one category of a margin, crossed ones joined."""
        parts = code.split(" x ")
        names = (self.option(question, part) for question, part in zip(questions, parts, strict=True))
        return self.words.text("watch.crossed").join(names)

    def month(self, day: date) -> str:
        """Return the name of a month."""
        return self.words.texts("days.months")[day.month - 1]

    def day(self, day: date) -> str:
        """Return a day without its year."""
        return self.words("watch.day", month=self.month(day), day=day.day)

    def today(self, now: datetime) -> str:
        """Return the day that is still running, until which hour."""
        return self.words("watch.today", month=self.month(now), day=now.day, hour=now.hour)

    def as_of(self, now: datetime) -> str:
        """Return up to which hour the file goes: no answer's own time."""
        return self.words("watch.as_of", month=self.month(now), day=now.day, hour=now.hour)

    def as_of_text(self, moment: str) -> str:
        """Return the same of a time as the record of looks keeps it."""
        return self.as_of(datetime.fromisoformat(moment)) if moment else "–"
