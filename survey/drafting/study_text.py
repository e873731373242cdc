"""A drafted study file as text: complete, commented, and read without a change."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from survey.drafting.codebooks.codebook import Codebook
from survey.drafting.downloads.paired import Pair
from survey.drafting.from_codebook import with_codebook
from survey.drafting.margin_tables import in_order_of_numbers, margin_tables, weighted_on, with_outside
from survey.drafting.nothing import missing_line
from survey.drafting.order import in_order, order_line
from survey.drafting.places import with_places
from survey.drafting.questions import CHINESE, DraftQuestion, draft_questions
from survey.drafting.study_lines import (
    OTHER,
    commented,
    disclosure_lines,
    in_languages,
    label_lines,
    net_lines,
    option_line,
    phrase_lines,
    quoted,
    short_names,
    title_in,
    wave_lines,
)
from survey.errors import StudyError, SurveyError
from survey.exports.export import Export
from survey.messages.catalogue import ENGLISH
from survey.messages.lines import Line, Problem, line, remark, word
from survey.responses.responses import coded_answers
from survey.study.questionnaire import TO_FILL, Questionnaire
from survey.study.questions import read_questionnaire
from survey.study.toml_table import Table

# A question that fewer of the finished answered is no finding, and may be left with no answer.
OFTEN = 0.25


@dataclass(frozen=True, slots=True)
class Draft:
    """A study file drafted from an export, with a table of population figures to fill in for each margin.

    Attributes
    ----------
    language : {"zh", "en"}
        The language the questions are written in.
    margins : dict of str to str
        For the name of a file its text, the figures left blank.
    """

    study: str
    language: str
    questions: tuple[DraftQuestion, ...]
    margins: dict[str, str]

    @property
    def left_out(self) -> tuple[DraftQuestion, ...]:
        """Questions not in the draft, with the reason in `left_out`."""
        return tuple(question for question in self.questions if question.left_out)


def draft_study(
    export: Export,
    codebook: Codebook | None = None,
    *,
    id: str,
    responses: str,
    declared: Mapping[str, object] | None = None,
    pair: Pair | None = None,
    prefix: str = "",
    language: str = ENGLISH,
) -> Draft:
    """Return the draft of a study of one export; every question in it can be read from the export.

    Parameters
    ----------
    codebook : Codebook, optional
        The platform's own description, for wording, options and skips.
    id : str
        Name of the study and its output folder.
    responses : str
        Path of the export from the study file.
    declared : mapping of str to object
        Keys of the wave by which the export was read, such as the sheet; None for one that was left out.
    pair : Pair, optional
        The export with the number download of the same answers, for the order of options.
    prefix : str
        What the names of the tables of population figures begin with.
    language : str
        The language of its comments; "" for that of the questions.
    """
    drafts = in_order(draft_questions(export), export)
    drafts = drafts if pair is None else with_places(drafts, pair)
    drafts = drafts if codebook is None else with_codebook(drafts, codebook)
    drafts = [_well_formed(with_outside(question)) for question in drafts]
    # What cannot be read as drafted becomes a text, which is never kept.
    _, problems = coded_answers(export, _questionnaire(drafts), "")
    drafts = [
        _as_text(q, _not_of_kind("draft.unreadable", q, problems[q.id])) if q.id in problems else q
        for q in drafts
    ]
    drafts = _with_sound_skips(drafts)
    # Two columns under one header, for example, are beyond what a study file can distinguish.
    again = [replace(q, asked_if=()) for q in drafts if q.id in problems]
    problems = coded_answers(export, _questionnaire(again), "")[1] if again else {}
    questions = _with_sound_skips(
        [replace(q, left_out=_problem(problems[q.id])) if q.id in problems else q for q in drafts]
    )
    asked = [question for question in questions if not question.left_out]
    chinese = sum(bool(CHINESE.search(question.text)) for question in asked)
    spoken = "zh" if 2 * chinese >= max(len(asked), 1) else "en"
    remarks = language or spoken
    margins = margin_tables(asked, prefix)
    lines = [
        *_head(id, responses, declared or {}, spoken, remarks, export),
        *_questions(short_names(questions, spoken), spoken, remarks),
        *_rest(asked, list(margins), remarks),
        "",
        *disclosure_lines(export, spoken, remarks),
    ]
    return Draft("\n".join(lines) + "\n", spoken, tuple(questions), margins)


def _problem(error: SurveyError) -> Problem:
    return Problem(error.key, error.fields)


def _not_of_kind(key: str, question: DraftQuestion, error: SurveyError) -> Line:
    return Line(key, {"kind": word("kind", question.kind), "problem": _problem(error)})


def _with_sound_skips(questions: Sequence[DraftQuestion]) -> list[DraftQuestion]:
    """Return the questions without conditions on what is not in the draft, or not as a list of options."""
    closed = {q.id for q in questions if not q.left_out and q.kind in ("single", "multiple")}
    return [
        replace(q, asked_if=tuple(condition for condition in q.asked_if if condition.question in closed))
        for q in questions
    ]


def _well_formed(question: DraftQuestion) -> DraftQuestion:
    """Return the question, as a text where a study file could not have it so."""
    own = any(option.column for option in question.options)
    if question.left_out or not (own or str(question.column).strip()):
        return replace(question, left_out=question.left_out or line("draft.no_header"))
    try:
        _questionnaire([replace(question, asked_if=())])
    except StudyError as error:
        question = _as_text(question, _not_of_kind("draft.impossible", question, error))
        if isinstance(question.column, str) and question.column.strip().isdecimal():
            return replace(question, left_out=line("draft.number_header"))
    return question


def _as_text(question: DraftQuestion, note: Line) -> DraftQuestion:
    """Return the question as a text, without what belongs to the kind that it was taken for."""
    return replace(
        question,
        kind="text",
        options=(),
        separator="",
        thousands="",
        top=0,
        role="",
        order="questionnaire",
        missing=(),
        notes=(*question.notes, note),
    )


def _questionnaire(questions: Sequence[DraftQuestion]) -> Questionnaire:
    text = "\n".join(_questions(questions, "zh", ENGLISH))
    tables = tomllib.loads(text).get("questions", {})
    return read_questionnaire(Table(tables, "draft", ("questions",)), Table({}, "draft", ("derived",)))


def _head(
    id: str, responses: str, declared: Mapping[str, object], language: str, remarks: str, export: Export
) -> list[str]:
    other = OTHER[language]
    say = partial(remark, remarks)
    blank = {"zh": ("标题", "发布者", "调查对象"), "en": ("title: ", "publisher: ", "people asked: ")}
    read_by = {"export": export.platform, **{k: v for k, v in declared.items() if v is not None}}
    title, publisher, population = (quoted(text + TO_FILL[language]) for text in blank[language])
    named = quoted(found) if (found := title_in(responses)) else title
    wave, days = wave_lines(export, remarks)
    titled = say("draft.title_from_file" if found else "draft.title", language=other)
    return [
        commented(line("draft.from", file=responses, platform=export.platform), remarks),
        say("draft.look"),
        *(commented(note, remarks) for note in export.notes),
        "",
        "[study]",
        f'id = "{id}"',
        f"title = {{ {language} = {named} }} {titled}",
        f"publisher = {{ {language} = {publisher} }} {say('draft.fill')}",
        f"population = {{ {language} = {population} }} {say('draft.population')}",
        f'sample = "opt-in" {say("draft.sample")}',
        f'languages = ["{language}"] {say("draft.languages", language=other)}',
        "",
        "[[waves]]",
        wave,
        f"responses = {quoted(responses)}",
        *(f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in read_by.items()),
        days,
    ]


def _questions(questions: Sequence[DraftQuestion], language: str, remarks: str) -> list[str]:
    lines = []
    for question in questions:
        lines.append("")
        if question.left_out:
            lines.append(remark(remarks, "draft.left_out", reason=question.left_out, text=question.text))
            continue
        lines += [commented(note, remarks) for note in question.notes]
        column = question.column if isinstance(question.column, int) else quoted(question.column)
        lines += [f"[questions.{question.id}]", f'kind = "{question.kind}"']
        lines += [f"column = {column}"] if question.column else []
        if question.row:
            lines.append(f"row = {quoted(question.row)}")
        lines.append(f"text = {{ {in_languages(question.texts, question.text, language)} }}")
        lines += label_lines(question, language)
        if question.asked_if:
            conditions = [
                f'{{ question = "{c.question}", {"in" if c.codes else "not_in"} = '
                f"[{', '.join(map(quoted, c.codes or c.not_codes))}] }}"
                for c in question.asked_if
            ]
            lines.append(f"asked_if = [{', '.join(conditions)}]")
        marks = {"thousands": question.thousands, "separator": question.separator}
        lines += [f"{key} = {json.dumps(mark, ensure_ascii=False)}" for key, mark in marks.items() if mark]
        if question.missing:
            lines.append(missing_line(question.missing))
        if question.top:
            lines.append(f"top = {question.top}")
        lines += [text] if (text := order_line(question, remarks)) else []
        if question.options:
            lines += [*phrase_lines(question, language, remarks), f"[questions.{question.id}.options]"]
        lines += [option_line(option, language, remarks) for option in question.options]
        lines += net_lines(question, language)
    return lines


def _rest(asked: Sequence[DraftQuestion], margins: Sequence[str], remarks: str) -> list[str]:
    closed = [question for question in asked if len(question.options) > 1]
    often = [question.id for question in closed if question.answered >= OFTEN]
    district = next((q.id for q in closed if q.role == "district"), None)
    shares = [q.id for q in sorted(closed, key=lambda q: q.kind) if not q.role and q.id in often]
    rare = [q.id for q in closed if not q.role and q.id not in often]
    say = partial(remark, remarks)
    lines = [
        "",
        "[screening]",
        f"# complete = [] {say('draft.complete')}",
        f"# eligible = [] {say('draft.eligible')}",
        "",
        "[weighting]",
    ]
    if margins:
        lines += [say("draft.margins"), say("draft.no_margins")]
        for name in margins:
            lines += ["[[weighting.margins]]", f'file = "{name}"']
        if ordered := [question.id for question in weighted_on(asked) if in_order_of_numbers(question)]:
            lines += [f"[weighting.collapse] {say('draft.collapse')}"]
            lines += [f'{name} = "neighbours"' for name in ordered]
    else:
        lines.append(f'method = "none" {say("draft.nothing_to_weight")}')
    lines += ["", "[estimates]"]
    if shares:
        lines.append(f"shares = [{', '.join(map(quoted, shares))}]")
    if rare:
        lines.append(say("draft.rare", questions=rare))
    if alone := [question.id for question in asked if len(question.options) == 1]:
        lines.append(say("draft.alone", questions=alone))
    if district and shares:
        lines.append(f'by = ["{district}"]')
    lines += ["", "[briefing]", *([f'headline = "{shares[0]}" {say("draft.headline")}'] if shares else [])]
    return lines
