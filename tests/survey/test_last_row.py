"""A row of totals or a footnote under a plain table is no person."""

import pytest
from tiny_study import head

from reports.cli import main
from survey import read_responses, read_study
from survey.errors import ExportError

ANSWERS = ["North,2", "South,1", "North,5"]
TOWN = '[questions.town]\nkind = "single"\ncolumn = "town"\ntext = "Town?"\noptions.n = {{ en = "North" }}\n'
TOWN += 'options.s = {{ en = "South" }}\noptions.more = {{ en = "{third}" }}\n'
TOWN += '[questions.children]\nkind = "number"\ncolumn = "children"\ntext = "Children?"\n'


def study(folder, rows, third="Elsewhere"):
    (folder / "a.csv").write_text("\n".join(["town,children", *rows, ""]), encoding="utf-8")
    path = folder / "study.toml"
    path.write_text(head({"2024": "a.csv"}) + TOWN.format(third=third), encoding="utf-8")
    return read_study(path)


@pytest.mark.parametrize(
    "last",
    ["合计,8", "总计：,8", " 小计 ,8", "Total,8", "TOTAL:,8", "Sum,8", ",合计", "注：样本为家长,",
     "说明:见表,", "Note: parents,", "Notes,"],
)  # fmt: skip
def test_a_last_row_that_is_no_person_is_refused_by_row(tmp_path, capsys, last):
    with pytest.raises(
        ExportError, match=r"^a\.csv, row 5: begins with .*; delete the row, or add the words"
    ):
        read_responses(study(tmp_path, [*ANSWERS, last]))
    assert main(["init", str(tmp_path / "a.csv"), "--out", str(tmp_path / "draft.toml")]) == 2
    assert "a.csv, row 5: begins with" in capsys.readouterr().err
    assert not (tmp_path / "draft.toml").exists()


def test_words_that_are_an_option_are_an_answer(tmp_path):
    responses = read_responses(study(tmp_path, [*ANSWERS, "Total,3"], third="total"))
    assert len(responses.paradata.rows) == 4


@pytest.mark.parametrize("third", ["Totally elsewhere", "Notes Road", "注册", "Summit", "说明书"])
def test_a_word_that_only_begins_alike_is_an_answer(tmp_path, third):
    responses = read_responses(study(tmp_path, [*ANSWERS, f"{third},3"], third=third))
    assert len(responses.paradata.rows) == 4
    assert main(["init", str(tmp_path / "a.csv"), "--out", str(tmp_path / "draft.toml")]) == 0


def test_only_the_first_filled_cell_of_the_last_row_counts(tmp_path):
    with pytest.raises(ExportError, match=r"row 5, question children.*a number"):
        read_responses(study(tmp_path, [*ANSWERS, "South,Total"]))
    with pytest.raises(ExportError, match='row 2, question town: "Total" is'):
        read_responses(study(tmp_path, ["Total,8", *ANSWERS]))
