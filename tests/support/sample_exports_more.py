"""The sample answers as university and office tools export them, among them files of several header rows."""

import json

from sample_exports_en import ASKED, given, ticked, typed
from sample_exports_zh import SATISFIED, address, packed, place, sent, started
from sample_people import ASKED_IF, MATRIX_EN, QUESTIONS

QUALTRICS = {
    "StartDate": "Start Date", "EndDate": "End Date", "Status": "Response Type", "IPAddress": "IP Address",
    "Progress": "Progress", "Duration (in seconds)": "Duration (in seconds)", "Finished": "Finished",
    "RecordedDate": "Recorded Date", "ResponseId": "Response ID", "RecipientLastName": "Recipient Last Name",
    "RecipientFirstName": "Recipient First Name", "RecipientEmail": "Recipient Email",
    "ExternalReference": "External Data Reference", "LocationLatitude": "Location Latitude",
    "LocationLongitude": "Location Longitude", "DistributionChannel": "Distribution Channel",
    "UserLanguage": "User Language",
}  # fmt: skip
CHOSEN = " - Selected Choice"


def qualtrics(people, *, numeric):
    """Return a Qualtrics download of three header rows: numbers and a column an option, or joined texts."""
    names, texts, ids = list(QUALTRICS), list(QUALTRICS.values()), list(QUALTRICS)
    for i, name in enumerate(ASKED, 1):
        kind, _, en, options = QUESTIONS[name]
        if kind == "multi" and numeric:
            names += [f"Q{i}_{n}" for n, _ in enumerate(options, 1)]
            texts += [f"{en}{CHOSEN} - {o[2]}" for o in options]
        else:
            names.append(f"Q{i}")
            texts.append(en + CHOSEN if kind == "multi" else en)
        if name == "why":
            names.append(f"Q{i}_6_TEXT")
            texts.append(f"{en} - {options[5][2]} - Text")
    names += [f"Q8_{n}" for n in (1, 2, 3)]
    texts += [f"{MATRIX_EN} - {QUESTIONS[name][2]}" for name in SATISFIED]
    ids += [f"QID{name[1:]}" for name in names[len(ids) :]]
    rows = [names, texts, [json.dumps({"ImportId": text}, separators=(",", ":")) for text in ids]]
    for p in people:
        time = sent(p, "%Y-%m-%d %H:%M:%S")
        about = [f"{started(p)}", time, "0" if numeric else "IP Address", address(p), "100",
                 str(p["seconds"]), "1" if numeric else "True", time, f"R_{p['id']:015}", *[""] * 6,
                 "anonymous", "EN"]  # fmt: skip
        cells = []
        for name, (kind, _, _, options) in QUESTIONS.items():
            answer = p["answers"][name]
            if kind == "multi" and numeric:
                cells += ["1" if ticked(p, name, o[0]) else "" for o in options]
            elif kind == "multi":
                cells.append(packed(p, name, ",", typed="{label}", language=2))
            else:
                coded = numeric and kind != "text" and answer != "EMPTY"
                cells.append(str(place(name, answer)) if coded else given(p, name))
            if name == "why":
                cells.append(p["why_other"])
        rows.append(about + cells)
    return rows


def msforms(people):
    """Return a Microsoft Forms workbook's rows."""
    header = ["ID", "Start time", "Completion time", "Email", "Name"]
    header += [QUESTIONS[name][2] for name in ASKED]
    header += [f"{MATRIX_EN}.{QUESTIONS[name][2]}" for name in SATISFIED]
    rows = [header]
    for p in people:
        cells = []
        for name, (kind, *_) in QUESTIONS.items():
            text = packed(p, name, ";", language=2) if kind == "multi" else given(p, name)
            cells.append(f"{text};" if kind == "multi" and text else text)
        times = [f"{started(p)}", sent(p, "%Y-%m-%d %H:%M:%S")]
        rows.append([str(p["id"]), *times, "anonymous", "", *cells])
    return rows


def typeform(people):
    """Return a Typeform download: a column an option under the option's text alone."""
    header = ["#"]
    for name in ASKED:
        kind, _, en, options = QUESTIONS[name]
        header += ["Other" if o[0] == "other" else o[2] for o in options] if kind == "multi" else [en]
    header += [f"{MATRIX_EN} - {QUESTIONS[name][2]}" for name in SATISFIED]
    header += ["Response Type", "Start Date (UTC)", "Stage Date (UTC)", "Submit Date (UTC)", "Network ID",
               "Tags", "Ending"]  # fmt: skip
    rows = [header]
    for p in people:
        cells = []
        for name, (kind, _, _, options) in QUESTIONS.items():
            if kind == "multi":
                cells += [(typed(p, o[0]) or o[2]) if ticked(p, name, o[0]) else "" for o in options]
            else:
                cells.append(given(p, name))
        times = [f"{started(p)}", "", sent(p, "%Y-%m-%d %H:%M:%S")]
        rows.append([f"{p['id']:032}", *cells, "completed", *times, f"{p['id']:010}", "", "Thanks"])
    return rows


def jotform(people):
    """Return a Jotform download: ticks on lines of a cell, days without a time."""
    header = ["Submission Date", *(QUESTIONS[name][2] for name in ASKED)]
    header += [f"{MATRIX_EN} >> {QUESTIONS[name][2]}" for name in SATISFIED]
    rows = [[*header, "Submission IP", "Submission ID"]]
    for p in people:
        cells = [packed(p, name, "\n", language=2) if kind == "multi" else given(p, name)
                 for name, (kind, *_) in QUESTIONS.items()]  # fmt: skip
        day = f"{sent(p, '%b')} {int(sent(p, '%d'))}, {sent(p, '%Y')}"
        rows.append([day, *cells, address(p), f"{5000000000000000000 + p['id']}"])
    return rows


def redcap(people, *, labels):
    """Return a REDCap download, raw or with labels."""
    header = ["Record ID", "Survey Identifier", "Survey Timestamp"] if labels else [
        "record_id", "redcap_survey_identifier", "parents_timestamp"]  # fmt: skip
    for name, (kind, _, en, options) in QUESTIONS.items():
        if kind == "multi":
            header += [f"{en} (choice={o[2]})" if labels else f"{name}___{n}"
                       for n, o in enumerate(options, 1)]  # fmt: skip
        else:
            header.append(en if labels else name)
        if name == "why":
            header.append("Please say which" if labels else "why_other")
    rows = [[*header, "Complete?" if labels else "parents_complete"]]
    box = ("Unchecked", "Checked") if labels else ("0", "1")
    for p in people:
        cells = []
        for name, (kind, _, _, options) in QUESTIONS.items():
            answer = p["answers"][name]
            if kind == "multi":
                cells += [box[ticked(p, name, o[0])] for o in options]
            elif labels or kind == "text" or answer == "EMPTY":
                cells.append(given(p, name))
            else:
                cells.append(str(place(name, answer)))
            if name == "why":
                cells.append(p["why_other"])
        done = "Complete" if labels else "2"
        rows.append([str(p["id"]), "", sent(p, "%Y-%m-%d %H:%M:%S"), *cells, done])
    return rows


def redcap_dictionary():
    """Return the data dictionary of that REDCap project."""
    header = ["Variable / Field Name", "Form Name", "Section Header", "Field Type", "Field Label",
              "Choices, Calculations, OR Slider Labels", "Field Note",
              "Text Validation Type OR Show Slider Number", "Text Validation Min", "Text Validation Max",
              "Identifier?", "Branching Logic (Show field only if...)", "Required Field?",
              "Custom Alignment", "Question Number (surveys only)", "Matrix Group Name", "Matrix Ranking?",
              "Field Annotation"]  # fmt: skip
    types = {"single": "radio", "scale": "radio", "multi": "checkbox", "text": "text"}
    rows = [header, ["record_id", "parents", "", "text", "Record ID", *[""] * 13]]
    for name, (kind, _, en, options) in QUESTIONS.items():
        choices = " | ".join(f"{n}, {o[2]}" for n, o in enumerate(options, 1))
        logic = ""
        if name in ASKED_IF:
            source, codes = ASKED_IF[name]
            logic = " or ".join(f"[{source}] = '{place(source, code)}'" for code in codes)
        integer = "integer" if kind == "text" else ""
        matrix = "satisfied" if kind == "scale" else ""
        rows.append([name, "parents", "", types[kind], en, choices, "", integer, "", "", "", logic,
                     "", "", "", matrix, "", ""])  # fmt: skip
        if name == "why":
            rows.append(["why_other", "parents", "", "text", "Please say which", *[""] * 6,
                         "[why(6)] = '1'", *[""] * 6])  # fmt: skip
    return rows


def odk(people):
    """Return an ODK Central download: names, groups joined by a hyphen, ticks in both ways."""
    header = ["SubmissionDate", "end"]
    for name in ASKED:
        kind, _, _, options = QUESTIONS[name]
        header.append(name)
        header += [f"{name}/{o[0]}" for o in options] if kind == "multi" else []
    header += [f"sat-{name}" for name in SATISFIED]
    header += ["KEY", "SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected", "Status",
               "ReviewState", "DeviceID", "Edits", "FormVersion"]  # fmt: skip
    rows = [header]
    for p in people:
        time = sent(p, "%Y-%m-%dT%H:%M:%S.000+08:00")
        cells = []
        for name, (kind, _, _, options) in QUESTIONS.items():
            answer = p["answers"][name]
            if kind == "multi":
                texts = [o[0] for o in options if ticked(p, name, o[0])]
                cells.append(" ".join(texts))
                cells += [str(int(ticked(p, name, o[0]))) if texts else "" for o in options]
            else:
                cells.append("" if answer == "EMPTY" else answer)
        key = f"uuid:00000000-0000-4000-8000-{p['id']:012}"
        rows.append([time, time, *cells, key, "", "", "0", "0", "", "", f"device{p['id']}", "0", "1"])
    return rows
