"""Lines of a drafted study file: what the export itself says, and phrases of sentences, commented out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import PurePosixPath

import numpy as np

from survey.drafting.margin_tables import WEIGHTED_ON
from survey.drafting.questions import DraftQuestion
from survey.exports.export import Export
from survey.exports.platforms import LABELS
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
MODE = {"zh": "网上问卷（{}）", "en": "online questionnaire ({})"}
QUALITY = {
    "zh": "按规则剔除重复填写、填答过快等答卷，份数见“问卷回收与筛选”；没有插补",
    "en": "duplicates, speeders and the like were excluded by rule, see the responses received and used; "
    "nothing was imputed",
}
DISCLOSED = ("sponsor", "conductor", "recruitment", "mode", "incentives", "quality", "limits", "contact")

# What those of a category are called together, and one of them.
GROUPS = {
    "district": (("各地区", "districts"), ("{}的受访者", "people in {}")),
    "sex": (("男女", "the sexes"), ("{}性受访者", "{lower}")),
    "age": (("各年龄组", "age groups"), ("{}的受访者", "people aged {}")),
}
SAYS = {"zh": "觉得价格太高", "en": "say it costs too much"}


def phrase_lines(question: DraftQuestion, language: str) -> Iterator[str]:
    """Yield what stands above the options of a question: names of groups, or a phrase for an answer."""
    if question.role in WEIGHTED_ON:
        for key, (zh, en) in zip(("groups", "group"), GROUPS[question.role], strict=True):
            yield f'# {key} = {{ zh = "{zh}", en = "{en}" }}'
    elif not question.role and len(question.options) > 1:
        example = f'says = {{ {language} = "{SAYS[language]}" }}'
        yield f"# beside a label, such as {example}: what those who chose it do, for sentences"


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


def wave_lines(export: Export) -> tuple[str, str]:
    """Return the line of the wave's id and that of its days."""
    days = days_of(export)
    if days is None:
        dates = "# fieldwork = [2025-09-01, 2025-09-21] # first and last day"
        return f'id = "{FIRST_WAVE}" # such as "2025"', dates
    first, last = days
    return (
        f'id = "{last.year}" # the year of the last answer',
        f"fieldwork = [{first}, {last}] # the days of the first and the last answer",
    )


def disclosure_lines(export: Export, language: str) -> Iterator[str]:
    """Yield what is known for the list at the end, and commented out what a person has to write."""
    known = {"quality": QUALITY[language]}
    if export.platform in ONLINE:
        known["mode"] = MODE[language].format(LABELS[export.platform])
    yield '[disclosure] # printed as "not stated" until filled in'
    for key in DISCLOSED:
        text = json.dumps(known[key], ensure_ascii=False) if key in known else ""
        yield f"{key} = {{ {language} = {text} }}" if text else f'# {key} = "…"'
