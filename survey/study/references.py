"""Questions and options as a study file names them: by name or code, else by a label that only one has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from survey.errors import FollowUp, Place, StudyError, SurveyError, noting
from survey.study.questionnaire import Condition, Kind, Question, UnreadQuestion
from survey.study.toml_table import Table, unknown


def read_conditions(table: Table, key: str, known: Mapping[str, Question]) -> tuple[Condition, ...]:
    """Return the conditions of an array of tables such as ``{ question = "intent", in = ["yes"] }``.

    Raises
    ------
    StudyError
        If one is on an unknown question or code, of the wrong kind, or no condition.
    """
    conditions = []
    for i, entry in enumerate(table.tables(key)):
        with noting():
            conditions.append(_condition(entry, known, table.where(key, i)))
    return tuple(conditions)


def _condition(table: Table, known: Mapping[str, Question], where: Place) -> Condition:
    name, codes, not_codes = table.text("question"), table.texts("in"), table.texts("not_in")
    between = table.optional(table.pair, "between")
    table.done()
    table.check_sound()
    if sum((bool(codes), bool(not_codes), between is not None)) != 1:
        raise StudyError(table.where(), key="study.one_test")
    question = known_question(name, known, where)
    if between is not None:
        check_kind(question, ("number",), StudyError(where, key="study.no_number", question=question.id))
    else:
        error = StudyError(where, key="study.without_options", question=question.id)
        check_kind(question, ("single", "multiple"), error)
    return Condition(
        question.id,
        known_codes(question, codes, where.item("in")),
        known_codes(question, not_codes, where.item("not_in")),
        between,
    )


def check_kind(question: Question, kinds: tuple[Kind, ...], error: SurveyError) -> None:
    """Raise the error unless the question is of one of the kinds; FollowUp if it could not be read."""
    if isinstance(question, UnreadQuestion):
        raise FollowUp
    if question.kind not in kinds:
        raise error


def questions_called(name: str, known: Mapping[str, Question]) -> list[Question]:
    """Return the question of this name, else those with this label or wording."""
    return [known[name]] if name in known else [q for q in known.values() if q.is_called(name)]


def known_question(name: str, known: Mapping[str, Question], where: Place | str) -> Question:
    """Return the question of this name, else the only one with this label or wording.

    Raises
    ------
    StudyError
        With the nearest name; naming both where two questions are called so.
    """
    if not known:
        raise FollowUp
    called = questions_called(name, known)
    if len(called) == 1:
        return called[0]
    if called:
        names = [question.id for question in called]
        raise StudyError(where, key="study.two_questions", name=name, questions=names)
    raise unknown("study.no_question", where, name, known, question=name, questions=list(known))


def known_questions(table: Table, key: str, known: Mapping[str, Question]) -> tuple[str, ...]:
    """Return the names of the questions listed under a key; each unknown one is noted."""
    names = []
    for i, name in enumerate(table.texts(key)):
        try:
            names.append(known_question(name, known, table.where(key, i)).id)
        except StudyError as error:
            table.spoilt(key, error)
    return tuple(names)


def known_code(question: Question, text: str, where: Place | str) -> str:
    """Return the code of the option that has this code, else of the one with this label.

    No two options of a question have a label in common: `read_questionnaire` refuses them.

    Raises
    ------
    StudyError
        With the nearest code or label.
    """
    option = question.spelt(text)
    if option is not None:
        return option.code
    if isinstance(question, UnreadQuestion) and not question.options:
        raise FollowUp
    choices = [*question.codes, *(label for o in question.options for _, label in o.label.texts)]
    key, codes = "study.no_option", question.codes
    raise unknown(key, where, text, choices, option=text, question=question.id, codes=codes)


def known_codes(question: Question, texts: Iterable[str], where: Place) -> tuple[str, ...]:
    """Return the codes of options named by code or label, as `known_code`; each unknown one is noted."""
    codes = []
    for i, text in enumerate(texts):
        with noting():
            codes.append(known_code(question, text, where.item(i)))
    return tuple(codes)
