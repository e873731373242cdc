"""SurveyMonkey: an answer typed beside a single question, ticks in every spelling, and matrices of ticks."""

import survey
from survey.study.questionnaire import Missing

OWN = "Respondent ID,Collector ID,Start Date,End Date"
TIMES = "09/13/2025 10:00:00 AM,09/13/2025 10:01:00 AM"


def export_of(folder, header, second, *cells):
    lines = [
        f"{OWN},{header}",
        f",,,,{second}",
        *(f"{i},1,{TIMES},{cell}" for i, cell in enumerate(cells, 1)),
    ]
    (folder / "a.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return survey.read_export(folder / "a.csv")


def test_who_typed_an_answer_has_other_and_not_a_blank(tmp_path):
    export = export_of(tmp_path, "Who?,", "Response,Other (please specify)", "Mother,", ",an aunt", ",")
    whole, typed = export.columns
    assert whole.cells.tolist() == ["Mother", "Other (please specify)", ""]
    assert whole.missing.tolist() == [0, 0, Missing.BLANK]
    assert (typed.typed, typed.cells[1]) == (True, "an aunt")


def test_an_option_called_no_and_places_of_their_own_are_ticks(tmp_path):
    export = export_of(
        tmp_path, "Plan?,,Why?,,Rank,", "Yes,No,Price,Far,A,B", "Yes,,1,,1,2", ",No,,2,2,1", ",No,1,2,,"
    )
    cells = {c.option: c.cells.tolist() for c in export.columns}
    assert (cells["No"], cells["Far"]) == (["", "1", "1"], ["", "1", "1"])
    assert cells["B"] == ["2", "1", ""]  # ranks, which leave none out


def test_ranks_in_the_order_of_the_list_are_no_ticks(tmp_path):
    export = export_of(tmp_path, "Rank,", "A,B", "1,2", "1,2")
    assert export.columns[1].cells.tolist() == ["2", "2"]


def test_a_matrix_of_ticks_is_a_question_a_row(tmp_path):
    second = "Weekday - Morning,Weekday - Night,Weekend - Morning,Weekend - Night"
    for cells in (("Morning,Night,,", "Morning,,Morning,"), ("1,2,,", "1,,1,")):
        export = export_of(tmp_path, "When?,,,", second, *cells)
        assert [(c.name, c.option, c.cells.tolist()) for c in export.columns] == [
            ("When? - Weekday", "Morning", ["1", "1"]), ("When? - Weekday", "Night", ["1", ""]),
            ("When? - Weekend", "Morning", ["", "1"]), ("When? - Weekend", "Night", ["", ""]),
        ]  # fmt: skip
