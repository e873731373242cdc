"""Whatever stands in a questionnaire, the rules read it: a fault is a finding, never a crash."""

import random

import pytest
from questionnaire_files import VECTORS, planted, tables_of

from reports.commands.lint import as_json, as_text
from survey.drafting.codebooks import plain_text, study_file
from survey.drafting.codebooks.codebook import Codebook, CodebookOption, CodebookQuestion
from survey.drafting.lint.lint import form_of, judge

WHOLE = planted()
JUNK = [
    None,
    3,
    -1.5,
    True,
    [],
    {},
    "",
    "(",
    "１２",
    [1, {"a": 2}],
    {"zh": 3},
    {"zh": "", "en": "x"},
    "0～",
    "1～2～3",
]


def spoilt(value, chance, share):
    if chance.random() < share:
        return chance.choice(JUNK)
    if isinstance(value, dict):
        return {key: spoilt(inner, chance, share) for key, inner in value.items()}
    return [spoilt(inner, chance, share) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("seed", range(40))
def test_a_spoilt_study_file(seed):
    chance = random.Random(seed)
    tables = tables_of(chance.choice(sorted(WHOLE["files"])), WHOLE)
    tables = {key: spoilt(value, chance, (0.01, 0.05, 0.2)[seed % 3]) for key, value in tables.items()}
    book = study_file.of_tables("a.toml", tables)
    if book.questions:
        judged = judge(form_of(book, "study", tables))
        assert all(as_text(judged, language) and as_json(judged, language) for language in ("zh", "en"))


@pytest.mark.parametrize("seed", range(40))
def test_a_spoilt_text(seed):
    chance = random.Random(seed)
    lines = chance.choice(sorted((VECTORS / "sound").glob("*.txt"))).read_text(encoding="utf-8").splitlines()
    for _ in range(20):
        i = chance.randrange(len(lines))
        cut = chance.randint(0, len(lines[i]))
        sign = chance.choice(["(", "）", "[单选题]", "1.", "\t", "___", "第3题", "\x00", " / ", "\n"])
        lines[i] = lines[i][:cut] + sign + lines[i][cut + chance.randint(0, 3) :]
    book = plain_text.of_lines("a.txt", lines)
    if book.questions:
        assert as_text(judge(form_of(book, "text", {})), "zh")


def test_options_without_a_label():
    bare = (CodebookOption("other", ()), CodebookOption("none", (), exclusive=False))
    question = CodebookQuestion("q", "multiple", (("en", "Why?"),), bare)
    assert judge(form_of(Codebook("a.qsf", (question,)), "codebook", {})).findings
