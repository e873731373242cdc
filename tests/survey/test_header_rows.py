"""Which rows are the header: declared, below a title, two rows together, repeated or labelled; or refused."""

import io
import tomllib

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_study import tiny_study

import survey
from reports.cli import main
from survey.errors import ExportError, StudyError

TABLE = [["Area", "Children", "Why"], ["East", 2, "Price"], ["West", 1, ""], ["East", 3, "Price"]]
AREA = '[questions.area]\nkind = "single"\ntext = "Area"\ncolumn = "Area"\n'
AREA += 'options.e = { en = "East" }\noptions.w = { en = "West" }\n'
# Ticks of price and quality, marks for teachers and food, of six people.
BODY = [
    [i, "2024/9/1 10:00", *ticks, *marks, "NS"[i % 2]]
    for i, (ticks, marks) in enumerate(
        [((1, 0), ("good", "bad")), ((1, 1), ("good", "good")), ((0, 1), ("bad", "good"))] * 4, 1
    )
]
MERGED = [
    ["No", "Time", "Why?", "", "How is", "", "Town"],
    ["", "", "Price", "Quality", "Teachers", "Food", ""],
]
REPEATED = [
    ["No", "Time", "Why?", "Why?", "How is", "How is", "Town"],
    ["No", "Time", "Price", "Quality", "Teachers", "Food", "Town"],
]
HEADINGS = ["No", "Time", "Why? – Price", "Why? – Quality", "How is – Teachers", "How is – Food", "Town"]


def written(folder, rows, form="xlsx", separator=","):
    """Write rows as a workbook, or as a text whose lines have no more cells than they need."""
    path = folder / f"a.{form}"
    if form == "xlsx":
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for i, row in enumerate(rows):
                sheet.write_row(i, 0, row)
        return path
    path.write_text("".join(separator.join(map(str, row)) + "\n" for row in rows), encoding="utf-8")
    return path


def headings(export):
    return [column.heading for column in export.columns]


@pytest.mark.parametrize(("form", "separator"), [("xlsx", ""), ("csv", ","), ("csv", ";"), ("csv", "\t")])
def test_a_declared_row_is_the_header_where_the_search_is_wrong(tmp_path, form, separator):
    # Everybody answered more than the header says, so that nothing tells it from the rows above.
    rows = [["Parents", "of", "2025"], ["in", "East", "and West"], *TABLE]
    path = written(tmp_path, rows, form, separator)
    assert headings(survey.read_export(path)) == ["Parents", "of", "2025"]
    export = survey.read_export(path, header=[3])
    assert headings(export) == ["Area", "Children", "Why"]
    assert export.paradata.rows.tolist() == [4, 5, 6]
    (tmp_path / "study.toml").write_text(
        tiny_study(tmp_path, AREA, file=path.name)
        .path.read_text("utf-8")
        .replace("[questions", "header = 3\n[questions", 1),
        encoding="utf-8",
    )
    answers = survey.read_responses(survey.read_study(tmp_path / "study.toml"))
    assert answers["area"].values.tolist() == [0, 1, 0]


@pytest.mark.parametrize("header", [5, 8])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_lines_above_a_declared_row_may_have_any_number_of_cells(tmp_path, form, header):
    above = [["Survey", "a", "b", "c", "d"], ["x"], [], ["East", 2]]
    above += [["longer", "lines", "than", "the", "table"]] * (header - 5)
    export = survey.read_export(written(tmp_path, above + TABLE, form), header=[header])
    assert headings(export) == ["Area", "Children", "Why"]
    assert export.paradata.rows.tolist() == [header + 1, header + 2, header + 3]


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize(
    ("row", "words"),
    [(9, "row 9: is named as the row of the headers, but the last row is 6"),
     (2, "row 2: is named as the row of the headers, and is empty"),
     (6, "row 6: is named as the row of the headers, and nothing stands below it")],
)  # fmt: skip
def test_a_row_that_is_none_is_refused_by_name(tmp_path, capsys, form, row, words):
    path = written(tmp_path, [["Parents 2025"], [], *TABLE], form)
    with pytest.raises(ExportError, match=words) as caught:
        survey.read_export(path, header=[row])
    assert caught.value.where.startswith(path.name)
    assert main(["init", str(path), "--header", str(row), "--out", str(tmp_path / "study.toml")]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("value", ["0", "true", '"2"', "[2, 1]", "[1, 2, 3]", "[]", "1.5", "-1", "[2, 2]"])
def test_a_header_that_is_no_row_is_a_mistake_of_the_study(tmp_path, value):
    written(tmp_path, TABLE, "csv")
    text = tiny_study(tmp_path, AREA, file="a.csv").path.read_text("utf-8")
    (tmp_path / "study.toml").write_text(text.replace("[questions", f"header = {value}\n[questions", 1))
    with pytest.raises(StudyError, match="expected a row number such as 2") as caught:
        survey.read_study(tmp_path / "study.toml")
    assert caught.value.place == ("waves", 0, "header")


def test_tables_without_rows_of_headers_have_no_declared_row(tmp_path):
    (tmp_path / "part").mkdir()
    written(tmp_path / "part", TABLE, "csv")
    study = tiny_study(tmp_path, AREA, file="part").path
    study.write_text(study.read_text("utf-8").replace("[questions", "header = 2\n[questions", 1))
    with pytest.raises(ExportError, match="has no row of headers of its own"):
        survey.read_responses(survey.read_study(study))


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("title", [[], [["Parents 2025"]], [["Parents 2025"], ["made", "2025-09-01"]]])
@pytest.mark.parametrize("double", [MERGED, REPEATED])
def test_two_rows_are_one_header(tmp_path, form, title, double):
    path = written(tmp_path, title + double + BODY, form)
    export = survey.read_export(path)
    first = len(title) + 1
    assert headings(export) == HEADINGS
    assert export.paradata.rows.tolist() == list(range(first + 2, first + 14))
    assert export.notes == (f"the header is read from rows {first} and {first + 1}, as question – option",)
    assert headings(survey.read_export(path, header=[first, first + 1])) == HEADINGS


def test_a_header_of_two_rows_is_drafted_as_ticks_and_rows(tmp_path):
    path = written(tmp_path, MERGED + BODY)
    assert main(["init", str(path), "--out", str(tmp_path / "study.toml")]) == 0
    answers = survey.read_responses(survey.read_study(tmp_path / "study.toml"))
    (why,) = [q.id for q in answers.questionnaire if q.kind == "multiple"]
    assert answers[why].values.sum(axis=0).tolist() == [8, 8]
    (food,) = [q for q in answers.questionnaire if str(q.text) == "How is – Food"]
    counts = dict(zip([str(o.label) for o in food.options], [0, 0], strict=True))
    for value in answers[food.id].values.tolist():
        counts[str(food.options[value].label)] += 1
    assert counts == {"good": 8, "bad": 4}


def test_what_could_be_a_second_header_or_an_answer_is_refused(tmp_path):
    # Nothing above town or number is blank: two questions over two columns each, or a title in two parts.
    rows = [["Why?", "", "How is", ""], ["Price", "Quality", "Teachers", "Food"], *[row[2:6] for row in BODY]]
    path = written(tmp_path, rows)
    with pytest.raises(ExportError, match=r"a\.xlsx, row 2: could be a second row of the header") as caught:
        survey.read_export(path)
    assert "header = [1, 2]" in caught.value.remedy
    assert headings(survey.read_export(path, header=[1, 2])) == HEADINGS[2:6]
    assert headings(survey.read_export(path, header=[2])) == ["Price", "Quality", "Teachers", "Food"]
    assert len(survey.read_export(path, header=[1])) == 13
    # The same options under both questions tell them apart: a title would leave two columns alike.
    twice = [rows[0], ["Price", "Quality", "Price", "Quality"], *rows[2:]]
    read = headings(survey.read_export(written(tmp_path, twice)))
    assert read == ["Why? – Price", "Why? – Quality", "How is – Price", "How is – Quality"]


def test_a_row_that_repeats_the_header_is_no_person(tmp_path):
    export = survey.read_export(written(tmp_path, [TABLE[0], *TABLE, TABLE[0], *TABLE[1:]], "csv"))
    assert export.paradata.rows.tolist() == [3, 4, 5, 7, 8, 9]
    assert export.notes == ("the header stands again in row 2, 6: no answer",)


def labelled(people):
    rows = [["id", "q1", "q2", "q3"], ["Number", "Where do you live?", "How many children?", "Why so?"]]
    return rows + [[i, ["East", "West"][i % 2], 1 + i % 3, f"remark {i}"] for i in range(people)]


def test_a_row_of_wordings_is_no_person_and_gives_the_questions_their_text(tmp_path):
    path = written(tmp_path, labelled(12), "csv")
    assert main(["init", str(path), "--out", str(tmp_path / "study.toml")]) == 0
    questions = tomllib.loads((tmp_path / "study.toml").read_text("utf-8"))["questions"]
    (area,) = [q for q in questions.values() if q["text"]["en"] == "Where do you live?"]
    assert (area["column"], area["kind"], set(area["options"])) == ("q1", "single", {"east", "west"})
    answers = survey.read_responses(survey.read_study(tmp_path / "study.toml"))
    assert len(answers) == 12
    assert "row 2 holds the wording of each column: no answer" in answers.notes


def test_a_row_of_texts_under_too_many_open_questions_is_refused(tmp_path):
    rows = labelled(12)
    rows = [row + [f"{row[0]}_{word}" for word in "abcd"] for row in rows]
    with pytest.raises(ExportError, match="row 2: could be a second row of the header"):
        survey.read_export(written(tmp_path, rows, "csv"))
    assert len(survey.read_export(tmp_path / "a.csv", header=[1])) == 13


cells = st.sampled_from(["East", "West", "good", "bad", "1", "2", "0", "", "2024-09-01", "fair", "another"])


@settings(max_examples=150, deadline=None)
@given(
    names=st.lists(st.sampled_from(["Area", "Why?", "Why? - Price", "good", "q1", "q2", "Note", "Time"]),
                   min_size=2, max_size=5, unique=True),
    data=st.data(),
)  # fmt: skip
def test_no_person_of_an_ordinary_table_is_taken_for_a_header(tmp_path_factory, names, data):
    row = st.lists(cells, min_size=len(names), max_size=len(names)).filter(any)
    first = row.filter(lambda cells: not all(cell.isalpha() for cell in cells))  # one gap or number at least
    rows = [data.draw(first), *data.draw(st.lists(row, min_size=1, max_size=8))]
    path = written(tmp_path_factory.mktemp("ordinary"), [names, *rows], "csv")
    export = survey.read_export(path)
    assert len(export) == len([row for row in rows if row != names])


def test_the_counts_above_a_formsg_header_are_passed_over(tmp_path):
    head = "Expected total responses,12\nSuccess count,12\nError count,0\nUnverified response count,0\n"
    head += "See download status column for download errors\n\n"
    table = "Response ID,Timestamp,Area,Why\n1,03 Sep 2025 10:04:11 AM,East,Price;Quality\n"
    table += '2,04 Sep 2025 10:05:11 AM,West,"Price\nand, so"\n3,05 Sep 2025 10:05:11 AM,West,Price\n'
    (tmp_path / "a.csv").write_text("\ufeff" + head + table, encoding="utf-8")
    export = survey.read_export(tmp_path / "a.csv")
    assert export.columns[-1].cells.tolist() == ["Price;Quality", "Price\nand, so", "Price"]
    assert export.paradata.rows.tolist() == [8, 9, 10]
    (tmp_path / "a.csv").write_text(head + table + '4,"', encoding="utf-8")
    with pytest.raises(ExportError, match="row 11: has a cell that opens with a quote"):
        survey.read_export(tmp_path / "a.csv")
    (tmp_path / "a.csv").write_text(head + table + "4,5,6,7,8\n", encoding="utf-8")
    with pytest.raises(ExportError, match="in line 11, saw 5"):
        survey.read_export(tmp_path / "a.csv")


def test_a_header_that_lacks_its_separators_is_no_title(tmp_path):
    for text in ("Area Why Town\nEast,1,a\nWest,2,b\n", "Area\nEast,1\n"):
        (tmp_path / "a.csv").write_text(text, encoding="utf-8")
        with pytest.raises(ExportError, match="is not a regular table"):
            survey.read_export(tmp_path / "a.csv")


def test_a_title_of_one_cell_stands_above_any_separator(tmp_path):
    for sign in (";", "\t", ","):
        path = written(tmp_path, [["Parents, 2025" if sign != "," else "Parents"], *TABLE], "csv", sign)
        assert headings(survey.read_export(path)) == ["Area", "Children", "Why"]


def test_a_header_below_a_title_is_found_by_ticks_that_repeat_it(tmp_path):
    rows = [["Parents 2025"], ["Area", "Price", "Town"], ["East", "Price", "N"], ["West", "", "S"]]
    assert headings(survey.read_export(written(tmp_path, rows))) == ["Area", "Price", "Town"]


def test_statistics_files_have_no_declared_row(tmp_path):
    buffer = io.BytesIO()
    buffer.write(b"$FL2" + bytes(200))
    (tmp_path / "a.sav").write_bytes(buffer.getvalue())
    with pytest.raises(ExportError, match="has no row of headers of its own"):
        survey.read_export(tmp_path / "a.sav", header=[2])
