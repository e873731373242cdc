"""Questions as tables of a study file, and the answers to them in neutral words."""

import json

import numpy as np

from survey.study.questionnaire import Missing


def table(name, kind, column, options=(), more=""):
    """Return the table of a question; options are pairs of a code and a text, a dict or a plain one."""
    quoted = column if isinstance(column, int) else json.dumps(column, ensure_ascii=False)
    lines = [f'[questions.{name}]\nkind = "{kind}"\ntext = "{name}"\ncolumn = {quoted}', more]
    for code, texts in options:
        both = texts if isinstance(texts, dict) else {"zh": texts}
        written = ", ".join(f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in both.items())
        lines.append(f"options.{code} = {{ {written} }}")
    return "\n".join(lines) + "\n"


def neutral(responses, name):
    """Return the answers to a question in the form of truth.json."""
    answers = responses[name]
    marks = {Missing.BLANK: "EMPTY", Missing.NOT_ASKED: "SKIP"}
    codes = np.array(answers.question.codes, dtype=object)
    read_as = {"multiple": lambda v: codes[v].tolist(), "single": codes.__getitem__, "number": "{:g}".format}
    found = zip(answers.values, answers.missing, strict=True)
    return [marks[gap] if gap else read_as[answers.question.kind](value) for value, gap in found]
