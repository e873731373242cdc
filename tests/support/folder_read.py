"""The rows of an export as one plain file and as a folder for an engine, and where their counts differ."""

import re
from collections import Counter

import numpy as np
from write_samples import csv_text

from survey import read_responses, read_study
from survey.drafting.study_text import draft_study
from survey.errors import SurveyError
from survey.exports.platforms import read_export

PARTS = 3


def unweighted(text):
    """Return a study file without its margins, which have no figures yet."""
    return re.sub(
        r"\[weighting\].*?(?=\n\[estimates\])", '[weighting]\nmethod = "none"\n', text, flags=re.DOTALL
    )


def differences(export, folder):
    """Return what is counted otherwise in a folder of files than in one file, in words."""
    header, rows = plain_rows(export)
    for name in ("one", "many/answers"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "one" / "answers.csv").write_bytes(csv_text([header, *rows]))
    for part in range(PARTS):
        data = csv_text([header, *rows[part::PARTS]])
        (folder / "many" / "answers" / f"{part}.csv").write_bytes(data)
    try:
        draft = draft_study(read_export(folder / "one" / "answers.csv"), id="fuzz", responses="answers.csv")
        one = _counted(folder / "one", unweighted(draft.study))
    except SurveyError:
        return []  # what it is refused for is compared with the truth
    study = unweighted(draft.study).replace('responses = "answers.csv"', 'responses = "answers"')
    try:
        many = _counted(folder / "many", study)
    except SurveyError as error:
        return [f"one file is read, and a folder refused: {error}"]
    return [f"{name} in a folder: {many.get(name)} for {n}" for name, n in one.items() if many.get(name) != n]


def plain_rows(export):
    """Return the header and the rows of a plain table with the answers of an export."""
    header, cells = [], []
    if export.paradata.submitted is not None:
        header.append("提交时间")
        cells.append([str(when).replace("NaT", "") for when in export.paradata.submitted])
    for i, column in enumerate(export.columns):
        text = f"{column.header}: {column.option}" if column.option else column.header
        header.append(text if text and text not in header else f"{text} ({i})")
        cells.append([*map(str, column.cells)])
    return header, [list(row) for row in zip(*cells, strict=True)]


def _counted(folder, text):
    """Return how many people gave each answer to each question of a study."""
    (folder / "study.toml").write_text(text, encoding="utf-8")
    responses = read_responses(read_study(folder / "study.toml"))
    counts = {"people": int(responses.paradata.count.sum())}
    for question in responses.questionnaire:
        answers, found = responses[question.id], Counter()
        rows = zip(np.atleast_1d(answers.values), answers.missing, responses.paradata.count, strict=True)
        for value, gap, people in rows:
            found[str(value) if gap == 0 else f"missing {gap}"] += int(people)
        counts[question.id] = dict(sorted(found.items()))
    return counts
