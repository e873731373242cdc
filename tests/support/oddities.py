"""What people and spreadsheets do to an export, each as a change to a `Table`, drawn from a generator."""

import csv
import io
import zipfile

import xlsxwriter
from awkward_exports import BLANK, times_of

INVISIBLE = ("\u200b", "\u2060", "\ufeff", "\u200e", "\u00ad")
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
NOTHING = ("NA", "N/A", "-", "—", "null", "NULL", "nan", "未填", "(空)", "None", "无", "没有", "/")
REMARKS = (
    'he said "no"', '"quoted"', "two\nlines", "a, b; c\td", "费用高，老师少、太远", "1,200", "2025-09-01",
    "无", "=1+1", "甲┋乙", "甲→乙", "50%", "😀", "没有意见。", "NA", "合计", "好", "好",
    "不知道", "it's ok", "x" * 300, "-",
)  # fmt: skip
AMOUNTS = {
    "1,200": lambda n: f"{n:,}",
    "1 200": lambda n: f"{n:,}".replace(",", " "),
    "1\u00a0200": lambda n: f"{n:,}".replace(",", "\u00a0"),
    "1\u202f200": lambda n: f"{n:,}".replace(",", "\u202f"),
    "1.200": lambda n: f"{n:,}".replace(",", "."),
    "1'200": lambda n: f"{n:,}".replace(",", "'"),
    "1200元": lambda n: f"{n}元",
    "1,200元/月": lambda n: f"{n:,}元/月",
    "¥1200": lambda n: f"¥{n}",
    "1200.0": lambda n: f"{n}.0",
    "1200.00": lambda n: f"{n}.00",
    "1,200.00": lambda n: f"{n:,}.00",
    "1.200,00": lambda n: f"{n:,}".replace(",", ".") + ",00",
    "1200,00": lambda n: f"{n},00",
    "１２００": lambda n: str(n).translate(WIDE),
    "+1200": lambda n: f"+{n}",
    "01200": lambda n: f"0{n}",
    "1.2e3": lambda n: f"{n:.4e}",
    "1.2千": lambda n: f"{n / 1000:g}千",
    "0.12万": lambda n: f"{n / 10000:g}万",
    "1200 yuan": lambda n: f"{n} yuan",
    "about 1200": lambda n: f"约{n}",
}  # fmt: skip
PLAIN_AMOUNTS = {"1,200", "1200元", "¥1200", "1200.0", "1200.00", "1,200.00", "１２００"}
TIMES = {
    "iso": "%Y-%m-%d %H:%M:%S", "slashes": "%Y/%m/%d %H:%M:%S", "T": "%Y-%m-%dT%H:%M:%S",
    "no seconds": "%Y/%m/%d %H:%M", "day": "%Y-%m-%d", "dmy": "%d/%m/%Y %H:%M:%S", "mdy": "%m/%d/%Y %H:%M:%S",
    "points": "%d.%m.%Y %H:%M", "two digits": "%d/%m/%y %H:%M", "zh": "%Y年%m月%d日 %H:%M:%S",
    "half": "%Y/%m/%d %I:%M:%S %p", "month": "%d-%b-%Y %H:%M:%S", "points iso": "%Y.%m.%d %H:%M:%S",
}  # fmt: skip
CLEAR_TIMES = {"iso", "slashes", "T", "no seconds", "day", "zh", "half", "month", "points iso"}


def blanks(table, rng):
    """Leave single questions unanswered here and there, as the platform marks it."""
    for name, place in table.alone("single", "text").items():
        for i, row in table.body():
            if rng.random() < 0.1:
                row[place] = BLANK.get(table.platform, "") if name != "fee" else ""
                table.truth[name][i] = None


def nothing(table, rng):
    """Write a word for nothing into blank cells of single questions."""
    word = rng.choice(NOTHING)
    table.oddities[-1] += f" {word}"
    if word in ("无", "没有", "None", "/", "—"):
        table.unclear.add("words")
    for name, place in table.alone("single", "text", "scale").items():
        for i, row in table.body():
            if table.truth[name][i] is None:
                row[place] = word


def amounts(table, rng):
    """Write the amounts otherwise, all or some."""
    place, form = table.places("fee")[0], rng.choice([*AMOUNTS])
    share = rng.choice((1, 1, 0.5))
    table.oddities[-1] += f" {form} {share}"
    if form not in PLAIN_AMOUNTS:
        table.unclear.add("amounts")
    for i, row in table.body():
        if (fee := table.truth["fee"][i]) is not None and rng.random() < share:
            row[place] = AMOUNTS[form](int(fee))


def times(table, rng):
    """Write the times otherwise."""
    form = rng.choice([*TIMES])
    table.oddities[-1] += f" {form}"
    if form not in CLEAR_TIMES:
        table.unclear.add("times")
    for place, asked in enumerate(table.asks):
        if asked in ("start", "time"):
            for i, row in table.body():
                row[place] = times_of(table.people[i])[asked == "time"].strftime(TIMES[form])


def answers_of(table):
    """Yield every row of a person with each place that holds an answer."""
    asked = [i for i, name in enumerate(table.asks) if name in table.truth]
    for _, row in table.body():
        for place in asked:
            if row[place]:
                yield row, place


def invisible(table, rng):
    """Put a character that nobody sees into some answers and headings."""
    sign = rng.choice(INVISIBLE)
    table.oddities[-1] += f" U+{ord(sign):04X}"
    for row, place in answers_of(table):
        if rng.random() < 0.2:
            at = rng.randint(0, len(row[place]))
            row[place] = row[place][:at] + sign + row[place][at:]


def invisible_headings(table, rng):
    """Put such a character, or blanks and a line break, into some headings."""
    sign = rng.choice((*INVISIBLE, "\u00a0", " ", "\n"))
    table.oddities[-1] += f" U+{ord(sign):04X}"
    for row in table.rows[: table.of.headers]:
        for place, text in enumerate(row):
            if text and rng.random() < 0.3 and not text.startswith("{"):
                at = rng.choice((0, len(text))) if sign != "\n" else len(text)
                row[place] = text[:at] + sign + text[at:]


def wide(table, rng):
    """Write some answers in full width, or with blanks round them."""
    for row, place in answers_of(table):
        lot = rng.random()
        if lot < 0.1 and not table.of.coded and table.of.language == 1 and table.platform != "tencent":
            row[place] = row[place].translate({k: v for k, v in WIDE.items() if chr(k) not in ",;:."})
        elif lot < 0.2:
            row[place] = f" {row[place]}\u00a0"


def case(table, rng):
    """Write some answers in capitals."""
    for row, place in answers_of(table):
        if rng.random() < 0.1 and not table.of.coded:
            row[place] = row[place].upper()


def remarks(table, rng):
    """Add a question that people answer in their own words."""
    last = max(i for i, name in enumerate(table.asks) if name in table.truth) + 1
    number = {"wjx_text": "9、", "wjx_code": "9、", "tencent": "9."}.get(table.platform, "")
    title = number + ("您还有什么建议？", "Anything else?")[table.of.language - 1]
    heads = [title, "Open-Ended Response", '{"ImportId":"QID99"}']
    if table.of.headers == 3:
        heads[:2] = ["Q99", title]
    if table.platform.startswith("limesurvey"):
        heads[0] = "G03Q09" if table.of.coded else "G03Q09. Anything else?"
    for i, row in enumerate(table.rows):
        words = rng.choice(REMARKS) + (str(i) if rng.random() < 0.5 else "") if rng.random() < 0.7 else ""
        row.insert(last, heads[i] if i < table.of.headers else words)
    table.asks.insert(last, "+")


def order(table, rng):
    """Move whole questions, and the platform's own columns behind or before them."""
    blocks, before = [], None
    for i, name in enumerate(table.asks):
        name = name.partition("_")[0] if name.startswith("sat_") else name if name in table.truth else ""
        if name != before:
            blocks.append([])
        blocks[-1].append(i)
        before = name
    asked = [b for b in blocks if table.asks[b[0]] in (*table.truth, "+")]
    own = [b for b in blocks if b not in asked]
    fixed = ("wjx", "google", "msforms", "redcap")
    if not table.platform.startswith(fixed):
        rng.shuffle(own)
    if rng.random() < 0.7 and not table.platform.startswith(("wjx", "typeform")):
        rng.shuffle(asked)
    first = len(own) if table.platform.startswith(fixed) else rng.randint(0, len(own))
    places = [i for block in (*own[:first], *asked, *own[first:]) for i in block]
    table.rows = [[row[i] for i in places] for row in table.rows]
    table.asks = [table.asks[i] for i in places]


def title(table, rng):
    """Put a title above the header, perhaps with a second line."""
    above = [["托育需求调查", "Nursery survey 2025", "导出时间：2025-10-01"][rng.randrange(3)]]
    table.rows[:0] = [above + [""] * (len(table.asks) - 1) for _ in range(rng.choice((1, 1, 2)))]
    if table.of.headers > 1:
        table.unclear.add("title")


def empty_rows(table, rng):
    """Put blank rows between the answers and below them."""
    for _ in range(rng.randint(1, 4)):
        at = rng.randint(len(table.rows) - len(table.people), len(table.rows))
        table.rows.insert(at, [""] * len(table.asks))


def empty_columns(table, rng):
    """Put a column without answers somewhere, with or without a heading."""
    at, heading = rng.randint(0, len(table.asks)), rng.choice(("", "", "备用"))
    if table.platform.startswith(("typeform", "surveymonkey", "google", "wjx")):
        at = len(table.asks)
    for i, row in enumerate(table.rows):
        row.insert(at, heading if i == 0 else "")
    table.asks.insert(at, "+")


def total(table, rng):
    """Put a row of totals or a footnote below."""
    words = rng.choice(("合计", "总计：", "Total", "注：以上为原始数据", "Note: raw data", "共24份"))
    table.oddities[-1] += f" {words}"
    table.unclear.add("total")
    table.rows.append([words, *[""] * (len(table.asks) - 1)])


FORMS = ("csv", "csv", "quoted", "crlf", "semicolon", "tab", "gb18030", "utf-16", "utf-8-sig", "xlsx", "xlsx",
         "typed xlsx", "second sheet", "zip")  # fmt: skip


def written(table, rng):
    """Return name and bytes of the file, in a form that is drawn."""
    form = rng.choice(FORMS)
    table.form = form
    if form in ("xlsx", "typed xlsx", "second sheet"):
        return "a.xlsx", _workbook(table, form)
    separator = {"semicolon": ";", "tab": "\t"}.get(form, table.separator)
    text = io.StringIO()
    quoting = csv.QUOTE_ALL if form == "quoted" or table.separator == ";" else csv.QUOTE_MINIMAL
    csv.writer(text, delimiter=separator, quoting=quoting,
               lineterminator="\r\n" if form == "crlf" else "\n").writerows(table.rows)  # fmt: skip
    if form == "gb18030" and table.of.language == 2:
        table.unclear.add("encoding")
    encoding = form if form in ("gb18030", "utf-16", "utf-8-sig") else "utf-8"
    data = text.getvalue().encode(encoding)
    if form != "zip":
        return "a.csv", data
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("answers.csv", data)
    return "a.zip", packed.getvalue()


def _workbook(table, form):
    data = io.BytesIO()
    with xlsxwriter.Workbook(
        data, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        page = book.add_worksheet("Sheet1")
        for i, row in enumerate(table.rows):
            for j, cell in enumerate(row):
                number = form == "typed xlsx" and cell.isascii() and cell.isdecimal() and len(cell) < 10
                if number and (cell == "0" or cell[0] != "0"):
                    page.write_number(i, j, int(cell))
                else:
                    page.write_string(i, j, cell)
        if form == "second sheet":
            notes = book.add_worksheet("说明")
            notes.write_row(0, 0, ["导出说明"])
    return data.getvalue()


ODDITIES = (blanks, nothing, amounts, times, invisible, invisible_headings, wide, case, remarks, order, title,
            empty_rows, empty_columns, total)  # fmt: skip
# What moves columns comes before what adds rows above the header.
ORDER = (blanks, nothing, amounts, times, remarks, invisible, wide, case, empty_columns, order,
         invisible_headings, empty_rows, total, title)  # fmt: skip


def made_odd(table, rng):
    """Do up to four things to a table."""
    chosen = rng.sample(ODDITIES, rng.choice((0, 1, 1, 1, 2, 2, 3, 4)))
    for oddity in ORDER:
        if oddity in chosen:
            table.oddities.append(oddity.__name__)
            oddity(table, rng)
    return table
