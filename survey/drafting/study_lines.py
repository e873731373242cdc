"""Lines of a drafted study file: what the export itself says, and phrases of sentences, commented out."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath

import numpy as np

from survey.drafting.codebooks.codebook import CodebookOption, CodebookQuestion
from survey.drafting.lint.form import Asked
from survey.drafting.lint.roles import with_role
from survey.drafting.lint.rules.scales import scale_of
from survey.drafting.margin_tables import WEIGHTED_ON
from survey.drafting.options import DraftOption
from survey.drafting.questions import CHINESE, DraftQuestion
from survey.exports.export import Export
from survey.exports.platforms import LABELS
from survey.messages.catalogue import told
from survey.messages.lines import line, remark
from survey.study.placeholders import FIRST_WAVE

# 问卷星 names a download by the questionnaire's number, its kind, its title and two counts.
DOWNLOAD = re.compile(r"\d{5,}_按[^_]{1,6}_(?P<title>.+?)_\d+_\d+")
# Platforms whose questionnaires are web pages; interviewers use others.
ONLINE = {
    "wjx",
    "tencent",
    "tencent_docs",
    "jinshuju",
    "google",
    "msforms",
    "surveymonkey",
    "typeform",
    "jotform",
}
OTHER = {"zh": "en", "en": "zh"}
MODE = {"zh": "网上问卷（{}）", "en": "online questionnaire ({})"}
QUALITY = {
    "zh": "按规则剔除重复填写、填答过快等答卷，份数见“问卷回收与筛选”；没有插补",
    "en": "duplicates, speeders and the like were excluded by rule, see the responses received and used; "
    "nothing was imputed",
}
NAMED = ("single", "multiple", "number")
# Short names of what the rules of `lint` know; of others a wording of so many characters that asks nothing.
CALLED = {
    "zh": {"intent": "送托意愿", "concerns": "送托顾虑", "fee": "可接受的费用", "schooling": "受教育程度",
           "income": "家庭收入", "care": "目前的照看方式", "housing": "住房", "hukou": "户口"},
    "en": {"intent": "Intent", "concerns": "Concerns", "fee": "Acceptable fee", "schooling": "Schooling",
           "income": "Income", "care": "Current care", "housing": "Housing", "hukou": "Registration"},
}  # fmt: skip
LONGEST_NAME = 16
NOT_OF_A_NAME = re.compile(r"^(?:请问)?(?:您|你)?(?:对|的)?|[?？:：。]$")
ASKING = re.compile(
    r"什么|哪|是否|几|多少|如何|怎|吗|呢|谁|有无|是不是|能否|可否|请|您|你|[,，。;；、“”()（）【】\[\]]"
)
DISCLOSED = ("sponsor", "conductor", "recruitment", "mode", "incentives", "quality", "limits", "contact")

# What those of a category are called together, and one of them.
GROUPS = {
    "district": (("各地区", "districts"), ("{}的受访者", "people in {}")),
    "sex": (("男女", "the sexes"), ("{}性受访者", "{lower}")),
    "age": (("各年龄组", "age groups"), ("{}的受访者", "people aged {}")),
}
# A point of a rating from 1 to 5, as platforms write it; how two labels are joined in that of a net.
POINT = re.compile(r"([1-5])(?: ?分| ?points?| ?stars?| ?星)?", re.IGNORECASE)
POINTS = [1, 2, 3, 4, 5]
EITHER = {"zh": "或", "en": " or "}
SAYS = {"zh": "觉得价格太高", "en": "say it costs too much"}


def phrase_lines(question: DraftQuestion, language: str, remarks: str) -> Iterator[str]:
    """Yield what stands above the options of a question: names of groups, or a phrase for an answer."""
    if question.role in WEIGHTED_ON:
        for key, (zh, en) in zip(("groups", "group"), GROUPS[question.role], strict=True):
            yield f'# {key} = {{ zh = "{zh}", en = "{en}" }}'
    elif not question.role and len(question.options) > 1:
        example = f'says = {{ {language} = "{SAYS[language]}" }}'
        yield remark(remarks, "draft.says", example=example)


def label_lines(question: DraftQuestion, language: str) -> Iterator[str]:
    """Yield the line of what tables and sentences call the question, if it has a short name."""
    if question.role in WEIGHTED_ON:
        zh, en = WEIGHTED_ON[question.role]
        yield f'label = {{ zh = "{zh}", en = "{en}" }}'
    elif question.label:
        yield f"label = {{ {language} = {json.dumps(question.label, ensure_ascii=False)} }}"


def short_names(questions: Sequence[DraftQuestion], language: str) -> list[DraftQuestion]:
    """Return the questions with short names for print: what is asked, else a wording that is a name itself.

    A name that two questions would have is given to neither.
    """
    names = {q.id: _short_name(q, language) for q in questions if not q.left_out and q.kind in NAMED}
    known = Counter(names.values())
    return [replace(q, label=name if known[name := names.get(q.id, "")] == 1 else "") for q in questions]


def _short_name(question: DraftQuestion, language: str) -> str:
    """Return what the question asks for as the rules of `lint` know it; "" where that is not short."""
    if question.role or not question.text or question.row:
        return question.row if len(question.row) <= LONGEST_NAME else ""
    words = with_role(_as_asked(question, language)).role
    if words in CALLED[language]:
        return CALLED[language][words]
    wording = NOT_OF_A_NAME.sub("", question.text).strip()
    named = len(wording) <= LONGEST_NAME and CHINESE.match(wording) and not ASKING.search(wording)
    return wording if named else ""


def _as_asked(question: DraftQuestion, language: str) -> Asked:
    """Return a question as the rules of `lint` take it."""
    options = tuple(CodebookOption(o.code, ((language, o.label),)) for o in question.options)
    return Asked(
        CodebookQuestion(question.id, question.kind, ((language, question.text),), options), 1, (language,)
    )


def net_lines(question: DraftQuestion, language: str) -> Iterator[str]:
    """Yield, commented out, a derived question that gathers the points on either side of a scale.

    Scales are those that the rules of `lint` know by their words, and points from 1 to 5. Other options,
    the middle and "don't know" among them, stay by themselves.
    """
    sides = _sides(question, language)
    if not any(len(side) > 1 for side in sides.values()):
        return
    yield f"# Nets of {question.id}, each with its own interval and test: take out the marks and name"
    yield f'# "{question.id}_nets" beside "{question.id}" under shares.'
    yield f"# [derived.{question.id}_nets]"
    yield f'# from = "{question.id}"'
    yield f"# label = {{ {language} = {_text(question.label or question.text)} }}"
    gathered = {place: name for name, side in sides.items() for place in side}
    for place, option in enumerate(question.options):
        name = gathered.get(place, option.code)
        side = sides.get(name, [place])
        if side[0] == place:
            label = EITHER[language].join(question.options[i].label for i in side)
            codes = ", ".join(_text(question.options[i].code) for i in side)
            yield f"# options.{name} = {{ {language} = {_text(label)}, of = [{codes}] }}"


def _sides(question: DraftQuestion, language: str) -> dict[str, list[int]]:
    """Return the places of the options on either side of a scale by the side's code; nothing of no scale."""
    if question.kind != "single" or question.role:
        return {}
    labels = [option.label for option in question.options]
    points = [int(found[1]) if (found := POINT.fullmatch(label.strip())) else 0 for label in labels]
    if points in (POINTS, POINTS[::-1]):
        signs = [(point > 3) - (point < 3) for point in points]
        names = ("low", "high")
    else:
        (said,) = _as_asked(question, language).said
        scale = scale_of(said)
        signs = [] if scale is None else [sign or 0 for sign in scale.signs]
        names = ("negative", "positive")
    sides = {
        name: [i for i, s in enumerate(signs) if s == sign] for name, sign in zip(names, (-1, 1), strict=True)
    }
    return sides if all(sides.values()) and not {*sides} & {o.code for o in question.options} else {}


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def title_in(path: str) -> str:
    """Return the questionnaire's title where the name of a download has it; "" where it has none."""
    found = DOWNLOAD.fullmatch(PurePosixPath(path).stem)
    return found["title"].strip() if found else ""


def days_of(export: Export) -> tuple[date, date] | None:
    """Return the days of the first and the last answer; None where the file does not tell them."""
    sent = export.paradata.submitted
    if sent is None or export.paradata.notes or not (known := sent[~np.isnat(sent)]).size:
        return None
    first, last = (day.astype("datetime64[D]").item() for day in (known.min(), known.max()))
    return first, last


def wave_lines(export: Export, remarks: str) -> tuple[str, str]:
    """Return the line of the wave's id and that of its days."""
    days = days_of(export)
    if days is None:
        dates = f"# fieldwork = [2025-09-01, 2025-09-21] {remark(remarks, 'draft.days_example')}"
        return f'id = "{FIRST_WAVE}" {remark(remarks, "draft.such_as_year")}', dates
    first, last = days
    return (
        f'id = "{last.year}" {remark(remarks, "draft.year")}',
        f"fieldwork = [{first}, {last}] {remark(remarks, 'draft.days')}",
    )


def disclosure_lines(export: Export, language: str, remarks: str) -> Iterator[str]:
    """Yield what is known for the list at the end, and commented out what a person has to write."""
    known = {"quality": QUALITY[language]}
    if export.platform in ONLINE:
        known["mode"] = MODE[language].format(LABELS[export.platform])
    yield f"[disclosure] {remark(remarks, 'draft.disclosure')}"
    for key in DISCLOSED:
        text = json.dumps(known[key], ensure_ascii=False) if key in known else ""
        yield f"{key} = {{ {language} = {text} }}" if text else f'# {key} = "…"'


def quoted(text: str) -> str:
    """Return a text as TOML writes it."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False).replace("\x7f", "\\u007f")


def commented(text: object, language: str) -> str:
    """Return a remark as a comment, on one line."""
    said = told(text, language)
    return "# " + " ".join("".join(c for c in said if c.isprintable()).split())


def option_line(option: DraftOption, language: str, remarks: str) -> str:
    """Return the line of an option, with what a person should look at behind it."""
    parts = [in_languages(option.labels, option.label, language)]
    if option.match:
        parts.append(f"match = [{', '.join(map(quoted, option.match))}]")
    if option.outside:
        parts.append("ineligible = true")
    if option.column:
        parts.append(f"column = {quoted(option.column)}")
    if option.exclusive:
        parts.append("exclusive = true")
    hint = told(line("draft.once"), remarks) + " " if option.once else ""
    blank = "" if len(option.labels) > 1 else f'{OTHER[language]} = ""'
    comment = f" # {hint}{blank}" if hint or blank else ""
    return f"{option.code} = {{ {', '.join(parts)} }}{comment}"


def in_languages(texts: Sequence[tuple[str, str]], text: str, language: str) -> str:
    """Return a text by language as TOML, as a codebook has it or as the file does."""
    return ", ".join(f"{key} = {quoted(value)}" for key, value in texts or ((language, text),))
