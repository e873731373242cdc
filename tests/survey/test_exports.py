"""Every platform's file read into the same answers, told apart by its content alone."""

import csv
import io
import json
import re
import shutil

import numpy as np
import pytest
import xlsxwriter
from question_tables import neutral, table
from tiny_study import tiny_answers

import survey
from survey.errors import ExportError
from survey.responses.columns import all_columns_of
from survey.responses.open_texts import typed_texts

KINDS = {"single": "single", "multi": "multiple", "text": "number", "scale": "single"}
FILES = {
    "wjx_text.xlsx": "zh", "wjx_text.csv": "zh", "wjx_code.xlsx": "zh", "spss.sav": "zh",
    "limesurvey_full.csv": "en", "tencent.csv": "zh", "surveymonkey.csv": "en", "kobo_names.csv": "en",
    "kobo_labels.csv": "en", "limesurvey_codes.csv": "en", "qualtrics_numeric_split.csv": "en",
    "qualtrics_text_joined.csv": "en", "google_sheets.csv": "en", "google_forms_download.csv": "en",
    "typeform.csv": "en", "tencent_docs.xlsx": "zh", "jinshuju.csv": "zh", "msforms.xlsx": "en",
    "jotform.csv": "en",
}  # fmt: skip
TELL_SKIPS = ("wjx_text.xlsx", "wjx_text.csv", "wjx_code.xlsx", "spss.sav", "limesurvey_full.csv")
# These have no time taken, the SPSS file neither that nor a time of submission.
UNTIMED = ("spss.sav", "kobo_names.csv", "kobo_labels.csv", "google_sheets.csv", "google_forms_download.csv",
           "tencent_docs.xlsx", "jinshuju.csv", "jotform.csv")  # fmt: skip
# What joins ticks where the platform does not fix it.
JOINED = {"tencent_docs.xlsx": ",", "jinshuju.csv": "，"}
# Words under "other" stand in place of the label.
IN_PLACE = (*JOINED, "google_sheets.csv", "google_forms_download.csv", "msforms.xlsx", "jotform.csv")
LIME = {"rel": "G01Q01", "age": "G01Q02", "area": "G01Q03", "intent": "G01Q04", "why": "G02Q05",
        "value": "G02Q06", "fee": "G02Q07"}  # fmt: skip
WJX = "序号,提交答卷时间,所用时间,来自IP,1、城市？,2、顾虑？(多选题),3、月托费？"


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


OPTIONS = [("a", "甲"), ("b", "乙"), ("c", "丙")]
WORRIES = [("price", "价格"), ("far", "距离、交通"), ("other", "其他【请注明】")]
SMALL = table("city", "single", 1, [("north", "北"), ("other", "其他")])
SMALL += table("concerns", "multiple", 2, WORRIES) + table("fee", "number", 3)


def place(file, name, number, one):
    """Return where a file has a question of the made-up questionnaire, and which row of a matrix it is."""
    scale = one["kind"] == "scale"
    row = one[FILES[file]] if scale else None
    if file.startswith("limesurvey"):
        code = f"SQ00{number - 7}" if "codes" in file else one["en"]
        return LIME.get(name, "G02Q08"), code if scale else None
    if file == "spss.sav":
        return {"why": 5, "value": 6}.get(name, name), None
    if file.startswith("kobo"):
        return (one["en"] if "labels" in file else name), None
    if file == "typeform.csv" or file in JOINED:
        return number, None
    return (8 if scale else number), row


def spelt(file, name, i, option):
    """Return an option with the texts and marks that a file needs beside its labels."""
    found = {"zh": option["zh"], "en": option["en"]}
    if file == "limesurvey_codes.csv" and name != "fee":
        found["match"] = [{"why": f"SQ00{i}", "value": f"SQ00{i}"}.get(name, f"AO0{i}"), f"A{i}"]
    if file == "limesurvey_full.csv" and option["code"] == "other" and name == "why":
        found["match"] = ["Other"]
    if file == "qualtrics_numeric_split.csv":
        found["match"] = [str(i)]
    if file in IN_PLACE and option["code"] == "other":
        found["typed"] = True
    return found


def questionnaire(truth, file, *, names=None, asked_if=True):
    """Return the questions of the made-up questionnaire as a file has them."""
    tables = ""
    for number, (name, one) in enumerate(truth["questions"].items(), 1):
        column, row = place(file, name, number, one)
        options = [(o["code"], spelt(file, name, i, o)) for i, o in enumerate(one["options"], 1)]
        rule = 'asked_if = [{ question = "intent", in = ["no", "unsure"] }]' if name == "why" else ""
        if names is None or name in names:
            more = f"row = {json.dumps(row, ensure_ascii=False)}" if row else ""
            more = more or (rule if asked_if else "")
            if one["kind"] == "multi" and file in JOINED:
                more += f'\nseparator = "{JOINED[file]}"'
            tables += table(name, KINDS[one["kind"]], column, options, more)
    return tables


@pytest.fixture
def made_up(samples, tmp_path):
    truth = load(samples / "truth.json")

    def answers(file, **options):
        return tiny_answers(tmp_path, questionnaire(truth, file, **options), file=samples / file)

    return answers, truth


@pytest.mark.parametrize("file", FILES)
def test_the_same_people_are_read_from_every_platform(made_up, file):
    answers, truth = made_up
    people, found = truth["respondents"], answers(file)
    for name in truth["questions"]:
        assert neutral(found, name) == [p["answers"][name] for p in people], name
    if file == "spss.sav":
        assert found.paradata.submitted is found.paradata.seconds is None
        return
    submitted = [p["submitted"][: 10 if file == "jotform.csv" else None] for p in people]  # the day alone
    unit = "datetime64[D]" if file == "jotform.csv" else "datetime64[s]"
    assert found.paradata.submitted.astype(unit).astype(str).tolist() == submitted
    if file in UNTIMED:
        assert found.paradata.seconds is None
    else:
        assert list(found.paradata.seconds) == [p["seconds"] for p in people]


def test_only_some_platforms_tell_not_asked_from_blank(made_up):
    answers, truth = made_up
    skipped = [i for i, p in enumerate(truth["respondents"]) if p["answers"]["why"] == "SKIP"]
    assert len(skipped) == 8
    for file in FILES:
        found = neutral(answers(file, names=["why"], asked_if=False), "why")
        expected = "SKIP" if file in TELL_SKIPS else "EMPTY"
        assert [found[i] for i in skipped] == [expected] * 8, file


def test_no_identifier_is_left_among_the_answers(samples):
    planted = re.compile(r"203\.0\.113\.|@|00000000-0000|R_0000|11800000|上海|广东")
    for file in FILES:
        export = survey.read_export(samples / file)
        for column in export.columns:
            for cell in (column.header, column.name, column.option, *column.cells):
                assert not planted.search(cell), (file, column.header)


def test_what_was_typed_beside_an_option_is_known_in_every_file(made_up, samples):
    answers, truth = made_up
    typed = {p["id"]: p["why_other"] for p in truth["respondents"] if p["why_other"]}
    for file in FILES:
        if file in ("wjx_code.xlsx", "spss.sav", "jinshuju.csv") or file.startswith("kobo"):
            continue  # not in number downloads; a question of its own (Kobo); behind the label (金数据)
        question = answers(file, names=["intent", "why"]).questionnaire["why"]
        export = survey.read_export(samples / file)
        found = typed_texts(question, all_columns_of(question, export), export)
        assert {i: text for i, text in enumerate(found, 1) if text} == typed, file


@pytest.mark.parametrize(
    ("file", "platform", "encoding"),
    [("wjx_text.xlsx", "wjx", "xlsx"), ("wjx_code.xlsx", "wjx", "xlsx"), ("wjx_text.csv", "wjx", "utf-8"),
     ("tencent.csv", "tencent", "utf-8"), ("surveymonkey.csv", "surveymonkey", "utf-8"),
     ("google_sheets.csv", "google", "utf-8"), ("google_forms_download.csv", "google", "utf-8"),
     ("kobo_names.csv", "kobo", "utf-8"), ("kobo_labels.csv", "kobo", "utf-8"),
     ("limesurvey_codes.csv", "limesurvey", "utf-8"), ("limesurvey_full.csv", "limesurvey", "utf-8"),
     ("qualtrics_numeric_split.csv", "qualtrics", "utf-8"), ("spss.sav", "spss", "utf-8"),
     ("qualtrics_text_joined.csv", "qualtrics", "utf-8"), ("typeform.csv", "typeform", "utf-8"),
     ("tencent_docs.xlsx", "tencent_docs", "xlsx"), ("jinshuju.csv", "jinshuju", "utf-8"),
     ("msforms.xlsx", "msforms", "xlsx"), ("jotform.csv", "jotform", "utf-8")],
)  # fmt: skip
@pytest.mark.parametrize("name", ["surveymonkey.xlsx", "wjx.csv", "answers"])
def test_a_file_is_recognised_whatever_its_name(samples, tmp_path, file, platform, encoding, name):
    shutil.copyfile(samples / file, tmp_path / name)
    found = survey.read_export(tmp_path / name)
    assert (found.platform, found.encoding, found.file) == (platform, encoding, name)
    assert len(found) == 24


def test_select_all_counts_of_the_real_surveymonkey_file_are_exact(shared, tmp_path):
    folder = shared / "exports" / "real"
    expected = load(folder / "expected.json")["surveymonkey_star_wars"]
    films = list(expected["ticked_per_film"])
    questions = table("any", "single", 1, [("yes", {"en": "Yes"}), ("no", {"en": "No"})]) + table(
        "seen", "multiple", 3, [(f"film{i}", {"en": film}) for i, film in enumerate(films)]
    )
    for declared in ("", 'encoding = "windows-1252"\n'):
        found = tiny_answers(tmp_path, declared + questions, file=folder / "surveymonkey_two_header_rows.csv")
        assert (found.platform, found.encoding) == ("surveymonkey", "windows-1252")
        assert len(found) == expected["n"]
        ticks = found["seen"].values
        assert ticks.sum(axis=0).tolist() == list(expected["ticked_per_film"].values())
        assert ticks.any(axis=1).sum() == expected["respondents_ticking_any"]
        said = [neutral(found, "any").count(code) for code in ("yes", "no")]
        assert said == [expected["Have you seen any"][answer] for answer in ("Yes", "No")]


WHERE = ["运营商营业厅的广告(如移动、联通、电信营业厅)", "公共场所的广告(如机场、地铁、公交站、电梯等)",
        "社交类软件(如微信、微博、QQ等)", "电商网站(如京东、天猫、苏宁易购、1号店、淘宝等)",
        "其他【请注明】"]  # fmt: skip


@pytest.mark.parametrize("form", ["text", "codes"])
def test_the_real_wjx_files_hold_the_same_answers(shared, tmp_path, form):
    path = shared / "exports" / "real" / f"wjx_skip_rank_matrix_{form}.xlsx"
    export = survey.read_export(path)
    assert export.coding == {"text": "text", "codes": "position"}[form]
    heard = dict.fromkeys(WHERE)
    if form == "codes":
        heard = dict.fromkeys(column.option for column in export.columns if column.number == 3)
        assert len(heard) == 19
    scores, ages = [f"{i}分" for i in range(11)], ["x", "y", "25-29岁", "z", "35-39岁"]
    found = tiny_answers(
        tmp_path,
        table("staff", "single", 1, [("yes", "是"), ("no", "否")])
        + table("heard", "multiple", 3, [(f"o{i}", text) for i, text in enumerate(heard)])
        + table("model", "text", 7)
        + table("screen", "single", "屏幕显示效果", [(f"p{i}", f"{i}分") for i in range(1, 6)])
        + table("overall", "single", 15, [(f"s{i}", text) for i, text in enumerate(scores)])
        + table("age", "single", 38, [(f"a{i}", text) for i, text in enumerate(ages, 1)]),
        file=path,
    )
    ticked = [f"o{list(heard).index(text)}" for text in WHERE]
    assert neutral(found, "staff") == ["yes", "no", "no", "no"]
    assert neutral(found, "heard") == ["SKIP", ticked, "SKIP", ticked[:3]]
    assert list(found["model"].missing) == [2, 0, 2, 0]
    assert neutral(found, "screen") == ["SKIP", "p4", "SKIP", "p3"]
    assert neutral(found, "overall") == ["SKIP", "s3", "SKIP", "s3"]
    assert neutral(found, "age") == ["SKIP", "a3", "SKIP", "a5"]
    assert list(found.paradata.seconds) == [5, 136, 8, 60]


@pytest.mark.parametrize(
    ("written", "named", "header", "answer"),
    [("utf-8", "utf-8", "城市", "北"), ("utf-8-sig", "utf-8", "城市", "北"),
     ("gb18030", "gb18030", "城市", "北"), ("cp1252", "windows-1252", "Préférence", "Café")],
)  # fmt: skip
@pytest.mark.parametrize("declared", [False, True])
def test_encodings_are_told_apart_or_declared(tmp_path, written, named, header, answer, declared):
    questions = table("q", "single", header, [("one", answer)])
    said = f'encoding = "{named}"\n' if declared else ""
    found = tiny_answers(tmp_path, said + questions, f"{header}\n{answer}\n{answer}\n", encoding=written)
    assert (found.platform, found.encoding) == ("plain", named)
    assert neutral(found, "q") == ["one", "one"]


def test_the_cleaned_variant_of_surveymonkey_marks_what_is_no_tick(tmp_path):
    rows = "RespondentID,City?,Worries?,\n,Response,甲,乙\n1,北,甲,Not selected\n2,NA,NA,NA\n3,北,,\n"
    found = tiny_answers(tmp_path, table("q", "multiple", 2, OPTIONS[:2]), rows)
    assert found.platform == "surveymonkey"
    assert neutral(found, "q") == [["a"], "SKIP", "EMPTY"]


def test_packed_ticks_and_a_column_an_option_are_the_same(tmp_path):
    packed = table("q", "multiple", "Worries", OPTIONS, 'separator = ";"')
    own = '[questions.q]\nkind = "multiple"\ntext = "q"\n'
    own += "".join(f'options.{code} = {{ zh = "{t}", column = "{t}" }}\n' for code, t in OPTIONS)
    one = tiny_answers(tmp_path, packed, "n,Worries\n1,甲;丙\n2,丙; 乙 ;\n3,\n4,乙\n")
    other = tiny_answers(tmp_path, own, "n,丙,甲,乙\n1,1,1,0\n2,1,0,1\n3,,,\n4,no,No,yes\n")
    assert neutral(one, "q") == [["a", "c"], ["b", "c"], "EMPTY", ["b"]]
    assert neutral(other, "q") == neutral(one, "q")
    zeros = tiny_answers(tmp_path, own, "n,丙,甲,乙\n1,0,0,0\n2,0,,\n3,,,\n")
    assert neutral(zeros, "q") == [[], [], "EMPTY"]


def test_the_marks_of_two_platforms_are_refused_by_both_names(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text("Respondent ID,1、甲,2、乙\n,Response,Response\n7,x,y\n", encoding="utf-8")
    with pytest.raises(ExportError, match="could be an export of wjx, surveymonkey") as caught:
        survey.read_export(path)
    assert 'export = "wjx"' in caught.value.remedy
    assert survey.read_export(path, "surveymonkey").platform == "surveymonkey"
    with pytest.raises(ExportError, match=r'not a recognised platform.*did you mean "surveymonkey"'):
        survey.read_export(path, "surveymonky")


@pytest.mark.parametrize(
    ("cell", "time"),
    [("2025/9/1 9:04:11", "2025-09-01T09:04:11"), ("2025/09/01 09:04:11", "2025-09-01T09:04:11"),
     ("2025-09-01 09:04:11", "2025-09-01T09:04:11"), ("2025-9-1T9:04:11", "2025-09-01T09:04:11"),
     ("2025/9/1 9:04", "2025-09-01T09:04:00"), ("2025/9/1", "2025-09-01T00:00:00"), ("", "NaT"),
     ("9/14/2025 9:04:11 PM", "2025-09-14T21:04:11"), ("9/13/2025 21:04:11", "2025-09-13T21:04:11")],
)  # fmt: skip
def test_times_with_and_without_padding(tmp_path, cell, time):
    rows = f"{WJX}\n1,{cell},,,北,价格,5\n2,2025/12/31 23:59:59,,,北,价格,5\n"
    assert [str(t) for t in tiny_answers(tmp_path, SMALL, rows).paradata.submitted] == [
        time,
        "2025-12-31T23:59:59",
    ]


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [("136秒", 136), ("136", 136), ("2分16秒", 136), ("2分钟", 120), ("1小时2分3秒", 3723), ("1时", 3600),
     ("1.5秒", 1.5), ("", np.nan)],
)  # fmt: skip
def test_times_taken(tmp_path, cell, seconds):
    rows = f"{WJX}\n1,,{cell},,北,价格,5\n2,,7秒,,北,价格,5\n"
    np.testing.assert_array_equal(tiny_answers(tmp_path, SMALL, rows).paradata.seconds, [seconds, 7])


def test_text_typed_beside_an_option_is_left_out_before_splitting(tmp_path):
    made = io.StringIO()
    rows = csv.writer(made, lineterminator="\n")
    rows.writerow(WJX.split(","))
    for typed in ("{}〖a┋价格〗┋距离、交通", '价格┋{}〖远,\n┋"很贵"〗', "{}"):
        rows.writerow(["1", "", "", "", "其他〖北〗", typed.format("其他【请注明】"), "5"])
    found = tiny_answers(tmp_path, SMALL, made.getvalue())
    assert neutral(found, "concerns") == [["far", "other"], ["price", "other"], ["other"]]
    assert neutral(found, "city") == ["other"] * 3


def test_kinds_of_missing_in_a_text_download(tmp_path):
    rows = "1,,,,(跳过),(跳过),(跳过)\n2,,,,(空),(空),(空)\n3,,,,,,\n4,,,,北,价格,-3\n"
    found = tiny_answers(tmp_path, SMALL, f"{WJX}\n{rows}")
    for name, answer in (("city", "north"), ("concerns", ["price"]), ("fee", "-3")):
        assert neutral(found, name) == ["SKIP", "EMPTY", "EMPTY", answer]


def test_kinds_of_missing_in_a_number_download_with_real_dates(tmp_path):
    header = [*WJX.split(",")[:5], "第2题(价格)", "第2题(距离、交通)", "第2题(其他【请注明】)", "3、月托费？"]
    with xlsxwriter.Workbook(tmp_path / "answers.xlsx") as book:
        sheet, dated = book.add_worksheet(), book.add_format({"num_format": "yyyy/m/d h:mm:ss"})
        sheet.write_row(0, 0, header)
        for i, cells in enumerate(([-3] * 5, [-2] * 5, [], [2, 0, 1, 1, 0]), 1):
            sheet.write_row(i, 0, [i, None, "7秒", "", *cells])
            sheet.write_number(i, 1, 45536.5 + i, dated)
    found = tiny_answers(tmp_path, SMALL, file="answers.xlsx")
    for name, answer in (("city", "other"), ("concerns", ["far", "other"]), ("fee", "0")):
        assert neutral(found, name) == ["SKIP", "EMPTY", "EMPTY", answer]
    assert [str(t) for t in found.paradata.submitted] == [f"2024-09-0{i}T12:00:00" for i in (2, 3, 4, 5)]


@pytest.mark.parametrize(
    "header", ["2、您有哪些顾虑——可多选,4、备注", "2、顾虑？(多选题),微信OpenID"], ids=["dash", "bare"]
)
def test_a_select_all_question_is_not_taken_for_a_matrix(tmp_path, header):
    rows = f"序号,提交答卷时间,1、城市？,3、月托费？,{header}\n1,,北,5,价格┋距离、交通,x\n2,,北,5,价格,x\n"
    assert neutral(tiny_answers(tmp_path, SMALL, rows), "concerns") == [["price", "far"], ["price"]]
