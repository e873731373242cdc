"""What answers and groups are called in sentences: read from the study file, drafted as comments."""

import pytest
from tiny_study import tiny_study

from survey.errors import StudyError

QUESTION = '[questions.q]\nkind = "single"\ncolumn = 1\ntext = "Where?"\n{}\noptions.a = {{ en = "A", says = "live in A" }}\noptions.b = "B"\n'  # noqa: E501


def test_a_group_is_called_by_its_label_in_a_phrase(tmp_path):
    study = tiny_study(
        tmp_path, QUESTION.format('groups = "places"\ngroup = "people in {}"').replace('"B"', '{ en = "B" }')
    )
    question = study.questionnaire["q"]
    assert (str(question.groups), str(question.group)) == ("places", "people in {}")
    assert str(question.option("a").says) == "live in A"
    assert question.option("b").says is None


@pytest.mark.parametrize("group", ["people", "people in {} and {}", "in {other}"])
def test_a_phrase_without_the_one_place_of_the_label_is_refused(tmp_path, group):
    text = QUESTION.format(f'group = "{group}"').replace('"B"', '{ en = "B" }')
    with pytest.raises(StudyError, match="once, for the label of the group"):
        tiny_study(tmp_path, text)
