"""Exports as they come broken: each sound file spoilt in every way that has a name."""

import csv
import io
import zipfile

import numpy as np
import xlsxwriter
from tiny_study import head

TOWN = '[questions.town]\nkind = "single"\ncolumn = {town}\ntext = "Town?"\noptions.a = {{ en = "North" }}\n'
TOWN += 'options.b = {{ en = "South" }}\n'
WHY = '[questions.why]\nkind = "multiple"\ncolumn = {why}\ntext = "Why?"\n{separator}\n'
WHY += 'options.p = {{ en = "Price" }}\n'
WHY += 'options.f = {{ en = "Far, very far" }}\noptions.o = {{ en = "Other" }}\n'
FEE = '[questions.fee]\nkind = "number"\ncolumn = {fee}\ntext = "Fee?"\n'
REASONS = ("Price", "Far, very far", "Price|Far, very far", "Other")
PEOPLE = [
    (("North", "South")[i % 3 == 0], REASONS[i % 4], 1000 + 100 * (i % 7)) for i in range(24)
]  # fmt: skip


def _time(i):
    return f"2025/9/{1 + i % 20} 9:{i % 60:02}:11"


def _ticks(why):
    return ["1" if option in why.split("|") else "0" for option in ("Price", "Far, very far", "Other")]


def _wjx():
    top = ["序号", "提交答卷时间", "所用时间", "来自IP", "1、Town?", "2、Why?", "3、Fee?"]
    rows = [
        [i, _time(i), f"{60 + i}秒", "203.0.113.9(x)", t, w.replace("|", "┋"), f]
        for i, (t, w, f) in enumerate(PEOPLE)
    ]
    return [top, *rows], {"town": 1, "why": 2, "fee": 3}


def _wjx_number():
    top = [
        "序号",
        "提交答卷时间",
        "1、Town?",
        "第2题(Price)",
        "第2题(Far, very far)",
        "第2题(Other)",
        "3、Fee?",
    ]
    rows = [[i, _time(i), 1 + (t == "South"), *_ticks(w), f] for i, (t, w, f) in enumerate(PEOPLE)]
    rows[3][2] = -3
    return [top, *rows], {"town": 1, "why": 2, "fee": 3}


def _tencent():
    options = ("Price", "Far, very far", "Other")
    top = [
        "编号",
        "结束答题时间",
        "答题时长",
        "1.Town?",
        *(f"2.Why?:{c}.{o}" for c, o in zip("ABC", options, strict=True)),
        "3.Fee?",
        "IP",
        "",
    ]
    rows = []
    for i, (t, w, f) in enumerate(PEOPLE):
        ticks = [f"{c}.{o}" if o in w.split("|") else "" for c, o in zip("ABC", options, strict=True)]
        rows.append([i, _time(i), 60 + i, t, *ticks, f, "203.0.113.9", ""])
    return [top, *rows], {"town": 1, "why": 2, "fee": 3}


def _surveymonkey():
    options = ("Price", "Far, very far", "Other")
    top = ["Respondent ID", "End Date", "Town?", "Why?", "", "", "Fee?"]
    second = ["", "", "Response", *options, "Open-Ended Response"]
    rows = [
        [i, f"09/01/2025 09:{i:02}:00 AM", t, *(o if o in w.split("|") else "" for o in options), f]
        for i, (t, w, f) in enumerate(PEOPLE)
    ]
    return [top, second, *rows], {"town": 1, "why": 2, "fee": 3}


def _kobo():
    top = [
        "start",
        "end",
        "town",
        "why",
        "why/p",
        "why/f",
        "why/o",
        "fee",
        "_id",
        "_uuid",
        "_submission_time",
    ]
    rows = [
        [
            "2025-09-01T10:00:00+08:00",
            f"2025-09-01T10:{i:02}:30+08:00",
            "ab"[t == "South"],
            "",
            *_ticks(w),
            f,
            i,
            "u",
            "2025-09-01T10:00:00",
        ]
        for i, (t, w, f) in enumerate(PEOPLE)
    ]
    return [top, *rows], {"town": '"town"', "why": '"why"', "fee": '"fee"'}


def _limesurvey():
    top = ["id", "submitdate", "lastpage", "startlanguage", "Q1. Town?", "Q2[SQ1]. Why? [Price]",
           "Q2[SQ2]. Why? [Far, very far]", "Q2[other]. Why? [Other]", "Q3. Fee?"]  # fmt: skip
    rows = [
        [
            i,
            f"2025-09-01 10:{i:02}:00",
            2,
            "en",
            t,
            *("Yes" if x == "1" else "No" for x in _ticks(w)[:2]),
            "words" if "Other" in w else "",
            f,
        ]
        for i, (t, w, f) in enumerate(PEOPLE)
    ]
    return [top, *rows], {"town": '"Q1"', "why": '"Q2"', "fee": '"Q3"'}


def _qualtrics():
    names = ["StartDate", "EndDate", "Status", "Finished", "ResponseId", "Q1", "Q2", "Q3"]
    texts = ["Start Date", "End Date", "Response Type", "Finished", "Response ID", "Town?", "Why?", "Fee?"]
    ids = [f'{{"ImportId":"{name}"}}' for name in names]
    rows = [
        [
            "2025-09-01 10:00:00",
            f"2025-09-01 10:{i:02}:30",
            "IP Address",
            "True",
            f"R_{i}",
            t,
            w.replace("|", ","),
            f,
        ]
        for i, (t, w, f) in enumerate(PEOPLE)
    ]
    return [names, texts, ids, *rows], {"town": 1, "why": 2, "fee": 3}


def _google():
    rows = [[f"9/1/2025 10:{i:02}:00", t, w.replace("|", ", "), f] for i, (t, w, f) in enumerate(PEOPLE)]
    return [["Timestamp", "Town?", "Why?", "Fee?"], *rows], {"town": 1, "why": 2, "fee": 3}


def _jinshuju():
    top = ["序号", "Town?", "Why?", "Fee?", "提交时间", "填写设备", "浏览器", "IP"]
    rows = [
        [i, t, w.replace("|", ";"), f, _time(i), "x", "x", "203.0.113.9"]
        for i, (t, w, f) in enumerate(PEOPLE)
    ]
    return [top, *rows], {"town": 1, "why": 2, "fee": 3, "separator": 'separator = ";"'}


def _plain():
    rows = [[i, t, w.replace("|", ";"), f] for i, (t, w, f) in enumerate(PEOPLE)]
    return [["n", "town", "why", "fee"], *rows], {
        "town": '"town"', "why": '"why"', "fee": '"fee"', "separator": 'separator = ";"'}  # fmt: skip


SOUND = {
    "wjx": _wjx, "wjx_number": _wjx_number, "tencent": _tencent, "surveymonkey": _surveymonkey,
    "kobo": _kobo, "limesurvey": _limesurvey, "qualtrics": _qualtrics, "google": _google,
    "jinshuju": _jinshuju, "plain": _plain,
}  # fmt: skip


def study(platform, file):
    """Return the text of a study file for a sound file of a platform."""
    places = {"separator": "", **SOUND[platform]()[1]}
    return head({"2024": file}) + "".join(text.format(**places) for text in (TOWN, WHY, FEE))


def as_csv(rows, separator=","):
    made = io.StringIO()
    csv.writer(made, delimiter=separator, lineterminator="\n").writerows(rows)
    return made.getvalue()


def as_xlsx(rows, *, more=None, formula=None, merged=False):
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Sheet1")
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                sheet.write(i, j, cell)
        if formula:
            sheet.write_formula(4, len(rows[0]) - 1, formula)
        if merged:
            sheet.merge_range(3, 0, 5, 1, "merged")
        if more is not None:
            other = book.add_worksheet("Other")
            for i, row in enumerate(more):
                other.write_row(i, 0, [str(cell) for cell in row])
    return made.getvalue()


def bomb():
    """A workbook that unpacks to 200 MB."""
    made = io.BytesIO(as_xlsx([["n", "town"], [1, "North"]]))
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet2.xml", b" " * 200_000_000)
    return made.getvalue()


def _changed(rows, i, j, value):
    found = [list(row) for row in rows]
    found[i][j] = value
    return found


def variants(platform):
    """Yield name, file name and bytes of each way to break a platform's file."""
    rows, _ = SOUND[platform]()
    heads = {"surveymonkey": 2, "qualtrics": 3}.get(platform, 1)
    text, last, wide = as_csv(rows), len(rows) - 1, len(rows[0])
    yield from _whole(rows, text, heads)
    for name, value in {
        "formula text": "=cmd|' /C calc'!A0",
        "nul": "a\x00b",
        "digits": "１２３４",
        "quote": 'a"b',
        "line break": "a\nb",
        "long": "x" * 40_000,
        "bom inside": "\ufeffNorth",
        "trailing blanks": "North \u3000 ",
        "na": "#N/A",
        "emoji": "👶",
        "separator": "a┋b;c|d",
        "phone": "13912345678",
        "date": "2025-13-45",
        "infinite": "1e999",
        "minus": "-1",
    }.items():
        for j in (wide - 2, wide - 1):
            yield f"{name} in column {j}", "a.csv", as_csv(_changed(rows, last, j, value)).encode()
    for j in range(0, wide, 2):
        yield f"header {j} gone", "a.csv", as_csv(_changed(rows, 0, j, "")).encode()
        yield f"header {j} twice", "a.csv", as_csv(_changed(rows, 0, j, rows[0][j - 1])).encode()
    yield "a row shorter", "a.csv", as_csv([*rows[:5], rows[5][:-2], *rows[6:]]).encode()
    yield "a row longer", "a.csv", as_csv([*rows[:5], [*rows[5], "x", "y"], *rows[6:]]).encode()
    yield "columns turned", "a.csv", as_csv([row[::-1] for row in rows]).encode()
    yield "the same rows twice", "a.csv", as_csv(rows + rows[heads:]).encode()


def _whole(rows, text, heads):
    """Yield what happens to a file as a whole."""
    data = text.encode()
    yield "sound", "a.csv", data
    yield "no header", "a.csv", as_csv(rows[heads:]).encode()
    yield "headers alone", "a.csv", as_csv(rows[:heads]).encode()
    yield "one header row gone", "a.csv", as_csv(rows[1:]).encode()
    yield "header twice", "a.csv", as_csv([rows[0], *rows]).encode()
    yield "blank rows", "a.csv", ("\n\n" + text.replace("\n", "\n\n", 3) + "\n,,,\n").encode()
    yield "half", "a.csv", data[: len(data) // 2]
    yield "last byte gone", "a.csv", data[:-3]
    yield "empty", "a.csv", b""
    yield "blanks", "a.csv", b" \n \n"
    yield "byte-order marks", "a.csv", b"\xef\xbb\xbf\xef\xbb\xbf" + data
    yield "gb18030", "a.csv", text.replace("Town", "城区").encode("gb18030")
    yield "mixed encodings", "a.csv", data + "北区，南区\n".encode("gbk") + "区".encode()
    yield "utf-16", "a.csv", text.encode("utf-16")
    yield "old line ends", "a.csv", text.replace("\n", "\r").encode()
    yield "an open quote", "a.csv", text.replace(",", ',"', 9).encode()
    yield "semicolons", "a.csv", as_csv(rows, ";").encode()
    yield "tabs", "a.csv", as_csv(rows, "\t").encode()
    yield "noise", "a.csv", np.random.default_rng(1).bytes(4000)
    yield "a picture", "a.png", b"\x89PNG\r\n\x1a\n" + bytes(200)
    yield "a web page", "a.xls", b"<html><table><tr><td>1</td></tr></table></html>"
    yield "workbook", "a.xlsx", as_xlsx(rows)
    yield "half a workbook", "a.xlsx", as_xlsx(rows)[:3000]
    yield "merged cells", "a.xlsx", as_xlsx(rows, merged=True)
    yield "formula cell", "a.xlsx", as_xlsx(rows, formula="=1/0")
    yield "two sheets", "a.xlsx", as_xlsx(rows, more=rows)
    yield "a note on a second sheet", "a.xlsx", as_xlsx(rows, more=[["note"]])
    yield "an old workbook's first bytes", "a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    yield "first bytes of SPSS", "a.sav", b"$FL2@(#) SPSS" + data
    yield "first bytes of Parquet", "a.parquet", b"PAR1" + data


def spoilt(data, rng):
    """Return bytes with some cut out, some doubled, some changed."""
    made = bytearray(data)
    for _ in range(int(rng.integers(1, 4))):
        if not made:
            break
        i, n = int(rng.integers(len(made))), int(rng.integers(1, 12))
        action = int(rng.integers(4))
        if action == 0:
            del made[i : i + n]
        elif action == 1:
            made[i:i] = made[i : i + n]
        elif action == 2:
            made[i : i + 1] = rng.bytes(1)
        else:
            j = int(rng.integers(len(made)))
            made[i:i] = made[j : j + n]
    return bytes(made)
