"""The sample answers as platforms outside China export them: header rows, then a row for each person."""

from datetime import timedelta

from sample_exports_zh import SATISFIED, address, packed, place, sent, started
from sample_people import MATRIX_EN, QUESTIONS

ASKED = [name for name in QUESTIONS if name not in SATISFIED]
KOBO_OWN = ("_id", "_uuid", "_submission_time", "_validation_status", "_notes", "_status", "_submitted_by",
            "__version__", "_tags", "_index")  # fmt: skip


def label(name, code):
    """Return an option's English text; "" for no answer."""
    return next((option[2] for option in QUESTIONS[name][3] if option[0] == code), "")


def given(person, name):
    """Return a single answer or an amount; "" for none."""
    answer = person["answers"][name]
    return "" if answer in ("EMPTY", "SKIP") else answer if name == "fee" else label(name, answer)


def ticked(person, name, code):
    """Say whether an option of a select-all question was ticked."""
    answer = person["answers"][name]
    return not isinstance(answer, str) and code in answer


def typed(person, code):
    """Return what was typed beside an option of "why"; "" beside the others."""
    return person["why_other"] if code == "other" else ""


def surveymonkey(people):
    """Return a SurveyMonkey download in two header rows."""
    first = ["Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address",
             "First Name", "Last Name", "Custom Data 1"]  # fmt: skip
    second = [""] * len(first)
    for name in ASKED:
        kind, _, en, options = QUESTIONS[name]
        below = [o[2] for o in options] if kind == "multi" else [
            "Open-Ended Response" if kind == "text" else "Response"]  # fmt: skip
        first, second = first + [en] + [""] * (len(below) - 1), second + below
    first, second = [*first, MATRIX_EN, "", ""], [*second, *(QUESTIONS[name][2] for name in SATISFIED)]
    rows = [first, second]
    for p in people:
        times = [t.strftime("%m/%d/%Y %I:%M:%S %p") for t in (started(p), started(p) + _taken(p))]
        cells = [str(118000000000 + p["id"]), "430000001", *times, address(p), "", "", "", ""]
        for name, (kind, _, _, options) in QUESTIONS.items():
            if kind == "multi":
                cells += [(typed(p, o[0]) or o[2]) if ticked(p, name, o[0]) else "" for o in options]
            else:
                cells.append(given(p, name))
        rows.append(cells)
    return rows


def _taken(person):
    return timedelta(seconds=person["seconds"])


def _google(people, separator, time):
    header = ["Timestamp", *(QUESTIONS[name][2] for name in ASKED)]
    header += [f"{MATRIX_EN} [{QUESTIONS[name][2]}]" for name in SATISFIED]
    rows = [header]
    for p in people:
        cells = [packed(p, name, separator, language=2) if kind == "multi" else given(p, name)
                 for name, (kind, *_) in QUESTIONS.items()]  # fmt: skip
        rows.append([time(p), *cells])
    return rows


def google_sheets(people):
    """Return a Google Forms download through Sheets."""
    return _google(people, ", ", lambda p: f"9/{int(sent(p, '%d'))}/2025 {sent(p, '%H:%M:%S')}")


def google_download(people):
    """Return a Google Forms download straight from the form."""
    return _google(people, ";", lambda p: sent(p, "%Y/%m/%d %I:%M:%S %p GMT+8"))


def kobo(people, *, by):
    """Return a KoboToolbox download by names (0) or labels (2), ticks in both ways."""
    header, rows = ["end"], []
    for name in ASKED:
        kind, _, en, options = QUESTIONS[name]
        title = en if by else name
        header.append(title)
        header += [f"{title}/{o[by]}" for o in options] if kind == "multi" else []
    header += [QUESTIONS[name][2] if by else f"sat/{name}" for name in SATISFIED]
    for p in people:
        cells = [sent(p, "%Y-%m-%dT%H:%M:%S.000+08:00")]
        for name, (kind, _, _, options) in QUESTIONS.items():
            answer = p["answers"][name]
            if kind == "multi":
                texts = [o[by] for o in options if ticked(p, name, o[0])]
                cells.append(" ".join(texts))
                cells += [str(int(ticked(p, name, o[0]))) if texts else "" for o in options]
            else:
                cells.append(given(p, name) if by or kind != "single" else answer)
        uuid = f"00000000-0000-4000-8000-{p['id']:012}"
        rows.append([*cells, str(100000 + p["id"]), uuid, sent(p, "%Y-%m-%dT%H:%M:%S"), "", "",
                     "submitted_via_web", "", "v1", "", str(p["id"])])  # fmt: skip
    return [[*header, *KOBO_OWN], *rows]


LIME_OWN = {"id": "Response ID", "submitdate": "Date submitted", "lastpage": "Last page",
            "startlanguage": "Start language", "seed": "Seed", "startdate": "Date started",
            "datestamp": "Date last action", "ipaddr": "IP address"}  # fmt: skip
LIME = {"rel": "G01Q01", "age": "G01Q02", "area": "G01Q03", "intent": "G01Q04", "why": "G02Q05",
        "value": "G02Q06", "fee": "G02Q07"}  # fmt: skip


def limesurvey(people, *, full):
    """Return a LimeSurvey export, in full or in codes."""
    header = [f"{code}. {text}" if full else code for code, text in LIME_OWN.items()]
    for name, code in LIME.items():
        kind, _, en, options = QUESTIONS[name]
        if kind != "multi":
            header.append(f"{code}. {en}" if full else code)
            continue
        for i, option in enumerate(options, 1):
            other = option[0] == "other"
            text = "Other" if other else option[2]
            sub = "other" if other else f"SQ00{i}"
            header.append(f"{code}[{sub}]. {en} [{text}]" if full else f"{code}[{sub}]")
    for i, name in enumerate(SATISFIED, 1):
        header.append(f"G02Q08[SQ00{i}]. {MATRIX_EN} [{QUESTIONS[name][2]}]" if full else f"G02Q08[SQ00{i}]")
    rows = [header]
    for p in people:
        time = sent(p, "%Y-%m-%d %H:%M:%S")
        cells = [str(p["id"]), time, "2", "en", str(1000000 + p["id"]), f"{started(p)}", time, address(p)]
        for name, (kind, _, _, options) in QUESTIONS.items():
            answer = p["answers"][name]
            if kind == "multi":
                yes, no = ("Yes", "N/A" if answer == "SKIP" else "No") if full else ("Y", "")
                for option in options:
                    tick = ticked(p, name, option[0])
                    cells.append(typed(p, option[0]) if option[0] == "other" else yes if tick else no)
            elif kind == "text" or full or answer == "EMPTY":
                cells.append(given(p, name))
            else:
                cells.append(f"{'AO0' if kind == 'single' else 'A'}{place(name, answer)}")
        rows.append(cells)
    return rows
