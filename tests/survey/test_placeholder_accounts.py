"""A placeholder such as "anonymous" identifies no account: those who share it are no duplicates."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from table_studies import stored
from tiny_study import tiny_study

from analysis.study.check import check_study
from survey import read_responses, read_study, screen
from survey.privacy import NO_ACCOUNT, placeholder_accounts

QUESTION = """
[questions.q]
kind = "single"
column = "Answer"
text = "Question"
options.far = { en = "far" }
options.near = { en = "near" }
"""


def removed(folder, accounts):
    rows = [f"{account},{('far', 'near')[i % 2]}" for i, account in enumerate(accounts)]
    study = tiny_study(folder, QUESTION, "\n".join(["email,Answer", *rows]) + "\n")
    responses = read_responses(study)
    flow = screen(responses, study)[1]
    return {step.rule: step.removed for step in flow.steps}.get("duplicate", 0), responses.notes


@pytest.mark.parametrize("account", ["anonymous", "Anonymous", "匿名", "N/A", "-", "panel-1"])
def test_nobody_is_a_duplicate_by_a_placeholder(tmp_path, account):
    found, notes = removed(tmp_path, [account] * 6 + ["a@example.org", "b@example.org", "a@example.org"])
    assert found == 1
    assert [note for note in notes if note.startswith("6 responses have a placeholder for an account")]
    assert "panel-1" not in " ".join(notes)


@pytest.mark.parametrize(
    ("accounts", "duplicates"),
    [(["x"] * 4 + ["y"], 3), (["x"] * 5 + ["y"] * 4, 3), (["x"] * 5 + list("abcde"), 4)],
)
def test_an_account_is_a_placeholder_from_five_responses_and_more_than_half(tmp_path, accounts, duplicates):
    assert removed(tmp_path, accounts)[0] == duplicates


@given(st.dictionaries(st.sampled_from(["", "a", "b", "c", *NO_ACCOUNT]), st.integers(1, 20), max_size=6))
def test_at_most_one_account_with_a_name_is_a_placeholder(counts):
    found = placeholder_accounts(counts, sum(counts.values()))
    named = [account for account in found if account not in NO_ACCOUNT]
    assert set(counts) & set(NO_ACCOUNT) <= set(found)
    assert len(named) <= 1
    assert "" not in found


def people(accounts):
    n = len(accounts)
    return pd.DataFrame(
        {
            "district": ["east", "west"] * (n // 2) + ["east"] * (n % 2),
            "intent": "yes",
            "concerns": "price",
            "birth": "2022-11",
            "fee": "",
            "note": "",
            "email": accounts,
            "submitted": [f"2023-09-05 {10 + i // 60}:{i % 60:02}:00" for i in range(n)],
            "seconds": 300,
        }
    )


@settings(deadline=None, max_examples=15)
@given(st.lists(st.sampled_from(["", "anonymous", "N/A", "a", "b", "c"]), min_size=2, max_size=30))
def test_files_and_tables_agree(tmp_path_factory, accounts):
    folder, flows = tmp_path_factory.mktemp("few"), []
    for form in ("file", "parquet"):
        study = read_study(stored(folder, people(accounts), form))
        responses = read_responses(study)
        steps = [s for s in screen(responses, study)[1].steps if s.rule == "duplicate"]
        notes = [note for note in responses.notes if "placeholder" in note]
        flows.append(([(s.removed, s.met, s.judged) for s in steps], notes))
    assert flows[0] == flows[1]


def test_check_says_that_duplicates_are_not_judged_by_a_placeholder(tmp_path):
    for form in ("file", "parquet"):
        (found,) = check_study(read_study(stored(tmp_path, people(["anonymous"] * 60), form)))
        assert found.analysed == 60
        assert any(str(note).startswith("60 responses have a placeholder") for note in found.notes)
