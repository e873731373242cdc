"""REDCap: raw and labelled files, repeated forms and events, and the data dictionary; all answers made up."""

import pytest
from tiny_study import tiny_answers

import survey
from reports.cli import main
from survey.drafting.codebooks.read import read_codebook
from survey.drafting.codebooks.skips import conditions
from survey.errors import ExportError
from survey.study.questionnaire import Condition, Missing

RAW = """record_id,redcap_survey_identifier,home_timestamp,area,why___1,why___2,why____99,fee,home_complete
1,,2025-09-01 10:00:00,1,1,0,0,900,2
2,,2025-09-02 10:00:00,2,1,1,0,,2
3,,2025-09-03 10:00:00,1,0,0,0,800,2
4,,[not completed],,0,0,0,,0
5,,,2,0,0,1,700,2
6,,,,0,0,0,,0
"""
LABELS = """ID,Survey Timestamp,Where?,Why? (choice=Price),"Why? (choice=Distance, too far)",Say,Say,Complete?
1,2025-09-01 10:00:00,South,Checked,Unchecked,a,,Complete
2,2025-09-02 10:00:00,North,Checked,Checked,,b,Complete
3,2025-09-03 10:00:00,South,Unchecked,Unchecked,,,Complete
4,[not completed],,Unchecked,Unchecked,,,Incomplete
"""
HEADER = [
    "Variable / Field Name,Form Name,Field Type,Field Label",
    '"Choices, Calculations, OR Slider Labels",Text Validation Type OR Show Slider Number',
    "Branching Logic (Show field only if...)\n",
]
DICTIONARY = (
    ",".join(HEADER)
    + """record_id,home,text,Record ID,,,
area,home,radio,Where?,"1, South | 2, North|3,East",,
why,home,checkbox,Why not?,"1, Price | 2, Distance, too far | -99, Other",,[area] = '1' or [area] = '2'
fee,home,text,Fee?,,number,[why(1)] = '1' and [fee_known] > 3
ok,home,yesno,Fine?,,,
"""
)
WHY = """[questions.why]
kind = "multiple"
column = "why"
text = "?"
options.price = { en = "Price", match = ["1"] }
options.far = { en = "Far", match = ["2"] }
options.other = { en = "Other", match = ["-99"] }
"""


def export_of(folder, text, name="answers.csv"):
    (folder / name).write_text(text, encoding="utf-8")
    return survey.read_export(folder / name)


def test_raw_codes_who_broke_off_and_who_was_typed_in_by_staff(tmp_path):
    export = export_of(tmp_path, RAW)
    assert export.platform == "redcap"
    assert [(c.name, c.option) for c in export.columns] == [
        ("area", ""), ("why", "1"), ("why", "2"), ("why", "-99"), ("fee", ""),
    ]  # fmt: skip
    assert export.own == ("record_id", "redcap_survey_identifier", "home_timestamp", "home_complete")
    assert export.paradata.unfinished.tolist() == [False, False, False, True, False, True]
    assert str(export.paradata.submitted[1]) == "2025-09-02T10:00:00"
    answers = tiny_answers(tmp_path, WHY, file=tmp_path / "answers.csv")["why"]
    assert answers.values.sum(axis=0).tolist() == [2, 1, 1]
    # 0 throughout says nothing: it stands there where the question was not put as well.
    assert (answers.missing == Missing.BLANK).tolist() == [False, False, True, True, False, True]
    assert any("asked_if" in note for note in export.notes)


def test_labels_two_questions_of_one_label_and_a_whole_heading_as_column(tmp_path):
    export = export_of(tmp_path, LABELS)
    assert export.platform == "redcap"
    assert [c.name for c in export.columns] == ["Where?", "Why?", "Why?", "Say (1)", "Say (2)"]
    assert export.own == ("ID", "Survey Timestamp", "Complete?")
    assert export.paradata.unfinished.tolist() == [False, False, False, True]
    table = """[questions.why]
kind = "multiple"
text = "?"
options.p = { en = "Price", column = "Why? (choice=Price)" }
options.d = { en = "Distance", column = "Why? (choice=Distance, too far)" }
"""
    answers = tiny_answers(tmp_path, table, file=tmp_path / "answers.csv")["why"]
    assert answers.values.sum(axis=0).tolist() == [2, 1]
    both = '[questions.q]\nkind = "text"\ntext = "?"\ncolumn = "Say"\n'
    with pytest.raises(ExportError, match="has 2 columns for q"):
        tiny_answers(tmp_path, both, file=tmp_path / "answers.csv")


def test_nobody_marked_as_complete_means_that_the_status_was_not_used(tmp_path):
    export = export_of(tmp_path, "id,area,why___1,why___2,home_complete\n1,a,1,0,0\n2,b,0,1,0\n")
    assert not export.paradata.unfinished.any()
    assert any("was the status used" in note for note in export.notes)


def test_rows_of_a_repeated_form_are_no_people(tmp_path):
    text = (
        "record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,area,child,home_complete\n"
        "1,first_arm_1,,,1,,2\n1,first_arm_1,child,1,,10,\n1,first_arm_1,child,2,,11,\n2,first_arm_1,,,2,,2\n"
    )
    export = export_of(tmp_path, text)
    assert len(export) == 2
    assert export.paradata.rows.tolist() == [2, 5]
    assert "2 rows are of a repeated form, not of a person: left aside" in export.notes
    assert export.left_out == (("child", "filled in rows of a repeated form only"),)


def test_several_events_would_count_a_person_twice(tmp_path):
    text = "record_id,redcap_event_name,area,home_complete\n1,a_arm_1,1,2\n1,b_arm_1,2,2\n2,a_arm_1,1,2\n"
    with pytest.raises(ExportError) as refused:
        export_of(tmp_path, text)
    assert str(refused.value) == (
        "answers.csv, row 3: is of the same record as row 2 (the file holds 2 events: a_arm_1, b_arm_1): one "
        "person, not two; export one event (a report filtered by it), or a wave for each event"
    )


def test_a_question_called_complete_is_a_question(tmp_path):
    export = export_of(tmp_path, "id,school_complete,why___1,why___2,home_complete\n1,5,1,0,2\n2,4,0,1,2\n")
    assert export.own == ("id", "home_complete")


def test_a_plain_table_with_one_such_name_is_none_of_redcaps(tmp_path):
    assert export_of(tmp_path, "id,task_complete,area\n1,1,a\n2,0,b\n").platform == "plain"
    assert export_of(tmp_path, "Event Name,Survey Identifier,area\nx,1,a\ny,0,b\n").platform == "plain"


class TestDictionary:
    def test_gives_labels_order_and_who_was_asked(self, tmp_path, capsys):
        (tmp_path / "raw.csv").write_text(RAW, encoding="utf-8")
        (tmp_path / "dictionary.csv").write_text(DICTIONARY, encoding="utf-8")
        study = tmp_path / "study.toml"
        codebook = ["--codebook", str(tmp_path / "dictionary.csv")]
        assert main(["init", str(tmp_path / "raw.csv"), *codebook, "--out", str(study)]) == 0
        text = study.read_text(encoding="utf-8")
        assert 'o3 = { en = "East", match = ["3"] }' in text  # which nobody chose
        assert '{ en = "Distance, too far", match = ["2"] }' in text
        assert 'asked_if = [{ question = "district", in = ["o1", "o2"] }]' in text
        assert "dictionary.csv puts it only if [why(1)] = '1' and [fee_known] > 3" in text
        capsys.readouterr()

    def test_given_as_answers_is_refused(self, tmp_path):
        with pytest.raises(ExportError, match=r"is a data dictionary.*--codebook answers\.csv"):
            export_of(tmp_path, DICTIONARY)

    def test_as_programs_get_it(self, tmp_path):
        path = tmp_path / "metadata.csv"
        path.write_text(
            "field_name,form_name,field_type,field_label,select_choices_or_calculations,branching_logic\n"
            'q,f,dropdown,<b>Where</b>?,"a, A | b, B",\nok,f,yesno,Fine?,,[q]<>"a"\n',
            encoding="utf-8",
        )
        first, second = read_codebook(path).questions
        assert (first.kind, first.texts) == ("single", (("en", "Where ?"),))
        assert [option.value for option in second.options] == ["1", "0"]
        assert second.asked_if == (Condition("q", not_codes=("a",)),)


@pytest.mark.parametrize(
    ("logic", "expected"),
    [
        ("[rel] = '4'", (Condition("rel", codes=("4",)),)),
        ("[rel] = 4", (Condition("rel", codes=("4",)),)),
        ('[q]="1" or [q]="2"', (Condition("q", codes=("1", "2")),)),
        ("[why(2)] = '1'", (Condition("why", codes=("2",)),)),
        (
            "[why(2)] = '0' and [q] <> '3'",
            (Condition("why", not_codes=("2",)), Condition("q", not_codes=("3",))),
        ),
        ("[why(2)] <> '1'", (Condition("why", not_codes=("2",)),)),
        ("[age] > 18", ()),
        ("[a] = '1' or [b] = '1'", ()),
        ("[first_arm_1][a] = '1'", ()),
        ("[a] = ''", ()),
    ],
)
def test_branching_logic(logic, expected):
    assert conditions(logic) == expected


def test_the_record_is_the_first_column_that_is_not_the_platforms(tmp_path):
    moved = "".join(
        ",".join([cells[1], cells[2], cells[0], *cells[3:]])
        for line in RAW.splitlines(keepends=True)
        for cells in [line.split(",")]
    )
    for text in (RAW, moved):
        (tmp_path / "a.csv").write_text(text, encoding="utf-8")
        export = survey.read_export(tmp_path / "a.csv")
        assert [column.header for column in export.columns] == ["area", "why", "why", "why", "fee"]
        assert "record_id" in export.own
    (tmp_path / "a.csv").write_text(moved.replace("[not completed],4", "[not completed],3"), encoding="utf-8")
    with pytest.raises(ExportError, match="row 5: is of the same record as row 4"):
        survey.read_export(tmp_path / "a.csv")
