"""An export read as `init` drafts it and `check` counts it, against what is known of it."""

import random
import re

import numpy as np
from awkward_exports import PLATFORMS, table_of
from drawn_questions import drawn_questions
from folder_read import differences, unweighted
from oddities import made_odd, written
from sample_people import OWN_WORDS, QUESTIONS

from analysis.study.check import check_study
from survey import read_responses, read_study
from survey.drafting.study_text import draft_study
from survey.errors import SurveyError
from survey.exports.plain import PLATFORM, check_last_row
from survey.exports.platforms import read_export
from survey.responses.columns import columns_of
from survey.study.questionnaire import Missing
from survey.text import normalised

# These write 0 or No for whoever was not asked as well.
CANNOT_TELL = ("redcap", "limesurvey_full", "plain")
# Of so many files one is estimated as well, and counted as a folder of files.
ESTIMATED = 10


def outcome(seed, folder):
    """Return the table that a seed draws, what is read wrong of it, and its refusal, None if it is read.

    Its file and its draft are left in the folder.
    """
    rng = random.Random(seed)
    platform = rng.choice([*PLATFORMS])
    with drawn_questions(rng):
        table = made_odd(table_of(platform, rng), rng)
        name, data = written(table, rng)
        path = folder / name
        path.write_bytes(data)
        try:
            return table, faults(table, path, estimated=seed % ESTIMATED == 0), None
        except SurveyError as error:
            found = [] if table.unclear else [f"refused though nothing is unclear: {error}"]
            return table, found, error


def codes_by_text(name, table):
    """Return the code that each spelling of an option stands for, in this platform's file."""
    found = {}
    for place, (code, zh, en) in enumerate(QUESTIONS[name][3], 1):
        coded = (code, str(place), f"{place} ", f"AO0{place}", f"A{place}", f"SQ00{place}")
        texts = coded if table.of.coded else ()
        if QUESTIONS[name][0] == "scale":
            texts = (*texts, code, en)
        if not table.of.coded or table.platform in ("qualtrics_numeric", "wjx_code"):
            texts += (zh,) if table.of.language == 1 else (en,)
        for text in texts:
            found.setdefault(normalised(text), code)
            # A platform may take a letter before an option for its own.
            found.setdefault(re.sub(r"^[a-z]\. ", "", normalised(text)), code)
    for code, zh, _ in QUESTIONS[name][3]:
        typed = (normalised(f"{p}{w}") for w in OWN_WORDS for p in ("", "其他:", zh))
        for text in ("other", "-oth-", *typed) if code == "other" else ():
            found.setdefault(text, code)
    return found


def _code(option, known, coded):
    for text in (option.label, *option.match):
        for spelling in (normalised(str(text)), str(text).split(" ")[0] if coded else ""):
            if spelling in known:
                return known[spelling]
    return f"?{option.label}"


def _given(answers, known, table, kind):
    """Return what each person answered, in the terms of the truth."""
    question = answers.question
    codes = [_code(option, known, table.of.coded) for option in question.options]
    # Labels such as 75% and 2022 are taken for amounts, which counts them no worse.
    amounts = {float(re.sub(r"[^\d.]", "", text)): code for text, code in known.items()
               if re.fullmatch(r"[\d.]+\D?", text)}  # fmt: skip
    for value, gap in zip(answers.values, answers.missing, strict=True):
        if gap != Missing.ANSWERED:
            yield None
        elif question.kind == "multiple":
            yield sorted({codes[i] for i in np.flatnonzero(value)})
        elif question.kind == "single":
            label = str(question.options[int(value)].label)
            yield _number(label) if kind == "text" else codes[int(value)]
        else:
            yield float(value) if kind == "text" else amounts.get(float(value), f"?{value:g}")


def _number(label):
    try:
        return float(label.replace(",", "").removesuffix("元"))
    except ValueError:
        return f"?{label}"


def faults(table, path, *, estimated=False):
    """Return what is read wrong from a file, in words; raises SurveyError where it is refused.

    Parameters
    ----------
    estimated : bool
        Whether it is checked, and read as a folder of files, as well, which takes ten times as long.
    """
    export = read_export(path)
    if export.platform == PLATFORM:
        check_last_row(export)
    draft = draft_study(export, id="fuzz", responses=path.name)
    study_path = path.with_name("study.toml")
    study_path.write_text(unweighted(draft.study), encoding="utf-8")
    study = read_study(study_path)
    responses = read_responses(study)
    found = []
    n = len(table.people)
    if len(responses.paradata.rows) != n:
        return [f"{len(responses.paradata.rows)} people for {n}"]
    if estimated:
        (wave,) = check_study(study)
        found += [] if wave.returned == n else [f"check returns {wave.returned}"]
        found += differences(export, path.parent)
    expected = table.platform.partition("_")[0]
    if export.platform not in (table.platform, expected) and not (
        expected == "google" and table.odd("times")
    ):
        found.append(f"read as {export.platform}")
    drafted = {}
    asked = responses.questionnaire
    for question in asked:
        places = {c.place for c in columns_of(question.as_asked(study.waves[0].id), export)}
        names = {table.asks[i] for i in places} if -1 not in places else {"?"}
        names = names - {"typed"} or {"+"}
        if names & {"", "time", "start", "taken"}:
            found.append(f"own column drafted: {question.id} ({question.kind})")
        elif len(names) > 1:
            found.append(f"drafted as one: {sorted(names)}")
        else:
            drafted.setdefault(*names, []).append(question.id)
    for name, (kind, *_) in QUESTIONS.items():
        ids = drafted.get(name, [])
        kept = [i for i in ids if asked[i].kind != "text"]
        if name == "fee" and "amounts" in table.unclear and (not kept or asked[kept[0]].kind == "single"):
            continue
        if len(kept) != 1:
            why = [q.left_out or q.notes for q in draft.questions if q.id in ids or not ids]
            found.append(
                f"{name}: drafted {len(kept)} times, as text {len(ids) - len(kept)} {why[:1] if ids else ''}"
            )
            continue
        notes = next(q.notes for q in draft.questions if q.id == kept[0])
        found += _differences(name, responses[kept[0]], table, kind, " ".join(map(str, notes)))
    found += _times(table, responses)
    return found


def _differences(name, answers, table, kind, notes):
    known = codes_by_text(name, table)
    truth = table.truth[name]
    lax = kind == "multi" and table.platform.startswith(CANNOT_TELL)
    for i, (given, true) in enumerate(zip(_given(answers, known, table, kind), truth, strict=True)):
        true = sorted(true) if isinstance(true, list) else true
        # A word that may mean nothing is drafted as an option, and said to be one.
        if true is None and str(given).startswith("?") and f'"{given[1:]}" (' in notes:
            continue
        if given != true and not (lax and not given and not true):
            return [f"{name} ({answers.question.kind}), person {i + 1}: {given} for {true}"]
    return []


def _times(table, responses):
    read = responses.paradata.submitted
    if read is None:
        return []
    for i, person in enumerate(table.people):
        if str(read[i])[:10] != person["submitted"][:10]:
            said = any("dates such as" in note for note in responses.notes)
            return [] if said else [f"person {i + 1}: {read[i]} for {person['submitted']}"]
    return []
