"""Respondents one by one: rows of an export as tests write them, and the weight of each person."""

import numpy as np
from tiny_study import tiny_study

import survey
from survey.screening.screen import screening_flags

CHILD = """
[questions.child]
kind = "single"
column = "child"
text = "A child under three?"
options.yes = { en = "yes" }
options.no = { en = "no", ineligible = true }
"""
COMPLETE = '[screening]\ncomplete = ["item1"]\n'
ITEMS = 10


def items(count=ITEMS):
    """Return the tables of questions item1, item2, … with the answers a, b and c."""
    return "".join(
        f'[questions.item{i}]\nkind = "single"\ncolumn = "item{i}"\ntext = "Item {i}"\n'
        'options.a = { en = "a" }\noptions.b = { en = "b" }\noptions.c = { en = "c" }\n'
        for i in range(1, count + 1)
    )


def person(answers="a" * ITEMS, *, child="yes", at="", seconds=300, ip="", user=""):
    """Return the cells of a row; each letter answers an item, a blank leaves it out."""
    time = f"2024-09-02 {at}" if at else ""
    return [time, seconds, ip, user, child, *(c.strip() for c in answers)]


def read(folder, rows, questions=None, screening=COMPLETE):
    """Return answers and study of rows as `person` makes them."""
    count = len(rows[0]) - 5
    header = ["submitted", "seconds", "ip", "user", "child", *(f"item{i}" for i in range(1, count + 1))]
    lines = [",".join(map(str, row)) for row in [header, *rows]]
    tables = (questions or CHILD + items(count)) + screening
    study = tiny_study(folder, tables, "\n".join(lines) + "\n")
    return survey.read_responses(study), study


def flagged(folder, rows, rule, screening=COMPLETE):
    """Return the places of the rows that meet a rule."""
    responses, study = read(folder, rows, screening=screening)
    return np.flatnonzero(screening_flags(responses, study.screening)[rule]).tolist()


def flow_of(folder, rows, screening=COMPLETE):
    responses, study = read(folder, rows, screening=screening)
    return survey.screen(responses, study)[1]


def person_weights(sample, frame, names):
    """Weights person by person, from the records of the tally."""
    levels = {name: sample.tally.question(name)[0].options for name in names}
    records = {
        tuple(levels[n][sample.tally.codes[n][i]] for n in names): sample.weight[i]
        for i in range(len(sample.tally))
    }
    return np.array([records[tuple(row)] for row in frame[names].itertuples(index=False)])
