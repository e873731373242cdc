"""Sample exports as people hand them on: columns moved, titles above, odd signs, with the truth beside."""

import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sample_exports_en as en
import sample_exports_more as more
import sample_exports_zh as zh
from sample_people import MATRIX_ZH, QUESTIONS, people


def plain(answers, *, joined):
    """Return a table without a platform: ticks joined by a sign, or a column of 0 and 1 for each option."""
    rows = [["提交时间"]]
    for kind, title, _, options in QUESTIONS.values():
        title = f"{MATRIX_ZH}-{title}" if kind == "scale" else title
        rows[0] += [f"{title}:{o[1]}" for o in options] if kind == "multi" and not joined else [title]
    for p in answers:
        cells = [zh.sent(p, "%Y-%m-%d")]
        for name, (kind, _, _, options) in QUESTIONS.items():
            if kind != "multi":
                cells.append(zh._single(p, name))
            elif joined:
                cells.append(zh.packed(p, name, joined, typed="{label}"))
            else:
                cells += [str(int(en.ticked(p, name, o[0]))) if p["answers"][name] not in ("EMPTY", "SKIP")
                          else "" for o in options]  # fmt: skip
        rows.append(cells)
    return rows


@dataclass(frozen=True)
class Platform:
    """How a platform's sample is made, its header rows and the language of its options."""

    make: object
    language: int
    headers: int = 1
    separator: str = ","
    coded: bool = False


PLATFORMS = {
    "wjx_text": Platform(zh.wjx_text, 1),
    "wjx_code": Platform(zh.wjx_code, 1, coded=True),
    "tencent": Platform(zh.tencent, 1),
    "tencent_docs": Platform(zh.tencent_docs, 1),
    "jinshuju": Platform(zh.jinshuju, 1),
    "surveymonkey": Platform(en.surveymonkey, 2, 2),
    "google_sheets": Platform(en.google_sheets, 2),
    "google_forms_download": Platform(en.google_download, 2),
    "kobo_names": Platform(lambda p: en.kobo(p, by=0), 2, separator=";", coded=True),
    "kobo_labels": Platform(lambda p: en.kobo(p, by=2), 2, separator=";"),
    "limesurvey_codes": Platform(lambda p: en.limesurvey(p, full=False), 2, coded=True),
    "limesurvey_full": Platform(lambda p: en.limesurvey(p, full=True), 2),
    "qualtrics_numeric": Platform(lambda p: more.qualtrics(p, numeric=True), 2, 3, coded=True),
    "qualtrics_text": Platform(lambda p: more.qualtrics(p, numeric=False), 2, 3),
    "msforms": Platform(more.msforms, 2),
    "typeform": Platform(more.typeform, 2),
    "jotform": Platform(more.jotform, 2),
    "redcap_raw": Platform(lambda p: more.redcap(p, labels=False), 2, coded=True),
    "redcap_labels": Platform(lambda p: more.redcap(p, labels=True), 2),
    "odk": Platform(more.odk, 2, coded=True),
    "plain_columns": Platform(lambda p: plain(p, joined=""), 1),
    "plain_joined": Platform(lambda p: plain(p, joined=";"), 1),
}
# What stands in a cell without an answer.
BLANK = {"wjx_text": "(空)", "wjx_code": "-2"}


@dataclass
class Table:
    """An export in the making: its cells, what each column holds, and what the answers are.

    Attributes
    ----------
    asks : list of str
        For each column the question, "time", "start", "taken", "+" for one that was added, or "".
    truth : dict of str to list
        For each question the code, the codes, the amount, or None, of each person.
    oddities : list of str
        What was done to it.
    unclear : set of str
        Oddities for which a refusal is right as well.
    """

    platform: str
    rows: list
    asks: list
    truth: dict
    people: list
    oddities: list = field(default_factory=list)
    unclear: set = field(default_factory=set)
    form: str = "csv"
    encoding: str = "utf-8"
    separator: str = ","

    def __str__(self):
        """Return the platform, the form and what was done, for a message."""
        return f"{self.platform} as {self.form}, {', '.join(self.oddities) or 'as it is'}"

    @property
    def of(self):
        """The platform."""
        return PLATFORMS[self.platform]

    def odd(self, name):
        """Say whether something of this name was done to it."""
        return any(oddity.startswith(name) for oddity in self.oddities)

    def places(self, name):
        """Return the places of the columns that hold a question."""
        return [i for i, asked in enumerate(self.asks) if asked == name]

    def alone(self, *kinds):
        """Return the place of each question of these kinds that has one column, by name."""
        found = {name: self.places(name) for name, one in QUESTIONS.items() if one[0] in kinds}
        return {name: at[0] for name, at in found.items() if len(at) == 1}

    def body(self):
        """Return the rows of people, each with its number."""
        return list(enumerate(self.rows[self.of.headers :]))


def _changed(make, one, other):
    rows = zip(make([one])[-1], make([other])[-1], strict=True)
    return {i for i, (a, b) in enumerate(rows) if str(a) != str(b)}


def asked_in(make):
    """Return for each column what it holds: what changes in it if one answer is changed."""
    (person,) = people(1)
    width = len(make([person])[-1])
    asks, ticked = [""] * width, set()
    for name, (kind, _, _, options) in QUESTIONS.items():
        both = []
        for i in (0, 1):
            one = copy.deepcopy(person)
            codes = [o[0] for o in options]
            one["answers"][name] = (codes, "EMPTY")[i] if kind == "multi" else (
                codes[i] if codes else str(1000 + i))  # fmt: skip
            one["why_other"] = "x" if name == "why" and i == 0 else ""
            both.append(one)
        for i in _changed(make, *both):
            asks[i] = name
        both[0]["why_other"] = ""
        ticked |= _changed(make, *both)
    for i in _changed(make, person | {"why_other": ""}, person | {"why_other": "x"}):
        asks[i] = asks[i] if i in ticked else "typed"
    later = person | {"submitted": "2020-01-02T03:04:05"}
    slower = person | {"seconds": person["seconds"] + 61}
    timed, taken = _changed(make, person, later), _changed(make, person, slower)
    for i in range(width):
        if not asks[i]:
            asks[i] = (
                "time" if i in timed - taken else "start" if i in timed else "taken" if i in taken else ""
            )
    return asks


def table_of(platform, rng):
    """Return the sound export of a drawn number of people."""
    answers = people(rng.choice((24, 30, 41, 60)), rng.randrange(10**6))
    make = PLATFORMS[platform].make
    truth = {}
    for name, (kind, *_) in QUESTIONS.items():
        given = [p["answers"][name] for p in answers]
        truth[name] = [None if a in ("EMPTY", "SKIP") else float(a) if kind == "text" else a for a in given]
    rows = [[str(cell) for cell in row] for row in make(answers)]
    table = Table(platform, rows, asked_in(make), truth, answers)
    table.separator = PLATFORMS[platform].separator
    return table


def times_of(person):
    """Return when a person began and sent the answers."""
    sent = datetime.fromisoformat(person["submitted"])
    return sent - timedelta(seconds=person["seconds"]), sent
