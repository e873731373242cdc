"""Population figures that are wrong, or that the answers cannot meet, are refused in one line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_study import answers, as_csv, refusal, replace, write_sound

from reports.cli import main
from survey import MarginError, read_study
from survey.weighting.margins.file import read_margin
from survey.weighting.margins.margins import checked_figure

DISTRICT, SEX, ROLE, INTENT = 6, 7, 8, 10


def sex(old, new):
    return lambda folder: replace(folder, "sex.csv", old, new)


def district(old, new):
    return lambda folder: replace(folder, "district.csv", old, new)


def study(old, new):
    return lambda folder: replace(folder, "study.toml", old, new)


def data(made):
    return lambda folder: (folder / "sex.csv").write_bytes(made)


def gone(folder):
    (folder / "sex.csv").unlink()


def a_folder(folder):
    gone(folder)
    (folder / "sex.csv").mkdir()


def another(text):
    """Return what adds a third margin to the study."""

    def spoil(folder):
        (folder / "more.csv").write_text(text, encoding="utf-8")
        replace(
            folder,
            "study.toml",
            'file = "sex.csv"',
            'file = "sex.csv"\n[[weighting.margins]]\nfile = "more.csv"',
        )

    return spoil


def answered(column, values):
    """Return what puts other answers in one column, in turn."""

    def spoil(folder):
        rows = answers()
        for i, row in enumerate(rows):
            row[column] = values[i % len(values)]
        (folder / "answers.csv").write_text(as_csv(rows), encoding="utf-8")

    return spoil


def both(*spoils):
    def spoil(folder):
        for one in spoils:
            one(folder)

    return spoil


def without_partners(folder):
    replace(folder, "study.toml", '[weighting.collapse]\ndistrict = [["south", "west"]]\n', "")


ROLES = "role,share\nfather,0.8\nmother,0.2\n"
# each name with what spoils the folder, words that the line must hold
SPOILED = {
    "missing file": (gone, ["sex.csv", "no such file", "[[weighting.margins]]"]),
    "folder": (a_folder, ["sex.csv", "is a folder"]),
    "empty file": (data(b""), ["sex.csv", "holds no figures"]),
    "header only": (data(b"sex,share\n"), ["sex.csv", "holds no figures"]),
    "half in UTF-16": (
        data("sex,share\nmale,0.49\n".encode("utf-16")), ["sex.csv", "no line for female (女)"]),
    "NUL bytes": (data(b"sex,share\nmale\0,0.49\nfemale,0.51\n"), ["sex.csv", "not a text file"]),
    "a workbook": (data(b"PK\x03\x04\x14\x00\x06\x00\xff"), ["sex.csv", "not a text file", "CSV"]),
    "unclosed quote": (sex("male,0.49", '"male,0.49'), ["sex.csv", "not a regular CSV"]),
    "ragged line": (sex("0.51,", "0.51,a,"), ["sex.csv, line 3", "4 cells under 3 headers"]),
    "short line": (sex("0.51,Census", "0.51"), ["sex.csv, line 3", "2 cells under 3 headers"]),
    "ragged line after a blank one": (
        sex("female,0.51,", "\n\nfemale,0.51,a,"), ["sex.csv, line 5", "4 cells"]),
    "unknown column": (sex("source", "sorce"), ["sex.csv, line 1", '"sorce"', "not a question"]),
    "unknown question": (sex("sex,", "sexx,"), ["sex.csv, line 1", '"sexx"', 'did you mean "sex"?']),
    "question with several answers": (
        sex("sex,", "concerns,"), ["sex.csv, line 1", '"concerns"', "several answers"]),
    "question without options": (sex("sex,", "fee,"), ["sex.csv, line 1", '"fee"', "options"]),
    "column twice": (sex("source", "sex"), ["sex.csv, line 1", "sex, share, sex", "expected a column"]),
    "two figure columns": (sex("source", "population"), ["sex.csv, line 1", "population or share"]),
    "no figure column": (sex("share", "date"), ["sex.csv, line 1", "population or share"]),
    "no question column": (sex("sex,", "date,"), ["sex.csv, line 1", "a column for each question"]),
    "shares of 0.9": (sex("0.51", "0.41"), ["sex.csv", "sum to 0.9, not 1"]),
    "shares in per cent": (
        both(sex("0.49", "49"), sex("0.51", "51")), ["sex.csv", "sum to 100, not 1", "divide them by 100"]),
    "negative figure": (sex("0.49", "-0.49"), ["sex.csv, line 2", '"-0.49"', "a number from 0 up"]),
    "figure of 0": (
        both(sex("0.49", "0"), sex("0.51", "1")), ["sex.csv", "has a target of 0", "people", "ineligible"]),
    "figure of 0 for a share": (sex("0.49", "0"), ["sex.csv", "its shares sum to 0.51"]),
    "NaN": (sex("0.49", "NaN"), ["sex.csv, line 2", '"NaN"', "a number"]),
    "decimal comma": (
        district("5200", '"1,5"'), ["district.csv, line 2", '"1,5"', "write 1.5", "15 if it groups"]),
    "grouped by two": (district("5200", '"52,00"'), ["district.csv, line 2", '"52,00"', "write 52.00"]),
    "grouped at last by two": (district("5200", '"1,234,56"'), ["district.csv, line 2", '"1,234,56"']),
    "infinity": (district("5200", "inf"), ["district.csv, line 2", '"inf"', "a number"]),
    "endless figure": (district("5200", "9" * 400), ["district.csv, line 2", "999", "a number"]),
    "figure past all people": (district("5200", "1e300"), ["district.csv, line 2", '"1e300"', "a number"]),
    "figure of next to nobody": (
        district("5200", "1e-300"), ['"district"', "cannot be met", "district north ×0.00"]),
    "empty figure": (sex("0.49", ""), ["sex.csv, line 2", 'share is ""', "a number"]),
    "text figure": (sex("0.49", "half"), ["sex.csv, line 2", '"half"', "a number"]),
    "figure with an underscore": (district("5200", "5_200"), ["district.csv, line 2", '"5_200"', "a number"]),
    "missing category": (district("west,2200,Census,2020,\n", ""), ["district.csv", "no line for west"]),
    "unknown category": (
        district("west,", "east,"), ["district.csv, line 4", '"east"', "north, south, west"]),
    "line twice": (district("west,2200", "north,2200"), ["district.csv, line 4", '"north" is given twice']),
    "line twice by label": (
        district("west,2200", "北区,2200"), ["district.csv, line 4", '"north" is given twice']),
    "ineligible code": (
        district("west,", "outside,2,Census,2020,\nwest,"),
        ["district.csv, line 4", '"outside"', "ineligible"]),
    "different totals": (
        both(sex("share", "population"), sex("0.49", "8000"), sex("0.51", "8000")),
        ["district.csv and sex.csv", "10,000 and 16,000", 'use = "shares"']),
    "unknown use": (
        study('file = "sex.csv"', 'file = "sex.csv"\nuse = "some"'),
        ["[weighting.margins, entry 2] use", '"some"']),
    "margin twice": (
        study('file = "sex.csv"', 'file = "sex.csv"\n[[weighting.margins]]\nfile = "sex.csv"'),
        ["study.toml", "[weighting.margins]", '"sex"', "twice"]),
    "contradiction": (
        another(ROLES),
        ['margins "sex" and "role"', "contradict each other", "role father", "sex male", "drop one"]),
    "contradiction of crossed margins": (
        another("district,sex,share\nnorth,male,0.5\nnorth,female,0.1\nsouth,male,0.1\nsouth,female,0.1\nwest,male,0.1\n"
                "west,female,0.1\n"),
        ['"district" and "district x sex"', "contradict each other", "district north"]),
    "crossed category missing": (
        another("district,role,share\nnorth,father,0.5\nnorth,mother,0.1\nsouth,father,0.1\nsouth,mother,0.3\n"),
        ["more.csv", "no line for west x father"]),
    "bounds too tight": (
        both(study("[0.2, 5]", "[0.9, 1.1]"), sex("0.49", "0.8"), sex("0.51", "0.2")),
        ['margins "district" and "sex"', "0.9 and 1.1", "sex female ×0.47", "bounds = [0.4, 1.5] would do"]),
    "upper bound too tight": (
        both(study("[0.2, 5]", "[0.2, 1.1]"), sex("0.49", "0.8"), sex("0.51", "0.2")),
        ['margins "district" and "sex"', "0.2 and 1.1", "bounds = [0.2, 1.5] would do"]),
    "category nobody chose": (
        both(without_partners, answered(DISTRICT, ("北区", "南区"))),
        ["district.csv", "category west has no respondents", "[weighting.collapse]"]),
    "categories nobody chose, merged": (
        answered(DISTRICT, ("北区",)), ["district.csv", "category south + west has no respondents"]),
    "over a tenth unknown": (
        answered(SEX, ("男", "女", "(空)")),
        ["sex.csv", "33.0% of the answers have no known sex", "leave this margin out"]),
    "nobody known": (answered(SEX, ("(空)",)), ["sex.csv", "sex"]),
    "everybody alike": (
        both(answered(DISTRICT, ("北区", "南区", "西区")), answered(ROLE, ("父亲",)), another(ROLES)),
        ["more.csv", "category mother has no respondents"]),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILED)
def test_spoiled_population_figures_are_refused_by_name(name, tmp_path, capsys):
    spoil, words = SPOILED[name]
    write_sound(tmp_path)
    spoil(tmp_path)
    line = refusal(tmp_path, capsys)
    assert [word for word in words if word not in line] == [], line


@pytest.mark.parametrize("name", ["bounds too tight", "upper bound too tight"])
def test_the_bounds_that_a_refusal_proposes_do(name, tmp_path, capsys):
    path = write_sound(tmp_path)
    SPOILED[name][0](tmp_path)
    proposed = refusal(tmp_path, capsys).split("bounds = ")[1].split(" would do")[0]
    given = next(line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("bounds"))
    replace(tmp_path, "study.toml", given, f"bounds = {proposed}")
    assert main(["estimate", str(path), "--out", str(tmp_path / "out")]) == 0


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_figures_in_the_encodings_of_spreadsheet_programs_are_read(encoding, tmp_path, capsys):
    path = write_sound(tmp_path)
    (tmp_path / "sex.csv").write_bytes("sex,share,source\n男,0.49,普查\n女,0.51,普查\n".encode(encoding))
    assert main(["estimate", str(path), "--out", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("figures", "told"), [(("48", "30", "22"), "100"), (("48.2", "29.7", "22.0"), "99.9")]
)
def test_percentages_given_as_a_population_are_refused(figures, told, tmp_path):
    """Weights to a population of 100 would be right, and every count made from them wrong."""
    write_sound(tmp_path)
    for old, new in zip(("5200", "2600", "2200"), figures, strict=True):
        replace(tmp_path, "district.csv", old, new)
    checked = read_study(tmp_path / "study.toml")
    with pytest.raises(MarginError, match=f"figures sum to {told}, as percentages do.*use = .shares"):
        read_margin(checked.weighting.margins[0], checked.questionnaire)


@given(st.integers(1, 10**9))
def test_a_figure_with_grouped_thousands_is_the_number(figure):
    assert checked_figure(f"{figure:,}", "x.csv, line 2", "population") == figure
    assert checked_figure(str(figure), "x.csv, line 2", "population") == figure


@given(st.from_regex(r"[0-9]{1,3}(,[0-9]{1,2}|,[0-9]{4,5}){1,3}", fullmatch=True))
def test_a_comma_that_groups_no_thousands_is_refused(text):
    with pytest.raises(MarginError, match="line 2"):
        checked_figure(text, "x.csv, line 2", "population")
