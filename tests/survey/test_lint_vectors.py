"""Rules on questionnaires: made-up questionnaires with planted faults, and single wordings."""

import pytest
from questionnaire_files import VECTORS, planted, tables_of, write_study

from survey.drafting.codebooks.codebook import CodebookOption, CodebookQuestion
from survey.drafting.lint.findings import severities
from survey.drafting.lint.form import Asked, Form
from survey.drafting.lint.lint import judge, read_form
from survey.drafting.lint.roles import with_role

WHOLE = planted()
MARGIN = "sex,age,population\n" + "".join(
    f"{s},{a},1\n" for s in ("male", "female") for a in ("a20_29", "a30_39", "a40_49")
)
NEUTRAL = {"zh": ("甲", "乙"), "en": ("Red", "Blue")}


def lines(name):
    return [line.split("\t") for line in (VECTORS / name).read_text(encoding="utf-8").splitlines()]


def question(language, kind, text, labels, *, none="beside"):
    """Judge a single question; `none` says whether an option that says none excludes the others."""
    options = tuple(
        CodebookOption(str(i), ((language, label),), exclusive=False) for i, label in enumerate(labels)
    )
    asked = with_role(Asked(CodebookQuestion("q", kind, ((language, text),), options), 1, (language,)))
    found = judge(Form("made up", (asked,), (language,), "study")).findings
    unjudged = () if none == "beside" else ("none_not_exclusive",)
    return {f.rule: f for f in found if f.question is not None and f.rule not in unjudged}


@pytest.mark.parametrize("name", WHOLE["files"])
def test_what_is_planted_is_found_and_nothing_else_must_or_should_be_changed(name, tmp_path):
    entry = WHOLE["files"][name]
    tables = tables_of(name, WHOLE)
    if entry["margins"]:
        (tmp_path / "margins.csv").write_text(MARGIN, encoding="utf-8")
        tables["weighting"] = {"margins": [{"file": "margins.csv"}]}
    findings = judge(read_form(write_study(tmp_path / "study.toml", tables))).findings
    found = {(f.rule, f.question.name if f.question else None): f for f in findings}
    wanted = {tuple(pair) for pair in entry["find"]}
    assert wanted - found.keys() == set()
    assert {key for key, f in found.items() if f.weight != "consider"} - wanted == set()
    assert entry["sound"] == (not wanted)


@pytest.mark.parametrize(("rule", "language", "fires", "text"), lines("wordings.tsv"))
def test_a_wording_is_found_or_left_alone(rule, language, fires, text):
    assert (rule in question(language, "single", text, NEUTRAL[language])) == (fires == "fires")


@pytest.mark.parametrize(("rule", "language", "kind", "text", "labels"), lines("questions.tsv"))
def test_a_question_of_other_words_is_judged_by_the_same_rule(rule, language, kind, text, labels):
    options = [label for label in labels.split(" | ") if label]
    found = question(
        language, kind, text, options, none="beside" if rule == "none_not_exclusive" else "apart"
    )
    heavy = {name for name, finding in found.items() if finding.weight != "consider"}
    assert rule in found if rule != "-" else heavy == set()


def test_every_rule_but_those_named_has_a_case():
    planted_rules = {rule for entry in WHOLE["files"].values() for rule, _ in entry["find"]}
    cases = {row[0] for row in (*lines("questions.tsv"), *lines("wordings.tsv"))}
    heavy = {rule for rule, severity in severities().items() if severity != "consider"}
    others = {  # in test_lint_rules.py
        "no_age", "no_intent", "margin_labels_differ", "fee_after_cost", "consent_late", "skip_never",
        "scale_direction", "eligibility_late", "language_hint",
    }  # fmt: skip
    assert heavy - planted_rules - cases - others == set()
