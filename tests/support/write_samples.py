"""Write the sample exports to tests/exports: the same made-up people as every platform exports them.

Run as ``PYTHONPATH=tests/support python tests/support/write_samples.py [FOLDER]``.
"""

import csv
import io
import json
import sys
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import sample_exports_en as en
import sample_exports_more as more
import sample_exports_zh as zh
import xlsxwriter
from sample_people import MATRIX_ZH, QUESTIONS, people, truth

FOLDER = Path(__file__).parents[1] / "exports"


def csv_text(rows, separator=",", *, mark=False, quoting=csv.QUOTE_MINIMAL, end="\n"):
    """Return rows as CSV bytes, with a byte-order mark if asked for."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator, quoting=quoting, lineterminator=end).writerows(rows)
    return text.getvalue().encode("utf-8-sig" if mark else "utf-8")


def workbook(rows, sheet="Sheet1"):
    """Return rows as a workbook without a time of writing."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2025, 9, 30)})
        page = book.add_worksheet(sheet)
        for i, row in enumerate(rows):
            page.write_row(i, 0, row)
    return data.getvalue()


def text_files(answers):
    """Return the sample files that are text or workbooks, by name."""
    quoted = csv.QUOTE_ALL
    return {
        "wjx_text.csv": csv_text(zh.wjx_text(answers), mark=True),
        "wjx_text.xlsx": workbook(zh.wjx_text(answers)),
        "wjx_code.xlsx": workbook(zh.wjx_code(answers)),
        "tencent.csv": csv_text(zh.tencent(answers), mark=True),
        "tencent_docs.xlsx": workbook(zh.tencent_docs(answers), "收集结果"),
        "jinshuju.csv": csv_text(zh.jinshuju(answers), mark=True),
        "surveymonkey.csv": csv_text(en.surveymonkey(answers)),
        "google_sheets.csv": csv_text(en.google_sheets(answers)),
        "google_forms_download.csv": csv_text(en.google_download(answers), quoting=quoted),
        "kobo_names.csv": csv_text(en.kobo(answers, by=0), ";", quoting=quoted),
        "kobo_labels.csv": csv_text(en.kobo(answers, by=2), ";", quoting=quoted),
        "limesurvey_codes.csv": csv_text(en.limesurvey(answers, full=False), mark=True, quoting=quoted),
        "limesurvey_full.csv": csv_text(en.limesurvey(answers, full=True), mark=True, quoting=quoted),
        "qualtrics_numeric_split.csv": csv_text(more.qualtrics(answers, numeric=True)),
        "qualtrics_text_joined.csv": csv_text(more.qualtrics(answers, numeric=False)),
        "msforms.xlsx": workbook(more.msforms(answers)),
        "typeform.csv": csv_text(more.typeform(answers)),
        "jotform.csv": csv_text(more.jotform(answers), mark=True, quoting=quoted),
        "redcap_raw.csv": csv_text(more.redcap(answers, labels=False)),
        "redcap_labels.csv": csv_text(more.redcap(answers, labels=True)),
        "redcap_dictionary.csv": csv_text(more.redcap_dictionary()),
        "odk.csv": csv_text(more.odk(answers)),
        "truth.json": json.dumps(truth(), ensure_ascii=False, indent=1).encode() + b"\n",
    }


def write_sav(answers, path):
    """Write the answers as an SPSS file, -3 declared as skipped and -2 as blank."""
    columns, headers, labels = {}, {}, {}
    for number, (name, (kind, text, _, options)) in enumerate(QUESTIONS.items(), 1):
        given = [p["answers"][name] for p in answers]
        if kind == "multi":
            for n, option in enumerate(options, 1):
                at = f"Q{number}_{n}"
                marks = {"EMPTY": -2.0, "SKIP": -3.0}
                columns[at] = [marks.get(str(a), float(option[0] in a)) for a in given]
                headers[at] = f"{number}.{text}:{option[1]}"
                labels[at] = {0.0: "未选", 1.0: "选中", -3.0: "跳过", -2.0: "空"}
        elif kind == "text":
            columns[name], headers[name] = given, text
        else:
            columns[name] = [-2.0 if a == "EMPTY" else float(zh.place(name, a)) for a in given]
            headers[name] = f"{MATRIX_ZH}—{text}" if kind == "scale" else text
            labels[name] = {float(n): o[1] for n, o in enumerate(options, 1)} | {-2.0: "空"}
    ranges = {name: [-3.0, -2.0] for name in labels}
    frame = pd.DataFrame(columns)
    assert np.isfinite(frame[list(labels)].to_numpy(dtype=float)).all()
    pyreadstat.write_sav(
        frame, path, column_labels=headers, variable_value_labels=labels, missing_ranges=ranges
    )


def main(folder=FOLDER):
    """Write every sample file into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    answers = people()
    for name, data in text_files(answers).items():
        (folder / name).write_bytes(data)
    write_sav(answers, folder / "spss.sav")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
