"""SPSS variables in which 1 is the option itself: sets and families of one question; all of them made up."""

from pathlib import Path

import pandas as pd
import pytest

from survey.exports import spss
from survey.exports.labelled_columns import Variable, as_columns
from survey.exports.statistics_child import StatisticsFile

FRAME = pd.DataFrame({"q1": [1.0, None, None], "q2": [1.0, 1.0, None], "sex": [1.0, 2.0, 1.0]})
OPTIONS = {"q1": {1.0: "Price"}, "q2": {1.0: "Far"}}
SEX = {"sex": {1.0: "F", 2.0: "M"}}


def variables(labels, texts):
    return [Variable(name, labels.get(name, ""), FRAME[name], texts.get(name, {}), set()) for name in FRAME]


def test_variables_under_one_label_fold_into_the_question(tmp_path):
    labels = {"q1": "Why?", "q2": "Why?", "sex": "Sex?"}
    columns = as_columns(variables(labels, OPTIONS | SEX))
    assert [(c.name, c.header, c.option, c.cells.tolist()) for c in columns] == [
        ("q", "Why?", "Price", ["1", "", ""]), ("q", "Why?", "Far", ["1", "1", ""]),
        ("sex", "Sex?", "", ["F", "M", "F"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "texts", [{"q1": {1.0: "Yes"}, "q2": {1.0: "Yes"}}, {"q1": {1.0: "Price"}, "q2": {}}]
)
def test_values_that_name_no_option_are_left_as_they_are(texts):
    columns = as_columns(variables({"q1": "Why?", "q2": "Why?"}, texts | SEX))
    assert [c.option for c in columns] == ["", "", ""]


@pytest.mark.parametrize(
    ("labels", "counted", "options"),
    [
        ({"q1": "Why?", "q2": "Why?"}, 1, ["Price", "Far"]),
        ({"q1": "", "q2": ""}, "1", ["Price", "Far"]),
        ({"q1": "Cost", "q2": "Way"}, 1, ["Cost", "Way"]),
    ],
)
def test_a_set_takes_the_label_of_the_value_where_those_of_the_variables_say_no_option(
    monkeypatch, labels, counted, options
):
    group = {
        "label": "Why not?",
        "is_dichotomy": True,
        "counted_value": counted,
        "variable_list": ["q1", "q2"],
    }
    about = StatisticsFile(FRAME, labels, OPTIONS | SEX, {}, {}, {"why": group}, "utf-8")
    monkeypatch.setattr(spss, "read_statistics", lambda kind, path: about)
    columns = [c for c in spss.read(Path("a.sav")).columns if c.name == "why"]
    assert [(c.header, c.option) for c in columns] == [("Why not?", option) for option in options]
    assert [c.cells.tolist() for c in columns] == [["1", "", ""], ["1", "1", ""]]
